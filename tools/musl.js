'use strict';
// musl: its compiler, and Bun for it, the only JavaScript runtime with Node-API that npm has for it. Debian has musl, but no C++
// library for it: one is made of the archive of glibc's, with just the names that Bun asks for.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const bun = require('./bun.js');
const { writeCommand } = require('./command.js');
const { debianFolder } = require('./debian.js');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

const SUITE = 'bookworm';
const HOOK = path.join(__dirname, 'emulated-hook.cjs');

/** By CPU. packages: of this system; foreign: of the other CPU's, unpacked. loader: musl's, which is the C library, too. */
const CPUS = {
  x64: { bun: 'x64', prefix: '', loader: 'lib/ld-musl-x86_64.so.1', packages: ['musl-tools', 'libstdc++-12-pic'] },
  arm64: {
    bun: 'aarch64',
    prefix: 'aarch64-linux-gnu-',
    loader: 'lib/ld-musl-aarch64.so.1',
    packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'clang', 'qemu-user'],
    foreign: ['musl-dev', 'libstdc++-12-pic', 'libgcc-12-dev'],
  },
};

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

/** Where the CPU's musl is: '/', or a folder with its packages; null where they cannot be had. */
function rootOf(cpu) {
  const { foreign } = CPUS[cpu];
  return foreign ? debianFolder('musl', SUITE, cpu, foreign) : '/';
}

/** A compiler for the CPU's musl: Debian's musl-gcc, or the like for another CPU; null where it cannot be had. */
function compiler(cpu) {
  const { foreign, prefix } = CPUS[cpu];
  if (!foreign) return 'musl-gcc';
  const root = rootOf(cpu);
  if (!root) return null;
  const triple = 'aarch64-linux-musl';
  const folder = path.join(ROOT, '.cache', 'platforms', `musl-${cpu}`);
  const specs = path.join(folder, 'musl-gcc.specs');
  const text = fs.readFileSync(path.join(root, 'usr', 'lib', triple, 'musl-gcc.specs'), 'utf8');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(specs, text.replaceAll('/usr/', `${root}/usr/`));
  // The compiler's functions for atomics ask glibc which CPU it is.
  return writeCommand(path.join(folder, `${triple}-gcc`), `exec ${prefix}gcc -specs='${specs}' -mno-outline-atomics "$@"\n`);
}

/** Names in nm's output whose kind is one of `kinds`. */
function names(nm, kinds, ...args) {
  const found = run(nm, ...args).matchAll(new RegExp(`^[\\da-f]* +[${kinds}] ([^@\\s]+)`, 'gm'));
  return new Set([...found].map(([, name]) => name));
}

/** Makes libstdc++.so.6 for `program`, in `folder`. */
function makeLibrary(cpu, program, folder) {
  const { foreign, loader, prefix } = CPUS[cpu];
  const root = rootOf(cpu);
  const nm = `${prefix}nm`;
  const library = path.join(root, loader);
  const inGcc = (name) => run(`${prefix}gcc`, `-print-file-name=${name}`).trim();
  const archiveFile = foreign ? (name) => path.join(root, 'usr', 'lib', 'gcc', 'aarch64-linux-gnu', '12', name) : inGcc;
  const archives = ['libstdc++_pic.a', 'libgcc_eh.a', 'libgcc.a'].map(archiveFile);
  const has = names(nm, 'TWVRBDuA', ...archives);
  const inMusl = names(nm, 'TWVRBDuA', '-D', library);
  const wanted = [...names(nm, 'UVWwBDR', '-D', program)].filter((name) => has.has(name) && !inMusl.has(name));
  const glibc = path.join(folder, 'glibc.o');
  const parts = [inGcc('crtbeginS.o'), glibc, '-Wl,--start-group', ...archives, '-Wl,--end-group', inGcc('crtendS.o')];
  fs.mkdirSync(folder, { recursive: true });
  const made = path.join(folder, 'libstdc++.so.6');
  const link = ['-shared', '-nostdlib', '-Wl,--eh-frame-hdr', '-Wl,-soname,libstdc++.so.6', '-Wl,-z,defs', ...wanted.map((name) => `-Wl,-u,${name}`)];
  run(compiler(cpu), '-O2', '-fPIC', '-c', path.join(ROOT, 'test', 'musl', 'glibc.c'), '-o', glibc);
  execFileSync(`${prefix}gcc`, [...link, ...parts, library, '-o', made], { stdio: 'inherit' });
}

/** A command that runs Bun on musl, `file`; null where it cannot be had. `emulator` runs programs of another CPU. */
function muslBun(cpu, file, emulator) {
  const root = rootOf(cpu);
  if (!root) return null;
  const name = `@oven/bun-linux-${CPUS[cpu].bun}-musl`;
  const options = ['--ignore-scripts', '--force'];
  const program = packageFile(path.join('platforms', `musl-${cpu}-bun`), `${name}@${bun.VERSION}`, `${name}/bin/bun`, options);
  const folder = path.join(ROOT, 'build', `musl-${cpu}`, 'cxx');
  if (!fs.existsSync(path.join(folder, 'libstdc++.so.6'))) makeLibrary(cpu, program, folder);
  if (!emulator) return writeCommand(file, `export LD_LIBRARY_PATH='${folder}'\nexec '${program}' "$@"\n`);
  // Stands for the program as process.execPath, and has to name the interpreter, which tells the C library (lib/platform.js).
  const text = `# of /${CPUS[cpu].loader}
export RISTRETTO_EXEC_PATH='${file}' QEMU_LD_PREFIX='${root}' QEMU_SET_ENV='LD_LIBRARY_PATH=${folder}'
if [ "$1" = test ]; then shift; set -- test --preload '${HOOK}' "$@"; else set -- --preload '${HOOK}' "$@"; fi
exec '${emulator}' '${program}' "$@"
`;
  return writeCommand(file, text);
}

const packages = (cpu) => CPUS[cpu].packages;

module.exports = { compiler, muslBun, packages, rootOf };

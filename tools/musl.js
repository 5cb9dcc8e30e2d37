'use strict';
// Bun for musl, which is the only JavaScript runtime with Node-API that npm has for it. Debian has musl, but no C++ library
// for it: one is made of the archive of glibc's, with just the names that Bun asks for.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const bun = require('./bun.js');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

const LOADER = '/lib/ld-musl-x86_64.so.1'; // it is the C library, too
const PACKAGES = ['musl-tools', 'libstdc++-12-pic'];

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
const gccFile = (name) => run('gcc', `-print-file-name=${name}`).trim();

/** Names in nm's output whose kind is one of `kinds`. */
function names(kinds, ...args) {
  const found = run('nm', ...args).matchAll(new RegExp(`^[\\da-f]* +[${kinds}] ([^@\\s]+)`, 'gm'));
  return new Set([...found].map(([, name]) => name));
}

/** Makes libstdc++.so.6 for `program`, in `folder`. */
function makeLibrary(program, folder) {
  const archives = ['libstdc++_pic.a', 'libgcc_eh.a', 'libgcc.a'].map(gccFile);
  const has = names('TWVRBDuA', ...archives);
  const inMusl = names('TWVRBDuA', '-D', LOADER);
  const wanted = [...names('UVWwBDR', '-D', program)].filter((name) => has.has(name) && !inMusl.has(name));
  const glibc = path.join(folder, 'glibc.o');
  const parts = [gccFile('crtbeginS.o'), glibc, '-Wl,--start-group', ...archives, '-Wl,--end-group', gccFile('crtendS.o')];
  fs.mkdirSync(folder, { recursive: true });
  const library = path.join(folder, 'libstdc++.so.6');
  const link = ['-shared', '-nostdlib', '-Wl,--eh-frame-hdr', '-Wl,-soname,libstdc++.so.6', '-Wl,-z,defs', ...wanted.map((name) => `-Wl,-u,${name}`)];
  run('musl-gcc', '-O2', '-fPIC', '-c', path.join(ROOT, 'test', 'musl', 'glibc.c'), '-o', glibc);
  execFileSync('gcc', [...link, ...parts, LOADER, '-o', library], { stdio: 'inherit' });
}

/** What the shell runs for Bun on musl: { environment, command }. */
function muslBun() {
  const name = '@oven/bun-linux-x64-musl';
  const program = packageFile(path.join('platforms', 'musl-x64-bun'), `${name}@${bun.VERSION}`, `${name}/bin/bun`, ['--ignore-scripts', '--force']);
  const folder = path.join(ROOT, 'build', 'musl-x64', 'cxx');
  if (!fs.existsSync(path.join(folder, 'libstdc++.so.6'))) makeLibrary(program, folder);
  return { environment: `LD_LIBRARY_PATH='${folder}'`, command: `'${program}'` };
}

module.exports = { PACKAGES, muslBun };

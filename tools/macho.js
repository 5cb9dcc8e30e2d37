'use strict';
// Compiles test/macho-host, which runs code for macOS in a process of Linux on the same CPU.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./setup.js');

const SOURCES = path.join(ROOT, 'test', 'macho-host');
const COMMON = ['image.c', 'loader.c', 'system.c', 'variadic.c'];
const FLAGS = ['-std=gnu11', '-O1', '-g', '-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror', '-DNAPI_VERSION=8',
  '-I', path.join(ROOT, 'node_modules', 'node-api-headers', 'include')];

/** What is built of it. The addon stays for good: the images that it mapped do, too. */
const PRODUCTS = {
  addon: { file: 'host.node', main: 'addon.c', flags: ['-shared', '-fPIC', '-Wl,-z,nodelete'] },
  program: { file: 'macho-run', main: 'program.c', flags: ['-rdynamic'] },
};

const modified = (file) => fs.statSync(file).mtimeMs;
const newest = () => Math.max(...fs.readdirSync(SOURCES).map((name) => modified(path.join(SOURCES, name))));

/** The path of the host's `product`, 'addon' or 'program', made by `compiler` in build/`name`/macho-host. */
function buildHost(name, product, compiler) {
  const { file: base, main, flags } = PRODUCTS[product];
  const file = path.join(ROOT, 'build', name, 'macho-host', base);
  if (fs.existsSync(file) && modified(file) >= newest()) return file;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const sources = [main, ...COMMON].map((source) => path.join(SOURCES, source));
  execFileSync(compiler, [...FLAGS, ...flags, ...sources, '-o', file, '-lpthread', '-ldl', '-lm'], { stdio: 'inherit' });
  return file;
}

module.exports = { buildHost, HOOK: path.join(SOURCES, 'hook.cjs') };

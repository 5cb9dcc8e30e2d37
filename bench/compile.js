'use strict';

// Compiles bench/native on demand into build/bench: the library that is called and the hand-written addon.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const source = path.join(__dirname, 'native');
const out = path.join(__dirname, '..', 'build', 'bench');
const library = path.join(out, 'libbench.so');
const addon = path.join(out, 'bench_addon.node');
const ADDON = ['addon.c', 'addon_callbacks.c', 'addon_async.c'];
const FLAGS = ['-std=gnu11', '-O2', '-fPIC', '-shared', '-pthread', '-Wall', '-Wextra', '-Werror'];

function newerThan(target, inputs) {
  if (!fs.existsSync(target)) return false;
  const made = fs.statSync(target).mtimeMs;
  return inputs.every((input) => fs.statSync(input).mtimeMs <= made);
}

/** The folder with node_api.h: the package, else the headers that came with this Node. */
function headers() {
  const places = [path.resolve(process.execPath, '../../include/node')];
  try {
    places.unshift(require('node-api-headers').include_dir);
  } catch {
    // Not installed: Node's own headers serve as well.
  }
  const found = places.find((place) => fs.existsSync(path.join(place, 'node_api.h')));
  if (!found) throw new Error(`node_api.h not found in ${places.join(', ')}: npm install node-api-headers`);
  return found;
}

/** Compiles `files` to `target` when it is older than its sources, the headers included. */
function compile(target, files, flags) {
  const inputs = files.map((name) => path.join(source, name));
  const headers = fs.readdirSync(source).filter((name) => name.endsWith('.h'));
  if (newerThan(target, [...inputs, ...headers.map((name) => path.join(source, name)), __filename])) return;
  fs.mkdirSync(out, { recursive: true });
  const [compiler, ...more] = (process.env.CC || 'cc').trim().split(/\s+/); // CC may be 'ccache gcc'
  process.stderr.write(`compiling ${path.basename(target)} with ${compiler}\n`);
  execFileSync(compiler, [...more, ...FLAGS, ...inputs, ...flags(), '-o', target], { stdio: ['ignore', 2, 2] });
}

/**
 * Brings both files up to date. Throws when the library cannot be compiled; without the addon the comparison goes on,
 * and its peer is reported as missing.
 */
function build() {
  if (process.platform === 'win32') throw new Error('the benchmark needs a Unix compiler driver (cc)');
  compile(library, ['lib.c'], () => ['-Wl,-soname,libbench.so']);
  try {
    compile(addon, ADDON, () => [`-I${headers()}`, `-L${out}`, '-lbench', '-Wl,-rpath,$ORIGIN']);
  } catch (error) {
    fs.rmSync(addon, { force: true });
    process.stderr.write(`bench: the addon could not be compiled: ${error.message}\n`);
  }
}

module.exports = { build, library, addon };

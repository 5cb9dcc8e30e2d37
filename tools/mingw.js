'use strict';
// What programs for Windows on ARM64 are linked with, for which Debian has no MinGW-w64: its headers are of every CPU, and so
// are the names in its libraries for x64, of which import libraries are made; the start of programs is our own.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, say } = require('./setup.js');

const PACKAGES = ['clang-19', 'lld-19', 'llvm-19', 'mingw-w64-common', 'mingw-w64-x86-64-dev'];
const FOLDER = path.join(ROOT, '.cache', 'toolchains', 'mingw-arm64'); // tools/toolchains/clang.cmake links what is there
const SOURCES = path.join(__dirname, 'toolchains', 'windows');
const NAMES = '/usr/x86_64-w64-mingw32/lib';
const LIBRARIES = ['kernel32', 'ucrt'];
/** What DLLs of Windows 10 have and MinGW-w64 has in another library. */
const MORE = { 'api-ms-win-crt-string-l1-1-0': ['strnlen'] };
const FLAGS = ['--target=aarch64-w64-mingw32', '-nostdlibinc', '-isystem', '/usr/share/mingw-w64/include', '-D_UCRT', '-D__USE_MINGW_ANSI_STDIO=0', '-O2', '-Wall', '-Wextra', '-Werror'];

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
const modified = (file) => fs.statSync(file).mtimeMs;

/**
 * { DLL: [{ name, exported }] } of an import library by GNU's dlltool: each function is an object in it, whose section
 * .idata$6 says by which name the DLL exports it, after two bytes.
 */
function readLibrary(file) {
  const dlls = {};
  for (const object of run('llvm-objdump-19', '-t', '-s', '-j', '.idata$6', file).split('file format')) {
    const dll = / _head_lib64_lib(\w+)_a$/m.exec(object)?.[1].replace(/_/g, '-');
    const name = / __imp_(\S+)$/m.exec(object)?.[1];
    const hex = [...object.matchAll(/^ [\da-f]{4} ((?:[\da-f]+ ?){1,4}) /gm)].map(([, digits]) => digits.replace(/ /g, '')).join('');
    const exported = Buffer.from(hex, 'hex').subarray(2).toString('latin1').replace(/\0+$/, '');
    if (dll && name && exported) (dlls[dll] ??= []).push({ name, exported });
  }
  return dlls;
}

/** An archive of what makes references find the DLL's functions. */
function makeImportLibrary(dll, functions) {
  const file = path.join(FOLDER, dll);
  const lines = functions.map(({ name, exported }) => (name === exported ? name : `${name} == ${exported}`)).concat(MORE[dll] ?? []);
  fs.writeFileSync(`${file}.def`, `LIBRARY ${dll}.dll\nEXPORTS\n${lines.join('\n')}\n`);
  run('llvm-dlltool-19', '-m', 'arm64', '-d', `${file}.def`, '-l', `${file}.a`);
  return `${file}.a`;
}

function compileStart() {
  return fs.readdirSync(SOURCES).map((name) => {
    const object = path.join(FOLDER, `${name}.o`);
    run('clang-19', ...FLAGS, '-c', path.join(SOURCES, name), '-o', object);
    return object;
  });
}

/** Makes .cache/toolchains/mingw-arm64/libmingw.a, of PACKAGES and tools/toolchains/windows, unless it is there. */
function makeMingw() {
  const archive = path.join(FOLDER, 'libmingw.a');
  const sources = [__filename, ...fs.readdirSync(SOURCES).map((name) => path.join(SOURCES, name))];
  if (fs.existsSync(archive) && sources.every((file) => modified(file) <= modified(archive))) return;
  say('making libraries for Windows on ARM64');
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.mkdirSync(FOLDER, { recursive: true });
  const made = LIBRARIES.flatMap((library) => Object.entries(readLibrary(path.join(NAMES, `lib${library}.a`))))
    .map(([dll, functions]) => makeImportLibrary(dll, functions));
  run('llvm-ar-19', 'qcLs', archive, ...compileStart(), ...made);
}

module.exports = { PACKAGES, makeMingw };

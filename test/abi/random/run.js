#!/usr/bin/env node
// Random-signature test of one calling convention against one compiler:
//   node run.js --abi x64-sysv --compiler gcc --driver build/.../abi_random --work build/...
// Generates functions and callers (generate.js), compiles them, with and without optimization, to a shared library in the
// work folder, and has the driver call each. --compiler may hold options, too; --linker is the compiler that links, --runner
// the command that runs programs of the target (an emulator), --elf-flags what to write into the library's header
// (e_flags), --target whose data model the compiler has (rs_target_find), unless it is that of the driver.
// RISTRETTO_ABI_SEED and RISTRETTO_ABI_COUNT override the seed and the number of functions; RISTRETTO_ABI_RUNNER is a command
// that the driver runs under, e.g. 'valgrind --error-exitcode=9'.
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { translator } = require('./elf.js');
const { generate } = require('./generate.js');

const text = { type: 'string' };
const { values } = parseArgs({ options: { abi: text, compiler: text, linker: text, 'elf-flags': text, runner: text, driver: text,
  work: text, target: text } });
const seed = Number(process.env.RISTRETTO_ABI_SEED ?? 20260101);
const count = Number(process.env.RISTRETTO_ABI_COUNT ?? 2000);
const words = (line) => (line ?? '').split(' ').filter(Boolean);
const runner = words(process.env.RISTRETTO_ABI_RUNNER || values.runner);
const [program, ...flags] = words(values.compiler);
const linker = words(values.linker || program);
const isWindows = /mingw/.test(values.linker);
const toElf = isWindows || /apple/.test(values.linker) ? null : translator(values.compiler); // null: the compiler makes what the driver loads
const pic = isWindows ? [] : ['-fPIC'];
const PARALLEL = 2;
const LEVELS = ['-O2', '-O0'];

function execute(command, args, what) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cannot compile ${what}`))));
  });
}

async function compile(file, level) {
  const options = [...flags, '-std=gnu11', level, '-w', '-Wno-psabi', file];

  if (path.basename(file) === 'table.c' && (toElf || isWindows)) {
    await execute(linker[0], [...linker.slice(1), ...pic, '-c', file, '-o', `${file}.o`], file);
  } else if (!toElf) {
    await execute(program, [...options, ...pic, '-c', '-o', `${file}.o`], file);
  } else {
    await execute(program, [...options, '-S', '-o', `${file}.s`], file);
    fs.writeFileSync(`${file}.s`, toElf(fs.readFileSync(`${file}.s`, 'latin1')), 'latin1');
    await execute(linker[0], [...linker.slice(1), '-c', `${file}.s`, '-o', `${file}.o`], file);
  }
  return `${file}.o`;
}

async function compileAll(files, level) {
  const queue = [...files];
  const objects = [];
  const worker = async () => {
    while (queue.length) objects.push(await compile(queue.shift(), level));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return objects;
}

// e_flags of a little-endian ELF file of 64 bits.
function setFlags(library, flags) {
  const file = fs.openSync(library, 'r+');
  fs.writeSync(file, Uint8Array.of(flags, 0, 0, 0), 0, 4, 48);
  fs.closeSync(file);
}

async function test(files, level) {
  const library = path.join(values.work, `functions${level}.so`);
  const objects = await compileAll(files, level);
  // Code for 32-bit Windows holds addresses, which the loader must put in.
  const options = toElf ? ['-shared', '-Wl,-z,notext'] : ['-shared'];
  if (spawnSync(linker[0], [...linker.slice(1), ...options, '-o', library, ...objects], { stdio: 'inherit' }).status !== 0) {
    throw new Error(`cannot link ${library}`);
  }
  if (values['elf-flags']) setFlags(library, Number(values['elf-flags']));
  const command = [...runner, values.driver, values.abi, library, String(seed), ...words(values.target)];
  const { status, signal } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed (${signal ?? status}): ${values.abi}, ${values.compiler} ${level}, RISTRETTO_ABI_SEED=${seed}`);
    process.exitCode = 1;
  }
}

async function main() {
  const compiler = /clang/.test(path.basename(program)) ? 'clang' : 'gcc';
  fs.mkdirSync(values.work, { recursive: true });
  const microsoft = values.abi.startsWith('x86-win') || /windows-msvc/.test(values.compiler); // whose rules it has for records
  const sources = generate({ abi: values.abi, compiler, microsoft, seed, count });
  const files = Object.entries(sources).map(([name, source]) => {
    const file = path.join(values.work, name);
    fs.writeFileSync(file, source);
    return file;
  });
  for (const level of LEVELS) await test(files, level);
}

main().catch((error) => {
  console.error(`${error.message}: RISTRETTO_ABI_SEED=${seed}`);
  process.exitCode = 1;
});

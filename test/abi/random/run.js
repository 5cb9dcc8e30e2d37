#!/usr/bin/env node
// Random-signature test of one calling convention against one compiler:
//   node run.js --abi x64-sysv --compiler gcc --driver build/.../abi_random --work build/...
// Generates functions and callers (generate.js), compiles them, with and without optimization, to a shared library in the
// work folder, and has the driver call each. --compiler may hold options, too; --linker is the compiler that links, --runner
// the command that runs programs of the target (an emulator). RISTRETTO_ABI_SEED and RISTRETTO_ABI_COUNT override the seed
// and the number of functions; RISTRETTO_ABI_RUNNER is a command that the driver runs under, e.g.
// 'valgrind --error-exitcode=9'.
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { generate } = require('./generate.js');

const text = { type: 'string' };
const { values } = parseArgs({ options: { abi: text, compiler: text, linker: text, runner: text, driver: text, work: text } });
const seed = Number(process.env.RISTRETTO_ABI_SEED ?? 20260101);
const count = Number(process.env.RISTRETTO_ABI_COUNT ?? 2000);
const words = (line) => (line ?? '').split(' ').filter(Boolean);
const runner = words(process.env.RISTRETTO_ABI_RUNNER || values.runner);
const [program, ...flags] = words(values.compiler);
const PARALLEL = 2;
const LEVELS = ['-O2', '-O0'];

function compile(file, level) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...flags, '-std=gnu11', level, '-w', '-Wno-psabi', '-fPIC', '-c', file, '-o', `${file}.o`],
      { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(`${file}.o`) : reject(new Error(`cannot compile ${file}`))));
  });
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

async function test(folder, files, level) {
  const library = path.join(folder, `functions${level}.so`);
  const objects = await compileAll(files, level);
  const linker = words(values.linker || program);
  if (spawnSync(linker[0], [...linker.slice(1), '-shared', '-o', library, ...objects], { stdio: 'inherit' }).status !== 0) {
    throw new Error(`cannot link ${library}`);
  }
  const command = [...runner, values.driver, values.abi, library, String(seed)];
  const { status, signal } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed (${signal ?? status}): ${values.abi}, ${values.compiler} ${level}, RISTRETTO_ABI_SEED=${seed}`);
    process.exitCode = 1;
  }
}

async function main() {
  const compiler = /clang/.test(path.basename(program)) ? 'clang' : 'gcc';
  const folder = path.join(values.work, `${values.abi}-${compiler}`);
  fs.mkdirSync(folder, { recursive: true });
  const sources = generate({ abi: values.abi, compiler, seed, count });
  const files = Object.entries(sources).map(([name, source]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, source);
    return file;
  });
  for (const level of LEVELS) await test(folder, files, level);
}

main().catch((error) => {
  console.error(`${error.message}: RISTRETTO_ABI_SEED=${seed}`);
  process.exitCode = 1;
});

#!/usr/bin/env node
// Random-signature test of one calling convention against one compiler:
//   node run.js --abi x64-sysv --compiler gcc --driver build/.../abi_random --work build/...
// Generates functions and callers (generate.js), compiles them with -O2 to a shared library in the work folder, and has
// the driver call each. RISTRETTO_ABI_SEED and RISTRETTO_ABI_COUNT override the seed and the number of functions;
// RISTRETTO_ABI_RUNNER is a command that the driver runs under, e.g. 'valgrind --error-exitcode=9'.
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { generate } = require('./generate.js');

const { values } = parseArgs({ options: { abi: { type: 'string' }, compiler: { type: 'string' },
  driver: { type: 'string' }, work: { type: 'string' } } });
const seed = Number(process.env.RISTRETTO_ABI_SEED ?? 20260101);
const count = Number(process.env.RISTRETTO_ABI_COUNT ?? 2000);
const runner = (process.env.RISTRETTO_ABI_RUNNER ?? '').split(' ').filter(Boolean);
const PARALLEL = 2;

function compile(file) {
  return new Promise((resolve, reject) => {
    const child = spawn(values.compiler, ['-std=gnu11', '-O2', '-w', '-Wno-psabi', '-fPIC', '-c', file, '-o', `${file}.o`],
      { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(`${file}.o`) : reject(new Error(`cannot compile ${file}`))));
  });
}

async function compileAll(files) {
  const queue = [...files];
  const objects = [];
  const worker = async () => {
    while (queue.length) objects.push(await compile(queue.shift()));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return objects;
}

async function main() {
  const folder = path.join(values.work, `${values.abi}-${path.basename(values.compiler)}`);
  fs.mkdirSync(folder, { recursive: true });
  const compiler = /clang/.test(path.basename(values.compiler)) ? 'clang' : 'gcc';
  const sources = generate({ abi: values.abi, compiler, seed, count });
  const files = Object.entries(sources).map(([name, text]) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  });
  const library = path.join(folder, 'functions.so');
  const objects = await compileAll(files);
  if (spawnSync(values.compiler, ['-shared', '-o', library, ...objects], { stdio: 'inherit' }).status !== 0) {
    throw new Error(`cannot link ${library}`);
  }
  const command = [...runner, values.driver, values.abi, library, String(seed)];
  const { status, signal } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed (${signal ?? status}): ${values.abi}, ${compiler}, RISTRETTO_ABI_SEED=${seed}`);
    process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(`${error.message}: RISTRETTO_ABI_SEED=${seed}`);
  process.exitCode = 1;
});

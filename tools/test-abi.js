'use strict';
// npm run test:abi: the conventions of other CPUs, each on its CPU under an emulator, against code that compilers made.
//   npm run test:abi                        every platform: the engine's tests
//   npm run test:abi -- linux-arm64         one of them
//   npm run test:abi -- --node              also the API tests on a real Node.js of the platform, which takes long
// RISTRETTO_ABI_COUNT is the number of random signatures per compiler.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { readFailures, runCounted } = require('./counts.js');
const { apiTests } = require('./nodes.js');
const { PLATFORMS, emulatedNode } = require('./platforms.js');
const { ROOT, ensureModules, ensurePackages, ensureTools, runMain, say } = require('./setup.js');

const NODE = '20';
const COUNT = process.env.RISTRETTO_ABI_COUNT ?? '1000';
const RANDOM = /abi_random (\S+): (\d+) functions, (\d+) calls; (\d+) closures, (\d+) calls.*?, (\d+) mismatches/g;

/** What a quick machine does in minutes takes an emulated one hours: fewer repetitions, the same tests. */
const FEWER = {
  RISTRETTO_CALL_BLOCKS: '2',
  RISTRETTO_SHUTDOWN_REPEATS: '1',
  RISTRETTO_WORKER_REPEATS: '3',
  RISTRETTO_HOT: '2000',
};


/** One row per line that the random tests print: two per compiler, with and without optimization. */
function randomRows(output) {
  return [...output.matchAll(RANDOM)].map(([, abi, functions, calls, closures, callbacks, mismatches]) => ({
    abi,
    ...{ functions: Number(functions), calls: Number(calls), closures: Number(closures) },
    ...{ callbacks: Number(callbacks), mismatches: Number(mismatches) },
  }));
}

/** False when the platform's build failed, with the compiler's messages shown. */
async function build(name) {
  for (const args of [['--preset', name], ['--build', '--preset', name, '-j2']]) {
    const { failed, output } = await runCounted('cmake', args, { cwd: ROOT });
    if (failed) {
      console.log(readFailures(output));
      say(`${name}: cmake ${args.join(' ')} failed`);
      return false;
    }
  }
  return true;
}

async function testEngine(name) {
  if (!(await build(name))) return { passed: 0, failed: 1, random: [] };
  const result = await runCounted('ctest', ['--preset', name, '--verbose'], { cwd: ROOT, env: { RISTRETTO_ABI_COUNT: COUNT } });
  if (result.failed) console.log(readFailures(result.output));
  const random = randomRows(result.output);
  for (const row of random) {
    say(`${name}: ${row.abi}: ${row.functions} functions, ${row.closures} callbacks, ${row.mismatches} mismatches`);
  }
  say(`${name}: engine: ${result.passed} passed, ${result.failed} failed`);
  return { passed: result.passed, failed: result.failed, random };
}

async function testNode(name) {
  const node = emulatedNode(name, NODE);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const env = { RISTRETTO_BINARY: path.join(ROOT, 'build', name, 'ristretto.node'), ...FEWER };
  const total = { version, passed: 0, failed: 0 };

  for (const file of apiTests()) {
    const { passed, failed, output } = await runCounted(node, ['--test-reporter=tap', file], { cwd: ROOT, env });
    total.passed += passed;
    total.failed += failed;
    if (failed) console.log(readFailures(output));
    say(`${name}: Node.js ${version}: ${path.basename(file)}: ${passed} passed, ${failed} failed`);
  }
  return total;
}

const HELP = `npm run test:abi -- [options] [platforms...]

Cross-compiles the engine's tests for other CPUs and runs them under emulators: random signatures, called and called back,
against code of gcc and clang; closures, frames, layouts. Missing Debian packages are installed where that is allowed;
a platform that lacks them is left out. Results also go to build/abi-results.json.

  --node    also the API tests, on a real Node.js ${NODE} of the platform; takes long
  --help    this text

Platforms: ${Object.keys(PLATFORMS).join(', ')}.
RISTRETTO_ABI_COUNT is the number of random signatures per compiler and optimization (default 1000).`;

runMain(async () => {
  const flag = { type: 'boolean' };
  const { values, positionals } = parseArgs({ options: { node: flag, help: flag }, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const wanted = positionals.length ? positionals : Object.keys(PLATFORMS);
  const results = {};

  for (const name of wanted) if (!PLATFORMS[name]) throw new Error(`no such platform: ${name}; there are ${Object.keys(PLATFORMS)}`);
  ensureTools();
  ensureModules();
  for (const name of wanted) {
    if (!ensurePackages(PLATFORMS[name].packages)) {
      say(`${name}: left out`);
      continue;
    }
    say(`${name} ...`);
    results[name] = { engine: await testEngine(name) };
    if (values.node && PLATFORMS[name].node && !results[name].engine.failed) results[name].node = await testNode(name);
  }
  fs.writeFileSync(path.join(ROOT, 'build', 'abi-results.json'), `${JSON.stringify(results, null, 1)}\n`);
  const parts = Object.values(results).flatMap(({ engine, node }) => (node ? [engine, node] : [engine]));
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') || !parts.length ? 1 : 0;
});

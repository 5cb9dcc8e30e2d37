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
const { emulatedBacktrace, missingFrame } = require('./backtrace.js');
const { bundle } = require('./bundle.js');
const { runLikeHere } = require('./bun.js');
const { readFailures, runCounted } = require('./counts.js');
const { apiTests } = require('./api-tests.js');
const { PLATFORMS, emulatedNode, emulatorArguments, koffiFolder, nodeFiles, startPrograms, toolchainArguments } = require('./platforms.js');
const { ROOT, ensureBuilt, ensureModules, ensurePackages, ensureTools, runMain, say } = require('./setup.js');

const COUNT = process.env.RISTRETTO_ABI_COUNT ?? '1000';
const LIMIT_MS = 60000 * Number(process.env.RISTRETTO_FILE_MINUTES ?? 20);
const ENGINE_LIMIT_MS = 180 * 60_000; // a thousand signatures under an emulator
const RESULTS = path.join(ROOT, 'build', 'abi-results.json');
const STARTED = /^ *Start +\d+: abi_random_\S+_([^_\s]+)$/;
const WALKED = ['linux-arm64', 'linux-riscv64']; // CPUs of tools/v8-frames.gdb
const RANDOM = /abi_random (\S+): (\d+) functions, (\d+) calls; (\d+) closures, (\d+) calls.*?, (\d+) mismatches/;

/** What a quick machine does in minutes takes an emulated one hours: fewer repetitions, the same tests. */
const FEWER = {
  RISTRETTO_CALL_BLOCKS: '2',
  RISTRETTO_MEMORY_SHARE: '0.1',
  RISTRETTO_SHUTDOWN_REPEATS: '1',
  RISTRETTO_WORKER_REPEATS: '3',
};

/** This machine's own platform, which needs no emulator. */
const NATIVE = `${process.platform}-${process.arch}`;

/** One row per line that the random tests print: two per compiler, with and without optimization. */
function randomRows(output) {
  const rows = [];
  let compiler = null;
  for (const line of output.split('\n')) {
    compiler = STARTED.exec(line)?.[1] ?? compiler;
    const match = RANDOM.exec(line);
    if (!match) continue;
    const [functions, calls, closures, callbacks, mismatches] = match.slice(2).map(Number);
    rows.push({ abi: match[1], compiler, functions, calls, closures, callbacks, mismatches });
  }
  return rows;
}

/** False when the platform's build failed, with the compiler's messages shown. */
async function build(preset, more, target) {
  for (const args of [['--preset', preset, ...more], ['--build', '--preset', preset, '--target', target, '-j2']]) {
    const { failed, output } = await runCounted('cmake', args, { cwd: ROOT });
    if (failed) {
      console.log(readFailures(output));
      say(`cmake ${args.join(' ')} failed`);
      return false;
    }
  }
  return true;
}

/** The engine's tests, or of them only the random signatures. */
async function testEngine(name, preset, onlyRandom) {
  const args = ['--preset', preset, '--verbose', ...(onlyRandom ? ['--tests-regex', 'abi_random'] : [])];
  const result = await runCounted('ctest', args, { cwd: ROOT, env: { RISTRETTO_ABI_COUNT: COUNT }, limit: ENGINE_LIMIT_MS });
  if (result.failed) console.log(readFailures(result.output));
  const random = randomRows(result.output);
  for (const row of random) {
    say(`${name}: ${row.abi}, ${row.compiler}: ${row.functions} functions, ${row.closures} callbacks, ${row.mismatches} mismatches`);
  }
  say(`${name}: engine: ${result.passed} passed, ${result.failed} failed`);
  return { passed: result.passed, failed: result.failed, random };
}

/** What the files' counts add up to. */
function sumOf(version, files) {
  const sum = { version, passed: 0, failed: 0, skipped: 0, known: 0, files };
  for (const counts of Object.values(files)) for (const kind of Object.keys(counts)) sum[kind] += counts[kind];
  return sum;
}

const describe = ({ passed, failed, skipped, known }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped${known ? `; ${known} fail with this machine's Bun, too` : ''}`;

/** Adds to the file of results, which keeps what earlier runs found out: about other platforms, and other files of API tests. */
function writeResults(name, parts) {
  const all = fs.existsSync(RESULTS) ? JSON.parse(fs.readFileSync(RESULTS, 'utf8')) : {};
  const before = all[name]?.node;
  const { random, ...others } = parts;
  all[name] = { ...all[name], ...others };
  if (random) all[name].engine = { ...all[name].engine, random: random.random };
  if (parts.node && before?.version === parts.node.version) {
    all[name].node = sumOf(before.version, { ...before.files, ...parts.node.files });
  }
  fs.mkdirSync(path.dirname(RESULTS), { recursive: true });
  fs.writeFileSync(RESULTS, `${JSON.stringify(all, null, 1)}\n`);
}

/** The API tests, a file at a time; null where there is no Node.js to be had. */
async function testNode(name, preset, files) {
  const row = PLATFORMS[name];
  const node = row ? emulatedNode(name) : process.execPath;
  if (!node) return null;
  const bun = Boolean(row?.musl);
  const version = `${bun ? 'Bun ' : ''}${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`;
  const runtime = bun ? version : `Node.js ${version}`;
  const env = { RISTRETTO_BINARY: path.join(ROOT, 'build', preset, 'ristretto.node'), ...(row ? FEWER : {}) };
  const counts = {};
  const start = () => (row ? startPrograms(name) : () => {});
  let end = start();

  for (const file of files) {
    const began = Date.now();
    const options = { cwd: ROOT, env, limit: LIMIT_MS };
    const run = bun ? runLikeHere(node, file, options) : runCounted(node, ['--test-reporter=tap', file], options);
    const { passed, failed, skipped, known = 0, output } = await run;
    counts[path.basename(file, '.test.js')] = { passed, failed, skipped, known };
    writeResults(name, { node: sumOf(version, counts) }); // a run that takes hours may end before it is through
    if (failed) {
      console.log(readFailures(output));
      end(); // what a file that took too long has left
      end = start();
    }
    const seconds = Math.round((Date.now() - began) / 1000);
    say(`${name}: ${runtime}: ${path.basename(file)}: ${describe({ passed, failed, skipped, known })} (${seconds} s)`);
  }
  end();
  const total = sumOf(version, counts);
  say(`${name}: ${runtime}: ${describe(total)}`);
  return total;
}

/** The same calls through koffi's binary for the platform and through ours; null where koffi has none. */
async function testKoffi(name) {
  const folder = koffiFolder(name);
  const node = folder && emulatedNode(name);
  if (!node) return null;
  const env = { RISTRETTO_BINARY: path.join(ROOT, 'build', name, 'ristretto.node'), NODE_PATH: folder };
  const options = { cwd: ROOT, env, limit: LIMIT_MS };
  const { passed, failed, output } = await runCounted(node, [path.join(__dirname, 'koffi-calls.js')], options);
  for (const line of output.trimEnd().split('\n')) say(`${name}: ${line}`);
  return { passed, failed, different: Number(/koffi differs in (\d+)/.exec(output)?.[1]) };
}

/** A debugger's way from a C function through a callback to the program's start; null where gdb knows no way through V8. */
async function testBacktrace(name) {
  if (!WALKED.includes(name)) return null;
  const command = emulatedNode(name);
  const files = command && nodeFiles(name);
  if (!files) return null;
  const output = await emulatedBacktrace({ command, ...files, binary: path.join(ROOT, 'build', name, 'ristretto.node') });
  const missing = missingFrame(output);
  if (missing) console.log(output);
  say(`${name}: backtrace: ${missing ?? `complete, ${output.match(/^#\d+ .*$/gm).length} frames`}`);
  return { passed: missing ? 0 : 1, failed: missing ? 1 : 0 };
}

/** Runs what is wanted of a platform and returns it by part, or null when something that it needs is missing. */
async function testPlatform(name, { engine, random, node, koffi, backtrace, files }) {
  const row = PLATFORMS[name];
  if (!ensurePackages(row?.packages ?? [])) return null;
  const toolchain = row ? toolchainArguments(name) : [];
  const emulator = row ? emulatorArguments(name) : [];
  if (!toolchain || !emulator) return null;
  const preset = row ? name : 'release';
  const parts = {};

  const end = row ? startPrograms(name) : () => {};
  const built = await build(preset, [...toolchain, ...emulator], engine || random ? 'all' : 'api_tests'); // it runs programs, too
  if (built && engine) parts.engine = await testEngine(name, preset);
  else if (built && random) parts.random = await testEngine(name, preset, true);
  end();
  if (!built) return { engine: { passed: 0, failed: 1, random: [] } };
  if (node && !parts.engine?.failed) {
    const result = await testNode(name, preset, files);
    if (result) parts.node = result;
  }
  if (koffi && row) {
    const result = await testKoffi(name);
    if (result) parts.koffi = result;
  }
  if (backtrace && row) {
    const result = await testBacktrace(name);
    if (result) parts.backtrace = result;
  }
  return parts;
}

const HELP = `npm run test:abi -- [options] [platforms...]

Cross-compiles the engine's tests for other CPUs and runs them under emulators: random signatures, called and called back,
against code of gcc and clang; closures, frames, layouts. Programs of Windows run under Wine. Missing Debian packages are
installed where that is allowed; a platform that lacks them is left out, this machine's own one never. Results also go to
build/abi-results.json.

  --random-only
               of the engine's tests only the random signatures
  --node       also the API tests, on a real Node.js of the platform; takes long
  --node-only  only those
  --backtrace  also what a debugger shows of calls between C and JavaScript on that Node.js; ARM64 and RISC-V only
  --backtrace-only
               only that
  --koffi      the same calls through koffi's binary for the platform and through ours, on that Node.js
  --file NAME  only the API tests of test/js/NAME.test.js; may be given several times. Their results go to those of other
               files in build/abi-results.json, also where the run is interrupted
  --help       this text

Platforms: ${[NATIVE, ...Object.keys(PLATFORMS)].join(', ')}.
RISTRETTO_ABI_COUNT is the number of random signatures per compiler and optimization (default 1000),
RISTRETTO_FILE_MINUTES how long one file of API tests may take (default 20).`;

function readArguments() {
  const flag = { type: 'boolean' };
  const flags = ['random-only', 'node', 'node-only', 'backtrace', 'backtrace-only', 'koffi', 'help'];
  const options = { ...Object.fromEntries(flags.map((name) => [name, flag])), file: { type: 'string', multiple: true } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const known = [...new Set([NATIVE, ...Object.keys(PLATFORMS)])];
  for (const name of positionals) if (!known.includes(name)) throw new Error(`no such platform: ${name}; there are ${known}`);
  const isWanted = (file) => !values.file || values.file.includes(path.basename(file, '.test.js'));
  return {
    help: values.help,
    platforms: positionals.length ? positionals : known,
    parts: {
      engine: !values['random-only'] && !values['node-only'] && !values['backtrace-only'],
      random: values['random-only'],
      node: values.node || values['node-only'],
      backtrace: values.backtrace || values['backtrace-only'],
      koffi: values.koffi,
      files: apiTests().filter(isWanted),
    },
  };
}

runMain(async () => {
  const { help, platforms, parts } = readArguments();
  if (help) return console.log(HELP);
  const total = { passed: 0, failed: 0 };

  ensureTools();
  ensureModules();
  if (parts.node || parts.koffi || parts.backtrace) bundle();
  if (parts.node && platforms.some((name) => PLATFORMS[name]?.musl)) await ensureBuilt({ tests: true }); // to compare with
  for (const name of platforms) {
    say(`${name} ...`);
    const results = await testPlatform(name, parts);
    if (!results) {
      say(`${name}: left out`);
      continue;
    }
    writeResults(name, results);
    for (const { passed, failed } of Object.values(results)) {
      total.passed += passed;
      total.failed += failed;
    }
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed || !total.passed ? 1 : 0;
});

'use strict';
// npm test: installs what is missing, builds, runs every test and ends with 'N passed, N failed'.
//   npm test                 everything
//   npm test -- js compat    only the named groups; their names are the keys of GROUPS

const fs = require('node:fs');
const path = require('node:path');
const { runApiTests } = require('./api-tests.js');
const { readFailures, runCounted } = require('./counts.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');
const { BUILD } = require('../lib/platform.js');

/** As arguments: Node 18 and 20 do not expand patterns. */
function houseTests() {
  const folder = path.join('test', 'house');
  const files = fs.readdirSync(path.join(ROOT, folder)).filter((name) => name.endsWith('.test.js'));
  return files.map((name) => path.join(folder, name));
}

async function counted(command, args) {
  const result = await runCounted(command, args, { cwd: ROOT });
  return { ...result, output: readFailures(result.output) };
}

const GROUPS = {
  'engine and ABI': { name: 'c', run: () => counted('ctest', ['--test-dir', BUILD, '--verbose']) },
  'API (test/js)': { name: 'js', run: () => runApiTests(process.execPath) },
  'compatibility with koffi': { name: 'compat', run: () => counted(process.execPath, ['test/compat/run.js']) },
  'packaging, docs, tools (test/house)': {
    name: 'house',
    run: () => counted(process.execPath, ['--test', '--test-reporter=tap', ...houseTests()]),
  },
};

async function runGroup(title, run) {
  const start = Date.now();
  const result = await run();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (result.failed) console.log(result.output);
  say(`${title}: ${result.passed} passed, ${result.failed} failed (${seconds} s)`);
  return result;
}

runMain(async () => {
  const wanted = process.argv.slice(2);
  const total = { passed: 0, failed: 0 };

  ensureTools();
  ensureModules();
  await ensureBuilt({ tests: true });
  for (const [title, { name, run }] of Object.entries(GROUPS)) {
    if (wanted.length && !wanted.includes(name)) continue;
    say(`${title} ...`);
    const { passed, failed } = await runGroup(title, run);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});

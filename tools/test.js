'use strict';
// npm test: installs what is missing, builds, runs every test and ends with 'N passed, N failed'.
//   npm test                 everything
//   npm test -- js compat    only the named groups; their names are the keys of GROUPS

const fs = require('node:fs');
const path = require('node:path');
const { readFailures, runCounted } = require('./counts.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');
const { BUILD } = require('../lib/platform.js');

/** Test files of a folder of test/, as arguments: Node 18 and 20 do not expand patterns. */
function testFiles(folder) {
  const full = path.join(ROOT, 'test', folder);
  if (!fs.existsSync(full)) return [];
  return fs
    .readdirSync(full)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => path.join('test', folder, name));
}

const nodeTest = (folder) => [process.execPath, ['--test', '--test-reporter=tap', ...testFiles(folder)]];

const GROUPS = {
  'engine and ABI': { name: 'c', run: ['ctest', ['--test-dir', BUILD, '--verbose']] },
  'API (test/js)': { name: 'js', run: nodeTest('js') },
  'compatibility with koffi': { name: 'compat', run: [process.execPath, ['test/compat/run.js']] },
  'packaging, docs, tools (test/house)': { name: 'house', run: nodeTest('house') },
};

async function runGroup(title, [command, args]) {
  const start = Date.now();
  const result = await runCounted(command, args, { cwd: ROOT });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (result.failed) console.log(readFailures(result.output));
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

'use strict';
// npm run test:nodes: the API tests with one binary on every supported line of Node.js.
//   node tools/test-nodes.js [major versions...]
// The programs come from the npm packages node-<platform>-<arch> and stay in .cache/nodes.

const { execFileSync } = require('node:child_process');
const { runApiTests } = require('./api-tests.js');
const { nodeProgram } = require('./nodes.js');
const { ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

const VERSIONS = ['18', '20', '22', '24', '26'];

runMain(async () => {
  const majors = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS;
  const rows = [];

  ensureTools();
  ensureModules();
  await ensureBuilt();
  for (const major of majors) {
    const node = nodeProgram(major);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const { passed, failed, output } = await runApiTests(node, {
      env: { RISTRETTO_SHUTDOWN_REPEATS: '1', RISTRETTO_WORKER_REPEATS: '10', ...process.env }, // all of it is in `npm test`
    });
    if (failed) console.log(output);
    say(`${version}: ${passed} passed, ${failed} failed`);
    rows.push({ node: version, passed, failed });
  }

  console.log('\nNode.js      passed  failed');
  for (const row of rows) {
    console.log(`${row.node.padEnd(12)} ${String(row.passed).padStart(6)}  ${String(row.failed).padStart(6)}`);
  }
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') ? 1 : 0;
});

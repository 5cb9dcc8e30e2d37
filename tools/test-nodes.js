'use strict';
// npm run test:nodes: the API tests with one binary on every supported line of Node.js.
//   node tools/test-nodes.js [major versions...]
// The programs come from the npm packages node-<platform>-<arch> and stay in .cache/nodes.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { readFailures, runCounted } = require('./counts.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

const VERSIONS = ['18', '20', '22', '24', '26'];
const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The path of Node.js `major`, fetched on first use. */
function nodeProgram(major) {
  const folder = path.join(ROOT, '.cache', 'nodes', major);
  const program = path.join(folder, 'node_modules', PACKAGE, 'bin', 'node');
  if (!fs.existsSync(program)) {
    say(`fetching ${PACKAGE}@${major}`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', [...args, '--loglevel=error', `${PACKAGE}@${major}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return program;
}

function testFiles() {
  const folder = path.join(ROOT, 'test', 'js');
  return fs.readdirSync(folder).filter((name) => name.endsWith('.test.js')).map((name) => path.join(folder, name));
}

runMain(async () => {
  const majors = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS;
  const rows = [];

  ensureTools();
  ensureModules();
  await ensureBuilt();
  for (const major of majors) {
    const node = nodeProgram(major);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const { passed, failed, output } = await runCounted(node, ['--test', '--test-reporter=tap', ...testFiles()], {
      cwd: ROOT,
      env: { RISTRETTO_SHUTDOWN_REPEATS: '1', RISTRETTO_WORKER_REPEATS: '10', ...process.env }, // all of it is in `npm test`
    });
    if (failed) console.log(readFailures(output));
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

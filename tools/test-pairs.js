'use strict';
// npm run test:pairs: the API tests once per pair of filler and entry (docs/speed.md).
//   node tools/test-pairs.js [--node major...] [pairs...]
// `npm test` and `npm run test:nodes` run them with each version's default pair. With --node, all named pairs run on each of
// these versions instead of on the one that runs this and on Node.js 26.

const { parseArgs } = require('node:util');
const { readFailures, runCounted } = require('./counts.js');
const { apiTests, nodeProgram } = require('./nodes.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

/** name: the version of Node.js (undefined: the one that runs this) and the environment. */
const PAIRS = {
  reference: { env: { RISTRETTO_FILLER: 'reference' } },
  plain: { env: { RISTRETTO_ENTRY: 'plain' } },
  raw: { node: '26', env: { RISTRETTO_ENTRY: 'raw' } },
  fast: { node: '26', env: { RISTRETTO_ENTRY: 'fast' } },
};

runMain(async () => {
  const { values, positionals } = parseArgs({ options: { node: { type: 'string', multiple: true } }, allowPositionals: true });
  const wanted = positionals.length ? positionals : Object.keys(PAIRS);
  const unknown = wanted.find((name) => !PAIRS[name]);
  const total = { passed: 0, failed: 0 };
  if (unknown) throw new Error(`no pair named '${unknown}'; known: ${Object.keys(PAIRS).join(', ')}`);

  ensureTools();
  ensureModules();
  await ensureBuilt();
  const runs = wanted.flatMap((name) => (values.node ?? [PAIRS[name].node]).map((node) => ({ name, node })));
  for (const { name, node } of runs) {
    const { env } = PAIRS[name];
    const program = node ? nodeProgram(node) : process.execPath;
    const { passed, failed, output } = await runCounted(program, ['--test', '--test-reporter=tap', ...apiTests()], {
      cwd: ROOT,
      env: { RISTRETTO_SHUTDOWN_REPEATS: '1', RISTRETTO_WORKER_REPEATS: '10', ...process.env, ...env },
    });
    if (failed) console.log(readFailures(output));
    say(`${name}${node ? ` (Node.js ${node})` : ''}: ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});

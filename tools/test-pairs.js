'use strict';
// npm run test:pairs: the API tests once per pair of filler and entry (docs/speed.md).
//   node tools/test-pairs.js [pair | pair@major]...
// `npm test` and `npm run test:nodes` run them with each version's default pair. Of a pair without a version, `reference` and
// `plain` run on the Node.js that runs this, the others on 26; without pairs, all do.

const { runApiTests } = require('./api-tests.js');
const { nodeProgram } = require('./nodes.js');
const { ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

/** name: the version of Node.js (undefined: the one that runs this) and the environment. */
const PAIRS = {
  reference: { env: { RISTRETTO_FILLER: 'reference' } },
  plain: { env: { RISTRETTO_ENTRY: 'plain' } },
  raw: { node: '26', env: { RISTRETTO_ENTRY: 'raw' } },
  fast: { node: '26', env: { RISTRETTO_ENTRY: 'fast' } },
};

runMain(async () => {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PAIRS);
  const runs = wanted.map((text) => {
    const [name, node = PAIRS[name]?.node] = text.split('@');
    if (!PAIRS[name]) throw new Error(`no pair named '${name}'; known: ${Object.keys(PAIRS).join(', ')}`);
    return { name, node };
  });
  const total = { passed: 0, failed: 0 };

  ensureTools();
  ensureModules();
  await ensureBuilt();
  for (const { name, node } of runs) {
    const { env } = PAIRS[name];
    const program = node ? nodeProgram(node) : process.execPath;
    const { passed, failed, output } = await runApiTests(program, {
      env: { RISTRETTO_SHUTDOWN_REPEATS: '1', RISTRETTO_WORKER_REPEATS: '10', ...process.env, ...env },
    });
    if (failed) console.log(output);
    say(`${name}${node ? ` (Node.js ${node})` : ''}: ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});

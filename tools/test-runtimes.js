'use strict';
// npm run test:runtimes: the basics under Bun and Deno, which come from npm and stay in .cache/runtimes.

const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { bunProgram } = require('./bun.js');
const { readFailures, runCounted } = require('./counts.js');
const { packageFile } = require('./fetch.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

const RUNTIMES = [
  { name: 'bun', program: bunProgram, args: [] },
  { name: 'deno', program: () => packageFile('runtimes/deno', 'deno@2.9', '.bin/deno'), args: ['run', '--allow-all'] },
];

runMain(async () => {
  const total = { passed: 0, failed: 0 };

  ensureTools();
  ensureModules();
  await ensureBuilt({ tests: true });
  for (const runtime of RUNTIMES) {
    const { name } = runtime;
    const file = runtime.program();
    const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).split('\n')[0];
    const args = [...runtime.args, path.join(ROOT, 'test', 'runtimes', 'basics.cjs')];
    const { passed, failed, output } = await runCounted(file, args, { cwd: ROOT });
    if (failed) console.log(readFailures(output));
    say(`${name} ${version}: ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});

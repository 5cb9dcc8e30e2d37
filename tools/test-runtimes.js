'use strict';
// npm run test:runtimes: the basics under Bun and Deno, which come from npm and stay in .cache/runtimes.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { readFailures, runCounted } = require('./counts.js');
const { ROOT, ensureBuilt, ensureModules, ensureTools, runMain, say } = require('./setup.js');

const RUNTIMES = [
  { name: 'bun', version: '1.4', args: [] },
  { name: 'deno', version: '2.9', args: ['run', '--allow-all'] },
];

/** The path of a runtime's program, fetched on first use. */
function program({ name, version }) {
  const folder = path.join(ROOT, '.cache', 'runtimes', name);
  const file = path.join(folder, 'node_modules', '.bin', name);
  if (!fs.existsSync(file)) {
    say(`fetching ${name}@${version}`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', [...args, `${name}@${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return file;
}

runMain(async () => {
  const total = { passed: 0, failed: 0 };

  ensureTools();
  ensureModules();
  await ensureBuilt({ tests: true });
  for (const runtime of RUNTIMES) {
    const file = program(runtime);
    const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).split('\n')[0];
    const args = [...runtime.args, path.join(ROOT, 'test', 'runtimes', 'basics.cjs')];
    const { passed, failed, output } = await runCounted(file, args, { cwd: ROOT });
    if (failed) console.log(readFailures(output));
    say(`${runtime.name} ${version}: ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});

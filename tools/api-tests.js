'use strict';
// The tests of the API (test/js), each file in a process of its own, so that one that comes to no end is known by its name.
//   node tools/api-tests.js    those of this Node.js, without a build before

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { readFailures, runCounted } = require('./counts.js');
const { ROOT, say } = require('./setup.js');

const LIMIT_MS = 10 * 60_000; // the slowest file takes one minute, or three with a sanitizer
const JOBS = Math.max(1, os.availableParallelism() - 1); // as `node --test` has it

/** Where Node.js itself sometimes hangs when a program ends, waiting for V8's threads, which wait for it:
 * https://github.com/nodejs/node/issues/54918. No code of ours runs then; the file is run again. */
const HANG_OF_NODE = /node::(NodePlatform::DrainTasks|WorkerThreadsTaskRunner::BlockingDrain)/;

function apiTests() {
  const folder = path.join(ROOT, 'test', 'js');
  return fs.readdirSync(folder).filter((name) => name.endsWith('.test.js')).map((name) => path.join(folder, name));
}

async function runFile(program, file, options) {
  const run = () => runCounted(program, ['--test-reporter=tap', file], { cwd: ROOT, limit: LIMIT_MS, ...options });
  const result = await run();
  if (!HANG_OF_NODE.test(result.stuck)) return result;
  say(`${path.basename(file)}: Node.js hung at the end of a program (its issue 54918); once more`);
  return run();
}

/** Runs the files with a Node.js program; resolves to { passed, failed, output }. The options are those of runCounted(). */
async function runApiTests(program, options = {}, files = apiTests()) {
  const total = { passed: 0, failed: 0, output: '' };
  const queue = [...files];
  const work = async () => {
    for (let file; (file = queue.shift()); ) {
      const { passed, failed, output } = await runFile(program, file, options);
      total.passed += passed;
      total.failed += failed;
      if (failed) total.output += `\n# ${path.relative(ROOT, file)}\n${readFailures(output)}`;
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
  return total;
}

if (require.main === module) {
  runApiTests(process.execPath).then(({ passed, failed, output }) => {
    console.log(`${output}\n\n${passed} passed, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
  });
}

module.exports = { apiTests, runApiTests };

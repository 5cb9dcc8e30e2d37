'use strict';
// tools/api-tests.js: what is counted of files of API tests, and which files that hang are run once more.
const { test } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { runApiTests } = require('../../tools/api-tests.js');

const posix = process.platform === 'win32' ? { skip: 'no groups of processes' } : {};
const LIMIT_MS = 4000;

// Files of tests in a folder of their own, with a debugger there that shows `frame` of every program.
function setUp(t, files, frame = 'uv_run') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-api-tests-'));
  const before = process.env.PATH;
  fs.writeFileSync(path.join(folder, 'gdb'), `#!/bin/sh\necho '#0  0x0000000000d37bf0 in ${frame} ()'\n`, { mode: 0o755 });
  process.env.PATH = `${folder}${path.delimiter}${before}`;
  t.after(() => {
    process.env.PATH = before;
    fs.rmSync(folder, { recursive: true });
  });
  return Object.entries(files).map(([name, source]) => {
    fs.writeFileSync(path.join(folder, name), `const { test } = require('node:test');\n${source}`);
    return path.join(folder, name);
  });
}

// One test, in a program that hangs when it runs for the first time.
const HANGS_ONCE = `
  const fs = require('node:fs');
  test('a', () => {});
  if (!fs.existsSync(__filename + '.ran')) {
    fs.writeFileSync(__filename + '.ran', '');
    setInterval(() => {}, 1000);
  }`;

const run = (files) => runApiTests(process.execPath, { env: { NODE_TEST_CONTEXT: undefined }, limit: LIMIT_MS }, files);

test('the counts of all files are added up, failures shown by file', async (t) => {
  const files = setUp(t, {
    'good.test.js': "test('a', () => {}); test('b', () => {});",
    'bad.test.js': "test('c', () => {}); test('d', () => { throw new Error('on purpose'); });",
    'ended.test.js': 'process.kill(process.pid, "SIGKILL");',
  });
  const { passed, failed, output } = await run(files);

  assert.deepEqual([passed, failed], [3, 2]);
  assert.match(output, /^# .*bad\.test\.js$/m);
  assert.match(output, /not ok 2 - d[^]*on purpose/);
  assert.match(output, /^# .*ended\.test\.js$/m);
  assert.doesNotMatch(output, /good\.test\.js/);
});

test('a file that hangs is a failure, with what its threads do', posix, async (t) => {
  const { passed, failed, output } = await run(setUp(t, { 'once.test.js': HANGS_ONCE }, 'rs_cond_wait'));

  assert.deepEqual([passed, failed], [0, 1]);
  assert.match(output, /^# .*once\.test\.js$/m);
  assert.match(output, /still running after 4 s:\n\d+ .*once\.test\.js\n#0 .* in rs_cond_wait/);
});

test('one that hangs where Node.js itself may is run again, and counts then', posix, async (t) => {
  const { passed, failed } = await run(setUp(t, { 'once.test.js': HANGS_ONCE }, 'node::NodePlatform::DrainTasks(v8::Isolate*)'));

  assert.deepEqual([passed, failed], [1, 0]);
});

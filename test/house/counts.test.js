'use strict';
// How the project's own tools run test programs: what they count, and what becomes of a program that comes to no end.
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { readCounts, readFailures, runCounted } = require('../../tools/counts.js');

const node = process.execPath;
const linux = process.platform === 'linux' ? {} : { skip: 'looks into /proc' };

// Whether a process is there; one that has ended and waits for its parent is not.
function isAlive(id) {
  try {
    process.kill(id, 0);
    return !/\) [ZX] /.test(fs.readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function ended(id) {
  for (let i = 0; i < 500 && isAlive(id); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return !isAlive(id);
}

// A program that starts another one, writes its number to the file NUMBER and waits for ever, as the other one does.
const PARENT = `
  const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'hanging.test.js'], { stdio: 'inherit' });
  require('node:fs').writeFileSync(process.env.NUMBER, String(child.pid));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

function numberFile(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-counts-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return path.join(folder, 'number');
}

const readNumber = (file) => (fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0);

test('counts are those of node:test, of lines of counts, or of the last line alone', () => {
  assert.deepEqual(readCounts('# pass 3\n# fail 1\n# cancelled 2\n'), { passed: 3, failed: 3 });
  assert.deepEqual(readCounts('a: 3 passed, 1 failed (2 s)\nb: 4 passed, 0 failed (1 s)\n'), { passed: 7, failed: 1 });
  assert.deepEqual(readCounts('a: 3 passed, 1 failed\n\n9 passed, 2 failed\n'), { passed: 9, failed: 2 });
  assert.equal(readCounts('nothing of the kind'), null);
});

test('a program without counts is one test; a bad end is a failure, whatever was counted', async () => {
  const run = async (source) => {
    const { passed, failed } = await runCounted(node, ['-e', source]);
    return [passed, failed];
  };
  assert.deepEqual(await run(''), [1, 0]);
  assert.deepEqual(await run('process.exit(3)'), [0, 1]);
  assert.deepEqual(await run('console.log("# pass 5\\n# fail 0"); process.exit(3)'), [5, 1]);
  assert.deepEqual(await run('console.log("# pass 5\\n# fail 2"); process.exit(1)'), [5, 2]);
  const { failed, output } = await runCounted('/no/such/program', []);
  assert.equal(failed, 1);
  assert.match(output, /\/no\/such\/program.*ENOENT/);
});

test('a program over its limit has failed, is ended with those it started, and each of them is named', linux, async (t) => {
  const number = numberFile(t);
  const { passed, failed, output } = await runCounted(node, ['-e', PARENT], { env: { NUMBER: number }, limit: 3000 });
  const child = readNumber(number);

  assert.deepEqual([passed, failed], [0, 1]);
  assert.match(output, /^still running after 3 s:$/m);
  assert.match(output, new RegExp(`^${child} .*hanging\\.test\\.js`, 'm'));
  assert.match(output, /^ended by SIGKILL$/m);
  assert.ok(await ended(child));
});

test('a failure report holds the failures and what hung', () => {
  const report = readFailures('ok 1 - a\nnot ok 2 - b\n  ---\n  error: x\n  ...\nok 3 - c\nstill running after 9 s:\n7 node x.js');
  assert.match(report, /not ok 2 - b/);
  assert.match(report, /still running after 9 s:\n7 node x\.js$/);
  assert.doesNotMatch(report, /ok 3/);
});

test('whoever interrupts a run ends its programs, too', linux, async (t) => {
  const number = numberFile(t);
  const source = `require('./tools/counts.js').runCounted(process.execPath, ['-e', ${JSON.stringify(PARENT)}]);`;
  const tool = spawn(node, ['-e', source], { cwd: path.join(__dirname, '..', '..'), env: { ...process.env, NUMBER: number } });

  while (!readNumber(number) && tool.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  tool.kill('SIGINT');
  const signal = await new Promise((resolve) => tool.on('exit', (code, by) => resolve(by)));
  assert.equal(signal, 'SIGINT');
  assert.ok(await ended(readNumber(number)));
});

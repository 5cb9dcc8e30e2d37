'use strict';
// Where the system refuses executable memory, callbacks work: they are made of code that is in the binary.
const { test } = require('node:test');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { assert } = require('./support');

test('callbacks work where executable memory is refused', { skip: process.platform !== 'linux' && 'Linux alone' }, (t) => {
  const child = spawnSync(process.execPath, ['--jitless', path.join(__dirname, 'hardened-child.js')], { encoding: 'utf8' });
  assert.equal(child.status, 0, child.stderr);
  const seen = JSON.parse(child.stdout.trim().split('\n').at(-1)); // V8 warns of --jitless on the lines before
  if (seen.skipped) return t.skip(seen.skipped);
  const { made, right, message, ...rest } = seen;

  assert.deepEqual(rest, { mapped: -1, sorted: [1, 2, 3], code: 'ERR_RISTRETTO_LIMIT', again: [4, 5, 6] });
  assert.ok(made > 1000, `${made} callbacks`);
  assert.equal(right, made);
  assert.match(message, /^register\(\): no more callbacks can be made: all \d+ are in use, and the system allows no more$/);
});

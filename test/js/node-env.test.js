'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures } = require('./support');
const { node, load } = ristretto;

test('node.env is the Node-API environment of this thread', () => {
  const version = load(null).func('int napi_get_version(void *env, _Out_ uint32_t *version)');
  const out = [null];

  assert.equal(typeof node.env, 'bigint');
  assert.equal(node.env, node.env);
  assert.equal(version(node.env, out), 0);
  assert.ok(out[0] >= 8, `Node-API ${out[0]}`);
});

test('node.poll and node.PollHandle exist', () => {
  fixtures();
  assert.equal(typeof node.poll, 'function');
  assert.equal(typeof node.PollHandle, 'function');
});

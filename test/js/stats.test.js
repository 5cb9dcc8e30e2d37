'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures } = require('./support');
const { stats } = ristretto;

test('gives a fresh plain object with two counters', () => {
  const one = stats();

  assert.deepEqual(Object.keys(one).slice(0, 2), ['disposed', 'callbacks']);
  assert.equal(Object.getPrototypeOf(one), Object.prototype);
  assert.notEqual(stats(), one);
  assert.deepEqual(stats('ignored', 1), one);
  assert.equal(one.callbacks, 0);
});

test('counts disposals, those of NULL included', () => {
  const dup = fixtures().func('str! dup_str(const char *s)');
  const before = stats().disposed;

  dup('a');
  dup('b');
  dup(null);
  assert.equal(stats().disposed, before + 3);
});

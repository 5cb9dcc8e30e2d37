'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, detached, throws } = require('./support');
const { alloc, free, as } = ristretto;

test('frees what alloc and C gave', () => {
  assert.equal(free(alloc('int', 4)), undefined);
  assert.equal(free(fixtures().func('void *dup_str(const char *s)')('abc')), undefined);
});

test('does nothing for NULL in every form', () => {
  for (const nothing of [null, undefined, 0, 0n]) assert.equal(free(nothing), undefined);
});

test('refuses memory of JavaScript', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  const values = [Buffer.alloc(8), new Int32Array(2), new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), shared];

  for (const value of [...values, new Uint8Array(0), detached()]) throws(() => free(value), TypeError, 'ARGUMENT');
});

test('refuses values that are no addresses', () => {
  throws(() => free(), TypeError, 'ARGUMENT_COUNT');
  for (const value of ['x', {}, [], true, () => {}, Symbol('x'), as(null, 'int *'), NaN, 1.5, Infinity]) {
    throws(() => free(value), TypeError, 'ARGUMENT');
  }
});

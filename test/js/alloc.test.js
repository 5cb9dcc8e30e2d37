'use strict';
const { test } = require('node:test');
const { assert, ristretto, define, throws } = require('./support');
const { alloc, free, decode, encode, array, opaque, address } = ristretto;

define('S3', 'AddFn');
opaque('Opq');

test('gives zeroed memory of the C heap', () => {
  for (let round = 0; round < 3; round++) {
    const block = alloc('int', 16);

    assert.equal(typeof block, 'bigint');
    assert.deepEqual(decode(block, 'int', 16), new Int32Array(16));
    encode(block, array('int', 16), new Array(16).fill(-1));
    assert.equal(decode(block + 60n, 'int'), -1);
    free(block);
  }
});

test('takes every complete type', () => {
  for (const spec of ['char', 'double', 'S3', 'S3[4]', 'str', 'void *', 'int **', 'AddFn', 'AddFn *', array('S3', 2)]) {
    const block = alloc(spec, 2);
    assert.ok(block > 0n);
    free(block);
  }
});

test('takes counts as numbers and BigInts', () => {
  for (const count of [1, 1.9, 1n, 100000]) free(alloc('int', count));
});

test('refuses bad counts', () => {
  for (const count of [0, -1, 0n, -1n, 0.5]) throws(() => alloc('int', count), Error);
  for (const count of [2 ** 31, 2 ** 53, 1e300, 2n ** 63n, 2n ** 64n, Infinity]) {
    assert.throws(() => alloc('double', count), { code: /^ERR_RISTRETTO_/ });
  }
  throws(() => alloc('double', 2 ** 40), Error);
  for (const count of [undefined, null, '1', {}, [], true, NaN]) {
    assert.throws(() => alloc('int', count), { code: /^ERR_RISTRETTO_/ });
  }
  for (const count of [undefined, null, '1', {}, true]) throws(() => alloc('int', count), TypeError);
});

test('refuses types without a size', () => {
  throws(() => alloc(), TypeError, 'ARGUMENT_COUNT');
  throws(() => alloc('int'), TypeError, 'ARGUMENT_COUNT');
  for (const spec of ['void', 'Opq', 'nope_t', null, undefined, 5, {}]) throws(() => alloc(spec, 1), TypeError);
  throws(() => alloc('int &', 1), Error, 'SYNTAX');
});

test('an address may be used as a buffer for C', () => {
  const { fixtures } = require('./support');
  const block = alloc('int', 4);

  fixtures().func('void fill_ints(int *p, int n, int start)')(block, 4, 5);
  assert.deepEqual(decode(block, array('int', 4)), Int32Array.of(5, 6, 7, 8));
  assert.equal(address(block), block);
  free(block);
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');
const { view, alloc, free, decode, encode, as } = ristretto;

test('shows foreign memory without a copy', () => {
  const block = alloc('int', 4);
  const buffer = view(block, 16);
  const ints = new Int32Array(buffer);

  assert.ok(buffer instanceof ArrayBuffer);
  assert.equal(buffer.byteLength, 16);
  ints[1] = 7;
  assert.equal(decode(block, 4, 'int'), 7);
  encode(block, 'int', 5);
  assert.equal(ints[0], 5);
  assert.deepEqual(new Int32Array(view(fixtures().symbol('my_arr'), 16)), Int32Array.of(1, 2, 3, 4));
});

test('two views of one address live side by side', () => {
  const block = alloc('int', 1);
  const one = view(block, 4);
  const two = view(block, 4);

  assert.notEqual(one, two);
  new Int32Array(one)[0] = 9;
  assert.equal(new Int32Array(two)[0], 9);
});

test('takes lengths as numbers and BigInts', () => {
  const block = alloc('int', 1);

  assert.equal(view(block, 0).byteLength, 0);
  assert.equal(view(block, 3.9).byteLength, 3);
  assert.equal(view(block, 4n).byteLength, 4);
  assert.equal(view(null, 0).byteLength, 0);
  assert.equal(view(0n, 0).byteLength, 0);
});

test('refuses bad lengths', () => {
  const block = alloc('int', 1);

  for (const length of [-1, -1n, -(2 ** 40), NaN, undefined, null, '4', {}, [], true]) {
    throws(() => view(block, length), TypeError);
  }
  for (const length of [2 ** 53, 2n ** 63n, 2n ** 64n, 1e300, Infinity]) {
    assert.throws(() => view(block, length), { code: /^ERR_RISTRETTO_/ });
  }
  throws(() => view(block), TypeError, 'ARGUMENT_COUNT');
  throws(() => view(), TypeError, 'ARGUMENT_COUNT');
  free(block);
});

test('refuses NULL', () => {
  for (const ref of [null, undefined, 0, 0n]) throws(() => view(ref, 4), Error, 'NULL_REFERENCE');
});

test('refuses what is no reference', () => {
  const values = ['x', {}, [], true, () => {}, Symbol('x'), as(null, 'int *'), NaN];

  for (const value of values) throws(() => view(value, 4), TypeError, 'ARGUMENT', /view/);
});

test('a length beyond a buffer is refused', () => {
  const bytes = new Uint8Array(8);

  throws(() => view(bytes, 9), Error, 'BUFFER_SIZE');
  throws(() => view(bytes.subarray(4), 5), Error, 'BUFFER_SIZE');
});

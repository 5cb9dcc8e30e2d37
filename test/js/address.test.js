'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, detached, throws, wrap } = require('./support');
const { address, as, types, encode, decode } = ristretto;

test('gives the unsigned address of memory', () => {
  const bytes = new Uint8Array(16);
  const base = address(bytes);

  assert.ok(base > 0n);
  assert.equal(address(bytes.buffer), base);
  assert.equal(address(bytes.subarray(3)), base + 3n);
  assert.equal(address(new Uint16Array(bytes.buffer, 4)), base + 4n);
  assert.equal(address(new DataView(bytes.buffer, 5)), base + 5n);
  encode(base, 'int', 77);
  assert.equal(decode(bytes, 'int'), 77);
  assert.ok(address(new Uint8Array(new SharedArrayBuffer(8))) > 0n);
});

test('normalises numbers', () => {
  const cases = [
    [null, 0n],
    [undefined, 0n],
    [0, 0n],
    [0n, 0n],
    [4096, 4096n],
    [-1, wrap(-1n)],
    [-1n, wrap(-1n)],
    [2n ** 64n + 5n, 5n],
    [2 ** 53, wrap(2n ** 53n)],
  ];

  for (const [value, expected] of cases) assert.equal(address(value), expected);
  const variable = fixtures().symbol('my_int');
  assert.equal(address(variable), variable);
});

test('empty and detached buffers have no address', () => {
  assert.equal(address(new Uint8Array(0)), 0n);
  assert.equal(address(detached()), 0n);
});

test('refuses what is no memory', () => {
  throws(() => address(), TypeError, 'ARGUMENT_COUNT');
  const add = fixtures().func('int add(int, int)');
  const values = ['x', {}, [], true, () => {}, Symbol('x'), add, as(null, 'int *'), types.int, fixtures(), new SharedArrayBuffer(8)];

  for (const value of [...values, NaN, Infinity, -Infinity, 1.5]) throws(() => address(value), TypeError, 'ARGUMENT', /address/);
});

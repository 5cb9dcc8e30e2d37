'use strict';
const { test } = require('node:test');
const { LONG, assert, ristretto, define, throws, runOk } = require('./support');
const { loadFixtures } = require('../fixtures');

define('S3', 'SP', 'E', 'AddFn');

const lib = loadFixtures(ristretto, { strict: true });
const lax = loadFixtures(ristretto);
const RANGES = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0, 2n ** 64n - 1n],
  char: [-128, 127],
  long: [-(2n ** BigInt(8 * LONG - 1)), 2n ** BigInt(8 * LONG - 1) - 1n],
};

test('accepts the whole range of each integer, as Number or BigInt', () => {
  for (const [type, range] of Object.entries(RANGES)) {
    const id = lib.func(`id_${type}`, type, [type]);

    for (const value of [...range, 0, 1, 0n, 1n, -0]) assert.equal(BigInt(id(value)), BigInt(value), `${type} ${value}`);
  }
});

test('refuses integers out of range with RangeError', () => {
  for (const [type, [low, high]] of Object.entries(RANGES)) {
    const id = lib.func(`id_${type}`, type, [type]);
    const outside = [BigInt(high) + 1n, BigInt(low) - 1n, 2n ** 64n, -(2n ** 70n), 2 ** 64, 1e300, -1e300];

    for (const value of outside) throws(() => id(value), RangeError, 'RANGE', new RegExp(`id_${type}\\(\\).*argument 1`));
  }
});

test('refuses fractions, NaN and infinities for integers', () => {
  for (const type of Object.keys(RANGES)) {
    const id = lib.func(`id_${type}`, type, [type]);

    for (const value of [1.5, -0.5, 1e-300, NaN, Infinity, -Infinity]) throws(() => id(value), RangeError, 'RANGE');
  }
});

test('floating point takes every number', () => {
  const id = lib.func('double id_double(double v)');

  for (const value of [1.5, NaN, Infinity, -0, 1e300]) assert.ok(Object.is(id(value), value));
  assert.equal(lib.func('float id_float(float v)')(0.5), 0.5);
});

test('names the parameter, the type and the value', () => {
  const add = lib.func('int add(int a, int b)');

  throws(() => add(1, 2 ** 31), RangeError, 'RANGE', /add\(\): argument 2 \(b\).*int.*2147483648/);
  throws(() => add(1, 1.5), RangeError, 'RANGE', /1\.5/);
  throws(() => add('x', 1), TypeError, 'VALUE', /expects int, got string/);
});

test('refuses surplus arguments', () => {
  const add = lib.func('int add(int a, int b)');

  assert.equal(add(1, 2), 3);
  throws(() => add(1, 2, 3), TypeError, 'ARGUMENT_COUNT', /add\(\).*2.*3/);
  throws(() => add(1, 2, undefined), TypeError, 'ARGUMENT_COUNT');
  throws(() => lib.func('void nothing()')(1), TypeError, 'ARGUMENT_COUNT');
  throws(() => add(1), TypeError, 'ARGUMENT_COUNT');
});

test('refuses strings with embedded NULs', () => {
  for (const [name, type] of [['str_len', 'str'], ['str16_len', 'str16'], ['str32_len', 'str32'], ['str_null', 'void *']]) { // prettier-ignore
    const f = lib.func(name, 'int', [type]);

    throws(() => f('a\0b'), TypeError, undefined, /NUL/i);
    throws(() => f('\0'), TypeError);
    throws(() => f('ab\0'), TypeError);
    assert.ok(f('ab') >= 0);
    assert.ok(f('') >= 0);
  }
  throws(() => lib.func('int SP_len(SP *s)')({ s: 'a\0b' }), TypeError, undefined, /\.s/);
});

test('reaches into structs, arrays, enumerations and variadic values', () => {
  throws(() => lib.func('S3 id_S3(S3 s)')({ a: 2 ** 31 }), RangeError, 'RANGE', /argument 1 \(s\)\.a/);
  throws(() => lib.func('int S3_a(S3 *s)')({ b: 128 }), RangeError, 'RANGE', /\.b/);
  throws(() => lib.func('int sum_ints(int *p, int n)')([1, 1.5], 2), RangeError, 'RANGE', /\[1\]/);
  throws(() => lib.func('E id_E(E e)')(2 ** 40), RangeError, 'RANGE');
  throws(() => lib.func('int vsum(int n, ...)')(1, 'int', NaN), RangeError, 'RANGE');
  throws(() => lib.func('void inc_ints(_Inout_ int *p, int n)')([2 ** 40], 1), RangeError, 'RANGE');
});

test('is a matter of the library, not of the type', () => {
  assert.equal(lax.func('int add(int a, int b)')(2 ** 32 + 5, 1.5, 'surplus'), 6);
  assert.equal(lax.func('int str_len(str s)')('a\0b'), 1);
  assert.equal(lax.func('int32_t id_int32(int32_t v)')(NaN), 0);
});

test('is truthy or falsy like every option', () => {
  assert.throws(() => loadFixtures(ristretto, { strict: 1 }).func('int add(int, int)')(1.5, 1), RangeError);
  assert.equal(loadFixtures(ristretto, { strict: 0 }).func('int add(int, int)')(1.5, 1), 2);
});

test('config makes it the default of libraries that are loaded later', () => {
  runOk(`
    const { loadFixtures } = require(${JSON.stringify(require.resolve('../fixtures'))});
    ristretto.config({ strict: true });
    assert.equal(ristretto.config().strict, true);
    const lib = loadFixtures(ristretto);
    throws(() => lib.func('int add(int, int)')(1.5, 1), RangeError, 'RANGE');
    throws(() => lib.func('int add(int, int)')(1, 2, 3), TypeError, 'ARGUMENT_COUNT');
    const lax = loadFixtures(ristretto, { strict: false });
    assert.equal(lax.func('int add(int, int)')(1.5, 1, 9), 2);`);
});

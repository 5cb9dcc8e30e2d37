'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { enumeration, array, struct, type, types, decode, encode, pointer } = ristretto;
const lib = fixtures();

const [E] = define('E');
const id_E = lib.func('E id_E(E e)');

test('describes itself', () => {
  assert.deepEqual([E.name, E.primitive, E.size, E.alignment, E.disposable], ['E', 'Int32', 4, 4, false]);
  assert.deepEqual({ ...E.values }, { EA: 0, EB: 5, EC: -1 });
  assert.deepEqual(Object.keys(E), ['name', 'primitive', 'size', 'alignment', 'disposable', 'values']);
  assert.equal(type('E'), E);
  assert.equal(type('enum E'), E);
});

test('takes optional names', () => {
  for (const type of [enumeration({ A: 1 }), enumeration(null, { A: 1 }), enumeration(undefined, { A: 1 })]) {
    assert.match(type.name, /^<anonymous_\d+>$/);
    assert.deepEqual({ ...type.values }, { A: 1 });
  }
  throws(() => enumeration('E', { A: 1 }), Error, 'DUPLICATE');
  throws(() => enumeration('a b', { A: 1 }), Error, 'BAD_NAME');
  throws(() => enumeration('int', { A: 1 }), Error, 'DUPLICATE');
  throws(() => enumeration(5, { A: 1 }), TypeError);
});

const WINDOWS = process.platform === 'win32'; // where an enumeration is always an int

test('chooses the storage by the values', () => {
  const cases = [
    [{}, 'UInt32'],
    [{ A: 0 }, 'UInt32'],
    [{ A: 2 ** 32 - 1 }, 'UInt32'],
    [{ A: 2 ** 32 }, 'UInt64'],
    [{ A: 2n ** 64n - 1n }, 'UInt64'],
    [{ A: -1 }, 'Int32'],
    [{ A: -(2 ** 31), B: 2 ** 31 - 1 }, 'Int32'],
    [{ A: 2 ** 31, B: -1 }, 'Int64'],
    [{ A: -(2n ** 63n) }, 'Int64'],
  ];
  const isInt = (value) => value >= -(2 ** 31) && value < 2 ** 31;

  for (const [values, primitive] of cases) {
    if (!WINDOWS) assert.equal(enumeration(values).primitive, primitive);
    else if (Object.values(values).every(isInt)) assert.equal(enumeration(values).primitive, 'Int32');
    else throws(() => enumeration(values), Error);
  }
  throws(() => enumeration({ A: 2n ** 64n }), Error);
  throws(() => enumeration({ A: -1, B: 2n ** 63n }), Error);
});

test('keeps keys and values as given, frozen', () => {
  const type = enumeration({ '1a': 1, 'a b': 2n, c: 1, d: 0 });

  assert.deepEqual({ ...type.values }, { '1a': 1, 'a b': 2n, c: 1, d: 0 });
  assert.deepEqual(Object.keys(type.values), ['1a', 'a b', 'c', 'd']);
  assert.ok(Object.isFrozen(type.values));
});

test('takes an explicit storage', () => {
  for (const [storage, primitive] of [
    ['int8_t', 'Int8'],
    ['uint8_t', 'UInt8'],
    ['char', 'Int8'],
    ['int64_t', 'Int64'],
    [types.uint16, 'UInt16'],
    ['E', 'Int32'],
  ]) {
    const type = enumeration({ A: 1, B: 2 }, storage);
    assert.equal(type.primitive, primitive);
    assert.deepEqual({ ...type.values }, { A: 1, B: 2 });
  }
  const chosen = WINDOWS ? 'Int32' : 'UInt32';
  assert.equal(enumeration({ A: 1 }, null).primitive, chosen);
  assert.equal(enumeration({ A: 1 }, undefined).primitive, chosen);
  const swapped = enumeration({ A: 1 }, 'int16_be');
  assert.deepEqual(decode(Buffer.from([1, 2]), swapped), 258);
  for (const storage of ['float', 'double', 'bool', 'void', 'int *', 'str', 'nope_t', 5, {}, 'int[2]']) {
    throws(() => enumeration({ A: 1 }, storage), TypeError);
  }
});

test('refuses values that do not fit the explicit storage', () => {
  throws(() => enumeration({ A: 300 }, 'int8_t'), Error, undefined, /A/);
  throws(() => enumeration({ A: -1 }, 'uint8_t'), Error);
  throws(() => enumeration({ A: 2n ** 63n }, 'int64_t'), Error);
  assert.equal(enumeration({ A: 255, B: 0 }, 'uint8_t').size, 1);
});

test('refuses bad values', () => {
  for (const values of [undefined, null, [], [1], 5, 'x', () => {}]) throws(() => enumeration('Bad', values), TypeError);
  throws(() => enumeration(), TypeError);
  for (const value of ['1', null, undefined, true, {}, 1.5, NaN, Infinity, Symbol('x')]) {
    throws(() => enumeration('Bad', { A: value }), TypeError);
  }
  assert.equal(enumeration('Bad', { A: 1 }).name, 'Bad');
});

test('converts as its storage integer', () => {
  assert.deepEqual([id_E(5), id_E(-1), id_E(77), id_E(1.5), id_E(2n)], [5, -1, 77, 1, 2]);
  for (const value of ['EA', null, undefined, true, {}]) throws(() => id_E(value), TypeError, 'VALUE', /E/);
});

test('serves in structs, arrays and pointers', () => {
  const S = struct({ a: 'char', e: 'E' });
  const bytes = Buffer.alloc(8);

  encode(bytes, S, { a: 1, e: -1 });
  assert.deepEqual(decode(bytes, S), { a: 1, e: -1 });
  assert.deepEqual(decode(Int32Array.of(5, -1, 0), 'E', 3), [5, -1, 0]);
  assert.deepEqual(decode(Int32Array.of(5, -1, 0), array('E', 3)), [5, -1, 0]);
  assert.equal(lib.func('sum_ints', 'int', ['E *', 'int'])([1, 5], 2), 6);
  const out = [null];
  lib.func('fill_ints', 'void', ['_Out_ E *', 'int', 'int'])(out, 1, 5);
  assert.deepEqual(out, [5]);
});

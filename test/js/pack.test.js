'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws, native } = require('./support');
const { pack, struct, array, offsetof, opaque, type, decode } = ristretto;
const lib = fixtures();

define('P2');

test('leaves no padding', () => {
  const cases = [
    [{ a: 'int8_t', b: 'int16_t' }, 3, 1, [0, 1]],
    [{ a: 'char', b: 'int' }, 5, 1, [0, 1]],
    [{ a: 'int8_t', b: [4, 'int16_t'], c: 'int8_t' }, 8, 4, [0, 4, 6]],
    [{ a: 'int8_t', b: struct({ x: 'int8_t', y: 'int' }) }, 9, 1, [0, 1]],
    [{ a: 'char', b: array('double', 2), c: 'short' }, 19, 1, [0, 1, 17]],
  ];

  for (const [members, size, align, offsets] of cases) {
    const P = pack(members);
    const found = Object.keys(members).map((name) => offsetof(P, name));

    assert.deepEqual([P.size, P.alignment, found], [size, align, offsets]);
    assert.equal(P.primitive, 'Record');
  }
});

test('misaligned members travel by value as the compiler passes them', () => {
  assert.deepEqual(lib.func('P2 id_P2(P2 s)')({ a: -1, b: 0x1234 }), { a: -1, b: 0x1234 });
});

test('reads misaligned members', () => {
  assert.deepEqual(decode(native(Int8Array.of(1), Int32Array.of(2)), pack({ a: 'char', b: 'int' })), { a: 1, b: 2 });
});

test('completes an opaque type', () => {
  const O = opaque('PackedLater');

  pack(O, { a: 'char', b: 'int' });
  assert.equal(type('PackedLater').size, 5);
});

test('refuses what struct refuses', () => {
  throws(() => pack(), TypeError);
  throws(() => pack({}), Error, 'BAD_MEMBER');
  throws(() => pack('P2', { a: 'int' }), Error, 'DUPLICATE');
  throws(() => pack('a b', { a: 'int' }), Error, 'BAD_NAME');
  throws(() => pack('Bad', { a: 'void' }), TypeError);
  throws(() => pack('Bad', { a: [3, 'int'] }), Error, 'BAD_MEMBER');
  throws(() => pack('Bad', null), TypeError);
});

'use strict';
const { test } = require('node:test');
const { LITTLE, WORD, assert, poke, ristretto, fixtures, define, throws, native } = require('./support');
const { array, struct, union, pack, pointer, type, types, opaque, decode, encode, enumeration, sizeof } = ristretto;
const lib = fixtures();

define('S3', 'SA', 'Flex', 'Dyn', 'AddFn');
enumeration('E', { A: 0, B: 5, C: -1 });
opaque('Opq');

// Encodes and decodes back through memory of the array's size.
function through(spec, value) {
  const bytes = Buffer.alloc(sizeof(spec), 0xff);
  encode(bytes, spec, value);
  return decode(bytes, spec);
}

function bytesOf(spec, value) {
  const bytes = Buffer.alloc(sizeof(spec), 0xff);
  encode(bytes, spec, value);
  return [...bytes];
}

test('describes itself', () => {
  const A = array('int', 3);

  assert.deepEqual({ ...A }, {
    name: 'int[3]', primitive: 'Array', size: 12, alignment: 4, disposable: false, length: 3, hint: 'Typed', ref: types.int,
  }); // prettier-ignore
  assert.equal(A, type('int[3]'));
  assert.equal(type('int [ 3 ]'), A);
  assert.notEqual(array('int', 3, 'Array'), array('int', 3, 'Array'));
  assert.equal(array('int', 1.5).length, 1);
  assert.equal(type('int[010]').length, 10);
});

test('chooses the hint by the element', () => {
  const cases = [
    ['char', 'String'],
    ['char16_t', 'String'],
    ['char32_t', 'String'],
    ['wchar_t', 'String'],
    ['int8_t', 'Typed'],
    ['uint8_t', 'Typed'],
    ['int16_t', 'Typed'],
    ['int64_t', 'Typed'],
    ['uint16_be', 'Typed'],
    ['float', 'Typed'],
    ['double', 'Typed'],
    ['bool', 'Array'],
    ['str', 'Array'],
    ['S3', 'Array'],
    ['E', 'Array'],
    ['void *', 'Array'],
    ['int *', 'Array'],
    ['int[2]', 'Array'],
    ['AddFn *', 'Array'],
  ];

  for (const [spec, hint] of cases) assert.equal(array(spec, 2).hint, hint, spec);
});

test('accepts the hints that fit the element', () => {
  for (const hint of ['Array', 'Typed', 'Buffer', 'String', 'array', 'typed', 'buffer', 'string']) {
    assert.equal(array('char', 2, hint).hint.toLowerCase(), hint.toLowerCase());
    assert.equal(array('int16', 2, hint).hint.toLowerCase(), hint.toLowerCase());
    assert.equal(array('int', 2, hint).hint.toLowerCase(), hint.toLowerCase());
  }
  for (const hint of [null, undefined]) assert.equal(array('int', 2, hint).hint, 'Typed');
  for (const hint of ['TYPED', 'aRRay', 'nope', '']) throws(() => array('int', 2, hint), Error);
  for (const hint of [5, {}, [], true]) throws(() => array('int', 2, hint), TypeError);
  for (const spec of ['uint8_t', 'int64_t', 'uint16_be', 'float']) {
    assert.equal(array(spec, 2, 'Buffer').hint, 'Buffer');
    throws(() => array(spec, 2, 'String'), Error);
  }
  for (const spec of ['bool', 'E', 'str', 'S3', 'void *', 'AddFn *', 'int *', 'int[2]']) {
    for (const hint of ['Typed', 'Buffer', 'String']) throws(() => array(spec, 2, hint), Error);
    assert.equal(array(spec, 2, 'Array').hint, 'Array');
  }
});

test('refuses bad definitions', () => {
  throws(() => array(), TypeError);
  throws(() => array('int'), TypeError);
  for (const length of [0, -1, NaN, Infinity, -Infinity, null, undefined, 5n, {}, [], true, 2 ** 40, 1e300, 16777217]) {
    throws(() => array('int', length), TypeError);
  }
  for (const length of ['n', '3']) throws(() => array('int', length), TypeError);
  for (const maxLen of [0, -1, NaN, 'x', null, undefined]) throws(() => array('int', 'n', maxLen), TypeError);
  for (const spec of ['void', 'Opq', 'AddFn', 'nope_t', null, undefined, 5, {}]) {
    throws(() => array(spec, 2), TypeError);
  }
  for (const text of ['int[]', 'int[-1]', 'int[0x10]', 'int[1e2]', 'int[1', 'int[1]]', 'int[a]']) {
    throws(() => type(text), Error, 'SYNTAX');
  }
  for (const text of ['int[0]', 'char[0]', 'void[2]', 'Opq[2]', 'int[99999999999]', 'int[99999999999999999999999]']) {
    throws(() => type(text), TypeError);
  }
  assert.equal(array('int', 16777216).size, 67108864);
});

// Numbers in the byte order of this platform, whose lowest bytes spell 'AB' and NUL.
const NUMBERS = BigInt64Array.of(-9186781392564895167n, 578437695752307201n); // 0x8081feff43004241, 0x0807060504030201
const INTS = Int32Array.of(0x43004241, -2138964225);
const UNITS = Int16Array.of(0x4241, 0x4300);
const BYTES = Uint8Array.of(0x41, 0x42, 0x00, 0x43, 0xff, 0xfe, 0x81, 0x80);

test('decodes by hint', () => {
  const cases = [
    [BYTES, array('int8', 2), Int8Array.of(65, 66)],
    [BYTES, array('int8', 2, 'Array'), [65, 66]],
    [BYTES, array('int8', 2, 'String'), 'AB'],
    [BYTES, array('int8', 2, 'Buffer'), Buffer.from([65, 66])],
    [BYTES, array('char', 2), 'AB'],
    [BYTES, array('char', 2, 'Typed'), Int8Array.of(65, 66)],
    [BYTES, array('uint8', 6), Uint8Array.of(65, 66, 0, 67, 255, 254)],
    [UNITS, array('int16', 2, 'String'), '\u4241\u4300'],
    [BYTES, array('uint16_be', 2), Uint16Array.of(16706, 67)],
    [BYTES, array('uint16_be', 2, 'Buffer'), Buffer.from([0x41, 0x42, 0, 0x43])],
    [NUMBERS, array('int64', 2), NUMBERS],
    [NUMBERS, array('uint64', 1), BigUint64Array.of(9259962681144656449n)],
    [NUMBERS, array('int64', 1, 'Array'), [-9186781392564895167n]],
    [BYTES, array('bool', 3), [true, true, false]],
    [WORD === 8 ? NUMBERS : INTS, array('void *', 1), [WORD === 8 ? 9259962681144656449n : 0x43004241n]],
    [Float32Array.of(1.5), array('float', 1, 'Array'), [1.5]],
    [Float64Array.of(0.1), array('double', 1), Float64Array.of(0.1)],
    [INTS, array('uint32', 1), Uint32Array.of(0x43004241)],
    [INTS, array('E', 2), [...INTS]],
  ];

  for (const [bytes, spec, expected] of cases) assert.deepEqual(decode(bytes, spec), expected, `${spec.name} ${spec.hint}`);
});

test('strings end at NUL or at the end of the array', () => {
  const cases = [
    ['abcd', 'abcd'],
    ['ab\0d', 'ab'],
    [[0x61, 0xff, 0x62, 0], 'a\ufffdb'],
    [[0, 1, 2, 3], ''],
  ];

  for (const [bytes, expected] of cases) assert.equal(decode(Buffer.from(bytes), array('char', 4)), expected);
  assert.equal(decode(Uint16Array.of(0x61, 0xd800, 0x62, 0), array('char16', 4)), 'a\ud800b');
  assert.equal(decode(Uint32Array.of(0x61, 0xd800, 0x1f600, 0), array('char32', 4)), 'a\ufffd😀');
});

test('decodes arrays of strings, pointers and structs', () => {
  assert.deepEqual(decode(lib.symbol('my_strs'), array('str', 4)), ['a', 'bb', 'ccc', null]);
  assert.deepEqual(decode(BigUint64Array.of(5n, 0n), array('void *', 2)), [5n, null]);
  assert.deepEqual(decode(BigUint64Array.of(5n, 0n), 'int *[2]'), [5n, null]);
  assert.deepEqual(decode(lib.symbol('my_S3'), array('S3', 1)), [{ a: 5, b: 113, c: 1.25 }]);
});

test('keeps nested arrays nested; the last suffix is the outermost', () => {
  const nested = array(array('int', 3), 2);

  assert.deepEqual(decode(lib.symbol('arr2'), nested), [Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6)]);
  assert.deepEqual([nested.name, nested.length, nested.ref], ['int[3][2]', 2, type('int[3]')]);
  assert.deepEqual([type('int[2][3]').length, type('int[2][3]').ref], [3, type('int[2]')]);
  assert.deepEqual(decode(Buffer.from('abcdefgh'), 'char[4][2]'), ['abcd', 'efgh']);
  assert.deepEqual(bytesOf(array(array('uint8', 2), 2), [[1, 2], [3, 4]]), [1, 2, 3, 4]); // prettier-ignore
  assert.deepEqual(bytesOf(array(array('uint8', 2), 2), [[1]]), [1, 0, 0, 0]);
});

test('encodes JavaScript arrays: short ones are filled with zeros, long ones are cut', () => {
  const spec = array('int', 4);

  assert.deepEqual(through(spec, [1, 2, 3, 4]), Int32Array.of(1, 2, 3, 4));
  assert.deepEqual(through(spec, [1n, 2n]), Int32Array.of(1, 2, 0, 0));
  assert.deepEqual(through(spec, []), Int32Array.of(0, 0, 0, 0));
  assert.deepEqual(through(spec, [1, 2, 3, 4, 5, 6]), Int32Array.of(1, 2, 3, 4));
});

test('encodes buffers as bytes', () => {
  const spec = array('int', 2);

  assert.deepEqual(through(spec, Int32Array.of(1, 2)), Int32Array.of(1, 2));
  assert.deepEqual(through(spec, Uint8Array.of(1, 2, 3, 4)), Int32Array.of(LITTLE ? 0x04030201 : 0x01020304, 0));
  assert.deepEqual(through(spec, native(Int32Array.of(1, 2, 3))), Int32Array.of(1, 2));
  assert.deepEqual(through(spec, new Uint8Array([1]).buffer), Int32Array.of(LITTLE ? 1 : 2 ** 24, 0));
  assert.deepEqual(through(spec, new DataView(new Uint8Array([2]).buffer)), Int32Array.of(LITTLE ? 2 : 2 ** 25, 0));
});

test('a missing member is zero', () => {
  assert.deepEqual(through('SA', { x: 1 }), { x: 1, arr: Int32Array.of(0, 0, 0, 0), name: '' });
});

test('refuses other values and elements', () => {
  const spec = array('int', 4);

  for (const value of [null, 5, {}, { 0: 1, length: 1 }, new Set([1]), true, () => {}, Symbol('x'), 'abc']) {
    throws(() => through(spec, value), TypeError, 'VALUE');
  }
  for (const value of [[null], [undefined], [1, , 3], ['1'], [true], [{}], [[1]]]) {
    throws(() => through(spec, value), TypeError, 'VALUE');
  }
  throws(() => through(array('bool', 2), [1, 0]), TypeError, 'VALUE');
  throws(() => through(array('S3', 2), [null]), TypeError, 'VALUE');
  assert.deepEqual(through(array('bool', 2), [true, false]), [true, false]);
  assert.deepEqual(through(array('bool', 2), Buffer.from([0, 2])), [false, true]);
});

test('string arrays hold strings, null, buffers and addresses', () => {
  const bytes = Buffer.alloc(40);
  const kept = Buffer.from('kept\0');

  encode(bytes, array('str', 5), ['a', null, undefined, kept, lib.symbol('my_buf')]);
  assert.deepEqual(decode(bytes, array('str', 5)), ['a', null, null, 'kept', 'buffer']);
});

test('character arrays are always terminated and never split a character', () => {
  const name = array('char', 8);
  const cases = [
    ['bob', [0x62, 0x6f, 0x62, 0, 0, 0, 0, 0]],
    ['1234567', [...Buffer.from('1234567'), 0]],
    ['12345678', [...Buffer.from('1234567'), 0]],
    ['aéaéaé', [...Buffer.from('aéaé'), ...[0x61, 0]]],
    ['aaaaaa😀', [...Buffer.from('aaaaaa'), 0, 0]],
    ['a\0b', [0x61, 0, 0x62, 0, 0, 0, 0, 0]],
    ['', [0, 0, 0, 0, 0, 0, 0, 0]],
    [[97, 98], [97, 98, 0, 0, 0, 0, 0, 0]],
    [Buffer.from('12345678'), [...Buffer.from('12345678')]],
  ];

  for (const [value, expected] of cases) assert.deepEqual(bytesOf(name, value), expected);
  assert.equal(through(name, Buffer.from('12345678')), '12345678');
  for (const value of [['a'], null, 5]) throws(() => through(name, value), TypeError, 'VALUE');
});

test('wide character arrays take strings too', () => {
  assert.equal(through(array('char16', 4), 'abcdef'), 'abc');
  assert.equal(through(array('char16', 4), 'ab😀'), 'ab');
  assert.equal(through(array('char16', 5), 'ab😀'), 'ab😀');
  assert.equal(through(array('char32', 4), 'a😀bcd'), 'a😀b');
  assert.equal(through(array('wchar_t', 4), 'a😀bcd'), process.platform === 'win32' ? 'a😀' : 'a😀b');
  assert.deepEqual(through(array('char32', 2, 'Typed'), 'a'), Int32Array.of(97, 0));
  assert.equal(through(array('int32', 3, 'String'), 'ab'), 'ab');
  assert.deepEqual(through(array('int8', 3), 'ab'), Int8Array.of(97, 98, 0));
  assert.deepEqual(through(array('int16', 3), 'ab'), Int16Array.of(97, 98, 0));
  for (const spec of ['uint8_t', 'uint16_t', 'int32_t', LITTLE ? 'int16_be' : 'int16_le', 'double']) {
    throws(() => through(array(spec, 4), 'ab'), TypeError, 'VALUE');
  }
});

test('byte order of elements: numbers and matching views are converted, bytes are kept', () => {
  const spec = array('uint16_be', 2);

  assert.deepEqual(bytesOf(spec, [0x102, 0x304]), [1, 2, 3, 4]);
  assert.deepEqual(bytesOf(spec, Uint16Array.of(0x102, 0x304)), [1, 2, 3, 4]);
  assert.deepEqual(bytesOf(spec, Buffer.from([1, 2, 3, 4])), [1, 2, 3, 4]);
  assert.deepEqual(decode(Buffer.from([1, 2, 3, 4]), spec), Uint16Array.of(258, 772));
});

test('travels inside structs', () => {
  const out = {};

  lib.func('void fill_SA(_Out_ SA *s)')(out);
  assert.deepEqual(out, { x: 9, arr: Int32Array.of(0, 10, 20, 30), name: 'bob' });
  assert.equal(lib.func('int SA_arr(SA *s, int i)')({ arr: [5, 6, 7, 8] }, 2), 7);
  assert.equal(lib.func('int SA_namebyte(SA *s, int i)')({ name: 'xyz' }, 1), 121);
});

test('counted arrays: definition', () => {
  const countable = ['int8_t', 'uint8_t', 'int', 'size_t', 'uint32_be', 'E'];

  for (const counter of countable) {
    assert.ok(struct({ n: counter, items: array('int', 'n', 4) }).size >= 17, counter);
  }
  assert.equal(sizeof('Flex'), 40);
  assert.ok(pack({ n: 'char', items: array('int', 'n', 4) }).size === 17);
  const bad = [
    { n: 'float', items: array('int', 'n', 4) },
    { n: 'bool', items: array('int', 'n', 4) },
    { n: 'void *', items: array('int', 'n', 4) },
    { items: array('int', 'n', 4) },
    { items: array('int', 'n', 4), n: 'int' },
    { n: 'int', items: array('int', 'n', 4), more: 'int' },
    { n: 'int', a: array('int', 'n', 4), b: array('int', 'n', 4) },
  ];
  for (const members of bad) throws(() => struct(members), Error);
  throws(() => union({ n: 'int', items: array('int', 'n', 4) }), TypeError);
  throws(() => decode(Buffer.alloc(64), array('int', 'n', 4)), TypeError);
  throws(() => encode(Buffer.alloc(64), array('int', 'n', 4), [1]), TypeError);
  throws(() => array(array('int', 'n', 4), 2), TypeError);
});

test('counted arrays: from JavaScript', () => {
  const flex_sum = lib.func('int flex_sum(Flex *f)');

  assert.equal(flex_sum({ count: 3, numbers: [1, 2, 3] }), 6);
  assert.equal(flex_sum({ count: 3n, numbers: Int32Array.of(1, 2, 3) }), 6);
  assert.equal(flex_sum({ count: 0, numbers: [] }), 0);
  assert.equal(flex_sum({ numbers: [4, 5] }), 9, 'the count is derived');
  assert.equal(flex_sum({ count: 2 }), 0);
  for (const value of [
    { count: 2, numbers: [1, 2, 3] },
    { count: 4, numbers: [1, 2, 3] },
    { count: -1, numbers: [] },
    { count: 9, numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ]) {
    throws(() => flex_sum(value), Error, 'COUNT', /flex_sum|numbers/);
  }
  throws(() => flex_sum({ count: 1, numbers: null }), TypeError, 'VALUE');
});

test('counted character arrays take strings', () => {
  const Text = struct({ n: 'int', text: array('char', 'n', 8) });

  assert.deepEqual(through(Text, { n: 3, text: 'abc' }), { n: 3, text: 'abc' });
  assert.deepEqual(through(Text, { text: 'abcd' }).text, 'abcd');
  throws(() => through(Text, { n: 2, text: 'abcdef' }), Error, 'COUNT');
});

test('counted arrays: to JavaScript', () => {
  const bytes = Buffer.alloc(40);
  encode(bytes, 'Flex', { count: 3, numbers: [1, 2, 3] });
  assert.deepEqual(decode(bytes, 'Flex'), { count: 3, numbers: Int32Array.of(1, 2, 3) });
  poke(bytes, 0, 'BigInt64', 100n);
  assert.deepEqual(decode(bytes, 'Flex'), { count: 100, numbers: Int32Array.of(1, 2, 3, 0, 0, 0, 0, 0) });
  poke(bytes, 0, 'BigInt64', -1n);
  assert.deepEqual(decode(bytes, 'Flex'), { count: -1, numbers: Int32Array.of() });
  throws(() => decode(bytes.subarray(0, 39), 'Flex'), Error, 'BUFFER_SIZE');
});

test('counted arrays: round trip through C', () => {
  const append = lib.func('void flex_append(_Inout_ Flex *f, size_t count, int start, int step)');
  const flex = { count: 0, numbers: [] };

  append(flex, 5, 1, 1);
  append(flex, 3, 10, 2);
  assert.deepEqual(flex, { count: 8, numbers: Int32Array.of(1, 2, 3, 4, 5, 10, 12, 14) });
});

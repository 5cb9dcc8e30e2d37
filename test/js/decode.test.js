'use strict';
const { test } = require('node:test');
const { LITTLE, assert, ristretto, fixtures, define, detached, throws, native } = require('./support');
const { decode, array, as, pointer, opaque, types, disposable, Union } = ristretto;
const lib = fixtures();
const symbol = (name) => lib.symbol(name);

define('S3', 'U', 'AddFn', 'E', 'Node');
opaque('Opq');

test('reads each kind of type from an address', () => {
  assert.equal(decode(symbol('my_int'), 'int'), 42);
  assert.equal(decode(symbol('my_int'), types.int), 42);
  assert.equal(decode(symbol('my_dbl'), 'double'), 3.25);
  assert.equal(decode(symbol('my_f'), 'float'), 1.5);
  assert.equal(decode(symbol('my_i64'), 'int64_t'), -5);
  assert.equal(decode(symbol('my_u64'), 'uint64_t'), 2n ** 64n - 1n);
  assert.equal(decode(symbol('my_bool'), 'bool'), true);
  assert.equal(decode(symbol('my_buf'), 'char'), 98);
  assert.equal(decode(symbol('my_string'), 'char *'), 'foobar');
  assert.equal(decode(symbol('my_string'), 'str'), 'foobar');
  assert.equal(decode(symbol('my_null'), 'str'), null);
  assert.equal(decode(symbol('my_ps16'), 'str16'), 'pw');
  assert.equal(decode(symbol('my_ps32'), 'str32'), 'pw');
  assert.deepEqual(decode(symbol('my_S3'), 'S3'), { a: 5, b: 113, c: 1.25 });
  assert.ok(decode(symbol('my_U'), 'U') instanceof Union);
  assert.deepEqual(decode(symbol('my_arr'), array('int', 4)), Int32Array.of(1, 2, 3, 4));
  assert.equal(decode(symbol('my_int'), 'E'), 42);
  assert.equal(decode(symbol('my_bytes'), 'uint32_be'), 0x01020304);
});

test('dereferences pointer types', () => {
  assert.equal(decode(symbol('my_string'), 'void *'), BigInt(decode(symbol('my_string'), 'uintptr_t')));
  assert.equal(typeof decode(symbol('my_string'), 'void *'), 'bigint');
  assert.equal(decode(symbol('my_null'), 'void *'), null);
  assert.equal(decode(symbol('my_cb'), 'AddFn *'), null);
  assert.equal(typeof decode(symbol('my_fn'), 'AddFn *'), 'bigint');
});

test('a prototype gives a callable function', () => {
  const add = decode(symbol('add'), 'AddFn');

  assert.equal(add(2, 3), 5);
  assert.deepEqual([add.name, add.info.name, add.info.result], ['<anonymous>', '<anonymous>', types.int]);
  assert.equal(typeof add.async, 'function');
  assert.equal(decode(decode(symbol('my_fn'), 'AddFn *'), 'AddFn')(2, 3), 5);
  throws(() => decode(null, 'AddFn'), Error, 'NULL_REFERENCE');
  throws(() => decode(0n, 'AddFn'), Error, 'NULL_REFERENCE');
  throws(() => decode(symbol('add'), 'AddFn', 2), TypeError);
  throws(() => add(1), TypeError, 'ARGUMENT_COUNT');
  throws(() => add(1, 'x'), TypeError, 'VALUE', /argument 2/);
});

test('takes an offset before the type', () => {
  assert.equal(decode(symbol('my_arr'), 4, 'int'), 2);
  assert.equal(decode(symbol('my_arr'), 8n, 'int'), 3);
  assert.equal(decode(symbol('my_arr'), 4.9, 'int'), 2);
  assert.equal(decode(symbol('my_arr') + 8n, -4, 'int'), 2);
  assert.deepEqual(decode(symbol('my_arr'), 4, 'int', 2), Int32Array.of(2, 3));
  assert.equal(decode(Buffer.from([1, 2, 3, 4, 5]), 1, 'uint32_be'), 0x02030405);
});

test('reads buffers of every kind and unaligned addresses', () => {
  const bytes = Uint8Array.of(0, ...native(Int32Array.of(1)), 2, 0, 0);
  const shared = new Uint8Array(new SharedArrayBuffer(8));

  shared.set(bytes);
  assert.equal(decode(Buffer.from(bytes), 1, 'int'), 1);
  assert.equal(decode(bytes, 1, 'int'), 1);
  assert.equal(decode(bytes.buffer, 1, 'int'), 1);
  assert.equal(decode(bytes.subarray(1), 'int'), 1);
  assert.equal(decode(new DataView(bytes.buffer, 1), 'int'), 1);
  assert.equal(decode(shared, 1, 'int'), 1);
  assert.equal(decode(new Uint16Array(bytes.buffer), 'uint16_t'), LITTLE ? 256 : 0);
  assert.equal(decode(symbol('my_bytes') + 1n, 'uint32_be'), 0x02030405);
  assert.equal(decode(Number(symbol('my_int')), 'int'), 42);
});

test('with a length gives strings, typed arrays or arrays', () => {
  assert.equal(decode(symbol('my_buf'), 'char', 3), 'buf');
  assert.equal(decode(symbol('my_buf'), 'char', 16), 'buffer');
  assert.equal(decode(symbol('my_w16'), 'char16_t', 8), 'wide');
  assert.equal(decode(symbol('my_w32'), 'char32_t', 2), 'wi');
  assert.deepEqual(decode(symbol('my_arr'), 'int', 3), Int32Array.of(1, 2, 3));
  assert.deepEqual(decode(symbol('my_arr'), 'int', 3n), Int32Array.of(1, 2, 3));
  assert.deepEqual(decode(symbol('my_arr'), 'int', 1.5), Int32Array.of(1));
  assert.deepEqual(decode(symbol('my_arr'), 'int', 0), Int32Array.of());
  assert.equal(decode(symbol('my_buf'), 'char', 0), '');
  assert.deepEqual(decode(symbol('my_bytes'), 'uint64_be', 1), BigUint64Array.of(0x0102030405060708n));
  assert.deepEqual(decode(symbol('my_S3'), 'S3', 1), [{ a: 5, b: 113, c: 1.25 }]);
  assert.deepEqual(decode(symbol('my_bool'), 'bool', 1), [true]);
  assert.deepEqual(decode(symbol('arr2'), 'int[3]', 2), [Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6)]);
  assert.deepEqual(decode(symbol('my_null'), 'void *', 1), [null]);
  assert.deepEqual(decode(symbol('my_strs'), array('str', 4)), ['a', 'bb', 'ccc', null]);
  for (const absent of [undefined, null]) assert.equal(decode(symbol('my_int'), 'int', absent), 42);
});

test('with a length, string types follow the pointer and take exactly that many units', () => {
  assert.equal(decode(symbol('my_string'), 'const char *', 3), 'foo');
  assert.equal(decode(symbol('my_string'), 'str', 0), '');
  assert.equal(decode(symbol('my_string'), 'str', 7), 'foobar\0');
  assert.equal(decode(symbol('my_null'), 'str', 3), null);
  assert.equal(decode(symbol('my_ps16'), 'str16', 1), 'p');
  assert.equal(decode(symbol('my_ps32'), 'str32', 2), 'pw');
});

test('with a negative length reads up to the terminator', () => {
  for (const length of [-1, -5, -1n]) {
    assert.deepEqual(decode(symbol('my_zt'), 'int', length), Int32Array.of(3, 2, 1));
    assert.equal(decode(symbol('my_buf'), 'char', length), 'buffer');
  }
  assert.equal(decode(symbol('my_w16'), 'char16_t', -1), 'wide');
  assert.equal(decode(symbol('my_w32'), 'char32_t', -1), 'wide');
  assert.equal(decode(symbol('my_string'), 'str', -1), 'foobar');
  assert.deepEqual(decode(Int16Array.of(5, 6, 0, 7), 'int16_t', -1), Int16Array.of(5, 6));
  assert.deepEqual(decode(Int32Array.of(5, -1, 0), 'E', -1), [5, -1]);
  assert.equal(decode(symbol('my_strs'), 'void *', -1).length, 3);
});

test('with a negative length stops at the end of a buffer', () => {
  assert.deepEqual(decode(Int32Array.of(1, 2, 3), 'int', -1), Int32Array.of(1, 2, 3));
  assert.deepEqual(decode(native(Int32Array.of(1, 2), Uint8Array.of(3, 0)), 'int', -1), Int32Array.of(1, 2));
  assert.deepEqual(decode(Buffer.from([1, 2, 3]), 'uint8_t', -1), Uint8Array.of(1, 2, 3));
  assert.equal(decode(Buffer.from('abc'), 'char', -1), 'abc');
  assert.equal(decode(Buffer.from('abc'), 1, 'char', -1), 'bc');
});

test('with a negative length refuses types without a terminator', () => {
  const other = LITTLE ? 'be' : 'le';
  const specs = ['int64_t', 'uint64_t', `int32_${other}`, `int16_${other}`, 'bool', 'float', 'double', 'S3', 'U', 'int[2]', 'AddFn *', 'AddFn'];

  for (const spec of specs) throws(() => decode(symbol('my_bytes'), spec, -1), TypeError);
});

test('refuses NULL', () => {
  for (const ref of [null, undefined, 0, 0n]) {
    throws(() => decode(ref, 'int'), Error, 'NULL_REFERENCE', /decode/);
    throws(() => decode(ref, 'str'), Error, 'NULL_REFERENCE');
    throws(() => decode(ref, 4, 'int'), Error, 'NULL_REFERENCE');
    throws(() => decode(ref, 'int', 4), Error, 'NULL_REFERENCE');
  }
});

test('refuses accesses beyond a buffer', () => {
  const bytes = Buffer.alloc(8);

  for (const run of [
    () => decode(Buffer.alloc(3), 'int'),
    () => decode(bytes, 5, 'int'),
    () => decode(bytes, 8, 'char'),
    () => decode(bytes, 2 ** 40, 'int'),
    () => decode(bytes, 2n ** 63n, 'int'),
    () => decode(bytes, -1, 'char'),
    () => decode(bytes, -8n, 'int'),
    () => decode(bytes, 'int', 3),
    () => decode(bytes, 4, 'int', 2),
    () => decode(bytes, 'int64_t', 2 ** 61),
    () => decode(bytes, 'char', 2 ** 40),
    () => decode(bytes, 'S3'),
    () => decode(bytes.subarray(8), 'char'),
    () => decode(detached(), 'char'),
  ]) {
    assert.throws(run, (error) => error.constructor === Error && /^ERR_RISTRETTO_/.test(error.code));
  }
});

test('refuses lengths that cannot be', () => {
  for (const length of [NaN, '2', {}, [], true, () => {}]) {
    throws(() => decode(symbol('my_arr'), 'int', length), TypeError);
  }
  for (const length of [2 ** 53, 1e300, 2n ** 63n]) {
    assert.throws(() => decode(symbol('my_arr'), 'int', length), { code: /^ERR_RISTRETTO_/ });
  }
});

test('refuses types without values', () => {
  for (const spec of ['void', 'Opq', 'nope_t', null, undefined, {}, [], true, '_Out_ int *', as(null, 'int *')]) {
    throws(() => decode(symbol('my_int'), spec), TypeError);
  }
  throws(() => decode(symbol('my_int'), 'void', 2), TypeError);
  throws(() => decode(symbol('my_int'), 'int &'), Error, 'SYNTAX');
  throws(() => decode(symbol('my_int'), '4'), Error, 'SYNTAX');
  throws(() => decode(symbol('my_int'), 4), TypeError);
  throws(() => decode(symbol('my_int')), TypeError, 'ARGUMENT_COUNT');
  throws(() => decode(), TypeError, 'ARGUMENT_COUNT');
});

test('refuses references that are none', () => {
  const add = lib.func('int add(int, int)');
  const values = ['x', true, () => {}, [], {}, as(null, 'int *'), new SharedArrayBuffer(8), add, Symbol('x'), NaN, 1.5, Infinity];

  for (const value of values) throws(() => decode(value, 'int'), TypeError, 'ARGUMENT', /decode/);
});

test('ignores surplus arguments', () => {
  assert.equal(decode(symbol('my_int'), 'int', null, 'x', {}), 42);
});

test('does not dispose', () => {
  const D = disposable('str', () => assert.fail('disposed'));

  assert.equal(decode(symbol('my_string'), D), 'foobar');
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, detached, throws, native } = require('./support');
const { decode } = ristretto;
const lib = fixtures();

const NUMERIC = {
  char: 'char', uchar: 'uchar', short: 'short', ushort: 'ushort', int: 'int', uint: 'uint', long: 'long', ulong: 'ulong',
  longlong: 'longlong', ulonglong: 'ulonglong', int8: 'int8', uint8: 'uint8', int16: 'int16', uint16: 'uint16',
  int32: 'int32', uint32: 'uint32', int64: 'int64', uint64: 'uint64', int16le: 'int16_le', int16be: 'int16_be',
  uint16le: 'uint16_le', uint16be: 'uint16_be', int32le: 'int32_le', int32be: 'int32_be', uint32le: 'uint32_le',
  uint32be: 'uint32_be', int64le: 'int64_le', int64be: 'int64_be', uint64le: 'uint64_le', uint64be: 'uint64_be',
  int8le: 'int8', int8be: 'int8', uint8le: 'uint8', uint8be: 'uint8', float: 'float', double: 'double',
}; // prettier-ignore

const SAMPLES = [
  [0xf1, 0xe2, 0xd3, 0xc4, 0xb5, 0xa6, 0x97, 0x88],
  [1, 2, 3, 4, 5, 6, 7, 8],
  [0, 0, 0, 0, 0, 0, 0, 0x40],
].map((bytes) => Buffer.from(bytes));

test('read what decode reads', () => {
  for (const [name, spec] of Object.entries(NUMERIC)) {
    for (const bytes of SAMPLES) assert.deepEqual(decode[name](bytes), decode(bytes, spec), name);
  }
});

test('read addresses, numbers and buffers', () => {
  const address = lib.symbol('my_int');

  assert.equal(decode.int(address), 42);
  assert.equal(decode.int(Number(address)), 42);
  assert.equal(decode.uint8(new DataView(Uint8Array.of(1, 2).buffer, 1)), 2);
  assert.equal(decode.uint8(Uint8Array.of(9).buffer), 9);
  assert.equal(decode.uint64(lib.symbol('my_u64')), 2n ** 64n - 1n);
  assert.equal(decode.int64(lib.symbol('my_i64')), -5);
  assert.equal(decode.double(lib.symbol('my_dbl')), 3.25);
  assert.equal(decode.int(address, 5, 'x'), 42);
});

test('are ordinary properties', () => {
  for (const name of [...Object.keys(NUMERIC), 'string', 'string16', 'string32', 'wstring']) {
    const { writable, enumerable, configurable, value } = Object.getOwnPropertyDescriptor(decode, name);
    assert.deepEqual([writable, enumerable, configurable, typeof value], [true, true, true, 'function'], name);
  }
});

test('refuse NULL, small buffers and what is no reference', () => {
  for (const [name, spec] of Object.entries(NUMERIC)) {
    const size = ristretto.sizeof(spec);

    for (const ref of [null, undefined, 0, 0n]) throws(() => decode[name](ref), Error, 'NULL_REFERENCE');
    throws(() => decode[name](Buffer.alloc(size - 1)), Error);
    if (size > 1) throws(() => decode[name](Buffer.alloc(size - 1)), Error, 'BUFFER_SIZE');
    throws(() => decode[name](), TypeError, 'ARGUMENT_COUNT');
    for (const ref of ['x', {}, [], true, () => {}]) throws(() => decode[name](ref), TypeError, 'ARGUMENT');
  }
  throws(() => decode.int(detached()), Error);
});

test('strings end at NUL', () => {
  assert.equal(decode.string(lib.symbol('my_buf')), 'buffer');
  assert.equal(decode.string16(lib.symbol('my_w16')), 'wide');
  assert.equal(decode.string32(lib.symbol('my_w32')), 'wide');
  assert.equal(decode.string(lib.symbol('my_buf'), undefined), 'buffer');
  assert.equal(decode.string(lib.symbol('my_buf'), -1), 'buffer');
  assert.equal(decode.string32(lib.symbol('my_w32'), -1), 'wide');
  if (process.platform !== 'win32') assert.equal(decode.wstring(lib.symbol('my_w32')), 'wide');
});

test('strings end at the end of a buffer', () => {
  assert.equal(decode.string(Buffer.from('12345678')), '12345678');
  assert.equal(decode.string(Buffer.from('ab\0d')), 'ab');
  assert.equal(decode.string16(native(Uint16Array.of(97, 98), Uint8Array.of(99))), 'ab');
  assert.equal(decode.string32(Uint32Array.of(97, 98)), 'ab');
  assert.equal(decode.string32(native(Uint32Array.of(97), Uint8Array.of(98, 0))), 'a');
});

test('a length takes exactly that many units, NULs included', () => {
  assert.equal(decode.string(lib.symbol('my_buf'), 8), 'buffer\0\0');
  assert.equal(decode.string(lib.symbol('my_buf'), 3n), 'buf');
  assert.equal(decode.string(lib.symbol('my_buf'), 2.9), 'bu');
  assert.equal(decode.string16(lib.symbol('my_w16'), 2), 'wi');
  assert.equal(decode.string32(lib.symbol('my_w32'), 5), 'wide\0');
  assert.equal(decode.string(lib.symbol('my_buf'), 0), '');
  assert.equal(decode.string32(lib.symbol('my_w32'), 0), '');
  assert.equal(decode.wstring(lib.symbol('my_w32'), 0), '');
  for (const run of [
    () => decode.string(Buffer.alloc(8), 10),
    () => decode.string16(Buffer.alloc(8), 5),
    () => decode.string32(Buffer.alloc(8), 3),
  ]) {
    throws(run, Error, 'BUFFER_SIZE');
  }
});

test('empty strings are empty in every width', () => {
  for (const name of ['string', 'string16', 'string32', 'wstring']) {
    assert.equal(decode[name](Buffer.alloc(8)), '', name);
    assert.equal(decode[name](null), null, name);
    assert.equal(decode[name](0n), null, name);
  }
});

test('strings refuse other lengths and references', () => {
  for (const name of ['string', 'string16', 'string32', 'wstring']) {
    for (const length of [null, '3', {}, [], true]) throws(() => decode[name](lib.symbol('my_w32'), length), TypeError);
    throws(() => decode[name](), TypeError, 'ARGUMENT_COUNT');
    for (const ref of ['x', {}, [], true, () => {}]) throws(() => decode[name](ref), TypeError, 'ARGUMENT');
    for (const length of [2 ** 40, 1e300, 2n ** 63n]) {
      assert.throws(() => decode[name](Buffer.alloc(8), length), { code: /^ERR_RISTRETTO_/ });
    }
  }
});

'use strict';
// Conversion of numbers and booleans, as parameters and results, in memory, and byte-swapped.
const { test } = require('node:test');
const { LITTLE, LONG, assert, ristretto, fixtures, throws } = require('./support');
const { decode, encode, types, sizeof, array } = ristretto;
const lib = fixtures();

const id = Object.fromEntries(
  ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'bool', 'char', 'long', 'ulong'].map(
    (name) => [name, lib.func(`id_${name}`, name, [name])]
  )
);
const WIDTHS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'];
const B = 2n ** 64n;

// The same conversion through memory.
function stored(type, value) {
  const bytes = Buffer.alloc(sizeof(type));
  encode(bytes, type, value);
  return decode(bytes, type);
}

function converts(value, expected) {
  WIDTHS.forEach((type, column) => {
    const want = expected[column];
    const number = typeof want === 'bigint' && want >= -(2n ** 53n) && want <= 2n ** 53n ? Number(want) : want;
    assert.equal(id[type](value), number, `${type} <- ${String(value)}`);
    assert.equal(stored(type, value), number, `stored ${type} <- ${String(value)}`);
  });
}

test('Numbers to integers: truncate, saturate at 64 bits, keep the low bits', () => {
  const rows = [
    // value         int8  uint8 int16  uint16 int32        uint32       int64                uint64
    [127, [127, 127, 127, 127, 127, 127, 127, 127]],
    [128, [-128, 128, 128, 128, 128, 128, 128, 128]],
    [300, [44, 44, 300, 300, 300, 300, 300, 300]],
    [65536, [0, 0, 0, 0, 65536, 65536, 65536, 65536]],
    [-1, [-1, 255, -1, 65535, -1, 4294967295, -1, B - 1n]],
    [-129, [127, 127, -129, 65407, -129, 4294967167, -129, B - 129n]],
    [2 ** 31, [0, 0, 0, 0, -(2 ** 31), 2 ** 31, 2 ** 31, 2 ** 31]],
    [2 ** 32 + 5, [5, 5, 5, 5, 5, 5, 4294967301, 4294967301]],
    [-(2 ** 31) - 1, [-1, 255, -1, 65535, 2147483647, 2147483647, -2147483649, B - 2147483649n]],
    [2 ** 53 + 2, [2, 2, 2, 2, 2, 2, 9007199254740994n, 9007199254740994n]],
    [-(2 ** 63), [0, 0, 0, 0, 0, 0, -(2n ** 63n), 2n ** 63n]],
    [1.5, [1, 1, 1, 1, 1, 1, 1, 1]],
    [2.999, [2, 2, 2, 2, 2, 2, 2, 2]],
    [-1.5, [-1, 255, -1, 65535, -1, 4294967295, -1, B - 1n]],
    [NaN, [0, 0, 0, 0, 0, 0, 0, 0]],
    [Infinity, [0, 0, 0, 0, 0, 0, 0, 0]],
    [-Infinity, [0, 0, 0, 0, 0, 0, 0, 0]],
    [-0, [0, 0, 0, 0, 0, 0, 0, 0]],
    [1e-300, [0, 0, 0, 0, 0, 0, 0, 0]],
  ];

  for (const [value, expected] of rows) converts(value, expected);
});

test('Numbers of 2^63 and more: exact for unsigned 64 bits, else saturated', () => {
  assert.equal(id.uint64(2 ** 63), 2n ** 63n);
  assert.equal(id.uint64(2 ** 63 + 2048), 2n ** 63n + 2048n);
  assert.equal(id.uint64(2 ** 64 - 2048), B - 2048n);
  assert.equal(id.int64(2 ** 63), 2n ** 63n - 1n);
  assert.equal(id.int64(1e300), 2n ** 63n - 1n);
  assert.equal(id.int64(-1e300), -(2n ** 63n));
  assert.equal(id.uint64(2 ** 64), 2n ** 63n - 1n);
  assert.equal(id.uint64(1e300), 2n ** 63n - 1n);
  assert.equal(id.int32(1e300), -1);
  assert.equal(id.uint8(2 ** 64), 255);
});

test('BigInts to integers: the low 64 bits, then the low bits', () => {
  const rows = [
    [-1n, [-1, 255, -1, 65535, -1, 4294967295, -1, B - 1n]],
    [300n, [44, 44, 300, 300, 300, 300, 300, 300]],
    [2n ** 31n, [0, 0, 0, 0, -(2 ** 31), 2 ** 31, 2 ** 31, 2 ** 31]],
    [2n ** 63n, [0, 0, 0, 0, 0, 0, -(2n ** 63n), 2n ** 63n]],
    [B - 1n, [-1, 255, -1, 65535, -1, 4294967295, -1, B - 1n]],
    [B, [0, 0, 0, 0, 0, 0, 0, 0]],
    [2n ** 70n, [0, 0, 0, 0, 0, 0, 0, 0]],
    [B + 5n, [5, 5, 5, 5, 5, 5, 5, 5]],
    [-(2n ** 63n) - 1n, [-1, 255, -1, 65535, -1, 4294967295, 2n ** 63n - 1n, 2n ** 63n - 1n]],
    [-(2n ** 100n) + 3n, [3, 3, 3, 3, 3, 3, 3, 3]],
  ];

  for (const [value, expected] of rows) converts(value, expected);
});

test('64-bit results are Numbers up to 2^53 and BigInts beyond', () => {
  assert.equal(id.int64(2n ** 53n), 2 ** 53);
  assert.equal(id.int64(2n ** 53n + 1n), 2n ** 53n + 1n);
  assert.equal(id.int64(-(2n ** 53n)), -(2 ** 53));
  assert.equal(id.int64(-(2n ** 53n) - 1n), -(2n ** 53n) - 1n);
  assert.equal(id.uint64(2n ** 53n), 2 ** 53);
  assert.equal(id.uint64(2n ** 53n + 1n), 2n ** 53n + 1n);
  if (LONG === 8) assert.equal(id.long(2n ** 60n), 2n ** 60n);
});

test('floating point', () => {
  const cases = [
    [0.1, 0.10000000149011612, 0.1],
    [16777217, 16777216, 16777217],
    [1e39, Infinity, 1e39],
    [NaN, NaN, NaN],
    [-0, -0, -0],
    [Infinity, Infinity, Infinity],
    [1n, 1, 1],
    [300n, 300, 300],
    [-1n, -1, -1],
    [2n ** 63n, 2 ** 63, 2 ** 63],
    [B - 1n, 2 ** 64, 2 ** 64],
    [B, 2 ** 64, 2 ** 64],
    [2n ** 70n, 2 ** 70, 2 ** 70],
    [-(2n ** 70n), -(2 ** 70), -(2 ** 70)],
    [2n ** 53n + 1n, 2 ** 53, 2 ** 53],
    [2n ** 2000n, Infinity, Infinity],
    [-(2n ** 2000n), -Infinity, -Infinity],
  ];

  for (const [value, asFloat, asDouble] of cases) {
    assert.ok(Object.is(id.float(value), asFloat), `float <- ${value}: ${id.float(value)}`);
    assert.ok(Object.is(id.double(value), asDouble), `double <- ${value}: ${id.double(value)}`);
    assert.ok(Object.is(stored('double', value), asDouble));
  }
});

test('bool takes booleans only and reads any non-zero byte as true', () => {
  assert.deepEqual([id.bool(true), id.bool(false)], [true, false]);
  for (const value of [0, 1, 0n, 'true', null, undefined, {}, []]) throws(() => id.bool(value), TypeError, 'VALUE', /bool/);
  assert.equal(lib.func('id_uint8', 'bool', ['uint8_t'])(2), true);
  assert.equal(lib.func('id_uint8', 'bool', ['uint8_t'])(255), true);
  assert.equal(lib.func('id_uint8', 'bool', ['uint8_t'])(0), false);
  assert.deepEqual([0, 1, 2, 255].map((byte) => decode(Buffer.from([byte]), 'bool')), [false, true, true, true]);
});

test('numbers refuse everything else', () => {
  const values = [undefined, null, '5', '', 'a', true, false, [], [1], {}, new Number(3), new Date(), new Uint8Array(1), Symbol('x'), () => {}];

  for (const [type, f] of Object.entries(id)) {
    for (const value of values) {
      if (type === 'bool' && typeof value === 'boolean') continue;
      throws(() => f(value), TypeError, 'VALUE', new RegExp(`id_${type}\\(\\): argument 1`));
    }
  }
});

test('only the low bits of a narrow result count', () => {
  assert.equal(lib.func('add', 'int8_t', ['int', 'int'])(0x100, 0x80), -128);
  assert.equal(lib.func('add', 'uint16_t', ['int', 'int'])(-1, 0), 65535);
  assert.equal(lib.func('add', 'uint8_t', ['int', 'int'])(0x1ff, 0), 255);
  assert.equal(lib.func('add', 'bool', ['int', 'int'])(0x100, 0), false);
});

test('byte-swapped parameters and results', () => {
  const [own, other] = LITTLE ? ['le', 'be'] : ['be', 'le'];
  const raw = (bits, param, result) => lib.func(`raw${bits}`, result ?? `uint${bits}`, [param ?? `uint${bits}`]);

  assert.equal(raw(16, `uint16_${other}`)(0x0102), 0x0201);
  assert.equal(raw(16, `uint16_${own}`)(0x0102), 0x0102);
  assert.equal(raw(16, 'uint16', `uint16_${other}`)(0x0102), 0x0201);
  assert.equal(raw(32, `uint32_${other}`)(0x01020304), 0x04030201);
  assert.equal(raw(64, `uint64_${other}`)(0x0102030405060708n), 0x0807060504030201n);
  assert.equal(raw(64, `uint64_${other}`)(1), 0x0100000000000000n);
  assert.equal(raw(32, 'uint32', `int32_${other}`)(0xff), -16777216);
  assert.equal(raw(64, 'uint64', `int64_${other}`)(0xff), -72057594037927936n);
  assert.equal(raw(16, 'uint16', `int16_${other}`)(0xff), -256);
  assert.equal(raw(16, `int16_${other}`)(-2), 0xfeff);
  assert.equal(raw(16, `uint16_${other}`)(70000), 0x7011);
  assert.equal(raw(16, `uint16_${other}`)(NaN), 0);
  assert.equal(raw(16, `uint16_${other}`)(1n), 0x0100);
  throws(() => raw(16, `uint16_${other}`)('1'), TypeError, 'VALUE');
  for (const bits of [16, 32, 64]) {
    for (const end of ['le', 'be']) assert.equal(raw(bits, `uint${bits}_${end}`, `uint${bits}_${end}`)(0x1234), 0x1234);
  }
});

test('variables of C are set and read', () => {
  for (const [type, value] of [['int8', -5], ['uint16', 65000], ['int64', -(2n ** 60n)], ['double', 1.25], ['bool', true]]) { // prettier-ignore
    lib.func(`put_${type}`, 'void', [type])(value);
    assert.equal(decode(lib.func(`addr_${type}`, 'void *', [])(), type), value);
    assert.equal(lib.func(`deref_${type}`, type, [`${type} *`])([value]), value);
    const holder = [null];
    lib.func(`set_${type}`, 'void', [`_Out_ ${type} *`, type])(holder, value);
    assert.deepEqual(holder, [value]);
  }
});

test('typed arrays of 64-bit elements hold BigInts', () => {
  assert.deepEqual(decode(BigInt64Array.of(1n, -1n), array('int64', 2)), BigInt64Array.of(1n, -1n));
  assert.deepEqual(decode(BigInt64Array.of(1n, -1n), array('int64', 2, 'Array')), [1, -1]);
  assert.equal(types.int64.primitive, 'Int64');
});

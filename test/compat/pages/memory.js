'use strict';
// decode, fast decoders, encode, alloc, free, address, view, call, disposable types.

const v8 = require('node:v8');
const vm = require('node:vm');
const { TE, E, RE, crash, unstable } = require('../probe');
const { show } = require('../show');

module.exports = ({ probe, group, table, setup, k, lib, fn, fresh }) => {
  const symbol = (name) => lib().symbol(name);
  const ints = (...values) => Buffer.from(new Int32Array(values).buffer);
  const FOUR = ints(1, 2, 3, 4);
  const ZERO_ENDED = ints(3, 2, 1, 0, 9);

  // -- references ------------------------------------------------------------------------------------------

  const REFERENCES = {
    BigInt: [() => k.address(FOUR), 1],
    Number: [() => Number(k.address(FOUR)), 1],
    'Number with a fraction': [() => Number(k.address(FOUR)) + 0.5, TE, 'Q-23'],
    Buffer: [() => FOUR, 1],
    Int32Array: [() => new Int32Array([1]), 1],
    ArrayBuffer: [() => new Int32Array([1]).buffer, 1],
    DataView: [() => new DataView(new Int32Array([1]).buffer), 1],
    'shared array': [() => new Int32Array(new SharedArrayBuffer(4)), 0],
    'offset view': [() => new Int32Array([9, 1]).subarray(1), 1],
    string: [() => 'x', TE],
    Boolean: [() => true, TE],
    function: [() => () => 1, TE],
    'koffi function': [() => fn.add, TE],
    Array: [() => [1], TE],
    object: [() => ({}), TE],
    'as()': [() => k.as([1], 'int *'), TE],
    'bare SharedArrayBuffer': [() => new SharedArrayBuffer(8), TE, unstable('D-07')],
  };

  group('reference', () => {
    for (const [name, [make, expected, tag]] of Object.entries(REFERENCES)) {
      probe(`decode ${name}`, () => k.decode(make(), 'int'), expected, tag);
      probe(`decode.int ${name}`, () => k.decode.int(make()), expected, tag);
      probe(`encode ${name}`, () => k.encode(make(), 'int', 1), expected === TE ? TE : undefined, tag);
      probe(`address ${name}`, () => k.address(make()) > 0n, expected === TE ? TE : true, tag);
      probe(`view ${name}`, () => k.view(make(), 4).byteLength, expected === TE ? TE : 4, tag);
      if (expected === TE && !tag) probe(`free ${name}`, () => k.free(make()), TE);
      if (expected === TE && !tag) probe(`call ${name}`, () => k.call(make(), 'AddFn', 1, 2), TE);
    }
  });

  table('NULL reference', [
    ...[null, undefined, 0, 0n].flatMap((v) => [
      [`decode ${show(v)}`, () => k.decode(v, 'int'), E],
      [`encode ${show(v)}`, () => k.encode(v, 'int', 1), E],
    ]),
    ['decode a zero-length buffer', () => k.decode(Buffer.alloc(0), 'int'), E],
    ['decode a string', () => k.decode(null, 'str'), E],
    ['decode a struct', () => k.decode(null, 'S3'), E],
    ['decode a prototype', () => k.decode(null, 'AddFn'), E],
    ['decode.int', () => k.decode.int(null), E, crash('Q-21')],
    ['decode.double', () => k.decode.double(0n), E, crash('Q-21')],
    ['decode.string', () => k.decode.string(null), null],
    ['decode.string16', () => k.decode.string16(0n), null],
    ['view', () => k.view(null, 4), E, crash('Q-21')],
    ['view 0n', () => k.view(0n, 4), E, crash('Q-21')],
    ['view of nothing', () => k.view(null, 0).byteLength, 0],
    ['call', () => k.call(null, 'AddFn', 1, 2), E, crash('Q-21')],
    ['address', () => [k.address(null), k.address(undefined), k.address(0)], [0n, 0n, 0n]],
    ['free', () => [k.free(null), k.free(undefined), k.free(0), k.free(0n)], [undefined, undefined, undefined, undefined]],
  ]);

  // -- decode ------------------------------------------------------------------------------------------------

  table('decode', [
    ['int', () => k.decode(FOUR, 'int'), 1],
    ['with an offset', () => k.decode(FOUR, 4, 'int'), 2],
    ['with a length', () => k.decode(FOUR, 'int', 2), new Int32Array([1, 2])],
    ['with both', () => k.decode(FOUR, 4, 'int', 2), new Int32Array([2, 3])],
    ['type object', () => k.decode(FOUR, k.types.int), 1],
    ['BigInt offset', () => k.decode(FOUR, 8n, 'int'), 3],
    ['fractional offset', () => k.decode(FOUR, 4.5, 'int'), 2],
    ['NaN offset', () => k.decode(FOUR, NaN, 'int'), TE, 'Q-54'],
    ['negative offset of an address', () => k.decode(k.address(FOUR) + 4n, -4, 'int'), 1],
    ['negative offset of a buffer', () => k.decode(FOUR, -4, 'int'), E],
    ['unaligned', () => k.decode(Buffer.from([0, 1, 0, 0, 0]), 1, 'int'), 1],
    ["'4' is a malformed type", () => k.decode(FOUR, '4', 'int'), E],
    ['one argument', () => k.decode(FOUR), TE],
    ['no argument', () => k.decode(), TE],
    ['unknown type', () => k.decode(FOUR, 'zork'), TE],
    ['null as offset', () => k.decode(FOUR, null, 'int'), TE],
    ['undefined as offset', () => k.decode(FOUR, undefined, 'int'), TE],
    ['offset without a type', () => k.decode(FOUR, 4), TE],
    ['small buffer', () => k.decode(Buffer.alloc(3), 'int'), E],
    ['offset beyond the end', () => k.decode(FOUR, 13, 'int'), E],
    ['length beyond the end', () => k.decode(FOUR, 'int', 5), E],
    ['small buffer for a struct', () => k.decode(Buffer.alloc(15), 'S3'), E],
    ['void', () => k.decode(FOUR, 'void'), TE],
    ['opaque', () => k.decode(FOUR, 'Opq'), TE],
    ['void with a length', () => k.decode(FOUR, 'void', 2), TE, crash('Q-02')],
    ['opaque with a length', () => k.decode(FOUR, 'Opq', 2), TE, crash('Q-02')],
    ['length undefined', () => k.decode(FOUR, 'int', undefined), 1],
    ['length null', () => k.decode(FOUR, 'int', null), 1],
    ["length '2'", () => k.decode(FOUR, 'int', '2'), TE, 'Q-55'],
    ['length {}', () => k.decode(FOUR, 'int', {}), TE, 'Q-55'],
    ['length 2n', () => k.decode(FOUR, 'int', 2n), new Int32Array([1, 2])],
    ['length 1.5', () => k.decode(FOUR, 'int', 1.5), new Int32Array([1])],
    ['length NaN', () => k.decode(FOUR, 'int', NaN), TE, 'Q-54'],
    ['length 2 ** 40', () => k.decode(k.address(FOUR), 'int', 2 ** 40), E, 'Q-54'],
    ['length 0', () => k.decode(FOUR, 'int', 0), new Int32Array()],
    ['length 0 of char', () => k.decode(FOUR, 'char', 0), ''],
    ['length 0 of structs', () => k.decode(FOUR, 'S3', 0), []],
    ['surplus arguments', () => k.decode(FOUR, 4, 'int', 1, 2, 3), new Int32Array([2])],
    ['char is a Number', () => k.decode(Buffer.from('A'), 'char'), 65],
    ['char * dereferences', () => k.decode(symbol('my_string'), 'char *'), 'foobar'],
    ['int * dereferences', () => k.decode(new BigUint64Array([16n]), 'int *'), 16n],
    ['NULL pointer inside', () => k.decode(new BigUint64Array(1), 'int *'), null],
    ['callback pointer dereferences', () => typeof k.decode(symbol('my_fn'), 'AddFn *'), 'bigint'],
    ['NULL callback pointer', () => k.decode(symbol('my_cb'), 'IntCb *'), null],
    ['struct', () => k.decode(symbol('my_S3'), 'S3'), { a: 5, b: 113, c: 1.25 }],
    ['fixed array', () => k.decode(symbol('my_arr'), 'int[4]'), new Int32Array([1, 2, 3, 4])],
    ['double', () => k.decode(symbol('my_dbl'), 'double'), 3.25],
    ['float', () => k.decode(symbol('my_f'), 'float'), 1.5],
    ['bool', () => k.decode(symbol('my_bool'), 'bool'), true],
    ['int64', () => k.decode(symbol('my_i64'), 'int64_t'), -5],
    ['uint64', () => k.decode(symbol('my_u64'), 'uint64_t'), 2n ** 64n - 1n],
    ['enum', () => k.decode(ints(5), 'Enum'), 5],
    ['uint32_be', () => k.decode(symbol('my_bytes'), 'uint32_be'), 0x01020304],
    ['direction marker', () => k.decode(FOUR, k.out('int *')) !== undefined, true],
    ['disposable is not disposed', () => {
      const before = k.stats().disposed;
      const text = k.decode(symbol('my_string'), k.disposable('str', () => {}));
      return [text, k.stats().disposed - before];
    }, ['foobar', 0]],
    ['disposable struct member is disposed', () => {
      let seen = 0;
      const type = k.struct({ s: k.disposable('str', () => seen++) });
      return [k.decode(symbol('my_string'), type), seen];
    }, [{ s: 'foobar' }, 1]],
  ]);

  const callable = () => k.decode(fn.get_fn('add'), 'AddFn');
  table('decode a prototype', [
    ['call', () => callable()(2, 3), 5],
    ['name', () => [callable().name, callable().info.name], ['<anonymous>', '<anonymous>']],
    ['info', () => callable().info.arguments.map((a) => a.type.name), ['int', 'int']],
    ['async', () => typeof callable().async, 'function'],
    ['too few arguments', () => callable()(1), TE],
    ['with a length', () => k.decode(fn.get_fn('add'), 'AddFn', 1), TE, 'C-23'],
    ['of a buffer', () => k.decode(Buffer.alloc(8), 'AddFn'), TE, 'Q-27'],
    ['prototype object', () => k.decode(fn.get_fn('sub'), k.type('AddFn'))(5, 3), 2],
  ]);

  const STRUCTS = () => k.struct({ a: 'int' });
  table('decode with a length', [
    ['char', () => k.decode(symbol('my_buf'), 'char', 3), 'buf'],
    ['char up to the NUL', () => k.decode(symbol('my_buf'), 'char', 16), 'buffer'],
    ['char16_t', () => k.decode(symbol('my_w16'), 'char16_t', 8), 'wide'],
    ['char32_t', () => k.decode(symbol('my_w32'), 'char32_t', 8), 'wide'],
    ['wchar_t', () => k.decode(symbol('my_w32'), 'wchar_t', 2), 'wi'],
    ['uint8', () => k.decode(symbol('my_bytes'), 'uint8', 3), new Uint8Array([1, 2, 3])],
    ['double', () => k.decode(symbol('my_dbl'), 'double', 1), new Float64Array([3.25])],
    ['int64', () => k.decode(symbol('my_i64'), 'int64', 1), new BigInt64Array([-5n])],
    ['uint16_be', () => k.decode(symbol('my_bytes'), 'uint16_be', 2), new Uint16Array([258, 772])],
    ['bool', () => k.decode(Buffer.from([1, 0]), 'bool', 2), [true, false]],
    ['structs', () => k.decode(FOUR, STRUCTS(), 2), [{ a: 1 }, { a: 2 }]],
    ['pointers', () => k.decode(new BigUint64Array([5n, 0n]), 'void *', 2), [5n, null]],
    ['int pointers', () => k.decode(new BigUint64Array([5n, 0n]), 'int *', 2), [5n, null], 'Q-14'],
    ['enums', () => k.decode(ints(5, -1), 'Enum', 2), [5, -1]],
    ['arrays', () => k.decode(FOUR, k.array(STRUCTS(), 2), 2), [[{ a: 1 }, { a: 2 }], [{ a: 3 }, { a: 4 }]]],
    ['char * is a text of n units', () => k.decode(symbol('my_string'), 'const char *', 3), 'foo', 'Q-20'],
    ['char * keeps NULs', () => k.decode(new BigUint64Array([k.address(Buffer.from('a\0bc'))]), 'char *', 3), 'a\0b', 'Q-20'],
    ['char * of 0 units', () => k.decode(symbol('my_string'), 'str', 0), '', 'Q-20'],
    ['NULL char *', () => k.decode(symbol('my_null'), 'str', 3), null, 'Q-20'],
    ['char16_t *', () => k.decode(symbol('my_ps16'), 'char16_t *', 1), 'p', 'Q-20'],
    ['array of strings', () => k.decode(symbol('my_strs'), k.array('str', 4)), ['a', 'bb', 'ccc', null]],
  ]);

  table('decode with a negative length', [
    ['char', () => k.decode(symbol('my_buf'), 'char', -1), 'buffer'],
    ['char16_t', () => k.decode(symbol('my_w16'), 'char16_t', -1), 'wide'],
    ['char32_t', () => k.decode(symbol('my_w32'), 'char32_t', -1), 'wide'],
    ['int', () => k.decode(ZERO_ENDED, 'int', -1), new Int32Array([3, 2, 1])],
    ['int at an address', () => k.decode(symbol('my_zt'), 'int', -1), new Int32Array([3, 2, 1])],
    ['any negative value', () => k.decode(ZERO_ENDED, 'int', -100), new Int32Array([3, 2, 1])],
    ['uint8', () => k.decode(Buffer.from([5, 6, 0, 7]), 'uint8', -1), new Uint8Array([5, 6])],
    ['int16', () => k.decode(new Int16Array([5, 0, 6]), 'int16', -1), new Int16Array([5])],
    ['enum', () => k.decode(ZERO_ENDED, 'Enum', -1), [3, 2, 1]],
    ['pointers', () => k.decode(new BigUint64Array([5n, 6n, 0n, 7n]), 'void *', -1), [5n, 6n]],
    ['str', () => k.decode(symbol('my_string'), 'str', -1), 'foobar', 'C-24'],
    ['int64', () => k.decode(ZERO_ENDED, 'int64', -1), TE],
    ['uint16_be', () => k.decode(ZERO_ENDED, 'uint16_be', -1), TE],
    ['bool', () => k.decode(ZERO_ENDED, 'bool', -1), TE],
    ['float', () => k.decode(ZERO_ENDED, 'float', -1), TE],
    ['double', () => k.decode(ZERO_ENDED, 'double', -1), TE],
    ['struct', () => k.decode(ZERO_ENDED, 'S3', -1), TE],
    ['array', () => k.decode(ZERO_ENDED, 'int[2]', -1), TE],
    ['union', () => k.decode(ZERO_ENDED, 'U', -1), TE],
    ['callback pointer', () => k.decode(ZERO_ENDED, 'IntCb *', -1), TE],
    ['prototype', () => k.decode(ZERO_ENDED, 'IntCb', -1), TE],
    ['char without a terminator', () => k.decode(Buffer.from('abc'), 'char', -1), 'abc'],
    ['uint8 without a terminator', () => k.decode(Buffer.from([1, 2]), 'uint8', -1), new Uint8Array([1, 2])],
    ['int without a terminator', () => k.decode(FOUR, 'int', -1), new Int32Array([1, 2, 3, 4]), 'Q-65'],
    ['incomplete last element', () => k.decode(Buffer.from([1, 0, 2, 0, 9]), 'int16', -1), new Int16Array([1, 2]), 'Q-65'],
  ]);

  // -- fast decoders -------------------------------------------------------------------------------------------

  const FAST = {
    char: -1, uchar: 255, short: -1, ushort: 65535, int: -1, uint: 4294967295, long: -1, ulong: 2n ** 64n - 1n,
    longlong: -1, ulonglong: 2n ** 64n - 1n, int8: -1, uint8: 255, int16: -1, uint16: 65535, int32: -1,
    uint32: 4294967295, int64: -1, uint64: 2n ** 64n - 1n, float: NaN, double: NaN,
  };
  const ORDERED = {
    int16le: 0x0201, int16be: 0x0102, uint16le: 0x0201, uint16be: 0x0102, int32le: 0x04030201, int32be: 0x01020304,
    uint32le: 0x04030201, uint32be: 0x01020304, int64le: 0x0807060504030201n, int64be: 0x0102030405060708n,
    uint64le: 0x0807060504030201n, uint64be: 0x0102030405060708n,
  };
  const EIGHT = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
  const TEXT = Buffer.from('buffer\0\0');

  group('fast', () => {
    for (const [name, expected] of Object.entries(FAST)) {
      probe(name, () => k.decode[name](Buffer.alloc(8, 0xff)), expected);
    }
    for (const [name, expected] of Object.entries(ORDERED)) probe(name, () => k.decode[name](EIGHT), expected);
    for (const name of ['int8le', 'int8be', 'uint8le', 'uint8be']) probe(name, () => k.decode[name](EIGHT), 1, 'Q-60');
    for (const name of ['string', 'string16', 'string32', 'wstring']) {
      probe(`${name} without argument`, () => k.decode[name](), TE);
      probe(`${name} of an object`, () => k.decode[name]({}), TE);
      probe(`${name} length 'x'`, () => k.decode[name](TEXT, 'x'), TE);
      probe(`${name} length null`, () => k.decode[name](TEXT, null), TE);
    }
  });

  table('fast', [
    ['no argument', () => k.decode.int(), TE],
    ['surplus arguments', () => k.decode.int(FOUR, 4, 5), 1],
    ['int64 is a Number when small', () => k.decode.int64(Buffer.from([5, 0, 0, 0, 0, 0, 0, 0])), 5],
    ['small buffer', () => k.decode.int(Buffer.alloc(1)), E, unstable('Q-21')],
    ['small buffer of double', () => k.decode.double(Buffer.alloc(7)), E, unstable('Q-21')],
    ['properties are ordinary', () => {
      const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(k.decode, 'int');
      return [writable, enumerable, configurable];
    }, [true, true, true]],
    ['string', () => k.decode.string(TEXT), 'buffer'],
    ['string with a length', () => k.decode.string(TEXT, 3), 'buf'],
    ['string keeps NULs', () => k.decode.string(TEXT, 8), 'buffer\0\0'],
    ['string of 0', () => k.decode.string(TEXT, 0), ''],
    ['string of 2n', () => k.decode.string(TEXT, 2n), 'bu'],
    ['string of 2.5', () => k.decode.string(TEXT, 2.5), 'bu'],
    ['string of NaN', () => k.decode.string(TEXT, NaN), ''],
    ['string of -1', () => k.decode.string(TEXT, -1), 'buffer'],
    ['string of undefined', () => k.decode.string(TEXT, undefined), 'buffer', 'Q-21'],
    ['string too long', () => k.decode.string(TEXT, 10), E, unstable('Q-21')],
    ['string at an address', () => k.decode.string(symbol('my_buf')), 'buffer'],
    ['string16', () => k.decode.string16(symbol('my_w16')), 'wide'],
    ['string16 with a length', () => k.decode.string16(symbol('my_w16'), 2), 'wi'],
    ['string32', () => k.decode.string32(symbol('my_w32')), 'wide'],
    ['wstring', () => k.decode.wstring(symbol('my_w32')), 'wide'],
    ['string32 with a length', () => k.decode.string32(symbol('my_w32'), 2), 'wi'],
    ['string32 of 0', () => k.decode.string32(symbol('my_w32'), 0), '', 'Q-17'],
    ['string32 of -1', () => k.decode.string32(symbol('my_w32'), -1), 'wide', 'Q-17'],
    ['wstring of 0', () => k.decode.wstring(symbol('my_w32'), 0), '', 'Q-17'],
    ['empty string', () => k.decode.string(Buffer.from([0])), ''],
    ['empty string32', () => k.decode.string32(Buffer.alloc(4)), '', 'Q-17'],
    ['string16 of an odd buffer', () => k.decode.string16(Buffer.from([0x61, 0, 0x62, 0, 0x63])), 'ab', unstable('Q-21')],
  ]);

  // -- encode ----------------------------------------------------------------------------------------------------

  /** What encode() leaves in a buffer of ee bytes. */
  const write = (size, ...args) => {
    const buffer = Buffer.alloc(size, 0xee);
    k.encode(buffer, ...args);
    return buffer;
  };
  const bytes = (...values) => Buffer.from(values);
  const REST = [0xee, 0xee, 0xee, 0xee];

  table('encode', [
    ['returns undefined', () => k.encode(Buffer.alloc(4), 'int', 1), undefined],
    ['int', () => write(4, 'int', 0x01020304), bytes(4, 3, 2, 1)],
    ['offset', () => write(8, 4, 'int', 1), bytes(...REST, 1, 0, 0, 0)],
    ['BigInt offset', () => write(8, 4n, 'int', 1), bytes(...REST, 1, 0, 0, 0)],
    ['length', () => write(8, 'int', [1, 2], 2), ints(1, 2)],
    ['offset and length', () => write(8, 4, 'int', [1], 1), bytes(...REST, 1, 0, 0, 0)],
    ['address', () => {
      const buffer = Buffer.alloc(4);
      k.encode(k.address(buffer), 'int', 5);
      return buffer;
    }, ints(5)],
    ['negative offset of an address', () => {
      const buffer = Buffer.alloc(8);
      k.encode(k.address(buffer) + 4n, -4, 'int', 5);
      return buffer;
    }, ints(5, 0)],
    ['negative offset of a buffer', () => write(8, -4, 'int', 1), E],
    ['two arguments', () => k.encode(Buffer.alloc(4), 'int'), TE],
    ['three with an offset', () => k.encode(Buffer.alloc(4), 0, 'int'), TE],
    ['no argument', () => k.encode(), TE],
    ['small buffer', () => write(3, 'int', 1), E],
    ['small buffer with an offset', () => write(6, 4, 'int', 1), E],
    ['small buffer with a length', () => write(8, 'int', [1, 2, 3], 3), E],
    ['unknown type', () => write(4, 'zork', 1), TE],
    ['wrong kind', () => write(4, 'int', 'x'), TE],
    ['undefined', () => write(4, 'int', undefined), TE],
    ['array without a length', () => write(8, 'int', [1, 2]), TE],
    ['bool', () => write(1, 'bool', true), bytes(1)],
    ['double', () => write(8, 'double', 1.5), Buffer.from(new Float64Array([1.5]).buffer)],
    ['char', () => write(1, 'char', 65), bytes(65)],
    ['enum', () => write(4, 'Enum', 5), ints(5)],
    ['struct', () => k.decode(write(16, 'S3', { a: 1, b: 2, c: 3 }), 'S3'), { a: 1, b: 2, c: 3 }],
    ['union', () => write(8, 'U', { i: 5 }), bytes(5, 0, 0, 0, 0, 0, 0, 0)],
    ['fixed array', () => write(12, 'int[3]', [1, 2]), ints(1, 2, 0)],
    ['pointer', () => write(8, 'void *', 0x1234n), bytes(0x34, 0x12, 0, 0, 0, 0, 0, 0)],
    ['NULL pointer', () => write(8, 'void *', null), Buffer.alloc(8)],
    ['array for a pointer is kept', () => k.decode(k.decode(write(8, 'int *', [7, 8]), 'int *'), 'int', 2), new Int32Array([7, 8])],
    ['object for a pointer is kept', () => k.decode(k.decode(write(8, 'S3 *', { a: 3 }), 'S3 *'), 'S3').a, 3],
    ['string', () => k.decode(write(8, 'str', 'text'), 'str'), 'text'],
    ['NULL string', () => k.decode(write(8, 'str', null), 'str'), null],
    ['first struct member of a wrong kind', () => write(16, 'S3', { a: 'x' }), TE, crash('Q-01')],
    ['void', () => write(4, 'void', 1), TE, 'Q-56'],
    ['prototype', () => write(8, 'IntCb', 1), TE, 'Q-56'],
    ['callback with a function', () => write(8, 'IntCb *', () => 1), E],
    ['callback with an address', () => write(8, 'IntCb *', 16n), bytes(16, 0, 0, 0, 0, 0, 0, 0)],
  ]);

  /** Encodes, collects garbage, reads back. */
  const survives = async (type, value, read) => {
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    const buffer = Buffer.alloc(k.sizeof(type));
    k.encode(buffer, type, value);
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return read(k.decode(buffer, type));
  };
  table('encoded memory survives a collection', [
    ['string', () => survives('str', 'some text', (text) => text), 'some text'],
    ['array of numbers', () => survives('int *', [1, 2, 3], (p) => k.decode(p, 'int', 3)), new Int32Array([1, 2, 3])],
    ['strings in a struct', () => survives('SP', { s: 'one', w: 'two' }, ({ s, w }) => [s, w]), ['one', 'two']],
  ]);

  table('encode with a length', [
    ['short array is zero-filled', () => write(12, 'int', [1], 3), ints(1, 0, 0)],
    ['long array is cut', () => write(8, 'int', [1, 2, 3], 2), ints(1, 2)],
    ['typed array', () => write(8, 'int', new Int32Array([1, 2]), 2), ints(1, 2)],
    ['Buffer', () => write(8, 'int', ints(1, 2), 2), ints(1, 2)],
    ['0 does nothing', () => write(4, 'int', [1], 0), bytes(...REST)],
    ['string for char', () => write(4, 'char', 'abcdefgh', 4), Buffer.from('abc\0')],
    ['short string for char', () => write(4, 'char', 'a', 4), Buffer.from('a\0\0\0')],
    ['string for char16_t', () => write(8, 'char16_t', 'abcdef', 4), Buffer.from(new Uint16Array([97, 98, 99, 0]).buffer)],
    ['string for char32_t', () => write(8, 'char32_t', 'abc', 2), ints(97, 0), 'Q-16'],
    ['strings', () => k.decode(write(16, 'str', ['a', 'b'], 2), k.array('str', 2)), ['a', 'b']],
    ['one string', () => k.decode(write(8, 'str', 'abc', 1), 'str'), 'abc', 'C-73'],
    ['structs', () => write(8, k.struct({ a: 'int' }), [{ a: 1 }], 2), ints(1, 0)],
    ['not an array', () => write(8, 'int', 5, 2), TE],
    ['negative fills the buffer', () => write(12, 'int', [1], -1), ints(1, 0, 0)],
    ['negative after an offset', () => write(12, 4, 'int', [1], -1), Buffer.concat([bytes(...REST), ints(1, 0)]), 'C-29'],
    ['negative at an address', () => k.encode(k.address(Buffer.alloc(8)), 'int', [1], -1), TE],
    ['wrong element', () => write(8, 'int', ['x'], 1), TE],
  ]);

  // -- alloc and free --------------------------------------------------------------------------------------------

  const allocated = (run, ...args) => {
    const pointer = k.alloc(...args);
    try {
      return run(pointer);
    } finally {
      k.free(pointer);
    }
  };
  const kind = (pointer) => typeof pointer;
  table('alloc', [
    ['zeroed', () => allocated((p) => k.decode(p, 'int', 4), 'int', 4), new Int32Array(4)],
    ['fraction', () => allocated(kind, 'int', 1.5), 'bigint'],
    ['BigInt', () => allocated(kind, 'int', 2n), 'bigint'],
    ['struct', () => allocated(kind, 'S3', 2), 'bigint'],
    ['array', () => allocated(kind, 'int[3]', 1), 'bigint'],
    ['string', () => allocated(kind, 'str', 1), 'bigint'],
    ['pointer', () => allocated(kind, 'void *', 1), 'bigint'],
    ['prototype', () => allocated(kind, 'IntCb', 1), 'bigint'],
    ['write and read', () => allocated((p) => {
      k.encode(p, 'int', [5, 6], 2);
      return fn.sum_ints(p, 2);
    }, 'int', 2), 11],
    ['0', () => k.alloc('int', 0), E],
    ['negative', () => k.alloc('int', -1), E],
    ['huge', () => k.alloc('int', 2 ** 40), E],
    ['NaN', () => k.alloc('int', NaN), TE, 'Q-54'],
    ['2 ** 31 ints', () => k.alloc('int', 2 ** 31), E],
    ["'2'", () => k.alloc('int', '2'), TE],
    ['null', () => k.alloc('int', null), TE],
    ['missing length', () => k.alloc('int'), TE],
    ['no argument', () => k.alloc(), TE],
    ['unknown type', () => k.alloc('zork', 1), TE],
    ['void', () => k.alloc('void', 1), TE],
    ['opaque', () => k.alloc('Opq', 1), TE],
    ['free returns undefined', () => k.free(k.alloc('int', 1)), undefined],
    ['free without argument', () => k.free(), TE],
    ['free a buffer', () => k.free(Buffer.alloc(8)), TE, crash('Q-27')],
  ]);

  // -- address and view ----------------------------------------------------------------------------------------------

  table('address', [
    ['BigInt', () => k.address(5n), 5n],
    ['Number', () => k.address(5), 5n],
    ['-1n', () => k.address(-1n), 2n ** 64n - 1n],
    ['offset view', () => {
      const array = new Int32Array(4);
      return k.address(array.subarray(1)) - k.address(array);
    }, 4n],
    ['ArrayBuffer and its view', () => {
      const array = new Int32Array(4);
      return k.address(array) === k.address(array.buffer);
    }, true],
    ['zero-length buffer', () => k.address(Buffer.alloc(0)), 0n],
    ['no argument', () => k.address(), TE],
  ]);

  table('view', [
    ['kind', () => k.view(symbol('my_arr'), 16) instanceof ArrayBuffer, true],
    ['content', () => new Int32Array(k.view(symbol('my_arr'), 16)), new Int32Array([1, 2, 3, 4])],
    ['writes are visible', () => {
      const array = new Int32Array(k.view(fn.addr_int32(), 4));
      array[0] = 77;
      return k.decode(fn.addr_int32(), 'int');
    }, 77],
    ['twice', () => k.view(symbol('my_arr'), 16) === k.view(symbol('my_arr'), 16), false],
    ['both live', () => {
      const [a, b] = [new Int32Array(k.view(fn.addr_int32(), 4)), new Int32Array(k.view(fn.addr_int32(), 4))];
      a[0] = 5;
      return b[0];
    }, 5],
    ['0', () => k.view(symbol('my_arr'), 0).byteLength, 0],
    ['1.5', () => k.view(symbol('my_arr'), 1.5).byteLength, 1],
    ['BigInt', () => k.view(symbol('my_arr'), 4n).byteLength, 4],
    ['negative', () => k.view(symbol('my_arr'), -1), TE],
    ['NaN', () => k.view(symbol('my_arr'), NaN), TE, 'Q-54'],
    ['Infinity', () => k.view(symbol('my_arr'), Infinity), E, 'Q-54'],
    ["'4'", () => k.view(symbol('my_arr'), '4'), TE],
    ['missing length', () => k.view(symbol('my_arr')), TE],
    ['no argument', () => k.view(), TE],
    ['2 ** 40', () => k.view(symbol('my_arr'), 2 ** 40), E, crash('Q-21')],
    ['detached', () => {
      const view = k.view(symbol('my_arr'), 16);
      structuredClone(view, { transfer: [view] });
      return view.byteLength;
    }],
  ]);

  // -- call --------------------------------------------------------------------------------------------------------

  setup(() => k.proto('int VSum(int n, ...)'));
  setup(() => k.proto('void FillFn(_Out_ int *p, int n, int start)'));
  const plus = () => fn.get_fn('add');

  table('call', [
    ['name', () => k.call(plus(), 'AddFn', 2, 3), 5],
    ['type object', () => k.call(plus(), k.type('AddFn'), 2, 3), 5],
    ['symbol', () => k.call(symbol('add'), 'AddFn', 2, 3), 5],
    ['Number', () => k.call(Number(plus()), 'AddFn', 2, 3), 5],
    ['surplus arguments', () => k.call(plus(), 'AddFn', 2, 3, 4), 5],
    ['too few arguments', () => k.call(plus(), 'AddFn', 2), TE],
    ['one argument', () => k.call(plus()), TE],
    ['no argument', () => k.call(), TE],
    ['pointer type', () => k.call(plus(), 'AddFn *', 2, 3), TE],
    ['number type', () => k.call(plus(), 'int', 2, 3), TE],
    ['unknown type', () => k.call(plus(), 'zork', 2, 3), TE],
    ['null type', () => k.call(plus(), null, 2, 3), TE],
    ['wrong kind', () => k.call(plus(), 'AddFn', 'x', 3), TE],
    ['variadic', () => k.call(symbol('vsum'), 'VSum', 2, 'int', 4, 'int', 5), 9],
    ['output', () => {
      const holder = [null, null];
      k.call(symbol('fill_ints'), 'FillFn', holder, 2, 5);
      return holder;
    }, [5, 6]],
    ['string as reference', () => k.call('x', 'AddFn', 1, 2), TE],
    ['buffer as reference', () => k.call(Buffer.alloc(8), 'AddFn', 1, 2), TE, crash('Q-27')],
    ['no async', () => k.call.async, undefined],
  ]);

  // -- disposable ----------------------------------------------------------------------------------------------------

  table('disposable()', [
    ['string', () => {
      const type = k.disposable('str');
      return [type.primitive, type.disposable, type.size];
    }, ['String', true, 8]],
    ['pointer', () => k.disposable('int *').primitive, 'Pointer'],
    ['name', () => k.disposable(fresh('D'), 'str').name.startsWith('D'), true],
    ['anonymous name', () => k.disposable('str').name, '<anonymous_1>'],
    ['name null', () => k.disposable(null, 'str').disposable, true],
    ['name undefined', () => k.disposable(undefined, 'str').disposable, true],
    ['each call is new', () => k.disposable('str') === k.disposable('str'), false],
    ["'str!' is one", () => k.type('str!') === k.type('str!'), true],
    ["'char *!'", () => k.type('char *!').disposable, true],
    ['function null', () => k.disposable(fresh('D'), 'str', null).disposable, true],
    ['function undefined', () => k.disposable(fresh('D'), 'str', undefined).disposable, true],
    ['function 5', () => k.disposable('str', 5), TE],
    ["function 'x'", () => k.disposable(fresh('D'), 'str', 'x'), TE],
    ['number', () => k.disposable('int'), TE],
    ['struct', () => k.disposable('S3'), TE],
    ['array', () => k.disposable('int[2]'), TE],
    ['void', () => k.disposable('void'), TE],
    ['opaque', () => k.disposable('Opq'), TE],
    ['callback', () => k.disposable('IntCb *'), TE],
    ['twice', () => k.disposable(k.disposable('str')), TE],
    ['marker', () => k.disposable(k.out('int *')).primitive, 'Pointer'],
    ['duplicate name', () => k.disposable('S3', 'str'), E],
    ['empty name', () => k.disposable('', k.type('str')), E, 'Q-51'],
    ["name 'a b'", () => k.disposable('a b', 'str'), E, 'Q-51'],
    ['no argument', () => k.disposable(), TE],
    ['unknown type', () => k.disposable('zork'), TE],
    ["'int!'", () => k.type('int!'), E],
    ["'void!'", () => k.type('void!'), E],
  ]);

  /** Result, what the disposer saw, how much the counter moved. */
  const disposing = (run) => {
    const seen = [];
    const type = k.disposable('str', (...args) => {
      seen.push(args.length, typeof args[0]);
      k.free(args[0]);
    });
    const before = k.stats().disposed;
    const result = run(type);
    return [result, seen, k.stats().disposed - before];
  };

  table('disposal', [
    ['result with free', () => {
      const before = k.stats().disposed;
      return [fn.dup_str('text'), k.stats().disposed - before];
    }, ['text', 1]],
    ['result with a function', () => disposing((type) => lib().func('dup_str', type, ['str'])('text')), ['text', [1, 'bigint'], 1]],
    ['NULL result', () => {
      const seen = [];
      const type = k.disposable('str', (p) => seen.push(p));
      const before = k.stats().disposed;
      return [lib().func('dup_str', type, ['str'])(null), seen, k.stats().disposed - before];
    }, [null, [null], 1]],
    ['C function as disposer', () => {
      const before = fn.get_dispose();
      const text = lib().func('dup_str', k.disposable('str', fn.my_dispose), ['str'])('text');
      return [text, fn.get_dispose() - before];
    }, ['text', 1]],
    ['output element', () => {
      const holder = [null];
      return disposing((type) => {
        lib().func('set_strdup', 'void', [k.out(k.pointer(type)), 'str'])(holder, 'yo');
        return holder;
      });
    }, [['yo'], [1, 'bigint'], 1]],
    ['pointer result is a dangling address', () => typeof lib().func('dup_str', k.disposable('int *'), ['str'])('x'), 'bigint'],
    ['input is not disposed', () => disposing((type) => lib().func('str_len', 'int', [type])('four')), [4, [], 0]],
    ['variadic value is not disposed', () => disposing((type) => fn.vfmt(Buffer.alloc(256), '%s', type, 'four')), [4, [], 0]],
    ['exception of the disposer', () => lib().func('dup_str', k.disposable('str', () => { throw new RangeError('mine'); }), ['str'])('x'), RE],
  ]);
};

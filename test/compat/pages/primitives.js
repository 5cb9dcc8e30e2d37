'use strict';
// Primitive types, number conversions, byte order, enumerations.

const { TE, E, unstable } = require('../probe');
const { show } = require('../show');

const P53 = 2 ** 53;
const U64 = 2n ** 64n;
const GREAT = 2n ** 63n;

module.exports = ({ probe, group, table, k, f, fn, fresh }) => {
  // -- the type table -----------------------------------------------------------------------------

  const PRIMITIVES = [
    // spellings, canonical name, primitive, size, alignment
    ['void', 'void', 'Void', 0],
    ['bool', 'bool', 'Bool', 1],
    ['int8_t int8', 'int8_t', 'Int8', 1],
    ['uint8_t uint8', 'uint8_t', 'UInt8', 1],
    ['char', 'char', 'Int8', 1],
    ['unsigned char,uchar', 'unsigned char', 'UInt8', 1],
    ['char16_t char16', 'char16_t', 'Int16', 2],
    ['char32_t char32', 'char32_t', 'Int32', 4],
    ['wchar_t wchar', 'wchar_t', 'Int32', 4],
    ['int16_t int16', 'int16_t', 'Int16', 2],
    ['int16_le_t int16_le', 'int16_le_t', 'Int16', 2],
    ['int16_be_t int16_be', 'int16_be_t', 'Int16S', 2],
    ['uint16_t uint16', 'uint16_t', 'UInt16', 2],
    ['uint16_le_t uint16_le', 'uint16_le_t', 'UInt16', 2],
    ['uint16_be_t uint16_be', 'uint16_be_t', 'UInt16S', 2],
    ['short', 'short', 'Int16', 2],
    ['unsigned short,ushort', 'unsigned short', 'UInt16', 2],
    ['int32_t int32', 'int32_t', 'Int32', 4],
    ['int32_le_t int32_le', 'int32_le_t', 'Int32', 4],
    ['int32_be_t int32_be', 'int32_be_t', 'Int32S', 4],
    ['uint32_t uint32', 'uint32_t', 'UInt32', 4],
    ['uint32_le_t uint32_le', 'uint32_le_t', 'UInt32', 4],
    ['uint32_be_t uint32_be', 'uint32_be_t', 'UInt32S', 4],
    ['int', 'int', 'Int32', 4],
    ['unsigned int,uint', 'unsigned int', 'UInt32', 4],
    ['int64_t int64', 'int64_t', 'Int64', 8],
    ['int64_le_t int64_le', 'int64_le_t', 'Int64', 8],
    ['int64_be_t int64_be', 'int64_be_t', 'Int64S', 8],
    ['uint64_t uint64', 'uint64_t', 'UInt64', 8],
    ['uint64_le_t uint64_le', 'uint64_le_t', 'UInt64', 8],
    ['uint64_be_t uint64_be', 'uint64_be_t', 'UInt64S', 8],
    ['intptr_t intptr', 'intptr_t', 'Int64', 8],
    ['uintptr_t uintptr', 'uintptr_t', 'UInt64', 8],
    ['size_t', 'size_t', 'UInt64', 8],
    ['long', 'long', 'Int64', 8],
    ['unsigned long,ulong', 'unsigned long', 'UInt64', 8],
    ['long long,longlong', 'long long', 'Int64', 8],
    ['unsigned long long,ulonglong', 'unsigned long long', 'UInt64', 8],
    ['float float32', 'float', 'Float32', 4],
    ['double float64', 'double', 'Float64', 8],
    ['str string', 'char *', 'String', 8],
    ['str16 string16', 'char16_t *', 'String16', 8],
    ['str32 string32', 'char32_t *', 'String32', 8],
    ['wstring', 'wchar_t *', 'String32', 8],
  ];

  group('type', () => {
    for (const [spellings, name, primitive, size] of PRIMITIVES) {
      for (const spelling of spellings.split(spellings.includes(',') ? ',' : ' ')) {
        probe(
          spelling,
          () => {
            const type = k.type(spelling);
            return [type.name, type.primitive, type.size, type.alignment, k.types[spelling] === type];
          },
          [name, primitive, size, size, true],
        );
      }
    }
  });

  probe('types lists 80 names in order', () => [Object.keys(k.types).length, Object.keys(k.types).slice(0, 4)], [
    80,
    ['void', 'bool', 'int8_t', 'int8'],
  ]);
  probe('user-defined names are not added to types', () => {
    const name = fresh('Extra');
    k.alias(name, 'int');
    return name in k.types;
  }, false);
  probe('types is extensible', () => Object.isExtensible(k.types), true);

  // -- Number to integer ------------------------------------------------------------------------------

  const INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'];
  const same = (value) => INTEGERS.map(() => value);

  const NUMBER_TO_INTEGER = [
    [127, same(127)],
    [128, [-128, 128, 128, 128, 128, 128, 128, 128]],
    [300, [44, 44, 300, 300, 300, 300, 300, 300]],
    [65536, [0, 0, 0, 0, 65536, 65536, 65536, 65536]],
    [-1, [-1, 255, -1, 65535, -1, 4294967295, -1, U64 - 1n]],
    [-129, [127, 127, -129, 65407, -129, 4294967167, -129, U64 - 129n]],
    [2 ** 31, [0, 0, 0, 0, -(2 ** 31), 2 ** 31, 2 ** 31, 2 ** 31]],
    [2 ** 32 + 5, [5, 5, 5, 5, 5, 5, 4294967301, 4294967301]],
    [-(2 ** 31) - 1, [-1, 255, -1, 65535, 2147483647, 2147483647, -2147483649, U64 - 2147483649n]],
    [P53 + 2, [2, 2, 2, 2, 2, 2, 9007199254740994n, 9007199254740994n]],
    [2 ** 64, [-1, 255, -1, 65535, -1, 4294967295, GREAT - 1n, GREAT - 1n]],
    [1e300, [-1, 255, -1, 65535, -1, 4294967295, GREAT - 1n, GREAT - 1n]],
    [-(2 ** 63), [0, 0, 0, 0, 0, 0, -GREAT, GREAT]],
    [1.5, same(1)],
    [2.999, same(2)],
    [-1.5, [-1, 255, -1, 65535, -1, 4294967295, -1, U64 - 1n]],
    [NaN, same(0)],
    [Infinity, same(0)],
    [-Infinity, same(0)],
    [-0, same(0)],
  ];

  const BIGINT_TO_INTEGER = [
    [-1n, [-1, 255, -1, 65535, -1, 4294967295, -1, U64 - 1n]],
    [300n, [44, 44, 300, 300, 300, 300, 300, 300]],
    [2n ** 31n, [0, 0, 0, 0, -(2 ** 31), 2 ** 31, 2 ** 31, 2 ** 31]],
    [2n ** 63n, [0, 0, 0, 0, 0, 0, -GREAT, GREAT]],
    [U64 - 1n, [-1, 255, -1, 65535, -1, 4294967295, -1, U64 - 1n]],
    [U64, same(0)],
    [2n ** 70n, same(0)],
    [U64 + 5n, same(5)],
    [-GREAT - 1n, [-1, 255, -1, 65535, -1, 4294967295, GREAT - 1n, GREAT - 1n]],
  ];

  group('to integer', () => {
    for (const [value, results] of [...NUMBER_TO_INTEGER, ...BIGINT_TO_INTEGER]) {
      INTEGERS.forEach((name, i) => probe(`${name} ← ${show(value)}`, () => fn[`id_${name}`](value), results[i]));
    }
  });

  // A Number in [2^63, 2^64) is exact in an unsigned 64-bit type; signed types saturate.
  table('to integer', [
    ['uint64 ← 2^63', () => fn.id_uint64(2 ** 63), GREAT, 'Q-12'],
    ['uint64 ← 2^63 + 2048', () => fn.id_uint64(2 ** 63 + 2048), GREAT + 2048n, 'Q-12'],
    ['uint32 ← 2^63', () => fn.id_uint32(2 ** 63), 0, 'Q-12'],
    ['uint8 ← 2^63', () => fn.id_uint8(2 ** 63), 0, 'Q-12'],
    ['int64 ← 2^63', () => fn.id_int64(2 ** 63), GREAT - 1n],
    ['a struct member wraps', () => fn.id_S3({ a: 2 ** 31, b: 300, c: 0 }), { a: -(2 ** 31), b: 44, c: 0 }],
    ['an array element wraps', () => fn.sum_u8([300, -1, NaN], 3), 44 + 255],
  ]);

  const NOT_NUMBERS = {
    undefined: undefined,
    null: null,
    "'5'": '5',
    "''": '',
    "'a'": 'a',
    true: true,
    '[]': [],
    '[5]': [5],
    '{}': {},
    'new Number(3)': new Number(3),
    Date: new Date(0),
    Int32Array: new Int32Array([1]),
    Symbol: Symbol('s'),
    function: () => 1,
  };

  group('refused', () => {
    for (const [name, value] of Object.entries(NOT_NUMBERS)) {
      for (const type of ['int32', 'uint64', 'double', 'char']) {
        probe(`${type} ← ${name}`, () => fn[`put_${type}`](value), TE);
      }
    }
  });

  // -- floating point -----------------------------------------------------------------------------------

  table('to floating point', [
    ['float ← 0.1', () => fn.id_float(0.1), 0.10000000149011612],
    ['double ← 0.1', () => fn.id_double(0.1), 0.1],
    ['float ← 16777217', () => fn.id_float(16777217), 16777216],
    ['double ← 16777217', () => fn.id_double(16777217), 16777217],
    ['float ← 1e39', () => fn.id_float(1e39), Infinity],
    ['double ← 1e39', () => fn.id_double(1e39), 1e39],
    ...[NaN, Infinity, -Infinity, -0].flatMap((v) => [
      [`float ← ${show(v)}`, () => fn.id_float(v), v],
      [`double ← ${show(v)}`, () => fn.id_double(v), v],
    ]),
    ...[1n, 300n, -1n].flatMap((v) => [
      [`float ← ${show(v)}`, () => fn.id_float(v), Number(v)],
      [`double ← ${show(v)}`, () => fn.id_double(v), Number(v)],
    ]),
    ...[2n ** 63n, U64 - 1n, U64, 2n ** 70n, -(2n ** 70n)].flatMap((v) => [
      [`float ← ${v}n`, () => fn.id_float(v), Number(v), 'Q-12'],
      [`double ← ${v}n`, () => fn.id_double(v), Number(v), 'Q-12'],
    ]),
  ]);

  // -- bool -----------------------------------------------------------------------------------------------

  table('bool', [
    ['true', () => fn.id_bool(true), true],
    ['false', () => fn.id_bool(false), false],
    ...[0, 1, 0n, 1n, null, undefined, 'true', {}].map((v) => [`← ${show(v)}`, () => fn.id_bool(v), TE]),
    ['result 0', () => f('bool id_uint8(uint8_t v)')(0), false],
    ['result 1', () => f('bool id_uint8(uint8_t v)')(1), true],
    ['result 2', () => f('bool id_uint8(uint8_t v)')(2), true, 'Q-39'],
    ['result 254', () => f('bool id_uint8(uint8_t v)')(254), true, 'Q-39'],
    ['result 255', () => f('bool id_uint8(uint8_t v)')(255), true],
    ['memory byte 2', () => k.decode(Buffer.from([2]), 'bool'), true, unstable('D-08')],
    ['memory byte 0', () => k.decode(Buffer.from([0]), 'bool'), false],
    ['array of bytes', () => k.decode(Buffer.from([0, 1, 2, 255]), k.array('bool', 4)), [false, true, true, true], unstable('D-08')],
  ]);

  // -- C to JavaScript ------------------------------------------------------------------------------------

  table('from C', [
    ['2^53 is a Number', () => fn.id_int64(2n ** 53n), P53],
    ['2^53 + 1 is a BigInt', () => fn.id_int64(2n ** 53n + 1n), 2n ** 53n + 1n],
    ['-2^53 is a Number', () => fn.id_int64(-(2n ** 53n)), -P53],
    ['-2^53 - 1 is a BigInt', () => fn.id_int64(-(2n ** 53n) - 1n), -(2n ** 53n) - 1n],
    ['unsigned 2^53', () => fn.id_uint64(2n ** 53n), P53],
    ['unsigned 2^53 + 1', () => fn.id_uint64(2n ** 53n + 1n), 2n ** 53n + 1n],
    ['long', () => fn.id_long(-5), -5],
    ['unsigned long', () => fn.id_ulong(-1), U64 - 1n],
    ['size_t', () => f('size_t id_uint64(size_t v)')(7), 7],
    ['intptr_t', () => f('intptr_t id_int64(intptr_t v)')(-7), -7],
    ['char is signed', () => fn.id_char(200), -56],
    ['char16_t is signed', () => f('char16_t id_int16(char16_t v)')(0xffff), -1],
    ['char32_t is signed', () => f('char32_t id_int32(char32_t v)')(0xffffffff), -1],
    ['int 0x180 declared int8_t', () => f('int8_t id_int32(int v)')(0x180), -128],
    ['int -1 declared uint16_t', () => f('uint16_t id_int32(int v)')(-1), 65535],
    ['int -1 declared uint8_t', () => f('uint8_t id_int32(int v)')(-1), 255],
    ['int64 2^32 + 7 declared int', () => f('int id_int64(int64_t v)')(2 ** 32 + 7), 7],
    ['float', () => k.decode(k.address(new Float32Array([1.5])), 'float'), 1.5],
    ['void', () => fn.nothing(), undefined],
  ]);

  // -- byte order -----------------------------------------------------------------------------------------

  table('byte order', [
    ['uint16_be ← 0x0102', () => f('uint16_t raw16(uint16_be v)')(0x0102), 0x0201],
    ['uint16_le ← 0x0102', () => f('uint16_t raw16(uint16_le v)')(0x0102), 0x0102],
    ['C returns 0x0102 as uint16_be', () => f('uint16_be raw16(uint16_t v)')(0x0102), 0x0201],
    ['C returns 0x0102 as uint16_le', () => f('uint16_le raw16(uint16_t v)')(0x0102), 0x0102],
    ['uint32_be ← 0x01020304', () => f('uint32_t raw32(uint32_be v)')(0x01020304), 0x04030201],
    ['uint32_le ← 0x01020304', () => f('uint32_t raw32(uint32_le v)')(0x01020304), 0x01020304],
    ['uint64_be', () => f('uint64_t raw64(uint64_be v)')(0x0102030405060708n), 0x0807060504030201n],
    ['uint64_le', () => f('uint64_t raw64(uint64_le v)')(0x0102030405060708n), 0x0102030405060708n],
    ['uint64_be ← 1', () => f('uint64_t raw64(uint64_be v)')(1), 0x0100000000000000n],
    ['C returns 0xff as int32_be', () => f('int32_be raw32(uint32_t v)')(0xff), -16777216],
    ['C returns 0xff as int64_be', () => f('int64_be raw64(uint64_t v)')(0xff), -72057594037927936n],
    ['C returns 0xff as int16_be', () => f('int16_be raw16(uint16_t v)')(0xff), -256],
    ['int16_be ← -2', () => f('uint16_t raw16(int16_be v)')(-2), 0xfeff],
    ['uint16_be ← 70000', () => f('uint16_t raw16(uint16_be v)')(70000), 0x7011],
    ['uint16_be ← NaN', () => f('uint16_t raw16(uint16_be v)')(NaN), 0],
    ['uint16_be ← 1n', () => f('uint16_t raw16(uint16_be v)')(1n), 0x0100],
    ["uint16_be ← '1'", () => f('uint16_t raw16(uint16_be v)')('1'), TE],
    ['decode', () => k.decode(Buffer.from([1, 2, 3, 4]), 'uint32_be'), 0x01020304],
    ['encode', () => {
      const buffer = Buffer.alloc(4);
      k.encode(buffer, 'uint32_be', 0x01020304);
      return buffer;
    }, Buffer.from([1, 2, 3, 4])],
    ['struct member', () => {
      const type = k.struct({ a: 'uint16_be', b: 'uint16_le' });
      const buffer = Buffer.alloc(4);
      k.encode(buffer, type, { a: 0x0102, b: 0x0102 });
      return [buffer, k.decode(buffer, type)];
    }, [Buffer.from([1, 2, 2, 1]), { a: 0x0102, b: 0x0102 }]],
  ]);

  // -- enumerations ---------------------------------------------------------------------------------------

  const primitiveOf = (...args) => k.enumeration(fresh('En'), ...args).primitive;

  table('enumeration storage', [
    ['small', () => primitiveOf({ A: 0, B: 5 }), 'UInt32'],
    ['none', () => primitiveOf({}), 'UInt32'],
    ['up to 2^32-1', () => primitiveOf({ A: 4294967295 }), 'UInt32'],
    ['2^32', () => primitiveOf({ A: 2 ** 32 }), 'UInt64'],
    ['2^64-1', () => primitiveOf({ A: U64 - 1n }), 'UInt64'],
    ['negative', () => primitiveOf({ A: -1, B: 5 }), 'Int32'],
    ['-2^31', () => primitiveOf({ A: -(2 ** 31) }), 'Int32'],
    ['-1 and 2^31', () => primitiveOf({ A: 2 ** 31, B: -1 }), 'Int64'],
    ['-2^31-1', () => primitiveOf({ A: -(2 ** 31) - 1 }), 'Int64'],
    ['2^64', () => primitiveOf({ A: U64 }), E],
    ['-1 and 2^63', () => primitiveOf({ A: -1, B: GREAT }), E],
    ['explicit int8_t', () => primitiveOf({ A: 1 }, 'int8_t'), 'Int8'],
    ['explicit char', () => primitiveOf({ A: 1 }, 'char'), 'Int8'],
    ['explicit TypeObject', () => primitiveOf({ A: 1 }, k.types.uint16), 'UInt16'],
    ['explicit byte order', () => primitiveOf({ A: 1 }, 'uint16_be'), 'UInt16S'],
    ['another enum', () => primitiveOf({ A: 1 }, k.enumeration({ Z: 1 }, 'int16_t')), 'Int16'],
    ['null is automatic', () => primitiveOf({ A: 1 }, null), 'UInt32'],
    ['undefined is automatic', () => primitiveOf({ A: 1 }, undefined), 'UInt32'],
    ['float', () => primitiveOf({ A: 1 }, 'float'), TE],
    ['bool', () => primitiveOf({ A: 1 }, 'bool'), TE],
    ['pointer', () => primitiveOf({ A: 1 }, 'void *'), TE],
    ['unknown', () => primitiveOf({ A: 1 }, 'zork'), TE],
    ['300 in int8_t', () => primitiveOf({ A: 300 }, 'int8_t'), E, 'Q-40'],
    ['-1 in uint8_t', () => primitiveOf({ A: -1 }, 'uint8_t'), E, 'Q-40'],
  ]);

  table('enumeration values', [
    ['as given, in order', () => k.enumeration({ B: 5n, A: 0 }).values, { B: 5n, A: 0 }],
    ['any key text', () => k.enumeration({ '1a': 1, 'a b': 2 }).values, { '1a': 1, 'a b': 2 }],
    ['duplicate values', () => k.enumeration({ A: 1, B: 1 }).values, { A: 1, B: 1 }],
    ['with explicit storage', () => k.enumeration({ A: 1 }, 'int8_t').values, { A: 1 }, 'Q-40'],
    ['frozen', () => Object.isFrozen(k.enumeration({ A: 1 }).values), true, 'Q-40'],
    ['1.5', () => k.enumeration({ A: 1.5 }).values, TE, 'Q-40'],
    ['NaN', () => k.enumeration({ A: NaN }).values, TE, 'Q-40'],
    ["'1'", () => k.enumeration({ A: '1' }), TE],
    ['true', () => k.enumeration({ A: true }), TE],
    ['null', () => k.enumeration({ A: null }), TE],
    ['array', () => k.enumeration([1, 2]), TE],
    ['missing', () => k.enumeration(fresh('En')), TE],
    ['no argument', () => k.enumeration(), TE],
  ]);

  table('enumeration name', [
    ['given', () => {
      const name = fresh('En');
      return k.enumeration(name, { A: 1 }).name === name && k.type(name).values.A;
    }, 1],
    ['null', () => k.enumeration(null, { A: 1 }).values, { A: 1 }, 'Q-40'],
    ['undefined', () => k.enumeration(undefined, { A: 1 }).values, { A: 1 }, 'Q-40'],
    ['duplicate', () => k.enumeration('S3', { A: 1 }), E],
    ['invalid', () => k.enumeration('1x', { A: 1 }), E],
  ]);

  table('enumeration conversions', [
    ['listed', () => fn.id_E(5), 5],
    ['negative', () => fn.id_E(-1), -1],
    ['unlisted', () => fn.id_E(77), 77],
    ['1.5', () => fn.id_E(1.5), 1],
    ['2n', () => fn.id_E(2n), 2],
    ...['EA', null, true, {}].map((value) => [show(value), () => fn.id_E(value), TE]),
    ['struct member', () => {
      const type = k.struct({ e: 'Enum' });
      const buffer = Buffer.alloc(4);
      k.encode(buffer, type, { e: 5 });
      return k.decode(buffer, type);
    }, { e: 5 }],
    ['array', () => k.decode(new Int32Array([5, -1, 0]), 'Enum', 3), [5, -1, 0]],
    ['array hint', () => k.array('Enum', 3).hint, 'Array'],
    ['pointer', () => f('int deref_int32(const Enum *p)')([5]), 5],
    ['output', () => {
      const holder = [5];
      f('void inc_ints(_Inout_ Enum *p, int n)')(holder, 1);
      return holder;
    }, [6]],
    ['string for a pointer', () => f('int str_null(Enum *p)')('text'), TE, 'D-01'],
    ['variadic', () => fn.vsum(2, 'Enum', 5, 'Enum', -1), 4],
  ]);
};

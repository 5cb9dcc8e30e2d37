'use strict';
// Fixed arrays and hints, character arrays, nested arrays, counted arrays and pointers.

const { TE, E, crash, unstable } = require('../probe');

const BYTES = Buffer.from([0x41, 0x42, 0, 0x43, 0xff, 0xfe, 0x81, 0x80, 1, 2, 3, 4, 5, 6, 7, 8]);

module.exports = ({ probe, group, table, setup, k, lib, fn, fresh }) => {
  setup(() => k.struct('Counted', { n: 'int', items: k.array('int', 'n', 4) }));

  /** What a struct with one member of this type looks like in memory. */
  const encoded = (type, value) => {
    const struct = k.struct({ m: type });
    const buffer = Buffer.alloc(struct.size, 0xee);
    k.encode(buffer, struct, { m: value });
    return buffer;
  };
  /** With a hint of its own: in koffi a counted int[4] takes the place of the plain one. */
  const int4 = () => k.array('int', 4, 'Typed');
  const ints = (...values) => Buffer.from(new Int32Array(values).buffer);

  // -- array() --------------------------------------------------------------------------------------------

  table('array()', [
    ['name, length, size', () => [k.array('int', 3).name, k.array('int', 3).length, k.array('int', 3).size], ['int[3]', 3, 12]],
    ['same as the string', () => k.array('int', 3) === k.type('int[3]'), true],
    ['same twice', () => k.array('int', 3) === k.array('int', 3), true],
    ['with a hint each is new', () => k.array('int', 3, 'Array') === k.array('int', 3, 'Array'), false],
    ['ref', () => k.array('int', 3).ref === k.types.int, true],
    ['1.5', () => k.array('int', 1.5).length, 1],
    ['0', () => k.array('int', 0), TE],
    ['negative', () => k.array('int', -1), TE],
    ['NaN', () => k.array('int', NaN), TE],
    ['null', () => k.array('int', null), TE],
    ['undefined', () => k.array('int', undefined), TE],
    ['BigInt', () => k.array('int', 3n), TE],
    ['string without maxLen', () => k.array('int', 'n'), TE],
    ['one argument', () => k.array('int'), TE],
    ['no argument', () => k.array(), TE],
    ['unknown type', () => k.array('zork', 2), TE],
    ['null type', () => k.array(null, 2), TE],
    ['too large', () => k.array('int', 16777217), TE],
    ['largest', () => k.array('int', 16777216).size, 67108864],
    ['huge', () => k.array('int', 2 ** 40), TE],
    ['void', () => k.array('void', 2), TE, crash('Q-02')],
    ['opaque', () => k.array('Opq', 2), TE, crash('Q-02')],
    ["'void[2]'", () => k.type('void[2]'), TE],
    ["'int[0]'", () => k.type('int[0]'), TE, 'Q-50'],
    ['of prototypes', () => k.array('IntCb', 2), TE, 'D-06'],
    ['of pointers', () => k.array('int *', 2).size, 16],
    ['of structs', () => k.array('S3', 2).size, 32],
    ['classic parameter', () => lib().func('sum_ints', 'int', [k.array('int', 3), 'int']), TE],
    ['classic result', () => lib().func('sum_ints', k.array('int', 3), ['int']), TE],
    ['hint null', () => k.array('int', 2, null).hint, 'Typed'],
    ['hint undefined', () => k.array('int', 2, undefined).hint, 'Typed'],
    ["hint 'typed'", () => k.array('int', 2, 'typed').hint, 'Typed'],
    ["hint 'TYPED'", () => k.array('int', 2, 'TYPED'), E],
    ["hint 'other'", () => k.array('int', 2, 'other'), E],
    ['hint 5', () => k.array('int', 2, 5), TE],
    ['hint {}', () => k.array('int', 2, {}), TE],
  ]);

  // -- hints -----------------------------------------------------------------------------------------------

  const HINTS = [
    // element, default hint, Array, Typed, Buffer, String ('+' allowed, '-' refused)
    ['char', 'String', '++++'],
    ['char16_t', 'String', '++++'],
    ['char32_t', 'String', '++++'],
    ['wchar_t', 'String', '++++'],
    ['int8_t', 'Typed', '++++'],
    ['int16_t', 'Typed', '++++'],
    ['int32_t', 'Typed', '++++'],
    ['int', 'Typed', '++++'],
    ['int32_le', 'Typed', '++++'],
    ['uint8_t', 'Typed', '+++-'],
    ['uint16_t', 'Typed', '+++-'],
    ['uint32_t', 'Typed', '+++-'],
    ['int64_t', 'Typed', '+++-'],
    ['uint64_t', 'Typed', '+++-'],
    ['uint16_be', 'Typed', '+++-'],
    ['float', 'Typed', '+++-'],
    ['double', 'Typed', '+++-'],
    ['bool', 'Array', '+---'],
    ['Enum', 'Array', '+---', 'D-01'],
    ['str', 'Array', '+---'],
    ['S3', 'Array', '+---'],
    ['U', 'Array', '+---'],
    ['void *', 'Array', '+---'],
    ['IntCb *', 'Array', '+---'],
    ['str!', 'Array', '+---'],
    ['int *', 'Array', '+---', 'Q-14'],
    ['int[3]', 'Array', '+---', 'Q-14'],
  ];

  const DIFFERENT = { 'Q-14': ['default', 'Typed', 'Buffer'], 'D-01': ['String'] };

  group('hint', () => {
    for (const [element, byDefault, allowed, tag] of HINTS) {
      const differsFor = (hint) => (DIFFERENT[tag] ?? []).includes(hint) ? tag : undefined;

      probe(`${element} by default`, () => k.array(element, 2).hint, byDefault, differsFor('default'));
      ['Array', 'Typed', 'Buffer', 'String'].forEach((hint, i) => {
        const ok = allowed[i] === '+';
        probe(`${element} ${hint}`, () => k.array(element, 2, hint).hint, ok ? hint : E, differsFor(hint));
      });
    }
  });

  const decoded = (element, length, hint) => () => k.decode(BYTES, k.array(element, length, hint));
  table('decode', [
    ['int8 by default', decoded('int8', 2), new Int8Array([65, 66])],
    ['int8 Array', decoded('int8', 2, 'Array'), [65, 66]],
    ['int8 String', decoded('int8', 2, 'String'), 'AB'],
    ['int8 Buffer', decoded('int8', 2, 'Buffer'), Buffer.from('AB')],
    ['char by default', decoded('char', 2), 'AB'],
    ['char Typed', decoded('char', 2, 'Typed'), new Int8Array([65, 66])],
    ['char Array', decoded('char', 2, 'Array'), [65, 66]],
    ['char Buffer', decoded('char', 2, 'Buffer'), Buffer.from('AB')],
    ['char stops at NUL', decoded('char', 4), 'AB'],
    ['int16 String', decoded('int16', 2, 'String'), '\u4241\u4300'],
    ['int16', decoded('int16', 2), new Int16Array([0x4241, 0x4300])],
    ['uint8', decoded('uint8', 3), new Uint8Array([65, 66, 0])],
    ['uint16', decoded('uint16', 2), new Uint16Array([0x4241, 0x4300])],
    ['uint16_be', decoded('uint16_be', 2), new Uint16Array([16706, 67])],
    ['uint16_be Array', decoded('uint16_be', 2, 'Array'), [16706, 67]],
    ['int32', decoded('int32', 2), new Int32Array([0x43004241, -2138964225])],
    ['uint32', decoded('uint32', 1), new Uint32Array([0x43004241])],
    ['uint32_be', decoded('uint32_be', 1), new Uint32Array([0x41420043])],
    ['int64', decoded('int64', 2), new BigInt64Array([-9186781392564895167n, 578437695752307201n])],
    ['int64 Array', decoded('int64', 2, 'Array'), [-9186781392564895167n, 578437695752307201n]],
    ['uint64', decoded('uint64', 1), new BigUint64Array([9259962681144656449n])],
    ['int64_be', decoded('int64_be', 1), new BigInt64Array([0x41420043fffe8180n])],
    ['float', () => k.decode(new Float32Array([1.5, -0]), k.array('float', 2)), new Float32Array([1.5, -0])],
    ['double', () => k.decode(new Float64Array([1.5, NaN]), k.array('double', 2)), new Float64Array([1.5, NaN])],
    ['double Array', () => k.decode(new Float64Array([1.5]), k.array('double', 1, 'Array')), [1.5]],
    ['bool', decoded('bool', 3), [true, true, false], unstable('D-08')],
    ['uint16_be Buffer is raw', decoded('uint16_be', 2, 'Buffer'), Buffer.from([0x41, 0x42, 0, 0x43]), 'Q-15'],
    ['uint16 Buffer', decoded('uint16', 2, 'Buffer'), Buffer.from([0x41, 0x42, 0, 0x43])],
    ['double Buffer', decoded('double', 1, 'Buffer'), BYTES.subarray(0, 8)],
    ['a typed array is a copy', () => {
      const buffer = Buffer.from([1, 2]);
      const array = k.decode(buffer, k.array('uint8', 2));
      buffer[0] = 9;
      return array;
    }, new Uint8Array([1, 2])],
    ['char full length', () => k.decode(Buffer.from('abcd'), k.array('char', 4)), 'abcd'],
    ['char with a NUL', () => k.decode(Buffer.from('ab\0d'), k.array('char', 4)), 'ab'],
    ['char invalid', () => k.decode(Buffer.from([0x61, 0xff, 0x62, 0]), k.array('char', 4)), 'a\ufffdb'],
    ['char16', () => k.decode(new Uint16Array([0x61, 0xd800, 0x62, 0]), k.array('char16', 4)), 'a\ud800b'],
    ['char32', () => k.decode(new Uint32Array([0x61, 0x1f600, 0]), k.array('char32', 3)), 'a😀'],
    ['str', () => k.decode(lib().symbol('my_strs'), k.array('str', 4)), ['a', 'bb', 'ccc', null]],
    ['void *', () => k.decode(new BigUint64Array([5n, 0n]), k.array('void *', 2)), [5n, null]],
    ['structs', () => k.decode(Buffer.alloc(8, 1), k.array(k.struct({ a: 'int' }), 2)), [{ a: 16843009 }, { a: 16843009 }]],
    ['bool Typed is refused', () => k.array('bool', 2, 'Typed'), E],
  ]);

  // -- JavaScript to C ----------------------------------------------------------------------------------------

  const into = (type, value) => () => encoded(type === int4 ? int4() : type, value);
  table('int[4] ←', [
    ['Array', into(int4, [1, 2, 3, 4]), ints(1, 2, 3, 4)],
    ['BigInts', into(int4, [1n, 2n, 3n, 4n]), ints(1, 2, 3, 4)],
    ['shorter', into(int4, [1, 2]), ints(1, 2, 0, 0)],
    ['[]', into(int4, []), ints(0, 0, 0, 0)],
    ['longer', into(int4, [1, 2, 3, 4, 5, 6]), ints(1, 2, 3, 4)],
    ['Int32Array', into(int4, new Int32Array([1, 2, 3, 4])), ints(1, 2, 3, 4)],
    ['shorter Int32Array', into(int4, new Int32Array([1])), ints(1, 0, 0, 0)],
    ['longer Int32Array', into(int4, new Int32Array([1, 2, 3, 4, 5])), ints(1, 2, 3, 4)],
    ['Uint8Array is bytes', into(int4, new Uint8Array([1, 2, 3, 4])), ints(67305985, 0, 0, 0)],
    ['Float64Array is bytes', into(int4, new Float64Array([1])), ints(0, 1072693248, 0, 0)],
    ['Buffer', into(int4, Buffer.from([1])), ints(1, 0, 0, 0)],
    ['ArrayBuffer', into(int4, new Int32Array([5]).buffer), ints(5, 0, 0, 0)],
    ['DataView', into(int4, new DataView(new Int32Array([5]).buffer)), ints(5, 0, 0, 0)],
    ['undefined', into(int4, undefined), ints(0, 0, 0, 0)],
    ['null', into(int4, null), TE],
    ['Number', into(int4, 5), TE],
    ['object', into(int4, {}), TE],
    ['array-like', into(int4, { length: 1, 0: 1 }), TE],
    ['Set', into(int4, new Set([1])), TE],
    ['string', into(int4, 'abc'), TE],
    ['[null]', into(int4, [null]), TE],
    ['[undefined]', into(int4, [undefined]), TE],
    ['hole', into(int4, [1, , 3]), TE],
    ["['1']", into(int4, ['1']), TE],
    ['by value', () => fn.id_SA({ arr: [1, 2] }), { x: 0, arr: new Int32Array([1, 2, 0, 0]), name: '' }],
  ]);

  table('other elements', [
    ['bool', into('bool[3]', [true, false]), Buffer.from([1, 0, 0])],
    ['bool ← Numbers', into('bool[3]', [1]), TE],
    ['bool ← bytes', into('bool[3]', Buffer.from([1, 1])), Buffer.from([1, 1, 0])],
    ['strings', () => {
      const struct = k.struct({ m: 'str[3]' });
      const buffer = Buffer.alloc(24);
      k.encode(buffer, struct, { m: ['a', null] });
      return k.decode(buffer, struct);
    }, { m: ['a', null, null] }],
    ['strings with undefined', () => {
      const struct = k.struct({ m: 'str[2]' });
      const buffer = Buffer.alloc(16);
      k.encode(buffer, struct, { m: [undefined, 'b'] });
      return k.decode(buffer, struct);
    }, { m: [null, 'b'] }],
    ['structs', () => encoded(k.array(k.struct({ a: 'int' }), 2), [{ a: 1 }]), ints(1, 0)],
    ['structs with null', () => encoded(k.array(k.struct({ a: 'int' }), 2), [null]), TE],
    ['addresses', into('void *[2]', [5n, 6]), Buffer.from(new BigUint64Array([5n, 6n]).buffer)],
    ['uint16_be ← numbers', into('uint16_be[2]', [0x102, 0x304]), Buffer.from([1, 2, 3, 4])],
    ['uint16_be ← Uint16Array', into('uint16_be[2]', new Uint16Array([0x102, 0x304])), Buffer.from([1, 2, 3, 4])],
    ['uint16_be ← Buffer is raw', into('uint16_be[2]', Buffer.from([1, 2, 3, 4])), Buffer.from([1, 2, 3, 4]), 'Q-15'],
    ['uint16_be ← ArrayBuffer is raw', into('uint16_be[2]', new Uint8Array([1, 2, 3, 4]).buffer), Buffer.from([1, 2, 3, 4]), 'Q-15'],
    ['uint16_be ← BigInt64Array is raw', into('uint16_be[2]', new BigInt64Array([1n])), Buffer.from([1, 0, 0, 0]), 'Q-15'],
    ['struct ← Buffer', () => encoded(k.array(k.struct({ a: 'int' }), 2), [ints(7), { a: 8 }]), ints(7, 8), 'Q-22'],
    ['enum', into('Enum[2]', [5, -1]), ints(5, -1)],
    ['double', into('double[2]', [1.5, 2n]), Buffer.from(new Float64Array([1.5, 2]).buffer)],
    ['double ← string', into('double[2]', 'ab'), TE],
  ]);

  // -- character arrays -----------------------------------------------------------------------------------------

  const text = (...args) => Buffer.from(...args);
  const u16 = (...values) => Buffer.from(new Uint16Array(values).buffer);
  const u32 = (...values) => Buffer.from(new Uint32Array(values).buffer);

  table('char[8] ←', [
    ["'bob'", into('char[8]', 'bob'), text('bob\0\0\0\0\0')],
    ["'1234567'", into('char[8]', '1234567'), text('1234567\0')],
    ["'12345678'", into('char[8]', '12345678'), text('1234567\0')],
    ['much longer', into('char[8]', '1234567890123'), text('1234567\0')],
    ["'aéaéaé'", into('char[8]', 'aéaéaé'), text('aéaéa\0')],
    ["'aaaaaa😀'", into('char[8]', 'aaaaaa😀'), text('aaaaaa\0\0')],
    ["'a\\0b'", into('char[8]', 'a\0b'), text('a\0b\0\0\0\0\0')],
    ["''", into('char[8]', ''), Buffer.alloc(8)],
    ['Buffer', into('char[8]', Buffer.from('ab')), text('ab\0\0\0\0\0\0')],
    ['full Buffer', into('char[8]', Buffer.from('12345678')), text('12345678')],
    ['longer Buffer', into('char[8]', Buffer.from('123456789')), text('12345678')],
    ['Int8Array', into('char[8]', new Int8Array([65])), text('A\0\0\0\0\0\0\0')],
    ['numbers', into('char[8]', [97, 98]), text('ab\0\0\0\0\0\0')],
    ["['a']", into('char[8]', ['a']), TE],
    ['null', into('char[8]', null), TE],
    ['Number', into('char[8]', 5), TE],
    ['lone surrogate', into('char[8]', 'a\ud800'), Buffer.from([0x61, 0xef, 0xbf, 0xbd, 0, 0, 0, 0])],
    ['full buffer reads back whole', () => fn.id_SA({ name: Buffer.from('12345678') }).name, '12345678'],
    ['reads back', () => fn.id_SA({ name: 'a\0b' }).name, 'a'],
  ]);

  table('a string for', [
    ['int8_t[4]', into('int8_t[4]', 'ab'), text('ab\0\0')],
    ['int16_t[4]', into('int16_t[4]', 'ab'), u16(97, 98, 0, 0)],
    ['char Array hint', () => encoded(k.array('char', 4, 'Array'), 'ab'), text('ab\0\0')],
    ['char16_t[4]', into('char16_t[4]', 'ab'), u16(97, 98, 0, 0)],
    ['char16_t[4] too long', into('char16_t[4]', 'abcdef'), u16(97, 98, 99, 0)],
    ['char16_t[4] keeps pairs whole', into('char16_t[4]', 'ab😀'), u16(97, 98, 0, 0), 'Q-16'],
    ['char32_t[4]', into('char32_t[4]', 'a😀'), u32(97, 0x1f600, 0, 0), 'Q-16'],
    ['char32_t[4] too long', into('char32_t[4]', 'abcdef'), u32(97, 98, 99, 0), 'Q-16'],
    ['wchar_t[4]', into('wchar_t[4]', 'ab'), u32(97, 98, 0, 0), 'Q-16'],
    ['int32_t String hint', () => encoded(k.array('int32_t', 4, 'String'), 'ab'), u32(97, 98, 0, 0), 'Q-16'],
    ['int32_t[4]', into('int32_t[4]', 'ab'), TE],
    ['uint8_t[4]', into('uint8_t[4]', 'ab'), TE],
    ['uint16_t[4]', into('uint16_t[4]', 'ab'), TE],
    ['uint16_be[4]', into('uint16_be[4]', 'ab'), TE],
  ]);

  // -- nested arrays ----------------------------------------------------------------------------------------------

  const SIX = new Int32Array([1, 2, 3, 4, 5, 6]);
  table('nested', [
    ['name', () => k.array(k.array('int', 3), 2).name, 'int[3][2]'],
    ['ref', () => k.array(k.array('int', 3), 2).ref.name, 'int[3]'],
    ["'int[2][3]'", () => [k.type('int[2][3]').name, k.type('int[2][3]').length, k.type('int[2][3]').ref.name], ['int[2][3]', 3, 'int[2]']],
    ['size', () => k.sizeof('int[2][3]'), 24],
    ['decode', () => k.decode(SIX, k.array(k.array('int', 3), 2)), [SIX.slice(0, 3), SIX.slice(3)], 'Q-14'],
    ["decode 'char[4][2]'", () => k.decode(Buffer.from('abcdefgh'), 'char[4][2]'), ['abcd', 'efgh'], 'Q-14'],
    ['encode', () => encoded(k.array(k.array('int', 2), 2), [[1, 2], [3, 4]]), ints(1, 2, 3, 4)],
    ["decode 'int *[2]'", () => k.decode(new BigUint64Array([5n, 0n]), 'int *[2]'), [5n, null], 'Q-14'],
    ['inside a struct', () => k.decode(SIX, k.struct({ m: 'int[3][2]' })), { m: [SIX.slice(0, 3), SIX.slice(3)] }, 'Q-14'],
    ['array of struct arrays', () => k.decode(SIX, k.array(k.array(k.struct({ a: 'int' }), 2), 2)), [[{ a: 1 }, { a: 2 }], [{ a: 3 }, { a: 4 }]]],
    ['pointer to an array', () => k.pointer(k.array('int', 3)).name, 'int[3] *'],
    ['array variable', () => k.decode(lib().symbol('arr2'), k.array(k.array('int', 3, 'Array'), 2)), [[1, 2, 3], [4, 5, 6]], 'Q-14'],
  ]);

  // -- counted arrays -----------------------------------------------------------------------------------------------

  const counted = (...args) => k.struct({ n: 'int', items: k.array(...args) });
  table('counted array', [
    ['does not take the place of the plain one', () => k.array('int', 'n', 7) === k.array('int', 7), false, 'D-02'],
    ['object', () => {
      const type = k.array('int', 'n', 8);
      return [type.name, type.length, type.size, type.hint];
    }, ['int[8]', 8, 32, 'Typed']],
    ['size includes maxLen', () => k.sizeof('Flex'), 40],
    ['maxLen 0', () => k.array('int', 'n', 0), TE],
    ['maxLen negative', () => k.array('int', 'n', -1), TE],
    ['maxLen string', () => k.array('int', 'n', '8'), TE],
    ['missing counter', () => k.struct({ m: 'int', items: k.array('int', 'n', 4) }), E],
    ['float counter', () => k.struct({ n: 'float', items: k.array('int', 'n', 4) }), E],
    ['bool counter', () => k.struct({ n: 'bool', items: k.array('int', 'n', 4) }), E],
    ['pointer counter', () => k.struct({ n: 'void *', items: k.array('int', 'n', 4) }), E],
    ['uint8 counter', () => k.struct({ n: 'uint8_t', items: k.array('int', 'n', 4) }).size, 20],
    ['enum counter', () => k.struct({ n: 'Enum', items: k.array('int', 'n', 4) }).size, 20],
    ['byte-order counter', () => k.struct({ n: 'uint32_be', items: k.array('int', 'n', 4) }).size, 20],
    ['not last', () => k.struct({ n: 'int', items: k.array('int', 'n', 4), z: 'int' }), E],
    ['counter after', () => k.struct({ items: k.array('int', 'n', 4), n: 'int' }), E],
    ['two of them', () => k.struct({ n: 'int', a: k.array('int', 'n', 4), b: k.array('int', 'n', 4) }), E],
    ['in a union', () => k.union({ n: 'int', items: k.array('int', 'n', 4) }), TE],
    ['in a pack', () => k.pack({ n: 'uint8_t', items: k.array('int', 'n', 4) }).size, 17],
    ['nested struct', () => k.struct({ a: 'int', c: 'Counted' }).size, 24],
    ['array of such structs', () => k.array('Counted', 2).size, 40],
    ['outside a struct', () => k.decode(new Int32Array(4), k.array('int', 'n', 2)), TE, 'Q-43'],
    ['array of a counted array', () => k.array(k.array('int', 'n', 2), 2), TE, 'Q-43'],
    ['Array hint', () => k.decode(ints(2, 7, 8, 0, 0), counted('int', 'n', 4, 'Array')), { n: 2, items: [7, 8] }],
    ['Buffer hint', () => k.decode(ints(1, 7, 8, 0, 0), counted('int', 'n', 4, 'Buffer')), { n: 1, items: Buffer.from([7, 0, 0, 0]) }],
  ]);

  const flex = (value) => () => fn.flex_sum(value);
  table('counted array in', [
    ['Array', flex({ count: 3, numbers: [1, 2, 3] }), 6],
    ['typed array', flex({ count: 3, numbers: new Int32Array([1, 2, 3]) }), 6],
    ['Buffer', flex({ count: 2, numbers: Buffer.from(ints(4, 5)) }), 9],
    ['BigInt count', flex({ count: 2n, numbers: [1, 2] }), 3],
    ['zero', flex({ count: 0, numbers: [] }), 0],
    ['too many elements', flex({ count: 2, numbers: [1, 2, 3] }), E],
    ['too few elements', flex({ count: 4, numbers: [1, 2, 3] }), E],
    ['negative count', flex({ count: -1, numbers: [] }), E],
    ['missing count', flex({ numbers: [1, 2, 3] }), 6, 'Q-44'],
    ['missing array', flex({ count: 3 }), 0],
    ['null array', flex({ count: 0, numbers: null }), TE],
    ['more than maxLen', () => {
      const numbers = Array.from({ length: 9 }, () => 1);
      return fn.flex_sum({ count: 9, numbers });
    }, E, unstable('Q-44')],
    ['wrong element', flex({ count: 1, numbers: ['x'] }), TE],
    ['string', () => {
      const type = k.struct({ n: 'int', s: k.array('char', 'n', 8) });
      const buffer = Buffer.alloc(12);
      k.encode(buffer, type, { n: 3, s: 'abc' });
      return buffer;
    }, Buffer.from('\x03\0\0\0abc\0\0\0\0\0'), 'Q-44'],
    ['string without count', () => {
      const type = k.struct({ n: 'int', s: k.array('char', 'n', 8) });
      const buffer = Buffer.alloc(12);
      k.encode(buffer, type, { s: 'abc' });
      return k.decode(buffer, type);
    }, { n: 3, s: 'abc' }, 'Q-44'],
  ]);

  table('counted array out', [
    ['inout round trip', () => {
      const object = { count: 0, numbers: [] };
      fn.flex_append(object, 5, 1, 1);
      fn.flex_append(object, 3, 10, 2);
      return object;
    }, { count: 8, numbers: new Int32Array([1, 2, 3, 4, 5, 10, 12, 14]) }],
    ['count elements', () => k.decode(ints(2, 7, 8, 9, 10), 'Counted'), { n: 2, items: new Int32Array([7, 8]) }],
    ['no elements', () => k.decode(ints(0, 7, 8, 9, 10), 'Counted'), { n: 0, items: new Int32Array() }],
    ['count above maxLen', () => k.decode(ints(9, 7, 8, 9, 10), 'Counted'), { n: 9, items: new Int32Array([7, 8, 9, 10]) }],
    ['negative count', () => k.decode(ints(-1, 7, 8, 9, 10), 'Counted'), { n: -1, items: new Int32Array() }, 'Q-44'],
    ['small buffer', () => k.decode(ints(1, 7), 'Counted'), E],
    ['counted text', () => k.decode(Buffer.from('\x02\0\0\0abcd'), k.struct({ n: 'int', s: k.array('char', 'n', 4) })), { n: 2, s: 'ab' }],
    ['counted structs', () => k.decode(ints(1, 7, 8), k.struct({ n: 'int', s: k.array(k.struct({ a: 'int' }), 'n', 2) })), { n: 1, s: [{ a: 7 }] }],
  ]);

  // -- counted pointers -----------------------------------------------------------------------------------------------

  table('counted pointer', [
    ['object', () => {
      const type = k.pointer(null, 'int', 'n');
      return [type.name, type.primitive, type.size];
    }, ['int *', 'Pointer', 8]],
    ['named', () => {
      const name = fresh('P');
      return k.pointer(name, 'int', 'n').name === name;
    }, true],
    ['counter before', () => k.struct({ n: 'int', p: k.pointer(null, 'int', 'n') }).size, 16],
    ['counter after', () => k.struct({ p: k.pointer(null, 'int', 'n'), n: 'int' }).size, 16],
    ['missing counter', () => k.struct({ m: 'int', p: k.pointer(null, 'int', 'n') }), E],
    ['float counter', () => k.struct({ n: 'float', p: k.pointer(null, 'int', 'n') }), E],
    ['in a union', () => k.union({ n: 'int', p: k.pointer(null, 'int', 'n') }), TE],
    ['classic parameter', () => lib().func('dyn_n', 'int', [k.pointer(null, 'int', 'n')]), TE],
    ['classic result', () => lib().func('dyn_n', k.pointer(null, 'int', 'n'), ['int']), TE],
    ["pointer('int', 'n')", () => k.pointer('int', 'n'), TE],
    ['decode outside a struct', () => k.decode(Buffer.alloc(8), k.pointer(null, 'int', 'n')), TE, 'Q-43'],
    ['Array', () => fn.dyn_sum({ n: 3, p: [1, 2, 3] }), 6],
    ['typed array', () => fn.dyn_sum({ n: 2, p: new Int32Array([4, 5]) }), 9],
    ['Buffer', () => fn.dyn_sum({ n: 2, p: Buffer.from(ints(4, 5)) }), 9],
    ['mismatch', () => fn.dyn_sum({ n: 3, p: [1, 2] }), E],
    ['mismatch of a typed array', () => fn.dyn_sum({ n: 1, p: new Int32Array(2) }), E],
    ['n missing', () => fn.dyn_sum({ p: [1, 2, 3] }), 6, 'Q-44'],
    ['null with 0', () => fn.dyn_sum({ n: 0, p: null }), 0],
    ['missing with 0', () => fn.dyn_n({ n: 0 }), 0],
    ['null with 3', () => fn.dyn_n({ n: 3, p: null }), E],
    ['address', () => fn.dyn_sum({ n: 2, p: k.address(new Int32Array([4, 5])) }), 9, 'Q-44'],
    ['output', () => {
      const object = {};
      fn.fill_dyn(object);
      return object;
    }, { n: 5, p: new Int32Array([5, 4, 3, 2, 1]) }],
  ]);

  const pointing = (ref, n, target) => {
    const type = k.struct({ n: 'int64_t', p: k.pointer(null, ref, 'n') });
    const memory = new BigInt64Array([BigInt(n), target === null ? 0n : k.address(target)]);
    return k.decode(memory, type).p;
  };
  table('counted pointer out', [
    ['structs', () => pointing(k.struct({ a: 'int' }), 2, new Int32Array([7, 8])), [{ a: 7 }, { a: 8 }]],
    ['strings', () => {
      const pointer = new BigUint64Array([k.address(Buffer.from('one\0'))]);
      return pointing('str', 1, pointer);
    }, ['one']],
    ['pointers', () => pointing('void *', 2, new BigUint64Array([5n, 0n])), [5n, null]],
    ['text takes n units', () => pointing('char', 2, Buffer.from('abcd\0')), 'ab', 'Q-44'],
    ['NULL with 0', () => pointing('int', 0, null), new Int32Array()],
    ['NULL with 3', () => pointing('int', 3, null), null, crash('Q-07')],
    ['negative n', () => {
      try {
        return pointing('int', -1, new Int32Array(2)).length;
      } catch (error) {
        return error instanceof Error ? 0 : error;
      }
    }, 0, crash('Q-07')],
  ]);
};

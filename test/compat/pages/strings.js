'use strict';
// Strings: encodings, values accepted for them, invalid data.

const { TE, E, unstable } = require('../probe');

const units = (text) => (text === null ? null : Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16)).join(' '));

module.exports = ({ probe, group, table, k, lib, f, fn, fresh }) => {
  // -- types ------------------------------------------------------------------------------------------

  const TYPES = {
    str: ['char *', 'String'],
    string: ['char *', 'String'],
    'const char *': ['char *', 'String'],
    'char*': ['char *', 'String'],
    str16: ['char16_t *', 'String16'],
    'char16_t *': ['char16_t *', 'String16'],
    'char16 *': ['char16_t *', 'String16'],
    str32: ['char32_t *', 'String32'],
    'char32_t *': ['char32_t *', 'String32'],
    wstring: ['wchar_t *', 'String32'],
    'wchar_t *': ['wchar_t *', 'String32'],
    'int8_t *': ['int8_t *', 'Pointer'],
    'uint16_t *': ['uint16_t *', 'Pointer'],
    'unsigned char *': ['unsigned char *', 'Pointer'],
  };

  group('type', () => {
    for (const [spec, expected] of Object.entries(TYPES)) {
      probe(spec, () => [k.type(spec).name, k.type(spec).primitive], expected);
    }
    probe("pointer('char')", () => k.pointer('char') === k.type('str'), true);
    probe("pointer('char16')", () => k.pointer('char16') === k.type('str16'), true);
    probe("pointer('char32_t')", () => k.pointer('char32_t') === k.type('str32'), true);
    probe('named string type', () => k.pointer(fresh('Name'), 'char').primitive, 'String');
  });

  // -- which pointers take a string ----------------------------------------------------------------------

  const bytesSeen = (type) => () => f(`int str_byte(${type} s, int i)`)('é', 0);
  table('a string for', [
    ['int8_t *', bytesSeen('int8_t *'), 0xc3],
    ['void *', bytesSeen('void *'), 0xc3],
    ['char *', bytesSeen('char *'), 0xc3],
    ['int16_t *', bytesSeen('int16_t *'), 0xe9],
    ['int32_t *', bytesSeen('int32_t *'), 0xe9],
    ['int *', bytesSeen('int *'), 0xe9],
    ['str16', bytesSeen('str16'), 0xe9],
    ['str32', bytesSeen('str32'), 0xe9],
    ['wchar_t *', bytesSeen('wchar_t *'), 0xe9],
    ['uint8_t *', bytesSeen('uint8_t *'), TE],
    ['unsigned char *', bytesSeen('unsigned char *'), TE],
    ['uint16_t *', bytesSeen('uint16_t *'), TE],
    ['uint32_t *', bytesSeen('uint32_t *'), TE],
    ['int64_t *', bytesSeen('int64_t *'), TE],
    ['double *', bytesSeen('double *'), TE],
    ['bool *', bytesSeen('bool *'), TE],
    ['S3 *', bytesSeen('S3 *'), TE],
    ['Opq *', bytesSeen('Opq *'), TE],
  ]);

  // -- values ---------------------------------------------------------------------------------------------

  const KINDS = [
    ['str', 'str_len', 'str_byte', 1],
    ['str16', 'str16_len', 'str16_at', 2],
    ['str32', 'str32_len', 'str32_at', 4],
  ];

  for (const [type, length, at, size] of KINDS) {
    const len = (value) => fn[length](value);
    const unit = (value, i) => fn[at](value, i);
    const raw = (...values) => {
      const buffer = Buffer.alloc(values.length * size);
      values.forEach((v, i) => buffer.writeUIntLE(v, i * size, size));
      return buffer;
    };

    table(type, [
      ['string', () => len('hello'), 5],
      ['empty string', () => len(''), 0],
      ['null', () => len(null), -1],
      ['undefined', () => len(undefined), -1],
      ['embedded NUL stops C', () => len('a\0b'), 1],
      ['embedded NUL is copied', () => [0, 1, 2, 3].map((i) => unit('a\0b', i)), [0x61, 0, 0x62, 0]],
      ['Buffer in place', () => len(raw(0x61, 0x62, 0)), 2],
      ['Uint8Array', () => len(new Uint8Array(raw(0x61, 0x62, 0))), 2],
      ['ArrayBuffer', () => len(new Uint8Array(raw(0x61, 0)).buffer), 1],
      ['DataView', () => len(new DataView(new Uint8Array(raw(0x61, 0)).buffer)), 1],
      ['element size not checked', () => len(new Float64Array([0])), 0],
      ['shared typed array', () => {
        const shared = new Uint8Array(new SharedArrayBuffer(16));
        shared.set(raw(0x61, 0));
        return len(shared);
      }, 1],
      ['zero-length buffer', () => len(Buffer.alloc(0)), -1],
      ['address', () => {
        const buffer = raw(0x61, 0x62, 0);
        return len(k.address(buffer));
      }, 2],
      ['address as a Number', () => len(Number(k.address(raw(0x61, 0x62, 0)))), 2],
      ['0', () => len(0), -1],
      ['0n', () => len(0n), -1],
      ['as()', () => len(k.as(raw(0x61, 0), 'void *')), 1],
      ["as('text')", () => len(k.as('text', type)), 4],
      ["['text']", () => len(['text']), 4],
      ['[]', () => len([]), 0, unstable('Q-11')],
      ['code units', () => len([97, 98, 0]), 2, 'Q-11'],
      ['code units in order', () => [unit([97, 98, 0], 0), unit([97, 98, 0], 1)], [97, 98], 'Q-11'],
      ['[null]', () => len([null]), TE],
      ['[{}]', () => len([{}]), TE],
      ["['a', 'b']", () => len(['a', 'b']), TE],
      ['true', () => len(true), TE],
      ['object', () => len({}), TE],
      ['symbol', () => len(Symbol('s')), TE],
      ['function', () => len(() => 1), TE],
      ['new String()', () => len(new String('x')), TE],
      ['Date', () => len(new Date(0)), TE],
      ['bare SharedArrayBuffer', () => len(new SharedArrayBuffer(8)), TE, unstable('D-07')],
      ['big string', () => len('x'.repeat(1 << 20)), 1 << 20],
      ['big non-ASCII string', () => len('é'.repeat(1 << 19)), size === 1 ? 1 << 20 : 1 << 19],
    ]);
  }

  table('struct member', [
    ['string', () => fn.SP_len({ s: 'hello' }), 5],
    ['null', () => fn.SP_len({ s: null }), -1],
    ['missing', () => fn.SP_len({}), -1],
    ['Buffer', () => fn.SP_len({ s: Buffer.from('abc\0') }), 3],
    ['Number is an address', () => fn.SP_len({ s: 0 }), -1],
    ['in and out', () => fn.id_SP({ s: 'one', w: 'two', p: null, ip: null }), { s: 'one', w: 'two', p: null, ip: null }],
  ]);

  table('array of strings', [
    ['strings and null', () => fn.strs_total(['a', 'bb', null]), 3],
    ['undefined ends', () => fn.strs_total(['a', 'bb', undefined]), 3],
    ['hole ends', () => fn.strs_total(['a', 'bb', , 'c']), 3],
    ['buffers', () => fn.strs_total([Buffer.from('abc\0'), null]), 3],
    ['addresses', () => {
      const buffer = Buffer.from('abc\0');
      return fn.strs_total([k.address(buffer), null]);
    }, 3],
    ['object refused', () => fn.strs_total(['a', {}, null]), TE],
    ['boolean refused', () => fn.strs_total([true, null]), TE],
  ]);

  // -- invalid UTF-16 ---------------------------------------------------------------------------------------

  const seen = (at, text, count) => Array.from({ length: count }, (_, i) => fn[at](text, i).toString(16)).join(' ');
  const INVALID = [
    // text, UTF-8 bytes, UTF-16 units, UTF-32 units (with terminator), tag of the last
    ['\ud800', 'ef bf bd 0', 'd800 0', 'fffd 0'],
    ['\udc00', 'ef bf bd 0', 'dc00 0', 'fffd 0'],
    ['a\ud800b', '61 ef bf bd 62 0', '61 d800 62 0', '61 fffd 62 0', 'Q-13'],
    ['\ud800\ud800', 'ef bf bd ef bf bd 0', 'd800 d800 0', 'fffd fffd 0', 'Q-13'],
    ['x\ud83d', '78 ef bf bd 0', '78 d83d 0', '78 fffd 0'],
    ['😀', 'f0 9f 98 80 0', 'd83d de00 0', '1f600 0'],
    ['\u{10ffff}', 'f4 8f bf bf 0', 'dbff dfff 0', '10ffff 0'],
    ['é€', 'c3 a9 e2 82 ac 0', 'e9 20ac 0', 'e9 20ac 0'],
  ];
  const words = (text) => text.split(' ').length;
  const f16 = () => f('uint16_t str16_at(str16 s, int i)');

  group('encoding', () => {
    for (const [text, utf8, utf16, utf32, tag] of INVALID) {
      probe(`UTF-8 of ${units(text)}`, () => seen('str_byte', text, words(utf8)), utf8);
      probe(`UTF-16 of ${units(text)}`, () => Array.from({ length: words(utf16) }, (_, i) => f16()(text, i).toString(16)).join(' '), utf16);
      probe(`UTF-32 of ${units(text)}`, () => seen('str32_at', text, words(utf32)), utf32, tag);
    }
  });

  // -- C to JavaScript --------------------------------------------------------------------------------------

  const fromBytes = (...bytes) => () => units(k.decode.string(Buffer.from([...bytes, 0])));
  const from16 = (...values) => () => units(k.decode.string16(new Uint16Array([...values, 0])));
  const from32 = (...values) => () => units(k.decode.string32(new Uint32Array([...values, 0])));

  table('decoding', [
    ['NULL', () => fn.ret_bytes(-1), null],
    ['NULL UTF-16', () => fn.ret_b16(-1), null],
    ['NULL UTF-32', () => fn.ret_b32(-1), null],
    ['result 61 ff 62', () => units(fn.ret_bytes(0)), '61 fffd 62'],
    ['result ed a0 80', () => units(fn.ret_bytes(1)), 'fffd fffd fffd'],
    ['result e2 82', () => units(fn.ret_bytes(2)), 'fffd'],
    ['result f0 9f 98 80', () => units(fn.ret_bytes(3)), 'd83d de00'],
    ['result c0 80', () => units(fn.ret_bytes(4)), 'fffd fffd'],
    ['result f4 90 80 80', () => units(fn.ret_bytes(5)), 'fffd fffd fffd fffd'],
    ['bytes e2 82 41', fromBytes(0xe2, 0x82, 0x41), 'fffd 41'],
    ['bytes f0 9f 98', fromBytes(0xf0, 0x9f, 0x98), 'fffd'],
    ['bytes f0 80 80 41', fromBytes(0xf0, 0x80, 0x80, 0x41), 'fffd fffd fffd 41'],
    ['bytes 80', fromBytes(0x80), 'fffd'],
    ['bytes ef bb bf 41', fromBytes(0xef, 0xbb, 0xbf, 0x41), 'feff 41'],
    ['UTF-16 lone surrogate', () => units(fn.ret_b16(0)), '61 d800 62'],
    ['UTF-16 lone low surrogate', () => units(fn.ret_b16(1)), 'dc00'],
    ['UTF-16 pair', () => units(fn.ret_b16(2)), 'd83d de00'],
    ['UTF-16 buffer', from16(0x61, 0xdbff), '61 dbff'],
    ['UTF-32 surrogate', () => units(fn.ret_b32(0)), '61 fffd 62'],
    ['UTF-32 above 10ffff', () => units(fn.ret_b32(1)), 'fffd 61'],
    ['UTF-32 1f600', () => units(fn.ret_b32(2)), 'd83d de00'],
    ['UTF-32 ffffffff', () => units(fn.ret_b32(3)), 'fffd 62'],
    ['UTF-32 10ffff', from32(0x10ffff), 'dbff dfff'],
    ['empty UTF-8', () => fn.id_str(''), ''],
    ['empty UTF-16', () => fn.id_str16(''), ''],
    ['empty UTF-32', () => fn.id_str32(''), '', 'Q-17'],
    ['empty wide', () => fn.id_wstr(''), '', 'Q-17'],
    ['round trip UTF-8', () => fn.id_str('aé€😀'), 'aé€😀'],
    ['round trip UTF-16', () => fn.id_str16('aé€😀'), 'aé€😀'],
    ['round trip UTF-32', () => fn.id_str32('aé€😀'), 'aé€😀'],
    ['round trip wide', () => fn.id_wstr('aé€😀'), 'aé€😀'],
    ['wide length counts code points', () => fn.wlen('aé€😀'), 4],
    ['result up to the NUL', () => fn.id_str('a\0b'), 'a'],
    ['result from a Buffer', () => fn.id_str(Buffer.from('text\0')), 'text'],
    ['variable', () => k.decode(lib().symbol('my_string'), 'str'), 'foobar'],
    ['NULL variable', () => k.decode(lib().symbol('my_null'), 'str'), null],
    ['UTF-16 variable', () => k.decode(lib().symbol('my_ps16'), 'str16'), 'pw'],
    ['UTF-32 variable', () => k.decode(lib().symbol('my_ps32'), 'str32'), 'pw'],
    ['big result', () => fn.id_str('é'.repeat(1 << 20)).length, 1 << 20],
    ['big UTF-32 result', () => fn.id_str32('😀'.repeat(1 << 18)).length, 1 << 19],
  ]);

  // -- lifetime -----------------------------------------------------------------------------------------------

  table('persistent', [
    ['encode keeps a copy', () => {
      const place = k.alloc('char *', 1);
      k.encode(place, 'str', 'kept');
      const text = k.decode(place, 'str');
      k.free(place);
      return text;
    }, 'kept'],
    ['encode replaces it', () => {
      const buffer = Buffer.alloc(8);
      k.encode(buffer, 'str', 'one');
      k.encode(buffer, 'str', 'two');
      return k.decode(buffer, 'str');
    }, 'two'],
    ['several calls in one expression', () => `${fn.id_str('a')}${fn.id_str('b')}`, 'ab'],
  ]);

  table('refused at definition', [['char by value takes no text', () => fn.put_char('a'), TE], ['unknown string type', () => f('int str_len(str8 s)'), E]]);
};

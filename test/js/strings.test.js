'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');
const { pointer, types, address } = ristretto;
const lib = fixtures();

const WINDOWS = process.platform === 'win32';
const id_str = lib.func('const char *id_str(const char *s)');
const id_str16 = lib.func('str16 id_str16(str16 s)');
const id_str32 = lib.func('char32_t *id_str32(const char32_t *s)');
const id_wstr = lib.func('wstring id_wstr(wchar_t *s)');
const str_len = lib.func('int str_len(str s)');
const str_byte = lib.func('int str_byte(str s, int i)');
const str16_at = lib.func('int str16_at(str16 s, int i)');
const str32_at = lib.func('uint32_t str32_at(str32 s, int i)');

const units = (text) => [...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16)).join(' ');
const cBytes = (text, n) => [...Array(n).keys()].map((i) => str_byte(text, i).toString(16)).join(' ');
const cUnits16 = (text, n) => [...Array(n).keys()].map((i) => (str16_at(text, i) & 0xffff).toString(16)).join(' ');
const cUnits32 = (text, n) => [...Array(n).keys()].map((i) => str32_at(text, i).toString(16)).join(' ');

test('round trip in every width', () => {
  const texts = ['', 'a', 'hello', 'é', '日本語', '😀', 'a😀b\u{10ffff}', 'x'.repeat(5000), 'é😀'.repeat(3000), '\x7f\x80\u07ff\u0800\uffff'];

  for (const text of texts) {
    assert.equal(id_str(text), text);
    assert.equal(id_str16(text), text);
    if (!WINDOWS) assert.equal(id_str32(text), text);
    assert.equal(id_wstr(text), text);
  }
});

test('every length around the sizes of buffers', () => {
  for (const base of [16, 64, 256, 1024, 4096]) {
    for (let n = base - 3; n <= base + 3; n++) {
      for (const unit of ['a', 'é', '日']) {
        const text = unit.repeat(n);
        assert.equal(id_str(text), text);
        assert.equal(id_str16(text), text);
        assert.equal(id_str32(text), text);
      }
    }
  }
});

test('NULL is null', () => {
  for (const id of [id_str, id_str16, id_str32, id_wstr]) {
    assert.equal(id(null), null);
    assert.equal(id(undefined), null);
  }
  assert.equal(lib.func('const char *ret_bytes(int k)')(-1), null);
});

test('an embedded NUL is copied; C stops there', () => {
  assert.equal(cBytes('a\0b', 4), '61 0 62 0');
  assert.equal(str_len('a\0b'), 1);
  assert.equal(id_str('a\0b'), 'a');
  assert.equal(cUnits16('a\0b', 4), '61 0 62 0');
  assert.equal(cUnits32('a\0b', 4), '61 0 62 0');
});

test('lone surrogates', () => {
  const cases = [
    ['\ud800', 'ef bf bd 0', 'd800 0', 'fffd 0'],
    ['\udc00', 'ef bf bd 0', 'dc00 0', 'fffd 0'],
    ['a\ud800b', '61 ef bf bd 62 0', '61 d800 62 0', '61 fffd 62 0'],
    ['\ud800\ud800', 'ef bf bd ef bf bd 0', 'd800 d800 0', 'fffd fffd 0'],
    ['x\ud83d', '78 ef bf bd 0', '78 d83d 0', '78 fffd 0'],
    ['\ude00\ud83d', 'ef bf bd ef bf bd 0', 'de00 d83d 0', 'fffd fffd 0'],
    ['😀', 'f0 9f 98 80 0', 'd83d de00 0', '1f600 0'],
    ['\u{10ffff}', 'f4 8f bf bf 0', 'dbff dfff 0', '10ffff 0'],
  ];

  for (const [text, utf8, utf16, utf32] of cases) {
    assert.equal(cBytes(text, utf8.split(' ').length), utf8);
    assert.equal(cUnits16(text, utf16.split(' ').length), utf16);
    assert.equal(cUnits32(text, utf32.split(' ').length), utf32);
  }
});

test('invalid data of C is replaced', () => {
  const ret_bytes = lib.func('const char *ret_bytes(int k)');
  const ret_b16 = lib.func('const char16_t *ret_b16(int k)');
  const ret_b32 = lib.func('const char32_t *ret_b32(int k)');

  assert.deepEqual([0, 1, 2, 3, 4, 5].map((k) => units(ret_bytes(k))), [
    '61 fffd 62', 'fffd fffd fffd', 'fffd', 'd83d de00', 'fffd fffd', 'fffd fffd fffd fffd',
  ]); // prettier-ignore
  assert.deepEqual([0, 1, 2].map((k) => units(ret_b16(k))), ['61 d800 62', 'dc00', 'd83d de00']);
  assert.deepEqual([0, 1, 2, 3].map((k) => units(ret_b32(k))), ['61 fffd 62', 'fffd 61', 'd83d de00', 'fffd 62']);
});

test('UTF-8 is decoded as TextDecoder does, whatever the bytes', () => {
  const decoder = new TextDecoder();
  let seed = 12345;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;

  for (let round = 0; round < 500; round++) {
    const length = 1 + (random() % 24);
    const bytes = Buffer.alloc(length + 1);
    for (let i = 0; i < length; i++) bytes[i] = (random() % 2 ? 0x80 + (random() % 128) : random() % 256) || 1;
    const text = decoder.decode(bytes.subarray(0, length).filter(() => true)).replace(/^\ufeff/, '');
    assert.equal(id_str(bytes).replace(/^\ufeff/, ''), text, bytes.toString('hex'));
  }
});

test('empty strings stay empty strings', () => {
  for (const id of [id_str, id_str16, id_str32, id_wstr]) assert.equal(id(''), '');
  assert.equal(str_len(''), 0);
});

test('buffers are passed in place', () => {
  const bytes = Buffer.from('abc\0def');

  assert.equal(id_str(bytes), 'abc');
  assert.equal(id_str(bytes.subarray(4)).slice(0, 3), 'def');
  assert.equal(id_str(new Uint8Array([0x78, 0])), 'x');
  assert.equal(id_str(new Uint8Array([0x78, 0]).buffer), 'x');
  assert.equal(id_str(new DataView(new Uint8Array([0x78, 0]).buffer)), 'x');
  assert.equal(id_str16(Uint16Array.of(0x65e5, 0)), '日');
  assert.equal(id_str32(Uint32Array.of(0x1f600, 0)), '😀');
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared[0] = 0x79;
  assert.equal(id_str(shared), 'y');
  assert.equal(id_str(new Uint8Array(0)), null);
  assert.equal(lib.func('uint64_t ptr_val(str s)')(bytes), Number(address(bytes)));
});

test('addresses are passed as they are', () => {
  assert.equal(id_str(lib.symbol('my_buf')), 'buffer');
  assert.equal(id_str(Number(lib.symbol('my_buf'))), 'buffer');
  assert.equal(id_str(0), null);
  assert.equal(id_str(0n), null);
});

test('arrays: one string, or code units', () => {
  assert.equal(id_str(['text']), 'text');
  assert.equal(id_str16(['text']), 'text');
  assert.equal(id_str([]), '');
  assert.equal(id_str([97, 98, 0]), 'ab');
  assert.equal(id_str16([0x65e5, 0]), '日');
  assert.equal(id_str32([0x1f600, 0]), '😀');
  for (const value of [[null], [{}], ['a', 'b'], [['a']], [true]]) throws(() => id_str(value), TypeError, 'VALUE');
});

test('refuses other values', () => {
  const values = [true, {}, Symbol('x'), () => {}, new String('x'), new Date(), new SharedArrayBuffer(8), NaN, 1.5];

  for (const id of [id_str, id_str16, id_str32]) {
    for (const value of values) throws(() => id(value), TypeError, 'VALUE', /id_str\d*\(\): argument 1 \(s\)/);
  }
  throws(() => str_len(), TypeError, 'ARGUMENT_COUNT');
});

test('several strings of one call do not disturb each other', () => {
  const concat = lib.func('void ConcatToBuffer(const char *a, const char *b, _Out_ char *o)');
  const out = ['\0'.repeat(4000)];

  concat('é'.repeat(900), 'x'.repeat(1500), out);
  assert.equal(out[0], 'é'.repeat(900) + 'x'.repeat(1500));
});

test('10 MB in every encoding', () => {
  const ascii = 'x'.repeat(10_000_000);
  const wide = '日'.repeat(3_500_000);

  assert.equal(str_len(ascii), 10_000_000);
  assert.equal(str_len(wide), 10_500_000);
  assert.equal(id_str(wide) === wide, true);
  assert.equal(id_str16(ascii) === ascii, true);
  assert.equal(id_str32(wide) === wide, true);
});

test('string types have their own names', () => {
  assert.equal(pointer('char'), types.str);
  assert.equal(types.wstring.primitive, WINDOWS ? 'String16' : 'String32');
  assert.deepEqual([types.str.primitive, types.str16.primitive, types.str32.primitive], ['String', 'String16', 'String32']);
});

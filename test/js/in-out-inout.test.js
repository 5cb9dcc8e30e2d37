'use strict';
const { test } = require('node:test');
const { LITTLE, WORD, assert, ristretto, fixtures, define, throws, native } = require('./support');
const { out, inout, pointer, array, address, decode, struct, sizeof, alias, type, types, disposable, stats } = ristretto;
const lib = fixtures();

define('S3', 'SA', 'SP', 'Opq', 'AddFn', 'Node');

const fill = lib.func('void fill_ints(_Out_ int *p, int n, int start)');
const inc = lib.func('void inc_ints(_Inout_ int *p, int n)');

test('markers stand for their type where no direction counts', () => {
  assert.equal(pointer(out('int *')), type('int **'));
  assert.equal(sizeof(inout('int *')), WORD);
  assert.equal(type(ristretto.in('int *')), type('int *'));
  assert.equal(alias('MarkedAlias', out('int *')), type('int *'));
  assert.equal(array(out('int *'), 2).ref, type('int *'));
  assert.equal(struct({ a: inout('str') }).members.a.type, types.str);
  assert.equal(lib.func('fill_ints', 'void', [out(inout('int *')), 'int', 'int']).info.arguments[0].direction, 'Output');
});

test('markers are for pointers and strings', () => {
  for (const mark of [ristretto.in, out, inout]) {
    throws(() => mark(), TypeError);
    for (const spec of ['int', 'S3', 'int[2]', 'void', 'AddFn', 'nope_t', null, undefined, 5, {}, '_Out_ int *']) {
      throws(() => mark(spec), TypeError);
    }
    for (const spec of ['int *', 'str', 'void *', 'S3 *', 'Opq **', 'char16_t *', pointer('int')]) mark(spec);
  }
  throws(() => out('AddFn *'), TypeError);
  throws(() => out('int &'), Error, 'SYNTAX');
});

test('an output array receives as many elements as it has', () => {
  for (const holder of [[null], [undefined], [0], [true], [5n], [1.5], new Array(1)]) {
    fill(holder, 1, 7);
    assert.deepEqual(holder, [7]);
  }
  const three = [1, 2, 3];
  fill(three, 1, 7);
  assert.deepEqual(three, [7, 0, 0]);
  const two = new Array(2);
  fill(two, 1, 7);
  assert.deepEqual(two, [7, 0]);
  const none = [];
  fill(none, 0, 7);
  assert.deepEqual(none, []);
});

test('the array keeps its identity and extra properties', () => {
  class List extends Array {}
  const list = List.of(0, 0);

  list.note = 'mine';
  fill(list, 2, 1);
  assert.ok(list instanceof List);
  assert.deepEqual([...list, list.note], [1, 2, 'mine']);
});

test('buffers are filled in place, whatever the direction', () => {
  for (const f of [fill, lib.func('void fill_ints(int *p, int n, int start)'), lib.func('void fill_ints(_Inout_ int *p, int n, int start)')]) {
    const view = new Int32Array(2);
    f(view, 2, 7);
    assert.deepEqual(view, Int32Array.of(7, 8));
    const bytes = Buffer.alloc(8);
    f(bytes, 2, 1);
    assert.deepEqual(bytes, native(Int32Array.of(1, 2)));
    const data = new DataView(new ArrayBuffer(8));
    f(data, 1, 3);
    assert.equal(data.getInt32(0, LITTLE), 3);
    const raw = new ArrayBuffer(8);
    f(raw, 1, 4);
    assert.equal(new Int32Array(raw)[0], 4);
  }
});

test('an inout array is read first', () => {
  for (const [before, after] of [[[0], [1]], [[5n], [6]], [[1.5], [2]], [[1, 2, 3], [2, 3, 3]]]) { // prettier-ignore
    inc(before, Math.min(before.length, 2));
    assert.deepEqual(before, after);
  }
  const wrapped = [2 ** 40];
  inc(wrapped, 1);
  assert.deepEqual(wrapped, [1]);
  for (const value of [[null], [undefined], [true], new Array(2), [{}]]) {
    throws(() => inc(value, 1), TypeError, 'VALUE', /inc_ints\(\).*argument 1 \(p\)/);
  }
});

test('an input array is not copied back', () => {
  const items = [1];

  lib.func('void inc_ints(int *p, int n)')(items, 1);
  assert.deepEqual(items, [1]);
});

test('null and addresses pass through without copying', () => {
  const view = new Int32Array(2);

  fill(address(view), 2, 5);
  assert.deepEqual(view, Int32Array.of(5, 6));
  inc(address(view), 2);
  assert.deepEqual(view, Int32Array.of(6, 7));
  fill(null, 0, 1);
  inc(undefined, 0);
});

test('refuses values that cannot be filled', () => {
  for (const value of [{}, { 0: 1, length: 1 }, 'text', true, Symbol('x'), () => {}]) {
    throws(() => fill(value, 1, 7), TypeError, 'VALUE', /fill_ints\(\).*argument 1 \(p\)/);
  }
  throws(() => fill(Object.freeze([0]), 1, 7), TypeError);
  throws(() => lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)')(Object.freeze({}), 1, 2, 3), TypeError);
});

test('64-bit, bool, enum and byte-swapped elements', () => {
  const big = [2n ** 60n, 5];
  lib.func('void inc_i64(_Inout_ int64_t *p, int n)')(big, 2);
  assert.deepEqual(big, [2n ** 60n + 1n, 6]);
  const swapped = [null, null];
  const view = new Uint16Array(2);
  const fill_be = lib.func('fill_u8', 'void', [out('uint16_be *'), 'int', 'int']);
  fill_be(swapped, 4, 1);
  fill_be(view, 4, 1);
  assert.deepEqual(swapped, [258, 772]);
  assert.deepEqual(view, Uint16Array.of(258, 772));
  const flags = [null, null];
  lib.func('fill_u8', 'void', [out('bool *'), 'int', 'int'])(flags, 2, 0);
  assert.deepEqual(flags, [false, true]);
});

test('an output struct assigns members and leaves other keys', () => {
  const fill_S3 = lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)');
  class Box {
    set c(value) {
      this.seen = value;
    }
  }
  const cases = [{}, { a: 'old', z: 5 }, Object.create(null), new Proxy({}, {})];

  for (const object of cases) {
    fill_S3(object, 1, 2, 3.5);
    assert.deepEqual([object.a, object.b, object.c], [1, 2, 3.5]);
  }
  assert.equal(cases[1].z, 5);
  const box = new Box();
  fill_S3(box, 1, 2, 3.5);
  assert.equal(box.seen, 3.5);
  const bytes = Buffer.alloc(16);
  fill_S3(bytes, 1, 2, 3.5);
  assert.deepEqual(decode(bytes, 'S3'), { a: 1, b: 2, c: 3.5 });
  throws(() => fill_S3(Buffer.alloc(8), 1, 2, 3), Error, 'BUFFER_SIZE');
});

test('an output array of structs gets fresh objects', () => {
  const fill_S3 = lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)');
  const first = { keep: 1 };
  const holder = [first, null];

  fill_S3(holder, 1, 2, 3.5);
  assert.deepEqual(holder, [{ a: 1, b: 2, c: 3.5 }, { a: 0, b: 0, c: 0 }]); // prettier-ignore
  assert.deepEqual(first, { keep: 1 });
});

test('an inout struct starts from its members', () => {
  const inc_S3 = lib.func('void inc_S3(_Inout_ S3 *s)');
  const object = { a: 1, z: 'kept' };

  inc_S3(object);
  assert.deepEqual(object, { a: 2, z: 'kept', b: 1, c: 1 });
  throws(() => inc_S3({ a: 'x' }), TypeError, 'VALUE', /\.a/);
  throws(() => inc_S3([null]), TypeError, 'VALUE');
  const list = [{ a: 1 }, { a: 5 }];
  lib.func('void S3_inc_arr(_Inout_ S3 *s, int n)')(list, 2);
  assert.deepEqual(list.map((s) => s.a), [2, 6]);
});

test('inout leaves pointer members that C did not change', () => {
  const touch = lib.func('str_null', 'int', [inout('SP *')]);
  const ints = [1, 2];
  const object = { s: 'text', p: null, ip: ints };

  touch(object);
  assert.equal(object.ip, ints);
  assert.equal(object.s, 'text');
});

test('pointer outputs give BigInt or null', () => {
  const holder = [null];

  lib.func('int opq_new_out(_Out_ Opq **out, int v)')(holder, 42);
  assert.equal(typeof holder[0], 'bigint');
  lib.func('void opq_free(Opq *o)')(holder[0]);
  lib.func('int opq_null_out(_Out_ Opq **out)')(holder);
  assert.deepEqual(holder, [null]);
  const pp = [[5]];
  lib.func('void set_pp(_Inout_ int **pp)')(pp);
  assert.equal(decode(pp[0], 'int'), 55);
  const raw = new BigUint64Array(1);
  lib.func('void set_pp(_Out_ int **pp)')(raw);
  assert.equal(decode(raw[0], 'int'), 55);
  throws(() => lib.func('str_null', 'int', [out('Opq *')])([1]), TypeError, 'VALUE');
  throws(() => lib.func('str_null', 'int', [out('Opq *')])({}), TypeError, 'VALUE');
  assert.equal(lib.func('str_null', 'int', [out('Opq *')])(null), 1);
  const nested = [[0, 0, 0]];
  lib.func('fill_ints', 'void', [out(pointer(array('int', 3))), 'int', 'int'])(nested, 3, 4);
  assert.deepEqual(nested, [Int32Array.of(4, 5, 6)]);
});

test('a string holder is a buffer of its bytes and one more', () => {
  const put = lib.func('void put_str(_Out_ char *out, const char *s)');
  const nothing = lib.func('str_null', 'int', [out('char *')]);
  const fill8 = lib.func('void fill_u8(_Out_ char *p, int n, int start)');

  for (const text of ['\0'.repeat(8), 'abcdefgh', 'é'.repeat(4)]) {
    const holder = [text];
    put(holder, 'hi');
    assert.deepEqual(holder, ['hi']);
  }
  const kept = ['abc'];
  nothing(kept);
  assert.deepEqual(kept, ['abc']);
  const full = ['\0'.repeat(4)];
  fill8(full, 4, 65);
  assert.deepEqual(full, ['ABCD']);
  const upper = ['hello é'];
  lib.func('void upper(_Inout_ char *s)')(upper);
  assert.deepEqual(upper, ['HELLO é']);
  const bytes = Buffer.alloc(8);
  put(bytes, 'hi');
  assert.equal(bytes.toString('latin1', 0, 3), 'hi\0');
});

test('numeric holders of character pointers are arrays of code units', () => {
  const put = lib.func('void put_str(_Out_ char *out, const char *s)');
  const units = [0, 0, 0, 0];
  const nulls = [null, null, null];

  put(units, 'hi');
  assert.deepEqual(units, [104, 105, 0, 0]);
  put(nulls, 'hi');
  assert.deepEqual(nulls, [104, 105, 0]);
  for (const value of [['a', 'b'], [Buffer.alloc(4)], 'text', {}]) {
    throws(() => put(value, ''), TypeError, 'VALUE', /put_str\(\).*argument 1 \(out\)/);
  }
  const upper = [104, 105, 0];
  lib.func('void upper(_Inout_ char *s)')(upper);
  assert.deepEqual(upper, [72, 73, 0]);
});

test('wide string holders', () => {
  const fill16 = lib.func('void fill_str16(_Out_ char16_t *out, int n, char16_t c)');
  const holder = ['\0'.repeat(4)];

  fill16(holder, 3, 0x65e5);
  assert.deepEqual(holder, ['日日日']);
  const wide = ['abc'];
  lib.func('str32_len', 'int', [inout('char32_t *')])(wide);
  assert.deepEqual(wide, ['abc']);
  const empty = ['\0'];
  lib.func('str32_len', 'int', [out('char32_t *')])(empty);
  assert.deepEqual(empty, ['']);
});

test('string buffers for other pointees', () => {
  const signed = ['\0\0\0'];
  const any = ['\0\0\0'];
  const unsigned = ['\0\0'];

  lib.func('fill_u8', 'void', [out('int8_t *'), 'int', 'int'])(signed, 2, 65);
  lib.func('fill_u8', 'void', [out('void *'), 'int', 'int'])(any, 2, 65);
  lib.func('fill_u8', 'void', [out('uint8_t *'), 'int', 'int'])(unsigned, 1, 65);
  assert.deepEqual([signed, any, unsigned], [['AB'], ['AB'], [65]]);
  throws(() => lib.func('fill_u8', 'void', [inout('uint8_t *'), 'int', 'int'])(['x'], 0, 0), TypeError, 'VALUE');
  for (const value of [[null], {}]) {
    throws(() => lib.func('fill_u8', 'void', [out('void *'), 'int', 'int'])(value, 0, 0), TypeError, 'VALUE');
  }
});

test('pointers to strings', () => {
  const one = [null];
  const many = ['a', 'b', 'c'];

  lib.func('void set_strp(_Out_ const char **out, const char *s)')(one, 'yo');
  assert.deepEqual(one, ['yo']);
  lib.func('void strs_rev(_Inout_ const char **p, int n)')(many, 3);
  assert.deepEqual(many, ['c', 'b', 'a']);
  const disposed = stats().disposed;
  const owned = [null];
  lib.func('void set_strdup(_Out_ str! *out, const char *s)')(owned, 'mine');
  assert.deepEqual(owned, ['mine']);
  assert.equal(stats().disposed, disposed + 1);
});

test('memory of outputs is zero before the call', () => {
  const nothing = lib.func('str_null', 'int', [out('SA *')]);
  const holder = {};

  lib.func('int str_len(const char *s)')('x'.repeat(500));
  nothing(holder);
  assert.deepEqual(holder, { x: 0, arr: Int32Array.of(0, 0, 0, 0), name: '' });
});

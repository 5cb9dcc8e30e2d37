'use strict';
const { test } = require('node:test');
const { ALIGN64, WORD, assert, ristretto, fixtures, define, native, throws } = require('./support');
const { struct, pack, array, pointer, opaque, union, type, types, sizeof, alignof, offsetof, decode, encode } =
  ristretto;
const lib = fixtures();

define('S3', 'SA', 'SP', 'Opq', 'Node', 'AddFn', 'V3', 'C3', 'Foo', 'Nested');

test('has the layout of C', () => {
  const cases = [
    [{ a: 'int', b: 'char', c: 'double' }, 16, ALIGN64, [0, 4, 8]],
    [{ a: 'char' }, 1, 1, [0]],
    [{ a: 'int8_t', b: 'int16_t', c: 'int32_t', d: 'int64_t' }, 16, ALIGN64, [0, 2, 4, 8]],
    [{ a: 'char', b: array('int', 3), c: 'char' }, 20, 4, [0, 4, 16]],
    [{ a: 'int8_t', b: [8, 'int16_t'] }, 16, 8, [0, 8]],
    [{ a: 'int8_t', b: 'int64_t' }, 8 + ALIGN64, ALIGN64, [0, ALIGN64]],
    [{ a: 'int8_t', b: 'void *' }, 2 * WORD, WORD, [0, WORD]],
    [{ a: 'int8_t', b: [1, 'double'] }, 9, 1, [0, 1]],
    [{ a: 'int8_t', b: [2, 'double'], c: 'int8_t' }, 12, 2, [0, 2, 10]],
    [{ a: 'int8_t', b: pack({ x: 'int8_t', y: 'int' }), c: 'int' }, 12, 4, [0, 1, 8]],
    [{ a: 'int8_t', b: [16, 'int'] }, 32, 16, [0, 16]],
    [{ a: 'int8_t', b: [32, 'int'], c: [64, 'char'] }, 128, 64, [0, 32, 64]],
    [{ a: 'int8_t', b: [1.5, 'int'] }, 5, 1, [0, 1]],
  ];

  for (const [members, size, align, offsets] of cases) {
    const S = struct(members);
    const found = Object.keys(members).map((name) => offsetof(S, name));

    assert.deepEqual([S.size, S.alignment, found], [size, align, offsets], Object.keys(members).join());
    assert.deepEqual([sizeof(S), alignof(S)], [size, align]);
  }
});

test('holds a thousand members', () => {
  const members = {};
  for (let i = 0; i < 1000; i++) members[`m${i}`] = 'int';
  const S = struct(members);

  assert.deepEqual([S.size, S.alignment, S.members.m999.offset], [4000, 4, 3996]);
});

test('reserves space for a member named `_` and neither reads, writes nor lists it', () => {
  const S = struct('Padded', { a: 'char', _: array('uint8', 3), b: 'int' });
  const bytes = Buffer.alloc(8, 0xff);

  assert.deepEqual(Object.keys(S.members), ['a', 'b']);
  assert.equal(S.members.b.offset, 4);
  encode(bytes, S, { a: 1, _: 'ignored', b: 2 });
  const wanted = native(Uint8Array.of(1, 0, 0, 0), Int32Array.of(2));
  assert.deepEqual(bytes, wanted);
  wanted.fill(9, 1, 4);
  assert.deepEqual(decode(wanted, S), { a: 1, b: 2 });
});

test('refers to itself through pointers only', () => {
  struct('List', { v: 'int', next: 'List *', more: 'List *[4]' });
  assert.equal(sizeof('List'), 6 * WORD);
  throws(() => struct('Loop', { v: 'int', next: 'Loop' }), TypeError);
  throws(() => struct('Loop', { v: array('Loop', 2) }), TypeError);
  throws(() => struct('Loop', { v: 'Loop[2]' }), TypeError);
  assert.equal(struct('Loop', { v: 'int' }).size, 4, 'the name of a failed definition is free again');
});

test('takes optional names', () => {
  assert.equal(struct('Named', { a: 'int' }).name, 'Named');
  for (const S of [struct({ a: 'int' }), struct(null, { a: 'int' }), struct(undefined, { a: 'int' })]) {
    assert.match(S.name, /^<anonymous_\d+>$/);
    throws(() => type(S.name), Error);
  }
  for (const name of ['_x', 'X1', 'é', 'π', '日本', 'a$b', '$x']) {
    assert.equal(struct(name, { a: 'int' }).name, name);
    assert.equal(type(`${name} *`).ref, type(name));
  }
});

test('refuses bad, reserved and duplicate names', () => {
  for (const name of ['', '1a', 'a b', 'Foo *', 'a-b', 'a.b', 'a::b', 'a:b', 'a\0b', '\ud800', 'const', 'volatile']) {
    throws(() => struct(name, { a: 'int' }), Error, 'BAD_NAME');
  }
  for (const name of ['_In_', '_Out_', '_Inout_', '__cdecl', '__stdcall', 'struct', 'union', 'enum']) {
    throws(() => struct(name, { a: 'int' }), Error, 'BAD_NAME');
  }
  for (const name of ['int', 'str', 'S3', 'Opq', 'AddFn']) {
    throws(() => struct(name, { a: 'int' }), Error, 'DUPLICATE', new RegExp(name));
  }
  for (const name of [1, 1n, true, Symbol('x'), [], () => {}]) {
    throws(() => struct(name, { a: 'int' }), TypeError);
  }
});

test('refuses bad member lists', () => {
  throws(() => struct(), TypeError);
  throws(() => struct('Bad'), TypeError);
  throws(() => struct({}), Error, 'BAD_MEMBER');
  throws(() => struct('Bad', {}), Error, 'BAD_MEMBER');
  for (const members of [null, undefined, [], ['int'], 5, 'x', () => {}]) {
    throws(() => struct('Bad', members), TypeError);
  }
  for (const spec of [null, undefined, 5, {}, 'nope_t', 'void', 'Opq', 'AddFn', '_Out_ int *', types.void, () => {}]) {
    throws(() => struct('Bad', { a: spec }), TypeError);
  }
  for (const spec of ['int &', 'int 4', 'int;']) {
    throws(() => struct('Bad', { a: spec }), Error, 'SYNTAX');
  }
  for (const spec of [['4', 'int'], ['int', 4], [4], [4n, 'int'], [4, 'int', 1], [0, 'int'], [3, 'int'], [-1, 'int']]) {
    throws(() => struct('Bad', { a: spec }), Error, 'BAD_MEMBER');
  }
  throws(() => struct('Bad', { a: [128, 'int'] }), Error, 'BAD_MEMBER');
  for (const name of ['1a', 'a b', '', 'a-b', 'a*']) {
    throws(() => struct('Bad', { [name]: 'int' }), Error);
  }
  throws(() => struct('Bad', { a: 'int[1000000]', b: array('uint8', 67108864) }), Error, 'TOO_LARGE');
  assert.equal(struct('Bad', { a: 'int' }).size, 4);
});

test('reads own enumerable string keys only, in order', () => {
  const members = Object.create({ inherited: 'int' }, { hidden: { value: 'int' } });
  members.b = 'int';
  members.a = 'int';
  members[Symbol('x')] = 'int';

  assert.deepEqual(Object.keys(struct(members).members), ['b', 'a']);
  const odd = struct({ constructor: 'int', ['__proto__']: 'int', toString: 'int' });
  assert.ok(Object.keys(odd.members).includes('constructor'));
  assert.equal(decode(Buffer.alloc(16), struct({ constructor: 'int' })).constructor, 0);
});

test('direction markers in members lose their direction', () => {
  assert.equal(struct({ a: ristretto.out('int *') }).members.a.type, type('int *'));
});

test('travels by value both ways', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  const id_V3 = lib.func('V3 id_V3(V3 v)');
  const id_C3 = lib.func('C3 id_C3(C3 c)');
  const id_SA = lib.func('SA id_SA(SA s)');
  const nested = lib.func('Nested id_nested(Nested v)');

  assert.deepEqual(id_S3({ a: 1, b: 2, c: 3.5 }), { a: 1, b: 2, c: 3.5 });
  assert.deepEqual(id_V3({ x: 1.5, y: 2.5, z: -3.5 }), { x: 1.5, y: 2.5, z: -3.5 });
  assert.deepEqual(id_C3({ c: 'ab' }), { c: 'ab' });
  assert.deepEqual(lib.func('Foo ReturnFoo(Foo p)')({ i: 7, a16: [1, 2] }), { i: 7, a16: Int16Array.of(1, 2) });
  assert.deepEqual(id_SA({ x: 3, arr: [1, 2, 3, 4], name: 'bob' }), {
    x: 3,
    arr: Int32Array.of(1, 2, 3, 4),
    name: 'bob',
  });
  const value = { a: 1, b: 2, c: 'text', d: { d1: 1.5, d2: 2.5 } };
  assert.deepEqual(nested(value), value);
  assert.deepEqual(lib.func('S3 mk_S3(int a, char b, double c)')(1, 2, 3), { a: 1, b: 2, c: 3 });
});

test('results are plain objects with ordinary members in order', () => {
  const value = lib.func('S3 mk_S3(int a, char b, double c)')(1, 2, 3);

  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value), ['a', 'b', 'c']);
  value.a = 9;
  assert.equal(value.a, 9);
});

test('reads objects of every kind and ignores what it does not know', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  class Point {
    constructor() {
      this.a = 1;
    }
    get b() {
      return 2;
    }
  }
  const bare = Object.assign(Object.create(null), { a: 1, b: 2, c: 3 });

  assert.deepEqual(id_S3(new Point()), { a: 1, b: 2, c: 0 });
  assert.deepEqual(id_S3(bare), { a: 1, b: 2, c: 3 });
  assert.deepEqual(id_S3(new Proxy({ a: 1, b: 2, c: 3 }, {})), { a: 1, b: 2, c: 3 });
  assert.deepEqual(id_S3({ a: 1, z: 9, other: 'x' }), { a: 1, b: 0, c: 0 });
  assert.deepEqual(id_S3({}), { a: 0, b: 0, c: 0 });
  assert.deepEqual(id_S3({ a: undefined, c: 5 }), { a: 0, b: 0, c: 5 });
});

test('a raw buffer by value is copied as bytes', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  const bytes = Buffer.alloc(16);

  encode(bytes, 'S3', { a: 1, b: 2, c: 3 });
  assert.deepEqual(id_S3(bytes), { a: 1, b: 2, c: 3 });
  assert.deepEqual(id_S3(new DataView(bytes.buffer, bytes.byteOffset, 16)), { a: 1, b: 2, c: 3 });
  throws(() => id_S3(Buffer.alloc(15)), Error, 'BUFFER_SIZE');
});

test('refuses what only looks like an object', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  const things = [null, undefined, 5, 5n, 'x', true, Symbol('x'), [], [1, 2, 3], () => {}, new Date(), new Map()];

  things.push(new Set(), new String('x'), new Number(1), new SharedArrayBuffer(16), lib, types.int, class {});
  for (const thing of things) {
    throws(() => id_S3(thing), TypeError, 'VALUE', /id_S3\(\): argument 1 \(s\) expects S3/);
  }
});

test('a wrong member stops the conversion wherever it stands', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');

  for (const value of [{ a: 'x', b: 1, c: 2 }, { a: 1, b: 'x', c: 2 }, { a: 1, b: 1, c: 'x' }, { a: null }]) {
    throws(() => id_S3(value), TypeError, 'VALUE');
    throws(() => encode(Buffer.alloc(16), 'S3', value), TypeError, 'VALUE');
  }
  assert.deepEqual(id_S3({ a: 1 }), { a: 1, b: 0, c: 0 });
});

test('nested structs: missing is zero, null is refused', () => {
  const nested = lib.func('Nested id_nested(Nested v)');

  assert.deepEqual(nested({}), { a: 0, b: 0, c: null, d: { d1: 0, d2: 0 } });
  assert.deepEqual(nested({ d: {} }).d, { d1: 0, d2: 0 });
  throws(() => nested({ d: null }), TypeError, 'VALUE', /\.d/);
});

test('pointer members take what pointer parameters take', () => {
  const node_sum = lib.func('int node_sum(Node *n)');
  const SP_len = lib.func('int SP_len(SP *s)');
  const SP_ip = lib.func('int SP_ip(SP *s, int i)');

  assert.equal(node_sum({ v: 1, next: { v: 2, next: { v: 3, next: null } } }), 6);
  assert.equal(node_sum({ v: 1, next: [{ v: 2 }] }), 3);
  assert.equal(SP_len({ s: 'hello' }), 5);
  assert.equal(SP_len({ s: Buffer.from('abc\0') }), 3);
  assert.equal(SP_len({}), -1);
  assert.equal(SP_ip({ ip: [4, 5, 6] }, 2), 6);
  assert.equal(SP_ip({ ip: new Int32Array([7, 8]) }, 1), 8);
  assert.equal(lib.func('uint64_t SP_p(SP *s)')({ p: 0x1234n }), 0x1234);
});

test('a cyclic object graph is a RangeError, not a crash', () => {
  const node_sum = lib.func('int node_sum(Node *n)');
  const loop = { v: 1 };
  loop.next = loop;

  throws(() => node_sum(loop), RangeError, 'TOO_DEEP');
  throws(() => encode(Buffer.alloc(16), 'Node', loop), RangeError, 'TOO_DEEP');
  assert.equal(node_sum({ v: 1 }), 1);
});

test('decodes strings, pointers and NULL', () => {
  const out = {};

  lib.func('void fill_SP(_Out_ SP *s)')(out);
  assert.deepEqual(out, { s: 'hello', w: 'wide', p: 4660n, ip: null });
});

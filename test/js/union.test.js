'use strict';
const { test } = require('node:test');
const { ALIGN64, assert, ristretto, fixtures, define, throws, native } = require('./support');
const { union, Union, struct, array, opaque, type, types, decode, encode } = ristretto;
const lib = fixtures();

const [U] = define('U', 'TU');
const U_i = lib.func('int64_t U_i(U u)');
const U_d = lib.func('double U_d(U u)');
const getU_i = lib.func('int64_t getU_i(U *u)');
const id_U = lib.func('U id_U(U u)');

test('lays all members at offset 0', () => {
  assert.deepEqual([U.primitive, U.size, U.alignment], ['Union', 8, ALIGN64]);
  assert.deepEqual(Object.values(U.members).map((member) => member.offset), [0, 0, 0]);
  assert.deepEqual([union({ a: 'int', b: array('char', 5) }).size, type('U').alignment], [8, ALIGN64]);
  const aligned = union({ a: 'int', b: [8, 'char'] });
  assert.deepEqual([aligned.size, aligned.alignment], [8, 8]);
});

test('refuses bad definitions', () => {
  throws(() => union(), TypeError);
  throws(() => union({}), Error, 'BAD_MEMBER');
  throws(() => union('U', { a: 'int' }), Error, 'DUPLICATE');
  throws(() => union('a b', { a: 'int' }), Error, 'BAD_NAME');
  throws(() => union('Bad', { a: 'void' }), TypeError);
  throws(() => union('Bad', { a: 'Bad' }), TypeError);
  throws(() => union('Bad', { n: 'int', a: array('int', 'n', 4) }), TypeError);
  throws(() => union('Bad', { n: 'int', a: ristretto.pointer(null, 'int', 'n') }), TypeError);
  throws(() => union('Bad', []), TypeError);
});

test('takes a literal with exactly one member', () => {
  assert.equal(U_i({ i: 5 }), 5);
  assert.equal(U_d({ d: 1.5 }), 1.5);
  assert.equal(U_i({ raw: [...native(BigInt64Array.of(513n))] }), 513);
  assert.equal(U_i({ i: undefined }), 0);
  assert.equal(getU_i({ i: 7 }), 7);
  class Literal {
    constructor() {
      this.i = 8;
    }
  }
  assert.equal(U_i(new Literal()), 8);
});

test('refuses literals with none, several or unknown members', () => {
  for (const value of [{}, { i: 1, d: 2 }, { x: 1 }, { i: 1, x: 2 }]) {
    throws(() => U_i(value), Error, 'UNION', /U_i\(\).*argument 1 \(u\)/);
    throws(() => getU_i(value), Error, 'UNION');
  }
});

test('refuses other values by value', () => {
  for (const value of [null, undefined, 5, 5n, 'x', true, [], [{ i: 1 }], () => {}, Symbol('x')]) {
    throws(() => U_i(value), TypeError, 'VALUE');
  }
  throws(() => U_i({ i: 'x' }), TypeError, 'VALUE', /\.i/);
  throws(() => U_i({ i: null }), TypeError, 'VALUE');
});

test('a pointer to a union takes literals, arrays, buffers, addresses and NULL', () => {
  assert.equal(getU_i([{ i: 3 }]), 3);
  assert.equal(getU_i(native(BigInt64Array.of(4n))), 4);
  assert.equal(getU_i(lib.symbol('my_U')), 99);
  assert.equal(lib.func('int str_null(U *u)')(null), 1);
  assert.equal(lib.func('int str_null(U *u)')(undefined), 1);
  assert.equal(lib.func('int str_null(U *u)')([]), 0);
});

test('results and members are Union instances whose members can all be read', () => {
  const u = id_U({ d: 1.5 });

  assert.equal(u.d, 1.5);
  assert.equal(u.i, 4609434218613702656n);
  assert.deepEqual(u.raw, new Uint8Array(Float64Array.of(1.5).buffer));
  assert.equal(u.raw, u.raw);
  assert.equal(U_d(u), 1.5);
  const t = {};
  lib.func('void fill_TU(_Out_ TU *t)')(t);
  assert.equal(t.tag, 3);
  assert.equal(t.u.d, 1.5);
  assert.equal(decode(lib.symbol('my_U'), 'U').i, 99);
});

test('a decoded union is a snapshot', () => {
  const bytes = native(BigInt64Array.of(1n));
  const u = decode(bytes, 'U');

  bytes.fill(2);
  assert.equal(u.i, 1);
});

test('an enclosing struct without the union passes zeros', () => {
  assert.equal(lib.func('int64_t TU_i(TU t)')({ tag: 1 }), 0);
  assert.equal(lib.func('int64_t TU_i(TU t)')({ tag: 1, u: { i: 4 } }), 4);
});

test('Union holds one active member', () => {
  const u = new Union('U');

  u.i = 5;
  assert.equal(u.i, 5);
  assert.equal(U_i(u), 5);
  assert.equal(getU_i(u), 5);
  throws(() => u.d, Error, 'UNION');
  u.d = 2.5;
  assert.equal(u.d, 2.5);
  throws(() => u.i, Error, 'UNION');
  assert.equal(U_d(u), 2.5);
  u.raw = [...native(BigInt64Array.of(1n))];
  assert.equal(U_i(u), 1);
});

test('Union objects show accessors, not own properties', () => {
  const u = new Union(U);

  assert.equal(u.constructor.name, 'U');
  assert.ok(u instanceof Union);
  assert.deepEqual(Object.keys(u), []);
  assert.equal(JSON.stringify(u), '{}');
  assert.deepEqual({ ...u }, {});
  for (const name of ['i', 'd', 'raw']) assert.ok(name in u);
  assert.ok(id_U({ i: 1 }) instanceof Union);
  u.other = 5;
  assert.equal(u.other, 5);
  u.i = 1;
  assert.equal(U_i(u), 1);
});

test('an empty Union can be neither read nor passed', () => {
  const u = new Union('U');

  throws(() => u.i, Error, 'UNION');
  throws(() => U_i(u), Error, 'UNION');
  throws(() => getU_i(u), Error, 'UNION');
  throws(() => lib.func('void setU_i(int64_t i, _Inout_ U *u)')(1, u), Error, 'UNION');
});

test('the stored value is converted at the call', () => {
  const u = new Union('U');

  u.i = 'x';
  assert.equal(u.i, 'x');
  throws(() => U_i(u), TypeError, 'VALUE');
  u.i = null;
  throws(() => U_i(u), TypeError, 'VALUE');
  u.i = undefined;
  assert.equal(U_i(u), 0);
  u.i = 3;
  assert.equal(U_i(u), 3);
});

test('C fills a Union, a holder or a buffer', () => {
  const setU_d = lib.func('void setU_d(double d, _Out_ U *u)');
  const u = new Union('U');
  const holder = [null];
  const bytes = Buffer.alloc(8);

  setU_d(1.5, u);
  assert.equal(u.d, 1.5);
  assert.equal(u.i, 4609434218613702656n);
  u.i = 5;
  throws(() => u.d, Error, 'UNION');
  assert.equal(U_i(u), 5);
  setU_d(2.5, holder);
  assert.equal(holder[0].d, 2.5);
  setU_d(3.5, bytes);
  assert.deepEqual(bytes, native(Float64Array.of(3.5)));
  throws(() => setU_d(1, {}), TypeError, 'VALUE');
  throws(() => setU_d(1, { i: 1 }), TypeError, 'VALUE');
});

test('inout takes a Union with an active member or a holder', () => {
  const setU_i = lib.func('void setU_i(int64_t i, _Inout_ U *u)');
  const u = new Union('U');

  u.i = 1;
  setU_i(6, u);
  assert.equal(u.i, 6);
  const holder = [{ i: 1 }];
  setU_i(7, holder);
  assert.equal(holder[0].i, 7);
  throws(() => setU_i(1, { i: 1 }), TypeError, 'VALUE');
});

test('a Union of another type is refused', () => {
  union('Other', { i: 'int64' });
  const other = new Union('Other');

  other.i = 1;
  throws(() => U_i(other), TypeError, 'VALUE');
  throws(() => getU_i(other), TypeError, 'VALUE');
  throws(() => lib.func('void setU_i(int64_t i, _Out_ U *u)')(1, other), TypeError, 'VALUE');
  throws(() => lib.func('int sum_ints(int *p, int n)')(other, 1), TypeError, 'VALUE');
});

test('Union wants `new` and a union type', () => {
  throws(() => Union('U'), TypeError);
  throws(() => new Union(), TypeError);
  for (const spec of ['int', 'TU', 'U *', 'nope_t', null, 5, {}, opaque()]) {
    throws(() => new Union(spec), TypeError);
  }
  assert.ok(new Union('U', 1, 2));
});

test('encode writes the active member and clears the rest', () => {
  const bytes = Buffer.alloc(8, 0xff);

  encode(bytes, 'U', { raw: [1, 2] });
  assert.deepEqual([...bytes], [1, 2, 0, 0, 0, 0, 0, 0]);
  const Small = union({ a: 'char', b: 'int64' });
  encode(bytes.fill(0xff), Small, { a: 1 });
  assert.deepEqual([...bytes], [1, 0, 0, 0, 0, 0, 0, 0]);
});

test('union members with strings and several kinds', () => {
  union('IntOrStr', { i: 'int', str: 'const char *' });
  const run = lib.func('int DoSomething(const char *t, IntOrStr u)');

  assert.equal(run('int', { i: 42 }), 42);
  assert.equal(run('str', { str: 'abcd' }), 4);
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');
const { reset, struct, type, types, sizeof, opaque, enumeration, alias, proto, decode, encode } = ristretto;
const lib = fixtures();

test('forgets every user-defined name and nothing else', () => {
  struct('S3', { a: 'int', b: 'char', c: 'double' });
  opaque('O');
  enumeration('E', { A: 1 });
  alias('myint', 'int');
  proto('int Cb(int)');
  const { int } = types;

  assert.equal(reset(), undefined);
  for (const name of ['S3', 'O', 'E', 'myint', 'Cb', 'S3 *']) throws(() => type(name), TypeError, 'UNKNOWN_TYPE');
  assert.equal(types.int, int);
  assert.equal(type('int'), int);
  assert.equal(type('str *').name, 'char **');
  assert.equal(struct('S3', { a: 'char' }).size, 1);
  reset();
  reset();
});

test('functions and types made before go on working', () => {
  const S3 = struct('S3', { a: 'int', b: 'char', c: 'double' });
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  const add = lib.func('int add(int, int)');
  const P = proto('int P(int a, int b)');

  reset();
  assert.equal(add(1, 2), 3);
  assert.deepEqual(id_S3({ a: 1, b: 2, c: 3 }), { a: 1, b: 2, c: 3 });
  assert.deepEqual([sizeof(S3), S3.name], [16, 'S3']);
  const bytes = Buffer.alloc(16);
  encode(bytes, S3, { a: 5 });
  assert.equal(decode(bytes, S3).a, 5);
  assert.equal(ristretto.call(lib.symbol('add'), P, 1, 2), 3);
  assert.equal(lib.func('S3_a', 'int', [ristretto.pointer(S3)])({ a: 9 }), 9);
});

test('may be called while types are being made and collected', () => {
  for (let i = 0; i < 200; i++) {
    struct('Again', { a: 'int', next: 'Again *' });
    reset();
  }
  assert.equal(struct('Again', { a: 'int' }).size, 4);
});

test('ignores arguments', () => {
  assert.equal(reset(1, 'x'), undefined);
});

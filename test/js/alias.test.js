'use strict';
const { test } = require('node:test');
const { LONG, assert, ristretto, fixtures, define, throws } = require('./support');
const { alias, type, types, sizeof, struct, array, opaque } = ristretto;
const lib = fixtures();

define('S3', 'AddFn');

test('gives another name to the very same type', () => {
  assert.equal(alias('myint', 'int'), types.int);
  assert.equal(type('myint'), types.int);
  assert.equal(type('myint *'), type('int *'));
  assert.equal(type('const myint[3]'), type('int[3]'));
  assert.equal(alias('yourint', 'myint'), types.int);
  assert.equal(alias('intarray', 'int[4]'), array('int', 4));
  assert.equal(alias('PS3', 'S3 *'), type('S3 *'));
  assert.equal(alias('Fn', 'AddFn *').primitive, 'Callback');
  assert.equal(lib.func('myint add(myint a, yourint b)')(1, 2), 3);
});

test('names anonymous types', () => {
  const S = struct({ a: 'int' });

  assert.equal(alias('Was', S), S);
  assert.equal(type('Was *').ref, S);
  assert.equal(alias('AnonOpaque', opaque()).size, 0);
});

test('common C names are free to be defined', () => {
  for (const name of ['time_t', 'off_t', 'ssize_t', 'ptrdiff_t', 'intmax_t', 'uintmax_t', 'byte']) {
    assert.equal(alias(name, 'long'), types.long, name);
    assert.equal(sizeof(name), LONG);
  }
});

test('refuses bad and duplicate names', () => {
  for (const name of ['', '1a', 'a b', 'x *', 'a-b', 'const', '\ud800']) throws(() => alias(name, 'int'), Error, 'BAD_NAME');
  for (const name of ['int', 'S3', 'AddFn', 'myint', 'str', 'void']) throws(() => alias(name, 'int'), Error, 'DUPLICATE');
  for (const name of [null, undefined, 5, {}, [], Symbol('x'), types.int]) throws(() => alias(name, 'int'), TypeError);
});

test('refuses bad types', () => {
  for (const spec of ['nope_t', null, undefined, 5, {}, () => {}, '_Out_ int *']) throws(() => alias('Bad', spec), TypeError);
  throws(() => alias('Bad', 'int &'), Error, 'SYNTAX');
  throws(() => alias(), TypeError, 'ARGUMENT_COUNT');
  throws(() => alias('Bad'), TypeError, 'ARGUMENT_COUNT');
  assert.equal(alias('Bad', 'int'), types.int);
});

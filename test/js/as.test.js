'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { as, out, disposable, address, decode, encode, view, free, call, Union, array } = ristretto;
const lib = fixtures();

define('S3', 'AddFn', 'U', 'Opq');

const ptr_val = lib.func('uint64_t ptr_val(void *p)');
const S3_a = lib.func('int S3_a(void *s)');
const sum = lib.func('int sum_ints(void *p, int n)');
const len = lib.func('int str_len(void *s)');

test('gives a value a type for `void *`', () => {
  assert.equal(S3_a(as({ a: 5 }, 'S3 *')), 5);
  assert.equal(sum(as([1, 2, 3], 'int *'), 3), 6);
  assert.equal(len(as('abc', 'char *')), 3);
  assert.equal(len(as(['abc'], 'char *')), 3);
  assert.equal(sum(as(Int32Array.of(4, 5), 'int *'), 2), 9);
  assert.equal(lib.func('int64_t getU_i(void *u)')(as({ i: 3 }, 'U *')), 3);
  assert.equal(lib.func('int strs_total(void *p)')(as(['a', 'bb', null], 'str *')), 3);
});

test('takes null, numbers and addresses', () => {
  assert.equal(ptr_val(as(null, 'int *')), 0);
  assert.equal(ptr_val(as(undefined, 'int *')), 0);
  assert.equal(ptr_val(as(4096n, 'int *')), 4096);
  assert.equal(ptr_val(as(4096, 'int *')), 4096);
});

test('is read again at each call', () => {
  const items = [1, 2];
  const cast = as(items, 'int *');

  assert.equal(sum(cast, 2), 3);
  items[0] = 10;
  assert.equal(sum(cast, 2), 12);
});

test('accepts pointer, string, callback and disposable types, and markers', () => {
  for (const spec of ['int *', 'str', 'S3 *', 'AddFn *', 'void *', disposable('str'), out('int *'), 'int **']) {
    assert.equal(ptr_val(as(null, spec)), 0);
  }
  for (const spec of ['int', 'S3', array('int', 2), 'AddFn', 'nope_t', 'void', null, undefined, 5, {}]) {
    throws(() => as({}, spec), TypeError);
  }
  throws(() => as({}, 'int &'), Error, 'SYNTAX');
  throws(() => as(), TypeError, 'ARGUMENT_COUNT');
  throws(() => as({}), TypeError, 'ARGUMENT_COUNT');
});

test('copies back only when the parameter is an output', () => {
  const fill = lib.func('void fill_S3(_Out_ void *s, int a, char b, double c)');
  const inc = lib.func('void inc_ints(_Inout_ void *p, int n)');
  const inc_in = lib.func('void inc_ints(void *p, int n)');
  const object = {};
  const items = [1, 2];

  fill(as(object, 'S3 *'), 1, 2, 3);
  assert.deepEqual(object, { a: 1, b: 2, c: 3 });
  inc(as(items, 'int *'), 2);
  assert.deepEqual(items, [2, 3]);
  inc_in(as(items, 'int *'), 2);
  assert.deepEqual(items, [2, 3]);
  const other = { a: 9 };
  lib.func('void inc_S3(void *s)')(as(other, out('S3 *')));
  assert.deepEqual(other, { a: 9 });
  const holder = ['\0\0\0\0'];
  lib.func('void put_str(_Out_ void *out, const char *s)')(as(holder, 'char *'), 'hi');
  assert.deepEqual(holder, ['hi']);
});

test('works in arrays, members and variadic values', () => {
  const deref2 = lib.func('int deref2(void **pp)');
  const buffer = Buffer.alloc(256);
  const vfmt = lib.func('int vfmt(char *buf, const char *f, ...)');

  assert.equal(deref2([as([7], 'int *')]), 7);
  assert.equal(vfmt(buffer, '%s', 'void *', as('abc', 'char *')), 3);
  ristretto.struct('Holder', { s: 'void *' });
  assert.equal(lib.func('int SP_len(Holder *s)')({ s: as('abcd', 'char *') }), 4);
});

test('is not a reference and not a value', () => {
  const cast = as([1], 'int *');

  for (const use of [
    () => decode(cast, 'int'),
    () => encode(cast, 'int', 1),
    () => address(cast),
    () => view(cast, 4),
    () => free(cast),
    () => call(cast, 'AddFn', 1, 2),
    () => lib.func('int id_int32(int v)')(cast),
    () => lib.func('S3 id_S3(S3 s)')(cast),
  ]) {
    throws(use, TypeError);
  }
});

test('a conversion failure of the inner value is raised at the call', () => {
  const cast = as([1, 'x'], 'int *');

  throws(() => sum(cast, 2), TypeError, 'VALUE', /sum_ints\(\).*argument 1/);
  throws(() => S3_a(as({ a: 'x' }, 'S3 *')), TypeError, 'VALUE');
  throws(() => S3_a(as(true, 'S3 *')), TypeError, 'VALUE');
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { call, proto, as, types, out } = ristretto;
const lib = fixtures();

const [AddFn] = define('AddFn', 'S3');
const add = lib.symbol('add');

test('calls the function at an address', () => {
  assert.equal(call(add, 'AddFn', 40, 2), 42);
  assert.equal(call(add, AddFn, 40, 2), 42);
  assert.equal(call(Number(add), AddFn, 1, 2), 3);
  assert.equal(call(lib.func('void *get_fn(const char *n)')('sub'), AddFn, 5, 3), 2);
});

test('converts arguments and results of every kind', () => {
  proto('S3 MakeS3(int a, char b, double c)');
  proto('const char *Same(const char *s)');

  assert.deepEqual(call(lib.symbol('mk_S3'), 'MakeS3', 1, 2, 3.5), { a: 1, b: 2, c: 3.5 });
  assert.equal(call(lib.symbol('id_str'), 'Same', 'text'), 'text');
  assert.equal(call(lib.symbol('nothing'), proto('void (void)')), undefined);
});

test('honours directions of the prototype', () => {
  proto('void Fill(_Out_ int *p, int n, int start)');
  const holder = [null, null];

  call(lib.symbol('fill_ints'), 'Fill', holder, 2, 5);
  assert.deepEqual(holder, [5, 6]);
});

test('surplus arguments are ignored, missing ones refused', () => {
  assert.equal(call(add, 'AddFn', 1, 2, 3), 3);
  throws(() => call(add, 'AddFn', 1), TypeError, 'ARGUMENT_COUNT');
  throws(() => call(add, 'AddFn'), TypeError, 'ARGUMENT_COUNT');
  throws(() => call(add, 'AddFn', 1, 'x'), TypeError, 'VALUE', /argument 2/);
});

test('refuses NULL', () => {
  for (const ref of [null, undefined, 0, 0n]) throws(() => call(ref, 'AddFn', 1, 2), Error, 'NULL_REFERENCE', /call/);
});

test('refuses what is no address', () => {
  const values = ['x', {}, [], true, () => {}, as(add, 'void *'), lib.func('int add(int, int)'), Buffer.alloc(16)];

  for (const value of [...values, new ArrayBuffer(8), NaN, 1.5]) throws(() => call(value, 'AddFn', 1, 2), TypeError, 'ARGUMENT');
});

test('refuses what is no prototype', () => {
  for (const spec of ['AddFn *', 'int', 'S3', 'nope_t', 'void', types.int, null, undefined, 5, {}, out('void *')]) {
    throws(() => call(add, spec, 1, 2), TypeError);
  }
  throws(() => call(add), TypeError, 'ARGUMENT_COUNT');
  throws(() => call(), TypeError, 'ARGUMENT_COUNT');
  assert.equal(call.async, undefined);
});

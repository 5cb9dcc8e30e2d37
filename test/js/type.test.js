'use strict';
// type(), resolve() and introspect().
const { test } = require('node:test');
const { LONG, WORD, assert, ristretto, define, throws } = require('./support');
const { type, types, resolve, introspect, pointer, array, TypeObject, struct } = ristretto;

define('S3', 'U', 'Opq', 'AddFn', 'E');

test('resolves names, pointers, arrays and qualifiers', () => {
  const cases = [
    ['int', 'int'], [' int ', 'int'], ['\tint\n', 'int'], ['const int', 'int'], ['const const int', 'int'],
    ['int const', 'int'], ['volatile int', 'int'], ['int *', 'int *'], ['int*', 'int *'], ['int * *', 'int **'],
    ['const int *const *', 'int **'], ['int *const', 'int *'], ['int *restrict', 'int *'], ['int *****', 'int *****'],
    ['char *', 'char *'], ['const char *', 'char *'], ['char const *', 'char *'], ['str', 'char *'], ['string', 'char *'],
    ['char **', 'char **'], ['const char **', 'char **'], ['str *', 'char **'], ['void *', 'void *'],
    ['unsigned\tint', 'unsigned int'], ['unsigned long long', 'unsigned long long'], ['S3', 'S3'], ['S3 *', 'S3 *'],
    ['struct S3', 'S3'], ['struct S3 *', 'S3 *'], ['union U', 'U'], ['enum E', 'E'], ['S3[2]', 'S3[2]'], ['int[3]', 'int[3]'],
    ['int [3]', 'int[3]'], ['int[ 3 ]', 'int[3]'], ['int *[3]', 'int *[3]'], ['int[3] *', 'int[3] *'], ['Opq **', 'Opq **'],
    ['AddFn *', 'AddFn *'], ['int /* here */ *', 'int *'], ['int // end', 'int'],
  ]; // prettier-ignore

  for (const [text, name] of cases) assert.equal(type(text).name, name, text);
});

test('knows the usual spellings of C', () => {
  const cases = [
    ['signed char', 'Int8'], ['signed', 'Int32'], ['signed int', 'Int32'], ['unsigned', 'UInt32'], ['int unsigned', 'UInt32'],
    ['short int', 'Int16'], ['signed short int', 'Int16'], ['unsigned short int', 'UInt16'], ['long int', `Int${8 * LONG}`],
    ['unsigned long int', `UInt${8 * LONG}`], ['long unsigned int', `UInt${8 * LONG}`], ['long long int', 'Int64'], ['signed long long', 'Int64'],
    ['unsigned long long int', 'UInt64'], ['long unsigned', `UInt${8 * LONG}`], ['char unsigned', 'UInt8'],
  ]; // prettier-ignore

  for (const [text, primitive] of cases) assert.equal(type(text).primitive, primitive, text);
});

test('is the identity for type objects', () => {
  for (const T of [types.int, type('S3'), array('int', 2, 'Array'), struct({ a: 'int' })]) assert.equal(type(T), T);
  assert.equal(type('int', 'ignored'), types.int);
});

test('gives one object per type', () => {
  assert.equal(type('int'), types.int);
  assert.equal(type('const int'), types.int);
  assert.equal(types.int32, types.int32_t);
  assert.equal(type('str'), type('char *'));
  assert.equal(type('S3 *'), pointer('S3'));
  assert.equal(type('S3 *'), pointer(type('S3')));
  assert.equal(type('int[3]'), array('int', 3));
  assert.equal(type('int[3]').ref, types.int);
  assert.equal(type('str!'), type('str!'));
  assert.equal(struct({ a: 'int' }).members.a.type, types.int);
});

test('unknown names are TypeErrors', () => {
  for (const text of ['', '   ', 'zork', 'zork *', 'Int', 'INT', 'int x y', 'long double', 'va_list', 'float16', 'struct zork']) {
    throws(() => type(text), TypeError, undefined);
  }
  throws(() => type('zork'), TypeError, 'UNKNOWN_TYPE', /zork/);
  throws(() => type('<anonymous_1>'), Error);
  for (const text of ['unsigned float', 'long char', 'signed unsigned int', 'long long long int', 'short double', 'unsigned S3']) {
    assert.throws(() => type(text), { code: /^ERR_RISTRETTO_/ }, text);
  }
});

test('malformed text is an Error that names the column', () => {
  for (const text of ['int 4', 'int;', 'int &', 'int *x', 'const', 'int]', 'int[', 'int[3', 'int)', 'int, int', 'int * const x']) {
    throws(() => type(text), Error, 'SYNTAX', /column \d+/);
  }
  throws(() => type('int[3'), Error, 'SYNTAX', /column 6\b/);
  throws(() => type('int &'), Error, 'SYNTAX', /column 5\b/);
});

test('directions and names are not part of a type', () => {
  throws(() => type('_Out_ int *'), TypeError);
  throws(() => type('_In_ int *'), TypeError);
  assert.throws(() => type('int a'), { code: /^ERR_RISTRETTO_/ });
});

test('refuses what is no type', () => {
  throws(() => type(), TypeError, 'ARGUMENT_COUNT');
  for (const value of [null, undefined, 5, 5n, true, {}, [], () => {}, Symbol('x')]) throws(() => type(value), TypeError, 'ARGUMENT');
});

test('copies and look-alikes of a type object are no types', () => {
  const T = types.int;

  for (const fake of [{ ...T }, Object.create(T), Object.assign({}, T), new Proxy(T, {}), structuredClone({ ...T })]) {
    throws(() => type(fake), TypeError, 'ARGUMENT');
  }
  assert.ok(T instanceof TypeObject);
});

test('a name that failed may be defined later', () => {
  throws(() => type('later *'), TypeError, 'UNKNOWN_TYPE');
  struct('later', { a: 'int' });
  assert.equal(type('later *').ref.size, 4);
});

test('very deep and very long types are refused, not fatal', () => {
  assert.throws(() => type(`int ${'*'.repeat(10000)}`), { code: /^ERR_RISTRETTO_/ });
  assert.throws(() => type(`int${'[1]'.repeat(10000)}`), { code: /^ERR_RISTRETTO_/ });
  assert.throws(() => type('x'.repeat(10_000_000)), { code: /^ERR_RISTRETTO_/ });
  assert.throws(() => type('('.repeat(100000)), { code: /^ERR_RISTRETTO_/ });
  assert.throws(() => type(`${'const '.repeat(100000)}zork`), { code: /^ERR_RISTRETTO_/ });
  assert.equal(type(`int ${'*'.repeat(100)}`).size, WORD);
});

test('resolve and introspect are the same, deprecated', () => {
  const { emitWarning } = process;

  process.emitWarning = () => {};
  try {
    assert.equal(resolve('int *'), type('int *'));
    assert.equal(introspect('S3'), type('S3'));
    assert.equal(introspect(types.int), types.int);
    throws(() => resolve('zork'), TypeError, 'UNKNOWN_TYPE');
    throws(() => introspect(), TypeError, 'ARGUMENT_COUNT');
  } finally {
    process.emitWarning = emitWarning;
  }
});

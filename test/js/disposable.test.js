'use strict';
const { test } = require('node:test');
const { WORD, assert, ristretto, fixtures, define, throws, poke } = require('./support');
const { disposable, type, types, stats, decode, struct, out, pointer, alloc, encode, array } = ristretto;
const lib = fixtures();

define('S3', 'AddFn', 'Opq');

function disposals(run) {
  const before = stats().disposed;
  run();
  return stats().disposed - before;
}

test('describes itself', () => {
  const D = disposable('Owned', 'str');

  assert.deepEqual({ ...D }, { name: 'Owned', primitive: 'String', size: WORD, alignment: WORD, disposable: true });
  assert.equal(type('Owned'), D);
  assert.notEqual(disposable('str'), disposable('str'));
  assert.equal(type('str!'), type('str!'));
  assert.match(type('Opq *!').name, /^<anonymous_\d+>$/);
  assert.deepEqual([type('Opq *!').disposable, type('Opq *!').ref], [true, type('Opq')]);
  for (const name of [null, undefined]) assert.match(disposable(name, 'str').name, /^<anonymous_\d+>$/);
});

test('frees a string result with `free` after converting it', () => {
  for (const prototype of ['str! dup_str(const char *s)', 'char *! dup_str(str s)', 'Owned dup_str(str s)']) {
    const dup = lib.func(prototype);
    assert.equal(disposals(() => assert.equal(dup('hello'), 'hello')), 1);
  }
  assert.equal(lib.func('dup_str', disposable('str'), ['str'])('x'), 'x');
});

test('calls a function of JavaScript with the original pointer', () => {
  const seen = [];
  const free = lib.func('void my_dispose(void *p)');
  const D = disposable('str', (pointer) => {
    seen.push(pointer);
    free(pointer);
  });
  const dup = lib.func('dup_str', D, ['str']);

  assert.equal(disposals(() => assert.equal(dup('abc'), 'abc')), 1);
  assert.equal(seen.length, 1);
  assert.equal(typeof seen[0], 'bigint');
});

test('calls a native function', () => {
  const count = lib.func('int get_dispose()');
  const before = count();
  const dup = lib.func('dup_str', disposable('str', lib.func('void my_dispose(void *p)')), ['str']);

  assert.equal(dup('abc'), 'abc');
  assert.equal(count(), before + 1);
});

test('runs for NULL too', () => {
  const seen = [];
  const dup = lib.func('dup_str', disposable('str', (p) => seen.push(p)), ['str']);

  assert.equal(disposals(() => assert.equal(dup(null), null)), 1);
  assert.deepEqual(seen, [null]);
  assert.equal(disposals(() => assert.equal(lib.func('str! dup_str(str s)')(null), null)), 1);
});

test('an exception of the disposer reaches the caller', () => {
  const mine = new Error('mine');
  const dup = lib.func('dup_str', disposable('str', (p) => {
    lib.func('void my_dispose(void *p)')(p);
    throw mine;
  }), ['str']); // prettier-ignore

  assert.throws(() => dup('abc'), (error) => error === mine);
  assert.equal(lib.func('int add(int, int)')(1, 2), 3);
});

test('disposes of output elements and struct members', () => {
  const holder = [null];

  assert.equal(disposals(() => lib.func('void set_strdup(_Out_ str! *out, const char *s)')(holder, 'x')), 1);
  assert.deepEqual(holder, ['x']);
  const seen = [];
  const S = struct({ a: 'int', s: disposable('str', (p) => seen.push(p)) });
  const bytes = Buffer.alloc(S.size);
  poke(bytes, WORD, 'pointer', lib.symbol('my_buf'));
  assert.equal(disposals(() => assert.deepEqual(decode(bytes, S), { a: 0, s: 'buffer' })), 1);
  assert.deepEqual(seen, [lib.symbol('my_buf')]);
});

test('does not dispose of decoded values, inputs and outer pointers', () => {
  const D = disposable('str', () => assert.fail('disposed'));

  assert.equal(disposals(() => decode(lib.symbol('my_string'), D)), 0);
  assert.equal(disposals(() => lib.func('str_len', 'int', [D])('abc')), 0);
  assert.equal(disposals(() => lib.func('void set_strp(_Out_ char **! out, str s)')([null], 'x')), 0);
});

test('disposable pointers give the address', () => {
  const heap = lib.func('heap_S3', disposable('S3 *', lib.func('void my_dispose(void *p)')), ['int']);

  assert.equal(disposals(() => assert.equal(typeof heap(5), 'bigint')), 1);
});

test('refuses unsuitable types', () => {
  for (const spec of ['int', 'S3', 'int[2]', 'void', 'Opq', 'AddFn', 'AddFn *', 'str!', 'nope_t', null, 5, {}]) {
    throws(() => disposable(spec), TypeError);
  }
  throws(() => disposable(), TypeError);
  throws(() => disposable(disposable('str')), TypeError);
  for (const text of ['int!', 'void!']) throws(() => type(text), Error);
  for (const fn of [5, 'x', {}, []]) throws(() => disposable('str', fn), TypeError);
  assert.ok(disposable('str', null).disposable);
  assert.ok(disposable('str', undefined).disposable);
  assert.ok(disposable(out('str')).disposable);
});

test('checks names', () => {
  throws(() => disposable('Owned', 'str'), Error, 'DUPLICATE');
  throws(() => disposable('int', 'str'), Error, 'DUPLICATE');
  for (const name of ['a b', '1a', '']) throws(() => disposable(name, 'str'), Error, 'BAD_NAME');
  assert.equal(disposable('WithFn', 'str', () => {}).name, 'WithFn');
});

test('a disposer may call into ristretto', () => {
  const add = lib.func('int add(int, int)');
  const free = lib.func('void my_dispose(void *p)');
  const results = [];
  const D = disposable('str', (p) => {
    results.push(add(1, 2), lib.func('str! dup_str(str s)')('inner'));
    free(p);
  });

  assert.equal(lib.func('dup_str', D, ['str'])('outer'), 'outer');
  assert.deepEqual(results, [3, 'inner']);
});

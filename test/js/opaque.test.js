'use strict';
const { test } = require('node:test');
const { WORD, assert, ristretto, fixtures, throws } = require('./support');
const { opaque, struct, pack, union, type, types, sizeof, alignof, alloc, array, pointer, decode, alias } = ristretto;
const lib = fixtures();

test('has no size and serves through pointers', () => {
  const O = opaque('Opq');
  const made = lib.func('Opq *opq_new(int v)')(42);

  assert.deepEqual([O.name, O.primitive, O.size, O.alignment], ['Opq', 'Void', 0, 0]);
  assert.deepEqual([sizeof('Opq'), alignof('Opq')], [0, 0]);
  assert.equal(typeof made, 'bigint');
  assert.equal(lib.func('int opq_get(Opq *o)')(made), 42);
  lib.func('void opq_free(Opq *o)')(made);
  const out = [null];
  assert.equal(lib.func('int opq_new_out(_Out_ Opq **out, int v)')(out, 5), 1);
  assert.equal(lib.func('int opq_get(Opq *o)')(out[0]), 5);
  lib.func('void opq_free(Opq *o)')(out[0]);
});

test('may be anonymous', () => {
  assert.match(opaque().name, /^<anonymous_\d+>$/);
  assert.match(opaque(null).name, /^<anonymous_\d+>$/);
  assert.match(opaque(undefined).name, /^<anonymous_\d+>$/);
  assert.equal(pointer('HND', opaque()).name, 'HND');
});

test('is refused where a size is needed', () => {
  const O = opaque('Blind');

  throws(() => struct({ a: O }), TypeError);
  throws(() => union({ a: 'Blind' }), TypeError);
  throws(() => array(O, 2), TypeError);
  throws(() => type('Blind[2]'), TypeError);
  throws(() => alloc(O, 1), TypeError);
  throws(() => decode(Buffer.alloc(8), O), TypeError);
  throws(() => lib.func('id_int32', O, ['int']), TypeError);
  throws(() => lib.func('id_int32', 'int', [O]), TypeError);
});

test('is completed in place by struct, pack and union', () => {
  for (const [define, size] of [
    [struct, 8],
    [pack, 5],
    [union, 4],
  ]) {
    const O = opaque(`Later_${define.name}${size}`);
    const P = pointer(O);
    const R = define(O, { a: 'char', b: 'int' });

    assert.equal(R, O);
    assert.equal(type(O.name), O);
    assert.equal(type(O), R);
    assert.deepEqual([O.size, sizeof(O), P.ref.size], [size, size, size]);
    assert.equal(P.ref, O);
    assert.deepEqual(Object.keys(O.members), ['a', 'b']);
    assert.equal(O.primitive, define === union ? 'Union' : 'Record');
    throws(() => define(O, { a: 'int' }), TypeError, undefined, /Later|redefin|opaque/);
  }
});

test('functions declared with the opaque pointer see the members afterwards', () => {
  const O = opaque('S3');
  const S3_a = lib.func('int S3_a(S3 *s)');

  throws(() => S3_a({ a: 1 }), TypeError, 'VALUE');
  struct(O, { a: 'int', b: 'char', c: 'double' });
  assert.equal(S3_a({ a: 17 }), 17);
});

test('may refer to itself while it is completed', () => {
  const O = opaque('Chain');

  struct(O, { v: 'int', next: 'Chain *', other: pointer(O) });
  assert.equal(O.size, 3 * WORD);
  const P = opaque('Knot');
  throws(() => struct(P, { v: P }), TypeError);
  throws(() => struct(P, { v: 'Knot' }), TypeError);
  throws(() => struct(P, { v: 'nope_t' }), TypeError);
  throws(() => struct(P, {}), Error);
  assert.equal(struct(P, { v: 'int' }).size, 4, 'a failed redefinition leaves it opaque');
  assert.equal(struct(opaque(), { v: 'int' }).size, 4);
});

test('only opaque objects are redefined, and not by name', () => {
  opaque('Once');
  throws(() => struct('Once', { a: 'int' }), Error, 'DUPLICATE');
  throws(() => struct(types.int, { a: 'int' }), TypeError);
  throws(() => struct(types.void, { a: 'int' }), TypeError);
  throws(() => struct(struct({ a: 'int' }), { a: 'int' }), TypeError);
  throws(() => struct(type('Once *'), { a: 'int' }), TypeError);
});

test('refuses bad names', () => {
  for (const name of ['', '1a', 'a b', 'const']) throws(() => opaque(name), Error, 'BAD_NAME');
  throws(() => opaque('int'), Error, 'DUPLICATE');
  throws(() => opaque('Opq'), Error, 'DUPLICATE');
  for (const name of [1, {}, [], Symbol('x'), types.int]) throws(() => opaque(name), TypeError);
});

test('an alias of an opaque type is the type', () => {
  const O = opaque('Seen');

  assert.equal(alias('SeenToo', O), O);
  struct(O, { a: 'int' });
  assert.equal(sizeof('SeenToo'), 4);
});

test('buffers are measured once the type is complete, in functions declared before, too', () => {
  const later = opaque('MeasuredLater');
  const fill = ristretto.load(null).func('void *memset(MeasuredLater *block, int byte, size_t size)');
  const buffer = Buffer.alloc(8);

  assert.notEqual(fill(buffer, 1, 8), null);
  ristretto.struct(later, { a: ristretto.array('int64', 2) });
  throws(() => fill(buffer, 2, 8), Error, 'BUFFER_SIZE');
  assert.deepEqual([...buffer], Array(8).fill(1));
  assert.equal(fill(null, 0, 0), null);
});

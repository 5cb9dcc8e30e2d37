'use strict';
const { test } = require('node:test');
const { inspect } = require('node:util');
const { WORD, assert, ristretto, define, throws } = require('./support');
const { TypeObject, type, types, struct, pack, union, array, pointer, opaque, enumeration, proto, disposable } = ristretto;

define('S3', 'U', 'AddFn', 'E');

const COMMON = ['name', 'primitive', 'size', 'alignment', 'disposable'];

test('has exactly the properties of its kind, in order', () => {
  const cases = [
    [types.int, []],
    [types.void, []],
    [types.str, []],
    [opaque(), []],
    [type('int[3]'), ['length', 'hint', 'ref']],
    [type('int *'), ['ref']],
    [type('S3'), ['members']],
    [type('U'), ['members']],
    [type('AddFn'), ['proto']],
    [type('AddFn *'), ['proto']],
    [type('E'), ['values']],
    [disposable('str'), []],
    [disposable('void *'), ['ref']],
  ];

  for (const [T, extra] of cases) assert.deepEqual(Object.keys(T), [...COMMON, ...extra], T.name);
});

test('dumps as documented', () => {
  const S = struct('S', { a: 'int', b: 'char *', c: [8, 'double'] });

  assert.deepEqual({ ...S.members }, {
    a: { name: 'a', type: types.int, offset: 0 },
    b: { name: 'b', type: types.str, offset: WORD },
    c: { name: 'c', type: types.double, offset: 2 * WORD },
  }); // prettier-ignore
  assert.deepEqual([S.name, S.primitive, S.size, S.alignment], ['S', 'Record', 2 * WORD + 8, 8]);
  const A = array('uint8_t', 4, 'Buffer');
  assert.deepEqual([A.name, A.length, A.hint, A.ref], ['uint8_t[4]', 4, 'Buffer', types.uint8]);
  assert.deepEqual([type('S[2]').name, type('S[2]').size, type('S[2]').hint], ['S[2]', 4 * WORD + 16, 'Array']);
  const P = pack('P', { a: 'char', b: 'int' });
  assert.deepEqual([P.size, P.alignment], [5, 1]);
  assert.deepEqual(Object.values(union({ a: 'int', b: 'double' }).members).map((m) => m.offset), [0, 0]);
  assert.match(pointer('HND', opaque()).ref.name, /^<anonymous_\d+>$/);
});

test('is frozen, with ordinary data properties', () => {
  for (const T of [types.int, type('S3'), type('int[3]'), type('AddFn'), type('E')]) {
    assert.ok(Object.isFrozen(T));
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(T))) {
      assert.deepEqual([descriptor.enumerable, descriptor.writable, descriptor.configurable], [true, false, false]);
    }
  }
  assert.ok(Object.isFrozen(type('S3').members));
  assert.ok(Object.isFrozen(type('AddFn').proto));
  assert.throws(() => {
    types.int.size = 5;
  }, TypeError);
  assert.equal(types.int.size, 4);
});

test('is an instance of TypeObject, which nobody constructs', () => {
  assert.ok(types.int instanceof TypeObject);
  assert.ok(type('S3 *') instanceof TypeObject);
  assert.equal(types.int.constructor, TypeObject);
  assert.deepEqual(Object.getOwnPropertyNames(TypeObject.prototype), ['constructor']);
  throws(() => new TypeObject(), Error, 'CONSTRUCT');
  throws(() => new TypeObject({ name: 'int' }), Error, 'CONSTRUCT');
  class Sub extends TypeObject {}
  throws(() => new Sub(), Error, 'CONSTRUCT');
});

test('shows itself to JSON and inspect', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(types.int)), { ...types.int });
  assert.match(inspect(types.int), /name: 'int'/);
  assert.match(inspect(type('S3')), /members/);
});

test('self-referring types can be inspected', () => {
  const [Node] = define('Node');

  assert.equal(Node.members.next.type.ref, Node);
  assert.match(inspect(Node, { depth: 5 }), /Circular/);
});

test('a member called like a property of objects is safe', () => {
  const S = struct({ constructor: 'int', hasOwnProperty: 'int', valueOf: 'int' });

  assert.deepEqual(Object.keys(S.members), ['constructor', 'hasOwnProperty', 'valueOf']);
  assert.deepEqual(ristretto.decode(Buffer.alloc(12, 1), S).valueOf, 0x01010101);
});

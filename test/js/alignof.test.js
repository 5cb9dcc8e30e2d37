'use strict';
const { test } = require('node:test');
const { assert, ristretto, define, throws } = require('./support');
const { alignof, array, pack, struct, types, opaque } = ristretto;

define('S3', 'P2', 'AddFn');

test('gives bytes', () => {
  const cases = [
    ['char', 1], ['short', 2], ['int', 4], ['int64_t', 8], ['double', 8], ['void *', 8], ['str', 8], ['S3', 8], ['P2', 1],
    ['AddFn', 8], ['int[3]', 4], ['void', 0], [types.int, 4], [array('S3', 5), 8], [pack({ a: 'double' }), 1],
    [struct({ a: [32, 'char'] }), 32], [opaque(), 0],
  ]; // prettier-ignore

  for (const [spec, align] of cases) assert.equal(alignof(spec), align, typeof spec === 'string' ? spec : spec.name);
});

test('refuses what is no type', () => {
  throws(() => alignof(), TypeError, 'ARGUMENT_COUNT');
  for (const spec of ['nope_t', '', null, undefined, 5, {}, [], true]) throws(() => alignof(spec), TypeError);
  throws(() => alignof('int &'), Error, 'SYNTAX');
});

'use strict';
const { test } = require('node:test');
const { ALIGN64, WORD, assert, ristretto, define, throws } = require('./support');
const { alignof, array, pack, struct, types, opaque } = ristretto;

define('S3', 'P2', 'AddFn');

test('gives bytes', () => {
  const cases = [
    ['char', 1], ['short', 2], ['int', 4], ['int64_t', ALIGN64], ['double', ALIGN64], ['void *', WORD], ['str', WORD],
    ['S3', ALIGN64], ['P2', 1], ['AddFn', WORD], ['int[3]', 4], ['void', 0], [types.int, 4], [array('S3', 5), ALIGN64],
    [pack({ a: 'double' }), 1], [struct({ a: [32, 'char'] }), 32], [opaque(), 0],
  ]; // prettier-ignore

  for (const [spec, align] of cases) assert.equal(alignof(spec), align, typeof spec === 'string' ? spec : spec.name);
});

test('refuses what is no type', () => {
  throws(() => alignof(), TypeError, 'ARGUMENT_COUNT');
  for (const spec of ['nope_t', '', null, undefined, 5, {}, [], true]) throws(() => alignof(spec), TypeError);
  throws(() => alignof('int &'), Error, 'SYNTAX');
});

'use strict';
const { test } = require('node:test');
const { ALIGN64, WORD, assert, ristretto, define, throws } = require('./support');
const { sizeof, array, pointer, struct, types, out, opaque } = ristretto;

define('S3', 'U', 'AddFn', 'E');

test('gives bytes', () => {
  const cases = [
    ['char', 1], ['bool', 1], ['short', 2], ['int', 4], ['int64_t', 8], ['float', 4], ['double', 8], ['void *', WORD],
    ['str', WORD], ['S3', 16], ['U', 8], ['E', 4], ['AddFn', WORD], ['AddFn *', WORD], ['int[3]', 12], ['S3[2]', 32], ['void', 0],
    [types.int, 4], [array('int', 5), 20], [pointer('int'), WORD], [struct({ a: 'char' }), 1],
    [struct({ a: 'char', b: 'double' }), 8 + ALIGN64], [out('int *'), WORD], [opaque(), 0], [' int ', 4], ['const int', 4], ['int16_be', 2],
  ]; // prettier-ignore

  for (const [spec, size] of cases) assert.equal(sizeof(spec), size, typeof spec === 'string' ? spec : spec.name);
});

test('refuses what is no type', () => {
  throws(() => sizeof(), TypeError, 'ARGUMENT_COUNT');
  for (const spec of ['nope_t', '', null, undefined, 5, 5n, {}, [], () => {}, true]) throws(() => sizeof(spec), TypeError);
  throws(() => sizeof('int &'), Error, 'SYNTAX');
  throws(() => sizeof('_Out_ int *'), TypeError);
});

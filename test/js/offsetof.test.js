'use strict';
const { test } = require('node:test');
const { assert, ristretto, define, throws } = require('./support');
const { offsetof, struct } = ristretto;

const [S3] = define('S3', 'U', 'P2', 'AddFn');

test('gives bytes from the start', () => {
  assert.deepEqual(['a', 'b', 'c'].map((name) => offsetof('S3', name)), [0, 4, 8]);
  assert.equal(offsetof(S3, 'c'), 8);
  assert.equal(offsetof('P2', 'b'), 1);
  assert.equal(offsetof(struct({ s: 'S3', t: 'S3' }), 't', 'ignored'), 16);
});

test('refuses unknown members, paths and padding', () => {
  throws(() => offsetof('S3', 'z'), TypeError, undefined, /z/);
  throws(() => offsetof('S3', ''), TypeError);
  throws(() => offsetof(struct({ s: 'S3' }), 's.b'), TypeError);
  throws(() => offsetof('S3', 'toString'), TypeError);
  throws(() => offsetof(struct({ a: 'char', _: 'int' }), '_'), TypeError);
});

test('refuses other types', () => {
  for (const spec of ['U', 'int', 'S3 *', 'AddFn', 'S3[2]', 'nope_t', null, 5, {}]) throws(() => offsetof(spec, 'a'), TypeError);
  throws(() => offsetof(), TypeError, 'ARGUMENT_COUNT');
  throws(() => offsetof('S3'), TypeError, 'ARGUMENT_COUNT');
  for (const name of [null, undefined, 5, {}, Symbol('a'), ['a']]) throws(() => offsetof('S3', name), TypeError);
});

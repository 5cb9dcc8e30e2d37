'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { decode, call } = ristretto;
const lib = fixtures();

test('gives the address of a variable', () => {
  const address = lib.symbol('my_int');

  assert.equal(typeof address, 'bigint');
  assert.equal(decode(address, 'int'), 42);
  assert.equal(lib.symbol('my_int'), address);
});

test('gives the address of a function', () => {
  define('AddFn');
  const address = lib.symbol('add');

  assert.equal(call(address, 'AddFn', 20, 22), 42);
  assert.equal(decode(address, 'AddFn')(1, 2), 3);
});

test('ignores the type argument and what follows it', () => {
  const address = lib.symbol('my_int');

  for (const extra of [['int'], ['no_such_type'], [null], [{}], ['int', 1, 2]]) {
    assert.equal(lib.symbol('my_int', ...extra), address);
  }
});

test('a missing symbol is an error that names it', () => {
  throws(() => lib.symbol('no_such_symbol'), Error, 'SYMBOL', /no_such_symbol/);
  throws(() => lib.symbol(' my_int '), Error, 'SYMBOL');
  throws(() => lib.symbol(''), Error, 'SYMBOL');
});

test('refuses names that are not strings', () => {
  throws(() => lib.symbol(), TypeError, 'ARGUMENT_COUNT');
  for (const name of [undefined, null, 1, 1n, {}, ['my_int'], Symbol('x')]) {
    throws(() => lib.symbol(name), TypeError, 'ARGUMENT');
  }
});

test('a NUL in the name does not cut it', () => {
  throws(() => lib.symbol('my_int\0x'), TypeError, 'ARGUMENT', /NUL/i);
});

test('an address stays readable after the handle was collected', () => {
  const { runOk } = require('./support');
  const out = runOk(
    `const { load, decode } = ristretto;
     const fixturesPath = require(${JSON.stringify(require.resolve("../fixtures"))}).fixturePath();
     const address = load(fixturesPath).symbol('my_int');
     setImmediate(() => { gc(); setImmediate(() => { gc(); console.log(decode(address, 'int')); }); });`,
    { flags: ['--expose-gc'] }
  );

  assert.equal(out.trim(), '42');
});

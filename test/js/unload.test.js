'use strict';
const { test } = require('node:test');
const { assert, ristretto, throws } = require('./support');
const fixturesPath = require('../fixtures').fixturePath();
const { load } = ristretto;

test('unload returns undefined and may be repeated', () => {
  const lib = load(fixturesPath);

  assert.equal(lib.unload(1, 2), undefined);
  assert.equal(lib.unload(), undefined);
});

test('a function of an unloaded library throws, with its name', () => {
  const lib = load(fixturesPath);
  const add = lib.func('int add(int a, int b)');

  assert.equal(add(1, 2), 3);
  lib.unload();
  throws(() => add(1, 2), Error, 'UNLOADED', /add/);
  throws(() => add(), Error);
  assert.equal(add.name, 'add');
  assert.equal(add.info.result.name, 'int');
});

test('func and symbol on an unloaded handle throw, even for names of the program', () => {
  const lib = load(fixturesPath);

  lib.unload();
  throws(() => lib.func('int add(int, int)'), Error, 'UNLOADED');
  throws(() => lib.func('int getpid()'), Error, 'UNLOADED');
  throws(() => lib.func('getpid', 'int', []), Error, 'UNLOADED');
  throws(() => lib.symbol('my_int'), Error, 'UNLOADED');
  throws(() => lib.symbol('getpid'), Error, 'UNLOADED');
});

test('another handle of the same file goes on working', () => {
  const one = load(fixturesPath);
  const two = load(fixturesPath);
  const add = two.func('int add(int, int)');

  one.unload();
  assert.equal(add(4, 5), 9);
  assert.equal(typeof two.symbol('my_int'), 'bigint');
});

test('unload of the running program does nothing', () => {
  const program = load(null);
  const length = program.func('size_t strlen(str text)');

  program.unload();
  assert.equal(length('four'), 4);
  assert.equal(program.func('int abs(int)')(-2), 2);
});

test('a library that is unloaded while its own arguments are read is not called', () => {
  const lib = load(fixturesPath);
  const sum = lib.func('int sum_ints(int *p, int n)');
  const items = [1, 2];

  Object.defineProperty(items, 0, {
    get() {
      lib.unload();
      return 1;
    },
  });
  throws(() => sum(items, 2), Error, 'UNLOADED', /sum_ints/);
});

if (Symbol.dispose) {
  test('Symbol.dispose unloads and mixes with unload', () => {
    const lib = load(fixturesPath);
    const add = lib.func('int add(int, int)');

    assert.equal(lib[Symbol.dispose](), undefined);
    lib[Symbol.dispose]();
    lib.unload();
    throws(() => add(1, 2), Error, 'UNLOADED');
  });
}

test('`using` unloads at the end of the block', (t) => {
  let body;

  try {
    body = new Function('load', 'path', '{ using lib = load(path); return lib.func("int add(int, int)"); }');
  } catch {
    t.skip('this Node has no `using` declarations');
    return;
  }
  throws(() => body(load, fixturesPath)(1, 2), Error, 'UNLOADED');
});

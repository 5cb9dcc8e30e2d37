'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');
const { errno, load, os } = ristretto;
const lib = fixtures();
const set_errno = lib.func('int set_errno(int v)');

test('gives what the last call left', () => {
  for (const value of [9, 2, 0, 1234]) {
    set_errno(value);
    assert.equal(errno(), value);
    assert.equal(errno(), value);
  }
});

test('sets the value for the next call and returns it', () => {
  const cases = [
    [5, 5],
    [0, 0],
    [-1, -1],
    [1.5, 1],
    [7n, 7],
  ];

  for (const [value, expected] of cases) {
    assert.equal(errno(value), expected);
    assert.equal(errno(), expected);
  }
  errno(44);
  lib.func('void nothing()')();
  assert.equal(errno(), 44, 'a call that does not touch errno leaves it');
});

test('a failing C function is reported by its name', () => {
  if (process.platform === 'win32') return;
  const open = load(null).func('int open(const char *path, int flags)');

  assert.equal(open('/no/such/file/at/all', 0), -1);
  assert.equal(errno(), os.errno.ENOENT);
});

test('refuses other kinds', () => {
  for (const value of [undefined, null, '5', true, {}, [], () => {}, Symbol('x')]) throws(() => errno(value), TypeError, 'ARGUMENT');
  set_errno(3);
  throws(() => errno('x'), TypeError);
  assert.equal(errno(), 3, 'a refused value changes nothing');
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');
const { LibraryHandle } = ristretto;
const lib = fixtures();

test('load gives instances', () => {
  assert.ok(lib instanceof LibraryHandle);
  assert.equal(lib.constructor, LibraryHandle);
});

test('nobody constructs it', () => {
  throws(() => new LibraryHandle(), Error, 'CONSTRUCT');
  class Sub extends LibraryHandle {}
  throws(() => new Sub(), Error, 'CONSTRUCT');
});

test('methods live on the prototype and cannot be changed', () => {
  const keys = ['func', 'symbol', 'unload'];

  if (Symbol.dispose) keys.push(Symbol.dispose);
  for (const key of keys) {
    const { writable, enumerable, configurable, value } = Object.getOwnPropertyDescriptor(LibraryHandle.prototype, key);
    assert.deepEqual([writable, enumerable, configurable, typeof value], [false, false, false, 'function'], String(key));
    assert.equal(Object.hasOwn(lib, key), false);
  }
});

test('methods want their own receiver', () => {
  const { func, symbol, unload } = lib;

  throws(() => func('int add(int, int)'), TypeError, 'RECEIVER');
  throws(() => symbol('my_int'), TypeError, 'RECEIVER');
  throws(() => unload(), TypeError, 'RECEIVER');
  for (const receiver of [{}, null, 5, Object.create(lib), new Proxy(lib, {}), ristretto.types.int, LibraryHandle.prototype]) {
    throws(() => LibraryHandle.prototype.func.call(receiver, 'int add(int, int)'), TypeError, 'RECEIVER');
    throws(() => LibraryHandle.prototype.unload.call(receiver), TypeError, 'RECEIVER');
  }
});

test('the deprecated convention methods are own, enumerable and writable', () => {
  for (const key of ['cdecl', 'stdcall', 'fastcall', 'thiscall']) {
    const { writable, enumerable, value } = Object.getOwnPropertyDescriptor(lib, key);
    assert.deepEqual([writable, enumerable, typeof value], [true, true, 'function'], key);
  }
});

test('is no pointer and no struct', () => {
  ristretto.struct('S3', { a: 'int', b: 'char', c: 'double' });
  throws(() => lib.func('void *ret_ptr(void *p)')(lib), TypeError, 'VALUE');
  throws(() => lib.func('int S3_a(S3 *s)')(lib), TypeError, 'VALUE');
});

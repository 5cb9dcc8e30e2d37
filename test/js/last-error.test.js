'use strict';
// GetLastError() of Windows, as errno elsewhere: what a C function left reaches the next one, whatever happened between.
const { test } = require('node:test');
const { existsSync } = require('node:fs');
const { assert, ristretto, fixtures } = require('./support');

const skip = process.platform !== 'win32' && 'Windows alone has it';
const kernel = !skip && ristretto.load('kernel32.dll');
const set = kernel && kernel.func('void __stdcall SetLastError(uint32_t error)');
const get = kernel && kernel.func('uint32_t __stdcall GetLastError()');
const ERROR_FILE_NOT_FOUND = 2;

test('is what the last call left, whatever Node.js did since', { skip }, () => {
  set(1234);
  assert.equal(existsSync('Z:\\no\\such\\file'), false);
  assert.equal(get(), 1234);
});

test('is set by the system', { skip }, () => {
  const attributes = kernel.func('uint32_t __stdcall GetFileAttributesW(str16 name)');

  set(0);
  assert.equal(attributes('C:\\no_such_file'), 0xffffffff);
  assert.equal(get(), ERROR_FILE_NOT_FOUND);
});

test('of an asynchronous call is that of its thread', { skip }, async () => {
  set(5);
  await set.async(77);
  assert.equal(get(), 77);
  assert.equal(await get.async(), 77);
});

test('a callback sees what C has set, and leaves it to C', { skip }, () => {
  const sort = ristretto.load(null).func('void qsort(void *base, size_t count, size_t size, int (*compare)(int *a, int *b))');
  const seen = [];

  set(99);
  sort(Int32Array.of(1, 2), 2, 4, () => {
    seen.push(get());
    set(100 + seen.length);
    return 0;
  });
  assert.equal(seen[0], 99);
  assert.equal(get(), 100 + seen.length);
});

test('does not change errno()', { skip }, () => {
  fixtures();
  ristretto.errno(9);
  set(55);
  assert.equal(ristretto.errno(), 9);
  assert.equal(get(), 55);
});

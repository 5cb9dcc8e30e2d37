'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { types, type, out, call, decode, proto } = ristretto;
const lib = fixtures();

define('S3', 'E', 'IntCb', 'AddFn');

const vsum = lib.func('int vsum(int n, ...)');
const vsumd = lib.func('vsumd', 'double', ['int', '...']);
const vfmt = lib.func('int vfmt(char *buf, const char *f, ...)');

function format(text, ...pairs) {
  const buffer = Buffer.alloc(256);
  const length = vfmt(buffer, text, ...pairs);

  return buffer.toString('utf8', 0, length);
}

test('takes pairs of type and value', () => {
  assert.equal(vsum(0), 0);
  assert.equal(vsum(2, 'int', 4, 'int', 5), 9);
  assert.equal(vsum(2, types.int, 4, type('int32_t'), 5), 9);
  assert.equal(vsumd(2, 'double', 1.5, 'double', 2.25), 3.75);
});

test('promotes small integers, bool and float', () => {
  assert.equal(vsum(4, 'char', 65, 'int8_t', -2, 'uint16_t', 65535, 'bool', true), 65599);
  assert.equal(vsum(2, 'uint8_t', 255, 'int16_t', -256), -1);
  assert.equal(vsumd(2, 'float', 1.5, 'double', 2), 3.5);
  assert.equal(vsumd(1, 'float', 0.1), Math.fround(0.1)); // the value of a C float
  assert.equal(vsum(2, 'E', 5, 'E', -1), 4);
});

test('mixes integers, floats, strings and structs', () => {
  assert.equal(
    format('%d %s %.2f %lld %c %s', 'int', -7, 'str', 'text', 'double', 1.25, 'int64_t', 2n ** 40n, 'char', 65, 'str', null),
    '-7 text 1.25 1099511627776 A (null)'
  );
  assert.equal(lib.func('int vS3(int n, ...)')(2, 'S3', { a: 1, b: 2, c: 3 }, 'S3', { a: 41 }), 42);
});

test('takes pointers, buffers and arrays', () => {
  assert.equal(format('%s', 'char *', Buffer.from('abc\0')), 'abc');
  assert.match(format('%p', 'void *', 0x1234n), /^(0x|0*)1234$/); // as the C library likes
});

test('fills output values after the call', { skip: process.platform === 'win32' && 'its C library refuses %n' }, () => {
  const one = [null];
  const two = [null];

  format('abc%ndef%n', '_Out_ int *', one, out('int *'), two);
  assert.deepEqual([one, two], [[3], [6]]);
});

test('spills to the stack: many integers and doubles together', () => {
  const pairs = [];
  for (let i = 1; i <= 20; i++) pairs.push('int', i);
  assert.equal(vsum(20, ...pairs), 210);
  const doubles = [];
  for (let i = 1; i <= 20; i++) doubles.push('double', i / 2);
  assert.equal(vsumd(20, ...doubles), 105);
});

test('takes 127 C parameters and refuses 128', () => {
  const pairs = (n) => new Array(n).fill(['int', 1]).flat();

  assert.equal(vsum(126, ...pairs(126)), 126);
  throws(() => vsum(127, ...pairs(127)), TypeError, undefined, /vsum/);
  throws(() => vsum(5000, ...pairs(5000)), TypeError);
});

test('refuses bad pairs', () => {
  throws(() => vsum(1, 'int'), Error, 'ARGUMENT_COUNT', /vsum/);
  throws(() => vsum(1, 5), Error, 'ARGUMENT_COUNT');
  throws(() => vsum(2, 'int', 1, 'int'), Error, 'ARGUMENT_COUNT');
  throws(() => vsum(1, 5, 5), TypeError);
  throws(() => vsum(1, null, 5), TypeError);
  throws(() => vsum(1, undefined, 5), TypeError);
  throws(() => vsum(1, 'nope_t', 5), TypeError, 'UNKNOWN_TYPE', /nope_t/);
  throws(() => vsum(1, 'void', 5), TypeError);
  throws(() => vsum(1, 'int[2]', [1, 2]), TypeError);
  throws(() => vsum(1, 'AddFn', 5), TypeError);
  throws(() => vsum(1, 'int &', 5), Error, 'SYNTAX');
  throws(() => vsum(1, 'int', 'x'), TypeError, 'VALUE', /vsum\(\).*argument \d.*int.*string/);
  throws(() => vsum(), TypeError, 'ARGUMENT_COUNT', /vsum/);
  throws(() => vsum('x', 'int', 1), TypeError, 'VALUE', /argument 1 \(n\)/);
  assert.equal(vsum(1, 'int', 3), 3);
});

test('does not show the `...` in info', () => {
  assert.equal(vsum.info.arguments.length, 1);
  assert.equal(lib.func('vsum', 'int', ['...']).info.arguments.length, 0);
});

test('works through call() and decoded functions', () => {
  proto('int VSum(int n, ...)');
  const address = lib.symbol('vsum');

  assert.equal(call(address, 'VSum', 2, 'int', 40, 'int', 2), 42);
  assert.equal(decode(address, 'VSum')(1, 'int', 9), 9);
  throws(() => call(address, 'VSum', 2, 'int'), Error, 'ARGUMENT_COUNT');
});

test('a type string may be defined between two calls', () => {
  throws(() => vsum(1, 'later_t', 3), TypeError, 'UNKNOWN_TYPE');
  ristretto.alias('later_t', 'int');
  assert.equal(vsum(1, 'later_t', 3), 3);
});

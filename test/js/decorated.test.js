'use strict';
// Exported functions of 32-bit Windows whose names tell their convention and the bytes of their arguments: _f@8, f@8, @f@8, _f.
const { test } = require('node:test');
const { assert, ristretto, fixtures, throws } = require('./support');

const skip = (process.platform !== 'win32' || process.arch !== 'ia32') && '32-bit Windows alone decorates names';
const lib = !skip && fixtures('decorated');

test('the library has no plain names', { skip }, () => {
  for (const name of ['minus', 'weigh', 'nothing', 'mix', 'divide', 'negate']) throws(() => lib.symbol(name), Error, 'SYMBOL');
  for (const name of ['minus@8', 'weigh@24', 'nothing@0', '@mix@12', '_divide@8', '_negate']) assert.equal(typeof lib.symbol(name), 'bigint');
});

test('__stdcall is found as f@8', { skip }, () => {
  assert.equal(lib.func('int __stdcall minus(int a, int b)')(50, 8), 42);
  assert.equal(lib.func('__stdcall', 'minus', 'int', ['int', 'int'])(8, 50), -42);
  assert.equal(lib.func('int __stdcall nothing()')(), 7);
});

test('arguments count in whole words', { skip }, () => {
  ristretto.struct('Three', { bytes: ristretto.array('char', 3) });
  const weigh = lib.func('int __stdcall weigh(char a, int64_t b, Three c, double d)');
  assert.equal(weigh(1, 20, { bytes: [0, 0, 3] }, 400.5), 424);
});

test('__stdcall is found as _f@8, __cdecl as _f', { skip }, () => {
  assert.equal(lib.func('int __stdcall divide(int a, int b)')(84, 2), 42);
  assert.equal(lib.func('int negate(int a)')(-42), 42);
});

test('__fastcall is found as @f@12', { skip }, () => {
  assert.equal(lib.func('int __fastcall mix(int a, int b, int c)')(2, 4, 1), 142);
});

test('another convention, or other arguments, have another name', { skip }, () => {
  const wrong = [
    'int minus(int a, int b)', 'int __stdcall minus(int a)', 'int __stdcall minus(int a, int64_t b)', 'int __fastcall minus(int a, int b)',
    'int __stdcall mix(int a, int b, int c)', 'int __fastcall mix(int a, int b)', 'int __stdcall negate(int a)',
  ];
  for (const declaration of wrong) throws(() => lib.func(declaration), Error, 'SYMBOL');
});

test('names that are written out are found as they are', { skip }, () => {
  const { decode, proto } = ristretto;
  proto('int __stdcall Minus(int a, int b)');
  assert.equal(decode(lib.symbol('minus@8'), 'Minus')(3, 1), 2);
});

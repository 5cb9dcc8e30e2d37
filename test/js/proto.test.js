'use strict';
const { test } = require('node:test');
const { WORD, assert, ristretto, fixtures, define, throws } = require('./support');
const { proto, type, types, pointer, sizeof, alignof, alloc, struct, array, out, callback } = ristretto;
const lib = fixtures();

define('Opq', 'AddFn');

test('reads a prototype string', () => {
  const P = proto('int Cb(int a, str b, ...)');

  assert.deepEqual(Object.keys(P), ['name', 'primitive', 'size', 'alignment', 'disposable', 'proto']);
  assert.deepEqual([P.name, P.primitive, P.size, P.alignment, P.disposable], ['Cb', 'Prototype', WORD, WORD, false]);
  assert.equal(P.proto.name, 'Cb');
  assert.equal(P.proto.result, types.int);
  assert.deepEqual(P.proto.arguments, [
    { type: types.int, direction: 'Input' },
    { type: types.str, direction: 'Input' },
  ]);
  assert.equal(type('Cb'), P);
  assert.deepEqual([sizeof('Cb'), alignof('Cb')], [WORD, WORD]);
});

test('its pointer is a callback type', () => {
  const P = type('Cb *');

  assert.deepEqual([P.name, P.primitive, P.size, P.disposable], ['Cb *', 'Callback', WORD, false]);
  assert.deepEqual(P.proto, type('Cb').proto);
  assert.equal(pointer('Cb'), P);
});

test('has anonymous forms', () => {
  for (const P of [
    proto('int (int a)'),
    proto('int(int a)'),
    proto('int', ['int']),
    proto('__cdecl', 'int', ['int']),
    proto(null, 'int', ['int']),
    proto(undefined, 'int', ['int']),
  ]) {
    assert.match(P.name, /^<anonymous_\d+>$/);
    assert.deepEqual(P.proto.arguments, [{ type: types.int, direction: 'Input' }]);
    assert.equal(pointer(P).primitive, 'Callback');
  }
});

test('has classic forms with names and conventions', () => {
  assert.equal(proto('Classic', 'int', ['int', out('int *')]).proto.arguments[1].direction, 'Output');
  for (const convention of ['__cdecl', '__stdcall', '__fastcall', '__thiscall']) {
    assert.equal(proto(convention, `With${convention}`, 'int', ['int'], 'ignored').name, `With${convention}`);
    assert.equal(proto(`int ${convention} In${convention}(int)`).name, `In${convention}`);
  }
});

test('may refer to types of every kind', () => {
  struct('Pt', { x: 'int' });
  proto('Pt Back(Pt *p, const char *s, Opq *o, AddFn *cb, uint64_t n, double d, bool b)');
  assert.equal(type('Back').proto.arguments.length, 7);
});

test('refuses bad names', () => {
  throws(() => proto('int Cb(int)'), Error, 'DUPLICATE', /Cb/);
  throws(() => proto('Cb', 'int', ['int']), Error, 'DUPLICATE');
  throws(() => proto('int', 'int', ['int']), Error, 'DUPLICATE');
  for (const name of ['a b', '1a', '']) throws(() => proto(name, 'int', ['int']), Error, 'BAD_NAME');
  throws(() => proto(5, 'int', ['int']), TypeError);
});

test('refuses malformed prototypes', () => {
  for (const text of ['', 'int', 'int Bad', 'int Bad(', 'int Bad(int', 'int Bad(nope_t)', 'nope_t Bad(int)', 'int Bad(int) x']) {
    throws(() => proto(text), Error);
  }
  throws(() => proto(), TypeError);
  for (const value of [null, undefined, 5, {}, []]) throws(() => proto(value), TypeError);
});

test('refuses unusable types', () => {
  for (const params of [['void'], ['Opq'], ['Cb'], ['int[2]'], [array('int', 2)], ['nope_t'], [null], 'int', null, [, 'int']]) {
    throws(() => proto('Bad', 'int', params), TypeError);
  }
  for (const result of ['Opq', 'Cb', 'int[2]', 'nope_t', null, 5]) throws(() => proto('Bad', result, ['int']), TypeError);
  throws(() => proto('Bad', 'int', new Array(128).fill('int')), TypeError);
  assert.equal(proto('Bad', 'int', new Array(127).fill('int')).name, 'Bad');
});

test('is not a value by itself', () => {
  throws(() => lib.func('add', 'int', ['Cb']), TypeError);
  throws(() => lib.func('add', 'Cb', ['int']), TypeError);
  throws(() => struct({ a: 'Cb' }), TypeError);
  throws(() => array('Cb', 2), TypeError);
});

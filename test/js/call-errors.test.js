'use strict';
// What a call says when an argument does not fit: function, argument number, parameter name, expected, given.
const { test } = require('node:test');
const { assert, fixtures, define, throws } = require('./support');
const lib = fixtures();

define('S3', 'SA', 'SP', 'U', 'TU', 'Opq', 'Node', 'IntCb');

const add = lib.func('int add(int a, int b)');
const classic = lib.func('add', 'int', ['int', 'int']);

test('names the declared parameter', () => {
  throws(() => add('x', 2), TypeError, 'VALUE', /add\(\): argument 1 \(a\) expects int, got string/);
  throws(() => add(1, 'x'), TypeError, 'VALUE', /add\(\): argument 2 \(b\) expects int, got string/);
});

test('leaves the name out when none was declared', () => {
  throws(() => classic(1, 'x'), TypeError, 'VALUE', /add\(\): argument 2 expects int, got string/);
});

test('names what was given', () => {
  const given = [
    [undefined, /undefined/],
    [null, /null/],
    [true, /boolean/i],
    ['5', /string/i],
    [{}, /object/i],
    [[], /array/i],
    [() => {}, /function/i],
    [Symbol('x'), /symbol/i],
  ];

  for (const [value, word] of given) {
    throws(() => add(1, value), TypeError, 'VALUE', /add\(\).*argument 2 \(b\).*int.*got/);
    throws(() => add(1, value), TypeError, 'VALUE', word);
  }
});

test('names what each type expects', () => {
  const cases = [
    ['bool id_bool(bool v)', 1, /\(v\) expects bool/],
    ['double id_double(double v)', 'x', /\(v\) expects double/],
    ['int64_t id_int64(int64_t v)', '1', /\(v\) expects int64_t/],
    ['int str_len(const char *s)', {}, /\(s\) expects char \*/],
    ['S3 id_S3(S3 s)', 5, /\(s\) expects S3/],
    ['S3 id_S3(S3 s)', null, /\(s\) expects S3, got null/],
    ['int S3_a(S3 *s)', 'x', /\(s\) expects S3 \*/],
    ['int opq_get(Opq *o)', {}, /\(o\) expects Opq \*/],
    ['int sum_ints(int *p, int n)', true, /\(p\) expects int \*/],
    ['void *ret_ptr(void *p)', {}, /\(p\) expects void \*/],
  ];

  for (const [prototype, value, text] of cases) {
    throws(() => lib.func(prototype)(value, 1), TypeError, 'VALUE', text);
  }
});

test('appends the path of a nested value', () => {
  const id_S3 = lib.func('S3 id_S3(S3 s)');
  const id_SA = lib.func('SA id_SA(SA s)');
  const id_TU = lib.func('TU id_TU(TU t)');
  const S3_sum = lib.func('int S3_sum_arr(S3 *s, int n)');
  const sum = lib.func('int sum_ints(int *p, int n)');
  const nodes = lib.func('int node_sum(Node *n)');

  throws(() => id_S3({ a: 1, b: 2, c: 'x' }), TypeError, 'VALUE', /id_S3\(\): argument 1 \(s\)\.c.*double.*string/);
  throws(() => id_S3({ a: 'x', b: 1, c: 2 }), TypeError, 'VALUE', /argument 1 \(s\)\.a.*int.*string/);
  throws(() => id_SA({ arr: [1, 'x'] }), TypeError, 'VALUE', /argument 1 \(s\)\.arr\[1\].*int.*string/);
  throws(() => id_SA({ name: 5 }), TypeError, 'VALUE', /argument 1 \(s\)\.name/);
  throws(() => id_TU({ tag: 1, u: { d: 'x' } }), TypeError, 'VALUE', /argument 1 \(t\)\.u\.d/);
  throws(() => S3_sum([{ a: 1 }, { a: null }], 2), TypeError, 'VALUE', /argument 1 \(s\)\[1\]\.a/);
  throws(() => sum([1, 2, 'x'], 3), TypeError, 'VALUE', /argument 1 \(p\)\[2\]/);
  throws(() => nodes({ v: 1, next: { v: 'x' } }), TypeError, 'VALUE', /argument 1 \(n\)\.next\.v/);
});

test('too few arguments say how many are wanted and given', () => {
  throws(() => add(1), TypeError, 'ARGUMENT_COUNT', /add\(\).*2.*1/);
  throws(() => add(), TypeError, 'ARGUMENT_COUNT', /add\(\).*2.*0/);
  throws(() => lib.func('int str_len(const char *s)')(), TypeError, 'ARGUMENT_COUNT', /str_len\(\)/);
});

test('surplus arguments are ignored', () => {
  assert.equal(add(1, 2, 3), 3);
  assert.equal(add(1, 2, {}, 'x'), 3);
});

test('the C function is not called when an argument fails', () => {
  const put = lib.func('void set_int32(int *p, int v)');
  const target = new Int32Array([7]);

  throws(() => put(target, 'x'), TypeError, 'VALUE');
  assert.equal(target[0], 7);
});

test('an exception of user code is passed on unchanged and C is not called', () => {
  const mine = new RangeError('mine');
  const thrower = () => {
    throw mine;
  };
  const S3_a = lib.func('int S3_a(S3 *s)');
  const places = [
    () => lib.func('S3 id_S3(S3 s)')({ get a() { return thrower(); } }), // prettier-ignore
    () => S3_a({ a: 1, get b() { return thrower(); } }), // prettier-ignore
    () => S3_a(new Proxy({}, { get: thrower })),
    () => lib.func('int64_t U_i(U u)')(new Proxy({ i: 1 }, { ownKeys: thrower })),
    () => lib.func('int sum_ints(int *p, int n)')(Object.defineProperty([1], 0, { get: thrower }), 1),
  ];

  for (const place of places) {
    assert.throws(place, (error) => error === mine);
  }
  assert.equal(add(1, 2), 3);
});

test('thrown values that are not errors are passed on as they are', () => {
  const S3_a = lib.func('int S3_a(S3 *s)');

  for (const value of [5, 'text', null, undefined, Symbol.iterator]) {
    let caught = 'nothing';
    try {
      S3_a({
        get a() {
          throw value;
        },
      });
    } catch (error) {
      caught = error;
    }
    assert.equal(caught, value);
  }
});

test('callback parameters take null and addresses', () => {
  const call_int = lib.func('int call_int(IntCb *cb, int v)');

  assert.equal(call_int(null, 5), -99);
  assert.equal(call_int(undefined, 5), -99);
  assert.equal(call_int(lib.symbol('id_int32'), 5), 5);
  throws(() => call_int('x', 5), TypeError, 'VALUE', /call_int\(\).*argument 1 \(cb\).*IntCb \*/);
  throws(() => call_int({}, 5), TypeError, 'VALUE');
});

'use strict';
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, throws } = require('./support');
const { types, type, pointer, array, struct, opaque, out, inout } = ristretto;
const lib = fixtures();

define('AddFn', 'S3', 'Opq', 'Dyn');

test('defines a function from a prototype', () => {
  assert.equal(lib.func('int add(int a, int b)')(2, 3), 5);
});

test('defines a function from name, result and parameters', () => {
  assert.equal(lib.func('add', 'int', ['int', types.int])(2, 3), 5);
  assert.equal(lib.func('add', types.int, ['int', 'int'], 'ignored')(2, 3), 5);
});

test('takes a calling convention first', () => {
  for (const convention of ['__cdecl', '__stdcall', '__fastcall', '__thiscall']) {
    const name = `add${convention.slice(1)}`;
    assert.equal(lib.func(convention, name, 'int', ['int', 'int'])(2, 3), 5);
    assert.equal(lib.func(convention, name, 'int', ['int', 'int'], 1, 2)(2, 3), 5);
  }
  for (const convention of ['cdecl', '__CDECL', '', ' __cdecl']) {
    throws(() => lib.func(convention, 'add', 'int', ['int', 'int']), TypeError, 'ARGUMENT');
  }
});

test('makes a new function for each call', () => {
  assert.notEqual(lib.func('int add(int, int)'), lib.func('int add(int, int)'));
});

const WORKING = [
  'int add(int a, int b)',
  'int add(int, int)',
  'int add(int a,int b) ;',
  'int add(int a, int b);',
  '  int\tadd\n(\r\n int a , int b ) ',
  'int add(int a, int a)',
  'int add(int int, int b)',
  'int add(const int a, const int b)',
  'const int add(int a, int b)',
  'int __stdcall add_stdcall(int, int)',
  'int __cdecl add_cdecl(int, int)',
  'int __fastcall add_fastcall(int, int)',
  'int __thiscall add_thiscall(int, int)',
  'int32_t add(int32 a, int32_t b)',
  'signed add(signed int a, int signed b)',
  'int add(int const a, int volatile b)',
  'int add(register int a, volatile int b)',
  'int add(int a /* first */, int b) // done',
];

test('reads prototypes', () => {
  for (const text of WORKING) {
    assert.equal(lib.func(text)(20, 22), 42, text);
  }
});

test('reads prototypes without parameters', () => {
  for (const text of ['void nothing()', 'void nothing(void)', 'void nothing( void );']) {
    const f = lib.func(text);
    assert.equal(f.info.arguments.length, 0);
    assert.equal(f(), undefined);
  }
});

test('reads pointers, qualifiers and arrays of parameters', () => {
  const pointers = [
    ['int*sum_ints(int*p,int n)', 'int *'],
    ['int sum_ints(const int *p, int n)', 'int *'],
    ['int sum_ints(int const *p, int n)', 'int *'],
    ['int sum_ints(int *const p, int n)', 'int *'],
    ['int sum_ints(const int *const, int n)', 'int *'],
    ['int sum_ints(int *restrict p, int n)', 'int *'],
    ['int sum_ints(int *__restrict p, int n)', 'int *'],
    ['int sum_ints(int p[], int n)', 'int *'],
    ['int sum_ints(int p[4], int n)', 'int *'],
    ['int sum_ints(void *p, int n)', 'void *'],
    ['int sum_ints(const void *, int n)', 'void *'],
    ['int sum_ints(char *argv[], int n)', 'char **'],
    ['int sum_ints(int *****p, int n)', 'int *****'],
    ['int sum_ints(S3 *p, int n)', 'S3 *'],
    ['int sum_ints(struct S3 *p, int n)', 'S3 *'],
    ['int sum_ints(Opq *p, int n)', 'Opq *'],
    ['int sum_ints(AddFn *p, int n)', 'AddFn *'],
    ['int sum_ints(str p, int n)', 'char *'],
  ];

  for (const [text, expected] of pointers) {
    assert.equal(lib.func(text).info.arguments[0].type.name, expected, text);
  }
});

test('reads directions', () => {
  const { info } = lib.func('int add(int *a, _In_ int *b, _Out_ int *c, _Inout_ int *d, _Out_ str e)');

  assert.deepEqual(
    info.arguments.map((argument) => argument.direction),
    ['Input', 'Input', 'Output', 'Input/Output', 'Output']
  );
  const classic = lib.func('add', 'int', ['_Out_ int *', '_Inout_ str', out('int *'), inout(pointer('int'))]);
  assert.deepEqual(
    classic.info.arguments.map((argument) => argument.direction),
    ['Output', 'Input/Output', 'Output', 'Input/Output']
  );
});

const MALFORMED = [
  '',
  '   ',
  'int',
  'int (int)',
  'int add',
  'int add)',
  'int add(int a',
  'int add(int a b)',
  'int add(int,)',
  'int add(,int)',
  'int add(int, int);;',
  'int add(int, int) const',
  'int add(int, int) noexcept',
  'int add(int, int) { return 1; }',
  'int add(int a = 3, int b)',
  'int add(void, int)',
  'int add(int, void)',
  'int add(void a)',
  'int add(const void)',
  'int add(int, ..., int)',
  'int add(int ...)',
  'int "add"(int)',
  'int 1add(int)',
  'int add-x(int)',
  'int add.b(int)',
  'int add::b(int)',
  'int #1(int)',
  'int __cdecl __stdcall add(int)',
  'int __stdcall *add(int)',
  'int _stdcall add(int)',
  'int WINAPI add(int)',
  'int __vectorcall add(int)',
  'int add(_OUT_ int *a)',
  'int add(out int *a)',
  'int add(_In_opt_ int *a)',
  'int add(_Out_)',
  'int add(_In_)',
  'int add(_Out_ ...)',
  'int add(_Out_ _Inout_ int *a)',
  'int add(int _Out_ *a)',
  'int add(const _Out_ int *a)',
  'int add(int &a)',
  'int add(int a[1e2])',
  'int! add(int)',
  'char! *add()',
  'const add(int)',
  'int add(int \0a)',
  'int add(int, int) /* open',
  'int é add(int)',
  'int add(int; int)',
  'unknown_t add(int)',
  'int add(unknown_t a)',
  'int add(_Out_ unknown_t *a)',
  'int add(long double a)',
  'int add(va_list a)',
  'int add(<anonymous_1> a)',
  'void[2] add(int)',
  'int[3] add(int)',
  'Opq add(int)',
  'int add(Opq a)',
  'AddFn add(int)',
  'int add(AddFn a)',
  'int add(_Out_ int a)',
  'int add(_Out_ S3 a)',
  'int add(_Inout_ AddFn *a)',
];

test('refuses malformed prototypes with an Error', () => {
  for (const text of MALFORMED) {
    assert.throws(
      () => lib.func(text),
      (error) => error.constructor === Error,
      text
    );
  }
});

test('says at which column a prototype is wrong', () => {
  throws(() => lib.func('int add(int a, uint23_t b)'), Error, 'UNKNOWN_TYPE', /uint23_t.*column 16\b/);
  throws(() => lib.func('int add(int a; int b)'), Error, 'SYNTAX', /column 14\b/);
  throws(() => lib.func('int add(int a'), Error, 'SYNTAX', /column \d+/);
  throws(() => lib.func('int 1add(int)'), Error, 'SYNTAX', /column 5\b/);
});

test('a missing function is an Error that names it', () => {
  throws(() => lib.func('int nope(int)'), Error, 'SYMBOL', /nope/);
  throws(() => lib.func('nope', 'int', ['int']), Error, 'SYMBOL', /nope/);
  throws(() => lib.func(' add ', 'int', ['int']), Error, 'SYMBOL');
  throws(() => lib.func('', 'int', ['int']), Error, 'SYMBOL');
});

test('refuses wrong arguments of the classic form with a TypeError', () => {
  const cases = [
    [],
    [null],
    [undefined],
    [1],
    [{}],
    ['add', 'int'],
    [null, 'int', ['int']],
    [undefined, 'int', ['int']],
    [{}, 'int', ['int']],
    [1n, 'int', ['int']],
    [-1, 'int', ['int']],
    [2 ** 40, 'int', ['int']],
    [Symbol('add'), 'int', ['int']],
    ['add\0x', 'int', ['int', 'int']],
    ['add', null, ['int']],
    ['add', 5, ['int']],
    ['add', {}, ['int']],
    ['add', 'nope_t', ['int']],
    ['add', 'Opq', ['int']],
    ['add', 'AddFn', ['int']],
    ['add', array('int', 2), ['int']],
    ['add', '_Out_ int *', ['int']],
    ['add', 'int', 'int'],
    ['add', 'int', null],
    ['add', 'int', { 0: 'int', length: 1 }],
    ['add', 'int', ['int', , 'int']],
    ['add', 'int', [undefined]],
    ['add', 'int', [null]],
    ['add', 'int', [4]],
    ['add', 'int', ['nope_t']],
    ['add', 'int', ['void']],
    ['add', 'int', ['Opq']],
    ['add', 'int', ['AddFn']],
    ['add', 'int', [array('int', 2)]],
    ['add', 'int', ['int[2]']],
    ['add', 'int', [pointer(null, 'int', 'n')]],
    ['add', 'int', [' _Out_ int *']],
    ['add', 'int', ['_Out_int *']],
    ['add', 'int', ['const _Out_ int *']],
    ['add', 'int', ['_Out_ int']],
    ['add', 'int', ['_Out_ S3']],
    ['add', 'int', ['_Out_ AddFn *']],
  ];

  for (const args of cases) {
    throws(() => lib.func(...args), TypeError);
  }
});

test('malformed type strings and misplaced `...` are Errors in the classic form too', () => {
  throws(() => lib.func('add', 'int', ['int 4']), Error, 'SYNTAX');
  throws(() => lib.func('add', 'int &', ['int']), Error, 'SYNTAX');
  throws(() => lib.func('add', 'int', ['...', 'int']), Error);
  throws(() => lib.func('add', 'int', ['int', '...', '...']), Error);
});

test('takes 127 parameters and refuses 128', () => {
  const many = (n) => new Array(n).fill('int');

  assert.equal(lib.func('add', 'int', many(127)).info.arguments.length, 127);
  assert.equal(lib.func('add', 'int', many(127))(...many(127).map((_, i) => i)), 1);
  throws(() => lib.func('add', 'int', many(128)), TypeError);
  throws(() => lib.func('add', 'int', many(100000)), TypeError);
  assert.equal(lib.func(`int add(${many(127).join(', ')})`).info.arguments.length, 127);
  assert.throws(() => lib.func(`int add(${many(128).join(', ')})`), { code: /^ERR_RISTRETTO_/ });
});

test('describes the function in `name`, `length` and `info`', () => {
  const f = lib.func('int add(int a, _Out_ int *b)');

  assert.equal(f.name, 'add');
  assert.equal(f.length, 0);
  assert.ok(Object.isFrozen(f.info));
  assert.equal(f.info.name, 'add');
  assert.equal(f.info.result, types.int);
  assert.deepEqual(f.info.arguments, [
    { type: types.int, direction: 'Input' },
    { type: type('int *'), direction: 'Output' },
  ]);
  assert.ok(Array.isArray(f.info.arguments));
  for (const key of ['info', 'async']) {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(f, key);
    assert.deepEqual([writable, enumerable, configurable], [true, true, true], key);
  }
  assert.equal(f.async, f.async);
  assert.equal(typeof f.async, 'function');
});

test('is an ordinary function: method, call, apply, bind, new, own properties', () => {
  const add = lib.func('int add(int a, int b)');

  assert.equal(add.call({}, 1, 2), 3);
  assert.equal(add.apply(null, [1, 2]), 3);
  assert.equal(add.bind(null, 1)(2), 3);
  assert.equal({ add }.add(1, 2), 3);
  assert.equal(typeof new add(1, 2), 'object');
  add.note = 'mine';
  assert.equal(add.note, 'mine');
  assert.equal([1, 2, 3].map((v) => add(v, 1)).join(), '2,3,4');
});

test('accepts types made by the API wherever a type is named', () => {
  const anonymous = struct({ a: 'int', b: 'char', c: 'double' });
  const S3_a = lib.func('S3_a', 'int', [pointer(anonymous)]);
  const handle = pointer('HANDLE', opaque());

  assert.equal(S3_a({ a: 7 }), 7);
  assert.equal(lib.func('ret_ptr', handle, [handle])(5n), 5n);
  assert.deepEqual(lib.func('id_S3', anonymous, [anonymous])({ a: 1, b: 2, c: 3 }), { a: 1, b: 2, c: 3 });
});

test('direction markers are accepted for results and ignored', () => {
  assert.equal(lib.func('ret_ptr', out('void *'), ['void *'])(7n), 7n);
});

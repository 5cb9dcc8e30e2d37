'use strict';
// Definition forms, the grammar of prototypes, function objects, calls, variadic functions.

const { TE, E, RE, crash } = require('../probe');

module.exports = ({ probe, group, table, k, lib, f, fn }) => {
  const func = (...args) => lib().func(...args);

  // -- definition ---------------------------------------------------------------------------------------

  table('form', [
    ['prototype', () => func('int add(int a, int b)')(1, 2), 3],
    ['classic', () => func('add', 'int', ['int', 'int'])(1, 2), 3],
    ['convention and classic', () => func('__cdecl', 'add', 'int', ['int', 'int'])(1, 2), 3],
    ['__stdcall', () => func('__stdcall', 'add', 'int', ['int', 'int'])(1, 2), 3],
    ['__fastcall', () => func('__fastcall', 'add', 'int', ['int', 'int'])(1, 2), 3],
    ['__thiscall', () => func('__thiscall', 'add', 'int', ['int', 'int'])(1, 2), 3],
    ['two arguments', () => func('add', 'int'), TE],
    ['fifth argument', () => func('__cdecl', 'add', 'int', ['int', 'int'], 1)(1, 2), 3],
    ['no argument', () => func(), TE],
    ['cdecl()', () => lib().cdecl('add', 'int', ['int', 'int'])(1, 2), 3],
    ['stdcall()', () => lib().stdcall('add', 'int', ['int', 'int'])(1, 2), 3],
    ['fastcall()', () => lib().fastcall('add', 'int', ['int', 'int'])(1, 2), 3],
    ['thiscall()', () => lib().thiscall('add', 'int', ['int', 'int'])(1, 2), 3],
    ['cdecl(prototype)', () => lib().cdecl('int add(int a, int b)')(1, 2), 3, 'Q-48'],
    ['stdcall(prototype)', () => lib().stdcall('int add(int a, int b)')(1, 2), 3, 'Q-48'],
    ['fastcall(prototype)', () => lib().fastcall('int add(int a, int b)')(1, 2), 3, 'Q-48'],
    ['thiscall(prototype)', () => lib().thiscall('int add(int a, int b)')(1, 2), 3, 'Q-48'],
    ['stdcall() with a convention', () => lib().stdcall('__cdecl', 'add', 'int', ['int', 'int']), TE],
    ['each definition is new', () => func('int add(int, int)') === func('int add(int, int)'), false],
    ['type objects', () => func('add', k.types.int, [k.types.int, k.types.int])(1, 2), 3],
  ]);

  table('classic', [
    ["convention '__CDECL'", () => func('__CDECL', 'add', 'int', ['int', 'int']), TE],
    ["convention 'cdecl'", () => func('cdecl', 'add', 'int', ['int', 'int']), TE],
    ["convention ''", () => func('', 'add', 'int', ['int', 'int']), TE],
    ['name null', () => func(null, 'int', []), TE],
    ['name undefined', () => func(undefined, 'int', []), TE],
    ['name {}', () => func({}, 'int', []), TE],
    ['name 1n', () => func(1n, 'int', []), TE],
    ['name -1', () => func(-1, 'int', []), TE],
    ['name 1', () => func(1, 'int', []), TE],
    ['name 2 ** 40', () => func(2 ** 40, 'int', []), TE],
    ['name is not trimmed', () => func(' add ', 'int', ['int', 'int']), E],
    ['name not found', () => func('no_such', 'int', []), E],
    ["name ''", () => func('', 'int', []), E],
    ['result unknown', () => func('add', 'zork', []), TE],
    ['result null', () => func('add', null, []), TE],
    ['result array', () => func('add', 'int[2]', []), TE],
    ['result prototype', () => func('add', 'IntCb', []), TE],
    ['result opaque', () => func('add', 'Opq', []), TE],
    ['result with a direction', () => func('ret_ptr', '_Out_ int *', ['void *']), TE],
    ['result marker', () => func('ret_ptr', k.out('int *'), ['void *'])(16n), 16n],
    ['params {}', () => func('add', 'int', {}), TE],
    ['params null', () => func('add', 'int', null), TE],
    ['params array-like', () => func('add', 'int', { length: 0 }), TE],
    ['params string', () => func('add', 'int', 'int'), TE],
    ['params with a hole', () => func('add', 'int', ['int', ,]), TE],
    ['params with null', () => func('add', 'int', [null]), TE],
    ['param unknown', () => func('add', 'int', ['zork']), TE],
    ['param void', () => func('add', 'int', ['void']), TE],
    ['param array', () => func('add', 'int', ['int[2]']), TE],
    ['param opaque', () => func('add', 'int', ['Opq']), TE],
    ['param prototype', () => func('add', 'int', ['IntCb']), TE],
    ["param '_Out_ int *'", () => func('set_int32', 'void', ['_Out_ int *', 'int']).info.arguments[0].direction, 'Output'],
    ["param '_Inout_ int *'", () => func('set_int32', 'void', ['_Inout_ int *', 'int']).info.arguments[0].direction, 'Input/Output'],
    ["param '_In_ int'", () => func('set_int32', 'void', ['int *', '_In_ int']).info.arguments[1].direction, 'Input'],
    ["param ' _Out_ int *'", () => func('set_int32', 'void', [' _Out_ int *', 'int']), TE],
    ["param '_Out_int *'", () => func('set_int32', 'void', ['_Out_int *', 'int']), TE],
    ["param '_out_ int *'", () => func('set_int32', 'void', ['_out_ int *', 'int']), TE],
    ["param 'const _Out_ int *'", () => func('set_int32', 'void', ['const _Out_ int *', 'int']), TE],
    ["param '_Out_ IntCb *'", () => func('call_int', 'int', ['_Out_ IntCb *', 'int']), TE],
    ["'...' alone", () => func('vsum', 'int', ['...']).info.arguments.length, 0],
    ["'...' last", () => func('vsum', 'int', ['int', '...'])(1, 'int', 5), 5],
    ["'...' first", () => func('vsum', 'int', ['...', 'int']), E],
    ["'...' with __stdcall", () => func('__stdcall', 'vsum', 'int', ['int', '...'])(1, 'int', 5), 5],
    ['64 params', () => func('nothing', 'void', Array(64).fill('int')).info.arguments.length, 64],
    ['65 params', () => func('nothing', 'void', Array(65).fill('int')).info.arguments.length, 65, 'D-03'],
    ['127 params', () => func('nothing', 'void', Array(127).fill('int')).info.arguments.length, 127, 'D-03'],
    ['128 params', () => func('nothing', 'void', Array(128).fill('int')), TE],
    ['malformed type', () => func('add', 'int', ['int &']), E],
    ['enum and callback params', () => func('call_int', 'int', ['IntCb *', 'Enum'])(null, 1), -99],
    ['void result', () => func('nothing', 'void', [])(), undefined],
  ]);

  // -- grammar ------------------------------------------------------------------------------------------------

  /** Declares a prototype of a fixture function; 'ok' when that works. */
  const declares = (prototype) => () => typeof func(prototype) === 'function' && 'ok';
  const grammar = (title, expected, prototypes, tag) =>
    group(title, () => prototypes.forEach((text) => probe(JSON.stringify(text), declares(text), expected, tag)));

  grammar('prototype', 'ok', [
    'int add(int a, int b)', 'int add(int, int)', 'int add(int a,int b) ;', 'int add(int a,int b);', 'int*add(int*a,int*b)',
    'int add()', 'int add(void)', 'int add( void )', 'int add(void *)', 'int add(const void *)', 'int add(...)', 'int add(int, ...)',
    'int add(int a, ... )', 'int add(int a, int a)', 'int add(int int)', 'int __stdcall add(int)', 'int *__stdcall add(int)',
    'int __cdecl add(int)', 'int __fastcall add(int)', 'int __thiscall add(int)', '\tint\r\nadd ( int\ta )', 'const int add(const int a)',
    'const char *add(const char *const *a)', 'unsigned int add(unsigned long long a)', 'void add(int *****a)', 'int *add(int *a)',
    'int **add(S3 **s)', 'S3 add(U u, Enum e)', 'int add(IntCb *cb)', 'str add(str16 a, str32 b, wstring c)', 'str! add()',
    'char *! add()', 'Opq *! add(Opq *o)', 'int add(_In_ int a)', 'int add(_Out_ int *a)', 'int add(_Inout_ int *a)',
    'int add(_Out_ S3 *s)', 'int add(_Out_ void *p)', 'int add(_Out_ Opq **o)', 'int add(_Out_ HANDLE *h)', 'int add(_Out_ str s)',
    'int add(_Out_ char *s)', 'int add(_Out_ str! *s)', 'int add(_Inout_ char16_t *s)', 'int add(_In_ const char *s)',
    'int\nadd(int)', 'unsigned\tint add(int)',
  ]);

  grammar('malformed prototype', E, [
    '', '   ', 'int', 'int (int)', 'int add', 'int add)', 'add(int a)', 'int add(int a', 'int add(int a b)', 'int add(int,)', 'int add(,int)',
    'int add(void, int)', 'int add(int, void)', 'int add(void a)', 'int add(const void)', 'int add(int, ..., int)', 'int add(int ...)',
    'int "add"(int)', 'int 1add(int)', 'int $add(int)', 'int add-x(int)', 'int add::b(int)', 'int add.b(int)',
    '__stdcall int add(int)', 'int __cdecl __stdcall add(int)', 'int __stdcall *add(int)', 'int stdcall add(int)',
    'int _stdcall add(int)', 'int WINAPI add(int)', 'int __vectorcall add(int)', 'extern int add(int)', 'static int add(int)',
    'inline int add(int)', 'int add(int a = 3)', 'int add(int) { return 1; }', 'int add(int) const', 'int add(int) noexcept',
    'int add(int);;', 'int add(int); int', 'int no_such(int)', 'unknown_t add(int)', 'int add(unknown_t a)', 'int #1(int)', 'int 1(int)',
    'int add(int[3] *a)', 'int add(Opq o)', 'Opq add(int)', 'int add(IntCb cb)', 'IntCb add(int)', 'int[3] add(int)',
    'int add(_Out_ int a)', 'int add(_Inout_ S3 s)', 'int add(_Out_ IntCb *cb)', 'int add(_OUT_ int *a)', 'int add(out int *a)',
    'int add(_In_opt_ int *a)', 'int add(_Outptr_ int *a)', 'int add(_Out_ _Inout_ int *a)', 'int add(_Out_)', 'int add(_In_)',
    'int add(_Out_ ...)', 'int add(int _Out_ *a)', 'int add(int &a)', 'int add(int a) extra',
  ]);

  grammar('crashing prototype', E, ['const add(int)', 'int add(const _Out_ int *p)', 'int! add()', 'void! add()'], crash('Q-02'));
  grammar('trailing const', 'ok', ['int add(int *const a)', 'int add(int *const)'], crash('Q-02'));

  grammar('C spellings', 'ok', [
    'signed int add(int)', 'unsigned add(int)', 'long int add(int)', 'unsigned long int add(long long int a)', 'short int add(int)',
    'int const add(int)', 'char const *add(char const *a)', 'struct S3 add(struct S3 s)', 'union U add(union U *u)', 'enum Enum add(enum Enum e)',
    'int add(volatile int *a)', 'int add(int *restrict a)', 'int add(int *__restrict a)', 'int add(register int a)',
    'int (add)(int a)', 'int add(int (*cb)(int))', 'int add(int a /* first */, int b)', 'int add(int a); // adds',
  ], 'Q-49');

  table('array parameter', [
    ['int p[4]', () => func('int sum_ints(int p[4], int n)')([1, 2, 3, 4], 4), 10, 'Q-49'],
    ['int p[]', () => func('int sum_ints(int p[], int n)')([1, 2, 3, 4], 4), 10, 'Q-49'],
    ['char *list[]', () => func('int strs_total(char *list[])')(['a', 'bb', null]), 3, 'Q-49'],
  ]);

  // -- function objects -----------------------------------------------------------------------------------------

  const add = () => f('int add(int a, int b)');
  const described = (property, object = add()) => {
    const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(object, property);
    return [enumerable, writable, configurable];
  };
  table('function object', [
    ['name', () => add().name, 'add'],
    ['length', () => add().length, 0],
    ['typeof', () => typeof add(), 'function'],
    ['async', () => typeof add().async, 'function'],
    ['async is stable', () => add().async === add().async, true],
    ['async is ordinary', () => described('async'), [true, true, true]],
    ['info is ordinary', () => described('info'), [true, true, true]],
    ['info is frozen', () => Object.isFrozen(add().info), true],
    ['info keys', () => Object.keys(add().info), ['name', 'arguments', 'result']],
    ['info.name', () => add().info.name, 'add'],
    ['info.result', () => add().info.result === k.types.int, true],
    ['info.arguments', () => f('int add(int a, _Out_ int *b)').info.arguments.map((a) => [a.type.name, a.direction]), [['int', 'Input'], ['int *', 'Output']]],
    ['async on variadic functions', () => typeof fn.vsum.async, 'function', 'D-10'],
    ["'...' is not in info", () => fn.vsum.info.arguments.length, 1],
    ['name of a decorated convention', () => f('int __stdcall add(int a, int b)').name, 'add'],
    ['extendable', () => {
      const mine = func('int add(int, int)');
      mine.extra = 5;
      return mine.extra;
    }, 5],
    ['call()', () => add().call(null, 1, 2), 3],
    ['apply()', () => add().apply(undefined, [1, 2]), 3],
    ['as a method', () => ({ add: add() }).add(1, 2), 3],
    ['new', () => typeof new (add())(1, 2), 'object'],
    ['bind()', () => add().bind(null, 1)(2), 3],
  ]);

  // -- calls --------------------------------------------------------------------------------------------------------

  table('call', [
    ['too few', () => fn.add(1), TE],
    ['none', () => fn.add(), TE],
    ['surplus', () => fn.add(1, 2, 3), 3],
    ['undefined', () => fn.add(1, undefined), TE],
    ['void', () => fn.nothing(), undefined],
    ['void with surplus', () => fn.nothing(1), undefined],
    ['conversion fails before the call', () => {
      fn.put_int32(5);
      try {
        f('void set_int32(int *p, int v)')(fn.addr_int32(), 'x');
      } catch {
        return k.decode(fn.addr_int32(), 'int');
      }
    }, 5],
    ['left to right', () => {
      const order = [];
      const object = (n) => ({ get a() { return order.push(n); }, b: 0, c: 0 });
      f('int str_null(S3 *s, S3 *t, S3 *u)')(object('first'), object('second'), object('third'));
      return order;
    }, ['first', 'second', 'third']],
    ['an accessor that throws', () => {
      const array = [0];
      Object.defineProperty(array, 0, { get() { throw new RangeError('mine'); } });
      fn.sum_ints(array, 1);
    }, RE, crash('Q-01')],
    ['struct then numbers', () => f('int S3_sum_arr(const S3 *s, int n)')([{ a: 1 }, { a: 2 }], 2), 3],
    ['64-bit mixed', () => fn.id_int64(-(2n ** 63n)), -(2n ** 63n)],
    ['a library function', () => k.load(null).func('int abs(int n)')(-5), 5],
    ['a function of the C library by name', () => k.load('libc.so.6').func('strlen', 'size_t', ['str'])('four'), 4],
    ['64 arguments', () => func('vsum', 'int', Array(64).fill('int'))(...Array(64).fill(0)), 0],
  ]);

  // -- variadic -------------------------------------------------------------------------------------------------------

  const pairs = (n) => Array.from({ length: n }, () => ['int', 1]).flat();
  const text = (format, ...args) => {
    const buffer = Buffer.alloc(256);
    fn.vfmt(buffer, format, ...args);
    return buffer.toString('latin1').split('\0')[0];
  };
  table('variadic', [
    ['two ints', () => fn.vsum(2, 'int', 4, 'int', 5), 9],
    ['no extras', () => fn.vsum(0), 0],
    ['type object', () => fn.vsum(1, k.types.int, 4), 4],
    ['enum', () => fn.vsum(1, 'Enum', 5), 5],
    ['char', () => fn.vsum(2, 'char', 65, 'char', -1), 64],
    ['int8_t', () => fn.vsum(1, 'int8_t', -3), -3],
    ['uint16_t', () => fn.vsum(1, 'uint16_t', 65535), 65535],
    ['bool', () => fn.vsum(1, 'bool', true), 1],
    ['double', () => fn.vsumd(2, 'double', 1.5, 'double', 2.5), 4],
    ['float is promoted', () => fn.vsumd(1, 'float', 1.5), 1.5, 'Q-09'],
    ['struct', () => fn.vS3(2, 'S3', { a: 1 }, 'S3', { a: 2 }), 3],
    ['format', () => text('%d %s %.1f', 'int', 5, 'str', 'text', 'double', 1.5), '5 text 1.5'],
    ['int64', () => text('%lld', 'int64_t', 2n ** 60n), String(2n ** 60n)],
    ['pointer', () => text('%s', 'char *', Buffer.from('raw\0')), 'raw'],
    ['%n output', () => {
      const holder = [null];
      text('four%n', '_Out_ int *', holder);
      return holder;
    }, [4]],
    ['out() marker', () => {
      const holder = [null];
      text('four%n', k.out('int *'), holder);
      return holder;
    }, [4]],
    ['array for a pointer', () => text('%s', 'int8_t *', [72, 105, 0]), 'Hi'],
    ['odd number', () => fn.vsum(1, 'int'), E],
    ['no type', () => fn.vsum(1, 5), E],
    ['Number as type', () => fn.vsum(1, 5, 5), TE],
    ['unknown type', () => fn.vsum(1, 'zork', 5), TE],
    ['void', () => fn.vsum(1, 'void', 5), TE],
    ['array type', () => fn.vsum(1, 'int[2]', [1, 2]), TE],
    ['wrong value', () => fn.vsum(1, 'int', 'x'), TE],
    ['undefined value', () => fn.vsum(1, 'int', undefined), TE],
    ['missing fixed argument', () => fn.vsum(), TE],
    ['20 pairs', () => fn.vsum(20, ...pairs(20)), 20],
    ['40 pairs', () => fn.vsum(40, ...pairs(40)), 40, crash('Q-03')],
    ['63 pairs', () => fn.vsum(63, ...pairs(63)), 63, crash('Q-03')],
  ]);
};

'use strict';
const { test } = require('node:test');
const { inspect } = require('node:util');
const { LITTLE, WORD, assert, ristretto, fixtures, define, detached, throws, poke, wrap } = require('./support');
const { pointer, type, types, array, opaque, struct, out, as, disposable, encode, decode, alloc, free } = ristretto;
const lib = fixtures();

const [S3, Opq, U, AddFn] = define('S3', 'Opq', 'U', 'AddFn');

test('makes pointer types', () => {
  assert.equal(pointer('int'), type('int *'));
  assert.equal(pointer(types.int), type('int*'));
  assert.equal(pointer('int', 1), type('int *'));
  assert.equal(pointer('int', 3), type('int ***'));
  assert.equal(pointer('int', 4.9), type('int ****'));
  assert.equal(pointer(null, 'int'), pointer('int'));
  assert.equal(pointer(undefined, 'int').name, 'int *');
  assert.equal(pointer(S3), type('S3 *'));
  assert.equal(pointer('void').name, 'void *');
  assert.equal(pointer(array('int', 3)).name, 'int[3] *');
  assert.equal(pointer(out('int *')), type('int **'));
  const anonymous = struct({ a: 'int' });
  assert.equal(pointer(anonymous), pointer(anonymous));
});

test('describes pointer types', () => {
  const P = type('S3 **');

  assert.deepEqual({ ...P }, {
    name: 'S3 **', primitive: 'Pointer', size: WORD, alignment: WORD, disposable: false, ref: type('S3 *'),
  }); // prettier-ignore
  assert.equal(P.ref.ref, S3);
});

test('names pointer types', () => {
  const P = pointer('PINT', 'int');

  assert.deepEqual([P.name, P.primitive, P.ref], ['PINT', 'Pointer', types.int]);
  assert.equal(type('PINT'), P);
  assert.equal(pointer('PPINT', 'int', 2).ref, type('int *'));
  assert.equal(pointer('HANDLE', opaque()).ref.primitive, 'Void');
  assert.equal(pointer('TEXT', 'char').primitive, 'String');
  assert.equal(lib.func('int sum_ints(PINT p, int n)')([1, 2], 2), 3);
  assert.equal(lib.func('int str_len(TEXT s)')('abc'), 3);
});

test('pointers to characters are strings, pointers to prototypes are callbacks', () => {
  assert.equal(pointer('char'), types.str);
  assert.equal(pointer('char16_t'), types.str16);
  assert.equal(pointer('char32_t'), types.str32);
  assert.equal(pointer('wchar_t'), types.wstring);
  assert.equal(pointer('AddFn').primitive, 'Callback');
  assert.equal(pointer('AddFn', 2).primitive, 'Pointer');
  assert.equal(pointer('uint8_t').primitive, 'Pointer');
});

test('refuses bad arguments', () => {
  throws(() => pointer(), TypeError);
  for (const ref of ['nope_t', null, undefined, 5, {}, [], true]) throws(() => pointer(ref), TypeError);
  throws(() => pointer('int &'), Error, 'SYNTAX');
  for (const count of [0, -1, 5, NaN, Infinity, null, {}, true]) throws(() => pointer('int', count), TypeError);
  for (const name of ['', 'a b', '1a', 'const']) throws(() => pointer(name, 'int'), Error, 'BAD_NAME');
  for (const name of ['int', 'S3', 'AddFn']) throws(() => pointer(name, types.int), Error, 'DUPLICATE');
  pointer('Twice', 'int');
  throws(() => pointer('Twice', 'int'), Error, 'DUPLICATE');
  throws(() => pointer('Other', 'nope_t'), TypeError);
  assert.equal(pointer('Other', 'int').name, 'Other');
  throws(() => pointer('int', 'n'), TypeError);
});

// What a pointer parameter makes of a value: the address C receives, 'ok' for any, or the class of the error.
const parameters = {
  'void *': lib.func('ptr_val', 'uint64_t', ['void *']),
  'int *': lib.func('ptr_val', 'uint64_t', ['int *']),
  'S3 *': lib.func('ptr_val', 'uint64_t', ['S3 *']),
  'Opq *': lib.func('ptr_val', 'uint64_t', ['Opq *']),
  'AddFn *': lib.func('ptr_val', 'uint64_t', ['AddFn *']),
  'int **': lib.func('ptr_val', 'uint64_t', ['int **']),
  'void **': lib.func('ptr_val', 'uint64_t', ['void **']),
  'str *': lib.func('ptr_val', 'uint64_t', ['str *']),
  'Opq **': lib.func('ptr_val', 'uint64_t', ['Opq **']),
  str: lib.func('ptr_val', 'uint64_t', ['str']),
  'U *': lib.func('ptr_val', 'uint64_t', ['U *']),
  'bool *': lib.func('ptr_val', 'uint64_t', ['bool *']),
};

test('NULL, addresses and buffers pass for every pointer', () => {
  const view = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
  const base = ristretto.address(view);

  for (const [name, f] of Object.entries(parameters)) {
    assert.equal(f(null), 0, name);
    assert.equal(f(undefined), 0, name);
    assert.equal(f(0), 0, name);
    assert.equal(f(0n), 0, name);
    assert.equal(f(4096), 4096, name);
    assert.equal(BigInt(f(0x7fff12345678n)), wrap(0x7fff12345678n), name);
    assert.equal(BigInt(f(-1n)), wrap(-1n), name);
    assert.equal(f(2n ** 64n), 0, name);
    assert.equal(BigInt(f(-1)), wrap(-1n), name);
    assert.equal(BigInt(f(view)), base, name);
    assert.equal(BigInt(f(view.buffer)), base, name);
    assert.equal(BigInt(f(new Uint16Array(view.buffer, 2))), base + 2n, name);
    assert.equal(BigInt(f(new DataView(view.buffer, 1, 16))), base + 1n, name);
    assert.equal(f(new Uint8Array(0)), 0, name);
    assert.equal(f(detached()), 0, name);
    assert.ok(f(new Int32Array(new SharedArrayBuffer(16))) > 0, name);
    assert.equal(BigInt(f(as(view, name === 'AddFn *' ? name : 'void *'))), base, name);
  }
});

test('NaN, infinities, fractions and values of other kinds are refused for every pointer', () => {
  const values = [NaN, Infinity, -Infinity, 1.5, true, false, Symbol('x')];
  const objects = [new SharedArrayBuffer(8), types.int, out('int *')];

  for (const [name, f] of Object.entries(parameters)) {
    for (const value of values) throws(() => f(value), TypeError, 'VALUE', /ptr_val\(\)/);
    for (const value of objects) {
      if (name === 'U *') assert.throws(() => f(value), { code: /^ERR_RISTRETTO_(UNION|VALUE)$/ });
      else throws(() => f(value), TypeError, 'VALUE', /ptr_val\(\)/);
    }
    if (name !== 'AddFn *') throws(() => f(() => {}), TypeError, 'VALUE');
  }
});

test('takes strings, arrays and objects as the pointee allows', () => {
  const TE = TypeError;
  const E = Error;
  const names = Object.keys(parameters);
  const matrix = [
    // value              void*  int*  S3*   Opq*  Cb*   int** void** str*  Opq** str   U*    bool*
    ['text', ['ok', 'ok', TE, TE, TE, TE, TE, TE, TE, 'ok', TE, TE]],
    [{}, [TE, TE, 'ok', TE, TE, TE, TE, TE, TE, TE, E, TE]],
    [[], [TE, 'ok', 'ok', TE, TE, 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']],
    [[1, 2], [TE, 'ok', TE, TE, TE, 'ok', 'ok', 'ok', 'ok', 'ok', TE, TE]],
    [[1n], [TE, 'ok', TE, TE, TE, 'ok', 'ok', 'ok', 'ok', 'ok', TE, TE]],
    [['a'], ['ok', 'ok', TE, TE, TE, 'ok', 'ok', 'ok', TE, 'ok', TE, TE]],
    [['a', 'b'], [TE, TE, TE, TE, TE, 'ok', 'ok', 'ok', TE, TE, TE, TE]],
    [[null], [TE, TE, TE, TE, TE, 'ok', 'ok', 'ok', 'ok', TE, TE, TE]],
    [[undefined], [TE, TE, TE, TE, TE, 'ok', 'ok', 'ok', 'ok', TE, TE, TE]],
    [[[1]], [TE, TE, TE, TE, TE, 'ok', TE, 'ok', TE, TE, undefined, TE]],
    [[{ a: 1 }], [TE, TE, 'ok', TE, TE, TE, TE, TE, TE, TE, E, TE]],
    [[{ i: 1 }], [TE, TE, 'ok', TE, TE, TE, TE, TE, TE, TE, 'ok', TE]],
    [[true], [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, 'ok']],
    [new Date(), [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, undefined, TE]],
    [new Map(), [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, undefined, TE]],
    [new Proxy([1], {}), [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, undefined, TE]],
  ];

  for (const [value, row] of matrix) {
    row.forEach((expected, column) => {
      const f = parameters[names[column]];
      const title = `${names[column]} <- ${inspect(value)}`;
      if (expected === 'ok') assert.ok(BigInt(f(value)) > 0n, title);
      else if (expected) throws(() => f(value), expected);
      else assert.throws(() => f(value), { code: /^ERR_RISTRETTO_/ }, title);
    });
  }
});

test('strings for pointers to signed integers of 8, 16 and 32 bits', () => {
  for (const [spec, size] of [['int8_t *', 1], ['int16_t *', 2], ['int32_t *', 4], ['int *', 4], ['void *', 1]]) { // prettier-ignore
    assert.equal(lib.func('str_byte', 'int', [spec, 'int'])('a', LITTLE ? 0 : size - 1), 97, spec);
  }
  for (const spec of ['uint8_t *', 'unsigned char *', 'uint16_t *', 'uint32_t *', 'int64_t *', 'float *', 'bool *']) {
    throws(() => lib.func('str_byte', 'int', [spec, 'int'])('a', 0), TypeError, 'VALUE');
  }
});

test('arrays become transient blocks of elements', () => {
  const sum = lib.func('int sum_ints(int *p, int n)');

  assert.equal(sum([1, 2, 3], 3), 6);
  assert.equal(sum(Int32Array.of(1, 2, 3), 3), 6);
  assert.equal(sum(Int32Array.of(1, 2, 3).subarray(1), 2), 5);
  assert.equal(sum([1.9], 1), 1);
  assert.equal(sum([NaN], 1), 0);
  assert.equal(sum([], 0), 0);
  class List extends Array {}
  assert.equal(sum(List.of(4, 5), 2), 9);
  assert.equal(lib.func('int sum_u8(uint8_t *p, int n)')([300, 1], 2), 45);
  assert.equal(lib.func('int sum_u8(uint8_t *p, int n)')([-1], 1), 255);
  assert.equal(lib.func('int64_t sum_i64(int64_t *p, int n)')([1n, 2n, 2n ** 60n], 3), 1152921504606846979n);
  assert.equal(lib.func('double sum_dbl(double *p, int n)')([0.5, 1n], 2), 1.5);
  assert.equal(lib.func('int S3_sum_arr(S3 *s, int n)')([{ a: 1 }, { a: 2 }], 2), 3);
  assert.equal(sum(new Array(100000).fill(1), 100000), 100000);
  for (const value of [[1, null], ['x', 1], [1, , 2], [1, 'x'], [{}]]) throws(() => sum(value, 1), TypeError, 'VALUE');
});

test('pointers to pointers convert each element', () => {
  const deref2 = lib.func('int deref2(int **pp)');
  const total = lib.func('int strs_total(str *p)');
  const kept = Int32Array.of(9);

  assert.equal(deref2([[7]]), 7);
  assert.equal(deref2([kept]), 9);
  assert.equal(deref2([ristretto.address(kept)]), 9);
  assert.equal(deref2(BigUint64Array.of(ristretto.address(kept))), 9);
  assert.equal(total(['a', 'bb', null]), 3);
  assert.equal(total(['a', 'bb', undefined]), 3);
  assert.equal(total(['a', , 'bb']), 1);
  assert.equal(total([Buffer.from('abc\0'), null]), 3);
  assert.equal(total([lib.symbol('my_buf'), null]), 6);
  throws(() => total(['a', {}, null]), TypeError, 'VALUE', /\[1\]/);
  assert.equal(lib.func('int count_null(void **p, int n)')([null, undefined, 0n, 5n], 4), 3);
});

test('pointers to arrays take arrays of arrays', () => {
  const sum = lib.func('sum_ints', 'int', [pointer(array('int', 3)), 'int']);

  assert.equal(sum([[1, 2, 3]], 3), 6);
  assert.equal(sum([[1, 2, 3], [4, 5, 6]], 6), 21); // prettier-ignore
  assert.equal(sum(Int32Array.of(1, 2, 3), 3), 6);
  throws(() => sum([1, 2, 3], 3), TypeError, 'VALUE');
});

test('a buffer that is smaller than the struct, union or array pointed to is refused', () => {
  throws(() => parameters['S3 *'](Buffer.alloc(15)), Error, 'BUFFER_SIZE', /16/);
  throws(() => parameters['U *'](Buffer.alloc(7)), Error, 'BUFFER_SIZE');
  throws(() => lib.func('ptr_val', 'uint64_t', [pointer(array('int', 3))])(Buffer.alloc(11)), Error, 'BUFFER_SIZE');
  assert.ok(parameters['S3 *'](Buffer.alloc(16)) > 0);
});

test('byte order of the pointee: numbers and matching views are converted, bytes are kept', () => {
  const first = lib.func('str_byte', 'int', ['uint16_be *', 'int']);
  const bytes = Uint8Array.of(1, 2);

  assert.equal(first([0x102], 0), 1);
  assert.equal(first(Uint16Array.of(0x102), 0), 1);
  for (const raw of [Buffer.from([1, 2]), bytes, bytes.buffer, new DataView(bytes.buffer)]) {
    assert.equal(first(raw, 0), 1);
  }
});

test('C returns pointers as BigInt or null', () => {
  const id = lib.func('void *make_ptr(uint64_t v)');

  assert.equal(id(0), null);
  assert.equal(id(5), 5n);
  assert.equal(id(2n ** 64n - 1n), wrap(-1n));
  for (const result of ['int *', 'S3 *', 'Opq *', 'int **', 'str *', 'AddFn *', pointer(array('int', 3))]) {
    const f = lib.func('make_ptr', result, ['uint64_t']);
    assert.equal(f(0), null);
    assert.equal(f(4096), 4096n);
  }
  assert.equal(lib.func('void *static_ptr()')(), lib.func('int *static_ptr()')());
});

test('counted pointers: definition', () => {
  const Dyn = struct({ n: 'int', p: pointer(null, 'int', 'n') });
  const Named = struct({ p: pointer('COUNTED', 'int', 'n'), n: 'int' });

  assert.deepEqual([Dyn.size, Named.size], [2 * WORD, 2 * WORD]);
  assert.equal(Named.members.p.type.name, 'COUNTED');
  throws(() => struct({ p: pointer(null, 'int', 'n') }), Error);
  throws(() => struct({ n: 'float', p: pointer(null, 'int', 'n') }), Error);
  throws(() => ristretto.union({ n: 'int', p: pointer(null, 'int', 'n') }), TypeError);
  throws(() => lib.func('sum_ints', 'int', [pointer(null, 'int', 'n'), 'int']), TypeError);
  throws(() => lib.func('static_ptr', pointer(null, 'int', 'n'), []), TypeError);
  throws(() => decode(Buffer.alloc(8), pointer(null, 'int', 'n')), TypeError);
});

test('counted pointers: both ways', () => {
  const Dyn = struct('Dyn', { n: 'int', p: pointer(null, 'int', 'n') });
  const dyn_sum = lib.func('int dyn_sum(Dyn *d)');
  const filled = {};

  assert.equal(dyn_sum({ n: 3, p: [1, 2, 3] }), 6);
  assert.equal(dyn_sum({ n: 2, p: Int32Array.of(4, 5) }), 9);
  assert.equal(dyn_sum({ p: [4, 5] }), 9, 'the count is derived');
  assert.equal(dyn_sum({ n: 0, p: null }), 0);
  assert.equal(dyn_sum({ n: 0 }), 0);
  const kept = Int32Array.of(10, 20);
  assert.equal(dyn_sum({ n: 2, p: ristretto.address(kept) }), 30);
  for (const value of [{ n: 2, p: [1, 2, 3] }, { n: 4, p: [1] }, { n: 2, p: null }, { n: -1, p: [] }]) {
    throws(() => dyn_sum(value), Error, 'COUNT');
  }
  lib.func('void fill_dyn(_Out_ Dyn *d)')(filled);
  assert.deepEqual(filled, { n: 5, p: Int32Array.of(5, 4, 3, 2, 1) });
  const bytes = Buffer.alloc(Dyn.size);
  assert.deepEqual(decode(bytes, Dyn).n, 0);
  poke(bytes, 0, 'Int32', 3);
  assert.deepEqual(decode(bytes, Dyn), { n: 3, p: null });
  poke(bytes, WORD, 'pointer', lib.symbol('my_arr'));
  assert.deepEqual(decode(bytes, Dyn), { n: 3, p: Int32Array.of(1, 2, 3) });
});

test('counted character pointers hold exactly that many units', () => {
  const Text = struct({ n: 'int', s: pointer(null, 'char', 'n') });
  const bytes = Buffer.alloc(Text.size);

  poke(bytes, 0, 'Int32', 3);
  poke(bytes, WORD, 'pointer', lib.symbol('my_buf'));
  assert.deepEqual(decode(bytes, Text), { n: 3, s: 'buf' });
});

test('an invalid count does not read wild memory', () => {
  const Dyn = struct({ n: 'int64', p: pointer(null, 'int', 'n') });
  const bytes = Buffer.alloc(Dyn.size);

  poke(bytes, 8, 'pointer', lib.symbol('my_arr'));
  for (const count of [-1n, -(2n ** 63n), 2n ** 62n]) {
    poke(bytes, 0, 'BigInt64', count);
    let value;
    try {
      value = decode(bytes, Dyn).p;
    } catch (error) {
      assert.equal(error.constructor, Error);
      assert.match(error.code, /^ERR_RISTRETTO_/);
      continue;
    }
    assert.equal(value.length, 0);
  }
});

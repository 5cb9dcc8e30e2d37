'use strict';
// In a steady state a call with scalars, strings under 1 KB or structs asks the C heap for nothing. Counted by
// test/fixtures/malloc_counter.c, preloaded into a process of its own: allocations made by the addon's own code.
const { test } = require('node:test');
const { GLIBC, assert, runOk } = require('./support');
const { fixturePath } = require('../fixtures');

const skip = !GLIBC || Boolean(process.env.LD_PRELOAD); // a sanitizer has its own malloc
const counter = skip ? null : fixturePath('malloc_counter');

// Allocations that the addon makes in 1,000 rounds of `body`, after 2,000 rounds to warm up.
function allocations(setup, body) {
  const out = runOk(
    `const path = require('node:path');
     const addon = Object.keys(require('node:module')._cache).concat(
       require('node:fs').readFileSync('/proc/self/maps', 'utf8').split('\\n').map((line) => line.split(' ').pop())
     ).find((file) => file.endsWith('.node'));
     const lib = fixtures();
     define('S3', 'SA', 'SP', 'U', 'V3', 'AddFn');
     ristretto.struct('Two', { a: 'double', b: 'double' });
     const counter = ristretto.load(null);
     const start = counter.func('int malloc_counter_start(const char *name)');
     const stop = counter.func('long malloc_counter_stop()');
     ${setup}
     const body = (i) => { ${body} };
     for (let i = 0; i < 2000; i++) body(i);
     assert.equal(start(path.basename(addon)), 0, 'the addon is mapped');
     for (let i = 0; i < 1000; i++) body(i);
     const count = stop();
     console.log(count);`,
    { env: { LD_PRELOAD: counter } }
  );

  return Number(out.trim().split('\n').pop());
}

const NONE = {
  'empty call': [`const f = lib.func('void nothing()');`, `f();`],
  'two ints': [`const f = lib.func('int add(int a, int b)');`, `f(i, 1);`],
  'ints with surplus arguments': [`const f = lib.func('int add(int a, int b)');`, `f(i, 1, 2, 3);`],
  doubles: [`const f = lib.func('double id_double(double v)');`, `f(i + 0.5);`],
  floats: [`const f = lib.func('float id_float(float v)');`, `f(1.5);`],
  bool: [`const f = lib.func('bool id_bool(bool v)');`, `f(true);`],
  '64-bit integers': [`const f = lib.func('int64_t id_int64(int64_t v)');`, `f(i); f(2n ** 60n);`],
  'unsigned 64-bit integers': [`const f = lib.func('uint64_t id_uint64(uint64_t v)');`, `f(2n ** 63n); f(2 ** 53);`],
  'byte-swapped integers': [`const f = lib.func('raw32', 'uint32_be', ['uint32_be']);`, `f(i);`],
  pointers: [`const f = lib.func('void *ret_ptr(void *p)'); const p = lib.symbol('my_int');`, `f(p); f(null);`],
  buffers: [`const f = lib.func('int sum_ints(int *p, int n)'); const b = Int32Array.of(1, 2, 3);`, `f(b, 3);`],
  'short strings in': [`const f = lib.func('int str_len(const char *s)');`, `f('hello ' + i);`],
  'strings of 1,000 bytes in': [`const f = lib.func('int str_len(const char *s)'); const s = 'x'.repeat(1000);`, `f(s);`],
  'strings of 1,000 bytes that are not ASCII': [`const f = lib.func('int str_len(const char *s)'); const s = 'é'.repeat(500);`, `f(s);`],
  'UTF-16 and UTF-32 strings in': [
    `const f = lib.func('int str16_len(str16 s)'), g = lib.func('int str32_len(str32 s)'); const s = 'é😀'.repeat(50);`,
    `f(s); g(s);`,
  ],
  'strings out': [`const f = lib.func('const char *id_str(const char *s)');`, `f('text');`],
  'strings out of 1,000 bytes': [`const f = lib.func('const char *id_str(const char *s)'); const s = 'x'.repeat(1000);`, `f(s);`],
  'wide strings out': [`const f = lib.func('str16 id_str16(str16 s)'), g = lib.func('str32 id_str32(str32 s)');`, `f('text'); g('text');`],
  'two strings and an output buffer': [
    `const f = lib.func('void ConcatToBuffer(const char *a, const char *b, char *o)'); const o = Buffer.alloc(256);`,
    `f('one ', 'two', o);`,
  ],
  'structs by value': [`const f = lib.func('S3 id_S3(S3 s)'), g = lib.func('V3 id_V3(V3 v)');`, `f({ a: 1, b: 2, c: 3 }); g({ x: 1, y: 2, z: 3 });`],
  'structs by pointer': [`const f = lib.func('int S3_a(S3 *s)');`, `f({ a: i, b: 2, c: 3 });`],
  'structs out': [`const f = lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)'); const o = {};`, `f(o, 1, 2, 3);`],
  'structs in and out': [`const f = lib.func('void inc_S3(_Inout_ S3 *s)'); const o = { a: 1, b: 0, c: 0 };`, `o.b = 0; f(o);`],
  'structs with arrays and text': [`const f = lib.func('SA id_SA(SA s)');`, `f({ x: 1, arr: [1, 2, 3, 4], name: 'bob' });`],
  'structs with strings': [`const f = lib.func('int SP_len(SP *s)');`, `f({ s: 'hello', w: 'wide' });`],
  'arrays of scalars': [`const f = lib.func('int sum_ints(int *p, int n)'); const a = new Array(100).fill(1);`, `f(a, 100);`],
  'arrays of structs': [`const f = lib.func('int S3_sum_arr(S3 *s, int n)'); const a = [{ a: 1 }, { a: 2 }];`, `f(a, 2);`],
  'int out-parameters': [`const f = lib.func('void fill_ints(_Out_ int *p, int n, int start)'); const o = [null];`, `f(o, 1, i);`],
  'string out-parameters': [`const f = lib.func('void set_strp(_Out_ const char **o, const char *s)'); const o = [null];`, `f(o, 'text');`],
  'errno': [`const f = lib.func('int set_errno(int v)');`, `f(i); ristretto.errno(); ristretto.errno(5);`],
  'decode of scalars': [`const p = lib.symbol('my_int');`, `ristretto.decode(p, 'int'); ristretto.decode.int(p);`],
  'decode of structs': [`const p = lib.symbol('my_S3');`, `ristretto.decode(p, 'S3');`],
  'decode of strings': [`const p = lib.symbol('my_buf');`, `ristretto.decode.string(p); ristretto.decode(p, 'char', 16);`],
  'encode of scalars and structs': [`const b = Buffer.alloc(16);`, `ristretto.encode(b, 'int', i); ristretto.encode(b, 'S3', { a: 1, b: 2, c: 3 });`],
}; // prettier-ignore

for (const [name, [setup, body]] of Object.entries(NONE)) {
  test(`allocates nothing: ${name}`, { skip }, () => {
    assert.equal(allocations(setup, body), 0);
  });
}

test('the counter counts', { skip }, () => {
  assert.ok(allocations('', `ristretto.free(ristretto.alloc('int', 4));`) >= 1000);
});

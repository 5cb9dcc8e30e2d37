'use strict';

// JavaScript calls C. See index.js for what a workload has.

const assert = require('node:assert/strict');

const RECORDS = 1000;
const RECORD = {
  id: 'int32_t',
  kind: 'uint8_t',
  level: 'int8_t',
  active: 'bool',
  x: 'double',
  ratio: 'float',
  port: 'uint16_t',
  delta: 'int16_t',
  flags: 'uint32_t',
  size: 'int64_t',
};

const SHORT = texts(16, (i) => `word number ${i}`);
const LONG = texts(16, (i) => `${i} ${'lorem ipsum dolor sit amet, '.repeat(40)}`.slice(0, 1024));

const ADDRESSES = Array.from({ length: 16 }, (_, i) => 4096n + 8n * BigInt(i));

/** `count` strings of one-byte characters; made from bytes, so that none is a rope that the first call flattens. */
function texts(count, make) {
  return Array.from({ length: count }, (_, i) => Buffer.from(make(i)).toString('latin1'));
}

function textValue(text) {
  return text.length + text.charCodeAt(0) + text.charCodeAt(text.length - 1);
}

function checkText(f, list) {
  for (const text of list) assert.equal(f(text), textValue(text));
}

function loopText(f, list) {
  return (n) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = (f(list[sum & 15]) + i) & 0xffff;
    return sum;
  };
}

/** The record type and the address of the first record. One declaration serves both decode workloads. */
function records(api, lib) {
  api.records ??= { type: api.struct('BenchRecord', RECORD), base: null };
  return { type: api.records.type, base: lib.func('const BenchRecord *bench_records(void)')() };
}

function checkRecord(record, i) {
  assert.deepEqual(Object.entries(record), [
    ['id', i],
    ['kind', i & 255],
    ['level', (i % 100) - 50],
    ['active', i % 2 === 1],
    ['x', i + 0.25],
    ['ratio', i * 0.5 + 0.25],
    ['port', (60000 + i) & 0xffff],
    ['delta', 0 - i],
    ['flags', 4000000000 + i],
    ['size', 5000000000 + i],
  ]);
}

const NO_STRUCTS = 'has no structs';

/** `count` types, `int` (the name of a 32-bit integer) and double in turn. */
function mixed(int, count) {
  return Array.from({ length: count }, (_, i) => (i % 2 ? 'double' : int));
}

const PROTOTYPES = [
  'int bench_two_ints(int a, int b)',
  'double bench_two_doubles(double a, double b)',
  'int64_t bench_two_int64(int64_t a, int64_t b)',
  'double bench_mixed8(int a, double b, int c, double d, int e, double f, int g, double h)',
  'int bench_text_in(const char *text)',
  'const char *bench_text_out(int index)',
  'int bench_bytes(const uint8_t *p, int n)',
  'int bench_out(int key, _Out_ int *value)',
];

module.exports = [
  {
    name: 'empty',
    title: 'empty call',
    what: '`void f(void)`',
    ffi: (api, lib) =>
      Object.assign(lib.func('void bench_nop(void)'), { count: lib.func('uint32_t bench_nop_count(void)') }),
    node: (api, lib) =>
      Object.assign(lib.getFunction('bench_nop', {}), {
        count: lib.getFunction('bench_nop_count', { return: 'uint32' }),
      }),
    addon: (api) => Object.assign(api.nop, { count: api.nopCount }),
    check(f) {
      const before = f.count();
      assert.equal(f(), undefined);
      assert.equal(f.count(), before + 1);
    },
    loop: (f) => (n) => {
      for (let i = 0; i < n; i++) f(); // a call into native code stays: its effect (a counter in C) is unknown to V8
      return 0;
    },
  },
  {
    name: 'two-ints',
    title: 'two ints',
    what: '`int f(int, int)`',
    ffi: (api, lib) => lib.func('int bench_two_ints(int a, int b)'),
    node: (api, lib) => lib.getFunction('bench_two_ints', { return: 'int32', arguments: ['int32', 'int32'] }),
    addon: (api) => api.twoInts,
    check: (f) => assert.equal(f(0x1234, 0x00ff), 0x12cb),
    loop: (f) => (n) => {
      let x = 1;
      for (let i = 0; i < n; i++) x = f(x, i);
      return x;
    },
  },
  {
    name: 'two-doubles',
    title: 'two doubles',
    what: '`double f(double, double)`',
    ffi: (api, lib) => lib.func('double bench_two_doubles(double a, double b)'),
    node: (api, lib) => lib.getFunction('bench_two_doubles', { return: 'double', arguments: ['double', 'double'] }),
    addon: (api) => api.twoDoubles,
    check: (f) => assert.equal(f(2.5, 0.125), 1.375),
    loop: (f) => (n) => {
      let x = 0.1;
      for (let i = 0; i < n; i++) x = f(x, 0.3);
      return x;
    },
  },
  {
    name: 'two-int64',
    title: 'two int64',
    what: '`int64_t f(int64_t, int64_t)`, with Numbers above 2^32',
    ffi: (api, lib) => lib.func('int64_t bench_two_int64(int64_t a, int64_t b)'),
    node(api, lib) {
      const call = lib.getFunction('bench_two_int64', { return: 'int64', arguments: ['int64', 'int64'] });
      return (a, b) => Number(call(BigInt(a), BigInt(b)));
    },
    addon: (api) => api.twoInt64,
    check: (f) => assert.equal(f(2 ** 40 + 1, 2 ** 41 + 3), 2 ** 40 + 2 ** 41 + 2),
    loop: (f) => (n) => {
      let x = 2 ** 47;
      for (let i = 0; i < n; i++) x = f(x, 2 ** 40 + i);
      return x;
    },
  },
  {
    name: 'mixed-8',
    title: 'eight mixed',
    what: '`double f(int, double, ...)`, eight arguments',
    ffi: (api, lib) => lib.func(PROTOTYPES[3]),
    node: (api, lib) => lib.getFunction('bench_mixed8', { return: 'double', arguments: mixed('int32', 8) }),
    addon: (api) => api.mixed8,
    check: (f) => assert.equal(f(1, 0.5, 20, 0.25, 300, 8.5, 4000, 16.125), 1 - 20 + 300 - 4000 - 7.375),
    loop: (f) => (n) => {
      let x = 0.1;
      for (let i = 0; i < n; i++) x = f(i & 255, x * 0.5, 3, 0.2, 5, 0.4, 7, 0.6);
      return x;
    },
  },
  {
    name: 'mixed-20',
    title: '20 mixed',
    what: 'the same with twenty, six of them on the stack',
    ffi: (api, lib) => lib.func('bench_mixed20', 'double', mixed('int', 20)),
    node: (api, lib) => lib.getFunction('bench_mixed20', { return: 'double', arguments: mixed('int32', 20) }),
    addon: (api) => api.mixed20,
    check: (f) =>
      assert.equal(
        f(1, 0.5, 2, 1.5, 4, 2.5, 8, 3.5, 16, 4.5, 32, 5.5, 64, 6.5, 128, 7.5, 256, 8.5, 512, 10.5),
        1 - 2 + 4 - 8 + 16 - 32 + 64 - 128 + 256 - 512 - 6,
      ),
    loop: (f) => (n) => {
      let x = 0.1;
      for (let i = 0; i < n; i++) {
        x = f(i & 255, x * 0.5, 3, 0.2, 5, 0.4, 7, 0.6, 9, 0.8, 11, 1.1, 13, 1.3, 15, 1.5, 17, 1.7, 19, 1.9);
      }
      return x;
    },
  },
  {
    name: 'short-string-in',
    title: 'short string in',
    what: 'a string of 13 or 14 ASCII characters, read by C up to the NUL',
    ffi: (api, lib) => lib.func('int bench_text_in(const char *text)'),
    node: (api, lib) => lib.getFunction('bench_text_in', { return: 'int32', arguments: ['string'] }),
    addon: (api) => api.textIn,
    check: (f) => checkText(f, SHORT),
    loop: (f) => loopText(f, SHORT),
  },
  {
    name: 'long-string-in',
    title: '1 KB string in',
    what: 'a string of 1,024 ASCII characters',
    ffi: (api, lib) => lib.func('int bench_text_in(const char *text)'),
    node: (api, lib) => lib.getFunction('bench_text_in', { return: 'int32', arguments: ['string'] }),
    addon: (api) => api.textIn,
    check: (f) => checkText(f, LONG),
    loop: (f) => loopText(f, LONG),
  },
  {
    name: 'string-out',
    title: 'string out (30)',
    what: 'a static C string of 30 characters becomes a JavaScript string',
    ffi: (api, lib) => lib.func('const char *bench_text_out(int index)'),
    node(api, lib) {
      const call = lib.getFunction('bench_text_out', { return: 'pointer', arguments: ['int32'] });
      return (index) => api.toString(call(index));
    },
    addon: (api) => api.textOut,
    check: (f) => assert.equal(f(3), 'sphinx of black quartz judge m'),
    loop: (f) => (n) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = (x + f(x + i).charCodeAt(4)) & 0xff;
      return x;
    },
  },
  {
    name: 'buffer-in',
    title: '64-byte buffer in',
    what: 'a `Uint8Array` of 64 bytes, and its length',
    ffi: (api, lib) => lib.func('int bench_bytes(const uint8_t *p, int n)'),
    node: (api, lib) => lib.getFunction('bench_bytes', { return: 'int32', arguments: ['pointer', 'int32'] }),
    addon: (api) => api.bytes,
    check: (f) => assert.equal(f(new Uint8Array(64).fill(5, 0, 1).fill(7, 63), 64), 76),
    loop: (f) => {
      const bytes = new Uint8Array(64);
      return (n) => {
        bytes.fill(1);
        for (let i = 0; i < n; i++) bytes[i & 63] = f(bytes, 64);
        return bytes[0] + bytes[63];
      };
    },
  },
  {
    name: 'pointer-in',
    title: 'pointer in, bool out',
    what: 'an address as BigInt, which C does not follow',
    ffi: (api, lib) => lib.func('bool bench_is_odd(const void *p)'),
    node: (api, lib) => lib.getFunction('bench_is_odd', { return: 'bool', arguments: ['pointer'] }),
    addon: (api) => api.isOdd,
    check(f) {
      assert.equal(Boolean(f(4096n)), false);
      assert.equal(Boolean(f(4104n)), true);
    },
    loop: (f) => (n) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = f(ADDRESSES[(x + i) & 15]) ? 1 : 2;
      return x;
    },
  },
  {
    name: 'struct-value',
    title: 'struct of 2 doubles, in and out',
    what: '`{ x, y }` by value, argument and result',
    ffi(api, lib) {
      api.struct('BenchPair', { x: 'double', y: 'double' });
      return lib.func('BenchPair bench_pair_turn(BenchPair p)');
    },
    node: NO_STRUCTS,
    addon: (api) => api.pairTurn,
    check: (f) => assert.deepEqual({ ...f({ x: 1.5, y: 4.25 }) }, { x: 4.25 * 0.5 + 0.1, y: 1.5 * 0.5 + 0.2 }),
    loop: (f) => (n) => {
      let p = { x: 0.5, y: 0.25 };
      for (let i = 0; i < n; i++) p = f(p);
      return p.x + p.y;
    },
  },
  {
    name: 'struct-inout',
    title: 'struct pointer, inout',
    what: '`{ x, y }` by pointer: C changes it in place, the object is updated',
    ffi(api, lib) {
      api.struct('BenchPairInOut', { x: 'double', y: 'double' });
      return lib.func('void bench_pair_turn_in_place(_Inout_ BenchPairInOut *p)');
    },
    node: NO_STRUCTS,
    addon: (api) => api.pairTurnInPlace,
    check(f) {
      const p = { x: 1.5, y: 4.25 };
      f(p);
      assert.deepEqual(p, { x: 4.25 * 0.5 + 0.1, y: 1.5 * 0.5 + 0.2 });
    },
    loop: (f) => (n) => {
      const p = { x: 0.5, y: 0.25 };
      for (let i = 0; i < n; i++) f(p);
      return p.x + p.y;
    },
  },
  {
    name: 'decode-struct',
    title: 'ten-field struct decoded',
    what: 'a struct of ten fields at an address becomes an object',
    ffi(api, lib) {
      const { type, base } = records(api, lib);
      const addresses = Array.from({ length: RECORDS }, (_, i) => base + BigInt(i * type.size));
      return (i) => api.decode(addresses[i], type);
    },
    node: NO_STRUCTS,
    addon: (api) => api.record,
    check(f) {
      for (let i = 0; i < RECORDS; i++) checkRecord(f(i), i);
    },
    loop: (f) => (n) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = (f(x).id + 7) % 1000;
      return x;
    },
  },
  {
    name: 'decode-structs',
    title: '1,000 structs decoded',
    what: 'a thousand of them become an array of objects',
    ffi(api, lib) {
      const { type, base } = records(api, lib);
      const list = api.array(type, RECORDS);
      return () => api.decode(base, list);
    },
    node: NO_STRUCTS,
    addon: (api) => api.records,
    check(f) {
      const list = f();
      assert.equal(list.length, RECORDS);
      list.forEach(checkRecord);
    },
    loop: (f) => (n) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = (f()[x].id + 7) % 1000;
      return x;
    },
  },
  {
    name: 'ints-in',
    title: '1,000 ints as an array in',
    what: 'an Array of 1,000 Numbers as `const int *`',
    ffi(api, lib) {
      const sum = lib.func('int bench_sum(const int *values, int count)');
      return (list) => sum(list, list.length);
    },
    node(api, lib) {
      const sum = lib.getFunction('bench_sum', { return: 'int32', arguments: ['pointer', 'int32'] });
      return (list) => sum(Int32Array.from(list), list.length);
    },
    addon: (api) => api.sum,
    check: (f) => assert.equal(f(Array.from({ length: 1000 }, (_, i) => i - 300)), 199500),
    loop: (f) => {
      const list = Array.from({ length: 1000 }, (_, i) => i);
      return (n) => {
        list[0] = 0;
        for (let i = 0; i < n; i++) list[0] = f(list) & 0xff;
        return list[0];
      };
    },
  },
  {
    name: 'int-out',
    title: 'int out-parameter',
    what: '`int *`, through a fresh array `[0]`',
    ffi(api, lib) {
      const query = lib.func('int bench_out(int key, _Out_ int *value)');
      return (key) => {
        const value = [0];
        if (query(key, value) !== 0) throw new Error('bench_out() failed');
        return value[0];
      };
    },
    node(api, lib) {
      const query = lib.getFunction('bench_out', { return: 'int32', arguments: ['int32', 'pointer'] });
      return (key) => {
        const value = new Int32Array(1);
        if (query(key, value) !== 0) throw new Error('bench_out() failed');
        return value[0];
      };
    },
    addon: (api) => api.out,
    check: (f) => assert.equal(f(14), 43),
    loop: (f) => (n) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = f(x) & 0xffff;
      return x;
    },
  },
  {
    name: 'declare',
    title: 'declaring a function',
    what: 'one `lib.func(prototype)`, eight prototypes in turn',
    ffi: (api, lib) => (i) => lib.func(PROTOTYPES[i & 7]),
    node: 'keeps the first declaration of a function',
    addon: 'has nothing to declare',
    check: (f) => assert.equal(f(0)(5, 6), 3),
    loop: (f) => (n) => {
      let count = 0;
      for (let i = 0; i < n; i++) count += typeof f(count) === 'function' ? 1 : 2;
      return count;
    },
  },
  {
    name: 'require',
    title: 'require()',
    what: '`require()` of the package in a fresh process',
    script: 'require.js',
    processes: 4,
    ffi: true,
    node: true,
    addon: true,
  },
];

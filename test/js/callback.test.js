'use strict';
// Transient callbacks: JavaScript functions given to C, which calls them before it returns.
const { test } = require('node:test');
const { LONG, WORD, assert, ristretto, fixtures, define, throws, run, runOk, wrap } = require('./support');
const { array, as, call, decode, disposable, encode, errno, load, proto, register, stats, struct, pack, unregister, Union } = ristretto;
const lib = fixtures();
const cb = fixtures('callbacks');

define('S3', 'P2', 'SA', 'U', 'TU', 'E', 'V3', 'IntCb');
struct('One', { c: 'char' });
struct('Mixed', { d: 'double', i: 'int64_t' });
struct('L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });
struct('Big', { numbers: array('int32_t', 250), text: 'str' });
struct('SF', { s: 'str', f: 'IntCb *' });
struct('Several', { count: 'int', cbs: array('IntCb *', 3) });

/** [through, isZero]: the functions via_<name> and zero_<name> for a callback from `type` to `type`. */
function viaFunctions(name, type) {
  return [
    cb.func(`${type} via_${name}(${type} (*cb)(${type}), ${type} v)`),
    cb.func(`int zero_${name}(${type} (*cb)(${type}), ${type} v)`),
  ];
}

const call_int = lib.func('int call_int(IntCb *cb, int v)');

/** What `run` throws, whatever its kind. */
function thrownBy(run) {
  try {
    run();
  } catch (error) {
    return { error };
  }
  return assert.fail('nothing was thrown');
}

// As C's integers arrive.
const toNumber = (value) => (value <= 2n ** 53n ? Number(value) : value);

// Per name in callbacks.c: C type, values that are kept, pairs of [result, what C and then JavaScript sees].
const NUMBERS = [
  ['bool', 'bool', [true, false], []],
  ['int8', 'int8_t', [0, 127, -128, -1], [[300, 44], [1.9, 1], [-129n, 127], [NaN, 0]]],
  ['uint8', 'uint8_t', [0, 255, 128], [[-1, 255], [256, 0], [257n, 1]]],
  ['int16', 'int16_t', [32767, -32768, -1], [[65536 + 5, 5]]],
  ['uint16', 'uint16_t', [65535, 32768, 0], [[-1, 65535]]],
  ['int32', 'int32_t', [2147483647, -2147483648, -1], [[2 ** 32 + 7, 7], [1.9, 1], [-1.9, -1]]],
  ['uint32', 'uint32_t', [4294967295, 2147483648, 0], [[-1, 4294967295]]],
  ['int64', 'int64_t', [0, -1, 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 63n - 1n, -(2n ** 63n)], [[7n, 7]]],
  ['uint64', 'uint64_t', [0, 2 ** 53 - 1, 2n ** 63n, 2n ** 64n - 1n, 2n ** 63n - 1n], [[-1, 2n ** 64n - 1n], [-1n, 2n ** 64n - 1n]]],
  ['char', 'char', [97, -1, 0], []],
  ['char16', 'char16_t', [97, -1], []],
  ['char32', 'char32_t', [97, 0x10ffff], []],
  ['wchar', 'wchar_t', [97], []],
  ['short', 'short', [-5, 32767], []],
  ['long', 'long', [-5, toNumber(2n ** BigInt(8 * LONG - 1) - 1n)], []],
  ['ulong', 'unsigned long', [5, toNumber(wrap(-2n, LONG))], []],
  ['llong', 'long long', [-5, -(2n ** 63n)], []],
  ['ullong', 'unsigned long long', [5, 2n ** 63n + 1n], []],
  ['intptr', 'intptr_t', [-5], []],
  ['size', 'size_t', [5, toNumber(wrap(-1n))], []],
  ['float', 'float', [0, 1.5, -2.25, Infinity, -Infinity, NaN, -0], [[0.1, Math.fround(0.1)], [3n, 3]]],
  ['double', 'double', [0, 0.1, -1e300, Infinity, NaN, 5e-324, -0], [[3n, 3], [2n ** 63n, 2 ** 63]]],
  ['enum', 'E', [0, 5, -1, 77], []],
];

for (const [name, type, same, changed] of NUMBERS) {
  test(`${type}: arguments and results`, () => {
    const [via, isZero] = viaFunctions(name, type);
    const some = same[0];

    for (const value of same) {
      assert.ok(Object.is(via((v) => v, value), value), `both ways: ${value}`);
      via((v) => assert.ok(Object.is(v, value), `argument: ${v} for ${value}`) ?? v, value);
      assert.ok(Object.is(via(() => value, some), value), `result: ${value}`);
    }
    for (const [given, seen] of changed) assert.ok(Object.is(via(() => given, some), seen), `${given} -> ${seen}`);
    for (const wrong of ['1', null, undefined, {}, [], () => 1, Symbol('x'), ...(type === 'bool' ? [1, 0n] : [true])]) {
      throws(() => via(() => wrong, some), TypeError, 'VALUE', /callback .*result/);
    }
    let returned = -1;
    const { error } = thrownBy(() => (returned = isZero(() => 'wrong', some)));
    assert.equal(error.code, 'ERR_RISTRETTO_VALUE');
    assert.equal(returned, -1);
  });
}

for (const [name, type] of [['uint16', 'uint16_be_t'], ['int32', 'int32_be_t'], ['int64', 'int64_be_t'], ['uint32', 'uint32_le_t']]) {
  test(`${type}: the bytes are swapped both ways`, () => {
    const [via] = viaFunctions(name, type);
    const native = cb.func(`${name}_t via_${name}(${type} (*cb)(${type}), ${name}_t v)`);
    const bytes = Buffer.alloc(8);

    assert.equal(via((v) => v + 1, 0x1234), 0x1235);
    encode(bytes, type, 0x1234);
    const swapped = decode(bytes, `${name}_t`);
    assert.equal(native((v) => assert.equal(v, 0x1234) ?? v, swapped), swapped);
  });
}

/* Strings */

const STRINGS = [['str', 'str'], ['str16', 'str16'], ['str32', 'str32'], ['wstr', 'wchar_t *'], ['str', 'const char *']];

for (const [name, type] of STRINGS) {
  test(`${type}: arguments and results`, () => {
    const [via, isZero] = viaFunctions(name, type);

    for (const text of ['', 'a', 'häß €😀', 'x'.repeat(3000), 'é'.repeat(70000)]) {
      assert.equal(via((s) => s, text), text);
      assert.equal(via((s) => assert.equal(s, text) ?? 'other', text), 'other');
      assert.equal(via(() => text, 'q'), text);
    }
    assert.equal(via((s) => assert.equal(s, null) ?? null, null), null);
    assert.equal(via(() => undefined, 'x'), null);
    assert.equal(isZero(() => null, 'x'), 1);
    for (const wrong of [true, {}, Symbol('x'), () => 1]) throws(() => via(() => wrong, 'x'), TypeError, 'VALUE', /result/);
  });
}

test('a buffer, an address and an array are strings, too', () => {
  const [via] = viaFunctions('str', 'str');
  const bytes = Buffer.from('bytes\0');

  assert.equal(via(() => bytes, 'x'), 'bytes');
  assert.equal(via(() => ristretto.address(bytes), 'x'), 'bytes');
  assert.equal(via(() => [104, 105, 0], 'x'), 'hi');
});

test('string results stay valid until the call ends', () => {
  const keep = cb.func('int keep_strings(str (*cb)(int), int count)');
  const long = 'x'.repeat(500);

  assert.equal(keep((i) => `value ${i}`, 5000), 5000);
  assert.equal(keep((i) => `value ${i}${long}`, 500), 500);
  assert.equal(keep((i) => `value ${i}${long}${call_int((v) => v, i)}${keep((j) => `value ${j}`, 3)}`, 100), 100);
});

test('string results of nested calls stay valid until the outermost call ends', () => {
  const stash = cb.func('void stash(str (*cb)(void))');
  const outer = cb.func('int stash_then_compare(void (*cb)(void), str expected)');
  const other = cb.func('int keep_strings(str (*cb)(int), int count)');

  const body = () => {
    stash(() => 'the inner result');
    other((i) => `value ${i} over it`, 200);
    Buffer.alloc(100000, 'z');
  };
  assert.equal(outer(body, 'the inner result'), 1);
  assert.equal(outer(() => outer(body, 'the inner result'), 'the inner result'), 1);
});

/* Aggregates */

const values = (n) => Array.from({ length: 250 }, (_, i) => i * n);
const AGGREGATES = [
  ['one', 'One', { c: 65 }, { c: -7 }],
  ['s3', 'S3', { a: -1, b: 2, c: 0.5 }, { a: 9, b: -9, c: 1e100 }],
  ['v3', 'V3', { x: 1, y: 2, z: 3 }, { x: 0.5, y: -2, z: Infinity }],
  ['mixed', 'Mixed', { d: 1.5, i: 3 }, { d: -1.5, i: 2n ** 62n }],
  ['p2', 'P2', { a: 1, b: -2 }, { a: -128, b: 32767 }],
  ['l4', 'L4', { a: 1, b: 2, c: 3, d: 2n ** 63n - 1n }, { a: -1, b: -2, c: -3, d: 0 }],
];

for (const [name, type, first, second] of AGGREGATES) {
  test(`${type} by value`, () => {
    const [via, isZero] = viaFunctions(name, type);

    assert.deepEqual(via((s) => s, first), first);
    assert.deepEqual(via((s) => assert.deepEqual(s, first) ?? second, first), second);
    for (const key of Object.keys(first)) {
      const partial = { ...second };
      delete partial[key];
      assert.deepEqual(via(() => partial, first), { ...second, [key]: 0 });
    }
    assert.equal(isZero(() => ({}), first), 1);
    for (const wrong of [1, 'x', null, undefined, [], new Map(), () => 1, true]) {
      throws(() => via(() => wrong, first), TypeError, 'VALUE', /callback.*result/);
    }
    throws(() => via(() => ({ ...second, [Object.keys(first)[0]]: 'x' }), first), TypeError, 'VALUE', /result\.?/);
  });
}

test('structs with arrays and strings, small and large', () => {
  const [via_sa] = viaFunctions('sa', 'SA');
  const [via_big] = viaFunctions('big', 'Big');
  const sa = { x: 1, arr: Int32Array.of(1, 2, 3, 4), name: 'bob' };
  const big = { numbers: Int32Array.from(values(1)), text: 'ünï' };

  assert.deepEqual(via_sa((s) => s, sa), sa);
  assert.deepEqual(via_sa(() => ({ x: 3, arr: [4, 5], name: 'alice in wonderland' }), sa), {
    x: 3,
    arr: Int32Array.of(4, 5, 0, 0),
    name: 'alice i',
  });
  assert.deepEqual(via_big((s) => assert.deepEqual(s, big) ?? s, big), big);
  assert.deepEqual(via_big(() => ({ numbers: values(3), text: 'x'.repeat(9999) }), big), {
    numbers: Int32Array.from(values(3)),
    text: 'x'.repeat(9999),
  });
});

test('unions arrive as Union objects and are returned as such or as literals', () => {
  const [via] = viaFunctions('u', 'U');
  const [via_tu] = viaFunctions('tu', 'TU');
  const u = new Union('U');

  u.d = 1.5;
  const seen = via((v) => {
    assert.ok(v instanceof Union);
    assert.equal(v.d, 1.5);
    return { i: 77 };
  }, u);
  assert.equal(seen.i, 77);
  assert.equal(via((v) => v, u).d, 1.5);
  assert.equal(via(() => Object.assign(new Union('U'), { i: 5 }), u).i, 5);
  throws(() => via(() => ({ i: 1, d: 2 }), u), Error, 'UNION');
  throws(() => via(() => 5, u), TypeError, 'VALUE');
  const tu = via_tu((v) => ({ tag: v.tag + 1, u: { d: v.u.d + 1 } }), { tag: 1, u: { d: 2 } });
  assert.deepEqual([tu.tag, tu.u.d], [2, 3]);
});

test('arguments and results of every shape in one call', () => {
  const fn = cb.func('double call_structs(double (*cb)(S3, L4, V3, P2, One, Mixed, TU, str, S3 *))');
  const seen = fn((s3, l4, v3, p2, one, mixed, tu, text, pointer) => {
    assert.deepEqual(
      [s3, l4, v3, p2, one, mixed, tu.tag, tu.u.d, text, decode(pointer, 'S3')],
      [
        { a: 1, b: 97, c: 1.5 }, { a: 2, b: 3, c: 4, d: 5 }, { x: 6, y: 7, z: 8 }, { a: 9, b: -10 }, { c: 122 },
        { d: 11.5, i: 12 }, 13, 14.5, 'text', { a: 70, b: 112, c: 7.5 },
      ],
    ); // prettier-ignore
    return 0.25;
  });

  assert.equal(seen, 0.25);
});

/* Pointers and outputs */

test('pointers arrive as addresses or null, and are returned in every form', () => {
  const [via] = viaFunctions('ptr', 'void *');
  const [via_int, zero] = viaFunctions('int_ptr', 'int *');
  const numbers = Int32Array.of(1, 2);

  assert.equal(via((p) => assert.equal(p, 0x1234n) ?? p, 0x1234n), 0x1234n);
  assert.equal(via((p) => assert.equal(p, null) ?? p, null), null);
  assert.equal(via(() => 0x77, null), 0x77n);
  assert.equal(via(() => 2n ** 64n - 1n, null), wrap(-1n));
  assert.equal(via(() => numbers, null), ristretto.address(numbers));
  assert.equal(via_int((p) => assert.equal(decode(p, 'int'), 1) ?? p, numbers), ristretto.address(numbers));
  assert.equal(call_int(() => decode(via(() => as([5, 6], 'int *'), null), 'int'), 1), 5);
  assert.equal(zero(() => undefined, numbers), 1);
  throws(() => via(() => 1.5, null), TypeError, 'VALUE');
  throws(() => via(() => true, null), TypeError, 'VALUE');
});

test('an array that is returned for a pointer is C memory until the call ends', () => {
  const [via] = viaFunctions('int_ptr', 'int *');
  let first;

  call_int(() => {
    first = via(() => [11, 22, 33], null);
    via(() => new Array(1000).fill(7), null);
    assert.deepEqual([...decode(first, 'int', 3)], [11, 22, 33]);
    return 1;
  }, 1);
  assert.equal(typeof first, 'bigint');
});

test('JavaScript writes through pointers with encode()', () => {
  const fill = cb.func('fill_out', 'void', [
    'void (*)(int *, double *, str *, S3 *)', '_Out_ int *', '_Out_ double *', '_Out_ str *', '_Out_ S3 *',
  ]); // prettier-ignore
  const i = [0], d = [0], text = [null], s = {}; // prettier-ignore

  fill((pi, pd, ptext, ps) => {
    assert.deepEqual([pi, pd, ptext, ps].map((p) => typeof p), ['bigint', 'bigint', 'bigint', 'bigint']);
    encode(pi, 'int', -5);
    encode(pd, 'double', 0.5);
    encode(ptext, 'str', 'written');
    encode(ps, 'S3', { a: 1, b: 2, c: 3 });
  }, i, d, text, s); // prettier-ignore
  assert.deepEqual([i, d, text, s], [[-5], [0.5], ['written'], { a: 1, b: 2, c: 3 }]);
  assert.equal(lib.func('int call_out(void (*cb)(int *), int v)')((p) => encode(p, 'int', decode(p, 'int') + 1), 5), 6);
  assert.equal(lib.func('int call_S3P(int (*cb)(S3 *), int a)')((p) => {
    const { a, b, c } = decode(p, 'S3');
    encode(p, 'S3', { a: a * 2, b, c });
    return c * 2;
  }, 4), 7008); // prettier-ignore
});

test('an output parameter of a prototype is a plain address', () => {
  const fn = lib.func('int call_out(void (*cb)(_Inout_ int *), int v)');

  assert.equal(fn((p) => assert.equal(typeof p, 'bigint') ?? encode(p, 'int', 9), 5), 9);
});

test('JavaScript fills buffers of C with texts and numbers', () => {
  const fill = cb.func('int fill_text(void (*cb)(void *, int), _Out_ char *out, int size)');
  const sum = cb.func('int sum_filled(void (*cb)(int *, int), int count)');
  const out = ['-'.repeat(40)];

  assert.equal(fill((p, size) => encode(p, array('char', size), 'hello'), out, 40), 5);
  assert.deepEqual(out, ['hello']);
  assert.equal(sum((p, count) => encode(p, 'int', [1, 2, 3], count), 3), 1 + 4 + 9);
  assert.equal(sum((p) => ristretto.view(p, 12) && new Int32Array(ristretto.view(p, 12)).set([4, 5]), 3), 4 + 10);
});

test('a disposable argument is freed, or given to its function', () => {
  const give = cb.func('int give_owned(int (*cb)(str!), str text)');
  const before = stats().disposed;
  const seen = [];
  const mine = disposable('char *', (address) => {
    seen.push(address);
    lib.func('void my_dispose(void *p)')(address);
  });
  const give_mine = cb.func('give_owned', 'int', [ristretto.pointer(proto('int', [mine])), 'str']);

  for (const text of ['one', '', null]) assert.equal(give((s) => assert.equal(s, text) ?? 4, text), 4);
  assert.equal(stats().disposed, before + 3);
  assert.equal(give_mine((s) => assert.equal(s, 'text') ?? 5, 'text'), 5);
  assert.equal(typeof seen[0], 'bigint');
  const { error } = thrownBy(() => give(() => { throw new Error('after'); }, 'freed all the same')); // prettier-ignore
  assert.equal(error.message, 'after');
  assert.equal(stats().disposed, before + 5);
});

/* Functions */

test('C functions arrive as addresses that can be called', () => {
  const give = cb.func('int give_fn(int (*cb)(IntCb *, int), int v)');

  assert.equal(give((f, v) => call(f, 'IntCb', v) + 1, 20), 41);
  assert.equal(give((f, v) => decode(f, 'IntCb')(v), 20), 40);
  assert.equal(give((f, v) => call_int(f, v), 20), 40);
});

test('a JavaScript function may be the result of a callback', () => {
  const getcb = lib.func('int call_getcb(IntCb *(*cb)(int), int v)');

  for (let i = 0; i < 50; i++) assert.equal(getcb((n) => (v) => v * n, 7), 49);
  assert.equal(getcb(() => null, 7), -5);
  assert.equal(getcb(() => ristretto.register((v) => v + 1, 'IntCb *'), 7), 8);
  assert.equal(getcb(() => as((v) => v + 2, 'IntCb *'), 7), 9);
  throws(() => getcb(() => 'x', 7), TypeError, 'VALUE');
  throws(() => getcb(() => ({}), 7), TypeError, 'VALUE');
  assert.throws(() => getcb(() => () => { throw new RangeError('inner'); }, 7), { message: 'inner' }); // prettier-ignore
  ristretto.reset();
  define('S3', 'P2', 'SA', 'U', 'TU', 'E', 'V3', 'IntCb');
});

test('a function that a nested callback returned lives until the outermost call ends', () => {
  const stash = cb.func('void stash_fn(IntCb *(*cb)(void))');
  const given = cb.func('void stash_given(IntCb *cb)');
  const outer = cb.func('int stash_fn_then_call(void (*cb)(void), int v)');

  assert.equal(outer(() => stash(() => (v) => v * 3), 5), 15);
  assert.equal(outer(() => given((v) => v * 4), 5), 20);
  assert.equal(outer(() => outer(() => stash(() => (v) => v * 3), 1), 5), 15);
});

test('functions of libraries may be given and returned', () => {
  const abs = load(null).func('int abs(int)');
  const getcb = lib.func('int call_getcb(IntCb *(*cb)(int), int v)');

  assert.equal(call_int(abs, -5), 5);
  assert.equal(getcb(() => abs, -6), 6);
});

test('callbacks in structs, arrays and through as()', () => {
  define2();
  const members = cb.func('int call_members(Several2 *several, int v)');
  const by_value = cb.func('int call_by_value(Several2 several, int v)');
  const fns = [(v) => v, (v) => v + 1, (v) => v + 2];

  assert.equal(members({ count: 3, cbs: fns }, 5), 5 * 6 * 7);
  assert.equal(by_value({ count: 3, cbs: fns }, 5), 5 * 6 * 7);
  assert.equal(members({ count: 2, cbs: fns.slice(0, 2) }, 5), 30);
  const call_array = cb.func('int call_array(IntCb **cbs, int count, int v)');
  assert.equal(call_array(fns, 3, 10), 33);
  const many = Array.from({ length: 500 }, (_, i) => (v) => v + i);
  assert.equal(call_array(many, 500, 1), 500 + (499 * 500) / 2);
  assert.equal(call_int(as((v) => v + 1, 'IntCb *'), 5), 6);
  assert.equal(cb.func('int via_int32(void *cb, int v)')(as((v) => v + 1, 'IntCb *'), 5), 6);
  throws(() => cb.func('int via_int32(void *cb, int v)')((v) => v, 5), TypeError, 'VALUE');
});

function define2() {
  struct('Several2', { count: 'int', cbs: array('IntCb *', 3) });
  struct('SF2', { s: 'str', f: 'IntCb *' });
}

test('structs that hold functions travel both ways', () => {
  const [via] = viaFunctions('sf', 'SF2');
  const call_member = cb.func('int call_fn_member(SF2 s, int v)');
  const out = via((s) => {
    assert.equal(s.s, 'in');
    assert.equal(call(s.f, 'IntCb', 4), 8);
    return { s: 'out', f: (v) => v * 3 };
  }, { s: 'in', f: (v) => v * 2 }); // prettier-ignore

  assert.equal(out.s, 'out');
  assert.equal(typeof out.f, 'bigint');
  assert.equal(call_member({ s: null, f: (v) => v - 1 }, 1), 0);
  assert.equal(call_member({ s: null }, 1), -1);
});

test('prototypes may be named, anonymous, inline, variadic ones apart', () => {
  const forms = [
    'int call_int(IntCb *cb, int v)',
    'int call_int(int (*cb)(int), int v)',
    'int call_int(int (*)(int value), int v)',
    'int call_int(int cb(int), int v)',
  ];

  for (const form of forms) assert.equal(lib.func(form)((v) => v + 1, 1), 2, form);
  assert.equal(lib.func('call_int', 'int', [ristretto.pointer(proto('int', ['int'])), 'int'])((v) => v + 1, 1), 2);
  const fast = lib.func('call_int', 'int', [ristretto.pointer(proto('__fastcall', 'int', ['int'])), 'int']);
  throws(() => fast((v) => v, 1), Error, 'UNSUPPORTED', /__fastcall/);
});

test('the same function given twice is two pointers', () => {
  const same = cb.func('int same_pointer(IntCb *a, IntCb *b)');
  const two = cb.func('int call_two(IntCb *a, IntCb *b, int v)');
  const fn = (v) => v + 1;

  assert.equal(same(fn, fn), 0);
  assert.equal(two(fn, fn, 1), 2002);
  assert.equal(two((v) => v, (v) => v * 2, 3), 3006);
});

test('what is no callback is refused, NULL is not', () => {
  for (const wrong of ['x', {}, [], true, Symbol('x'), [() => 1], new Map(), 1.5]) {
    throws(() => call_int(wrong, 1), TypeError, 'VALUE', /argument 1/);
  }
  assert.equal(call_int(null, 1), -99);
  assert.equal(call_int(undefined, 1), -99);
});

test('`this` is undefined, or the global object for sloppy functions', () => {
  let self;

  call_int(function strict() {
    self = this;
    return 1;
  }, 1);
  assert.equal(self, undefined);
  call_int(new Function('globalThis.seenThis = this; return 1'), 1);
  assert.equal(globalThis.seenThis, globalThis);
  delete globalThis.seenThis;
});

/* Many arguments */

test('more parameters than registers', () => {
  const call_9 = cb.func('int call_9(int (*cb)(int, int, int, int, int, int, int, int, int))');
  const mixed = cb.func('call_mixed_30', 'double', [
    ristretto.pointer(proto('double', Array.from({ length: 10 }, () => ['int8_t', 'float', 'double']).flat())),
  ]);
  const expected = Array.from({ length: 10 }, (_, i) => [i, i + 0.5, i + 0.25]).flat();

  assert.equal(call_9((...args) => assert.deepEqual(args, [1, 2, 3, 4, 5, 6, 7, 8, 9]) ?? 45), 45);
  assert.equal(mixed((...args) => assert.deepEqual(args, expected) ?? 1.25), 1.25);
});

test('127 parameters', () => {
  const call_127 = cb.func('call_127', 'int64_t', [ristretto.pointer(proto('int64_t', new Array(127).fill('int')))]);

  assert.equal(call_127((...args) => {
    assert.deepEqual(args, Array.from({ length: 127 }, (_, i) => i));
    return 2n ** 62n;
  }), 2n ** 62n); // prettier-ignore
  throws(() => proto('int64_t', new Array(128).fill('int')), TypeError, 'LIMIT', /127/);
});

test('a hundred thousand calls in one call', () => {
  const times = cb.func('int64_t call_times(IntCb *cb, int count)');
  let made = 0;

  assert.equal(times((v) => (made++, v), 100000), (99999 * 100000) / 2);
  assert.equal(made, 100000);
});

test('sorts with qsort of the C library', () => {
  const qsort = load(null).func('void qsort(_Inout_ int *base, size_t count, size_t size, int (*compare)(int *, int *))');
  const numbers = Int32Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);

  qsort(numbers, 1000, 4, (a, b) => decode(a, 'int') - decode(b, 'int'));
  assert.deepEqual([...numbers], Array.from({ length: 1000 }, (_, i) => i));
});

/* Failures */

test('what a callback throws is thrown by the call, the very value', () => {
  const frozen = Object.freeze({ code: 'mine' });
  const error = new SyntaxError('mine');

  for (const value of [error, frozen, undefined, null, 0, '', 'text', 5n, Symbol.iterator, NaN, [], () => 1]) {
    const caught = thrownBy(() => call_int(() => { throw value; }, 1)); // prettier-ignore
    assert.ok(Object.is(caught.error, value));
    assert.equal(call_int((v) => v, 3), 3);
  }
});

test('classes, and functions that are not to be called, fail as usual', () => {
  assert.throws(() => call_int(class {}, 1), TypeError);
  throws(() => call_int(function* generator() {}, 1), TypeError, 'VALUE');
  const { proxy, revoke } = Proxy.revocable(() => 1, {});
  revoke();
  assert.throws(() => call_int(proxy, 1), TypeError);
});

test('C receives zero after a failure', () => {
  const see = cb.func('int see(IntCb *cb, int v)');
  const seen = cb.func('int get_seen()');

  for (const fail of [() => { throw 1; }, () => 'x']) { // prettier-ignore
    thrownBy(() => see(fail, 1));
    assert.equal(seen(), 0);
  }
});

test('results of every kind are all zero after a failure, through memory and registers', () => {
  const recorded = [
    ['rec_int', 'int', 'get_int', 'int64_t', 0],
    ['rec_i64', 'int64_t', 'get_int', 'int64_t', 0],
    ['rec_bool', 'bool', 'get_int', 'int64_t', 0],
    ['rec_dbl', 'double', 'get_dbl', 'double', 0],
    ['rec_flt', 'float', 'get_dbl', 'double', 0],
    ['rec_ptr', 'void *', 'get_ptr', 'uint64_t', 0],
    ['rec_ptr', 'str', 'get_ptr', 'uint64_t', 0],
    ['rec_s3', 'S3', 'get_s3', 'S3', { a: 0, b: 0, c: 0 }],
  ];

  for (const [record, type, get, seenType, zero] of recorded) {
    const fn = lib.func(`void ${record}(${type} (*cb)(int))`);
    const seen = lib.func(`${seenType} ${get}()`);
    const good = { bool: true, str: 'text', S3: { a: 1, b: 2, c: 3 } }[type] ?? 5;

    for (const fail of [() => { throw 1; }, () => Symbol('x')]) { // prettier-ignore
      fn(() => good);
      assert.notDeepEqual(seen(), zero);
      thrownBy(() => fn(fail));
      assert.deepEqual(seen(), zero, `${record} ${type}`);
    }
  }
});

test('a struct returned through memory is zero after a failure', () => {
  struct('L4b', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });
  const fn = lib.func('void rec_l4(L4b (*cb)(int))');
  const seen = lib.func('L4b get_l4()');

  for (const fail of [() => { throw 1; }, () => 5, () => ({ a: 1, b: 2, c: 'x', d: 4 })]) { // prettier-ignore
    fn(() => ({ a: 1, b: 2, c: 3, d: 4 }));
    assert.equal(seen().d, 4);
    thrownBy(() => fn(fail));
    assert.deepEqual(seen(), { a: 0, b: 0, c: 0, d: 0 });
  }
});

test('after a failure no other callback of the call runs, and outputs stay as they are', () => {
  const fn = cb.func('int call_after_failure(IntCb *cb, _Out_ int *reached)');
  const reached = [99];
  let calls = 0;

  throws(() => fn(() => (calls++, 'x'), reached), TypeError, 'VALUE');
  assert.equal(calls, 1);
  assert.deepEqual(reached, [99]);
  assert.equal(fn(() => 0, reached), 7);
  assert.deepEqual(reached, [2]);
  const two = cb.func('int call_two(IntCb *a, IntCb *b, int v)');
  assert.throws(() => two(() => { throw new Error('first'); }, () => assert.fail('runs'), 1), { message: 'first' }); // prettier-ignore
});

test('an exception goes through nested levels, or is caught in between', () => {
  const error = new Error('deep');
  const deep = (levels) => call_int(() => {
    if (!levels) throw error;
    return deep(levels - 1);
  }, 1); // prettier-ignore
  const times = cb.func('int64_t call_times(IntCb *cb, int count)');

  for (const levels of [0, 1, 2, 10, 50]) assert.equal(thrownBy(() => deep(levels)).error, error);
  const seen = [];
  assert.equal(
    times((i) => {
      seen.push(i);
      assert.equal(thrownBy(() => deep(2)).error, error);
      return 10;
    }, 3),
    30,
  );
  assert.deepEqual(seen, [0, 1, 2]);
});

test('a failing conversion inside a callback can be caught there', () => {
  assert.equal(call_int(() => {
    throws(() => call_int(5.5, 1), TypeError, 'VALUE');
    throws(() => call_int(() => 'x', 1), TypeError, 'VALUE');
    return 8;
  }, 1), 8); // prettier-ignore
});

test('a Promise as result on the same thread is explained', async () => {
  throws(() => call_int(async () => 1, 1), TypeError, 'VALUE', /Promise.*another thread/);
  throws(() => lib.func('double call_dbl(double (*cb)(double, float), double a, float b)')(async () => 1, 1, 2), TypeError, 'VALUE', /Promise/);
  throws(() => lib.func('S3 call_S3(S3 (*cb)(S3), S3 s)')(async () => ({}), {}), TypeError, 'VALUE', /Promise/);
  let ran = false;
  lib.func('void call_void(void (*cb)(int), int v)')(async () => {
    await null;
    ran = true;
  }, 1);
  await new Promise(setImmediate);
  assert.equal(ran, true, 'a void callback may be asynchronous');
});

test('getters of results may throw and may call', () => {
  const [via] = viaFunctions('s3', 'S3');
  const error = new Error('getter');

  assert.equal(thrownBy(() => via(() => ({ get a() { throw error; } }), {})).error, error); // prettier-ignore
  assert.deepEqual(
    via(() => ({ a: 1, get b() { return call_int((v) => v, 7); }, get c() { return via((s) => s, { c: 2.5 }).c; } }), {}),
    { a: 1, b: 7, c: 2.5 },
  ); // prettier-ignore
});

test('config({ strict: true }) checks what callbacks return', () => {
  runOk(`
    ristretto.config({ strict: true });
    const call_int = fixtures().func('int call_int(int (*cb)(int), int v)');
    assert.equal(call_int((v) => v, 5), 5);
    throws(() => call_int(() => 2 ** 31, 5), RangeError, 'RANGE', /result/);
    throws(() => call_int(() => 1.5, 5), RangeError, 'RANGE', /result/);`);
});

/* Nesting */

// How many levels fit in V8's stack on x64: Node-API's entry takes more of it than V8's own.
const [OLDER, NEWER] = call_int.info.path.entry === 'plain' ? [375, 440] : [415, 500];
const DEPTH = Number(process.versions.node.split('.')[0]) >= 22 ? NEWER : OLDER;

test('callbacks nest deeply, end in a RangeError, and everything works afterwards', () => {
  const rest = stats().callbacks;
  let depth = 0, deepest = 0; // prettier-ignore
  const dive = (v) => {
    depth++; // whatever calls something may be what overflows: inside the try
    try {
      deepest = Math.max(deepest, depth);
      return call_int(dive, v + 1);
    } finally {
      depth--;
    }
  };

  for (let i = 0; i < 3; i++) {
    const { error } = thrownBy(() => call_int(dive, 0));
    assert.ok(error instanceof RangeError, String(error));
    assert.equal(depth, 0);
    assert.equal(call_int((v) => v, 4), 4);
  }
  const measured = process.arch === 'x64' && process.platform !== 'win32'; // where V8's stack is smaller
  if (measured && !process.env.LD_PRELOAD) assert.ok(deepest >= DEPTH, `${deepest} levels`);
  assert.equal(stats().callbacks, rest);
});

test('a depth that fits gives its result', () => {
  const sum = (v) => (v ? v + call_int(sum, v - 1) : 0);

  assert.equal(call_int(sum, 150), (150 * 151) / 2);
});

test('a stack overflow in JavaScript inside a callback is a RangeError', () => {
  const overflow = () => overflow() + 1;

  assert.throws(() => call_int(overflow, 1), RangeError);
  assert.equal(call_int((v) => {
    assert.throws(overflow, RangeError);
    return v;
  }, 5), 5); // prettier-ignore
});

test('callbacks near the end of the stack fail or work, and never end the process', () => {
  const [via] = viaFunctions('str', 'str');
  const [via_big] = viaFunctions('sa', 'SA');
  const outcomes = new Set();
  let tries = WORD === 8 ? 300 : 1200; // frames of JavaScript are smaller with small words
  const dive = () => {
    try {
      dive();
    } catch {
      // the end of the stack
    }
    if (tries-- <= 0) return;
    for (const attempt of [() => call_int((v) => v, 1), () => via((s) => `${s}!`, 'x'), () => via_big((s) => s, { x: 1 })]) {
      try {
        attempt();
        outcomes.add('works');
      } catch (error) {
        outcomes.add(error.constructor.name);
      }
    }
  };

  dive();
  outcomes.delete('Error'); // conversions that found no stack
  assert.deepEqual([...outcomes].sort(), ['RangeError', 'works']);
  assert.equal(call_int((v) => v, 1), 1);
});

test('calls inside callbacks use C memory of their own', () => {
  const [via] = viaFunctions('str', 'str');
  const [via_big] = viaFunctions('s3', 'S3');
  const sum = lib.func('int sum_ints(int *p, int n)');
  const result = via((text) => {
    assert.equal(via((inner) => `${inner}${inner}`, 'y'.repeat(2000)).length, 4000);
    assert.equal(sum([1, 2, 3], 3), 6);
    assert.deepEqual(via_big((s) => ({ ...s, c: sum([4], 1) }), { a: 1, b: 2, c: 3 }), { a: 1, b: 2, c: 4 });
    return `${text}!`;
  }, 'kept'); // prettier-ignore

  assert.equal(result, 'kept!');
});

test('output parameters of the outer call are untouched by inner ones', () => {
  const fn = lib.func('int out_then_cb(_Out_ int *out, IntCb *cb)');
  const outer = [0];

  assert.equal(fn(outer, () => {
    const inner = [0];
    assert.equal(fn(inner, () => 100), 9);
    assert.deepEqual(inner, [106]);
    return 1;
  }), 9); // prettier-ignore
  assert.deepEqual(outer, [7]);
});

/* Lifetime */

test('stats().callbacks counts those in use', () => {
  const two = cb.func('int call_two(IntCb *a, IntCb *b, int v)');
  const rest = stats().callbacks;

  two(() => assert.equal(stats().callbacks, rest + 2) ?? 1, () => 1, 1);
  assert.equal(stats().callbacks, rest);
  call_int(() => {
    call_int(() => assert.equal(stats().callbacks, rest + 2) ?? 1, 1);
    return 1;
  }, 1);
  assert.equal(stats().callbacks, rest);
  thrownBy(() => call_int(() => { throw 1; }, 1)); // prettier-ignore
  thrownBy(() => two(() => 1, 'x', 1));
  thrownBy(() => two(() => 1, () => 1, 'x'));
  assert.equal(stats().callbacks, rest);
});

test('a pointer that C kept is reported when C calls it later', () => {
  const store = lib.func('void store_cb(IntCb *cb)');
  const stored = lib.func('int call_stored(int v)');

  store((v) => v + 1);
  throws(() => stored(1), Error, 'CALLBACK', /call_stored.*register/);
  for (let i = 0; i < 500; i++) call_int((v) => v, 1); // others do not take its place
  throws(() => stored(1), Error, 'CALLBACK', /call_stored/);
  const address = lib.func('void *stored_ptr()')();
  throws(() => call(address, 'IntCb', 1), Error, 'CALLBACK');
  throws(() => call_int(address, 1), Error, 'CALLBACK');
  assert.equal(call_int(() => {
    throws(() => stored(1), Error, 'CALLBACK');
    return 3;
  }, 1), 3); // prettier-ignore
  const late = cb.func('int call_two(IntCb *a, IntCb *b, int v)');
  throws(() => late(address, () => assert.fail('runs after a failure'), 1), Error, 'CALLBACK');
});

test('a pointer that C keeps works until the outermost call ends', () => {
  const store = lib.func('void store_cb(IntCb *cb)');
  const stored = lib.func('int call_stored(int v)');

  assert.equal(call_int((v) => {
    store((w) => w * 10);
    global.gc?.();
    return stored(v) + call_int((w) => stored(w), 2);
  }, 1), 30); // prettier-ignore
  throws(() => stored(1), Error, 'CALLBACK');
});

test('encode() takes functions only while a call is in progress', () => {
  const slot = Buffer.alloc(8);

  throws(() => encode(slot, 'IntCb *', () => 1), Error, 'CALLBACK', /register/);
  assert.equal(call_int(() => {
    encode(slot, 'IntCb *', (v) => v + 5);
    return call_int(decode(slot, 'IntCb *'), 1);
  }, 1), 6); // prettier-ignore
});

test('garbage collections inside callbacks take nothing that is needed', () => {
  runOk(
    `define('IntCb', 'S3');
     const lib = fixtures(), cb = fixtures('callbacks');
     const { array, struct } = ristretto;
     const call_int = lib.func('int call_int(IntCb *cb, int v)');
     const call_array = cb.func('int call_array(IntCb **cbs, int count, int v)');
     const keep = cb.func('int keep_strings(str (*cb)(int), int count)');
     const two = cb.func('int call_two(IntCb *a, IntCb *b, int v)');
     struct('Several', { count: 'int', cbs: array('IntCb *', 3) });
     const members = cb.func('int call_members(Several *several, int v)');
     const churn = () => { gc(); for (let i = 0; i < 100; i++) ({ a: 'x' + i }); return 1; };
     const make = (i) => (v) => { churn(); return v + i; };
     for (let round = 0; round < 3; round++) {
       assert.equal(call_int(make(1), 1), 2);
       assert.equal(two(make(1), make(2), 1), 2003);
       assert.equal(call_array(Array.from({ length: 100 }, (_, i) => make(i)), 100, 1), 5050);
       assert.equal(members({ get count() { churn(); return 3; }, get cbs() { return [make(0), make(1), make(2)]; } }, 1), 6);
       assert.equal(keep((i) => (i % 10 || churn(), 'value ' + i), 100), 100);
       assert.equal(call_int((v) => (churn(), call_int(make(v), v)), 4), 8);
       assert.equal(lib.func('int call_getcb(IntCb *(*cb)(int), int v)')((n) => make(n), 2), 4);
     }`,
    { flags: ['--expose-gc'] },
  );
});

test('a prototype goes with its function only when nothing uses it', () => {
  runOk(
    `const lib = fixtures();
     const make = () => lib.func('int call_int(int (*cb)(int), int v)');
     for (let i = 0; i < 2000; i++) {
       assert.equal(make()((v) => { if (i % 100 === 0) gc(); return make()((w) => w + 1, v); }, i), i + 1);
     }
     assert.equal(ristretto.stats().callbacks, 0);`,
    { flags: ['--expose-gc'] },
  );
});

/* errno */

test('errno is that of C around a callback, and errno() reads and writes it inside', () => {
  const around = cb.func('int errno_after(void (*cb)(void), int before)');
  const fs = require('node:fs');

  assert.equal(around(() => assert.throws(() => fs.readFileSync('/no/such/file')), 42), 42);
  assert.equal(errno(), 42);
  assert.equal(around(() => assert.equal(errno(), 33), 33), 33);
  assert.equal(around(() => errno(71), 33), 71);
  assert.equal(errno(), 71);
  assert.equal(around(() => lib.func('int set_errno(int v)')(12), 5), 12, 'as with a callback in C');
});

/* Other ways in */

test('C calls from the event loop', () => {
  // Node exports libuv: a timer of its own calls the callback when no FFI call is in progress.
  const script = `
    const uv = ristretto.load(null);
    let init;
    try { init = uv.func('int uv_timer_init(void *loop, void *timer)'); } catch { process.exit(0); }
    const timer = ristretto.alloc('char', 512);
    const loop = uv.func('void *uv_default_loop()')();
    const start = uv.func('int uv_timer_start(void *timer, void *cb, uint64_t ms, uint64_t again)');
    const stop = uv.func('int uv_timer_stop(void *timer)');
    const proto = ristretto.proto('void Tick(void *timer)');
    assert.equal(init(loop, timer), 0);
    let ticks = 0;
    const order = [];
    const add = fixtures().func('int add(int a, int b)');
    const cb = ristretto.register((self) => {
      ticks++;
      assert.equal(self, timer);
      assert.equal(add(2, 3), 5);
      Promise.resolve().then(() => order.push('microtask ' + ticks));
      process.nextTick(() => order.push('tick ' + ticks));
      setImmediate(() => order.push('immediate'));
      if (ticks === 2) throw new Error('from the loop');
      if (ticks === 4) stop(timer);
    }, 'Tick *');
    process.on('uncaughtException', (error) => order.push(error.message));
    process.on('exit', () => {
      assert.equal(ticks, 4);
      for (const wanted of ['microtask 1', 'tick 1', 'microtask 4', 'from the loop']) assert.ok(order.includes(wanted), wanted + ' in ' + order);
      console.log('done');
    });
    assert.equal(start(timer, cb, 1, 1), 0);`;

  assert.match(runOk(script), /^(done\n)?$/);
});

test('process.exit() inside a callback ends the process with its code', () => {
  const { status, signal, stdout } = run(`
    define('IntCb');
    const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
    process.on('exit', (code) => console.log('exit', code, call_int((v) => v, 5)));
    call_int(() => call_int(() => process.exit(3), 1), 1);`);

  assert.deepEqual({ status, signal }, { status: 3, signal: null });
  assert.equal(stdout, 'exit 3 5\n');
});

test('an exception that nobody catches ends the process as usual', () => {
  const { status, stderr } = run(`
    define('IntCb');
    fixtures().func('int call_int(IntCb *cb, int v)')(() => { throw new Error('not caught'); }, 1);`);

  assert.equal(status, 1);
  assert.match(stderr, /Error: not caught/);
});

test('a callback that takes the place of a released one during a C call runs its own function', () => {
  const chain = cb.func('call_chain', 'void', [ristretto.pointer(proto('void *ChainNext(int i)')), 'int']);
  const seen = [], switches = []; // prettier-ignore
  let current;
  const make = (turn) => {
    let calls = 0;
    return register((i) => {
      seen.push([turn, i]);
      if (++calls < 5) return current; // often enough for every way of calling it
      switches.push(register(() => {
        unregister(current);
        return (current = make(turn + 1));
      }, 'ChainNext *'));
      return switches.at(-1);
    }, 'ChainNext *'); // prettier-ignore
  };

  current = make(0);
  chain(current, 60);
  [current, ...switches].forEach(unregister);
  assert.deepEqual(seen, Array.from({ length: 50 }, (_, n) => [Math.floor(n / 5), n + Math.floor(n / 5)]));
});

test('unload() of the library from inside its callback', () => {
  const own = load(require('../fixtures').fixturePath('callbacks'));
  const two = own.func('int call_two(IntCb *a, IntCb *b, int v)');

  assert.equal(two(() => own.unload() ?? 4, (v) => v, 1), 4001);
  throws(() => two(() => 1, () => 1, 1), Error, 'UNLOADED');
});

test('a worker is terminated inside a callback', () => {
  runOk(`
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(\`
      const { ristretto, fixtures, define } = require(\${JSON.stringify(${JSON.stringify(require.resolve('./support'))})});
      define('IntCb');
      const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
      call_int(() => call_int(() => {
        require('node:worker_threads').parentPort.postMessage('in');
        for (;;);
      }, 1), 1);\`, { eval: true });
    worker.on('message', () => worker.terminate().then((code) => console.log('ended', code)));`);
});

test('callbacks work in workers, each with its own', () => {
  runOk(`
    const { Worker } = require('node:worker_threads');
    define('IntCb');
    const body = \`
      const { ristretto, fixtures, define, assert } = require(\${JSON.stringify(${JSON.stringify(require.resolve('./support'))})});
      define('IntCb');
      const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
      for (let i = 0; i < 1000; i++) assert.equal(call_int((v) => v + i, i), 2 * i);
      const dive = (v) => call_int(dive, v);
      assert.throws(() => dive(1), RangeError);
      assert.throws(() => call_int(() => { throw new Error('mine'); }, 1), { message: 'mine' });
      assert.equal(ristretto.stats().callbacks, 0);
      ristretto.register((v) => v, 'IntCb *');
      assert.equal(ristretto.stats().callbacks, 1);\`;
    for (let i = 0; i < 3; i++) new Worker(body, { eval: true });
    process.on('exit', () => assert.equal(ristretto.stats().callbacks, 0));`);
});

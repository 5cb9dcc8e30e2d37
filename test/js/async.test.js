'use strict';
// How asynchronous calls are made, what they are given and what they give back.
const { test } = require('node:test');
const util = require('node:util');
const { RECORDS_BY_ADDRESS, assert, ristretto, fixtures, define, throws, runOk, packagePath } = require('./support');
const { waiting, Gate, outcome, rejects } = require('./waiting');
const { array, decode, disposable, free, out, pointer, struct, types, Union } = ristretto;
const lib = fixtures();
const { lib: waits, threadId } = waiting();

define('S3', 'SA', 'SP', 'U', 'TU', 'Opq', 'AddFn', 'IntCb', 'Foo', 'Nested', 'Dyn', 'E');

const add = lib.func('int add(int a, int b)');
const nothing = lib.func('void nothing()');
const id_S3 = lib.func('S3 id_S3(S3 s)');
const vsum = lib.func('int vsum(int n, ...)');

// The form of a call

test('calls back with null and the result', async () => {
  assert.equal(add.async(1, 2, () => {}), undefined);
  assert.deepEqual(await outcome((done) => add.async(1, 2, done)), [null, 3]);
  assert.deepEqual(await outcome((done) => add.async(1, 2, {}, done)), [null, 3]);
  assert.deepEqual(await outcome((done) => nothing.async(done)), [null, undefined]);
});

test('returns a promise without a callback', async () => {
  const promise = add.async(1, 2);

  assert.ok(promise instanceof Promise);
  assert.equal(await promise, 3);
  assert.equal(await add.async(4, 5, {}), 9);
  assert.equal(await nothing.async(), undefined);
});

test('never calls back at once', async () => {
  let returned = false;
  const seen = await Promise.all(
    [
      (done) => add.async(1, 2, done),
      (done) => nothing.async(done),
      (done) => add.async('x', 2, done),
      (done) => add.async(1, 2, { signal: AbortSignal.abort() }, done),
    ].map((start) => outcome((done) => start(() => done(returned))))
      .concat(Promise.resolve().then(() => { returned = true; }))
  );

  assert.deepEqual(seen.slice(0, 4), [[true], [true], [true], [true]]);
});

test('calls back without a receiver, with two arguments', async () => {
  const seen = await new Promise((resolve) => {
    add.async(1, 2, function () { resolve([this, ...arguments]); });
  });
  const failed = await new Promise((resolve) => {
    add.async({}, 2, function () { resolve([this, arguments.length, arguments[1]]); });
  });

  assert.deepEqual(seen, [undefined, null, 3]);
  assert.deepEqual(failed, [undefined, 2, undefined]);
});

test('throws when the callback is in the wrong place', () => {
  const done = () => assert.fail('called back');

  for (const [args, code, text] of [
    [[], 'ARGUMENT_COUNT', /add\.async\(\): expects 2 arguments and an optional callback, got 0/],
    [[1], 'ARGUMENT_COUNT', /got 1/],
    [[1, 2, 3, done], 'ARGUMENT', /add\.async\(\): argument 3 expects a callback function or options, got number/],
    [[1, 2, null], 'ARGUMENT', /argument 3 .* got null/],
    [[1, 2, undefined, done], 'ARGUMENT', /argument 3 .* got undefined/],
    [[1, 2, 'x'], 'ARGUMENT', /argument 3 .* got string/],
    [[1, 2, [], done], 'ARGUMENT', /argument 3 .* got Array/],
    [[1, 2, 5n], 'ARGUMENT', /argument 3/],
    [[1, 2, Symbol('s')], 'ARGUMENT', /argument 3/],
    [[1, 2, types.int], 'ARGUMENT', /argument 3/],
    [[1, 2, {}, 5], 'ARGUMENT', /argument 4 .* got number/],
    [[1, 2, {}, {}], 'ARGUMENT', /argument 4/],
    [[1, 2, { signal: 5 }, done], 'ARGUMENT', /signal expects an AbortSignal/],
    [[1, 2, { signal: null }, done], 'ARGUMENT', /signal expects an AbortSignal/],
    [[1, 2, { lane: null }, done], 'ARGUMENT', /add\(\): lane expects a Lane, got null/],
  ]) throws(() => add.async(...args), TypeError, code, text);
  throws(() => add.async(1, done), TypeError, 'ARGUMENT_COUNT');
});

test('ignores what follows the callback', async () => {
  assert.deepEqual(await outcome((done) => add.async(1, 2, done, 5, () => {})), [null, 3]);
});

test('tells conversion errors to who waits, naming function and argument', async () => {
  const text = /add\(\).*argument 1 \(a\) expects int, got string/;
  const [error, ...rest] = await outcome((done) => add.async('x', 2, done));

  throws(() => { throw error; }, TypeError, 'VALUE', text);
  assert.deepEqual(rest, [undefined]);
  await rejects(add.async('x', 2), TypeError, 'VALUE', text);
  await rejects(add.async(1, null), TypeError, 'VALUE', /argument 2 \(b\)/);
  await rejects(id_S3.async({ a: 1, b: 'xx', c: {} }), TypeError, 'VALUE', /id_S3\(\).*argument 1 \(s\)/);
  await rejects(vsum.async(1, 'int', 'x'), TypeError, 'VALUE', /vsum\(\).*argument 2 expects int, got string/);
  await rejects(vsum.async(1, 'nope_t', 1), TypeError, 'UNKNOWN_TYPE', /nope_t/);
});

test('tells exceptions of user code as they are', async () => {
  for (const thrown of [new SyntaxError('mine'), 'text', 5, { a: 1 }]) {
    const value = { get a() { throw thrown; } };

    assert.deepEqual(await outcome((done) => id_S3.async(value, done)), [thrown, undefined]);
    assert.equal(await id_S3.async(value).catch((error) => error), thrown);
  }
});

test('a callback never gets a falsy error', async () => {
  for (const thrown of [undefined, null, 0, false, '', NaN, 0n]) {
    const value = { get a() { throw thrown; } };
    const [error, result] = await outcome((done) => id_S3.async(value, done));

    throws(() => { throw error; }, Error, 'FALSY_REASON', /id_S3/);
    assert.ok(Object.is(error.reason, thrown));
    assert.equal(result, undefined);
    assert.ok(Object.is(await id_S3.async(value).catch((reason) => reason), thrown), 'a promise gets it as it is');
  }
});

test('C is not called when an argument is refused', async () => {
  const { note, noteCount } = waiting();
  const before = noteCount();

  await rejects(note.async('x'), TypeError);
  assert.equal(noteCount(), before);
});

test('works with util.promisify', async () => {
  const promised = util.promisify(add.async);

  assert.equal(await promised(1, 2), 3);
  await assert.rejects(promised('x', 2), TypeError);
  assert.equal(await promised(1, 2, { lane: undefined }), 3);
  assert.throws(() => add.async(1), TypeError);
  await assert.rejects(promised(1), TypeError);
});

test('the member can be taken off its function', async () => {
  const { async } = lib.func('int add(int, int)');

  assert.equal(await async(2, 3), 5);
  assert.equal(await async.call({}, 2, 3), 5);
  assert.deepEqual(await Promise.all([[1, 2], [3, 4]].map((pair) => Reflect.apply(async, null, pair))), [3, 7]);
});

test('functions made by decode() have it', async () => {
  const get_fn = lib.func('void *get_fn(str name)');

  assert.equal(await decode(get_fn('add'), 'AddFn').async(7, 2), 9);
  assert.deepEqual(await outcome((done) => decode(get_fn('sub'), 'AddFn').async(1, 2, done)), [null, -1]);
});

test('takes 127 parameters, a callback and options', async () => {
  const count = 127;
  const sum = lib.func('add', 'int', ['int', 'int', ...new Array(count - 2).fill('double')]);
  const values = Array.from({ length: count }, (_, i) => i + 1);

  assert.equal(await sum.async(...values), 3);
  assert.deepEqual(await outcome((done) => sum.async(...values, {}, done)), [null, 3]);
  values[count - 1] = 'x';
  await rejects(sum.async(...values), TypeError, 'VALUE', /argument 127/);
});

// Variadic functions

test('variadic functions have it, too', async () => {
  assert.equal(await vsum.async(0), 0);
  assert.equal(await vsum.async(2, 'int', 4, types.int, 5), 9);
  assert.equal(await vsum.async(2, 'int', 4, 'int', 5, {}), 9);
  assert.deepEqual(await outcome((done) => vsum.async(2, 'int', 4, 'int', 5, done)), [null, 9]);
  assert.deepEqual(await outcome((done) => vsum.async(2, 'int', 4, 'int', 5, {}, done)), [null, 9]);
  assert.deepEqual(await outcome((done) => vsum.async(0, done)), [null, 0]);
  assert.equal(await lib.func('double vsumd(int n, ...)').async(2, 'float', 1.5, 'double', 2), 3.5);
});

test('the last pair of a variadic call is not taken for options or a callback', async () => {
  const vS3 = lib.func('int vS3(int n, ...)');
  const call_vs = waits.func('int call_vs(int n, ...)');
  const ten = (v) => v + 10;
  const options = { a: 3, signal: 'not looked at' };

  assert.equal(await vS3.async(1, 'S3', { a: 7 }), 7);
  assert.equal(await vS3.async(1, 'S3', options), 3);
  assert.equal(await vS3.async(2, 'S3', { a: 7 }, 'S3', { a: 1 }, {}), 8);
  assert.deepEqual(await outcome((done) => vS3.async(1, 'S3', { a: 7 }, done)), [null, 7]);
  assert.deepEqual(await outcome((done) => vS3.async(1, 'S3', { a: 7 }, {}, done)), [null, 7]);
  assert.equal(await call_vs.async(2, 'IntCb *', ten, 'IntCb *', ten), 21);
  assert.equal(await call_vs.async(1, 'IntCb *', ten, {}), 10);
  assert.deepEqual(await outcome((done) => call_vs.async(1, 'IntCb *', ten, done)), [null, 10]);
  assert.deepEqual(await outcome((done) => call_vs.async(1, 'IntCb *', ten, {}, done)), [null, 10]);
});

test('a variadic call refuses half a pair', async () => {
  throws(() => vsum.async(1, 'int'), TypeError, 'ARGUMENT', /vsum\.async\(\): argument 2 expects a callback/);
  throws(() => vsum.async(1, 'int', 4, 'int'), TypeError, 'ARGUMENT', /argument 4/);
  throws(() => vsum.async(), TypeError, 'ARGUMENT_COUNT');
  throws(() => vsum.async(() => {}, ...new Array(300).fill('int')), TypeError, 'ARGUMENT_COUNT');
});

test('a variadic call takes 127 C arguments', async () => {
  const pairs = Array.from({ length: 126 }, () => ['int', 1]).flat();

  assert.equal(await vsum.async(126, ...pairs), 126);
  assert.deepEqual(await outcome((done) => vsum.async(126, ...pairs, {}, done)), [null, 126]);
  throws(() => vsum.async(127, ...pairs, 'int', 1, 'int', 1), TypeError, 'ARGUMENT_COUNT');
});

// Data

test('passes and returns structs, strings, arrays, enums', async () => {
  const s3 = { a: 1, b: 2, c: 3.5 };

  assert.deepEqual(await id_S3.async(s3), s3);
  assert.deepEqual(await lib.func('S3 mk_S3(int a, char b, double c)').async(1, 2, 3.5), s3);
  assert.equal(await lib.func('int S3_a(S3 *s)').async(s3), 1);
  assert.deepEqual(await lib.func('SA id_SA(SA s)').async({ x: 1, arr: [1, 2, 3, 4], name: 'abc' }), {
    x: 1,
    arr: new Int32Array([1, 2, 3, 4]),
    name: 'abc',
  });
  assert.equal((await lib.func('SP id_SP(SP s)').async({ s: 'héllo', w: 'wörld', p: null, ip: null })).s, 'héllo');
  assert.equal((await lib.func('Nested id_nested(Nested v)').async({ c: 'deep', d: { d2: 2 } })).d.d2, 2);
  assert.equal(await lib.func('str id_str(str s)').async('façade'), 'façade');
  assert.equal(await lib.func('str16 id_str16(str16 s)').async('wide ☕'), 'wide ☕');
  assert.equal(await lib.func('str id_str(str s)').async(null), null);
  assert.equal(await lib.func('int sum_ints(int *p, int n)').async([1, 2, 3], 3), 6);
  assert.equal(await lib.func('double sum_dbl(double *p, int n)').async([0.5, 0.25], 2), 0.75);
  assert.equal(await lib.func('E id_E(E e)').async(5), 5);
  assert.equal(await lib.func('uint64_t raw64(uint64_t v)').async(2n ** 64n - 1n), 2n ** 64n - 1n);
  assert.equal(await lib.func('int dyn_sum(Dyn *d)').async({ p: [4, 5, 6] }), 15);
});

test('copies outputs back before it calls back', async () => {
  const ints = [0, 0, 0];
  const record = {};
  const text = [null];
  const made = [null];

  await outcome((done) => lib.func('void fill_ints(_Out_ int *p, int n, int start)').async(ints, 3, 5, done));
  assert.deepEqual(ints, [5, 6, 7]);
  await lib.func('void inc_ints(_Inout_ int *p, int n)').async(ints, 3);
  assert.deepEqual(ints, [6, 7, 8]);
  await lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)').async(record, 1, 2, 3);
  assert.deepEqual(record, { a: 1, b: 2, c: 3 });
  await lib.func('void set_strp(_Out_ str *out, str s)').async(text, 'kept');
  assert.deepEqual(text, ['kept']);
  assert.equal(await lib.func('int opq_new_out(_Out_ Opq **out, int v)').async(made, 17), 1);
  assert.equal(await lib.func('int opq_get(Opq *o)').async(made[0]), 17);
  await lib.func('void opq_free(Opq *o)').async(made[0]);
});

test('fills several outputs, and buffers beside them, each its own', async () => {
  const pair = lib.func('add', 'int', [out('int *'), 'int *', 'int *', out(pointer('S3'))]);
  const one = [1];
  const s = { a: 9 };

  await pair.async(one, Buffer.alloc(4), Int32Array.of(1), s);
  assert.deepEqual([one, s], [[0], { a: 0, b: 0, c: 0 }]);
});

test('an exception while outputs are stored is told', async () => {
  const mine = new Error('mine');
  const target = { set a(value) { throw mine; } };

  assert.equal(await lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)').async(target, 1, 2, 3).catch((e) => e), mine);
  await rejects(lib.func('void fill_ints(_Out_ int *p, int n, int start)').async(Object.freeze([0]), 1, 5), TypeError);
});

test('takes and gives unions', async () => {
  const u = new Union('U');

  await lib.func('void setU_i(int64_t i, _Out_ U *u)').async(77, u);
  assert.equal(u.i, 77);
  await lib.func('void setU_d(double d, _Out_ U *u)').async(1.5, u);
  assert.equal(u.d, 1.5);
  assert.equal(await lib.func('int64_t U_i(U u)').async({ i: 5 }), 5);
  assert.equal((await lib.func('U id_U(U u)').async({ d: 2.5 })).d, 2.5);
  await rejects(lib.func('int64_t U_i(U u)').async({ i: 1, d: 2 }), Error, 'UNION', /U_i\(\).*argument 1/);
});

test('runs disposers on the main thread, before it calls back', async () => {
  const main = threadId();
  const order = [];
  const release = waits.func('void release_noting_thread(void *s)');
  const Owned = disposable('str', (p) => {
    order.push('disposed');
    release(p);
  });
  const make = waits.func('make_string', Owned, ['str']);

  assert.equal(await outcome((done) => make.async('owned', done)).then(([, text]) => (order.push('called back'), text)), 'owned');
  assert.deepEqual(order, ['disposed', 'called back']);
  assert.equal(waits.func('uint64_t thread_that_released()')(), main);
  assert.equal(await lib.func('str! dup_str(str s)').async('freed'), 'freed');

  const native = waits.func('make_string', disposable('str', release), ['str']);
  const before = ristretto.stats().disposed;
  assert.equal(await native.async('again'), 'again');
  assert.equal(ristretto.stats().disposed, before + 1);
  assert.equal(waits.func('uint64_t thread_that_released()')(), main);
});

test('string outputs are disposed, too', async () => {
  const holder = [null];
  const before = ristretto.stats().disposed;

  await lib.func('void set_strdup(_Out_ str! *out, str s)').async(holder, 'copy');
  assert.deepEqual(holder, ['copy']);
  assert.equal(ristretto.stats().disposed, before + 1);
});

test('an exception of a disposer is told', async () => {
  const mine = new Error('mine');
  const Bad = disposable('str', (p) => {
    free(p);
    throw mine;
  });

  assert.equal(await lib.func('dup_str', Bad, ['str']).async('x').catch((error) => error), mine);
});

test('converts at the moment of the call', async () => {
  const gate = new Gate();
  const numbers = [1, 2, 3];
  const text = { value: 'before' };
  const sum = waits.func('int64_t sum_at(int gate, int *p, int n)').async(gate.id, numbers, 3);
  const length = waits.func('int length_at(int gate, str s)').async(gate.id, text.value);

  numbers[0] = 100;
  text.value = 'afterwards';
  gate.open();
  assert.deepEqual(await Promise.all([sum, length]), [6, 6]);
});

test('works on raw buffers in place', async () => {
  const gate = new Gate();
  const bytes = new Uint8Array(8);
  const numbers = Int32Array.of(1, 2, 3);
  const fill = waits.func('void fill_at(int gate, uint8_t *p, int n, int value)').async(gate.id, bytes, 8, 7);
  const sum = waits.func('int64_t sum_at(int gate, int *p, int n)').async(gate.id, numbers, 3);

  gate.crowd(2);
  numbers[0] = 100;
  assert.deepEqual(bytes, new Uint8Array(8));
  gate.open();
  await fill;
  assert.deepEqual(bytes, new Uint8Array(8).fill(7));
  assert.equal(await sum, 105);
});

test('buffers live until the call ends', () => {
  const out = runOk(`
    const { waiting, Gate, turn } = require('./test/js/waiting');
    const { lib } = waiting();
    const fill = lib.func('void fill_at(int gate, uint8_t *p, int n, int value)');
    const sum = lib.func('int64_t sum_at(int gate, int *p, int n)');
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    const watched = (view) => (registry.register(view.buffer, 0), view);
    const hog = () => Array.from({ length: 50 }, () => new Uint8Array(1 << 20).fill(1));
    (async () => {
      const gate = new Gate();
      const calls = [
        fill.async(gate.id, watched(new Uint8Array(1 << 20)), 1 << 20, 3),
        sum.async(gate.id, watched(new Int32Array(1 << 18).fill(5)), 1 << 18),
        new Promise((resolve) => sum.async(gate.id, watched(new Int32Array(64).fill(2)), 64, (error, n) => resolve(n))),
      ];
      for (let i = 0; i < 10; i++) { gc(); hog(); await turn(); }
      console.log(collected);
      gate.open();
      console.log((await Promise.all(calls)).join());
      calls.length = 0;
      for (let i = 0; i < 100 && collected < 3; i++) { gc(); await turn(); }
      console.log(collected);
    })();`, { flags: ['--expose-gc'], cwd: packagePath });

  assert.equal(out, `0\n,${5 << 18},128\n3\n`);
});

test('takes strings that are larger than its memory', async () => {
  const text = 'x'.repeat(5 << 20);

  assert.equal(await lib.func('int str_len(str s)').async(text), 5 << 20);
  assert.equal((await lib.func('str id_str(str s)').async(text)).length, 5 << 20);
  assert.equal((await lib.func('str! dup_str(str s)').async(text)).length, 5 << 20);
  assert.deepEqual(
    await Promise.all(Array.from({ length: 20 }, (_, i) => lib.func('str id_str(str s)').async(`${i}`.repeat(3000)))),
    Array.from({ length: 20 }, (_, i) => `${i}`.repeat(3000))
  );
});

test('an aggregate that does not fit the stack of a thread is refused', async () => {
  const Huge = struct({ bytes: array('uint8', 32 << 20) });
  const f = lib.func('nothing', 'void', [Huge]);
  const large = lib.func('nothing', 'void', [struct({ bytes: array('uint8', 256 << 10) })]);

  if (RECORDS_BY_ADDRESS) {
    assert.equal(await f.async({}), undefined);
  } else {
    await rejects(f.async({}), Error, 'STACK');
    const [error, result] = await outcome((done) => f.async({}, done));
    assert.equal(error.code, 'ERR_RISTRETTO_STACK');
    assert.equal(result, undefined);
  }
  assert.equal(await large.async({}), undefined);
  assert.equal(await add.async(1, 2), 3);
});

'use strict';
// JavaScript functions that C calls from an asynchronous call: on the main thread, until the call has completed.
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, runOk, packagePath, throws } = require('./support');
const { waiting, Gate, occupy, outcome, rejects, until } = require('./waiting');
const { pointer, proto, register, stats, unregister } = ristretto;
const lib = fixtures();
const { lib: waits, threadId } = waiting();

define('S3', 'U', 'IntCb');
proto('str StrCb(str s)');
proto('S3 S3Cb(S3 s)');
proto('int OutCb(_Out_ int *p)');

const call_int = lib.func('int call_int(IntCb *cb, int v)');
const call_at = waits.func('int call_at(int gate, IntCb *cb, int v)');
const call_times = waits.func('int call_times(IntCb *cb, int v, int times)');
const strings_at = waits.func('int strings_at(int gate, StrCb *cb)');
const inChild = (source, options) =>
  runOk(
    `const { waiting, Gate, occupy, takeNotes, outcome, turn, until } = require('./test/js/waiting');
     define('IntCb');
     const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
     ${source}`,
    { cwd: packagePath, ...options }
  ).trim();

test('a function as argument runs on the main thread', async () => {
  const main = threadId();
  const seen = [];

  assert.equal(await call_int.async((v) => { seen.push(v, threadId()); return v * 2; }, 21), 42);
  assert.deepEqual(seen, [21, main]);
  assert.deepEqual(await outcome((done) => call_int.async((v) => v + 1, 1, done)), [null, 2]);
});

test('values of all kinds go both ways', async () => {
  assert.equal(await lib.func('int call_str(StrCb *cb, str s)').async((s) => `${s}!`, 'abc'), lib.func('int call_str(StrCb *cb, str s)')((s) => `${s}!`, 'abc'));
  assert.deepEqual(await lib.func('S3 call_S3(S3Cb *cb, S3 s)').async((s) => ({ ...s, a: s.a + 1 }), { a: 1, b: 2, c: 3 }), { a: 2, b: 2, c: 3 });
  assert.equal(await lib.func('int64_t call_i64(void *cb, int64_t a, uint64_t b)').async(
    ristretto.as((a, b) => BigInt(a) + BigInt(b), pointer(proto('int64_t I64Cb(int64_t a, uint64_t b)'))), -5, 2n ** 60n), 2n ** 60n - 5n);
});

test('the order of many callbacks of one call is kept', async () => {
  const seen = [];

  assert.equal(await call_times.async((v) => { seen.push(v); return v + 1; }, 0, 200), 200);
  assert.deepEqual(seen, Array.from({ length: 200 }, (_, i) => i));
});

test('callbacks of several calls at once do not mix', async () => {
  const sums = await Promise.all(Array.from({ length: 8 }, (_, k) => call_times.async((v) => v + k, 0, 50)));

  assert.deepEqual(sums, Array.from({ length: 8 }, (_, k) => k * 50));
});

test('a function is valid until completion, also when nobody refers to it', () => {
  const out = inChild(`
    const call_at = waiting().lib.func('int call_at(int gate, IntCb *cb, int v)');
    const gate = new Gate();
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    function start() {
      const callback = (v) => v * 3;
      registry.register(callback, 0);
      return call_at.async(gate.id, callback, 5);
    }
    (async () => {
      const done = start();
      gate.crowd(1);
      for (let i = 0; i < 10; i++) { gc(); await turn(); }
      console.log(collected, ristretto.stats().callbacks);
      gate.open();
      console.log(await done, ristretto.stats().callbacks);
      await until(() => collected === 1);
      console.log('collected');
    })();`, { flags: ['--expose-gc'] });

  assert.equal(out, '0 1\n15 0\ncollected');
});

test('the slot is free when the call is told', async () => {
  const gate = new Gate();
  const before = stats().callbacks;
  const pending = outcome((done) => call_at.async(gate.id, (v) => v, 1, () => done(stats().callbacks - before)));

  assert.equal(stats().callbacks - before, 1);
  gate.open();
  assert.deepEqual(await pending, [0]);
  await rejects(call_int.async((v) => v, 'x'), TypeError);
  assert.equal(stats().callbacks, before);
});

test('an exception of a function is an uncaught exception, C gets 0 and goes on', () => {
  const out = inChild(`
    const call_twice = fixtures().func('int call_twice(IntCb *cb, int v)');
    process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
    call_int.async(() => { throw new Error('mine'); }, 5, (error, result) => console.log('result', error, result));
    call_twice.async((v) => { if (v === 1) throw new Error('once'); return 7; }, 1).then((v) => console.log('twice', v));
    call_int.async(() => 'x', 5).then((v) => console.log('kind', v));`);
  const lines = out.split('\n').sort();

  assert.equal(lines.length, 6, out);
  assert.match(lines.splice(lines.findIndex((line) => line.includes('IntCb')), 1)[0], /expects int, got string uncaughtException$/);
  assert.deepEqual(lines, ['kind 0', 'mine uncaughtException', 'once uncaughtException', 'result null 0', 'twice 7']);
});

test('the exception of a function does not reject the call', async () => {
  const out = inChild(`
    process.on('uncaughtException', () => {});
    call_int.async(() => { throw new Error('mine'); }, 5).then((v) => console.log('fulfilled', v), () => console.log('rejected'));`);

  assert.equal(out, 'fulfilled 0');
});

test('string results live until the call completes', async () => {
  const gate = new Gate();
  const long = 'y'.repeat(100000);
  const pending = strings_at.async(gate.id, (s) => (s === 'first' ? long : 'short'));
  const other = await strings_at.async((() => { const open = new Gate(); open.open(); return open.id; })(), (s) => `${s}${s}`);

  assert.equal(other, 22);
  await until(() => gate.count === 1);
  for (let i = 0; i < 50; i++) {
    lib.func('int call_str(StrCb *cb, str s)')(() => 'z'.repeat(5000), 'x');
    await lib.func('int call_str(StrCb *cb, str s)').async(() => 'w'.repeat(5000), 'x');
  }
  gate.open();
  assert.equal(await pending, 100005);
});

test('a function that is the result of a callback lives until the call completes', async () => {
  proto('IntCb *GetCb(int v)');
  const call_getcb = lib.func('int call_getcb(GetCb *g, int v)');
  const before = stats().callbacks;

  assert.equal(await call_getcb.async((n) => (v) => v * 100 + n, 5), call_getcb((n) => (v) => v * 100 + n, 5));
  assert.equal(stats().callbacks, before);
});

test('registered functions may be called', async () => {
  const seen = [];
  const registered = register((v) => { seen.push(v); return v + 1; }, 'IntCb *');

  assert.equal(await call_int.async(registered, 1), 2);
  assert.deepEqual(await Promise.all([2, 3, 4].map((v) => call_int.async(registered, v))), [3, 4, 5]);
  assert.deepEqual(seen.sort(), [1, 2, 3, 4]);
  unregister(registered);
});

test('a callback may make calls of its own', async () => {
  const inner = [];
  const result = await call_int.async((v) => {
    const once = call_int((w) => w + 1, v);
    inner.push(call_int.async((w) => w * 2, once));
    return once;
  }, 10);

  assert.deepEqual([result, ...(await Promise.all(inner))], [11, 22]);
});

test('a synchronous call that waits for an asynchronous one', async () => {
  const gate = new Gate();
  const pending = waiting().wait.async(gate.id);

  gate.crowd(1);
  assert.equal(call_int((v) => { gate.open(); return v; }, 3), 3);
  assert.equal(await pending, 0);
});

test('callbacks keep no call from completing while another one blocks', async () => {
  const held = occupy(ristretto.config().async_threads - 1);

  assert.equal(await call_times.async((v) => v + 1, 0, 20), 20);
  held.open();
  await held.done;
});

test('errno of a call is not touched by what its callbacks do', async () => {
  const set_errno = lib.func('int set_errno(int v)');
  const { errno } = ristretto;

  await call_int.async((v) => { set_errno(99); return v; }, 1);
  errno(5);
  await call_int.async((v) => { set_errno(98); errno(97); return v; }, 1);
  assert.equal(typeof errno(), 'number');
});

test('process.nextTick() and microtasks run after each callback', async () => {
  const order = [];

  await call_times.async((v) => {
    order.push(`${v}`);
    process.nextTick(() => order.push(`${v} tick`));
    Promise.resolve().then(() => order.push(`${v} microtask`));
    return v + 1;
  }, 0, 3);
  assert.deepEqual(order, ['0', '0 tick', '0 microtask', '1', '1 tick', '1 microtask', '2', '2 tick', '2 microtask']);
});

test('outputs and functions in one call', async () => {
  const out_then_cb = lib.func('int out_then_cb(_Out_ int *out, IntCb *cb)');
  const holder = [0];
  let during;

  const expected = [0];
  const plain = out_then_cb(expected, (v) => v);
  assert.equal(await out_then_cb.async(holder, (v) => { during = holder[0]; return v; }), plain);
  assert.deepEqual(holder, expected);
  assert.equal(during, 0, 'outputs are stored when the call completes');
});

test('a struct that holds a function', async () => {
  ristretto.struct('CbS', { cb: 'IntCb *', v: 'int' });
  const call_cbs = lib.func('int call_cbs(CbS *s)');

  assert.equal(await call_cbs.async({ cb: (v) => v + 5, v: 6 }), 11);
  assert.equal(await call_cbs.async({ cb: null, v: 6 }), -7);
});

test('a function of a finished call is no longer callable', async () => {
  const lost = lib.func('void store_cb(IntCb *cb)');
  const call_stored = lib.func('int call_stored(int v)');

  await lost.async((v) => v + 1);
  throws(() => call_stored(5), Error, 'CALLBACK');
  await rejects(call_stored.async(5), Error, 'CALLBACK', /call_stored\(\)/);
  throws(() => call_stored(5), Error, 'CALLBACK');
});

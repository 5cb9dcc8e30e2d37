'use strict';
// Lanes: one native thread each, on which asynchronous calls run in the order in which they were made.
const { test } = require('node:test');
const { RECORDS_BY_ADDRESS, assert, ristretto, fixtures, define, runOk, throws, packagePath } = require('./support');
const { waiting, Gate, occupy, outcome, rejects, takeNotes, until } = require('./waiting');
const { lane, Lane } = ristretto;
const lib = fixtures();
const { lib: waits, note, threadId, wait } = waiting();

define('S3', 'IntCb');

const add = lib.func('int add(int a, int b)');
const vS3 = lib.func('int vS3(int n, ...)');
const call_int = lib.func('int call_int(IntCb *cb, int v)');
const inChild = (source, options) =>
  runOk(
    `const { waiting, Gate, occupy, takeNotes, outcome, turn, until } = require('./test/js/waiting');
     const { lane } = ristretto;
     ${source}`,
    { cwd: packagePath, ...options }
  ).trim();

test('lane() and new Lane() make lanes', () => {
  for (const made of [lane(), new Lane(), lane(1, 'ignored')]) {
    assert.ok(made instanceof Lane);
    assert.equal(typeof made.close, 'function');
    assert.equal(made.close(), undefined);
  }
  assert.notEqual(lane(), lane());
  throws(() => Lane(), TypeError, 'CONSTRUCT');
});

test('all calls of a lane run on one thread that is not the main one', async () => {
  const one = lane();
  const ids = new Set();

  for (let i = 0; i < 10; i++) ids.add(await threadId.async({ lane: one }));
  for (const id of await Promise.all(Array.from({ length: 50 }, () => threadId.on(one)()))) ids.add(id);
  ids.add((await outcome((done) => threadId.async({ lane: one }, done)))[1]);
  assert.equal(ids.size, 1);
  assert.ok(!ids.has(threadId()));
  one.close();
});

test('lanes have threads of their own, beside those of other calls', async () => {
  const lanes = Array.from({ length: 5 }, lane);
  const held = occupy();
  const ids = await Promise.all(lanes.map((each) => threadId.on(each)()));
  const again = await Promise.all(lanes.map((each) => threadId.on(each)()));

  assert.equal(new Set(ids).size, 5);
  assert.deepEqual(again, ids);
  held.open();
  await held.done;
  for (const id of await Promise.all(Array.from({ length: 20 }, () => threadId.async()))) assert.ok(!ids.includes(id));
  for (const each of lanes) each.close();
});

test('calls of a lane run in order, one at a time', async () => {
  const one = lane();
  const gate = new Gate();
  const order = [];
  const first = wait.on(one)(gate.id).then(() => order.push('first'));
  const rest = Array.from({ length: 200 }, (_, i) => note.on(one)(i).then(() => order.push(i)));

  gate.crowd(1);
  assert.deepEqual(takeNotes(), []);
  gate.open();
  await Promise.all([first, ...rest]);
  assert.deepEqual(takeNotes(), Array.from({ length: 200 }, (_, i) => i));
  assert.deepEqual(order, ['first', ...Array.from({ length: 200 }, (_, i) => i)]);
  one.close();
});

test('lanes run beside each other', async () => {
  const gate = new Gate();
  const lanes = Array.from({ length: 8 }, lane);
  const calls = lanes.map((each) => wait.on(each)(gate.id));

  gate.crowd(8);
  gate.open();
  assert.deepEqual(await Promise.all(calls), new Array(8).fill(0));
  for (const each of lanes) each.close();
});

test('different functions, also of different libraries, share a lane', async () => {
  const one = lane();
  const other = ristretto.load(null);
  const gettid = process.platform === 'linux' && other.func('int gettid()');

  const calls = [note.on(one)(1), add.on(one)(1, 2), note.on(one)(2), lib.func('S3 id_S3(S3 s)').on(one)({ a: 1 }), note.on(one)(3)];
  assert.equal((await Promise.all(calls))[1], 3);
  assert.deepEqual(takeNotes(), [1, 2, 3]);
  if (gettid) {
    const ids = await Promise.all([gettid.on(one)(), gettid.on(one)(), gettid.async({ lane: one })]);
    assert.equal(new Set(ids).size, 1);
    assert.notEqual(ids[0], process.pid);
  }
  one.close();
});

test('data and errors are as in other asynchronous calls', async () => {
  const one = lane();
  const ints = [0, 0];
  const bytes = new Uint8Array(3);

  await lib.func('void fill_ints(_Out_ int *p, int n, int start)').on(one)(ints, 2, 5);
  await lib.func('void fill_u8(uint8_t *p, int n, int start)').on(one)(bytes, 3, 7);
  assert.deepEqual([ints, [...bytes]], [[5, 6], [7, 8, 9]]);
  assert.equal(await lib.func('str! dup_str(str s)').on(one)('text'), 'text');
  await rejects(add.on(one)('x', 1), TypeError, 'VALUE', /add\(\).*argument 1 \(a\)/);
  const large = lib.func('nothing', 'void', [ristretto.struct({ b: ristretto.array('uint8', 32 << 20) })]).on(one)({});
  if (RECORDS_BY_ADDRESS) assert.equal(await large, undefined);
  else await rejects(large, Error, 'STACK');
  throws(() => add.on(one)(1), TypeError, 'ARGUMENT_COUNT', /add/);
  throws(() => add.on(one)(), TypeError, 'ARGUMENT_COUNT');
  throws(() => add.on(one)(1, 2, 3), TypeError, 'ARGUMENT', /argument 3/);
  throws(() => add.on(one)(1, 2, () => {}), TypeError, 'ARGUMENT', /takes no callback/);
  throws(() => add.on(one)(1, 2, {}, () => {}), TypeError, 'ARGUMENT', /takes no callback/);
  assert.equal(await add.on(one)(1, 2, {}), 3);
  one.close();
});

test('a lane is not taken for an argument that is missing', () => {
  const one = lane();
  const f = lib.func('int S3_a(S3 *s)');

  throws(() => f.on(one)(), TypeError, 'ARGUMENT_COUNT', /S3_a/);
  throws(() => vS3.on(one)(), TypeError, 'ARGUMENT_COUNT');
  one.close();
});

test('errno is that of the call', async () => {
  const one = lane();
  const errno_at = waits.func('int errno_at(int gate, int value)').on(one);
  const gate = new Gate();
  const seen = [11, 12, 13].map(async (value) => [await errno_at(gate.id, value), ristretto.errno()]);

  gate.open();
  for (const [value, errno] of await Promise.all(seen)) assert.equal(errno, value);
  one.close();
});

test('variadic functions', async () => {
  const one = lane();
  const vsum = lib.func('int vsum(int n, ...)');
  const thread = waits.func('uint64_t thread_id_vs(int n, ...)');
  const id = await threadId.on(one)();

  assert.equal(await vsum.on(one)(0), 0);
  assert.equal(await vsum.on(one)(2, 'int', 4, 'int', 5), 9);
  assert.equal(await vsum.on(one)(2, 'int', 4, 'int', 5, {}), 9);
  assert.equal(await thread.on(one)(0), id);
  assert.equal(await thread.on(one)(1, 'S3', { a: 1 }), id);
  assert.equal(await thread.on(one)(1, 'S3', { a: 1, signal: 5 }), id, 'a value is not taken for options');
  assert.equal(await vS3.on(one)(1, 'S3', { a: 7, signal: 'mine', lane: 'mine' }), 7);
  assert.equal(await waits.func('int call_vs(int n, ...)').on(one)(1, 'IntCb *', (v) => v + 4), 4);
  assert.equal(await rejectsWith(vsum.on(one)(1, 'int', 1, { signal: AbortSignal.abort('no') })), 'no');
  throws(() => vsum.on(one)(1, 'int'), TypeError, 'ARGUMENT');
  throws(() => vsum.on(one)(1, 'int', 1, () => {}), TypeError, 'ARGUMENT', /takes no callback/);
  await rejects(vsum.on(one)(1, 'int', 'x'), TypeError, 'VALUE');
  one.close();
});

const rejectsWith = (promise) => promise.then(assert.fail, (reason) => reason);

// Signals

test('signals remove calls that wait in a lane', async () => {
  const one = lane();
  const gate = new Gate();
  const controller = new AbortController();
  const { signal } = controller;
  const running = wait.on(one)(gate.id, { signal });

  gate.crowd(1);
  const removed = [note.on(one)(1, { signal }), note.async(2, { signal, lane: one })];
  const byCallback = outcome((done) => note.async(3, { signal, lane: one }, done));
  const stays = note.on(one)(4);
  controller.abort('enough');
  assert.deepEqual(await Promise.all(removed.map(rejectsWith)), ['enough', 'enough']);
  assert.deepEqual(await byCallback, ['enough', undefined]);
  assert.equal(await rejectsWith(note.on(one)(5, { signal })), 'enough');
  gate.open();
  assert.equal(await running, 0);
  await stays;
  assert.deepEqual(takeNotes(), [4]);
  one.close();
});

test('signals remove calls that wait in a closed lane', async () => {
  const one = lane();
  const gate = new Gate();
  const controller = new AbortController();
  const running = wait.on(one)(gate.id);

  gate.crowd(1);
  const removed = note.on(one)(1, { signal: controller.signal });
  const stays = note.on(one)(2);
  one.close();
  controller.abort('late');
  assert.equal(await rejectsWith(removed), 'late');
  gate.open();
  await Promise.all([running, stays]);
  assert.deepEqual(takeNotes(), [2]);
});

test('the lane of on() counts, not one in the options', async () => {
  const [one, two] = [lane(), lane()];

  assert.equal(await threadId.on(one)({ lane: two }), await threadId.async({ lane: one }));
  one.close();
  two.close();
});

// Closing

test('after close() calls that wait still run, later ones throw', async () => {
  const one = lane();
  const gate = new Gate();
  const on = note.on(one);
  const calls = [wait.on(one)(gate.id), ...[1, 2, 3].map((i) => on(i))];
  const byCallback = outcome((done) => note.async(4, { lane: one }, done));

  one.close();
  one.close();
  throws(() => on(9), Error, 'CLOSED', /note\(\): the lane has been closed/);
  throws(() => note.async(9, { lane: one }), Error, 'CLOSED');
  throws(() => note.async(9, { lane: one }, () => assert.fail()), Error, 'CLOSED');
  assert.equal(typeof note.on(one), 'function');
  gate.open();
  await Promise.all([...calls, byCallback]);
  assert.deepEqual(takeNotes(), [1, 2, 3, 4]);
});

test('close() of a lane that never ran anything', () => {
  const one = lane();

  one.close();
  throws(() => add.on(one)(1, 2), Error, 'CLOSED');
});

test('close() while an argument of a call is read', async () => {
  const one = lane();
  const f = lib.func('int S3_a(S3 *s)');
  const used = lane();

  await threadId.on(used)();
  for (const each of [one, used]) {
    const closing = { get a() { each.close(); return 1; } };
    throws(() => f.on(each)(closing), Error, 'CLOSED', /S3_a/);
    throws(() => f.async(closing, { lane: lane() }, 5), TypeError);
    throws(() => f.async({ a: 1 }, { lane: each }, () => assert.fail()), Error, 'CLOSED');
  }
  assert.equal(await f.async({ a: 1 }), 1);
});

test('Symbol.dispose closes', { skip: !Symbol.dispose }, async () => {
  const one = lane();
  const pending = add.on(one)(1, 2);

  assert.equal(one[Symbol.dispose](), undefined);
  throws(() => add.on(one)(1, 2), Error, 'CLOSED');
  assert.equal(await pending, 3);
});

test('receivers and arguments are checked', () => {
  throws(() => lane().close.call({}), TypeError, 'RECEIVER');
  throws(() => lane().close.call(null), TypeError, 'RECEIVER');
  throws(() => lane().close.call(Object.create(Lane.prototype)), TypeError, 'RECEIVER');
  for (const wrong of [undefined, null, {}, 5, Lane, add, lib]) throws(() => add.on(wrong), TypeError, 'ARGUMENT', /Lane/);
  for (const wrong of [null, {}, 5, Lane, add, lib]) throws(() => add.async(1, 2, { lane: wrong }), TypeError, 'ARGUMENT', /Lane/);
  const fake = Object.create(Lane.prototype);
  throws(() => add.async(1, 2, { lane: fake }), TypeError, 'ARGUMENT');
  throws(() => add.on(fake), TypeError, 'ARGUMENT');
  throws(() => add.on(new Proxy(lane(), {})), TypeError, 'ARGUMENT');
  throws(() => add.on.call(() => {}, lane()), TypeError, 'RECEIVER');
});

test('the thread ends with the lane', { skip: process.platform !== 'linux' }, () => {
  const out = inChild(`
    const { readdirSync } = require('node:fs');
    const threads = () => readdirSync('/proc/self/task').length;
    const { threadId } = waiting();
    (async () => {
      await turn();
      const before = threads();
      const lanes = Array.from({ length: 10 }, lane);
      console.log(threads() - before <= 0);
      await Promise.all(lanes.map((each) => threadId.on(each)()));
      console.log(threads() - before >= 10);
      for (const each of lanes) each.close();
      await until(() => threads() <= before + 1);
      console.log('ended');
      for (let i = 0; i < 200; i++) threadId.on(lane())();
      await until(() => threads() <= before + 1);
      console.log('collected');
    })();`, { flags: ['--expose-gc'] });

  assert.equal(out, 'true\ntrue\nended\ncollected');
});

// Lifetime

test('a lane that is collected runs what waits in it', () => {
  const out = inChild(`
    const { note, wait } = waiting();
    const gate = new Gate();
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    function start() {
      const one = lane();
      registry.register(one, 0);
      return Promise.all([wait.on(one)(gate.id), ...Array.from({ length: 20 }, (_, i) => note.on(one)(i))]);
    }
    (async () => {
      const done = start();
      gate.crowd(1);
      await until(() => collected === 1);
      for (let i = 0; i < 5; i++) { gc(); await turn(); }
      gate.open();
      console.log((await done).length, takeNotes().every((v, i) => v === i));
    })();`, { flags: ['--expose-gc'] });

  assert.equal(out, '21 true');
});

test('an idle lane does not keep the process alive, a busy one does', () => {
  const out = inChild(`
    const { wait } = waiting();
    const gate = new Gate();
    lane();
    const one = lane();
    process.on('exit', () => console.log('exit'));
    wait.on(one)(gate.id).then(() => console.log('told'));
    gate.crowd(1);
    setTimeout(() => gate.open(), 20).unref();`);

  assert.equal(out, 'told\nexit');
});

// Callbacks

test('functions that C calls from a lane run on the main thread', async () => {
  const [one, two] = [lane(), lane()];
  const main = threadId();
  const on = call_int.on(one);

  assert.equal(await on((v) => { assert.equal(threadId(), main); return v * 2; }, 4), 8);
  assert.deepEqual(await Promise.all([1, 2, 3].map((v) => on((w) => w + 1, v))), [2, 3, 4]);
  const nested = await call_int.on(one)((v) => call_int((w) => w + 1, v), 5);
  assert.equal(nested, 6);
  let inner;
  assert.equal(await call_int.on(one)((v) => { inner = call_int.on(two)((w) => w * 10, v); return v; }, 7), 7);
  assert.equal(await inner, 70);
  one.close();
  two.close();
});

test('a callback from a lane may close the lane and add to it before', async () => {
  const one = lane();
  let added;
  const result = await call_int.on(one)((v) => {
    added = note.on(one)(77);
    one.close();
    return v;
  }, 1);

  assert.equal(result, 1);
  await added;
  assert.deepEqual(takeNotes(), [77]);
});

test('a callback that returns a promise holds the lane up, nothing else', async () => {
  const one = lane();
  const gate = new Gate();
  let settle;
  const waitingCall = call_int.on(one)(() => new Promise((resolve) => { settle = resolve; }), 1);
  const behind = note.on(one)(1);

  await until(() => settle);
  assert.equal(await add.async(1, 2), 3);
  assert.deepEqual(takeNotes(), []);
  settle(55);
  assert.equal(await waitingCall, 55);
  await behind;
  assert.deepEqual(takeNotes(), [1]);
  gate.open();
  one.close();
});

test('a function made by decode() runs on lanes, too', async () => {
  const one = lane();

  ristretto.proto('uint64_t IdFn()');
  assert.equal(await ristretto.decode(waits.symbol('thread_id'), 'IdFn').on(one)(), await threadId.on(one)());
  one.close();
});

test('many lanes, many calls', async () => {
  const lanes = Array.from({ length: 30 }, lane);
  const calls = [];

  for (let i = 0; i < 3000; i++) calls.push(add.on(lanes[i % 30])(i, 1));
  for (const each of lanes) each.close();
  assert.deepEqual(await Promise.all(calls), Array.from({ length: 3000 }, (_, i) => i + 1));
});

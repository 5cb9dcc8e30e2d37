'use strict';
// AbortSignal: a call that waits for a thread is removed, one that C is in goes on.
const { test } = require('node:test');
const { getEventListeners } = require('node:events');
const { assert, fixtures, define, runOk, throws, packagePath } = require('./support');
const { waiting, Gate, occupy, outcome, rejects, takeNotes } = require('./waiting');
const lib = fixtures();
const { lib: waits, note } = waiting();

define('S3');

const add = lib.func('int add(int a, int b)');
const listeners = (signal) => getEventListeners(signal, 'abort').length;

test('a signal that is not aborted changes nothing', async () => {
  const { signal } = new AbortController();

  assert.equal(await add.async(1, 2, { signal }), 3);
  assert.deepEqual(await outcome((done) => add.async(1, 2, { signal }, done)), [null, 3]);
  assert.equal(await add.async(1, 2, { signal: undefined }), 3);
  assert.equal(listeners(signal), 0);
});

test('aborting removes calls that wait for a thread', async () => {
  const held = occupy();
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new Error('enough');
  const promise = note.async(1, { signal });
  const callback = outcome((done) => note.async(2, { signal }, done));
  const other = note.async(3);

  assert.equal(listeners(signal), 1);
  controller.abort(reason);
  assert.equal(await promise.catch((error) => error), reason);
  assert.deepEqual(await callback, [reason, undefined]);
  assert.equal(listeners(signal), 0);
  held.open();
  await Promise.all([held.done, other]);
  assert.deepEqual(takeNotes(), [3]);
});

test('an aborted call is told before a thread gets free', async () => {
  const held = occupy();
  const controller = new AbortController();
  const pending = add.async(1, 2, { signal: controller.signal });

  controller.abort();
  await assert.rejects(pending, { name: 'AbortError' });
  assert.equal(held.count > 0, true);
  held.open();
  await held.done;
});

test('a call that C is in goes on', async () => {
  const gate = new Gate();
  const controller = new AbortController();
  const byPromise = gate.wait({ signal: controller.signal });
  const byCallback = outcome((done) => waiting().wait.async(gate.id, { signal: controller.signal }, done));

  gate.crowd(2);
  controller.abort();
  gate.open();
  assert.equal(await byPromise, 0);
  assert.deepEqual(await byCallback, [null, 0]);
  assert.equal(listeners(controller.signal), 0);
});

test('a signal that is aborted already: C is not called', async () => {
  const reason = new Error('from the start');
  const signal = AbortSignal.abort(reason);

  assert.equal(await note.async(5, { signal }).catch((error) => error), reason);
  assert.deepEqual(await outcome((done) => note.async(5, { signal }, done)), [reason, undefined]);
  assert.equal(listeners(signal), 0);
  assert.deepEqual(takeNotes(), []);
});

test('an aborted signal counts more than a bad argument, and does not hide a missing one', async () => {
  const reason = new Error('aborted');
  const signal = AbortSignal.abort(reason);

  assert.equal(await add.async('x', 2, { signal }).catch((error) => error), reason);
  assert.equal(await lib.func('int S3_a(S3 *s)').async({ get a() { throw new Error('mine'); } }, { signal }).catch((error) => error), reason);
  await rejects(add.async(1, { signal }), TypeError, 'VALUE', /argument 2/);
});

test('a signal that an argument aborts while it is read', async () => {
  const controller = new AbortController();
  const value = { get a() { controller.abort('meanwhile'); return 1; } };

  assert.equal(await lib.func('int S3_a(S3 *s)').async(value, { signal: controller.signal }).catch((error) => error), 'meanwhile');
});

test('the reason is passed on as it is', async () => {
  for (const reason of [new RangeError('mine'), 'text', 5, { a: 1 }, Symbol('s'), true, 7n]) {
    const held = occupy();
    const controller = new AbortController();
    const { signal } = controller;
    const promise = add.async(1, 2, { signal }).catch((error) => error);
    const callback = outcome((done) => add.async(1, 2, { signal }, done));

    controller.abort(reason);
    assert.equal(await promise, reason);
    assert.deepEqual(await callback, [reason, undefined]);
    assert.equal(await add.async(1, 2, { signal }).catch((error) => error), reason);
    held.open();
    await held.done;
  }
});

test('without a reason it is an AbortError', async () => {
  for (const signal of [AbortSignal.abort(), AbortSignal.abort(undefined)]) {
    assert.equal((await add.async(1, 2, { signal }).catch((error) => error)).name, 'AbortError');
    assert.equal((await outcome((done) => add.async(1, 2, { signal }, done)))[0].name, 'AbortError');
  }
});

test('a falsy reason: as it is for promises, in an Error for callbacks', async () => {
  for (const reason of [null, 0, '', false, NaN]) {
    const held = occupy();
    const controller = new AbortController();
    const { signal } = controller;
    const tellings = [outcome((done) => add.async(1, 2, { signal }, done))];
    const promise = add.async(1, 2, { signal }).then(assert.fail, (error) => error);

    controller.abort(reason);
    tellings.push(outcome((done) => add.async(1, 2, { signal }, done)));
    for (const [error, result] of await Promise.all(tellings)) {
      throws(() => { throw error; }, Error, 'FALSY_REASON', /add/);
      assert.ok(Object.is(error.reason, reason));
      assert.equal(result, undefined);
    }
    assert.ok(Object.is(await promise, reason));
    held.open();
    await held.done;
  }
});

test('a reason of undefined is passed on, too', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const held = occupy();
  const promise = add.async(1, 2, { signal }).then(assert.fail, (error) => [error]);

  Object.defineProperty(signal, 'reason', { value: undefined });
  controller.abort();
  assert.deepEqual(await promise, [undefined]);
  assert.equal((await outcome((done) => add.async(1, 2, { signal }, done)))[0].code, 'ERR_RISTRETTO_FALSY_REASON');
  held.open();
  await held.done;
});

test('AbortSignal.timeout() and AbortSignal.any()', async () => {
  const held = occupy();
  const controller = new AbortController();

  await assert.rejects(add.async(1, 2, { signal: AbortSignal.timeout(1) }), { name: 'TimeoutError' });
  if (AbortSignal.any) {
    const pending = add.async(1, 2, { signal: AbortSignal.any([controller.signal, new AbortController().signal]) });
    controller.abort('any');
    assert.equal(await pending.catch((error) => error), 'any');
  }
  held.open();
  await held.done;
});

test('one signal for many calls', async () => {
  const held = occupy();
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 2000 }, (_, i) => note.async(i, { signal }));
  const last = note.async(-1);

  assert.equal(listeners(signal), 1, 'one listener: Node warns of many');
  controller.abort('all');
  for (const result of await Promise.allSettled(calls)) assert.equal(result.reason, 'all');
  assert.equal(listeners(signal), 0);
  held.open();
  await Promise.all([held.done, last]);
  assert.deepEqual(takeNotes(), [-1]);
});

test('aborting in the middle of the queue keeps the order of the rest', async () => {
  const held = occupy();
  const controllers = Array.from({ length: 6 }, () => new AbortController());
  const calls = controllers.map(({ signal }, i) => note.async(i, { signal }).catch((error) => error));

  for (const i of [0, 2, 5]) controllers[i].abort(`${i}`);
  const later = note.async(6);
  held.open();
  assert.deepEqual((await Promise.all(calls)).filter((value) => typeof value === 'string'), ['0', '2', '5']);
  await Promise.all([later, held.done]);
  assert.deepEqual(takeNotes().sort(), [1, 3, 4, 6]);
});

test('an exception of the callback of an aborted call is an uncaught exception, and abort() returns', () => {
  const out = runOk(`
    const { occupy, waiting } = require('./test/js/waiting');
    const held = occupy();
    const controller = new AbortController();
    process.on('uncaughtException', (error) => console.log(error.message));
    waiting().note.async(1, { signal: controller.signal }, () => { throw new Error('mine'); });
    controller.abort();
    console.log('returned');
    held.open();`, { cwd: packagePath });

  assert.deepEqual(out.trim().split('\n').sort(), ['mine', 'returned']);
});

test('the callback of an aborted call does not run inside abort()', async () => {
  const held = occupy();
  const controller = new AbortController();
  let inside = false;
  const seen = outcome((done) => add.async(1, 2, { signal: controller.signal }, () => done(inside)));

  inside = true;
  controller.abort();
  inside = false;
  assert.deepEqual(await seen, [false]);
  held.open();
  await held.done;
});

test('raw buffers, outputs and callbacks of a removed call are let go', () => {
  const out = runOk(`
    const { occupy, waiting, until } = require('./test/js/waiting');
    const fill = waiting().lib.func('fill_at', 'void', ['int', ristretto.out('uint8_t *'), 'int', 'int']);
    const call = waiting().lib.func('call_at', 'int', ['int', ristretto.pointer(ristretto.proto('int Cb(int)')), 'int']);
    const held = occupy();
    let gone = 0;
    const registry = new FinalizationRegistry(() => gone++);
    const watched = (value) => (registry.register(value, 0), value);
    (async () => {
      await (async () => {
        const controller = new AbortController();
        const { signal } = controller;
        const calls = [
          fill.async(0, watched(new Uint8Array(64)), 64, 1, { signal }),
          fill.async(0, watched([1, 2, 3]), 3, 1, { signal }),
          call.async(0, watched((v) => v), 1, { signal }),
        ];
        controller.abort();
        await Promise.allSettled(calls);
      })();
      await until(() => gone === 3);
      console.log(gone, ristretto.stats().callbacks);
      held.open();
    })();`, { cwd: packagePath, flags: ['--expose-gc'] });

  assert.equal(out, '3 0\n');
});

test('refuses what is no signal', () => {
  for (const signal of [null, 5, 'x', {}, { aborted: false, addEventListener() {} }, new EventTarget(), () => {}]) {
    throws(() => add.async(1, 2, { signal }), TypeError, 'ARGUMENT', /signal expects an AbortSignal/);
    throws(() => add.async(1, 2, { signal }, () => {}), TypeError, 'ARGUMENT');
  }
  const mine = new SyntaxError('mine');
  assert.throws(() => add.async(1, 2, { get signal() { throw mine; } }), mine);
  assert.throws(() => add.async(1, 2, { get lane() { throw mine; } }), mine);
});

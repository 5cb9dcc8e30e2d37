'use strict';
// Callbacks that other threads call: the thread waits until JavaScript has run the function.
const { test } = require('node:test');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { assert, ristretto, fixtures, define, run, runOk } = require('./support');
const { register, stats, struct, unregister } = ristretto;
const threads = fixtures('threads');

define('IntCb', 'S3');
struct('L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });

const running = threads.func('int running()');
const good = threads.func('int good()');
const bad = threads.func('int bad()');

const TYPES = {
  int: 'int (*)(int)',
  str: 'str (*)(str)',
  l4: 'L4 (*)(L4)',
  s3: 'S3 (*)(S3)',
  dbl: 'double (*)(double, float)',
  fn: 'IntCb *(*)(int)',
  void: 'void (*)(int)',
  zero_int: 'int (*)(int)',
  zero_str: 'str (*)(str)',
  zero_l4: 'L4 (*)(L4)',
  errno: 'int (*)(int)',
};
const starts = Object.fromEntries(Object.keys(TYPES).map((kind) => [kind, startOf(kind)]));

function startOf(kind) {
  return threads.func(`int start_${kind}(void *cb, int threads, int calls)`);
}

/** Resolves when all threads are gone. */
async function finished() {
  while (running()) await sleep(1);
}

/** Has `count` threads call `fn` `calls` times each; all results must be right. */
async function callFromThreads(kind, fn, count, calls) {
  const before = stats().callbacks;
  const callback = register(fn, TYPES[kind]);

  assert.equal(starts[kind](callback, count, calls), 0);
  await finished();
  assert.deepEqual([good(), bad()], [count * calls, 0]);
  unregister(callback);
  assert.equal(stats().callbacks, before);
}

/** The messages of uncaught exceptions while `body` runs in a process of its own, where `events` collects them. */
function collect(body) {
  const prelude = `
    define('IntCb', 'S3');
    ristretto.struct('L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });
    const threads = fixtures('threads');
    const running = threads.func('int running()'), good = threads.func('int good()'), bad = threads.func('int bad()');
    const start = (kind) => threads.func('int start_' + kind + '(void *cb, int threads, int calls)');
    const { register, unregister } = ristretto;
    const events = [];
    process.on('uncaughtException', (error) => events.push(error === null || typeof error !== 'object' ? error : error.code ?? error.message));
    process.on('unhandledRejection', (error) => events.push('unhandled ' + error));
    const finished = async () => { while (running()) await new Promise((done) => setTimeout(done, 1)); };
    const main = async () => {${body}};
    main().then(() => console.log(JSON.stringify({ good: good(), bad: bad(), events })));`;

  return JSON.parse(runOk(prelude));
}

/* Arguments and results */

test('one thread, one call', () => callFromThreads('int', (v) => 2 * v + 1, 1, 1));

test('many threads at once, arguments and results checked', () => callFromThreads('int', (v) => 2 * v + 1, 16, 500));

test('a hundred thousand calls with strings from eight threads', () => callFromThreads('str', (text) => `${text}!`, 8, 12500));

test('structs through memory', () =>
  callFromThreads('l4', ({ a, b, c, d }) => ({ a: a + 1, b: b + 1, c: c + 1, d: d + 1n }), 4, 500));

test('structs in registers', () => callFromThreads('s3', ({ a, b, c }) => ({ a: a + 1, b: b + 1, c: c + 1 }), 4, 500));

test('floating-point numbers', () => callFromThreads('dbl', (a, b) => a * 2 + b, 4, 500));

test('a function as result is good until the thread calls again', () => callFromThreads('fn', (n) => (v) => v + n, 1, 200));

test('the thread keeps its errno', () => callFromThreads('errno', () => require('node:fs').existsSync('/no/such') || 1, 4, 100));

test('functions of the library may be called inside', () => {
  const add = fixtures().func('int add(int a, int b)');
  const call_int = fixtures().func('int call_int(IntCb *cb, int v)');

  return callFromThreads('int', (v) => call_int((w) => add(w, w), v) + 1, 4, 200);
});

test('microtasks and nextTick run after each call', async () => {
  const order = [];

  await callFromThreads('int', (v) => {
    order.push('call');
    Promise.resolve().then(() => order.push('microtask'));
    process.nextTick(() => order.push('tick'));
    return 2 * v + 1;
  }, 1, 3); // prettier-ignore
  assert.deepEqual(order, ['call', 'tick', 'microtask', 'call', 'tick', 'microtask', 'call', 'tick', 'microtask']);
});

test('threads of an asynchronous call, with a transient callback', async () => {
  const call_elsewhere = threads.func('int call_elsewhere(IntCb *cb, int v)');
  const call_here = threads.func('int call_here(IntCb *cb, int v)');
  const before = stats().callbacks;

  assert.equal(await call_elsewhere.async((v) => v * 3, 14), 42);
  assert.deepEqual(
    await Promise.all(Array.from({ length: 20 }, (_, i) => call_here.async((v) => v + i, 100))),
    Array.from({ length: 20 }, (_, i) => 100 + i),
  );
  assert.equal(stats().callbacks, before);
});

/* Promises */

test('a promise is awaited', () =>
  callFromThreads('int', async (v) => {
    await sleep(v % 3);
    return 2 * v + 1;
  }, 8, 20)); // prettier-ignore

test('promises of strings and structs', async () => {
  await callFromThreads('str', async (text) => `${text}!`, 4, 100);
  await callFromThreads('l4', async ({ a, b, c, d }) => ({ a: a + 1, b: b + 1, c: c + 1, d: d + 1n }), 4, 50);
});

test('a promise of a void callback makes the thread wait', async () => {
  const mark = threads.func('void mark()');

  await callFromThreads('void', async () => {
    await sleep(2);
    mark();
  }, 1, 10); // prettier-ignore
});

test('many promises pend at once, and settle in any order', async () => {
  const waiting = [];
  const callback = register((v) => new Promise((resolve) => waiting.push(() => resolve(2 * v + 1))), TYPES.int);

  starts.int(callback, 32, 1);
  while (waiting.length < 32) await sleep(1);
  for (const resolve of waiting.reverse()) resolve();
  await finished();
  assert.deepEqual([good(), bad()], [32, 0]);
  unregister(callback);
});

test('unregister while a promise pends: the thread gets its result', async () => {
  const before = stats().callbacks;
  let resolve;
  const callback = register(() => new Promise((done) => (resolve = done)), TYPES.int);

  starts.int(callback, 1, 1);
  while (!resolve) await sleep(1);
  unregister(callback);
  assert.equal(stats().callbacks, before);
  global.gc?.();
  for (let i = 0; i < 2000; i++) unregister(register(() => 0, TYPES.int));
  resolve(1);
  await finished();
  assert.deepEqual([good(), bad()], [1, 0]);
});

test('a rejected promise, and one of a wrong kind: zero, and an uncaught exception', () => {
  const { good, bad, events } = collect(`
    let n = 0;
    const callback = register(async () => {
      if (n++ % 2) throw new Error('rejected');
      return 'wrong';
    }, 'int (*)(int)');
    start('zero_int')(callback, 1, 4);
    await finished();`);

  assert.deepEqual([good, bad], [4, 0]);
  assert.deepEqual(events, ['ERR_RISTRETTO_VALUE', 'rejected', 'ERR_RISTRETTO_VALUE', 'rejected']);
});

/* Failures */

test('what is thrown is an uncaught exception, and C gets zero', () => {
  for (const [kind, type] of Object.entries({ zero_int: TYPES.zero_int, zero_str: TYPES.zero_str, zero_l4: TYPES.zero_l4 })) {
    const { good, bad, events } = collect(`
      let n = 0;
      const callback = register(() => { throw [new Error('thrown'), 'a string', null][n++ % 3]; }, '${type}');
      start('${kind}')(callback, 1, 6);
      await finished();`);

    assert.deepEqual([good, bad], [6, 0], kind);
    assert.deepEqual(events, ['thrown', 'a string', null, 'thrown', 'a string', null], kind);
  }
});

test('a result of the wrong kind is an uncaught TypeError, and C gets zero', () => {
  for (const [kind, wrong] of [['zero_int', "'x'"], ['zero_int', '{}'], ['zero_str', 'true'], ['zero_l4', '5'], ['zero_l4', '{ a: 1, b: 2, c: 3, d: true }']]) {
    const { good, bad, events } = collect(`
      const callback = register(() => (${wrong}), '${TYPES[kind]}');
      start('${kind}')(callback, 2, 2);
      await finished();`);

    assert.deepEqual([good, bad], [4, 0], kind);
    assert.deepEqual(events, new Array(4).fill('ERR_RISTRETTO_VALUE'), kind);
  }
});

test('an exception that nobody handles ends the process', () => {
  const { status, signal, stderr } = run(`
    const callback = ristretto.register(() => { throw new Error('from a thread'); }, 'int (*)(int)');
    fixtures('threads').func('int start_zero_int(void *cb, int threads, int calls)')(callback, 4, 100);
    setTimeout(() => {}, 10000);`);

  assert.deepEqual({ status, signal }, { status: 1, signal: null }, stderr);
  assert.match(stderr, /Error: from a thread/);
});

/* Releasing */

test('calls that are queued when their callback is released get zero', () => {
  const { good, bad, events } = collect(`
    const one = register(() => assert.fail('runs'), 'int (*)(int)');
    start('zero_int')(one, 8, 3);
    const until = Date.now() + 100;
    while (Date.now() < until); // they queue up meanwhile
    unregister(one);
    await finished();`);

  assert.deepEqual([good, bad, events], [24, 0, []]);
});

test('a callback that unregisters itself while others queue', () => {
  const { good, bad, events } = collect(`
    let runs = 0;
    const one = register(() => (runs++, unregister(one), 0), 'int (*)(int)');
    start('zero_int')(one, 8, 50);
    await finished();
    assert.equal(runs, 1);`);

  assert.deepEqual([good, bad, events], [400, 0, []]);
});

test('registering and unregistering while threads call', () => {
  const { good, bad, events } = collect(`
    const steady = register((v) => 2 * v + 1, 'int (*)(int)');
    start('int')(steady, 4, 2000);
    while (running()) {
      for (let i = 0; i < 100; i++) unregister(register(() => 0, 'int (*)(int)'));
      await new Promise(setImmediate);
    }`);

  assert.deepEqual([good, bad, events], [8000, 0, []]);
});

/* Workers */

const support = JSON.stringify(require.resolve('./support'));
const workerBody = (body) => `
  const { ristretto, fixtures, define, assert } = require(${support});
  const { parentPort, workerData } = require('node:worker_threads');
  define('IntCb');
  ${body}`;

test("a worker's callback, called by the main thread", async () => {
  const worker = new Worker(
    workerBody(`
    let n = 0;
    const callback = ristretto.register((v) => (n++, v * 7), 'IntCb *');
    parentPort.on('message', () => { parentPort.postMessage(n); parentPort.close(); });
    parentPort.postMessage(callback);`),
    { eval: true },
  );
  const [callback] = await once(worker, 'message');
  const call_int = fixtures().func('int call_int(IntCb *cb, int v)');

  for (let i = 0; i < 200; i++) assert.equal(call_int(callback, i), i * 7);
  worker.postMessage('end');
  const [last] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]); // which may come at once
  assert.deepEqual(last, [200]);
  assert.throws(() => call_int(callback, 1), { code: 'ERR_RISTRETTO_CALLBACK' });
});

test("the main thread's callback, called by workers", async () => {
  let calls = 0;
  const callback = register((v) => (calls++, v + 5), 'IntCb *');
  const workers = Array.from(
    { length: 3 },
    () =>
      new Worker(
        workerBody(`
        const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
        for (let i = 0; i < 200; i++) assert.equal(call_int(workerData, i), i + 5);
        assert.equal(call_int((v) => call_int(workerData, v) * 2, 1), 12);`),
        { eval: true, workerData: callback },
      ),
  );

  assert.deepEqual(
    (await Promise.all(workers.map((worker) => once(worker, 'exit')))).map(([code]) => code),
    [0, 0, 0],
  );
  assert.equal(calls, 603);
  unregister(callback);
});

test("a failure in the main thread's callback is the main thread's, and the worker sees zero", () => {
  const { events } = collect(`
    const { Worker } = require('node:worker_threads');
    const callback = register(() => { throw new Error('here'); }, 'IntCb *');
    const worker = new Worker(\`
      const { ristretto, fixtures, define, assert } = require(\${${JSON.stringify(support)}});
      define('IntCb');
      const { workerData } = require('node:worker_threads');
      assert.equal(fixtures().func('int call_int(IntCb *cb, int v)')(workerData, 1), 0);\`, { eval: true, workerData: callback });
    worker.on('error', (error) => events.push('worker: ' + error.message));
    await new Promise((done) => worker.on('exit', done));`);

  assert.deepEqual(events, ['here']);
});

test('a worker is terminated while threads call it', async () => {
  for (let round = 0; round < 3; round++) {
    const output = runOk(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { ristretto, fixtures } = require(\${${JSON.stringify(support)}});
        const threads = fixtures('threads');
        let n = 0;
        const callback = ristretto.register((v) => {
          if (++n === 100) require('node:worker_threads').parentPort.postMessage('go');
          return v;
        }, 'int (*)(int)');
        ristretto.ref(callback);
        threads.func('int start_forever(void *cb, int threads, int calls)')(callback, 4, 1);\`, { eval: true });
      worker.on('message', () => worker.terminate().then(() => setTimeout(() => console.log('ended'), 20)));`);

    assert.equal(output, 'ended\n');
  }
});

/* The end of the process */

test('a call that is posted as the loop ends is answered', () => {
  const output = runOk(`
    const callback = ristretto.register((v) => (console.log('ran', v), v), 'int (*)(int)');
    fixtures('threads').func('int start_one(void *cb, int v)')(callback, 7);
    const until = Date.now() + 50;
    while (Date.now() < until);`);

  assert.equal(output, 'ran 7\n');
});

test('threads that go on calling do not hinder the end', () => {
  for (const end of ['', 'process.exit(0);', 'setTimeout(() => process.exit(0), 20);', 'setTimeout(() => process.exitCode = 0, 20);']) {
    const { status, signal, stderr } = run(`
      const callback = ristretto.register((v) => v, 'int (*)(int)');
      fixtures('threads').func('int start_forever(void *cb, int threads, int calls)')(callback, 4, 1);
      ${end}`);

    assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${end} ${stderr}`);
  }
});

/* The table of trampolines, for systems that refuse to make code at run time */

test('RISTRETTO_CLOSURES=table', () => {
  const env = { RISTRETTO_CLOSURES: 'table' };
  const body = `
    define('IntCb', 'S3');
    const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
    const { register, unregister, stats } = ristretto;
    assert.equal(call_int((v) => call_int((w) => w + 1, v) * 2, 4), 10);
    assert.deepEqual(fixtures().func('S3 call_S3(S3 (*cb)(S3), S3 s)')((s) => s, { a: 1, b: 2, c: 3 }), { a: 1, b: 2, c: 3 });
    const all = [];
    try {
      for (;;) all.push(register((v) => v + all.length, 'IntCb *'));
    } catch (error) {
      assert.equal(error.code, 'ERR_RISTRETTO_LIMIT');
    }
    assert.ok(all.length >= 1000, String(all.length));
    throws(() => call_int((v) => v, 1), Error, 'LIMIT', /call_int/);
    throws(() => fixtures().func('int call_twice(IntCb *cb, int v)')(() => 1, 1), Error, 'LIMIT');
    assert.equal(stats().callbacks, all.length);
    for (const callback of all) assert.equal(call_int(callback, 1), 1 + all.length);
    unregister(all.pop());
    assert.equal(call_int((v) => v, 7), 7);
    all.forEach(unregister);
    assert.equal(stats().callbacks, 0);
    for (let i = 0; i < 20000; i++) assert.equal(call_int((v) => v + i, 1), 1 + i);
    throws(() => call_int(all[0], 1), Error, 'CALLBACK');
    const threads = fixtures('threads');
    const callback = register((v) => 2 * v + 1, 'int (*)(int)');
    threads.func('int start_int(void *cb, int threads, int calls)')(callback, 4, 100);
    ristretto.ref(callback);
    const running = threads.func('int running()');
    const timer = setInterval(() => {
      if (running()) return;
      clearInterval(timer);
      unregister(callback);
      console.log(threads.func('int good()')(), threads.func('int bad()')());
    }, 1);`;

  assert.equal(runOk(body, { env }), '400 0\n');
  assert.match(runOk(`define('IntCb'); for (let i = 0; i < 3000; i++) ristretto.register((v) => v, 'IntCb *'); console.log(ristretto.stats().callbacks);`,
    { env: { RISTRETTO_CLOSURES: 'other' } }), /^3000/); // prettier-ignore
});

/* Deadlocks */

const deadlock = (milliseconds, body) => `
  ristretto.config({ deadlock_warning: ${milliseconds} });
  ristretto.proto('int Waiter(int v)');
  const threads = fixtures('threads');
  const call_and_wait = threads.func('int call_and_wait(Waiter *cb, int v, int ms)');
  const wait_more = threads.func('int wait_more(int ms)');
  const seen = [];
  process.on('warning', (warning) => console.log(warning.name, warning.code, warning.message));
  const callback = ristretto.register((v) => (console.log('ran', v), v), 'Waiter *');
  ${body}`;

test('a wait that looks like a deadlock is reported, with both names, and as a warning when it ends', () => {
  const { status, stdout, stderr } = run(deadlock(200, 'assert.equal(call_and_wait(callback, 5, 700), 0);'));

  assert.equal(status, 0, stderr);
  assert.match(stderr, /possible deadlock.*call_and_wait\(\).*0\.2 s.*Waiter/);
  assert.equal(stderr.match(/possible deadlock/g).length, 1);
  assert.match(stdout, /^ran 5$/m);
  assert.match(stdout, /RistrettoWarning RISTRETTO_DEADLOCK .*Waiter.*async\(\)/);
});

test('0 turns the report off; JavaScript that is busy is no deadlock', () => {
  for (const body of [
    deadlock(0, 'assert.equal(call_and_wait(callback, 5, 400), 0);'),
    deadlock(50, 'threads.func("int start_one(Waiter *cb, int v)")(callback, 5); const until = Date.now() + 300; while (Date.now() < until);'),
    deadlock(100, 'threads.func("int start_one(Waiter *cb, int v)")(callback, 5); for (let i = 0; i < 30; i++) wait_more(10);'),
  ]) {
    const { status, stdout, stderr } = run(body);

    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /deadlock/);
    assert.equal(stdout, 'ran 5\n');
  }
});

test('the wait may begin in JavaScript, and the callback may be gone', () => {
  const { status, stdout, stderr } = run(
    deadlock(
      100,
      `threads.func("int start_one(Waiter *cb, int v)")(callback, 5);
       const until = Date.now() + 250;
       while (Date.now() < until);
       ristretto.unregister(callback);
       assert.equal(wait_more(600), 1, 'it got its zero');
       assert.equal(threads.func('int one_result()')(), 0);`,
    ),
  );

  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /deadlock/);
  assert.equal(stdout, '');
});

'use strict';
// Workers that use the module at the same time: each is an environment of its own. They may be terminated at any moment.
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { assert, ristretto, fixtures, define, run, runOk, packagePath } = require('./support');
const { waiting, Gate, turn } = require('./waiting');

const REPEATS = Number(process.env.RISTRETTO_WORKER_REPEATS ?? 40); // workers terminated per situation
const lib = fixtures();
waiting();

const PRELUDE = `
  const { parentPort, workerData, threadId } = require('node:worker_threads');
  const support = require(${JSON.stringify(`${__dirname}/support`)});
  const { ristretto, fixtures, define, throws, assert } = support;
  const { waiting, Gate, occupy, outcome, until, turn } = require(${JSON.stringify(`${__dirname}/waiting`)});`;

function start(source, options = {}) {
  return new Worker(`${PRELUDE}\n${source}`, { eval: true, ...options });
}

// A promise for the one message of a worker that must end well.
function answer(source, options) {
  const worker = start(source, options);

  return new Promise((resolve, reject) => {
    let message;
    worker.on('message', (value) => { message = value; });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve(message) : reject(new Error(`exit code ${code}`))));
  });
}

const workers = (count, source, options = () => ({})) =>
  Promise.all(Array.from({ length: count }, (_, i) => answer(source, { workerData: i, ...options(i) })));

test('many workers call at once', async () => {
  const results = await workers(8, `
    const lib = fixtures();
    const add = lib.func('int add(int, int)');
    const id_str = lib.func('str id_str(str s)');
    let sum = 0;
    for (let i = 0; i < 20000; i++) sum = add(sum, workerData);
    for (let i = 0; i < 500; i++) assert.equal(id_str('worker ' + workerData), 'worker ' + workerData);
    parentPort.postMessage(sum);`);

  assert.deepEqual(results, Array.from({ length: 8 }, (_, i) => i * 20000));
});

test('each has its own types', async () => {
  const results = await workers(6, `
    const { struct, sizeof, type, reset } = ristretto;
    throws(() => type('Mine'), TypeError, 'UNKNOWN_TYPE');
    struct('Mine', { a: ristretto.array('char', workerData + 1) });
    for (let i = 0; i < 300; i++) struct({ a: 'int', ['b' + i]: 'Mine' });
    if (workerData % 2) reset();
    parentPort.postMessage(workerData % 2 ? 0 : sizeof('Mine'));`);

  assert.deepEqual(results, [1, 0, 3, 0, 5, 0]);
});

test('each has its own settings, which the first load() locks', async () => {
  const results = await workers(4, `
    const { config } = ristretto;
    config({ async_threads: workerData + 1, max_async_calls: 20 + workerData });
    const gate = new Gate();
    gate.id += 10 + workerData;
    throws(() => (waiting(), config({})), Error, 'CONFIG');
    const calls = Array.from({ length: 20 + workerData }, () => gate.wait());
    throws(() => gate.wait(), Error, 'LIMIT');
    gate.crowd(workerData + 1);
    (async () => {
      for (let i = 0; i < 5; i++) await turn();
      const { count } = gate;
      gate.open();
      await Promise.all(calls);
      parentPort.postMessage([count, config().async_threads]);
    })();`);

  assert.deepEqual(results, [[1, 1], [2, 2], [3, 3], [4, 4]]);
});

test('a UV_THREADPOOL_SIZE of the process counts for its workers', () => {
  const out = runOk(`
    const { Worker } = require('node:worker_threads');
    new Worker('console.log(require(' + ${JSON.stringify(JSON.stringify(packagePath))} + ').config().async_threads)', { eval: true });`, {
    env: { UV_THREADPOOL_SIZE: '3' },
  });

  assert.equal(out, '3\n');
});

test('many workers use callbacks at once', async () => {
  const results = await workers(6, `
    define('IntCb');
    const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
    const registered = ristretto.register((v) => v + workerData, 'IntCb *');
    let sum = 0;
    for (let i = 0; i < 5000; i++) sum = call_int(registered, sum);
    for (let i = 0; i < 5000; i++) sum = call_int((v) => v + workerData, sum);
    ristretto.unregister(registered);
    assert.equal(ristretto.stats().callbacks, 0);
    parentPort.postMessage(sum);`);

  assert.deepEqual(results, Array.from({ length: 6 }, (_, i) => i * 10000));
});

test('many workers make asynchronous calls at once, with callbacks and lanes', async () => {
  const results = await workers(6, `
    define('IntCb', 'S3');
    const lib = fixtures();
    const add = lib.func('int add(int, int)');
    const call_int = lib.func('int call_int(IntCb *cb, int v)');
    const id_S3 = lib.func('S3 id_S3(S3 s)');
    const { threadId: id } = waiting();
    (async () => {
      const lane = ristretto.lane();
      const sums = await Promise.all(Array.from({ length: 500 }, (_, i) => add.async(i, workerData)));
      assert.ok(sums.every((sum, i) => sum === i + workerData));
      const backs = await Promise.all(Array.from({ length: 200 }, (_, i) => call_int.async((v) => v * workerData, i)));
      assert.ok(backs.every((v, i) => v === i * workerData));
      const ids = await Promise.all(Array.from({ length: 50 }, () => id.on(lane)()));
      assert.equal(new Set(ids).size, 1);
      const structs = await Promise.all(Array.from({ length: 100 }, (_, i) => id_S3.async({ a: i, c: workerData })));
      assert.ok(structs.every((s, i) => s.a === i && s.c === workerData));
      parentPort.postMessage('ok');
    })();`);

  assert.deepEqual(results, new Array(6).fill('ok'));
});

test('errno is per environment', async () => {
  const set = lib.func('int set_errno(int v)');

  set(77);
  const results = await workers(4, `
    const { errno } = ristretto;
    const set = fixtures().func('int set_errno(int v)');
    const seen = [];
    for (let i = 0; i < 1000; i++) { set(workerData + 1); if (errno() !== workerData + 1) seen.push(errno()); }
    parentPort.postMessage(seen);`);
  assert.deepEqual(results, [[], [], [], []]);
  assert.equal(ristretto.errno(), 77);
});

test('addresses are valid in every worker', async () => {
  const memory = ristretto.alloc('int', 4);
  ristretto.encode(memory, 'int', [1, 2, 3, 4], 4);

  const seen = await answer(`
    const sum = fixtures().func('int sum_ints(int *p, int n)');
    const inc = fixtures().func('void inc_ints(int *p, int n)');
    const before = sum(workerData.memory, 4);
    inc(workerData.memory, 4);
    const made = ristretto.alloc('int', 1);
    ristretto.encode(made, 'int', 99);
    parentPort.postMessage([before, ristretto.decode(workerData.symbol, 'int'), made]);`, {
    workerData: { memory, symbol: lib.symbol('my_int') },
  });

  assert.deepEqual(seen.slice(0, 2), [10, 42]);
  assert.deepEqual([...ristretto.decode(memory, 'int', 4)], [2, 3, 4, 5]);
  assert.equal(ristretto.decode(seen[2], 'int'), 99, 'memory of alloc() outlives its worker');
  ristretto.free(seen[2]);
  ristretto.free(memory);
});

test('a SharedArrayBuffer is written by the threads of several workers', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(16));

  await workers(4, `
    const fill = fixtures().func('void fill_ints(int *p, int n, int start)');
    const view = new Int32Array(workerData.shared.buffer, workerData.i * 4, 1);
    fill.async(view, 1, workerData.i + 1).then(() => parentPort.postMessage('ok'));`, (i) => ({ workerData: { shared, i } }));
  assert.deepEqual([...shared], [1, 2, 3, 4]);
});

test('a callback of a worker may be called by an asynchronous call of the main thread', async () => {
  define('IntCb');
  const call_int = lib.func('int call_int(IntCb *cb, int v)');
  const worker = start(`
    define('IntCb');
    const registered = ristretto.register((v) => v * 2 + threadId * 0, 'IntCb *');
    parentPort.on('message', () => { ristretto.unregister(registered); parentPort.close(); });
    parentPort.postMessage(ristretto.address ? BigInt(ristretto.address(registered)) : registered);`);
  const address = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

  assert.deepEqual(await Promise.all([1, 2, 3].map((v) => call_int.async(address, v))), [2, 4, 6]);
  worker.postMessage('end');
  assert.equal(await new Promise((resolve) => worker.once('exit', resolve)), 0);
});

test('calls and waiters of workers hold up nobody else', async () => {
  const gate = new Gate();
  const worker = start(`
    const wait = waiting().wait;
    Promise.all(Array.from({ length: 20 }, () => wait.async(workerData))).then((all) => parentPort.postMessage(all.length));`, {
    workerData: gate.id,
  });
  const length = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

  gate.crowd(4);
  assert.equal(await lib.func('int add(int, int)').async(1, 2), 3);
  gate.open();
  assert.equal(await length, 20);
});

test('a worker lives while a call is pending', async () => {
  const gate = new Gate();
  const worker = start(`waiting().wait.async(workerData).then((v) => parentPort.postMessage(v));`, { workerData: gate.id });
  let exited = false;
  const exit = new Promise((resolve) => worker.once('exit', (code) => { exited = true; resolve(code); }));
  const message = new Promise((resolve) => worker.once('message', resolve));

  gate.crowd(1);
  for (let i = 0; i < 20; i++) await turn();
  assert.equal(exited, false);
  gate.open();
  assert.equal(await message, 0);
  assert.equal(await exit, 0);
});

test('an uncaught exception of a completion callback ends the worker, not the process', async () => {
  const worker = start(`fixtures().func('int add(int, int)').async(1, 2, () => { throw new RangeError('mine'); });`);
  const error = await new Promise((resolve) => worker.once('error', resolve));

  assert.equal(error.message, 'mine');
  assert.ok(error instanceof RangeError);
});

test('process.exit() in a completion callback or a disposer ends the worker', async () => {
  for (const source of [
    `fixtures().func('int add(int, int)').async(1, 2, () => process.exit(7));`,
    `fixtures().func('dup_str', ristretto.disposable('str', () => process.exit(7)), ['str']).async('x');`,
    `fixtures().func('int S3_a(S3 *s)').async({ get a() { process.exit(7); } });`.replace(/^/, `define('S3');`),
    `define('IntCb'); fixtures().func('int call_int(IntCb *cb, int v)').async(() => process.exit(7), 1);`,
  ]) {
    const worker = start(`const keep = setInterval(() => {}, 1000);\n${source}`);
    assert.equal(await new Promise((resolve) => worker.once('exit', resolve)), 7, source);
  }
});

// Termination

// Terminates workers that run `source`, which posts when it is under way, at moments spread over some turns.
const terminating = (source, times) => `
  const { Worker } = require('node:worker_threads');
  const waits = require(${JSON.stringify(`${__dirname}/waiting`)});
  waits.waiting();
  const source = ${JSON.stringify(`${PRELUDE}\n${source}`)};
  let seed = 1;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  async function one(i) {
    const worker = new Worker(source, { eval: true, workerData: i });
    worker.on('error', (error) => { console.log('error', error); process.exitCode = 3; });
    await new Promise((resolve) => worker.once('message', resolve));
    for (let turns = random(40); turns > 0; turns--) await waits.turn();
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, random(4)));
    return worker.terminate();
  }
  (async () => {
    for (let i = 0; i < ${times}; i += 2) await Promise.all([one(i), one(i + 1)]);
    console.log('done');
    process.exitCode ??= 5;
  })();`;

const USES = {
  'synchronous calls': `
    const add = fixtures().func('int add(int, int)');
    const id_str = fixtures().func('str id_str(str s)');
    parentPort.postMessage('go');
    for (;;) { add(1, 2); id_str('text'); }`,
  'callbacks': `
    define('IntCb');
    const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
    const nested = (v) => (v > 20 ? v : call_int(nested, v + 1));
    const registered = ristretto.register((v) => v, 'IntCb *');
    parentPort.postMessage('go');
    for (;;) { call_int(nested, 0); call_int(registered, 1); }`,
  'asynchronous calls': `
    define('S3');
    const lib = fixtures();
    const calls = [
      (done) => lib.func('int add(int, int)').async(1, 2, done),
      (done) => lib.func('S3 id_S3(S3 s)').async({ a: 1 }, done),
      (done) => lib.func('str! dup_str(str s)').async('x'.repeat(4000), done),
      (done) => lib.func('void fill_u8(uint8_t *p, int n, int start)').async(new Uint8Array(1000), 1000, 1, done),
      (done) => lib.func('void fill_ints(_Out_ int *p, int n, int start)').async([1, 2, 3], 3, 1, done),
    ];
    const again = (call) => call(() => again(call));
    for (const call of calls) for (let i = 0; i < 10; i++) again(call);
    parentPort.postMessage('go');`,
  'promises': `
    const add = fixtures().func('int add(int, int)');
    async function loop() { for (;;) await Promise.all(Array.from({ length: 20 }, (_, i) => add.async(i, i))); }
    loop();
    parentPort.postMessage('go');`,
  'lanes and signals': `
    const { note } = waiting();
    const lanes = Array.from({ length: 3 }, ristretto.lane);
    async function loop(lane) {
      for (;;) {
        const controller = new AbortController();
        const calls = Array.from({ length: 10 }, () => note.on(lane)(1, { signal: controller.signal }));
        await calls[0];
        controller.abort();
        await Promise.allSettled(calls);
      }
    }
    for (const lane of lanes) loop(lane);
    loop(undefined).catch(() => {});
    parentPort.postMessage('go');`,
  'callbacks of asynchronous calls': `
    define('IntCb');
    ristretto.proto('str StrCb(str s)');
    const { lib } = waiting();
    const call_times = lib.func('int call_times(IntCb *cb, int v, int times)');
    const call_str = fixtures().func('int call_str(StrCb *cb, str s)');
    async function loop() { for (;;) await call_times.async((v) => v + 1, 0, 20); }
    async function strings() { for (;;) await call_str.async((s) => s + 'x'.repeat(3000), 'text'); }
    async function slow() { for (;;) await call_times.async(async (v) => { await turn(); return v + 1; }, 0, 5); }
    for (let i = 0; i < 3; i++) { loop(); strings(); slow(); }
    parentPort.postMessage('go');`,
  'declarations': `
    const lib = fixtures();
    parentPort.postMessage('go');
    for (let i = 0; ; i++) {
      const T = ristretto.struct({ a: 'int', ['b' + (i % 50)]: 'double' });
      lib.func('nothing', 'void', [T])({ a: 1 });
      ristretto.unregister(ristretto.register((v) => v, ristretto.pointer(ristretto.proto('int(int)'))));
    }`,
};

for (const [name, source] of Object.entries(USES)) {
  test(`terminate() in the middle of ${name}`, () => {
    const { status, signal, stdout, stderr } = run(terminating(source, REPEATS));

    assert.deepEqual({ status, signal, stdout }, { status: 5, signal: null, stdout: 'done\n' }, stderr);
    assert.doesNotMatch(stderr, /FATAL|Error/);
  });
}

// The thread of the call on buffers may be done before the worker begins to end, and then it takes one more call from the
// queue. The rest of the queue is dropped.
test('terminate() while C blocks: a call on buffers is waited for, others are left alone, queued ones are dropped', () => {
  const out = runOk(`
    const { Worker } = require('node:worker_threads');
    const { waiting, Gate } = require(${JSON.stringify(`${__dirname}/waiting`)});
    const source = ${JSON.stringify(`${PRELUDE}
      const { lib, wait } = waiting();
      const fill = lib.func('void fill_at(int gate, uint8_t *p, int n, int value)');
      const strings_at = lib.func('int strings_at(int gate, StrCb *cb)'.replace('StrCb', ristretto.proto('str StrCb(str s)').name));
      wait.async(workerData.free);
      strings_at.async(workerData.free, (s) => s.repeat(5000));
      fill.async(workerData.held, new Uint8Array(1 << 20), 1 << 20, 5);
      for (let i = 0; i < 10; i++) wait.async(workerData.free);
      until(() => lib.func('int gate_waiting(int gate)')(workerData.free) === 3).then(() => parentPort.postMessage('go'));
      setInterval(() => {}, 1000);`)};
    (async () => {
      waiting();
      const [free, held] = [new Gate(), new Gate()];
      const worker = new Worker(source, { eval: true, workerData: { free: free.id, held: held.id } });
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      held.crowd(1);
      free.crowd(3);
      let ended = false;
      const end = worker.terminate().then(() => { ended = true; });
      for (let i = 0; i < 200; i++) await new Promise(setImmediate);
      console.log('ended', ended);
      held.open();
      await end;
      const left = free.count;
      free.open();
      while (free.count) await new Promise(setImmediate);
      for (let i = 0; i < 200; i++) await new Promise(setImmediate);
      console.log('left alone', left, 'more of the queue', free.passed - left);
    })();`);

  assert.match(out, /^ended false\nleft alone [34] more of the queue 0\n$/);
});

test('workers that come and go leave no threads and little memory', () => {
  if (process.env.LD_PRELOAD || process.platform !== 'linux') return;
  const out = runOk(`
    const { Worker } = require('node:worker_threads');
    const { readdirSync } = require('node:fs');
    const threads = () => readdirSync('/proc/self/task').length;
    const source = ${JSON.stringify(`${PRELUDE}
      const add = fixtures().func('int add(int, int)');
      const one = ristretto.lane();
      Promise.all([add.async(1, 2), add.on(one)(1, 2), ...Array.from({ length: 20 }, () => add.async(3, 4))])
        .then(() => parentPort.postMessage('ok'));`)};
    const one = () => new Promise((resolve, reject) => new Worker(source, { eval: true }).once('error', reject).once('exit', resolve));
    (async () => {
      for (let i = 0; i < 5; i++) await one();
      const before = threads();
      for (let i = 0; i < 30; i++) await one();
      for (let i = 0; i < 1000 && threads() > before; i++) await new Promise(setImmediate);
      console.log(threads() <= before);
    })();`);

  assert.equal(out, 'true\n');
});

'use strict';
// Asynchronous calls and the event loop: exceptions, order, errno, context, and what keeps the process alive.
const { test } = require('node:test');
const { AsyncLocalStorage, createHook, executionAsyncId } = require('node:async_hooks');
const { assert, ristretto, fixtures, run, runOk, packagePath } = require('./support');
const { waiting, Gate, occupy, outcome, turn } = require('./waiting');
const { errno } = ristretto;
const lib = fixtures();
const { lib: waits } = waiting();
const add = lib.func('int add(int a, int b)');
const errno_at = waits.func('int errno_at(int gate, int value)');

const here = { cwd: packagePath };
const GATES = `const { waiting, Gate, occupy, takeNotes, outcome, turn, until } = require('./test/js/waiting');`;

// Exceptions

test('an exception of a completion callback is an uncaught exception', () => {
  const out = runOk(`
    const add = fixtures().func('int add(int, int)');
    process.on('uncaughtException', (error, origin) => console.log(error.message ?? error, origin));
    add.async(1, 2, () => { throw new Error('mine'); });
    add.async(1, 2, () => { throw 'text'; });
    add.async('x', 2, () => { throw new Error('of an error'); });
    add.async(3, 4, (error, sum) => console.log(sum));`);

  assert.deepEqual(out.trim().split('\n').sort(), [
    '7',
    'mine uncaughtException',
    'of an error uncaughtException',
    'text uncaughtException',
  ]);
});

test('without a handler it ends the process', () => {
  const { status, stderr, stdout } = run(`
    const add = fixtures().func('int add(int, int)');
    add.async(1, 2, () => { throw new Error('nobody handles this'); });
    process.on('exit', (code) => console.log('exit', code));`);

  assert.ok(status > 0, stderr);
  assert.match(stderr, /nobody handles this/);
  assert.match(stdout, /^exit [1-9]/);
});

test('a rejection that nobody handles is an unhandled rejection', () => {
  const out = runOk(`
    const add = fixtures().func('int add(int, int)');
    process.on('unhandledRejection', (reason) => console.log(reason.code));
    add.async('x', 1);
    add.async('x', 1).catch(() => console.log('caught'));`);

  assert.deepEqual(out.trim().split('\n').sort(), ['ERR_RISTRETTO_VALUE', 'caught']);
});

// Order

test('process.nextTick() and microtasks run after each completion callback', async () => {
  const order = [];
  const gate = new Gate();
  const done = Array.from({ length: 3 }, (_, i) => outcome((finish) => {
    waits.func('int gate_wait(int gate)').async(gate.id, () => {
      order.push(`${i} back`);
      process.nextTick(() => order.push(`${i} tick`));
      Promise.resolve().then(() => order.push(`${i} microtask`)).then(() => order.push(`${i} second`));
      setImmediate(finish);
    });
  }));

  gate.crowd(3);
  gate.open();
  await Promise.all(done);
  const groups = [0, 4, 8].map((at) => order.slice(at, at + 4));
  for (const group of groups) {
    const [i] = group[0];
    assert.deepEqual(group, [`${i} back`, `${i} tick`, `${i} microtask`, `${i} second`]);
  }
});

test('what follows `await` runs before the next completion', async () => {
  const order = [];
  const gate = new Gate();

  async function one(i) {
    await gate.wait();
    order.push(`${i} a`);
    await null;
    order.push(`${i} b`);
  }
  const all = Promise.all([one(0), one(1), one(2)]);
  gate.crowd(3);
  gate.open();
  await all;
  for (const at of [0, 2, 4]) assert.equal(order[at].replace('a', 'b'), order[at + 1]);
});

test('a completion callback may make calls, also synchronous ones', async () => {
  const seen = await new Promise((resolve) => {
    add.async(1, 2, (error, three) => add.async(three, add(1, 1), (_, five) => resolve([three, five])));
  });

  assert.deepEqual(seen, [3, 5]);
});

// errno

test('errno() in a completion callback and after `await` is that of the call', async () => {
  const gate = new Gate();
  const seen = [];
  const byCallback = Array.from({ length: 8 }, (_, i) => new Promise((resolve) => {
    errno_at.async(gate.id, 100 + i, (error, value) => {
      seen.push([value, errno()]);
      lib.func('int set_errno(int v)')(7);
      resolve();
    });
  }));
  const byPromise = Array.from({ length: 8 }, async (_, i) => {
    const value = await errno_at.async(gate.id, 200 + i);
    seen.push([value, errno()]);
    errno(8);
  });

  gate.open();
  await Promise.all([...byCallback, ...byPromise]);
  assert.equal(seen.length, 16);
  for (const [value, number] of seen) assert.equal(number, value);
});

test('a call finds the errno of the moment it was made', async () => {
  const found = waits.func('int errno_found()');
  const held = occupy();

  errno(55);
  const promise = found.async();
  errno(66);
  held.open();
  await held.done;
  assert.equal(await promise, 55);
});

test('a running call does not touch errno() elsewhere, nor does a disposer', async () => {
  const gate = new Gate();
  const pending = errno_at.async(gate.id, 33);
  const set = lib.func('int set_errno(int v)');
  const Owned = ristretto.disposable('str', (p) => {
    ristretto.free(p);
    set(77);
  });

  gate.crowd(1);
  set(44);
  gate.open();
  waits.func('int gate_crowd(int gate, int count)')(gate.id, 0);
  assert.equal(errno(), 44);
  await pending;
  assert.equal(errno(), 33);
  errno(0);
  await lib.func('dup_str', Owned, ['str']).async('x');
  assert.equal(errno(), 0);
});

// Context

test('AsyncLocalStorage: callbacks and promises keep the context of their call', async () => {
  const storage = new AsyncLocalStorage();
  const gate = new Gate();
  const { wait } = waiting();
  const callbacks = ['a', 'b', 'c'].map((name) => storage.run(name, () =>
    new Promise((resolve) => wait.async(gate.id, () => resolve(storage.getStore())))));
  const promises = ['d', 'e'].map((name) => storage.run(name, async () => {
    await wait.async(gate.id);
    return storage.getStore();
  }));
  const failed = storage.run('f', () => new Promise((resolve) => add.async('x', 1, () => resolve(storage.getStore()))));
  const outside = new Promise((resolve) => wait.async(gate.id, () => resolve(storage.getStore())));

  gate.open();
  assert.deepEqual(await Promise.all([...callbacks, ...promises, failed]), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.equal(await outside, undefined);
});

test('AsyncLocalStorage: the context reaches what a completion callback starts', async () => {
  const storage = new AsyncLocalStorage();
  const seen = await storage.run('outer', () => new Promise((resolve) => {
    add.async(1, 2, () => process.nextTick(() => Promise.resolve().then(() => add.async(1, 2, () => resolve(storage.getStore())))));
  }));

  assert.equal(seen, 'outer');
});

test('async_hooks see a resource per call that is destroyed', async () => {
  const alive = new Set();
  const hook = createHook({
    init(id, type) { if (type === 'ristretto.async') alive.add(id); },
    destroy(id) { alive.delete(id); },
  }).enable();
  const ids = await Promise.all([1, 2].map(() => new Promise((resolve) => add.async(1, 2, () => resolve(executionAsyncId())))));

  assert.equal(new Set(ids).size, 2);
  for (let i = 0; i < 100 && alive.size; i++) await turn();
  hook.disable();
  assert.equal(alive.size, 0);
});

// Life of the process

test('a pending call keeps the process alive, and nothing does afterwards', () => {
  const out = runOk(`${GATES}
    const { wait, open } = waiting();
    const gate = new Gate();
    wait.async(gate.id, () => console.log('called back'));
    gate.crowd(1);
    setTimeout(() => gate.open(), 50).unref();
    wait.async(gate.id).then(() => console.log('fulfilled'));
    process.on('exit', () => console.log('exit'));`, here);

  assert.deepEqual(out.trim().split('\n').sort(), ['called back', 'exit', 'fulfilled']);
});

test('a call made at beforeExit is completed', () => {
  const out = runOk(`
    const add = fixtures().func('int add(int, int)');
    let times = 0;
    process.on('beforeExit', () => { if (times++ < 3) add.async(times, 0, (error, n) => console.log(n)); });`);

  assert.equal(out, '1\n2\n3\n');
});

test('top-level await of a module waits for a call', () => {
  const { execFileSync } = require('node:child_process');
  const source = `
    import { load } from ${JSON.stringify(require('node:url').pathToFileURL(`${packagePath}/lib/index.mjs`).href)};
    console.log(await load(null).func('int abs(int)').async(-5));`;

  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' }), '5\n');
});

test('fs is not held up by calls that block', () => {
  const out = runOk(`${GATES}
    const held = occupy();
    for (let i = 0; i < 20; i++) held.wait();
    require('node:fs').readFile(process.execPath, { flag: 'r' }, (error, data) => {
      console.log('read', data.length > 0, held.count === ristretto.config().async_threads);
      require('node:dns').lookup('localhost', () => {
        console.log('looked up');
        held.open();
      });
    });
    held.done.then(() => console.log('released'));`, here);

  assert.equal(out, 'read true true\nlooked up\nreleased\n');
});

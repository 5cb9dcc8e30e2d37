'use strict';
// The threads and the queue of asynchronous calls, their settings, and what calls in flight hold on to.
const { test } = require('node:test');
const { assert, ristretto, fixtures, define, runOk, throws, packagePath, native } = require('./support');
const { waiting, Gate, occupy, outcome, rejects, takeNotes, turn } = require('./waiting');
const { config, load, reset, struct } = ristretto;
const { fixturePath } = require('../fixtures');
const lib = fixtures();
const { lib: waits, note, threadId } = waiting();

define('S3', 'SP');

const add = lib.func('int add(int a, int b)');
const inChild = (source, options) =>
  runOk(
    `const { waiting, Gate, occupy, takeNotes, outcome, turn, until } = require('./test/js/waiting');
     const { config } = ristretto;
     ${source}`,
    { cwd: packagePath, ...options }
  ).trim();

// Threads

test('calls do not run on the main thread', async () => {
  const main = threadId();

  for (let i = 0; i < 10; i++) assert.notEqual(await threadId.async(), main);
});

test('as many calls run at once as there are threads, the others wait', async () => {
  const { async_threads: threads } = config();
  const held = occupy();
  const started = [];
  const rest = [1, 2, 3].map(async (i) => {
    await note.async(i);
    started.push(i);
  });

  await turn();
  assert.equal(held.count, threads);
  assert.deepEqual(takeNotes(), []);
  held.open();
  await Promise.all([held.done, ...rest]);
  assert.equal(started.length, 3);
  assert.deepEqual(takeNotes().sort(), [1, 2, 3]);
});

test('threads are made only for calls that have none, and used again', () => {
  if (process.platform !== 'linux') return;
  const out = inChild(`
    const { readdirSync, readFileSync } = require('node:fs');
    const nameOf = (id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8');
    // Ours have the program's name; a runtime may start more of its own, with others, whenever it likes.
    const threads = () => readdirSync('/proc/self/task').filter((id) => nameOf(id) === nameOf(process.pid)).length;
    const { threadId } = waiting();
    threads(); // warms up
    (async () => {
      await turn();
      const before = threads();
      await threadId.async();
      console.log(threads() - before);
      const ids = new Set();
      for (let i = 0; i < 50; i++) ids.add(await threadId.async());
      console.log(ids.size <= config().async_threads);
      const held = occupy();
      held.open();
      await held.done;
      console.log(threads() - before <= config().async_threads);
    })();`);

  assert.equal(out, '1\ntrue\ntrue');
});

test('async_threads is respected', () => {
  for (const threads of [1, 2, 9]) {
    const out = inChild(`
      config({ async_threads: ${threads} });
      const held = occupy();
      const more = held.wait();
      const seen = [];
      (async () => {
        for (let i = 0; i < 20; i++) await turn();
        seen.push(held.count, config().async_threads);
        held.open();
        await more;
        console.log(seen.join());
      })();`);
    assert.equal(out, `${threads},${threads}`);
  }
});

test('one thread runs calls in order', () => {
  const out = inChild(`
    config({ async_threads: 1 });
    const { note } = waiting();
    Promise.all(Array.from({ length: 500 }, (_, i) => note.async(i))).then((places) => {
      console.log(places.every((place, i) => place === i), takeNotes().every((v, i) => v === i));
    });`);

  assert.equal(out, 'true true');
});

test('UV_THREADPOOL_SIZE is the default, as libuv reads it', () => {
  for (const [value, threads] of [['7', 7], ['1', 1], ['1024', 1024], ['5000', 1024], ['0', 1], ['nonsense', 1], ['-3', 1024], ['', 1]]) {
    const out = inChild('console.log(config().async_threads, config({ async_threads: 3 }).async_threads);', {
      env: { UV_THREADPOOL_SIZE: value },
    });
    assert.equal(out, `${threads} 3`, value);
  }
  assert.equal(inChild('console.log(config().async_threads);', { env: { UV_THREADPOOL_SIZE: undefined } }), '4');
  assert.equal(
    inChild('const held = occupy(); console.log(held.count); held.open();', { env: { UV_THREADPOOL_SIZE: '6' } }),
    '6'
  );
});

test('async_threads is a setting like the others', () => {
  inChild(`
    for (const value of [0, -1, 1025, Infinity, NaN]) throws(() => config({ async_threads: value }), Error, 'CONFIG', /async_threads/);
    for (const value of [null, '4', 4n, true]) throws(() => config({ async_threads: value }), TypeError, 'ARGUMENT', /async_threads/);
    assert.equal(config({ async_threads: 1024 }).async_threads, 1024);
    assert.equal(config({ async_threads: 2.9 }).async_threads, 2);
    fixtures();
    throws(() => config({ async_threads: 4 }), Error, 'CONFIG');`);
});

// The queue

test('any number of calls may be in flight', () => {
  const out = inChild(`
    const add = fixtures().func('int add(int, int)');
    const held = occupy();
    const calls = Array.from({ length: 20000 }, (_, i) => add.async(i, 1));
    held.open();
    Promise.all(calls).then((sums) => console.log(sums.length, sums.every((sum, i) => sum === i + 1), config().max_async_calls));`);

  assert.equal(out, '20000 true 256');
});

test('max_async_calls limits calls when it is set', () => {
  const out = inChild(`
    config({ max_async_calls: 10 });
    const { wait } = waiting();
    const gate = new Gate();
    const calls = Array.from({ length: 10 }, () => gate.wait());
    throws(() => gate.wait(), Error, 'LIMIT', /gate_wait\\.async\\(\\): 10 calls are in flight/);
    throws(() => wait.async(gate.id, () => {}), Error, 'LIMIT');
    gate.open();
    (async () => {
      await calls[0];
      calls.push(gate.wait());
      await Promise.all(calls);
      await Promise.all(Array.from({ length: 10 }, () => gate.wait()));
      console.log('ok');
    })();`);

  assert.equal(out, 'ok');
});

test('the limit counts finished calls until they are told', () => {
  const out = inChild(`
    config({ max_async_calls: 8 });
    const { note, noteCount, wait, lib } = waiting();
    const calls = Array.from({ length: 8 }, (_, i) => new Promise((resolve) => note.async(i, resolve)));
    while (noteCount() < 8);
    throws(() => note.async(9), Error, 'LIMIT');
    throws(() => note.async('x'), Error, 'LIMIT');
    const controller = new AbortController();
    Promise.all(calls).then(() => note.async(9)).then((place) => console.log(place));`);

  assert.equal(out, '8');
});

test('max_async_calls of 0 refuses all', () => {
  inChild(`
    config({ max_async_calls: 0, resident_async_pools: 0 });
    throws(() => fixtures().func('int add(int, int)').async(1, 2), Error, 'LIMIT');`);
});

test('small and large async settings change nothing about what fits', () => {
  for (const settings of ['async_stack_size: 1024, async_heap_size: 0', 'async_stack_size: 16777216, async_heap_size: 16777216, resident_async_pools: 0']) {
    const out = inChild(`
      config({ ${settings} });
      const length = fixtures().func('int str_len(str s)');
      Promise.all([length.async('x'.repeat(1 << 20)), length.async('')]).then((all) => console.log(all.join()));`);
    assert.equal(out, `${1 << 20},0`);
  }
});

// Lifetime

test('unload() while a call is pending: it ends well, later ones throw', async () => {
  const own = load(fixturePath('waiting'));
  const gate = new Gate();
  const wait = own.func('int gate_wait(int gate)');
  const fill = own.func('void fill_at(int gate, uint8_t *p, int n, int value)');
  const bytes = new Uint8Array(4);
  const calls = [wait.async(gate.id), fill.async(gate.id, bytes, 4, 5)];
  const byCallback = outcome((done) => wait.async(gate.id, done));

  gate.crowd(3);
  own.unload();
  throws(() => wait.async(gate.id), Error, 'UNLOADED', /gate_wait/);
  throws(() => wait.async(gate.id, () => assert.fail()), Error, 'UNLOADED');
  gate.open();
  assert.deepEqual(await Promise.all(calls), [0, undefined]);
  assert.deepEqual(await byCallback, [null, 0]);
  assert.deepEqual(bytes, new Uint8Array(4).fill(5));
});

test('unload() with calls in the queue', async () => {
  const own = load(fixturePath('waiting'));
  const held = occupy();
  const calls = Array.from({ length: 10 }, (_, i) => own.func('int note(int v)').async(i));

  own.unload();
  held.open();
  await Promise.all([held.done, ...calls]);
  assert.equal(takeNotes().length, 10);
});

test('unload() by an argument of the call', async () => {
  const own = load(fixturePath('fixtures'));
  const f = own.func('int S3_a(S3 *s)');

  await rejects(f.async({ get a() { own.unload(); return 1; } }), Error, 'UNLOADED', /S3_a/);
});

test('library, function and types may be collected while a call is pending', () => {
  const out = inChild(`
    const { load, struct } = ristretto;
    const { fixturePath } = require('./test/fixtures');
    waiting();
    const gate = new Gate();
    let gone = 0;
    const registry = new FinalizationRegistry(() => gone++);
    function start() {
      const own = load(fixturePath('waiting'));
      const T = struct({ a: 'int', b: 'double', c: 'str' });
      const wait = own.func('gate_wait', 'int', ['int', T, ristretto.out(ristretto.pointer(T))]);
      const Cb = ristretto.proto('int(int)');
      for (const thing of [own, wait]) registry.register(thing, 0);
      return Promise.all([
        wait.async(gate.id, { a: 1, c: 'x' }, { a: 1 }),
        own.func('call_at', 'int', ['int', ristretto.pointer(Cb), 'int']).async(gate.id, (v) => v * 2, 21),
        own.func('gate_wait', 'int', ['int', '...']).async(gate.id, struct({ q: 'float' }), { q: 1 }),
      ]);
    }
    (async () => {
      const done = start();
      gate.crowd(3);
      for (let i = 0; i < 20; i++) {
        gc();
        await turn();
        for (let k = 0; k < 300; k++) struct({ ['m' + i + k]: 'int' });
      }
      gate.open();
      console.log((await done).join());
      await until(() => gone === 2);
      console.log('collected');
    })();`, { flags: ['--expose-gc'] });

  assert.equal(out, '0,42,0\ncollected');
});

test('reset() while a call is pending, and calls afterwards', async () => {
  const gate = new Gate();
  const f = lib.func('SP id_SP(SP s)');
  const pending = [gate.wait(), waits.func('int length_at(int gate, str s)').async(gate.id, 'text')];
  const structs = f.async({ s: 'text' });

  gate.crowd(2);
  reset();
  gate.open();
  assert.deepEqual(await Promise.all(pending), [0, 4]);
  assert.equal((await structs).s, 'text');
  assert.equal(await add.async(1, 2), 3);
  assert.equal((await f.async({ s: 'again' })).s, 'again');
  struct('S3', { a: 'int8_t' });
  assert.equal(await lib.func('int S3_a(S3 *s)').async(native(Int32Array.of(5))), 5);
});

test('reset() lets the process end', () => {
  assert.equal(inChild(`
    const add = fixtures().func('int add(int, int)');
    add.async(1, 2).then((sum) => { ristretto.reset(); console.log(sum); return add.async(3, 4); }).then((sum) => console.log(sum));`), '3\n7');
});

test('memory is flat after many thousand calls', () => {
  if (process.env.LD_PRELOAD) return; // a sanitizer keeps freed memory for a while
  const out = inChild(`
    const lib = fixtures();
    define('S3', 'SP', 'IntCb');
    const calls = [
      lib.func('int add(int, int)').async.bind(null, 1, 2),
      lib.func('S3 id_S3(S3 s)').async.bind(null, { a: 1 }),
      lib.func('str! dup_str(str s)').async.bind(null, 'x'.repeat(5000)),
      lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)').async.bind(null, {}, 1, 2, 3),
      lib.func('int sum_ints(int *p, int n)').async.bind(null, Int32Array.of(1, 2), 2),
      lib.func('int call_int(IntCb *cb, int v)').async.bind(null, (v) => v, 2),
      lib.func('int vsum(int n, ...)').async.bind(null, 1, 'int', 5),
      (...rest) => lib.func('int add(int, int)').async('x', 1, ...rest),
    ];
    const { signal } = new AbortController();
    const add = lib.func('int add(int, int)');
    async function round() {
      const all = [];
      for (let i = 0; i < 250; i++) {
        for (const call of calls) {
          all.push(call().catch((error) => error), new Promise((resolve) => call(resolve)));
        }
        all.push(add.async(1, 2, { signal }));
      }
      await Promise.all(all);
    }
    async function settle() { for (let k = 0; k < 5; k++) { gc(); await turn(); } }
    (async () => {
      for (let i = 0; i < 3; i++) await round();
      await settle();
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 10; i++) { await round(); gc(); }
      await settle();
      console.log(process.memoryUsage().rss - before < 24 << 20, ristretto.stats().callbacks);
    })();`, { flags: ['--expose-gc', '--max-semi-space-size=4'] });

  assert.equal(out, 'true 0');
});

'use strict';
// What may happen to V8 while C runs: each case makes a caller hot, so that V8 has optimized it around the call, and then
// strikes from a callback inside the call. Prints 'ok NAME' per case. node battery-child.js FAST [NAME]
// FAST: load(path, { fast: true }). The functions take plain addresses, so nothing tells that they call back.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const inspector = require('node:inspector');
const os = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const ristretto = require('../..');
const { loadFixtures } = require('../fixtures');

const [fast, only] = process.argv.slice(2);
const HOT = Number(process.env.RISTRETTO_HOT ?? 20_000);
const lib = loadFixtures(ristretto, { fast: fast === 'true' }, 'callbacks');
const times = lib.func('int64_t call_times(void *callback, int count)');
const pure = loadFixtures(ristretto, { fast: fast === 'true' }, 'compiled').func('int id_i32(int v)');
const register = (f) => ristretto.register(f, ristretto.pointer(ristretto.proto('int (int)')));
const collect = () => global.gc();

/** Hot before the environment knows a callback: where fast calls must not be re-entered they are left now. */
function heat(f, count = HOT) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f(i);
  return sum;
}
const early = (i) => pure(i & 7) + 1;
heat(early);

/** Makes `caller(address)` hot with a harmless callback, then calls it once with `strike` as the callback. */
function withStrike(caller, strike) {
  let action = () => 1;
  const address = register((v) => action(v));
  try {
    heat(() => Number(caller(address) !== undefined));
    action = strike;
    return caller(address);
  } finally {
    ristretto.unregister(address);
  }
}

const cases = {
  'garbage is collected inside'() {
    const kept = { text: 'held across', list: [1.5, 2.5], big: 2n ** 70n };
    const caller = (address) => {
      const fresh = { n: 5, s: `made ${kept.list[0]}` };
      const number = kept.list[1] * 2;
      times(address, 1);
      return `${fresh.s} ${fresh.n} ${number} ${kept.text} ${kept.big}`;
    };
    for (let i = 0; i < 3; i++) {
      const seen = withStrike(caller, () => {
        collect();
        Array.from({ length: 5000 }, (_, k) => ({ k }));
        collect();
        return 1;
      });
      assert.equal(seen, `made 1.5 5 5 held across ${2n ** 70n}`);
    }
  },
  'a constant that the caller was compiled with changes'() {
    const K = { v: 1 };
    const caller = (address) => {
      const r = Number(times(address, 1));
      return K.v + r;
    };
    assert.equal(withStrike(caller, () => ((K.v = 100), 1)), 101);
  },
  'a method is replaced'() {
    class Thing {
      get() {
        return 1;
      }
    }
    const thing = new Thing();
    const caller = (address) => {
      times(address, 1);
      return thing.get();
    };
    assert.equal(withStrike(caller, () => ((Thing.prototype.get = () => 2), 1)), 2);
  },
  'an object is replaced by a smaller one'() {
    const box = { o: { a: 1, b: 2, c: 3, d: 4 } };
    const caller = (address) => {
      const { o } = box;
      o.d = 9;
      times(address, 1);
      box.o.d = 7;
      return box.o.d;
    };
    const neighbours = [];
    const seen = withStrike(caller, () => {
      box.o = { a: 1 };
      neighbours.push([1, 2, 3, 4]);
      collect();
      return 1;
    });
    assert.equal(seen, 7);
    assert.deepEqual(box.o, { a: 1, d: 7 });
    assert.deepEqual(neighbours, [[1, 2, 3, 4]]);
  },
  'the kind of a field changes'() {
    const o = { f: 1.5 };
    const caller = (address) => {
      const before = o.f;
      times(address, 1);
      return [before, o.f];
    };
    assert.deepEqual(withStrike(caller, () => ((o.f = 'text'), 1)), [1.5, 'text']);
  },
  'a stack trace is taken'() {
    let stack;
    function outermostCaller(address) {
      times(address, 1);
      return 1;
    }
    withStrike(outermostCaller, () => ((stack = new Error('here').stack), 1));
    assert.match(stack, /here[^]*outermostCaller/);
  },
  'an exception crosses several levels'() {
    const error = new Error('mine');
    const caller = (address) => {
      try {
        times(address, 1);
      } catch (caught) {
        return caught;
      }
      return undefined;
    };
    const deep = (depth) => () => {
      if (depth === 0) throw error;
      const address = register(deep(depth - 1));
      try {
        times(address, 1);
      } finally {
        ristretto.unregister(address);
      }
      return 1;
    };
    assert.equal(withStrike(caller, deep(8)), error);
  },
  'optimized callers are nested thirty deep'() {
    let depth = 0;
    let strikes = false;
    let address = null;
    const caller = () => {
      const local = { depth };
      const r = Number(times(address, 1));
      return r + local.depth;
    };
    address = register(() => {
      if (depth >= 30) return strikes ? (collect() ?? 1) : 1;
      depth++;
      const r = caller();
      depth--;
      return r;
    });
    depth = 30;
    heat(() => Number(caller() > 0), Math.min(HOT, 2000));
    depth = 0;
    strikes = true;
    assert.equal(caller(), 1 + (30 * 31) / 2);
    ristretto.unregister(address);
  },
  'recursion ends in a RangeError'() {
    let address = null;
    const caller = () => Number(times(address, 1));
    address = register(() => caller());
    for (let i = 0; i < 2; i++) assert.throws(caller, RangeError);
    ristretto.unregister(address);
    assert.equal(heat(early, 10), [0, 1, 2, 3, 4, 5, 6, 7, 0, 1].reduce((a, b) => a + b + 1, 0));
  },
  'profiler, coverage and debugger are switched on'() {
    const caller = (address) => Number(times(address, 1));
    for (const methods of [['Profiler.enable', 'Profiler.start', 'Profiler.stop'], ['Profiler.enable', 'Profiler.startPreciseCoverage'], ['Debugger.enable']]) {
      const session = new inspector.Session();
      assert.equal(
        withStrike(caller, () => {
          session.connect();
          for (const method of methods) session.post(method);
          return 3;
        }),
        3,
      );
      assert.equal(caller(registeredOne()), 1);
      session.disconnect();
    }
  },
  'a heap snapshot is written'() {
    if (HOT < 20_000) return; // slow under stress
    const file = path.join(os.tmpdir(), `ristretto-${process.pid}.heapsnapshot`);
    const caller = (address) => Number(times(address, 1));
    assert.equal(withStrike(caller, () => (v8.writeHeapSnapshot(file), 5)), 5);
    fs.unlinkSync(file);
  },
  async 'promises and ticks are queued'() {
    const order = [];
    const caller = (address) => Number(times(address, 1));
    withStrike(caller, () => {
      process.nextTick(() => order.push('tick'));
      Promise.resolve().then(() => order.push('promise'));
      return 1;
    });
    assert.deepEqual(order, []);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order.sort(), ['promise', 'tick']);
  },
  'the caller belongs to another context'() {
    const address = register(() => 4);
    const context = vm.createContext({ times, address });
    const hot = vm.runInContext('(n) => { let s = 0; for (let i = 0; i < n; i++) s += Number(times(address, 1)); return s; }', context);
    assert.equal(hot(HOT), 4 * HOT);
    ristretto.unregister(address);
  },
  async 'workers do the same at once, and are terminated in the middle'() {
    if (!isMainThread) return;
    const start = (name) => new Worker(__filename, { argv: [fast, name], env: { ...process.env, RISTRETTO_HOT: '2000' } });
    const finished = ['garbage is collected inside', 'an exception crosses several levels'].map(
      (name) => new Promise((resolve, reject) => start(name).on('exit', resolve).on('error', reject)),
    );
    assert.deepEqual(await Promise.all(finished), [0, 0]);
    for (const name of ['loop of calls', 'loop of callbacks']) {
      const worker = start(name);
      await new Promise((resolve) => worker.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(await worker.terminate(), 1);
    }
  },
};

let one = null;
const registeredOne = () => (one ??= register(() => 1));

/** Never end by themselves. */
const endless = {
  'loop of calls'() {
    parentPort.postMessage('go');
    for (;;) early(1);
  },
  'loop of callbacks'() {
    const address = register(() => 1);
    parentPort.postMessage('go');
    for (;;) times(address, 10);
  },
  'exit inside'() {
    const address = register(() => process.exit(42));
    times(address, 1);
  },
};

(async () => {
  const list = only === undefined ? Object.entries(cases) : [[only, cases[only] ?? endless[only]]];
  for (const [name, run] of list) {
    await run();
    assert.equal(early(3), 4);
    console.log(`ok ${name}`);
  }
})();

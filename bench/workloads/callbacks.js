'use strict';

// JavaScript functions called by C.

const assert = require('node:assert/strict');

const TIMES = 100; // callbacks per native call
const INTS = 1000; // elements that are sorted
const STEP = { return: 'int32', arguments: ['int32'] };
const COMPARE = { return: 'int32', arguments: ['pointer', 'pointer'] };

const step = (value) => (value * 3 + 1) & 0xffff;

function repeated(value, times) {
  for (let i = 0; i < times; i++) value = step(value);
  return value;
}

let declared = false;

/** The type of `step`, once per process. */
function declareStep(api) {
  if (!declared) api.proto('int BenchStep(int value)');
  declared = true;
}

/** (f) => pointer: registers f in place of the function registered before. */
function registrar(register, unregister) {
  let pointer = null;
  return (f) => {
    if (pointer !== null) unregister(pointer);
    pointer = register(f);
    return pointer;
  };
}

/** 0 to 999 in an order without a pattern, the same in every process. */
function shuffled() {
  const list = Int32Array.from({ length: INTS }, (_, i) => i);
  let seed = 12345;
  for (let i = INTS - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const j = (seed >> 8) % (i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

module.exports = [
  {
    name: 'callback-transient',
    title: '100 callbacks, transient',
    what: 'one C call that calls a fresh JavaScript function a hundred times, `int (int)`',
    // f(step, value, times)
    ffi(api, lib) {
      declareStep(api);
      return lib.func('int bench_repeat(BenchStep *step, int value, int times)');
    },
    node(api, lib) {
      const repeat = lib.getFunction('bench_repeat', { return: 'int32', arguments: ['pointer', 'int32', 'int32'] });
      return (f, value, times) => {
        const pointer = lib.registerCallback(STEP, f);
        try {
          return repeat(pointer, value, times);
        } finally {
          lib.unregisterCallback(pointer);
        }
      };
    },
    addon: (api) => api.repeat,
    check: (f) => assert.equal(f(step, 1, TIMES), repeated(1, TIMES)),
    loop: (f) => (n) => {
      let x = 1;
      // A new function each time, as at most places where a function is written as an argument.
      for (let i = 0; i < n; i++) x = f((value) => (value * 3 + (i & 1)) & 0xffff, x, TIMES);
      return x;
    },
  },
  {
    name: 'callback-registered',
    title: '100 callbacks, registered',
    what: 'the same with a function that was registered once',
    // f(step) gives (value, times)
    ffi(api, lib) {
      declareStep(api);
      const repeat = lib.func('int bench_repeat(BenchStep *step, int value, int times)');
      const register = registrar((f) => api.register(f, 'BenchStep *'), api.unregister);
      return (f) => {
        const pointer = register(f);
        return (value, times) => repeat(pointer, value, times);
      };
    },
    node(api, lib) {
      const repeat = lib.getFunction('bench_repeat', { return: 'int32', arguments: ['pointer', 'int32', 'int32'] });
      const register = registrar(
        (f) => lib.registerCallback(STEP, f),
        (pointer) => lib.unregisterCallback(pointer),
      );
      return (f) => {
        const pointer = register(f);
        return (value, times) => repeat(pointer, value, times);
      };
    },
    addon: (api) => (f) => {
      api.registerStep(f);
      return api.repeatRegistered;
    },
    check: (f) => assert.equal(f(step)(1, TIMES), repeated(1, TIMES)),
    loop(f) {
      const repeat = f(step);
      return (n) => {
        let x = 1;
        for (let i = 0; i < n; i++) x = repeat(x ^ (i & 1), TIMES);
        return x;
      };
    },
  },
  {
    name: 'sort',
    title: 'qsort of 1,000 ints',
    what: 'C’s `qsort()` with a JavaScript comparator that reads both ints from memory',
    // f(values)
    ffi(api, lib) {
      api.proto('int BenchCompare(const void *a, const void *b)');
      const sort = lib.func('void bench_sort(int *values, int count, BenchCompare *compare)');
      const int = api.decode.int;
      return (values) => sort(values, values.length, (a, b) => int(a) - int(b));
    },
    node(api, lib) {
      const sort = lib.getFunction('bench_sort', { return: 'void', arguments: ['pointer', 'int32', 'pointer'] });
      const int = api.getInt32;
      const compare = lib.registerCallback(COMPARE, (a, b) => int(a) - int(b));
      return (values) => sort(values, values.length, compare);
    },
    addon: (api) => (values) => api.sort(values, (a, b) => a - b),
    check(f) {
      const values = shuffled();
      f(values);
      assert.deepEqual(values, shuffled().sort());
    },
    loop(f) {
      const start = shuffled();
      const values = new Int32Array(INTS);
      return (n) => {
        let x = 0;
        for (let i = 0; i < n; i++) {
          values.set(start);
          values[x] = i & 0xff;
          f(values);
          x = (values[x] + i) % INTS;
        }
        return x;
      };
    },
    probe: 10,
  },
  {
    name: 'callback-thread',
    title: 'callback from a thread',
    what: 'a round trip from a native thread to JavaScript and back',
    async: true,
    // f(step) gives { start(value, times), join() }
    ffi(api, lib) {
      declareStep(api);
      const start = lib.func('int bench_thread_start(BenchStep *step, int value, int times)');
      const join = lib.func('int bench_thread_join(void)');
      const register = registrar((f) => api.register(f, 'BenchStep *'), api.unregister);
      return (f) => {
        const pointer = register(f);
        return { start: (value, times) => start(pointer, value, times), join };
      };
    },
    node: 'callbacks must come from the thread that registered them',
    addon: (api) => (f) => {
      api.threadStep(f);
      return { start: api.threadStart, join: api.threadJoin };
    },
    check: async (f) => assert.equal(await roundTrips(f)(TIMES), repeated(1, TIMES)),
    loop: roundTrips,
  },
];

/** (n) => promise of the last value: n callbacks from one thread, which waits for each answer. */
function roundTrips(f) {
  let left;
  let finish;
  const thread = f((value) => {
    // Not before the event loop has gone on: until this callback has returned, join() would wait for ever.
    if (--left === 0) setImmediate(finish);
    return step(value);
  });
  return async (n) => {
    left = n;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    if (thread.start(1, n) !== 0) throw new Error('bench_thread_start() failed');
    await finished;
    return thread.join();
  };
}

'use strict';

// Calls on another thread, with a callback (error, result).

const assert = require('node:assert/strict');
const { promisify } = require('node:util');

const IN_FLIGHT = 1000;
const NO_ASYNC = 'has no asynchronous calls';

/** f(a, b, callback) of every peer. */
const twoInts = {
  async: true,
  ffi: (api, lib) => lib.func('int bench_two_ints(int a, int b)').async,
  node: NO_ASYNC,
  addon: (api) => api.twoIntsAsync,
  check: async (f) => assert.equal(await promisify(f)(0x1234, 0x00ff), 0x12cb),
};

/** `count` calls, each started by the answer of the one before. */
function chain(f, value, count, done) {
  let left = count;
  const answered = (error, x) => {
    if (error) done(error);
    else if (--left === 0) done(null, x);
    else f(x, left, answered);
  };
  f(value, left, answered);
}

const CALLS = [
  {
    ...twoInts,
    name: 'async-throughput',
    title: '1,000 async calls in flight',
    what: 'a thousand `async()` calls of a function that sleeps 1 ms, started at once and awaited together; the time of all',
    loop: (f) => (n) =>
      new Promise((resolve, reject) => {
        let sum = 0;
        let open = IN_FLIGHT;
        const done = (error, x) => {
          if (error) reject(error);
          sum += x;
          if (--open === 0) resolve(sum);
        };
        for (let i = 0; i < IN_FLIGHT; i++) chain(f, i, n, done);
      }),
    probe: 4,
    count: 4, // in flight are fewer than IN_FLIGHT when the chains run out: in the last quarter of a slice
  },
  {
    ...twoInts,
    name: 'async-latency',
    title: 'one async call, awaited',
    what: 'one `async()` call of an empty function, awaited before the next',
    loop(f) {
      const call = promisify(f);
      return async (n) => {
        let x = 1;
        for (let i = 0; i < n; i++) x = await call(x, i);
        return x;
      };
    },
  },
];

const DELAYS = [
  {
    name: 'file-delay',
    title: 'file read beside 8 async calls',
    what: 'a `fs.readFile()` while eight C calls of 500 ms are in flight',
    script: 'delay.js',
    processes: 2,
    // f(ms, callback)
    ffi: (api, lib) => lib.func('int bench_sleep(int ms)').async,
    node: NO_ASYNC,
    addon: (api) => api.sleepAsync,
  },
];

module.exports = { calls: CALLS, delays: DELAYS };

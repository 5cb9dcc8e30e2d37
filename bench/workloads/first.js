'use strict';

// What a function costs before V8 has optimized it: per call, over its first calls in a fresh process.

const COUNTS = { 'first-1': 1, 'first-100': 100, 'first-10000': 10_000 };
const NOT_TIMED = 'is not timed before it is optimized';

module.exports = Object.entries(COUNTS).map(([name, count]) => ({
  name,
  title: count === 1 ? 'first call' : `first ${count.toLocaleString('en')} calls`,
  what: `two ints, per call, over the first ${count === 1 ? 'call' : `${count.toLocaleString('en')} calls`} of a fresh function in a fresh process`,
  script: 'first.js',
  argument: String(count),
  processes: 6,
  ffi: true,
  node: true,
  addon: true,
  rs: NOT_TIMED,
  bun: NOT_TIMED,
  deno: NOT_TIMED,
}));

'use strict';

// Prints the nanoseconds per call of the first N calls of a fresh function, before V8 has optimized anything (arguments: the
// peer's name, its file, N).

const { load } = require('./peers.js');
const { workloads } = require('./workloads/index.js');

const [name, , count] = process.argv.slice(2);
const { kind, api, lib } = load(name);
const call = workloads.find((workload) => workload.name === 'two-ints')[kind](api, lib);

function run(n) {
  let x = 1;
  for (let i = 0; i < n; i++) x = call(x, i);
  return x;
}

const start = process.hrtime.bigint();
run(Number(count));
process.stdout.write(`${Number(process.hrtime.bigint() - start) / Number(count)}`);

'use strict';

// Prints the nanoseconds that reading a small file takes while eight asynchronous calls of peer <name> sleep, half a
// second each, in a fresh process. Fails when a call does not answer as C does.

const fs = require('node:fs');
const path = require('node:path');
const { load } = require('./peers.js');
const { workloads } = require('./workloads/index.js');

const CALLS = 8;
const MS = 500;

const { kind, api, lib } = load(process.argv[2]);
const sleep = workloads.find(({ name }) => name === 'file-delay')[kind](api, lib);
let open = CALLS + 1;
let ns;

function done(error) {
  if (error) throw error;
  if (--open === 0) process.stdout.write(`${ns}`);
}

for (let i = 0; i < CALLS; i++) {
  sleep(MS, (error, result) => done(error ?? (result === MS ? null : new Error(`sleep(${MS}) gave ${result}`))));
}
const start = process.hrtime.bigint();
fs.readFile(path.join(__dirname, 'package.json'), (error) => {
  ns = Number(process.hrtime.bigint() - start);
  done(error);
});

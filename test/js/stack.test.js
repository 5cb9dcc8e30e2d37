'use strict';
// Values of deeply nested types are refused, not converted, where JavaScript has used up a worker's stack.
const { test } = require('node:test');
const { once } = require('node:events');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { assert } = require('./support');

// Runs in the worker: converts at every depth of the stack, from the deepest one that JavaScript reaches.
function main(ristretto, convert) {
  const { parentPort } = require('node:worker_threads');
  const codes = new Set();
  let tries = 1000;

  function attempt() {
    try {
      convert();
    } catch (error) {
      codes.add(error.code ?? error.constructor.name);
    }
  }

  function dive() {
    try {
      dive();
    } catch {
      // the end of the stack
    }
    if (tries-- > 0) attempt();
  }

  for (let i = 0; i < 8; i++) convert(); // where there is room, it works
  dive();
  parentPort.postMessage([...codes]);
}

async function codesOf(setup) {
  const library = JSON.stringify(path.join(__dirname, '../..'));
  const worker = new Worker(
    `const ristretto = require(${library});\n${setup}\n(${main})(ristretto, convert);`,
    { eval: true },
  );
  const [codes] = await once(worker, 'message');

  await once(worker, 'exit');
  return codes;
}

const arrays = `let type = 'int', value = 1;
  for (let i = 0; i < 500; i++) { type = ristretto.array(type, 1); value = [value]; }
  const memory = Buffer.alloc(8);`;

test('nested structs are decoded only where the stack has room', async () => {
  const codes = await codesOf(`let type = ristretto.struct({ a: 'int' });
    for (let i = 0; i < 499; i++) type = ristretto.struct({ m: type });
    const memory = Buffer.alloc(8), convert = () => ristretto.decode(memory, type);`);

  assert.ok(codes.includes('ERR_RISTRETTO_STACK'), String(codes));
});

test('nested arrays are decoded only where the stack has room', async () => {
  await codesOf(`${arrays} const convert = () => ristretto.decode(memory, type);`);
});

test('nested arrays are encoded only where the stack has room', async () => {
  const codes = await codesOf(`${arrays} const convert = () => ristretto.encode(memory, type, value);`);

  assert.ok(codes.includes('ERR_RISTRETTO_TOO_DEEP'), String(codes));
});

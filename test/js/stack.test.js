'use strict';
// Values of deeply nested types are refused, not converted, where JavaScript has used up the stack: V8 ends the process
// when it collects garbage too far below its limit, long before the end of the thread's stack.
const { test } = require('node:test');
const { once } = require('node:events');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { assert } = require('./support');

// Runs on either thread: converts at every depth of the stack, from the deepest one that JavaScript reaches.
function codesAtTheEnd(convert) {
  const codes = new Set();
  let tries = 2000; // of which the first find no room for the catch, all the more where frames have 36 bytes (ia32)

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
  return [...codes];
}

/** The codes of what was refused in a worker and on the main thread. `setup` is source that defines `convert`. */
async function codesOf(setup) {
  const library = JSON.stringify(path.join(__dirname, '../..'));
  const source = `const ristretto = require(${library});\n${setup}\nreturn (${codesAtTheEnd})(convert);`;
  const worker = new Worker(
    `require('node:worker_threads').parentPort.postMessage((() => {\n${source}\n})());`,
    { eval: true },
  );
  const [[codes]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]); // which may come at once
  return [codes, new Function('require', source)(require)];
}

/** Every thread met the code, and none met an error of another kind. */
function assertCode(lists, code) {
  for (const codes of lists) {
    assert.ok(codes.includes(code), String(codes));
    assert.ok(codes.every((one) => one === code || one === 'RangeError'), String(codes)); // V8's own
  }
}

const arrays = `let type = 'int', value = 1;
  for (let i = 0; i < 500; i++) { type = ristretto.array(type, 1); value = [value]; }
  const memory = Buffer.alloc(8);`;

test('nested structs are decoded only where the stack has room', async () => {
  const codes = await codesOf(`let type = ristretto.struct({ a: 'int' });
    for (let i = 0; i < 499; i++) type = ristretto.struct({ m: type });
    const memory = Buffer.alloc(8), convert = () => ristretto.decode(memory, type);`);

  assertCode(codes, 'ERR_RISTRETTO_STACK');
});

test('nested arrays are decoded only where the stack has room', async () => {
  const codes = await codesOf(`${arrays} const convert = () => ristretto.decode(memory, type);`);

  assertCode(codes, 'ERR_RISTRETTO_STACK');
});

test('nested arrays are encoded only where the stack has room', async () => {
  const codes = await codesOf(`${arrays} const convert = () => ristretto.encode(memory, type, value);`);

  assertCode(codes, 'ERR_RISTRETTO_TOO_DEEP');
});

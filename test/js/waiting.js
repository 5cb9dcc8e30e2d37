'use strict';
// What the tests of asynchronous calls share: the functions of test/fixtures/waiting.c, and gates that hold calls back
// until the test lets them go.

const { ristretto } = require('./support');
const { fixturePath } = require('../fixtures');

let found;

// The library of waiting.c and its functions; loaded late, as fixtures() is.
function waiting() {
  if (found) return found;
  const lib = ristretto.load(fixturePath('waiting'));
  found = {
    lib,
    wait: lib.func('int gate_wait(int gate)'),
    open: lib.func('void gate_open(int gate)'),
    crowd: lib.func('int gate_crowd(int gate, int count)'),
    count: lib.func('int gate_waiting(int gate)'),
    passed: lib.func('int gate_passed(int gate)'),
    note: lib.func('int note(int v)'),
    noteCount: lib.func('int note_count()'),
    noteAt: lib.func('int note_at(int at)'),
    clear: lib.func('void note_clear()'),
    threadId: lib.func('uint64_t thread_id()'),
  };
  return found;
}

let gates = 0;

class Gate {
  // The number for the functions whose first parameter is `gate`.
  id = gates++;

  // A call that waits at the gate; `options` as for any asynchronous call.
  wait(options = {}) {
    return waiting().wait.async(this.id, options);
  }

  open() {
    waiting().open(this.id);
  }

  // Blocks this thread until as many calls wait at the gate.
  crowd(count) {
    if (waiting().crowd(this.id, count) !== 0) throw new Error(`never ${count} calls at the gate`);
  }

  get count() {
    return waiting().count(this.id);
  }

  // How many calls have gone through.
  get passed() {
    return waiting().passed(this.id);
  }
}

// Has every thread for asynchronous calls wait at a new gate. `open()` the gate, then await `done`.
function occupy(threads = ristretto.config().async_threads) {
  const gate = new Gate();
  gate.done = Promise.all(Array.from({ length: threads }, () => gate.wait()));
  gate.crowd(threads);
  return gate;
}

// What was noted, in order; forgets it.
function takeNotes() {
  const { noteCount, noteAt, clear } = waiting();
  const notes = Array.from({ length: noteCount() }, (_, at) => noteAt(at));
  clear();
  return notes;
}

// A promise for [error, result] of a call that takes a completion callback.
function outcome(start) {
  return new Promise((resolve) => start((...args) => resolve(args)));
}

// Asserts that the promise is rejected as support.throws() asks of an exception.
async function rejects(promise, Class, code, text) {
  const { throws } = require('./support');
  const error = await promise.then(
    (value) => { throw new Error(`was fulfilled with ${String(value)}`); },
    (reason) => reason
  );
  throws(() => { throw error; }, Class, code, text);
  return error;
}

const turn = () => new Promise(setImmediate);

// Resolves when `condition` holds; turns of the event loop and, where the flag is given, garbage collections in between.
async function until(condition) {
  for (let i = 0; i < 1000; i++) {
    if (condition()) return;
    globalThis.gc?.();
    await turn();
  }
  throw new Error(`never became true: ${condition}`);
}

module.exports = { waiting, Gate, occupy, takeNotes, outcome, rejects, turn, until };

'use strict';
// What callbacks from other threads and asynchronous calls ask of JavaScript: promises, signals, the end of the process.

const { makeError } = require('./errors.js');

const { then } = Promise.prototype;
const { apply } = Reflect;
const { emitWarning } = process;

/** drainInbox() when the event loop runs out of work, so that a call which was just posted is not lost; shutInbox() when
 * the process (or the worker) ends, so that no thread waits for an answer that cannot come. */
function makeWatchExit({ drainInbox, shutInbox }) {
  return function watchExit() {
    process.on('beforeExit', () => drainInbox());
    process.once('exit', () => shutInbox());
  };
}

/** The thread that called a callback waits until the promise it returned settles. */
function makeAwait({ settleCallback }) {
  return function awaitPromise(promise, id) {
    apply(then, promise, [
      (value) => settleCallback(id, true, value),
      (reason) => settleCallback(id, false, reason),
    ]);
  };
}

function warnDeadlock(callback) {
  const text =
    `a thread waited long for a callback of type ${callback}, while JavaScript was inside a C function: ` +
    'if that function waits for the thread, call it with async()';
  emitWarning.call(process, text, { type: 'RistrettoWarning', code: 'RISTRETTO_DEADLOCK' });
}

/** Returns a function that stops watching, or [reason] when the signal is aborted already. */
function makeWatchSignal({ cancelCall }) {
  return function watchSignal(signal, id) {
    if (!(signal instanceof AbortSignal)) {
      throw makeError(TypeError, 'ARGUMENT', 'async(): signal expects an AbortSignal');
    }
    if (signal.aborted) return [signal.reason];
    const cancel = () => cancelCall(id, signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    return () => signal.removeEventListener('abort', cancel);
  };
}

/** fn.on(lane): the function whose calls run on the lane's thread and return promises. */
function makeOn({ Lane }) {
  return function on(lane) {
    if (typeof this !== 'function' || typeof this.async !== 'function') {
      throw makeError(TypeError, 'RECEIVER', 'on(): called on something that is not a function of a library');
    }
    if (!(lane instanceof Lane)) throw makeError(TypeError, 'ARGUMENT', 'on(): lane expects a Lane');
    const call = this.async;
    return function onLane(...args) {
      return apply(call, lane, args); // async() takes a lane as receiver for the lane to use
    };
  };
}

module.exports = { makeWatchExit, makeAwait, warnDeadlock, makeWatchSignal, makeOn };

'use strict';
// What callbacks from other threads and asynchronous calls ask of JavaScript: promises, signals, the end of the process.

const { AsyncResource } = require('node:async_hooks');
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

/** One listener per signal, however many calls it is given to: Node warns of many listeners. */
function makeWatchSignal({ cancelCall }) {
  const watched = new WeakMap();

  function watch(signal) {
    const calls = new Set();
    const cancel = () => {
      for (const call of calls) cancelCall(call, signal.reason);
    };
    const stop = (call) => {
      if (!calls.delete(call) || calls.size > 0) return;
      watched.delete(signal);
      signal.removeEventListener('abort', cancel);
    };
    const watcher = { calls, stop };
    signal.addEventListener('abort', cancel, { once: true });
    watched.set(signal, watcher);
    return watcher;
  }

  /** Returns a function that stops watching, or [reason] when the signal is aborted already. */
  return function watchSignal(signal, call) {
    if (!(signal instanceof AbortSignal)) {
      throw makeError(TypeError, 'ARGUMENT', 'async(): signal expects an AbortSignal');
    }
    if (signal.aborted) return [signal.reason];
    const { calls, stop } = watched.get(signal) ?? watch(signal);
    calls.add(call);
    return () => stop(call);
  };
}

/** Node-API's own asynchronous contexts are not known to AsyncLocalStorage from Node 24 on. */
function bindContext(callback) {
  const resource = new AsyncResource('ristretto.async', { requireManualDestroy: true });
  return function bound(error, result) {
    try {
      resource.runInAsyncScope(callback, undefined, error, result);
    } finally {
      resource.emitDestroy();
    }
  };
}

/** fn.on(lane): the function whose calls run on the lane's thread and return promises. */
function makeOn({ isLane }) {
  return function on(lane) {
    if (typeof this !== 'function' || typeof this.async !== 'function') {
      throw makeError(TypeError, 'RECEIVER', 'on(): called on something that is not a function of a library');
    }
    if (!isLane(lane)) throw makeError(TypeError, 'ARGUMENT', 'on(): lane expects a Lane');
    const call = this.async;
    return function onLane(...args) {
      return apply(call, lane, args); // async() takes a lane as receiver for the lane to use
    };
  };
}

module.exports = { makeWatchExit, makeAwait, warnDeadlock, makeWatchSignal, bindContext, makeOn };

'use strict';
// One program that ends in some way while native threads are busy: node shutdown-child.js ENDING SITUATION. Prints a
// line when the situation is there; its exit status is what the test looks at.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const STATUS = 7; // of process.exit()

/** Each makes a situation and calls `ready` when it is there. */
const SITUATIONS = {
  /** An asynchronous call is running. */
  running({ lib }, ready) {
    lib.func('int shutdown_sleep(int ms)').async(lib.long ?? 150, () => {});
    setTimeout(ready, 20);
  },

  /** One that writes to memory of JavaScript is running. */
  writing({ lib }, ready) {
    lib.func('int shutdown_scribble(void *memory, int size, int ms)').async(Buffer.alloc(65536), 65536, 150, () => {});
    setTimeout(ready, 20);
  },

  /** Asynchronous calls wait for a thread. */
  queued({ lib }, ready) {
    const sleep = lib.func('int shutdown_sleep(int ms)');
    for (let i = 0; i < 12; i++) sleep.async(40, () => {});
    setTimeout(ready, 20);
  },

  /** JavaScript ends the program from inside a callback that a native thread waits for. */
  callback({ lib, register }, ready) {
    lib.func('void shutdown_call_once(IntCb *cb)')(
      register(() => {
        ready();
        return 5;
      }, 'IntCb *'),
    );
    setTimeout(() => {}, 200); // what only waits in C does not keep the program alive
  },

  /** A native thread calls back for ever. */
  forever({ lib, register }, ready) {
    const calls = lib.func('int shutdown_calls()');
    lib.func('void shutdown_call_forever(IntCb *cb)')(register((v) => v, 'IntCb *'));
    const timer = setInterval(() => {
      if (calls() < 10) return;
      clearInterval(timer);
      ready();
    }, 1);
  },

  /** As before, by a library that joins its thread when it is finalized. */
  joining({ lib, register }, ready) {
    const calls = lib.func('int shutdown_calls()');
    lib.func('void shutdown_join_at_exit(IntCb *cb)')(register((v) => v, 'IntCb *'));
    const timer = setInterval(() => {
      if (calls() < 10) return;
      clearInterval(timer);
      ready();
    }, 1);
  },

  /** A native thread waits for a promise that never settles. */
  promise({ lib, register }, ready) {
    lib.func('void shutdown_call_once(IntCb *cb)')(
      register(() => {
        setTimeout(ready, 5);
        return new Promise(() => {});
      }, 'IntCb *'),
    );
    setTimeout(() => {}, 50); // a waiting thread does not keep the program alive
  },
};

function load() {
  const ristretto = require('../..');
  const { fixturePath } = require('../fixtures');
  ristretto.proto('int IntCb(int v)');
  return { lib: ristretto.load(fixturePath('shutdown')), register: ristretto.register };
}

const ENDINGS = {
  natural: (situation) => situation(load(), () => console.log('ready')),

  exit: (situation) =>
    situation(load(), () => {
      console.log('ready');
      process.exit(STATUS);
    }),

  uncaught: (situation) =>
    situation(load(), () => {
      console.log('ready');
      throw new Error('on purpose');
    }),

  terminate(situation, name) {
    const worker = new Worker(__filename, { workerData: { situation: name, end: 'stay' } });
    worker.on('message', () => {
      console.log('ready');
      worker.terminate().then(() => setTimeout(() => process.exit(STATUS), 30));
    });
  },

  workerExit(situation, name) {
    const worker = new Worker(__filename, { workerData: { situation: name, end: 'exit' } });
    worker.on('message', () => console.log('ready'));
    worker.on('exit', (code) => setTimeout(() => process.exit(code), 30));
  },
};

function endWorker(end) {
  parentPort.postMessage('ready');
  if (end === 'exit') process.exit(STATUS);
}

if (isMainThread) {
  const [ending, name] = process.argv.slice(2);
  ENDINGS[ending](SITUATIONS[name], name);
} else {
  SITUATIONS[workerData.situation](load(), () => endWorker(workerData.end));
}

'use strict';
// Probes about a whole process: what ends it, what keeps it alive, what depends on a fresh start.
//
//   await script(run)      gives [...what run said, how the process ended]
//
// `run` is sent as text, so it sees nothing but its argument: the members of a world, and
//   say(value)    adds the text of a value to the outcome
//   main          whether this is the main thread
//   worker(run)   runs another such function in a worker; gives the Worker

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { Worker, isMainThread } = require('node:worker_threads');
const { show } = require('./show');

const LIMIT_MS = 8000;

const call = (implementation, run) => `require(${JSON.stringify(__filename)}).start(${JSON.stringify(implementation)}, ${run})`;

/** Runs in the new process or thread. */
function start(implementation, run) {
  const world = require('./world').makeWorld(implementation);

  run({
    ...world,
    main: isMainThread,
    say: (value) => fs.writeSync(1, `${show(value)}\n`),
    worker: (inner) => new Worker(call(implementation, inner), { eval: true }),
  });
}

/** Options: flags and env for node, limit in milliseconds until the process is ended as one that hangs. */
function runScript(implementation, run, { flags = [], env = {}, limit = LIMIT_MS } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, '-e', call(implementation, run)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    let text = '';

    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const end = signal === 'SIGKILL' ? 'hangs' : signal ?? `exit ${code}`;
      resolve([...text.split('\n').filter(Boolean), end]);
    });
  });
}

module.exports = { runScript, start };

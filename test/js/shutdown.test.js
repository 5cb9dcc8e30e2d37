'use strict';
// docs/shutdown.md: however a program ends, whatever native threads are doing, its exit status is its own.
// RISTRETTO_SHUTDOWN_REPEATS sets how often each case runs (default 2).
const { after, test } = require('node:test');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { assert } = require('./support');
const { fixturePath } = require('../fixtures');

const REPEATS = Number(process.env.RISTRETTO_SHUTDOWN_REPEATS ?? 2);
const LIMIT = 60_000; // milliseconds after which a program counts as stuck

const SITUATIONS = ['running', 'writing', 'queued', 'callback', 'forever', 'joining', 'promise'];
const STATUS = { natural: 0, exit: 7, uncaught: 1, terminate: 7, workerExit: 7 };

function runChild(ending, situation) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(__dirname, 'shutdown-child.js'), ending, situation], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);

    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

let ended = 0;

after(() => console.log(`# ${ended} programs ended with the right status`));

fixturePath('shutdown'); // made once, before the children look for it

for (const ending of Object.keys(STATUS)) {
  for (const situation of SITUATIONS) {
    test(`${ending} while: ${situation}`, async () => {
      for (let i = 0; i < REPEATS; i++) {
        const { code, signal, output } = await runChild(ending, situation);

        assert.deepEqual({ code, signal }, { code: STATUS[ending], signal: null }, output);
        assert.match(output, /^ready$/m, output);
        assert.equal(/on purpose/.test(output), ending === 'uncaught', output);
        ended++;
      }
    });
  }
}

'use strict';

// The parent's side of child.js: a process that holds one peer and answers one request at a time.

const { execFile, fork } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');
const { environment, flags, isForeign, program } = require('./peers.js');

const PATIENCE = 60e3; // ms that one request may take: a callback that never comes must not stop the run

class PeerProcess {
  #process = null;

  constructor(peer) {
    this.peer = peer;
  }

  /** Starts the process and loads the peer, unless it is running: { version, file }. */
  async start() {
    if (this.#process?.connected) return undefined;
    this.#process = fork(path.join(__dirname, 'child.js'), [this.peer], {
      execPath: program(this.peer),
      execArgv: [...(isForeign(this.peer) ? [] : ['--expose-gc', '--no-warnings']), ...flags(this.peer)],
      env: environment(this.peer),
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    return this.ask('load');
  }

  /** Throws what the peer threw. When the process ends or hangs instead, the next start() starts another one. */
  async ask(op, request = {}) {
    const answer = await new Promise((resolve, reject) => {
      const end = (reason) => {
        settle();
        this.close();
        reject(new Error(`${reason} in '${op}'`));
      };
      const died = (code, signal) => end(`ended with ${signal ?? code}`);
      const timer = setTimeout(() => end(`no answer after ${PATIENCE / 1e3} s`), PATIENCE);
      const settle = () => {
        clearTimeout(timer);
        this.#process?.off('exit', died).off('message', answered);
      };
      const answered = (message) => {
        settle();
        resolve(message);
      };
      this.#process.once('exit', died).once('message', answered);
      this.#process.send({ op, ...request }, (error) => error && end(error.message));
    });
    if (!answer.error) return answer;
    this.close(); // callbacks may still be on their way to what failed
    throw new Error(answer.error);
  }

  close() {
    this.#process?.kill('SIGKILL');
    this.#process = null;
  }
}

/** What `script` of this folder prints for a peer, in a process of its own. */
async function runScript(script, peer, file, more = []) {
  const args = ['--no-warnings', ...flags(peer), path.join(__dirname, script), peer, file, ...more];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: environment(peer),
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    return stdout;
  } catch (error) {
    if (!error.stderr) throw error;
    const [, text] = /^\w*Error: (.*)$/m.exec(error.stderr) ?? [null, `${script} ended with ${error.signal ?? error.code}`];
    const [, code] = /^ +code: '(\w+)'/m.exec(error.stderr) ?? [];
    throw new Error(code ? `${code}: ${text}` : text);
  }
}

module.exports = { PeerProcess, runScript };

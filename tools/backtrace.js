'use strict';
// What a debugger has to see, stopped in the C function `labs` of examples/debug.js: every caller, as far as the program's
// start. And the same on an emulated CPU, through the emulator's own debugger port.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { ROOT } = require('./setup.js');

const SCRIPT = path.join(ROOT, 'examples', 'debug.js');
const LIMIT_MS = 300_000;

/** Frames, from the inside out, between which there may be others. */
const FRAMES = [/\blabs\b/, /ristretto\.node/, /v8::internal::Execution::Call/, /\bnapi_call_function\b/, /ristretto\.node/, /qsort/,
  /ristretto\.node/, /v8::internal::Execution::Call/, /node::Start\b/, /_start/];
const SETTINGS = ['set pagination off', 'set confirm off', 'set debuginfod enabled off', 'set breakpoint pending on', 'break labs'];

/** The first of FRAMES that gdb's output lacks, with what it has; undefined when all are there. */
function missingFrame(output) {
  const frames = output.match(/^#\d+ .*$/gm) ?? [];
  let from = 0;
  for (const wanted of FRAMES) {
    const at = frames.findIndex((frame, i) => i >= from && wanted.test(frame));
    if (at < 0) return `${wanted} is not in the backtrace after ${from} frames:\n${frames.join('\n')}`;
    from = at + 1;
  }
  return undefined;
}

/** gdb's arguments for a backtrace from `labs`; `start` are the commands that lead there. */
function backtraceArguments(start) {
  const commands = [...SETTINGS, ...start, 'backtrace', 'kill'];
  return ['-nx', '-batch', '-x', path.join(__dirname, 'v8-frames.gdb'), ...commands.flatMap((command) => ['-ex', command])];
}

/** The backtrace on another CPU: command runs Node.js there, program is that Node.js, libraries the folder of its C library. */
async function emulatedBacktrace({ command, program, libraries, binary }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'backtrace-'));
  const socket = path.join(folder, 'gdb');
  const env = { ...process.env, RISTRETTO_BINARY: binary, QEMU_GDB: socket };
  const node = spawn(command, [SCRIPT], { stdio: 'ignore', env });
  const ended = new Promise((resolve) => node.on('close', resolve));
  while (!fs.existsSync(socket) && node.exitCode === null) await sleep(50);

  const start = [`set sysroot ${libraries}`, `set solib-search-path ${path.dirname(binary)}`, `target remote ${socket}`, 'continue'];
  const { stdout, stderr } = spawnSync('gdb-multiarch', [...backtraceArguments(start), program], { encoding: 'utf8', timeout: LIMIT_MS });
  node.kill('SIGKILL');
  await ended;
  fs.rmSync(folder, { recursive: true });
  return `${stdout}${stderr}`;
}

module.exports = { SCRIPT, backtraceArguments, emulatedBacktrace, missingFrame };

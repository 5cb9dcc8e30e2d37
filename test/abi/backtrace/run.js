'use strict';
// Whether a debugger finds its way through a call and a callback, from the innermost C function to main:
//   node run.js --debugger gdb --program build/.../abi_backtrace [--emulator "qemu-aarch64 -L ..."]

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const text = { type: 'string' };
const { values } = parseArgs({ options: { debugger: text, program: text, emulator: text } });
const emulator = (values.emulator ?? '').split(' ').filter(Boolean);
const WANTED = ['innermost', 'rs_call_', 'on_callback', 'rs_entry_', 'outer', 'rs_call_', 'main'];
const LIMIT_MS = 120_000;
const STEP_MS = 50;

/** gdb's commands for a program that runs under an emulator, which waits for it at `socket`. */
function attach(socket) {
  const library = emulator.indexOf('-L');
  return [...(library < 0 ? [] : [`set sysroot ${emulator[library + 1]}`]), `target remote ${socket}`, 'break innermost', 'continue'];
}

function backtrace(commands) {
  const all = ['set pagination off', 'set confirm off', 'set debuginfod enabled off', ...commands, 'backtrace', 'kill'];
  const { stdout, stderr } = spawnSync(values.debugger, ['-nx', '-batch', ...all.flatMap((command) => ['-ex', command]), values.program], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  return `${stdout}${stderr}`;
}

async function emulated() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-backtrace-'));
  const socket = path.join(folder, 'gdb');
  const child = spawn(emulator[0], [...emulator.slice(1), '-g', socket, values.program], { stdio: 'ignore' });
  try {
    for (let waited = 0; !fs.existsSync(socket) && waited < LIMIT_MS; waited += STEP_MS) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    return backtrace(attach(socket));
  } finally {
    child.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  const output = emulator.length ? await emulated() : backtrace(['break innermost', 'run']);
  const frames = output.match(/^#\d+ .*$/gm) ?? [];
  const names = frames.map((frame) => /^#\d+ +(?:0x[0-9a-f]+ in )?([\w.]+)/.exec(frame)?.[1] ?? '?');
  const found = names.filter((name) => WANTED.some((wanted) => name.startsWith(wanted)));
  const complete = found.length === WANTED.length && WANTED.every((wanted, i) => found[i].startsWith(wanted));

  if (/ptrace: Operation not permitted/.test(output)) {
    console.log('skipped: debuggers are not allowed here');
    return;
  }
  console.log(frames.join('\n') || output);
  console.log(`abi_backtrace: ${complete ? '1 passed, 0 failed' : '0 passed, 1 failed'}`);
  process.exitCode = complete ? 0 : 1;
}

main();

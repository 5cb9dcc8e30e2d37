'use strict';
// docs/debugging.md: a debugger stopped in a C function, which a callback of another one has called, sees every caller.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '..', '..');
const SCRIPT = path.join(ROOT, 'examples', 'debug.js');
const LIMIT_MS = 120_000;

function gdb(...args) {
  const { status, stdout } = spawnSync('gdb', ['-nx', '-batch', ...args], { encoding: 'utf8', timeout: LIMIT_MS });
  return status === 0 ? stdout : '';
}

const commands = ['set pagination off', 'set confirm off', 'set debuginfod enabled off', 'set breakpoint pending on', 'break labs', 'run',
  'backtrace', 'kill'];
const canDebug = process.platform === 'linux' && process.arch === 'x64' && gdb('-ex', 'python print(6 * 7)').includes('42');

test('a backtrace leads from the C function to main', { skip: !canDebug && 'no gdb with Python' }, (t) => {
  const script = ['-x', path.join(ROOT, 'tools', 'v8-frames.gdb'), ...commands.flatMap((command) => ['-ex', command])];
  const output = gdb(...script, '--args', process.execPath, SCRIPT);
  if (!/hit Breakpoint/.test(output)) return t.skip('gdb may not start programs here');
  const frames = output.match(/^#\d+ .*$/gm);
  let from = 0;

  for (const wanted of [/\blabs\b/, /ristretto\.node/, /Builtins_JSEntry\b/, /ristretto\.node/, /qsort/, /ristretto\.node/,
    /Builtins_JSEntry\b/, /node::Start/, /_start/]) {
    const at = frames.findIndex((frame, i) => i >= from && wanted.test(frame));
    assert.notEqual(at, -1, `${wanted} is not in the backtrace after ${from} frames:\n${frames.join('\n')}`);
    from = at + 1;
  }
});

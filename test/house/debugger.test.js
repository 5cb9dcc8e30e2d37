'use strict';
// docs/debugging.md: a debugger stopped in a C function, which a callback of another one has called, sees every caller.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { SCRIPT, backtraceArguments, missingFrame } = require('../../tools/backtrace.js');

const LIMIT_MS = 120_000;

function gdb(...args) {
  const { status, stdout } = spawnSync('gdb', args, { encoding: 'utf8', timeout: LIMIT_MS });
  return status === 0 ? stdout : '';
}

const hasPython = () => gdb('-nx', '-batch', '-ex', 'python print(6 * 7)').includes('42');
const canDebug = process.platform === 'linux' && process.arch === 'x64' && hasPython();

test('a backtrace leads from the C function to main', { skip: !canDebug && 'no gdb with Python' }, (t) => {
  const output = gdb(...backtraceArguments(['run']), '--args', process.execPath, SCRIPT);
  if (!/hit Breakpoint/.test(output)) return t.skip('gdb may not start programs here');

  assert.equal(missingFrame(output), undefined);
});

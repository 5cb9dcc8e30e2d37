'use strict';
// Bun, a JavaScript runtime that lacks some of what the tests of the API use: V8's options, libuv, warnings. So a test that
// fails tells something of a platform only where it passes with the same Bun on this machine.

const path = require('node:path');
const { runCounted } = require('./counts.js');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

const VERSION = '1.4';
const TEST_MS = 300_000; // for one test; Bun's default is 5 s

/** Bun for this machine. */
function bunProgram() {
  return packageFile(path.join('runtimes', 'bun'), `bun@${VERSION}`, path.join('.bin', 'bun'));
}

/** Runs a file of tests: { passed, skipped, failed: names, output }; a file that comes to no end has failed by its own name. */
async function runFile(bun, file, { env, limit }) {
  const { output } = await runCounted(bun, ['test', '--timeout', String(TEST_MS), file], { cwd: ROOT, env, limit });
  const count = (kind) => Number(new RegExp(`^ *(\\d+) ${kind}$`, 'm').exec(output)?.[1] ?? 0);
  const failed = [...output.matchAll(/^\(fail\) (.*?)(?: \[[\d.]+ms\])?$/gm)].map(([, name]) => name);
  if (!/^Ran \d+ tests?/m.test(output)) failed.push(file);
  return { passed: count('pass'), skipped: count('skip'), failed: new Set(failed), output };
}

/**
 * The tests of a file with another platform's Bun: { passed, failed, skipped, known, output }. known: those that fail with
 * this machine's Bun, too, and count as no failures.
 */
async function runLikeHere(bun, file, { env, limit }) {
  const there = await runFile(bun, file, { env, limit });
  if (!there.failed.size) return { ...there, failed: 0, known: 0 };
  const here = await runFile(bunProgram(), file, { env: { ...env, RISTRETTO_BINARY: '' }, limit });
  const known = [...there.failed].filter((name) => here.failed.has(name)).length;
  return { ...there, failed: there.failed.size - known, known };
}

module.exports = { VERSION, bunProgram, runLikeHere };

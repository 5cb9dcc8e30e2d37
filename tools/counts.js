'use strict';
// Runs test programs and reads how many of their tests passed and failed.

const { describeGroup, endGroup, startGroup } = require('./process-group.js');

const LIMIT_MS = 20 * 60_000; // several times what these programs take on a slow machine
const STUCK = 'still running after';

/** The last line when it is nothing but 'N passed, N failed'; else all such lines and node:test's summaries, added
 * up; null when there is none. */
function readCounts(output) {
  const total = /(?:^|\n)(\d+) passed, (\d+) failed\s*$/.exec(output);
  if (total) return { passed: Number(total[1]), failed: Number(total[2]) };

  let found = false;
  const sum = (pattern) => {
    let total = 0;
    for (const [, count] of output.matchAll(pattern)) {
      found = true;
      total += Number(count);
    }
    return total;
  };
  const passed = sum(/(?<![\w.])(\d+) passed,\s+\d+ failed/g) + sum(/^(?:#|ℹ) pass (\d+)$/gm);
  const failed =
    sum(/(?<![\w.])\d+ passed,\s+(\d+) failed/g) + sum(/^(?:#|ℹ) fail (\d+)$/gm) + sum(/^(?:#|ℹ) cancelled (\d+)$/gm);
  return found ? { passed, failed } : null;
}

/** What a reader wants of the output of a failed run: TAP's failures, or the end of it. */
function readFailures(output) {
  const [text, ...stuck] = output.split(STUCK);
  const failures = text.match(/^ *not ok [^]*?\n *\.\.\.$/gm);
  return [failures ? failures.join('\n') : text.split('\n').slice(-100).join('\n'), ...stuck].join(STUCK);
}

function readSkipped(output) {
  return [...output.matchAll(/^(?:#|ℹ) skipped (\d+)$/gm)].reduce((total, [, count]) => total + Number(count), 0);
}

/**
 * Runs a command; resolves to { passed, failed, skipped, output, stuck }. One that prints no counts is one test; a bad end
 * is at least one failure, whatever was counted. After `limit` milliseconds it is ended, with the programs that it started;
 * `stuck` is then what each of them was doing, else '', and the output ends with it. When this program is interrupted, they
 * are ended, too.
 */
function runCounted(command, args, { cwd, env, limit = LIMIT_MS } = {}) {
  return new Promise((resolve) => {
    const child = startGroup(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stuck = '';
    const end = () => {
      stuck = describeGroup(child.pid);
      output += `\n${STUCK} ${limit / 1000} s:\n${stuck}`;
      endGroup(child.pid);
    };
    const timer = setTimeout(end, limit);
    const settle = (result) => {
      clearTimeout(timer);
      resolve({ ...result, stuck });
    };
    const take = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => settle({ passed: 0, failed: 1, skipped: 0, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => {
      const counts = readCounts(output);
      const skipped = readSkipped(output);
      const bad = code !== 0;
      if (signal) output += `\nended by ${signal}`;
      if (!counts) return settle({ passed: bad ? 0 : 1, failed: bad ? 1 : 0, skipped, output });
      const failed = bad ? Math.max(1, counts.failed) : counts.failed;
      settle({ passed: counts.passed, failed, skipped, output });
    });
  });
}

if (require.main === module) { // for .ci/run: a log on standard input -> "passed failed", or nothing
  const counts = readCounts(require('node:fs').readFileSync(0, 'utf8'));
  if (counts) console.log(counts.passed, counts.failed);
}

module.exports = { readCounts, readFailures, runCounted };

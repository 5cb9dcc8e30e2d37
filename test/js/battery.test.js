'use strict';
// The safety of compiled calls: garbage collection, deoptimization, exceptions, profilers, workers inside calls that V8 has
// optimized, with every entry, and with V8's options that make rare events frequent. RISTRETTO_BATTERY=full: all
// combinations.
const { test } = require('node:test');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { assert, fixtures } = require('./support');

const CHILD = path.join(__dirname, 'battery-child.js');
const CASES = 14;
const FULL = process.env.RISTRETTO_BATTERY === 'full';
const major = Number(process.versions.node.split('.')[0]);

const PAIRS = {
  fast: [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'fast' }, major < 25],
  raw: [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'raw' }, false],
  plain: [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'plain' }, false],
};

/** Options, and how often a caller runs before it counts as hot. */
const FLAGS = [
  [[], 20_000],
  [['--stress-compaction'], 3000],
  [['--stress-scavenge=50'], 6000],
  [['--gc-interval=2000'], 6000],
  [['--verify-heap'], 6000],
  [['--deopt-every-n-times=2000'], 6000],
  [['--no-opt'], 3000],
];

const isKnown = (flags) => spawnSync(process.execPath, [...flags, '-e', '0']).status === 0;

function run(flags, hot, [environment, fast], name = []) {
  return spawnSync(process.execPath, ['--expose-gc', ...flags, CHILD, String(fast), ...name], {
    encoding: 'utf8',
    env: { ...process.env, ...environment, RISTRETTO_HOT: String(hot) },
    timeout: 300_000,
  });
}

fixtures('callbacks'); // made once, not by each child
fixtures('compiled');

for (const [flags, hot] of FLAGS) {
  const known = isKnown(flags);
  for (const [entry, pair] of Object.entries(PAIRS)) {
    if (!FULL && flags.length > 0 && entry === 'plain') continue;
    test(`with ${entry} and ${flags.join(' ') || 'no options'}`, { skip: !known && 'this V8 has no such option' }, () => {
      const { status, signal, stdout, stderr } = run(flags, hot, pair);

      assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${stdout}${stderr}`);
      assert.equal(new Set(stdout.match(/^ok .*/gm)).size, CASES, stdout); // workers print theirs, too
    });
  }
}

for (const [entry, pair] of Object.entries(PAIRS)) {
  test(`process.exit() inside a callback, with ${entry}`, () => {
    assert.equal(run([], 100, pair, ['exit inside']).status, 42);
  });
}

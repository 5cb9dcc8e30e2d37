'use strict';
// Compiled calls do what the reference does: random values of every kind go to functions of many shapes, in one process
// per pair of filler and entry, and values, outputs and exceptions are compared.
const { test, before } = require('node:test');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { NOT_COMPILED, PACKED_STACK, assert, ristretto, fixtures } = require('./support');

const SEEDS = [1, Number(process.env.RISTRETTO_SEED ?? 20)];
const BLOCKS = Number(process.env.RISTRETTO_CALL_BLOCKS ?? 60);
const BLOCK_SIZE = 500;
const major = Number(process.versions.node.split('.')[0]);

/** name: [environment, load(path, { fast: true })]. The fast entry of Node 20 to 24 is the user's choice. */
const PAIRS = {
  'compiled + plain': [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'plain' }, false],
  'compiled + raw': [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'raw' }, false],
  'compiled + fast': [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'fast' }, major < 25],
  'compiled + raw, objects by Node-API': [{ RISTRETTO_FILLER: 'compiled', RISTRETTO_ENTRY: 'raw', RISTRETTO_V8_OBJECTS: '0' }, false],
};

function run(seed, environment, fast, show = []) {
  const child = path.join(__dirname, 'compiled-child.js');
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [child, seed, BLOCKS, BLOCK_SIZE, String(fast), ...show].map(String),
    { encoding: 'utf8', env: { ...process.env, ...environment }, maxBuffer: 2 ** 28 },
  );
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr);
  const lines = stdout.trimEnd().split('\n');
  return { digests: lines.filter((line) => !line.startsWith('path ')), paths: lines.filter((line) => line.startsWith('path ')) };
}

/** The calls of one block that differ. */
function difference(seed, block, pair) {
  const [environment, fast] = PAIRS[pair];
  const expected = run(seed, { RISTRETTO_FILLER: 'reference' }, false, [block]).digests;
  const actual = run(seed, environment, fast, [block]).digests;
  const index = expected.findIndex((line, i) => line !== actual[i]);
  return `seed ${seed}, block ${block}, call ${index}:\n  reference: ${expected[index]}\n  ${pair}: ${actual[index]}`;
}

const PATH = PACKED_STACK ? /^path (compiled|reference\+plain [1-3]$)/ : /^path compiled/; // with the number of functions
const references = new Map();

before(() => {
  fixtures('compiled'); // made once, not by each child
  for (const seed of SEEDS) references.set(seed, run(seed, { RISTRETTO_FILLER: 'reference' }, false));
});

for (const pair of Object.keys(PAIRS)) {
  for (const seed of SEEDS) {
    const title = `${BLOCKS * BLOCK_SIZE} random calls by ${pair} give what the reference gives (seed ${seed})`;
    test(title, { skip: NOT_COMPILED }, () => {
      const { digests, paths } = run(seed, ...PAIRS[pair]);
      const expected = references.get(seed).digests;

      assert.equal(digests.length, BLOCKS);
      assert.ok(paths.every((line) => PATH.test(line)), paths.join());
      for (let block = 0; block < BLOCKS; block++) {
        if (digests[block] !== expected[block]) assert.fail(difference(seed, block, pair));
      }
    });
  }
}

test('the reference runs by itself', () => {
  assert.deepEqual(references.get(SEEDS[0]).paths.length, 1);
  assert.match(references.get(SEEDS[0]).paths[0], /^path reference\+plain /);
});

// What a function tells of itself

test('`info.path` tells filler, entry and the reason', () => {
  const lib = fixtures('compiled');
  const path = (declaration) => lib.func(declaration).info.path;
  const compiled = path('int id_i32(int v)');

  if (NOT_COMPILED || process.env.RISTRETTO_FILLER === 'reference') {
    const why = NOT_COMPILED || 'RISTRETTO_FILLER is reference';
    assert.deepEqual(compiled, { filler: 'reference', entry: 'plain', why });
    return;
  }
  assert.equal(compiled.filler, 'compiled');
  assert.ok(['fast', 'raw', 'plain'].includes(compiled.entry));
  assert.deepEqual(fixtures().func('int vsum(int n, ...)').info.path, {
    filler: 'reference',
    entry: 'plain',
    why: 'it is variadic',
  });
  assert.notEqual(path('const char *text_echo(const char *a)').entry, 'fast');
  assert.equal(Object.keys(lib.func('int id_i32(int v)').info).includes('path'), false);
});

// Memory and lifetime

test('a function that nobody holds but its async() still works', async () => {
  const { async } = fixtures('compiled').func('int id_i32(int v)');

  for (let i = 0; i < 20; i++) {
    Array.from({ length: 1000 }, () => fixtures('compiled').func('int64_t hash_i32(int v)'));
    global.gc?.();
    assert.equal(await async(i), i);
  }
});

test('functions of an unloaded library throw, hot or not', () => {
  const lib = ristretto.load(require('../fixtures').fixturePath('compiled'));
  const id = lib.func('int id_i32(int v)');
  let sum = 0;

  for (let i = 0; i < 50_000; i++) sum += id(1);
  lib.unload();
  assert.throws(() => id(1), { code: 'ERR_RISTRETTO_UNLOADED' });
  assert.throws(() => id('x'), { code: 'ERR_RISTRETTO_UNLOADED' });
  assert.equal(sum, 50_000);
});

test('call memory is given back whatever happens', () => {
  const lib = fixtures('compiled');
  const sum = lib.func('double sum_i32(const int *v, int n)');
  const list = Array.from({ length: 20_000 }, (_, i) => i); // 80 KB of 1 MB
  const bad = [...list, 'x'];
  const throwing = Object.defineProperty([...list, 1], 20_000, { get() { throw new Error('mine'); } }); // prettier-ignore

  for (let i = 0; i < 100; i++) {
    assert.equal(sum(list, 3), 3);
    assert.throws(() => sum(bad, 3), TypeError);
    assert.throws(() => sum(throwing, 3), /mine/);
  }
});

test('a getter may call back into ristretto while an argument is read', () => {
  const lib = fixtures('compiled');
  const list = lib.func('int64_t list_II(const II *v, int n)'.replace('II *', 'int *')); // any memory will do
  const sum = lib.func('double sum_i32(const int *v, int n)');
  const nested = [1, 2, 3];
  Object.defineProperty(nested, 1, { get: () => sum([100, 200], 2) - 298 });

  assert.equal(sum(nested, 3), 6);
  assert.equal(typeof list([1, 2], 1), 'number');
});

test('an exception of a callback passes through the compiled call that ran it', () => {
  const call_times = fixtures('callbacks').func('int64_t call_times(int (*cb)(int), int count)');
  const error = new Error('mine');

  for (const after of [0, 1, 2, 3, 50]) {
    let count = 0;
    const fail = () => {
      if (count++ === after) throw error;
      return 1;
    };
    assert.throws(() => call_times(fail, 100), (thrown) => thrown === error);
    assert.equal(count, after + 1, 'later callbacks do not run');
    assert.equal(call_times(() => 2, 3), 6);
  }
});

'use strict';
// Each case in a process of its own: the first load() locks the settings.
const { test } = require('node:test');
const { assert, ristretto, throws, fixtures, runOk } = require('./support');
const { config } = ristretto;

const DEFAULTS = {
  sync_stack_size: 2097152,
  sync_heap_size: 1048576,
  async_stack_size: 131072,
  async_heap_size: 131072,
  resident_async_pools: 8,
  max_async_calls: 256,
  max_type_size: 67108864,
};

const RANGES = {
  sync_stack_size: [1024, 16777216],
  sync_heap_size: [0, 16777216],
  async_stack_size: [1024, 16777216],
  async_heap_size: [0, 16777216],
  resident_async_pools: [0, 32],
  max_async_calls: [32, 4096],
  max_type_size: [32, 536870912],
};

test('gives the settings in a fresh object', () => {
  const settings = config();

  for (const [name, value] of Object.entries(DEFAULTS)) assert.equal(settings[name], value, name);
  assert.notEqual(config(), settings);
  settings.max_type_size = 1;
  assert.equal(config().max_type_size, DEFAULTS.max_type_size);
});

test('keeps what is not given and reports values unchanged', () => {
  const out = runOk(`
    const { config } = ristretto;
    assert.equal(config({ sync_stack_size: 1048577 }).sync_stack_size, 1048577);
    assert.equal(config().sync_stack_size, 1048577);
    assert.equal(config({}).sync_heap_size, ${DEFAULTS.sync_heap_size});
    assert.equal(config({ sync_heap_size: 4096.9 }).sync_heap_size, 4096);
    assert.equal(config().sync_stack_size, 1048577);
    console.log('ok');`);

  assert.equal(out.trim(), 'ok');
});

test('accepts the whole range and nothing outside', () => {
  runOk(`
    const { config } = ristretto;
    for (const [name, [low, high]] of Object.entries(${JSON.stringify(RANGES)})) {
      for (const value of [low, high]) assert.equal(config({ [name]: value })[name], value, name);
      if (low > 0) throws(() => config({ [name]: name === 'max_async_calls' ? -1 : low - 1 }), Error, 'CONFIG', new RegExp(name));
      throws(() => config({ [name]: -1 }), Error, 'CONFIG', new RegExp(name));
      throws(() => config({ [name]: high + 1 }), Error, 'CONFIG', new RegExp(name));
      throws(() => config({ [name]: 1e300 }), Error, 'CONFIG');
      throws(() => config({ [name]: Infinity }), Error, 'CONFIG');
      if (name === 'resident_async_pools') config({ [name]: 8 });
    }`);
});

test('max_async_calls is at least resident_async_pools', () => {
  runOk(`
    const { config } = ristretto;
    throws(() => config({ max_async_calls: 0 }), Error, 'CONFIG');
    throws(() => config({ max_async_calls: 7 }), Error, 'CONFIG');
    assert.equal(config({ max_async_calls: 8 }).max_async_calls, 8);
    assert.equal(config({ max_async_calls: 0, resident_async_pools: 0 }).max_async_calls, 0);
    throws(() => config({ resident_async_pools: 1 }), Error, 'CONFIG');`);
});

test('refuses unknown members and values of other kinds, and then changes nothing', () => {
  runOk(`
    const { config } = ristretto;
    throws(() => config({ sync_heap_size: 8192, nonsense: 1 }), Error, 'CONFIG', /nonsense/);
    for (const value of [null, undefined, 1n, '4096', true, {}, []]) {
      throws(() => config({ sync_heap_size: 8192, max_type_size: value }), TypeError, undefined, /max_type_size/);
    }
    throws(() => config({ sync_heap_size: 8192, max_type_size: 1 }), Error, 'CONFIG');
    assert.equal(config().sync_heap_size, ${DEFAULTS.sync_heap_size});
    for (const value of [null, undefined, 5, 'x', [], true]) throws(() => config(value), TypeError);
    assert.throws(() => config({ get max_type_size() { throw new SyntaxError('mine'); } }), { name: 'SyntaxError' });`);
});

test('is locked by the first load, not by definitions', () => {
  runOk(`
    const { config, struct, proto } = ristretto;
    struct('S', { a: 'int' });
    proto('int F(int)');
    config({ max_type_size: 4096 });
    fixtures();
    for (const value of [{}, null, undefined, { max_type_size: 4096 }]) throws(() => config(value), Error, 'CONFIG');
    assert.equal(config().max_type_size, 4096);`);
});

test('max_type_size bounds arrays, structs and unions', () => {
  runOk(`
    const { config, array, struct, union, type } = ristretto;
    config({ max_type_size: 1024 });
    array('uint8', 1024);
    throws(() => array('uint8', 1025), TypeError);
    throws(() => type('int[257]'), TypeError);
    throws(() => struct({ a: array('uint8', 1024), b: 'char' }), Error, 'TOO_LARGE');
    struct({ a: array('uint8', 1023), b: 'char' });
    throws(() => union({ a: array('uint8', 1024), b: ['int', 4] }), Error);`);
});

test('strict is a setting of its own: false by default, boolean only', () => {
  assert.equal(config().strict, false);
  runOk(`
    const { config } = ristretto;
    assert.equal(config({ strict: true }).strict, true);
    assert.equal(config().strict, true);
    assert.equal(config({ strict: false }).strict, false);
    for (const value of [1, 'x', null, undefined, {}]) throws(() => config({ strict: value }), TypeError, undefined, /strict/);
    config({ strict: true });
    const { RangeError: RE } = globalThis;
    throws(() => fixtures().func('int add(int a, int b)')(2 ** 31, 1), RE, 'RANGE', /argument 1 \\(a\\)/);`);
});

test('small settings still leave room for any call', () => {
  runOk(`
    const { config } = ristretto;
    config({ sync_stack_size: 1024, sync_heap_size: 0, async_stack_size: 1024, async_heap_size: 0 });
    assert.equal(fixtures().func('int str_len(const char *s)')('x'.repeat(100000)), 100000);`);
});

test('settings of a worker are its own', async () => {
  const { Worker } = require('node:worker_threads');
  const { packagePath } = require('./support');

  fixtures();
  throws(() => config({}), Error, 'CONFIG');
  const message = await new Promise((resolve, reject) => {
    const worker = new Worker(
      `const r = require(${JSON.stringify(packagePath)});
       require('node:worker_threads').parentPort.postMessage(r.config({ max_type_size: 4096 }).max_type_size);`,
      { eval: true }
    );
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  assert.equal(message, 4096);
  assert.equal(config().max_type_size, DEFAULTS.max_type_size);
});

'use strict';
// What every JavaScript runtime with Node-API must be able to do; run by tools/test-runtimes.js. Prints 'N passed, N failed'.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const ristretto = require('../..');
const { fixturePath } = require('../fixtures');

const lib = ristretto.load(fixturePath('compiled'));
const callbacks = ristretto.load(fixturePath('callbacks'));
ristretto.struct('II', { a: 'int', b: 'int' });
ristretto.struct('BIG', { a: 'int8_t', b: 'double', c: 'int64_t', d: 'uint32_t' });

const checks = {
  numbers() {
    assert.equal(lib.func('int id_i32(int v)')(-5), -5);
    assert.equal(lib.func('double id_f64(double v)')(0.1), 0.1);
    assert.equal(lib.func('float id_f32(float v)')(1.5), 1.5);
    assert.equal(lib.func('bool id_bl(bool v)')(true), true);
  },
  'integers of 64 bits'() {
    const id = lib.func('int64_t id_i64(int64_t v)');
    assert.equal(id(2 ** 40), 2 ** 40);
    assert.equal(id(-(2n ** 62n)), -(2n ** 62n));
  },
  strings() {
    const echo = lib.func('const char *text_echo(const char *a)');
    for (const text of ['', 'plain', 'caf\u00e9', '\u65e5\u672c', null]) assert.equal(echo(text), text);
  },
  'structs by value'() {
    assert.deepEqual(lib.func('II by_value_II(II v)')({ a: 1, b: 2 }), { a: 1, b: 2 });
    const big = { a: 1, b: 2.5, c: -3, d: 4 };
    assert.deepEqual(lib.func('BIG by_value_BIG(BIG v)')(big), big);
  },
  outputs() {
    const record = {};
    const holder = [1];
    assert.equal(lib.func('int out_II(_Out_ II *v)')(record), 1);
    assert.deepEqual(record, { a: 0, b: 1 });
    assert.equal(lib.func('int bump_i32(_Inout_ int *v, int by)')(holder, 4), 1);
    assert.deepEqual(holder, [5]);
  },
  arrays() {
    assert.equal(lib.func('double sum_i32(const int *v, int n)')([1, 2, 3], 3), 6);
    assert.equal(lib.func('double sum_f64(const double *v, int n)')(new Float64Array([1.5, 2]), 2), 3.5);
  },
  'decode()'() {
    const memory = ristretto.alloc('int', 3);
    ristretto.encode(memory, 'int', [7, 8, 9], 3);
    assert.deepEqual([...ristretto.decode(memory, 'int', 3)], [7, 8, 9]);
    assert.equal(ristretto.decode.int(memory), 7);
    assert.deepEqual(ristretto.decode(memory, ristretto.type('II')), { a: 7, b: 8 });
    ristretto.free(memory);
  },
  callbacks() {
    assert.equal(callbacks.func('int64_t call_times(int (*cb)(int), int count)')((v) => v + 1, 4), 10);
    const address = ristretto.register((v) => v * 2, ristretto.pointer(ristretto.proto('int (int)')));
    assert.equal(callbacks.func('int64_t call_times(void *cb, int count)')(address, 4), 12);
    ristretto.unregister(address);
  },
  'variadic functions'() {
    const buffer = Buffer.alloc(32);
    const snprintf = ristretto.load(null).func('int snprintf(_Out_ char *buffer, size_t size, const char *format, ...)');
    assert.equal(snprintf(buffer, 32, '%d %.1f', 'int', 3, 'double', 1.5), 5);
    assert.equal(buffer.toString('utf8', 0, 5), '3 1.5');
  },
  errors() {
    assert.throws(() => lib.func('int id_i32(int v)')('x'), { name: 'TypeError', code: 'ERR_RISTRETTO_VALUE' });
    assert.throws(() => lib.func('int no_such_function(int v)'), { code: 'ERR_RISTRETTO_SYMBOL' });
  },
  async 'asynchronous calls'() {
    assert.equal(await lib.func('int id_i32(int v)').async(7), 7);
  },
  async 'workers that are terminated between asynchronous calls'() {
    const source = `
      const lib = require(${JSON.stringify(require.resolve('../..'))}).load(${JSON.stringify(fixturePath('compiled'))});
      const f = lib.func('int id_i32(int v)');
      (function loop() {
        for (let i = 0; i < 50; i++) f.async(i, () => {});
        setImmediate(loop);
      })();
      require('node:worker_threads').parentPort.postMessage('runs');`;
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(source, { eval: true });
      await once(worker, 'message');
      await worker.terminate();
    }
  },
  'Node-API alone is used'() {
    assert.equal(lib.func('int id_i32(int v)').info.path.entry, 'plain');
  },
};

(async () => {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (error) {
      failed++;
      console.log(`not ok ${name}: ${error.stack}`);
    }
  }
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
})();

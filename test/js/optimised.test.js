'use strict';
// Compiled calls stay optimized: V8 keeps the code of a hot caller, wrapper included, however often it is called.
const { test } = require('node:test');
const { spawnSync } = require('node:child_process');
const { assert, fixtures } = require('./support');

/** kTurboFanned of OptimizationStatus in V8's src/runtime/runtime.h, which lost a bit before it. */
const TURBOFAN = Number(process.versions.node.split('.')[0]) >= 25 ? 1 << 5 : 1 << 6;

fixtures('compiled'); // made once, not by each child

const CALLERS = {
  'two ints': `const f = lib.func('int64_t pair_i32_i32(int a, int b)'); return (i) => f(i, 7) & 255;`,
  'doubles': `const f = lib.func('double id_f64(double v)'); return (i) => f(i + 0.5);`,
  'integers of 64 bits': `const f = lib.func('int64_t id_i64(int64_t v)'); return (i) => f(2 ** 40 + i) % 7;`,
  'a string': `const f = lib.func('int64_t text_1(const char *a)'); const texts = ['one', 'two', 'three']; return (i) => f(texts[i % 3]) & 255;`,
  'a buffer': `const f = lib.func('int64_t bytes_8(const uint8_t *p)'); const b = Buffer.alloc(4096, 1); return () => f(b) & 255;`,
  'a struct by value': `const f = lib.func('XY by_value_XY(XY v)'); return (i) => f({ x: i, y: 0.5 }).x;`,
  'a struct by pointer': `const f = lib.func('int inout_XY(_Inout_ XY *v)'); return (i) => f({ x: i, y: 0.5 });`,
  'an output': `const f = lib.func('int bump_i32(_Inout_ int *v, int by)'); return (i) => { const h = [i & 7]; f(h, 2); return h[0]; };`,
  'an array': `const f = lib.func('double sum_i32(const int *v, int n)'); const list = [1, 2, 3, 4]; return () => f(list, 4);`,
};

const source = (make) => `
  const { fixtures, ristretto } = require(${JSON.stringify(require.resolve('./support'))});
  const lib = fixtures('compiled');
  ristretto.struct('XY', { x: 'double', y: 'double' });
  const call = (() => { ${make} })();
  function hot(n) { let sum = 0; for (let i = 0; i < n; i++) sum += call(i); return sum; }
  %PrepareFunctionForOptimization(hot);
  for (let i = 0; i < 400; i++) hot(1000);
  %OptimizeFunctionOnNextCall(hot);
  hot(1000);
  console.log('steady');
  for (let i = 0; i < 100; i++) hot(1000);
  console.log('status', %GetOptimizationStatus(hot));`;

for (const [name, make] of Object.entries(CALLERS)) {
  test(`${name}: optimized, and never deoptimized in the steady state`, () => {
    const flags = ['--allow-natives-syntax', '--trace-deopt', '--no-use-osr'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', source(make)], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const [, steady] = stdout.split('steady\n');
    const bits = Number(/^status (\d+)$/m.exec(steady)[1]);

    assert.ok(bits & TURBOFAN, `TurboFan's code: status ${bits}`);
    assert.doesNotMatch(steady, /deoptimizing|bailout/);
  });
}

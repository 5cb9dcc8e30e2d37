'use strict';
// Deprecated names work and warn once per process, each with a code of its own.
const { test } = require('node:test');
const { assert, runOk, run } = require('./support');

// Prints the codes of the warnings that a script causes.
function warnings(source, options) {
  const out = runOk(
    `const seen = [];
     process.on('warning', (warning) => seen.push([warning.name, warning.code]));
     const { load, opaque, proto, struct, types, handle, callback, resolve, introspect, register } = ristretto;
     const lib = fixtures();
     ${source}
     setImmediate(() => setImmediate(() => console.log(JSON.stringify(seen))));`,
    { flags: ['--no-warnings'], ...options }
  );

  return JSON.parse(out.trim().split('\n').pop());
}

const CASES = [
  ['RISTRETTO001', `assert.equal(handle('H1').primitive, 'Void'); handle('H2');`],
  ['RISTRETTO002', `assert.equal(callback('int C1(int)').primitive, 'Prototype'); callback('C2', 'int', ['int']);`],
  ['RISTRETTO003', `assert.equal(lib.cdecl('add', 'int', ['int', 'int'])(1, 2), 3); lib.cdecl('int add(int, int)');`],
  ['RISTRETTO004', `assert.equal(lib.stdcall('add_stdcall', 'int', ['int', 'int'])(1, 2), 3); lib.stdcall('int add_stdcall(int, int)');`],
  ['RISTRETTO005', `assert.equal(lib.fastcall('add_fastcall', 'int', ['int', 'int'])(1, 2), 3); lib.fastcall('int add_fastcall(int, int)');`],
  ['RISTRETTO006', `assert.equal(lib.thiscall('add_thiscall', 'int', ['int', 'int'])(1, 2), 3); lib.thiscall('int add_thiscall(int, int)');`],
  ['RISTRETTO007', `assert.equal(resolve('int'), types.int); resolve('int *');`],
  ['RISTRETTO008', `assert.equal(introspect('int'), types.int); introspect('int *');`],
];

for (const [code, source] of CASES) {
  test(`${code} is given once`, () => {
    assert.deepEqual(warnings(source), [['DeprecationWarning', code]]);
  });
}

test('RISTRETTO009 is given once for a receiver of register()', () => {
  const seen = warnings(`
    proto('int Cb(int)');
    for (let i = 0; i < 2; i++) register({}, () => 0, 'Cb *');`);

  assert.deepEqual(seen, [['DeprecationWarning', 'RISTRETTO009']]);
});

test('the convention methods read prototypes; a convention in the text wins', () => {
  warnings(`
    for (const name of ['cdecl', 'stdcall', 'fastcall', 'thiscall']) {
      assert.equal(lib[name]('int add_' + name + '(int a, int b)')(1, 2), 3);
      assert.equal(lib[name]('int __cdecl add(int a, int b)')(1, 2), 3);
      throws(() => lib[name]('__cdecl', 'add', 'int', ['int', 'int']), TypeError);
      throws(() => lib[name](), TypeError);
    }`);
});

test('nothing else warns', () => {
  assert.deepEqual(warnings(`opaque('O'); proto('int P(int)'); ristretto.type('int'); lib.func('int add(int, int)')(1, 2); lib.symbol('my_int');`), []);
});

test('--no-deprecation silences and --throw-deprecation throws', () => {
  const source = `ristretto.handle('H'); console.log('done');`;

  assert.deepEqual(run(source, { flags: ['--no-deprecation'] }).stderr, '');
  const thrown = run(source, { flags: ['--throw-deprecation'] });
  assert.notEqual(thrown.status, 0);
  assert.match(thrown.stderr, /RISTRETTO001/);
});

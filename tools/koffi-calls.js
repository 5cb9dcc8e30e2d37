'use strict';
// The same calls through koffi and through ristretto, on the Node.js that runs this. Prints a line per call whose results
// differ, who gives back what went in, and 'N passed, N failed': a call fails when ristretto's result is wrong.
//   node tools/koffi-calls.js

const { isDeepStrictEqual } = require('node:util');
const { fixturePath } = require('../test/fixtures');

const INTEGERS = {
  int8_t: ['id_int8', -128, 127],
  uint8_t: ['id_uint8', 255],
  int16_t: ['id_int16', -32768],
  uint16_t: ['id_uint16', 65535],
  int32_t: ['id_int32', -2147483648],
  uint32_t: ['id_uint32', 4294967295],
  int64_t: ['id_int64', -5, -(2n ** 62n)],
  uint64_t: ['id_uint64', 2n ** 63n],
  long: ['id_long', -5],
};

const RECORDS = {
  S3: [{ a: 'int', b: 'char', c: 'double' }, { a: -1, b: 2, c: 0.5 }],
  SA: [{ x: 'int', arr: 'int[4]', name: 'char[8]' }, { x: 1, arr: Int32Array.of(2, 3, 4, 5), name: 'name' }],
  V3: [{ x: 'float', y: 'float', z: 'float' }, { x: 0.5, y: 1.5, z: -2 }],
  C3: [{ c: 'int8_t[3]' }, { c: Int8Array.of(1, 2, 3) }],
  XY: [{ x: 'double', y: 'double' }, { x: 0.5, y: -1e300 }],
  II: [{ a: 'int', b: 'int' }, { a: -1, b: 7 }],
  FFF: [{ x: 'float', y: 'float', z: 'float' }, { x: 0.5, y: 1.5, z: -2 }],
  IF: [{ a: 'int64_t', b: 'double' }, { a: -7, b: 0.25 }],
  SMALL: [{ a: 'bool', b: 'uint8_t', c: 'int16_t', d: 'uint32_t' }, { a: true, b: 200, c: -300, d: 4000000000 }],
  BIG: [{ a: 'int8_t', b: 'double', c: 'int64_t', d: 'uint32_t' }, { a: -1, b: 2.5, c: -3, d: 4294967295 }],
};
/** Passed to a callback and returned through C. */
const CALLED_BACK = {
  mixed: ['Mixed', { d: 'double', i: 'int64_t' }, { d: 1.5, i: 3 }],
  l4: ['L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' }, { a: 1, b: 2, c: 3, d: 4 }],
};
const OF_FIXTURES = ['S3', 'SA', 'V3', 'C3'];

/** name -> () -> value, and what it should be. */
function calls(k) {
  const lib = k.load(fixturePath());
  const shapes = k.load(fixturePath('compiled'));
  const found = new Map();
  const add = (name, expected, call) => found.set(name, { expected, call });

  for (const [type, [name, ...values]] of Object.entries(INTEGERS)) {
    const f = lib.func(name, type, [type]);
    for (const value of values) add(`${type} ${value}`, value, () => f(value));
  }
  for (const value of [0.1, -1e300, Infinity]) add(`double ${value}`, value, () => lib.func('double id_double(double v)')(value));
  add('float 1.5', 1.5, () => lib.func('float id_float(float v)')(1.5));
  add('bool', true, () => lib.func('bool id_bool(bool v)')(true));
  add('string', 'é 日本', () => lib.func('const char *id_str(const char *s)')('é 日本'));
  add('variadic double', 6.5, () => lib.func('double vsumd(int n, ...)')(3, 'double', 1, 'double', 2, 'double', 3.5));
  for (const [name, [members, value]] of Object.entries(RECORDS)) {
    k.struct(name, members);
    const own = OF_FIXTURES.includes(name);
    const f = (own ? lib : shapes).func(own ? `id_${name}` : `by_value_${name}`, name, [name]);
    add(`struct ${name}`, value, () => f(value));
  }
  k.proto('int IntCb(int v)');
  add('callback', 12, () => lib.func('int call_int(IntCb *cb, int v)')((v) => v * 2, 6));
  for (const [name, [type, members, value]] of Object.entries(CALLED_BACK)) {
    k.struct(type, members);
    k.proto(`${type} ${type}Cb(${type} v)`);
    const f = k.load(fixturePath('callbacks')).func(`${type} via_${name}(${type}Cb *cb, ${type} v)`);
    add(`callback with struct ${type}`, value, () => f((v) => v, value));
  }
  return found;
}

const outcome = (call) => {
  try {
    return call();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

function main() {
  // koffi looks at the program's ELF header, and emulated-hook.cjs has named a script.
  if (process.env.RISTRETTO_EXEC_PATH) process.execPath = process.argv0;
  const theirs = calls(require('koffi'));
  let passed = 0;
  let failed = 0;
  let different = 0;

  for (const [name, { expected, call }] of calls(require('..'))) {
    const [ours, koffi] = [outcome(call), outcome(theirs.get(name).call)];
    const right = isDeepStrictEqual(ours, expected);
    if (right) passed++;
    else failed++;
    if (!right) console.log(`${name}: ristretto gives`, ours, 'instead of', expected);
    if (isDeepStrictEqual(koffi, expected)) continue;
    different++;
    console.log(`${name}: koffi gives`, koffi, 'instead of', expected);
  }
  console.log(`koffi differs in ${different}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();

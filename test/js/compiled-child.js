'use strict';
// Random calls for compiled.test.js, the same for equal arguments: node compiled-child.js SEED BLOCKS BLOCK_SIZE FAST [SHOW].
// Prints a digest of the outcomes per block, or the outcomes of block SHOW.

const { createHash } = require('node:crypto');
const ristretto = require('../..');
const { loadFixtures } = require('../fixtures');

const [seedText, blocks, blockSize, fast, show] = process.argv.slice(2);
const lib = loadFixtures(ristretto, { fast: fast === 'true' }, 'compiled');

let seed = Number(seedText);
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
const pick = (list) => list[random(list.length)];

const TYPES = {
  i8: 'int8_t', u8: 'uint8_t', i16: 'int16_t', u16: 'uint16_t', i32: 'int', u32: 'uint32_t', i64: 'int64_t', u64: 'uint64_t',
  f32: 'float', f64: 'double', bl: 'bool',
}; // prettier-ignore
const RECORDS = {
  XY: { x: 'double', y: 'double' },
  II: { a: 'int', b: 'int' },
  FFF: { x: 'float', y: 'float', z: 'float' },
  IF: { a: 'int64_t', b: 'double' },
  BIG: { a: 'int8_t', b: 'double', c: 'int64_t', d: 'uint32_t' },
  NEST: { in: 'II', f: 'float[2]', k: 'uint64_t' },
  SMALL: { a: 'bool', b: 'uint8_t', c: 'int16_t', d: 'uint32_t' },
};
for (const [name, members] of Object.entries(RECORDS)) ristretto.struct(name, members);

// Values

const INTS = [0, 1, -1, 2, 7, 100, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31)];
const NUMBERS = [
  ...INTS, -(2 ** 31) - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), -(2 ** 53) - 2, 2 ** 63, 2 ** 64,
  -(2 ** 63), -(2 ** 64), 1e300, -0, 0.5, -0.5, 3.75, -3.75, 1e-310, NaN, Infinity, -Infinity,
]; // prettier-ignore
const BIGINTS = [0n, 1n, -1n, 255n, 2n ** 31n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 63n), -(2n ** 70n)];
const rope = (a, b) => a + b; // a string of two parts, until something flattens it
const TEXTS = [
  () => '', () => 'a', () => 'espresso', () => 'caf\u00e9', () => '\u00ff'.repeat(9), () => '\u65e5\u672c\u8a9e', () => '\ud83d\ude00', () => '\ud800x',
  () => 'x'.repeat(100), () => '\u00e4'.repeat(3000), () => 'long '.repeat(1500), () => 'a\0b', () => rope('left half of', ' a longer text'),
  () => 'a string that is longer than what it is cut from'.slice(2, 40), () => Buffer.from('from bytes').toString('latin1'),
  () => rope('\u0416\u0416\u0416\u0416\u0416\u0416\u0416', ' and more text'),
]; // prettier-ignore
const BYTES = [
  () => Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), () => Buffer.alloc(64, 3), () => new Uint8Array(8).fill(9), () => new Uint8Array(4096).fill(1),
  () => new Int32Array([1, -2, 3, 4]), () => new Float64Array([0.5, 2]), () => new BigInt64Array([5n, 6n]), () => new DataView(new ArrayBuffer(16)),
  () => new Uint8ClampedArray(16), () => new Uint8Array(new ArrayBuffer(64), 8, 16).fill(2), () => new ArrayBuffer(16),
  () => new Uint8Array(new SharedArrayBuffer(16)), () => new Uint8Array(0), () => new Int16Array([1, 2, 3, 4]), () => new Float32Array([1.5, 2.5]),
]; // prettier-ignore
const ODD = [
  () => undefined, () => null, () => true, () => false, () => Symbol.iterator, () => () => 1, () => ({}), () => [], () => new Map(), () => new Date(0),
  () => [1, , 3], () => ['x'], () => [null], () => [undefined], () => /x/, () => new Number(5), () => new String('boxed'), () => Object.create(null),
  () => new Proxy({}, {}), () => new Proxy([1, 2], {}), () => [[1]], () => [1n, 2n], () => ({ x: 1 }), () => ({ valueOf: () => 3 }),
  () => Promise.resolve(), () => new WeakMap(), () => new Error('x'), () => ({ get x() { throw new RangeError('getter'); } }),
]; // prettier-ignore

const number = () => (random(3) ? pick(INTS) : pick(NUMBERS));
const scalar = { bl: () => random(2) === 1, f32: number, f64: () => pick(NUMBERS) };
const small = () => (random(12) ? number() : pick(BIGINTS));
const ofScalar = (type) => (scalar[type] ? scalar[type]() : small());

const memberOf = {
  double: () => pick(NUMBERS), float: number, bool: () => random(2) === 1, II: () => record('II'),
  'float[2]': () => pick([() => [1, 2.5], () => new Float32Array([3, 4]), () => [1], () => [1, 2, 3], () => 'no', () => new Float64Array(2)])(),
}; // prettier-ignore
class Holder {} // an object of a class is as good as a literal

function record(name) {
  const value = pick([() => ({}), () => new Holder(), () => Object.create(null), () => ({ extra: 1 })])();
  const entries = Object.entries(RECORDS[name]);
  if (random(10) === 0) entries.reverse();
  for (const [key, type] of entries) {
    if (random(40) === 0) continue;
    const item = random(40) === 0 ? pick(ODD)() : (memberOf[type] ?? small)();
    if (random(25) === 0) Object.defineProperty(value, key, { get: () => item, set() {}, enumerable: true, configurable: true });
    else value[key] = item;
  }
  return pick([(v) => v, (v) => v, (v) => v, (v) => v, Object.seal, Object.freeze, (v) => new Proxy(v, {})])(value);
}

const array = (item, most = 20) => Array.from({ length: random(most) }, item);
const text = () => pick(TEXTS)();
const bytes = () => pick(BYTES)();
const TYPED = { i8: Int8Array, u8: Uint8Array, i16: Int16Array, u16: Uint16Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array, f64: Float64Array };
const holder = (type) => pick([
  () => [ofScalar(type)], () => [null], () => [], () => array(() => ofScalar(type)), () => new TYPED[type](4), () => Object.freeze([1]), () => null,
])(); // prettier-ignore
const list = (type) => pick([() => array(() => ofScalar(type)), () => new TYPED[type](8).fill(type.endsWith('64') && type[0] !== 'f' ? 3n : 3), () => null])();

// Functions: [declaration, makers of arguments, false where C follows any address]

const functions = [];
const add = (declaration, makers, anything = true) => functions.push({ call: lib.func(declaration), declaration, makers, anything });
const scalars = Object.keys(TYPES);
const fill = (...kinds) => kinds.map((kind) => () => ofScalar(kind));

for (const t of scalars) {
  add(`${TYPES[t]} id_${t}(${TYPES[t]} v)`, fill(t));
  add(`int64_t hash_${t}(${TYPES[t]} v)`, fill(t));
  add(`${TYPES[t]} from_${t}(int64_t v)`, fill('i32'));
  for (const u of scalars) add(`int64_t pair_${t}_${u}(${TYPES[t]} a, ${TYPES[u]} b)`, fill(t, u));
}
const eight = (name, ...kinds) => add(`double ${name}(${kinds.map((kind) => TYPES[kind]).join(', ')})`, fill(...kinds));
eight('eight_ints', ...Array(8).fill('i32'));
eight('eight_small', 'i8', 'u8', 'i16', 'u16', 'bl', 'i8', 'u8', 'u16');
eight('eight_large', 'i64', 'u64', 'i64', 'u64', 'i64', 'u64', 'i64', 'u64');
eight('eight_doubles', ...Array(8).fill('f64'));
eight('eight_floats', ...Array(8).fill('f32'));
eight('eight_mixed', 'i32', 'f64', 'i64', 'f32', 'u8', 'f64', 'u64', 'bl');
for (const [t, u] of [['i32', 'f64'], ['i64', 'f32'], ['u8', 'i16']]) {
  const kinds = Array.from({ length: 18 }, (_, i) => (i % 2 ? u : t));
  add(`int64_t nines_${t}_${u}(${kinds.map((kind) => TYPES[kind]).join(', ')})`, fill(...kinds));
}
for (let i = 0; i < 20; i++) {
  add('int64_t text_1(const char *a)', [text], false);
  add('int64_t text_3(const char *a, int n, const char *b, const char *c)', [text, () => 5, text, text], false);
  add('const char *text_echo(const char *a)', [text], false);
  add('int is_null(const void *p)', [pick([text, bytes, bytes])], true);
  add('int64_t bytes_8(const uint8_t *p)', [() => pick(BYTES.slice(0, 11))()], false);
  add('int two_8(const uint8_t *p, uint8_t *q)', [() => pick(BYTES.slice(0, 6))(), () => pick(BYTES.slice(0, 6))()], false);
}
for (const t of Object.keys(TYPED)) {
  add(`int bump_${t}(_Inout_ ${TYPES[t]} *v, ${TYPES[t]} by)`, [() => holder(t), ...fill(t)], false);
  add(`int bump_${t}(_Out_ ${TYPES[t]} *v, ${TYPES[t]} by)`, [() => holder(t), ...fill(t)], false);
  add(`int bump_${t}(${TYPES[t]} *v, ${TYPES[t]} by)`, [() => holder(t), ...fill(t)], false);
  const sum = lib.func(`double sum_${t}(const ${TYPES[t]} *v, int n)`);
  const call = Object.assign((values) => sum(values, values?.length ?? 0), { info: sum.info });
  functions.push({ call, declaration: `sum_${t}`, makers: [() => list(t)], anything: false });
}
for (const name of Object.keys(RECORDS)) {
  const one = () => record(name);
  add(`${name} by_value_${name}(${name} v)`, [one]);
  add(`int64_t hash_two_${name}(${name} v, int n, ${name} w)`, [one, () => 3, one]);
  add(`int64_t in_${name}(const ${name} *v)`, [one], false);
  add(`int inout_${name}(_Inout_ ${name} *v)`, [one], false);
  add(`int out_${name}(_Out_ ${name} *v)`, [one], false);
  const hash = lib.func(`int64_t list_${name}(const ${name} *v, int n)`);
  const call = Object.assign((values) => hash(values, values?.length ?? 0), { info: hash.info });
  functions.push({ call, declaration: `list_${name}`, makers: [() => array(one, 6)], anything: false });
}

const structured = functions.slice(functions.findIndex(({ declaration }) => declaration.includes('eight_ints')));

// Outcomes

function show1(value, depth = 0) {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value).slice(0, 200);
  if (typeof value !== 'object' || value === null || depth > 3) return typeof value === 'symbol' ? 'symbol' : typeof value === 'function' ? 'function' : String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}:${Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, 32)).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map((item) => show1(item, depth + 1)).join()}]`;
  try {
    const items = Object.entries(value).map(([key, item]) => `${key}:${show1(item, depth + 1)}`);
    return `${Object.prototype.toString.call(value)}{${items.join()}}`;
  } catch (error) {
    return `threw ${error.name}`;
  }
}

function outcome({ call, declaration, makers, anything }) {
  // C reads whole structs and numbers: arrays without elements are for functions that take anything.
  const odd = anything ? ODD : ODD.filter((make) => !(make() instanceof Array));
  const values = makers.map((make) => (random(60) === 0 ? pick(odd)() : anything && random(60) === 0 ? text() : make()));
  if (random(80) === 0) values.pop();
  if (random(80) === 0) values.push(pick(ODD)());
  let result;
  try {
    result = show1(call(...values));
  } catch (error) {
    result = `${error?.constructor?.name} ${error?.code}`;
  }
  return `${declaration} (${values.map((value) => show1(value)).join('; ')}) -> ${result}`;
}

// Calls that V8 has optimized, with arguments of one kind, are called with others afterwards.
for (const f of functions) {
  const start = seed;
  for (let i = 0; i < 3; i++) outcome(f);
  seed = start;
}

for (let block = 0; block < Number(blocks); block++) {
  const hash = createHash('md5');
  for (let i = 0; i < Number(blockSize); i++) {
    const line = outcome(random(3) ? pick(structured) : pick(functions));
    if (String(block) === show) console.log(line);
    hash.update(line);
  }
  if (show === undefined) console.log(hash.digest('hex'));
}
if (show === undefined) {
  const paths = functions.map(({ call }) => `${call.info.path.filler}+${call.info.path.entry}`);
  for (const path of new Set(paths)) console.log(`path ${path} ${paths.filter((other) => other === path).length}`);
}

'use strict';
// What the API tests share: the package, the C functions of test/fixtures, named types for them, and one way to
// state a failure. Each test file runs in a process of its own, so type names cannot clash between files.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');
const ristretto = require('../..');
const { platformName } = require('../../lib/platform.js');
const { loadFixtures } = require('../fixtures');

// What C compilers for this platform make of its types; told without ristretto's help.
const WORD = ['ia32', 'arm'].includes(process.arch) ? 4 : 8; // bytes of a pointer
const LONG = process.platform === 'win32' ? 4 : WORD;
const ALIGN64 = process.arch === 'ia32' && process.platform !== 'win32' ? 4 : 8; // of int64_t and double
// Large records go by address, so no stack holds them.
const RECORDS_BY_ADDRESS =
  process.platform === 'win32' ? WORD === 8 : ['arm64', 'riscv64', 'loong64', 's390x'].includes(process.arch);
const LITTLE = os.endianness() === 'LE';

// Where calls are compiled: on x64 and ARM64, not yet by the convention of Windows for x64.
const COMPILED = process.arch === 'arm64' || (process.arch === 'x64' && process.platform !== 'win32');
const NOT_COMPILED = (WORD !== 8 || !LITTLE) ? 'this CPU is not a little-endian one of 64 bits'
  : !COMPILED && 'its calling convention has no loader here';
// Numbers share words of the stack; those that do have no loader.
const PACKED_STACK = process.arch === 'arm64' && (process.platform === 'darwin' || Boolean(process.env.RISTRETTO_MACHO_HOST));

// Linux with the GNU C library, which unmaps libraries when they are closed and has on_exit() and names of its own malloc().
const GLIBC = process.platform === 'linux' && !platformName().endsWith('-musl');

// Writes a C value into a buffer, in the byte order of this platform.
function poke(bytes, offset, type, value) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const kind = type === 'pointer' ? `BigUint${8 * WORD}` : type;

  if (kind === 'BigUint32') view.setUint32(offset, Number(value), LITTLE);
  else view[`set${kind}`](offset, value, LITTLE);
}

// The bytes of typed arrays, one after the other.
const native = (...arrays) => Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));

// The lowest `size` bytes of an unsigned integer, as C keeps those of a value that does not fit.
const wrap = (value, size = WORD) => BigInt.asUintN(8 * size, value);

const libraries = {};

// The library made from test/fixtures/`name`.c; loaded late, because config() refuses changes after the first load().
function fixtures(name = 'fixtures') {
  libraries[name] ??= loadFixtures(ristretto, {}, name);
  return libraries[name];
}

const { array, pointer, struct, pack, union, opaque, enumeration, proto } = ristretto;

const definitions = {
  S3: () => struct('S3', { a: 'int', b: 'char', c: 'double' }),
  P2: () => pack('P2', { a: 'int8_t', b: 'int16_t' }),
  SA: () => struct('SA', { x: 'int', arr: array('int', 4), name: array('char', 8) }),
  SP: () => struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' }),
  U: () => union('U', { i: 'int64', d: 'double', raw: array('uint8', 8) }),
  TU: () => struct('TU', { tag: 'int', u: 'U' }),
  Flex: () => struct('Flex', { count: 'int64', numbers: array('int', 'count', 8) }),
  Dyn: () => struct('Dyn', { n: 'int', p: pointer(null, 'int', 'n') }),
  Node: () => struct('Node', { v: 'int', next: 'Node *' }),
  Opq: () => opaque('Opq'),
  E: () => enumeration('E', { EA: 0, EB: 5, EC: -1 }),
  V3: () => struct('V3', { x: 'float', y: 'float', z: 'float' }),
  C3: () => struct('C3', { c: array('char', 3) }),
  IntCb: () => proto('int IntCb(int v)'),
  AddFn: () => proto('int AddFn(int a, int b)'),
  Foo: () => struct('Foo', { i: 'int', a16: array('int16_t', 2) }),
  Nested: () =>
    struct('Nested', { a: 'int', b: 'char', c: 'str', d: struct({ d1: 'double', d2: 'double' }) }),
};

// Defines types that mirror those of fixtures.c, in the given order.
function define(...names) {
  return names.map((name) => definitions[name]());
}

// Asserts that `run` throws exactly `Class` with the code ERR_RISTRETTO_<code>; an array names several possible
// codes, no code stands for any. `text`, when given, matches the message.
function throws(run, Class, code, text) {
  assert.throws(run, (error) => {
    const shown = `${error?.constructor?.name} ${error?.code}: ${error?.message}`;
    const codes = code === undefined ? [] : [code].flat().map((name) => `ERR_RISTRETTO_${name}`);

    assert.equal(error?.constructor, Class, `expected ${Class.name}, got ${shown}`);
    assert.match(String(error.code), /^ERR_RISTRETTO_[A-Z_]+$/, `no stable code: ${shown}`);
    if (codes.length) {
      assert.ok(codes.includes(error.code), `expected ${codes.join(' or ')}, got ${shown}`);
    }
    if (text) {
      assert.match(error.message, text);
    }
    return true;
  });
}

// Runs a script in a process of its own; `ristretto`, `fixtures`, `define`, `throws` and `assert` are in scope.
function run(source, { flags = [], env = {}, cwd } = {}) {
  const prelude = [
    `const support = require(${JSON.stringify(__filename)});`,
    'const { ristretto, fixtures, define, throws, assert } = support;',
  ].join('\n');
  const child = spawnSync(process.execPath, [...flags, '-e', `${prelude}\n${source}`], {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
    maxBuffer: 1 << 26,
  });

  return { status: child.status, signal: child.signal, stdout: child.stdout, stderr: child.stderr };
}

// As run(), for scripts that must end well. Returns what they printed.
function runOk(source, options) {
  const { status, signal, stdout, stderr } = run(source, options);

  assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr || stdout);
  return stdout;
}

// A buffer that was detached, as a message to a worker leaves it.
function detached(View = Uint8Array, length = 16) {
  const view = new View(length);

  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

module.exports = {
  ALIGN64,
  GLIBC,
  LITTLE,
  LONG,
  NOT_COMPILED,
  PACKED_STACK,
  RECORDS_BY_ADDRESS,
  WORD,
  assert,
  native,
  poke,
  wrap,
  ristretto,
  fixtures,
  define,
  detached,
  throws,
  run,
  runOk,
  packagePath: path.resolve(__dirname, '../..'),
};

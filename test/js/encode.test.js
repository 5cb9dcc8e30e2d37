'use strict';
const { test } = require('node:test');
const { WORD, assert, ristretto, fixtures, define, detached, poke, throws, runOk, native } = require('./support');
const { encode, decode, alloc, free, array, as, opaque, union, struct, address } = ristretto;
const lib = fixtures();

define('S3', 'SA', 'SP', 'U', 'AddFn', 'E');
opaque('Opq');

const bytes = (size = 8) => Buffer.alloc(size);

test('returns undefined and writes each kind of type', () => {
  const pointer = (value) => {
    const memory = Buffer.alloc(WORD);
    poke(memory, 0, 'pointer', value);
    return memory;
  };
  const cases = [
    ['int', 5, Int32Array.of(5)],
    ['uint32_be', 5, Uint8Array.of(0, 0, 0, 5)],
    ['int16_t', -2, Int16Array.of(-2)],
    ['int64_t', 2n ** 40n, BigInt64Array.of(2n ** 40n)],
    ['float', 1.5, Float32Array.of(1.5)],
    ['double', 1.5, Float64Array.of(1.5)],
    ['bool', true, Uint8Array.of(1)],
    ['E', 5, Int32Array.of(5)],
    ['void *', 0x1234n, pointer(0x1234n)],
    ['void *', null, pointer(0n)],
    ['AddFn *', 0x10n, pointer(0x10n)],
    ['U', { i: 3 }, BigInt64Array.of(3n)],
    [array('char', 4), 'ab', Uint8Array.of(97, 98, 0, 0)],
    ['S3', { a: 1, b: 2 }, native(Int32Array.of(1), Uint8Array.of(2), new Uint8Array(11))],
  ];

  for (const [spec, value, expected] of cases) {
    const wanted = new Uint8Array(expected.buffer, expected.byteOffset, expected.byteLength);
    const memory = new Uint8Array(wanted.length).fill(0xff);
    assert.equal(encode(memory, spec, value), undefined);
    assert.deepEqual([...memory], [...wanted], `${value}`);
  }
});

test('writes to addresses, numbers and every buffer', () => {
  const block = alloc('int', 4);
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const view = new DataView(new ArrayBuffer(8), 4);

  encode(block, 'int', 1);
  encode(Number(block), 4, 'int', 2);
  assert.deepEqual(decode(block, 'int', 2), Int32Array.of(1, 2));
  free(block);
  encode(shared, 'int', 7);
  encode(view, 'int', 8);
  assert.deepEqual([shared[0], new Int32Array(view.buffer)[1]], [7, 8]);
});

test('takes an offset before the type', () => {
  const memory = bytes();

  encode(memory, 4, 'int', 1);
  encode(memory, 2n, 'char', 9);
  encode(memory, 0.9, 'char', 5);
  assert.deepEqual([...memory], [5, 0, 9, 0, ...native(Int32Array.of(1))]);
  encode(address(memory) + 4n, -4, 'int', 0);
  assert.deepEqual([...memory], [0, 0, 0, 0, ...native(Int32Array.of(1))]);
});

test('a length writes an array: short ones are filled with zeros, long ones are cut', () => {
  const memory = Buffer.alloc(8, 0xff);

  encode(memory, 'uint8', [1, 2], 4);
  assert.deepEqual([...memory], [1, 2, 0, 0, 255, 255, 255, 255]);
  encode(memory, 'uint8', [1, 2, 3, 4, 5], 2);
  assert.deepEqual([...memory], [1, 2, 0, 0, 255, 255, 255, 255]);
  encode(memory, 4, 'uint16_be', [0x102, 3], 2);
  assert.deepEqual([...memory], [1, 2, 0, 0, 1, 2, 0, 3]);
  encode(memory, 'uint8', Uint8Array.of(9, 8), 3);
  assert.deepEqual([...memory], [9, 8, 0, 0, 1, 2, 0, 3]);
  encode(memory, 'uint8', [1], 0);
  assert.deepEqual([...memory], [9, 8, 0, 0, 1, 2, 0, 3]);
});

test('a length with a string cuts and terminates', () => {
  const memory = Buffer.alloc(8, 0xff);

  encode(memory, 'char', 'abcdefgh', 4);
  assert.deepEqual([...memory], [97, 98, 99, 0, 255, 255, 255, 255]);
  encode(memory, 'char16_t', 'abc', 3);
  assert.deepEqual([...memory], [...native(Uint16Array.of(97, 98, 0)), 255, 255]);
  encode(memory, 'char32_t', 'abc', 2);
  assert.deepEqual([...memory], [...native(Uint32Array.of(97, 0))]);
});

test('a negative length fills the buffer', () => {
  const memory = Buffer.alloc(10, 0xff);

  encode(memory, 'int16_t', [1, 2], -1);
  assert.deepEqual([...memory], [...native(Int16Array.of(1, 2, 0, 0, 0))]);
  memory.fill(0xff);
  encode(memory, 4, 'int32_t', [1, 2, 3], -1);
  assert.deepEqual([...memory], [255, 255, 255, 255, ...native(Int32Array.of(1)), 255, 255]);
  throws(() => encode(alloc('int', 1), 'int', [1], -1), TypeError);
});

test('strings are kept as long as the place holds them', () => {
  const block = alloc('str', 2);

  encode(block, 'str', 'first');
  encode(block, WORD, 'str', 'second');
  assert.deepEqual(decode(block, array('str', 2)), ['first', 'second']);
  encode(block, 'str', 'third');
  assert.deepEqual(decode(block, array('str', 2)), ['third', 'second']);
  encode(block, 'str', null);
  assert.deepEqual(decode(block, array('str', 2)), [null, 'second']);
  free(block);
});

test('arrays of strings and structs with pointers are kept', () => {
  const block = alloc('str', 3);

  encode(block, 'str', ['a', 'bb', null], 3);
  assert.deepEqual(decode(block, array('str', 3)), ['a', 'bb', null]);
  encode(block, 'str', 'one', 1);
  assert.deepEqual(decode(block, array('str', 3)), ['one', 'bb', null]);
  free(block);
  const memory = Buffer.alloc(32);
  encode(memory, 'SP', { s: 'hello', w: 'wide', p: 5n, ip: [7, 8] });
  const back = decode(memory, 'SP');
  assert.deepEqual([back.s, back.w, back.p], ['hello', 'wide', 5n]);
  assert.deepEqual(decode(back.ip, 'int', 2), Int32Array.of(7, 8));
});

test('strings written to a buffer survive garbage collection with it', () => {
  const out = runOk(
    `const { encode, decode } = ristretto;
     const kept = Buffer.alloc(8);
     encode(kept, 'str', 'kept '.repeat(50));
     (async () => {
       for (let i = 0; i < 20; i++) {
         for (let k = 0; k < 100; k++) encode(Buffer.alloc(8), 'str', 'other'.repeat(50));
         gc();
         await new Promise(setImmediate);
       }
       assert.equal(decode(kept, 'str'), 'kept '.repeat(50));
       console.log('ok');
     })();`,
    { flags: ['--expose-gc'] }
  );

  assert.equal(out.trim(), 'ok');
});

test('refuses NULL', () => {
  for (const ref of [null, undefined, 0, 0n]) {
    throws(() => encode(ref, 'int', 1), Error, 'NULL_REFERENCE', /encode/);
    throws(() => encode(ref, 4, 'int', 1), Error, 'NULL_REFERENCE');
  }
});

test('refuses accesses beyond a buffer, and writes nothing', () => {
  const memory = bytes();

  for (const run of [
    () => encode(bytes(3), 'int', 1),
    () => encode(memory, 5, 'int', 1),
    () => encode(memory, -1, 'char', 1),
    () => encode(memory, 2 ** 40, 'int', 1),
    () => encode(memory, 2n ** 63n, 'int', 1),
    () => encode(memory, 'int', [1, 2, 3], 3),
    () => encode(memory, 4, 'int', [1, 2], 2),
    () => encode(memory, 'S3', { a: 1 }),
    () => encode(memory.subarray(8), 'char', 1),
    () => encode(detached(), 'char', 1),
    () => encode(memory, 'char', 'abc', 2 ** 40),
  ]) {
    assert.throws(run, (error) => error.constructor === Error && /^ERR_RISTRETTO_/.test(error.code));
  }
  assert.deepEqual([...memory], [0, 0, 0, 0, 0, 0, 0, 0]);
});

test('refuses values that do not fit the type', () => {
  const cases = [
    ['int', 'x'],
    ['int', null],
    ['int', undefined],
    ['int', [1]],
    ['int', true],
    ['bool', 1],
    ['S3', { a: 'x' }],
    ['S3', null],
    ['U', 5],
    ['void *', {}],
    ['void *', [1, 2]],
    ['str', {}],
    ['Opq *', {}],
    [array('int', 2), [1, 'x']],
    [array('int', 2), 5],
  ];

  for (const [spec, value] of cases) throws(() => encode(bytes(32), spec, value), TypeError, 'VALUE', /encode/);
  throws(() => encode(bytes(), 'U', {}), Error, 'UNION');
});

test('refuses types without values, bad counts and references', () => {
  for (const spec of ['void', 'Opq', 'AddFn', 'nope_t', null, undefined, {}, '_Out_ int *']) {
    throws(() => encode(bytes(), spec, 1), TypeError);
  }
  throws(() => encode(bytes(), 'int &', 1), Error, 'SYNTAX');
  throws(() => encode(), TypeError, 'ARGUMENT_COUNT');
  throws(() => encode(bytes()), TypeError, 'ARGUMENT_COUNT');
  throws(() => encode(bytes(), 'int'), TypeError, 'ARGUMENT_COUNT');
  throws(() => encode(bytes(), 4, 'int'), TypeError, 'ARGUMENT_COUNT');
  for (const length of [NaN, '2', {}, true]) throws(() => encode(bytes(), 'int', [1], length), TypeError);
  for (const ref of ['x', {}, [], true, () => {}, as(null, 'int *'), new SharedArrayBuffer(8), NaN, 1.5]) {
    throws(() => encode(ref, 'int', 1), TypeError, 'ARGUMENT');
  }
});

test('a JavaScript function needs to be registered before it can be stored', () => {
  throws(() => encode(bytes(), 'AddFn *', () => {}), Error, 'CALLBACK', /use register\(\)/);
});

test('an exception of user code is passed on', () => {
  const mine = new Error('mine');
  const value = {
    get a() {
      throw mine;
    },
  };

  assert.throws(() => encode(Buffer.alloc(16), 'S3', value), (error) => error === mine);
});

// An address, a type object and a value take the compiled way; an offset beside them leads to the reference.
test('the compiled way writes, and refuses, what the reference does', () => {
  const U3 = array('uint16', 3);
  const Wide = struct('EncodeWide', { c: 'char', l: 'int64_t', f: 'float', list: U3, p: 'void *', b: 'bool' });
  const Nested = struct('EncodeNested', { first: 'uint8_t', wide: Wide, long: array('int', 40) });
  const specs = ['char', 'uint8', 'bool', 'int16', 'uint32', 'int64', 'uint64', 'float', 'double', 'void *', 'E', 'S3'];
  const types = [...specs.map((spec) => ristretto.type(spec)), U3, Wide, Nested, array('char', 4), opaque('EncodeOpaque')];
  const wide = (more) => ({ c: -1, l: 2n ** 60n, f: 0.1, list: [1, 2, 65535], p: null, b: true, ...more });
  const values = [
    ...[0, 1, -1, 1.5, 255, 70000, 2 ** 40, NaN, Infinity, 5n, -5n, 2n ** 70n, true, null, undefined, 'abcdef'],
    ...[[], [1, 2, 3], [1, 2], Uint16Array.of(1, 2, 3), Buffer.from([1, 2, 3]), {}, () => {}, new Map()],
    ...[{ a: 1, b: 2 }, { a: 1 }, { a: 'x', b: 2 }, wide(), wide({ list: [1] }), wide({ p: 16n }), wide({ l: 0.5 })],
    ...[{ first: 9, wide: wide(), long: Array(40).fill(-3) }, { first: 9, wide: wide(), long: Array(39).fill(-3) }],
    { ...wide(), get c() { throw new RangeError('mine'); } }, // prettier-ignore
  ];
  const [one, other] = [alloc('uint8', 512), alloc('uint8', 512)];
  const outcome = (target, ...rest) => {
    new Uint8Array(ristretto.view(target, 512)).fill(0xee);
    try {
      return [encode(target, ...rest), ...decode(target, 'uint8', 512)];
    } catch (error) {
      return [error.constructor.name, error.code, error.message, ...decode(target, 'uint8', 512)];
    }
  };

  for (const type of types) {
    for (const value of values) {
      if (type.name === 'void *' && value && !Number(value)) continue; // a copy each, at addresses of their own
      assert.deepEqual(outcome(one, type, value), outcome(other, 0, type, value), type.name);
    }
  }
  free(one);
  free(other);
});

const KEEPS_FREED = process.env.LD_PRELOAD ? 'AddressSanitizer keeps freed memory for a while' : false;

test('the compiled way releases copies that the place led to', { skip: KEEPS_FREED }, () => {
  const pointer = ristretto.type('void *');
  const text = 'x'.repeat(8 << 20);
  const slots = alloc('void *', 64);
  const before = process.memoryUsage().rss;

  for (let i = 0n; i < 64n; i++) {
    const slot = slots + i * BigInt(pointer.size);
    encode(slot, 'str', text);
    encode(slot, pointer, null);
    assert.equal(decode(slot, pointer), null);
  }
  assert.ok(process.memoryUsage().rss - before < 256 << 20, 'half of the copies, at most');
  free(slots);
});

test('the compiled way is not taken in strict mode', () => {
  runOk(`
    ristretto.config({ strict: true });
    const slot = ristretto.alloc('int', 1);
    const int = ristretto.type('int');
    ristretto.encode(slot, int, 5);
    throws(() => ristretto.encode(slot, int, 2 ** 31), RangeError, 'RANGE');
    assert.equal(ristretto.decode(slot, int), 5);`);
});

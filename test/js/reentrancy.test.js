'use strict';
// User code that runs while arguments are read may itself call into ristretto; neither call disturbs the other.
const { test } = require('node:test');
const { WORD, assert, ristretto, fixtures, define, throws } = require('./support');
const { decode, encode, struct, reset, Union } = ristretto;
const lib = fixtures();

define('S3', 'SP', 'U', 'SA');

const str_len = lib.func('int str_len(str s)');
const id_SP = lib.func('SP id_SP(SP s)');
const sum = lib.func('int sum_ints(int *p, int n)');

test('a getter that calls with strings keeps earlier members', () => {
  const value = {
    s: 'hello',
    get w() {
      assert.equal(str_len('z'.repeat(300)), 300);
      assert.equal(str_len('z'.repeat(5000)), 5000);
      return 'wide';
    },
  };

  assert.deepEqual(id_SP(value), { s: 'hello', w: 'wide', p: null, ip: null });
});

test('an accessor of an array that calls keeps earlier elements', () => {
  const items = [1, 2, 3];

  Object.defineProperty(items, 1, {
    get() {
      assert.equal(sum([100, 200, 300], 3), 600);
      assert.deepEqual(id_SP({ s: 'other' }).s, 'other');
      return 20;
    },
  });
  assert.equal(sum(items, 3), 24);
});

test('a setter that runs during copy-back may call', () => {
  const fill = lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)');
  const seen = {};
  const target = {
    set a(value) {
      fill({}, 100, 101, 102);
      str_len('x'.repeat(900));
      seen.a = value;
    },
    set b(value) {
      seen.b = value;
    },
    set c(value) {
      seen.c = value;
    },
  };

  fill(target, 1, 2, 3.5);
  assert.deepEqual(seen, { a: 1, b: 2, c: 3.5 });
});

test('calls nest many levels deep', () => {
  const nest = (depth) => ({
    a: depth,
    get b() {
      return depth ? lib.func('int S3_a(S3 *s)')(nest(depth - 1)) : 0;
    },
    c: depth,
  });
  const { a, b, c } = lib.func('S3 id_S3(S3 s)')(nest(50));

  assert.deepEqual([a, b, c], [50, 49, 50]);
});

test('endless nesting is a RangeError or Error, and later calls work', () => {
  const S3_a = lib.func('int S3_a(S3 *s)');
  const endless = () => ({
    get a() {
      return S3_a(endless());
    },
  });

  assert.throws(() => S3_a(endless()), (error) => error instanceof RangeError || error.constructor === Error);
  assert.equal(S3_a({ a: 5 }), 5);
  assert.equal(str_len('after'), 5);
});

test('a buffer that a later argument detaches is not handed to C', () => {
  isNotHandedToC('uint8_t *', (bytes) => bytes);
});

test('nor is one in a struct by value', () => {
  isNotHandedToC(struct({ p: 'uint8_t *' }), (bytes) => ({ p: bytes }));
});

function isNotHandedToC(first, wrap) {
  const put_str = lib.func('str_null', 'int', [first, 'S3 *']);
  const bytes = new Uint8Array(64).fill(65);
  const detach = {
    get a() {
      // Read twice when the compiled wrapper leaves the call to the reference.
      if (bytes.length) structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return 1;
    },
  };
  let isNull = 1;

  try {
    isNull = put_str(wrap(bytes), detach);
  } catch (error) {
    assert.match(error.code, /^ERR_RISTRETTO_/);
  }
  assert.equal(isNull, 1, 'C saw NULL or was not called');
}

test('types may be made and names reset while arguments are read', () => {
  const S3_a = lib.func('int S3_a(S3 *s)');
  const value = {
    get a() {
      for (let i = 0; i < 50; i++) struct({ x: 'int', y: 'str' });
      reset();
      return 3;
    },
  };

  assert.equal(S3_a(value), 3);
  define('S3', 'SP', 'U', 'SA');
});

test('an exception in a nested call leaves the outer one free to go on', () => {
  const value = {
    s: 'kept',
    get w() {
      throws(() => sum([1, 'x'], 2), TypeError, 'VALUE');
      return 'fine';
    },
  };

  assert.deepEqual(id_SP(value), { s: 'kept', w: 'fine', p: null, ip: null });
});

test('encode and decode nest too', () => {
  const bytes = Buffer.alloc(16);
  const other = Buffer.alloc(16);

  encode(bytes, 'S3', {
    get a() {
      encode(other, 'S3', { a: 9, b: 8, c: 7 });
      return decode(other, 'S3').b;
    },
    b: 2,
    c: 3,
  });
  assert.deepEqual(decode(bytes, 'S3'), { a: 8, b: 2, c: 3 });
});

test('a getter may change the array it belongs to', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];

  Object.defineProperty(items, 0, {
    get() {
      items.length = 1;
      return 5;
    },
    configurable: true,
  });
  try {
    assert.equal(typeof sum(items, 1), 'number');
  } catch (error) {
    assert.equal(error.code, 'ERR_RISTRETTO_VALUE');
  }
  assert.equal(sum([1, 2], 2), 3);
});

test('a Union may be filled while it is read elsewhere', () => {
  const u = new Union('U');

  u.i = 5;
  assert.equal(lib.func('int64_t U_i(U u)')(u), 5);
  lib.func('void setU_d(double d, _Out_ U *u)')(1.5, u);
  assert.equal(u.d, 1.5);
});

// Detaches `buffer`; its memory is another's now, who writes to it.
function detach(buffer) {
  new Uint8Array(structuredClone(buffer, { transfer: [buffer] })).fill(0xee);
}

test('traps of an output may detach a buffer whose address was read before', () => {
  const address_of = ristretto.load(null).func('void *memcpy(void *to, _Out_ S3 *from, size_t size)');
  const buffer = new ArrayBuffer(64);
  const trapped = new Proxy(
    {},
    {
      getOwnPropertyDescriptor() {
        if (buffer.byteLength) detach(buffer);
      },
    },
  );

  assert.equal(address_of(buffer, Object.create(trapped), 0), null);
  assert.equal(buffer.byteLength, 0);
});

test('a disposer may detach the buffer that is being decoded', () => {
  for (const make of [
    (type) => [ristretto.array(type, 4096)],
    (type) => [type, 4096],
    (type) => [struct({ all: ristretto.array(type, 4096) })],
  ]) {
    const buffer = new ArrayBuffer(8 * 4096);
    const seen = [];
    const type = ristretto.disposable('void *', (address) => {
      if (buffer.byteLength) detach(buffer);
      seen.push(address);
    });
    const [as, length] = make(type);

    if (WORD === 8) new BigUint64Array(buffer).fill(0x1234n);
    else new Uint32Array(buffer).fill(0x1234);
    decode(buffer, as, length);
    assert.equal(seen.length, 4096);
    assert.ok(seen.every((address) => address === 0x1234n));
  }
});

test('a getter that shrinks a buffer given for a struct is noticed before C writes to it', (t) => {
  const memory = new ArrayBuffer(16, { maxByteLength: 16 });
  if (!memory.resizable) return t.skip('no resizable buffers here');

  const copy = ristretto.load(null).func('memcpy', 'void *', ['S3 *', 'SP *', 'size_t']);
  const from = {
    get s() {
      memory.resize(4);
      return 'x';
    },
  };
  throws(() => copy(new Uint8Array(memory), from, 0), Error, 'BUFFER_SIZE');
});

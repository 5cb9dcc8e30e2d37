'use strict';
// Call memory as JavaScript sees it (struct nb_memory in addon/environment.h): views of its bytes, and what generated
// code does with them that is not worth a copy in every wrapper. Offsets are bytes from its start.

const TOP = 16 / 4; // index in U32 of nb_memory.top
const STATUS = 24 / 4;
const INDEX = 28 / 4;
const FRAME = 64;
const MASK = (FRAME + 8) / 4;
const LARGEST = 2 ** 18; // bytes of the largest array or struct that wrappers write

const MAX = 2 ** 53;
const { isArray } = Array;
const { floor } = Math;

/** Scalars by the names of addon/describe.h: the view that holds them, and their size's logarithm. */
const SCALARS = {
  i8: { view: 'I8', shift: 0 },
  u8: { view: 'U8', shift: 0 },
  bool: { view: 'U8', shift: 0 },
  i16: { view: 'I16', shift: 1 },
  u16: { view: 'U16', shift: 1 },
  i32: { view: 'I32', shift: 2 },
  u32: { view: 'U32', shift: 2 },
  f32: { view: 'F32', shift: 2 },
  f64: { view: 'F64', shift: 3 },
  i64: { view: 'B64', shift: 3 },
  u64: { view: 'BU64', shift: 3 },
  pointer: { view: 'BU64', shift: 3 },
};

function makeViews(buffer) {
  return {
    I8: new Int8Array(buffer),
    U8: new Uint8Array(buffer),
    I16: new Int16Array(buffer),
    U16: new Uint16Array(buffer),
    I32: new Int32Array(buffer),
    U32: new Uint32Array(buffer),
    F32: new Float32Array(buffer),
    F64: new Float64Array(buffer),
    B64: new BigInt64Array(buffer),
    BU64: new BigUint64Array(buffer),
    BYTES: Buffer.from(buffer),
  };
}

function makeMemory(buffer, base) {
  const views = makeViews(buffer);
  const { I32, U8, U32, B64, BU64, BYTES } = views;
  const size = buffer.byteLength;

  /** Takes `bytes` from the stack of call memory; 0 when there is no room. The caller restores U32[TOP]. */
  function reserve(bytes) {
    const at = (U32[TOP] + 15) & -16;
    if (at + bytes > size) return 0;
    U32[TOP] = at + bytes;
    return at;
  }

  function zero(at, bytes) {
    if (bytes > 64) U8.fill(0, at, at + bytes);
    else for (let i = at >> 2, end = (at + bytes + 3) >> 2; i < end; i++) I32[i] = 0;
  }

  function reserveZeroed(bytes) {
    const at = reserve(bytes);
    if (at !== 0) zero(at, bytes);
    return at;
  }

  /** 64-bit integers as Number up to 2 ** 53, else as BigInt; `i` is an index of 32 bits. */
  function takeI64(i) {
    const high = I32[i + 1];
    return high >= -2097152 && high < 2097152 ? high * 4294967296 + U32[i] : takeBig(B64[i >> 1]);
  }

  function takeU64(i) {
    const high = U32[i + 1];
    return high < 2097152 ? high * 4294967296 + U32[i] : takeBig(BU64[i >> 1]);
  }

  function takeBig(value) {
    return value === 9007199254740992n || value === -9007199254740992n ? Number(value) : value;
  }

  function takePointer(i) {
    const address = BU64[i];
    return address === 0n ? null : address;
  }

  /** Whether it is an integral number that 64 bits hold exactly, or a BigInt. */
  function is64(value) {
    return typeof value === 'number' ? value >= -MAX && value <= MAX && floor(value) === value : typeof value === 'bigint';
  }

  function put64(i, value) {
    if (typeof value === 'number') {
      U32[i] = value;
      I32[i + 1] = floor(value / 4294967296);
    } else {
      B64[i >> 1] = value;
    }
  }

  /** The characters before the first NUL among `bytes`. */
  function takeText(at, bytes) {
    const end = BYTES.indexOf(0, at);
    return BYTES.utf8Slice(at, end < 0 || end > at + bytes ? at + bytes : end);
  }

  return { ...views, base, reserve, reserveZeroed, zero, takeI64, takeU64, takePointer, is64, put64, takeText };
}

module.exports = { FRAME, INDEX, LARGEST, MASK, MAX, SCALARS, STATUS, TOP, isArray, makeMemory };

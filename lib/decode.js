'use strict';
// decode() and its readers of numbers, for references that are addresses: the bytes are copied into call memory and read
// there. Everything else goes, arguments untouched, to the addon's own.

const { TOP } = require('./memory.js');

const { defineProperty, getOwnPropertyDescriptors } = Object;
const { apply } = Reflect;

const RESULT = 64; // offset of what readers fetch

const KINDS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32', 'f64', 'i64', 'u64'];
const SIZES = [1, 1, 2, 2, 4, 4, 4, 8, 8, 8];

/** What the readers of native byte order read; `long` is the bytes of a C long. */
const readers = (long) => ({
  ...{ short: 'i16', ushort: 'u16', int: 'i32', uint: 'u32', longlong: 'i64', ulonglong: 'u64' },
  ...{ long: `i${8 * long}`, ulong: `u${8 * long}`, float: 'f32', double: 'f64' },
  ...{ int8: 'i8', uint8: 'u8', int16: 'i16', uint16: 'u16', int32: 'i32', uint32: 'u32', int64: 'i64', uint64: 'u64' },
});

function makeDecode({ decode: reference, sizeof }, { memory }, { codecOf, fetch }) {
  const { I8, U8, I16, U16, I32, U32, F32, F64, reserve, takeI64, takeU64 } = memory;

  /** undefined: the address is NULL. */
  function read(codec, address) {
    const top = U32[TOP];
    const at = reserve(codec.size);
    try {
      return at !== 0 && fetch(address, codec.size, at) ? codec.read(at) : undefined;
    } finally {
      U32[TOP] = top;
    }
  }

  function decode(address, typeObject) {
    if (arguments.length === 2 && typeof address === 'bigint' && typeof typeObject === 'object' && typeObject !== null) {
      const codec = codecOf(typeObject);
      if (codec !== null) {
        const value = read(codec, address);
        if (value !== undefined) return value;
      }
    }
    return apply(reference, this, arguments);
  }

  function take(kind) {
    switch (kind) {
      case 0:
        return I8[RESULT];
      case 1:
        return U8[RESULT];
      case 2:
        return I16[RESULT >> 1];
      case 3:
        return U16[RESULT >> 1];
      case 4:
        return I32[RESULT >> 2];
      case 5:
        return U32[RESULT >> 2];
      case 6:
        return F32[RESULT >> 2];
      case 7:
        return F64[RESULT >> 3];
      case 8:
        return takeI64(RESULT >> 2);
      default:
        return takeU64(RESULT >> 2);
    }
  }

  /** decode.int and its siblings. */
  function makeReader(native, kind) {
    const size = SIZES[kind];
    return function reader(address) {
      if (typeof address === 'bigint' && fetch(address, size, RESULT)) return take(kind);
      return apply(native, this, arguments);
    };
  }

  const { length, name, prototype, ...natives } = getOwnPropertyDescriptors(reference);
  const kinds = readers(sizeof('long'));
  defineProperty(decode, 'length', length);
  for (const [key, descriptor] of Object.entries(natives)) {
    const kind = KINDS.indexOf(kinds[key]);
    const value = kind < 0 ? descriptor.value : makeReader(descriptor.value, kind);
    if (kind >= 0) defineProperty(value, 'name', { value: key, configurable: true });
    defineProperty(decode, key, { ...descriptor, value });
  }
  return decode;
}

module.exports = { makeDecode };

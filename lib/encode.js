'use strict';
// encode() of values to addresses, as lib/decode.js: everything else goes, arguments untouched, to the addon's own.

const { TOP } = require('./memory.js');

const { defineProperty } = Object;
const { apply } = Reflect;

function makeEncode({ encode: reference }, { memory }, { codecOf, store }) {
  const { U32, reserve } = memory;

  /** False when nothing was written. */
  function write(codec, address, value) {
    const top = U32[TOP];
    const at = reserve(codec.size);
    try {
      return at !== 0 && codec.write(value, at) && store(address, codec.size, at);
    } finally {
      U32[TOP] = top;
    }
  }

  function encode(address, typeObject, value) {
    if (arguments.length === 3 && typeof address === 'bigint' && typeof typeObject === 'object' && typeObject !== null) {
      const codec = codecOf(typeObject);
      if (codec !== null && write(codec, address, value)) return;
    }
    return apply(reference, this, arguments);
  }

  return defineProperty(encode, 'length', { value: reference.length });
}

module.exports = { makeEncode };

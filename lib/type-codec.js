'use strict';
// Codecs of type objects, for decode() and encode() of addresses: values are read from a copy of C's bytes in call memory,
// and written to one.

const { LARGEST, STATUS } = require('./memory.js');

const { parse } = JSON;
const ADDRESS = 64 / 8; // index in B64: the start of the frame, where the entries look for the address

function makeTypeCodecs({ describeType }, { memory, own, ...entries }, tryCodec) {
  const { B64, U32 } = memory;
  const codecs = new WeakMap(); // TypeObject -> codec, or null
  const fetchBytes = entries.rawFetch ?? entries.plainFetch;
  const storeBytes = entries.rawStore ?? entries.plainStore;

  function find(typeObject) {
    const description = describeType(typeObject);
    const codec = (description && tryCodec(parse(description))) || null;
    // Types that are not complete yet may be one day.
    if (description) codecs.set(typeObject, codec?.size <= LARGEST ? codec : null);
    return codecs.get(typeObject) ?? null;
  }

  /** null when there is none. */
  function codecOf(typeObject) {
    return codecs.get(typeObject) ?? find(typeObject);
  }

  function isDone() {
    if (U32[STATUS] === 0) return true;
    U32[STATUS] = 0;
    return false;
  }

  /** Copies `size` bytes of C's to `at` in call memory; false when the addon must see to it. */
  function fetch(address, size, at) {
    B64[ADDRESS] = address;
    fetchBytes(own, size, at);
    return isDone();
  }

  /** The same in the other direction. */
  function store(address, size, at) {
    B64[ADDRESS] = address;
    storeBytes(own, size, at);
    return isDone();
  }

  return { codecOf, fetch, store };
}

module.exports = { makeTypeCodecs };

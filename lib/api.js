'use strict';
// The members of the API: what the addon exports, without the doors for its hooks, and the classes of lib/.

const { makeDecode } = require('./decode.js');
const { makeEncode } = require('./encode.js');
const { isWanted, openEntries } = require('./entry.js');
const { install } = require('./hooks.js');
const { loadAddon } = require('./load.js');
const { makeTypeCodecs } = require('./type-codec.js');

const binding = loadAddon();

/** Compiled functions, shims and readers. The compiler is loaded when it is first needed. */
function makeFiller(hooks) {
  const entries = openEntries(binding);
  let made;
  const compiler = () => (made ??= require('./compile.js').makeCompile(binding, entries, hooks));
  const codecs = makeTypeCodecs(binding, entries, (type) => compiler().tryCodec(type));
  return {
    compile: (...args) => compiler().compile(...args),
    shim: (...args) => compiler().shim(...args),
    leaveFast: () => compiler().leaveFast(),
    members: { decode: makeDecode(binding, entries, codecs), encode: makeEncode(binding, entries, codecs) },
  };
}

const members = install(binding, isWanted() && makeFiller);
const {
  setHooks,
  openEntries: _openEntries,
  asyncCompiled,
  refer,
  referShort,
  describeType,
  makeBufferOwner,
  drainInbox,
  shutInbox,
  settleCallback,
  cancelCall,
  isLane,
  tagHandle,
  handleAddress,
  ...exported
} = binding;

module.exports = { ...exported, ...members };

'use strict';
// What the addon asks of JavaScript because Node-API cannot do it: see enum nb_hook in addon/environment.h. Everything
// used here is taken from the globals once, so that programs may replace them later.

const { types } = require('node:util');
const { makeCallbacks } = require('./callback.js');
const { makeError } = require('./errors.js');
const { makeUnion } = require('./union.js');
const { bindContext, makeAwait, makeOn, makeWatchExit, makeWatchSignal, warnDeadlock } = require('./waiting.js');

const { isBuffer } = Buffer;
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { emitWarning } = process;
const { isArray } = Array;
const { stringify } = JSON;

const {
  isAnyArrayBuffer,
  isBoxedPrimitive,
  isDate,
  isGeneratorObject,
  isMap,
  isMapIterator,
  isPromise,
  isProxy,
  isRegExp,
  isSet,
  isSetIterator,
  isWeakMap,
  isWeakSet,
} = types;

/** Kinds of objects that hold their content elsewhere than in properties. */
const BUILT_INS = [
  isMap,
  isSet,
  isDate,
  isRegExp,
  isPromise,
  isBoxedPrimitive,
  isAnyArrayBuffer,
  isWeakMap,
  isWeakSet,
  isMapIterator,
  isSetIterator,
  isGeneratorObject,
];

/** What an object is, for messages: 'Map', 'Buffer', 'object', the name of its class. Runs no user code. */
function describe(value) {
  if (isProxy(value)) return 'Proxy';
  if (isArray(value)) return 'Array';
  if (isBuffer(value)) return 'Buffer';
  const prototype = getPrototypeOf(value);
  const maker = prototype && getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name = typeof maker === 'function' ? getOwnPropertyDescriptor(maker, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'object';
}

/** The descriptor that an assignment to `object[key]` meets, own or inherited. */
function findDescriptor(object, key) {
  for (let holder = object; holder !== null; holder = getPrototypeOf(holder)) {
    const found = getOwnPropertyDescriptor(holder, key);
    if (found) return { found, own: holder === object };
  }
  return { found: undefined, own: false };
}

function canAssign(object, key) {
  const { found, own } = findDescriptor(object, key);
  if (!found) return isExtensible(object);
  if (found.set) return true;
  return found.writable === true && (own || isExtensible(object));
}

/** checkWritable(object, keys): throws when one of the keys cannot be assigned; without keys, when an element of the
 * array cannot. */
function makeCheckWritable(isExotic) {
  function refuse(object, key) {
    throw makeError(
      TypeError,
      'VALUE',
      `an output cannot be stored: property '${key}' of the ${describe(object)} cannot be assigned`,
    );
  }

  function checkElements(array) {
    if (isExtensible(array)) return; // elements with accessors are not worth a look at each
    for (const index of array.keys()) if (!canAssign(array, index)) refuse(array, index);
  }

  return function checkWritable(object, keys) {
    if (keys === undefined) return checkElements(object);
    if (isExotic(object)) {
      throw makeError(TypeError, 'VALUE', `an output expects a plain object, got ${describe(object)}`);
    }
    for (const key of keys) if (!canAssign(object, key)) refuse(object, key);
  };
}

/** A function of as many values as there are names, returning the object that holds them. */
function makeFactory(names) {
  const parameters = names.map((_, index) => `v${index}`);
  const body = names.map((name, index) => `${stringify(name)}: v${index}`).join(', ');
  try {
    return require('node:vm').compileFunction(`return { ${body} };`, parameters);
  } catch {
    return function assignEach(...values) {
      const object = {};
      for (let i = 0; i < names.length; i++) object[names[i]] = values[i];
      return object;
    };
  }
}

function makeWarn() {
  const warned = new Set();
  return function warn(code, text) {
    if (warned.has(code)) return;
    warned.add(code);
    emitWarning.call(process, text, 'DeprecationWarning', code);
  };
}

/** One External per ArrayBuffer, which goes with it: what the addon keeps for the buffer hangs on it. */
function makeBufferOwner({ makeBufferOwner: make }) {
  const owners = new WeakMap();
  return function bufferOwner(buffer) {
    let owner = owners.get(buffer);
    if (owner === undefined) owners.set(buffer, (owner = make()));
    return owner;
  };
}

function makeIsExotic({ TypeObject, LibraryHandle, CallbackHandle, Lane }, typeOfUnion) {
  const own = [TypeObject, LibraryHandle, CallbackHandle, Lane].map((Class) => Class.prototype);
  const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf);
  return function isExotic(value) {
    if (isProxy(value)) return isArray(value);
    return (
      BUILT_INS.some((isKind) => isKind(value)) ||
      typeOfUnion(value) !== undefined ||
      own.some((prototype) => isPrototypeOf(prototype, value))
    );
  };
}

/** Hands the hooks to the addon. Returns the members of the API that live in JavaScript. */
function install(binding, filler) {
  const union = makeUnion(binding);
  const callbacks = makeCallbacks(binding);
  const isExotic = makeIsExotic({ ...binding, ...callbacks }, union.typeOf);

  const on = makeOn(binding);
  const checkWritable = makeCheckWritable(isExotic);
  const { compile, shim, leaveFast, members } = filler ? filler({ isExotic, checkWritable, on }) : {};

  binding.setHooks([
    isExotic,
    describe,
    checkWritable,
    makeFactory,
    union.read,
    union.make,
    union.fill,
    makeBufferOwner(binding),
    makeWarn(),
    union.typeOf,
    makeWatchExit(binding),
    makeAwait(binding),
    warnDeadlock,
    makeWatchSignal(binding),
    bindContext,
    on,
    compile,
    shim,
    leaveFast,
    () => {},
  ]);
  return { Union: union.Union, ...callbacks, ...members, lane: () => new binding.Lane() };
}

module.exports = { install };

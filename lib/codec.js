'use strict';
// Source text that reads and writes C values in call memory, from the descriptions of addon/describe.h. A `place` says where
// the value is:
//   at(offset, shift)  text: the index, in the view of elements of 2 ** shift bytes, of what lies `offset` bytes into it
//   start              text: the offset of the whole in call memory; undefined when its parts lie in several places
//   nest(type)         text: the codec (lib/compile.js) of the elements of long arrays; only with `start`

const { FRAME, SCALARS } = require('./memory.js');

const UNROLLED = 16; // most elements of an array whose elements are written out one by one
const HINTS = ['array', 'array', 'typed', 'text', 'buffer']; // rs_hint of the engine
const TYPED = {
  i8: 'Int8Array',
  u8: 'Uint8Array',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
  i64: 'BigInt64Array',
  u64: 'BigUint64Array',
};

const { stringify } = JSON;

/** What code is not generated for; the callers then leave the value to the reference. */
class Unfit extends Error {}

/** Text that is true when `value` is a scalar of that kind as wrappers take them; of integers up to 32 bits all that
 * convert without an error, or the plain ones in less code. */
function check(kind, value, thorough = true) {
  switch (kind) {
    case 'f32':
    case 'f64':
      return `typeof ${value} === 'number'`;
    case 'bool':
      return `typeof ${value} === 'boolean'`;
    case 'i64':
    case 'u64':
      return `is64(${value})`;
    case 'pointer':
      return `(${value} === null || typeof ${value} === 'bigint')`;
    default:
      if (thorough) return `(typeof ${value} === 'number' && ((${value} | 0) === ${value} || (${value} >= -MAX && ${value} <= MAX)))`;
      return `typeof ${value} === 'number' && (${value} ${kind === 'u32' ? '>>>' : '|'} 0) === ${value}`;
  }
}

function readScalar(kind, index) {
  switch (kind) {
    case 'bool':
      return `U8[${index}] !== 0`;
    case 'i64':
      return `takeI64(${index})`;
    case 'u64':
      return `takeU64(${index})`;
    case 'pointer':
      return `takePointer(${index})`;
    default:
      return `${SCALARS[kind].view}[${index}]`;
  }
}

/** 64-bit integers are read and written by halves. */
function shiftOf(kind) {
  return kind === 'i64' || kind === 'u64' ? 2 : SCALARS[kind].shift;
}

function writeScalar(kind, index, value) {
  switch (kind) {
    case 'bool':
      return `U8[${index}] = ${value} ? 1 : 0;`;
    case 'i64':
    case 'u64':
      return `put64(${index}, ${value});`;
    case 'pointer':
      return `B64[${index}] = ${value} === null ? 0n : ${value};`;
    default:
      return `${SCALARS[kind].view}[${index}] = ${value};`;
  }
}

function sizeOf(type) {
  if (typeof type === 'string') return 1 << SCALARS[type].shift;
  return type.record ? type.record[0] : type.array[0] * type.array[3];
}

/** An expression that makes the JavaScript value. */
function read(type, place, offset = 0) {
  if (typeof type === 'string') return readScalar(type, place.at(offset, shiftOf(type)));
  if (type.array) return readArray(type.array, place, offset);
  const members = type.record[2].map(([name, from, inner]) => `${key(name)}: ${read(inner, place, offset + from)}`);
  return `({ ${members.join(', ')} })`;
}

/** A literal's `__proto__: x` would set the prototype. */
function key(name) {
  if (name === '__proto__') throw new Unfit();
  return stringify(name);
}

function readArray([length, hint, inner, size], { at, start, nest }, offset) {
  const place = { at, start, nest };
  switch (HINTS[hint]) {
    case 'text':
      if (size !== 1 || start === undefined) throw new Unfit();
      return `takeText(${start} + ${offset}, ${length})`;
    case 'typed':
      return readTyped(length, inner, place, offset);
    case 'buffer':
      throw new Unfit();
    default:
  }
  if (length <= UNROLLED) return `[${elements(length, inner, size, place, offset).join(', ')}]`;
  if (start === undefined) throw new Unfit();
  return `${nest(inner)}.list(${length}, ${start} + ${offset})`;
}

function elements(length, inner, size, place, offset) {
  return Array.from({ length }, (_, i) => read(inner, place, offset + i * size));
}

function readTyped(length, inner, place, offset) {
  if (!TYPED[inner]) throw new Unfit();
  const { view, shift } = SCALARS[inner];
  if (place.start !== undefined) {
    const index = place.at(offset, shift);
    return `${view}.slice(${index}, ${index} + ${length})`;
  }
  if (length > UNROLLED || TYPED[inner].startsWith('Big')) throw new Unfit();
  return `new ${TYPED[inner]}([${elements(length, inner, 1 << shift, place, offset).join(', ')}])`;
}

/**
 * Statements that write the value of the expression `value`, in two lists: `reads` take it apart and check it, which may
 * run user code, and do `fail` when it is not plainly what the type wants; `stores` write it. (Elements of long arrays are
 * written while they are read: only in memory that belongs to the value.)
 */
function write(type, value, place, fail) {
  const lists = { reads: [], stores: [] };
  writeInto({ ...place, ...lists, fail, locals: 0 }, type, value, 0);
  return lists;
}

function writeInto(state, type, value, offset) {
  const { reads, stores, fail, at } = state;
  if (typeof type === 'string') {
    reads.push(`if (!(${check(type, value)})) ${fail}`);
    stores.push(writeScalar(type, at(offset, shiftOf(type)), value));
  } else if (type.array) {
    writeArray(state, type.array, value, offset);
  } else {
    reads.push(`if (!isRecord(${value})) ${fail}`);
    for (const [name, from, inner] of type.record[2]) writeItem(state, inner, value, stringify(name), offset + from);
  }
}

function writeItem(state, inner, value, index, offset) {
  const local = `v${state.locals++}_${value}`;
  state.reads.push(`const ${local} = ${value}[${index}];`);
  writeInto(state, inner, local, offset);
}

function writeArray(state, [length, , inner, size], value, offset) {
  const typed = TYPED[inner] ? ` || ${value} instanceof ${TYPED[inner]}` : '';
  state.reads.push(`if (!((isList(${value})${typed}) && ${value}.length === ${length})) ${state.fail}`);
  if (length > UNROLLED) {
    if (state.start === undefined) throw new Unfit();
    state.reads.push(`if (!${state.nest(inner)}.fill(${value}, ${length}, ${state.start} + ${offset})) ${state.fail}`);
    return;
  }
  for (let i = 0; i < length; i++) writeItem(state, inner, value, i, offset + i * size);
}

/** Statements that assign the members of the record in memory to the object `target`, all read before the first is
 * assigned: setters may run. */
function assign(type, target, place) {
  const members = type.record[2];
  const reads = members.map(([, from, inner], i) => `const m${i} = ${read(inner, place, from)};`);
  return [...reads, ...members.map(([name], i) => `${target}[${stringify(name)}] = m${i};`)];
}

/** Whether bytes of the record belong to no member. */
function hasPadding(type) {
  if (typeof type === 'string') return false;
  if (type.array) return hasPadding(type.array[2]);
  const members = type.record[2];
  return (
    members.reduce((sum, [, , inner]) => sum + sizeOf(inner), 0) !== type.record[0] ||
    members.some(([, , inner]) => hasPadding(inner))
  );
}

function holdsPointers(type) {
  if (typeof type === 'string') return type === 'pointer';
  if (type.array) return holdsPointers(type.array[2]);
  return type.record[2].some(([, , inner]) => holdsPointers(inner));
}

/** The place of a value that starts at the offset `start` (text), which is aligned for it. */
function inMemory(start, nest) {
  const at = (offset, shift) => (shift ? `(${start} >> ${shift}) + ${offset >> shift}` : `${start} + ${offset}`);
  return { at, start, nest };
}

/** The place of a value in the frame, of which each part [offset in the value, offset in the frame, size] has its own. */
function inParts(parts) {
  function at(offset, shift) {
    const [from, frame] = parts.find(([start, , size]) => offset >= start && offset < start + size);
    return `${(FRAME + frame + offset - from) >> shift}`;
  }
  return { at };
}

module.exports = { Unfit, assign, check, hasPadding, holdsPointers, inMemory, inParts, read, sizeOf, write };

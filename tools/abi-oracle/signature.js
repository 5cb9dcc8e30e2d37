// Types and signatures as data, their C text, and random ones. Shared by the oracle (tools/abi-oracle) and by the
// random-signature test (test/abi/random). The text is the language of test/abi/declare.h: C with records in place,
// where `packed` and `aligned(n)` are macros for GNU C's attributes.
'use strict';

const SCALARS = [
  'bool', 'char', 'int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int', 'int32_t', 'uint32_t', 'long', 'unsigned long',
  'long long', 'int64_t', 'uint64_t', 'float', 'double', 'long double', 'void *',
];

const HEADER = `#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#define packed __attribute__((packed))
#define aligned(n) __attribute__((aligned(n)))
`;

const scalar = (name) => ({ kind: 'scalar', name });
const array = (of, length) => ({ kind: 'array', of, length });
const record = (kind, members, isPacked = false) => ({ kind, members, packed: isPacked });

// The size of a scalar: MinGW-w64 has the sizes of Linux but for long.
const SIZES = { bool: 1, char: 1, int8_t: 1, uint8_t: 1, int16_t: 2, uint16_t: 2, int: 4, int32_t: 4, uint32_t: 4,
  float: 4, 'long double': 16 };
const sizeOf = (name) => SIZES[name] ?? 8;

// "struct packed { char a; double b aligned(2); } m"
function declare(type, name) {
  if (type.kind === 'array') return declare(type.of, `${name}[${type.length}]`);
  if (type.kind === 'scalar') return type.name.endsWith('*') ? `${type.name}${name}` : `${type.name} ${name}`;
  const members = type.members.map((m) => `${declare(m.type, m.name)}${m.align ? ` aligned(${m.align})` : ''}; `);
  return `${type.kind} ${type.packed ? 'packed ' : ''}{ ${members.join('')}}${name && ` ${name}`}`;
}

// All scalars of a type: [{ path: '.a[1]', type: 'float' }]; a scalar itself has path ''.
function scalars(type, path = '') {
  if (type.kind === 'scalar') return [{ path, type: type.name }];
  if (type.kind === 'array') {
    return Array.from({ length: type.length }, (_, i) => scalars(type.of, `${path}[${i}]`)).flat();
  }
  return type.members.flatMap((m) => scalars(m.type, `${path}.${m.name}`));
}

// A signature: { result, params: [{ name, type }], fixed }; `fixed` is undefined without `...`.
function signatureText({ result, params, fixed }) {
  const list = params.map((p) => declare(p.type, p.name));
  if (fixed !== undefined) list.splice(fixed, 0, '...');
  const made = result ? declare(result, '') : 'void';
  return `${made.trimEnd().replace(/\*$/, '*')} f(${list.join(', ')})`;
}

// Repeatable random numbers (xorshift, 32 bits).
function randomSource(seed) {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  const below = (n) => next() % n;
  return { below, chance: (percent) => below(100) < percent, pick: (list) => list[below(list.length)] };
}

// A random struct or union. `budget` bounds how many scalars it holds; nested ones share it.
function randomRecord(random, scalarNames, budget, depth = 0) {
  const isUnion = random.chance(15);
  const isPacked = random.chance(12);
  const count = random.chance(3) ? 0 : 1 + random.below(Math.min(budget, isUnion ? 3 : 5));
  const members = [];
  for (let i = 0; i < count && budget > 0; i++) {
    let type = depth < 3 && random.chance(22)
      ? randomRecord(random, scalarNames, Math.max(1, budget >> 1), depth + 1)
      : scalar(random.pick(scalarNames));
    // Left out: a packed record around an over-aligned one. gcc looks at its scalars, clang at the record itself.
    if (isPacked && overAligned(type)) type = scalar(random.pick(scalarNames));
    if (random.chance(18)) type = array(type, 1 + random.below(random.chance(20) ? 9 : 3));
    const cost = scalars(type).length;
    if (cost > budget && i > 0) break;
    budget -= cost;
    // The attribute raises alignments only; without `packed` it cannot be smaller than the member's own.
    let align = 0;
    if (isPacked && type.kind === 'scalar' && random.chance(10)) align = random.pick([2, 4]);
    if (!isPacked && !overAligned(type) && random.chance(4)) align = random.pick([16, 32, 64]);
    members.push({ name: 'abcdefgh'[i], type, align });
  }
  return record(isUnion ? 'union' : 'struct', members, isPacked);
}

// Whether a record asks for 16 or more somewhere.
function overAligned(type) {
  if (type.kind === 'array') return overAligned(type.of);
  return type.kind !== 'scalar' && type.members.some((m) => m.align >= 16 || overAligned(m.type));
}

/** Whether a member has `aligned`, of whatever it is. */
function hasAlignment(type) {
  if (type.kind === 'array') return hasAlignment(type.of);
  return type.kind !== 'scalar' && type.members.some((m) => m.align || hasAlignment(m.type));
}

// For Microsoft's compiler, records that are empty in GNU C have a size, and alignments count in packed records, too.
function isForeign(type, inPacked = false) {
  if (type.kind === 'array') return isForeign(type.of, inPacked);
  if (type.kind === 'scalar') return false;
  return type.members.length === 0 || type.members.some((m) => (inPacked && m.align) || isForeign(m.type, inPacked || type.packed));
}

function hasUnion(type) {
  if (type.kind === 'array') return hasUnion(type.of);
  return type.kind === 'union' || (type.kind === 'struct' && type.members.some((m) => hasUnion(m.type)));
}

// Whether an array or record in a record has another size than 1, 2, 4 or 8.
function hasOddPiece(type) {
  if (type.kind === 'array') return ![1, 2, 4, 8].includes(type.length) || type.of.kind !== 'scalar';
  return type.kind !== 'scalar' && type.members.some((m) => ['struct', 'union'].includes(m.type.kind) || hasOddPiece(m.type));
}

module.exports = { SCALARS, HEADER, scalar, array, record, sizeOf, declare, scalars, signatureText, randomSource,
  randomRecord, overAligned, hasAlignment, isForeign, hasUnion, hasOddPiece };

// Writes C source with functions of random signatures. Each f_n copies what it received, scalar by scalar, to `abi_out`
// and makes its result from `abi_in`; the driver (driver.c) calls them and compares both. Each g_n goes the other way:
// it makes arguments from `abi_in`, calls a closure (callback.c) and copies the result to `abi_out`.
'use strict';

const { SCALARS, HEADER, scalar, array, declare, record, sizeOf, scalars, signatureText, randomSource,
  randomRecord, overAligned, isForeign, hasAlignment, hasUnion, hasOddPiece }
  = require('../../../tools/abi-oracle/signature.js');

// What survives the default argument promotions.
const VARIADIC = ['int', 'uint32_t', 'long', 'unsigned long', 'long long', 'int64_t', 'uint64_t', 'double',
  'long double', 'void *'];

const FILES = 8;

// Where compilers differ with each other, so that one of them must differ from us. The vectors have the cases of x64-win
// (docs/abi/x64-win.md, "Compilers").
function disputed({ abi, compiler }, result) {
  if (abi.startsWith('x86') && result) return disputedOnX86({ abi, compiler }, result);
  if (abi !== 'x64-win' || !result) return false;
  if (compiler === 'clang') return result.name === 'long double';
  return result.kind !== 'scalar' && scalars(result).length === 0;
}

// A record of 1, 2, 4 or 8 bytes that has an array or record of another size in it: Microsoft goes by the size of the whole,
// gcc and clang have it in memory on Windows, too. A struct of one long double: gcc has it in st(0), clang in memory; an empty
// one, which is in memory for gcc; and a union of one float, which is in eax for gcc, in st(0) for clang. The address of a result in memory: gcc has it in ecx for __thiscall, clang on the
// stack; MinGW's gcc has a struct of one float in st(0). Records that come from a __thiscall function of Windows are those of a C++ member function for us, of a C function
// for clang.
function disputedOnX86({ abi, compiler }, result) {
  if (result.kind === 'scalar') return false;
  if (abi.endsWith('-thiscall') && compiler === 'clang') return true;
  if (abi.startsWith('x86-win')) return hasOddPiece(result) || (compiler === 'gcc' && scalars(result).length < 2);
  if (abi.startsWith('x86-bsd') && compiler === 'gcc') {
    return scalars(result).length < 2 && (hasUnion(result) || scalars(result).every((s) => s.type === 'long double'));
  }
  return false;
}

// Functions of a64-win that align their own stack and have `...`: clang 14 loses their return address, clang 19 fails.
//
// What gcc 12 passes well but va_arg reads wrongly. In ms_abi functions it forgets that types travel by reference;
// elsewhere it expects a record aligned to 16 to be so in the saved registers, which are 8 bytes each.
function unreadable({ abi, compiler }, type) {
  if (abi === 'a64-win') return overAligned(type);
  if (compiler !== 'gcc' || abi.startsWith('x86')) return false;
  if (abi === 'x64-win') return type.kind !== 'scalar' || type.name === 'long double';
  return overAligned(type) || (type.kind !== 'scalar' && scalars(type).some((s) => s.type === 'long double'));
}

// On Windows for Arm a long double is a double; what compilers elsewhere do with theirs there is of no use.
const scalarsOf = ({ abi }) => (abi === 'a64-win' ? SCALARS.filter((name) => name !== 'long double') : SCALARS);

// Conventions with rules for records of up to so many floats of one type, which would be rare: one more than that.
const HOMOGENEOUS = { 'a64-apple': 5, 'ppc64-elfv2': 9, s390x: 2 };

function homogeneousRecord(random, most) {
  const member = scalar(random.pick(['float', 'float', 'double', 'long double']));
  const count = 1 + random.below(most);
  const nested = record('struct', [{ name: 'a', type: random.chance(50) ? member : array(member, count) }]);
  if (random.chance(30)) return random.chance(50) ? nested : record('struct', [{ name: 'a', type: nested }]);
  if (random.chance(10)) return record('union', [{ name: 'a', type: nested }, { name: 'b', type: member }]);
  return record('struct', Array.from({ length: count }, (_, i) => ({ name: 'abcdefghi'[i], type: member })));
}

// gcc 12 for RISC-V passes a struct of a float, an integer and an empty union as it lies in memory; clang 14 and 19, and gcc
// 14 for LoongArch, ignore the union, as the document has it (docs/abi/rv64-lp64d.md).
function holdsEmptyUnion(type) {
  if (type.kind === 'array') return holdsEmptyUnion(type.of);
  return type.kind !== 'scalar'
    && ((type.kind === 'union' && scalars(type).length === 0) || type.members.some((m) => holdsEmptyUnion(m.type)));
}

// Microsoft lays out some records in its own way; MinGW's gcc passes over-aligned ones by value. Of a union with aligned
// members, all of 4 or 8 bytes, clang for x86 passes the largest one only when they add up to its size (docs/abi/x86.md).
function isElsewhere({ abi, compiler, microsoft }, type) {
  if (microsoft) return isForeign(type) || (compiler === 'gcc' && hasAlignment(type));
  return abi.startsWith('x86') && compiler === 'clang' && type.kind === 'union' && hasAlignment(type)
    && type.members.every((m) => m.type.kind === 'scalar' && [4, 8].includes(sizeOf(m.type.name)));
}

function randomType(random, options) {
  let type = anyType(random, options);
  while (isElsewhere(options, type)) type = anyType(random, options);
  return type;
}

function anyType(random, options) {
  const names = scalarsOf(options);
  if (HOMOGENEOUS[options.abi] && random.chance(20)) return homogeneousRecord(random, HOMOGENEOUS[options.abi]);
  if (random.chance(50)) return scalar(random.pick(names));
  if (random.chance(5)) { // larger than any register or slot
    return record('struct', [{ name: 'a', type: scalar(random.pick(names)) },
      { name: 'b', type: array(scalar(random.pick(names)), 1 + random.below(400)) }]);
  }
  const type = randomRecord(random, names, random.chance(70) ? 4 : 12);
  if (options.abi === 'rv64-lp64d' && options.compiler === 'gcc' && holdsEmptyUnion(type)) return scalar('float');
  return type;
}

function randomSignature(random, options) {
  const count = random.chance(65) ? random.below(11) : random.below(41);
  const types = Array.from({ length: count }, () => randomType(random, options));
  const variadic = VARIADIC.filter((name) => scalarsOf(options).includes(name));
  let fixed;
  // The first argument of a __thiscall function is `this`. clang has other first arguments in ecx, too, and refuses `...`.
  const isMethod = options.compiler === 'clang' && options.abi.endsWith('-thiscall');
  if (isMethod && count > 0) types[0] = scalar(random.pick(['void *', 'int', 'char']));
  // Which records leave the registers of __fastcall free: gcc and clang differ. clang has a long double fill both.
  if (options.compiler === 'clang' && /^x86-(bsd-)?fastcall$/.test(options.abi)) {
    for (let i = 0; i < 2 && i < count; i++) types[i] = scalar(random.pick(['void *', 'int', 'uint16_t', 'int64_t']));
  }
  if (count > 1 && random.chance(20) && !isMethod) {
    fixed = 1 + random.below(count);
    // clang does not split what lies across the end of the registers, as the document wants (docs/abi/a64-win.md); its
    // va_arg does.
    if (options.abi === 'a64-win') types.fill(scalar('int'), 0, fixed);
    for (let i = fixed; i < count; i++) {
      if (types[i].kind === 'scalar' || unreadable(options, types[i])) types[i] = scalar(random.pick(variadic));
      if (unreadable(options, types[i])) types[i] = scalar('double');
    }
  }
  let result = random.chance(10) ? null : randomType(random, options);
  while (disputed(options, result)) result = randomType(random, options);
  return { result, params: types.map((type, i) => ({ name: `p${i}`, type })), fixed };
}

// Statements that copy the scalars of `place` out (PUT) or in (TAKE), in the order of each_scalar (declare.h).
function copies(macro, type, place) {
  if (type.kind === 'array') {
    if (type.of.kind === 'scalar' && type.of.name !== 'long double') return [`${macro}(${place}, sizeof ${place});`];
    const inner = copies(macro, type.of, `${place}[i]`);
    if (!place.includes('[i]')) return inner.length ? [`for (int i = 0; i < ${type.length}; i++) { ${inner.join(' ')} }`] : [];
    return Array.from({ length: type.length }, (_, k) => copies(macro, type.of, `${place}[${k}]`)).flat();
  }
  if (type.kind === 'scalar') return [`${macro}(${place}, ${type.name === 'long double' ? 'LONG_DOUBLE_BYTES' : `sizeof ${place}`});`];
  return type.members.flatMap((m) => copies(macro, m.type, `${place}.${m.name}`));
}

// Integers are taken at full width, which shows whether the caller extended them as the compiler expects.
const isInteger = (type) => type.kind === 'scalar' && !/float|double|\*/.test(type.name);

function body({ result, params, fixed }, n, macros) {
  const lines = ['unsigned char *out = abi_out; const unsigned char *in = abi_in;'];
  if (fixed !== undefined) {
    lines.push(`${macros.list} ap; ${macros.start}(ap, p${fixed - 1});`);
    params.slice(fixed).forEach((p, i) => lines.push(`T${n}_${fixed + i} ${p.name} = __builtin_va_arg(ap, T${n}_${fixed + i});`));
    lines.push(`${macros.end}(ap);`);
  }
  for (const p of params) {
    lines.push(...(isInteger(p.type) ? [`WIDE(${p.name});`] : copies('PUT', p.type, p.name)));
  }
  lines.push('abi_out = out; (void)in;');
  if (result) lines.push(`R${n} r;`, ...copies('TAKE', result, 'r'), 'return r;');
  return lines;
}

const PRELUDE = `${HEADER}
extern unsigned char *abi_out;
extern const unsigned char *abi_in;
#if (defined(__x86_64__) || defined(__i386__)) && !defined(_WIN32)
#define LONG_DOUBLE_BYTES 10 /* that mean something */
#else
#define LONG_DOUBLE_BYTES sizeof(long double)
#endif
#define NAME(name) NAME_OF(__USER_LABEL_PREFIX__, name)
#define NAME_OF(prefix, name) QUOTE(prefix) name
#define QUOTE(text) #text
#define PUT(place, bytes) __builtin_memcpy(out, &place, bytes), out += bytes
#define TAKE(place, bytes) __builtin_memcpy(&place, in, bytes), in += bytes
#define WIDE(place) do { int64_t wide = (int64_t)place; PUT(wide, 8); } while (0)
/* Values that live across a call, in as many registers as the callee has to preserve: callback.c knows the sums. */
#define DOUBLES(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
#define INTEGERS(X) X(0) X(1) X(2) X(3) X(4) X(5)
#define KEEP_D(i) double d##i; TAKE(d##i, 8); d##i += 1;
#define KEEP_N(i) uint64_t n##i; TAKE(n##i, 8); n##i *= 3;
#define KEPT_D(i) d##i *= 2; PUT(d##i, 8);
#define KEPT_N(i) n##i += 1; PUT(n##i, 8);
`;

const NATIVE = { attribute: '', list: '__builtin_va_list', start: '__builtin_va_start', end: '__builtin_va_end' };
const MICROSOFT = { attribute: '__attribute__((ms_abi)) ', list: '__builtin_ms_va_list', start: '__builtin_ms_va_start',
  end: '__builtin_ms_va_end' };
const BASE = { ...NATIVE, attribute: '__attribute__((pcs("aapcs"))) ' };
const CONVENTIONS = { 'x64-win': MICROSOFT, 'a64-win': MICROSOFT, 'a32-soft': BASE };
const keywordOf = (abi) => /^x86.*-((?:std|fast|this)call)$/.exec(abi)?.[1];

function macrosOf(abi) {
  const keyword = keywordOf(abi);
  if (keyword) return { ...NATIVE, attribute: `__attribute__((${keyword})) `, caller: '' };
  return CONVENTIONS[abi] ?? NATIVE;
}

function functionSource(signature, n, macros) {
  const { result, params, fixed } = signature;
  const list = params.slice(0, fixed).map((p, i) => `T${n}_${i} ${p.name}`);
  if (fixed !== undefined) list.push('...');
  const head = `${macros.attribute}R${n} f_${n}(${list.join(', ') || 'void'})`;
  return [
    ...params.map((p, i) => `typedef ${declare(p.type, `T${n}_${i}`)};`),
    result ? `typedef ${declare(result, `R${n}`)};` : `typedef void R${n};`,
    ...(macros.caller === undefined ? [] : [`${head} __asm__(NAME("f_${n}"));`]), // without what Windows adds to the name
    head,
    '{',
    ...body(signature, n, macros).map((line) => `  ${line}`),
    '}',
  ].join('\n');
}

// A void function that calls `fn`, a pointer to a function of the signature.
function callerSource({ result, params }, n, macros) {
  const types = params.map((_, i) => `T${n}_${i}`).join(', ') || 'void';
  const call = `((R${n} (${macros.attribute}*)(${types}))fn)(${params.map((p) => p.name).join(', ')});`;
  const lines = ['unsigned char *out = abi_out; const unsigned char *in = abi_in;'];
  params.forEach((p, i) => lines.push(`T${n}_${i} ${p.name};`, ...copies('TAKE', p.type, p.name)));
  lines.push('DOUBLES(KEEP_D) INTEGERS(KEEP_N)', result ? `R${n} r = ${call}` : call, 'DOUBLES(KEPT_D) INTEGERS(KEPT_N)');
  if (result) lines.push(...(isInteger(result) ? ['WIDE(r);'] : copies('PUT', result, 'r')));
  return [`${macros.caller ?? macros.attribute}void g_${n}(void (*fn)(void))`, '{', ...lines.map((line) => `  ${line}`), '  abi_out = out; (void)in;', '}']
    .join('\n');
}

// { name: text } of C files. options: { abi, compiler, seed, count }
function generate(options) {
  const random = randomSource(options.seed);
  const macros = macrosOf(options.abi);
  const signatures = Array.from({ length: options.count }, () => randomSignature(random, options));
  const files = {};
  for (let k = 0; k < FILES; k++) {
    files[`functions_${k}.c`] = PRELUDE + signatures.map((s, n) => {
      if (n % FILES !== k) return '';
      const caller = s.fixed === undefined ? `${callerSource(s, n, macros)}\n` : '';
      return `${functionSource(s, n, macros)}\n${caller}`;
    }).join('');
  }
  files['table.c'] = `${[
    'unsigned char *abi_out;\nconst unsigned char *abi_in;\n',
    ...signatures.map((_, n) => `extern void f_${n}(void), g_${n}(void);\n`),
    'const struct { const char *text; void (*fn)(void), (*caller)(void); } abi_table[] = {\n',
    ...signatures.map((s, n) => `  {"${signatureText(s)}", f_${n}, ${s.fixed === undefined ? `g_${n}` : '0'}},\n`),
    '  {0, 0, 0},\n};\n',
  ].join('')}`;
  return files;
}

module.exports = { generate };

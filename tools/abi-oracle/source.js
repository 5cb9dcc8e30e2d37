// C text for the probe (probe/probe.h): for each signature a caller, a callee and a description of its values.
'use strict';

const { HEADER, declare, scalars } = require('./signature.js');

const PRELUDE = `${HEADER}
#include "probe.h"
#define COPY(to, from) __builtin_memcpy(&to, &from, sizeof to)
#if __LDBL_MANT_DIG__ == 53
#define LONG_DOUBLE DOUBLE
#elif __LDBL_MANT_DIG__ == 64
#define LONG_DOUBLE X87
#define LONG_DOUBLE_BYTES 10 /* that mean something */
#elif __LDBL_MANT_DIG__ == 106
#define LONG_DOUBLE TWO_DOUBLES
#else
#define LONG_DOUBLE BITS
#endif
#ifndef LONG_DOUBLE_BYTES
#define LONG_DOUBLE_BYTES sizeof(long double)
#endif
`;

const KINDS = { bool: 'BOOL', float: 'FLOAT', double: 'DOUBLE', 'long double': 'LONG_DOUBLE' };

function scalarRow({ path, type }, name) {
  const offset = path ? `__builtin_offsetof(${name}, ${path.slice(1)})` : '0';
  const size = type === 'long double' ? 'LONG_DOUBLE_BYTES' : `sizeof(${type})`;
  return `{${offset}, ${size}, ${KINDS[type] ?? 'BITS'}}`;
}

// Declares the type `name` and its description `d_name`.
function described(type, name) {
  const rows = scalars(type);
  return [
    `typedef ${declare(type, name)};`,
    `static ${name} given_${name}, got_${name};`,
    `static const probe_scalar s_${name}[] = {${[...rows.map((row) => scalarRow(row, name)), '{0, 0, 0}'].join(', ')}};`,
    `#define D_${name} {(unsigned char *)&given_${name}, (unsigned char *)&got_${name}, s_${name}, ${rows.length}, `
      + `sizeof(${name}), __alignof__(${name})}`,
  ];
}

function callee({ params, fixed }, n, types, attribute) {
  const named = types.slice(0, fixed).map((type, i) => `${type} p${i}`);
  const lines = [];
  if (fixed !== undefined) {
    named.push('...');
    lines.push('__builtin_va_list ap;', `__builtin_va_start(ap, p${fixed - 1});`);
    types.slice(fixed).forEach((type, i) => lines.push(`${type} p${fixed + i} = __builtin_va_arg(ap, ${type});`));
    lines.push('__builtin_va_end(ap);');
  }
  params.forEach((_, i) => lines.push(`COPY(got_${types[i]}, p${i});`));
  lines.push(`RETURN_${n};`);
  const head = `static ${attribute} R${n} f_${n}(${named.join(', ') || 'void'})`;
  return `${head} __asm__("f_${n}"); /* without what Windows adds to the name */\n${head}\n{\n  ${lines.join('\n  ')}\n}`;
}

function caller({ fixed }, n, types, attribute) {
  const list = [...types];
  if (fixed !== undefined) list.splice(fixed, list.length - fixed, '...');
  const call = `((R${n} (${attribute} *)(${list.join(', ') || 'void'}))probe_target)(`
    + `${types.map((type) => `given_${type}`).join(', ')});`;
  return `static void c_${n}(void)\n{\n  KEEP_${n} ${call}\n}`;
}

function source(signatures, attribute) {
  const parts = [PRELUDE];
  const rows = [];
  signatures.forEach((signature, n) => {
    const { result, params } = signature;
    const types = params.map((_, i) => `T${n}_${i}`);
    parts.push(...params.flatMap((p, i) => described(p.type, types[i])));
    if (result) {
      parts.push(...described(result, `R${n}`), `#define RETURN_${n} return given_R${n}`, `#define KEEP_${n} got_R${n} =`);
    } else {
      parts.push(`typedef void R${n};`, `#define RETURN_${n} return`, `#define KEEP_${n}`);
    }
    parts.push(`static const probe_value a_${n}[] = {${[...types.map((type) => `D_${type}`), '{0}'].join(', ')}};`);
    if (result) parts.push(`static const probe_value r_${n} = D_R${n};`);
    parts.push(callee(signature, n, types, attribute), caller(signature, n, types, attribute));
    rows.push(`  {c_${n}, (probe_fn)f_${n}, a_${n}, ${result ? `&r_${n}` : '0'}, ${params.length}},`);
  });
  parts.push(`const probe_signature probe_signatures[] = {\n${rows.join('\n')}\n};`,
    `const unsigned probe_signature_count = ${signatures.length};`);
  return `${parts.join('\n')}\n`;
}

module.exports = { source };

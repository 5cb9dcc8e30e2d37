/* parse.h - C declarations as text -> types and signatures of a registry. Recursive descent, one function per
 * production. Accepts koffi's dialect (string type names, `!`, direction qualifiers, convention keywords) on
 * top of C's declaration grammar. Errors name the column. */
#ifndef RS_CORE_PARSE_H
#define RS_CORE_PARSE_H

#include "core/registry.h"

/* A single type: `const char *`, `S[4]`, `str!`, `void (*)(int)`. No direction, no name.
 * Unknown names fail with RS_E_UNKNOWN_TYPE (TypeError), malformed text with RS_E_SYNTAX (Error). */
const rs_type *rs_parse_type(rs_registry *reg, const char *text, size_t length, rs_error *err);

/* As rs_parse_type, with an optional direction qualifier as the very first word (`_Out_ int *`). */
bool rs_parse_param(rs_registry *reg, const char *text, size_t length, rs_param *out, rs_error *err);

typedef struct rs_prototype {
  char *name; /* owned; NULL when the declaration has none */
  const rs_signature *signature;
  bool has_convention; /* a convention keyword was written */
  size_t count;        /* parameters, == signature->count */
  char **param_names;  /* owned, `count` entries; NULL for an unnamed parameter */
} rs_prototype;

/* A function declaration: `int add(int a, int b);`. With `anonymous` the name may be missing (`int (int)`).
 * `convention` is used when the text names none. Every failure is an Error (RS_CLASS_ERROR), unknown names
 * included. Release with rs_prototype_clear. */
bool rs_parse_prototype(rs_registry *reg, const char *text, size_t length, bool anonymous,
                        rs_convention convention, rs_prototype *out, rs_error *err);
void rs_prototype_clear(rs_prototype *prototype); /* takes a zeroed one too */

#endif

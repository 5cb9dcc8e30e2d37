/* signature.h - what a C function takes and returns. Equal signatures of a registry are one object, so a plan
 * is built once however often a function is declared. Names of functions and parameters are not part of it.
 */
#ifndef RS_CORE_SIGNATURE_H
#define RS_CORE_SIGNATURE_H

#include "core/type.h"

typedef enum rs_direction { RS_IN = 1, RS_OUT = 2, RS_INOUT = 3 } rs_direction;

/* The keyword of a declaration. Which ABI it means is the target's matter: see rs_abi_for (abi/abi.h). */
typedef enum rs_convention { RS_CDECL, RS_STDCALL, RS_FASTCALL, RS_THISCALL } rs_convention;

typedef struct rs_param {
  const rs_type *type;
  rs_direction direction;
} rs_param;

struct rs_signature {
  rs_convention convention;
  bool variadic;           /* declared with `...` */
  uint16_t count;          /* parameters in `params` */
  uint16_t fixed;          /* index of the first argument after `...`; == count when there is none */
  const rs_type *result;   /* RS_VOID for none */
  struct rs_plan *plan;    /* built on first use: rs_signature_plan (plan.h) */
  const rs_type *function; /* its unnamed function type, or NULL: rs_type_function_of (registry.h) */
  size_t refs;             /* pins; see rs_signature_ref */
  rs_signature *next;      /* registry's hash chain */
  uint32_t hash;
  bool marked;
  rs_param params[]; /* `count` of them */
};

#endif

/* world.h - a registry with one user type of each kind, for the tests of declarations:
 *   S struct { int a; double b }     U union { int i; double d }     E enumeration     O opaque
 *   P prototype int (int)            A int[3]                        Handle named pointer to O
 *   Own disposable string            Size alias of size_t            Nothing alias of void */
#ifndef RS_TEST_WORLD_H
#define RS_TEST_WORLD_H

#include <stdlib.h>

#include "ristretto.h"

static inline const rs_type *world_record(rs_registry *reg, const char *name, rs_kind kind, const char *first,
                                          const char *second, rs_error *err)
{
  rs_record_spec spec = {.name = name, .kind = kind};
  rs_record_builder *builder = rs_record_begin(reg, &spec, err);

  if (!builder)
    return NULL;
  if (rs_record_add(builder, first, rs_prim_type(reg, RS_P_INT), 0, err)
      && rs_record_add(builder, second, rs_prim_type(reg, RS_P_DOUBLE), 0, err))
    return rs_record_end(builder, err);
  rs_record_cancel(builder);
  return NULL;
}

/* Free with rs_registry_free; NULL when anything fails. */
static inline rs_registry *world_new(const rs_target *target)
{
  rs_error err = {0};
  rs_registry *reg = rs_registry_new(target, &err);
  const rs_type *integer, *opaque = NULL;
  const rs_signature *signature;
  rs_param param;

  if (!reg)
    return NULL;
  integer = rs_prim_type(reg, RS_P_INT);
  param = (rs_param){integer, RS_IN};
  signature = rs_signature_intern(reg, RS_CDECL, integer, &param, 1, 1, false, &err);
  if (world_record(reg, "S", RS_RECORD, "a", "b", &err) && world_record(reg, "U", RS_UNION, "i", "d", &err)
      && rs_type_enum(reg, "E", rs_prim_type(reg, RS_P_U32), &err)
      && (opaque = rs_type_opaque(reg, "O", &err)) && signature && rs_type_function(reg, "P", signature, &err)
      && rs_registry_alias(reg, "A", rs_type_array(reg, integer, 3, RS_HINT_DEFAULT, NULL, &err), &err)
      && rs_type_pointer_named(reg, "Handle", opaque, NULL, &err)
      && rs_type_disposable(reg, "Own", rs_prim_type(reg, RS_P_STR), false, &err)
      && rs_registry_alias(reg, "Size", rs_prim_type(reg, RS_P_SIZE), &err)
      && rs_registry_alias(reg, "Nothing", rs_prim_type(reg, RS_P_VOID), &err))
    return reg;
  rs_registry_free(reg);
  return NULL;
}

#endif

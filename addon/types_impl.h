/* types_impl.h - what the entry points of types.c (types from types), types_enum.c and types_record.c (types
 * from objects) share. Nobody else includes it. */
#ifndef NB_TYPES_IMPL_H
#define NB_TYPES_IMPL_H

#include "environment.h"

/* The end of every type-making entry point: the type's TypeObject, or the exception of `err`. `type` NULL
 * means failure. */
napi_value nb_type_result(nb_env *nb, const rs_type *type, rs_error *err);

/* An optional name: *out is NULL for null and undefined, else a copy that the caller frees. */
bool nb_optional_name(nb_env *nb, napi_value value, const char *what, char **out, rs_error *err);

/* Puts `what` before the recorded text; always false. No effect when an exception is pending. */
bool nb_blame(rs_error *err, const char *what);

/* The own enumerable string keys of a plain description (members of a struct, values of an enumeration);
 * fails with RS_E_ARGUMENT for other values. */
bool nb_description_keys(nb_env *nb, napi_value object, const char *what, napi_value *keys, uint32_t *count,
                         rs_error *err);

#endif

/* decode.h - C memory -> JavaScript values, driven by a type. Copies everything; the memory may go
 * afterwards. */
#ifndef NB_DECODE_H
#define NB_DECODE_H

#include "environment.h"

/* The value of a C object of `type` at `src` (any alignment). NULL with `err` set. A disposable at the top is
 * not disposed of; disposables inside structs and arrays are. */
napi_value nb_decode(nb_env *nb, const rs_type *type, const void *src, rs_error *err);

/* A value of an integer type as Number or BigInt. */
napi_value nb_integer_value(nb_env *nb, const rs_type *type, int64_t number);

/* As nb_decode, and disposes of a disposable at the top: for results, outputs and callback arguments. */
napi_value nb_decode_owned(nb_env *nb, const rs_type *type, const void *src, rs_error *err);

/* Disposes of the pointer `address` as the disposable `type` asks: its function, else free(). */
bool nb_dispose(nb_env *nb, const rs_type *type, void *address, rs_error *err);

/* `count` elements of `element` at `src`, shaped by `hint`. */
napi_value nb_decode_elements(nb_env *nb, const rs_type *element, size_t count, rs_hint hint, const void *src,
                              rs_error *err);

/* Assigns the members of the record at `src` as properties of `object`. Pointers (and nested records that
 * hold pointers) whose bytes are those of `before`, unless it is NULL, are left alone: JavaScript may hold
 * the object that the address stood for during the call. */
bool nb_decode_members(nb_env *nb, const rs_type *type, const void *src, const void *before,
                       napi_value object, rs_error *err);

/* A string of code units of `unit_size` bytes: exactly `count` units, NULs included. */
napi_value nb_decode_units(nb_env *nb, size_t unit_size, const void *src, size_t count, rs_error *err);
/* The number of units before the first NUL, at most `limit` (SIZE_MAX: until there is one). */
size_t nb_units_length(size_t unit_size, const void *src, size_t limit);

#endif

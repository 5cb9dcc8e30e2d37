/* cast.h - the opaque values that as(), in(), out() and inout() return: Externals that only this
 * environment's own pointers can pass for. */
#ifndef NB_CAST_H
#define NB_CAST_H

#include "environment.h"

typedef struct nb_cast {
  const rs_type *type;    /* pinned while the value lives */
  rs_direction direction; /* of a marker; RS_IN for casts */
  napi_ref value;         /* as(): object holding the value as element 0; NULL for direction markers */
  struct nb_cast *next;   /* hash chain of live ones */
} nb_cast;

/* Makes the External. `value` NULL makes a direction marker. NULL with `err` set. */
napi_value nb_cast_new(nb_env *nb, const rs_type *type, rs_direction direction, napi_value value,
                       rs_error *err);
/* The cast behind an External; NULL for foreign Externals and other values. `value` of napi_external type
 * only. */
const nb_cast *nb_cast_of(nb_env *nb, napi_value external);
/* The value inside an as(). */
napi_value nb_cast_value(nb_env *nb, const nb_cast *cast);
void nb_cast_free_all(nb_env *nb);

#endif

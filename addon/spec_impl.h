/* spec_impl.h - what spec.c (type specs), type_object.c (TypeObject) and types.c (start-up) share. Nobody
 * else includes it. */
#ifndef NB_SPEC_IMPL_H
#define NB_SPEC_IMPL_H

#include "spec.h"

extern const napi_type_tag nb_type_tag;

struct nb_spec_cache {
  struct nb_resolved *slots; /* spec.c: type strings already resolved */
  bool constructing;         /* the class's constructor is called by type_object.c, not by users */
};

/* Makes the cache of resolved strings. */
bool nb_spec_init(nb_env *nb, rs_error *err);

/* Makes the class TypeObject and exports it. */
bool nb_type_class_init(nb_env *nb, napi_value exports, rs_error *err);

#endif

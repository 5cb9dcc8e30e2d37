/* function_impl.h - a declared C function as function.c makes it and shortcut.c calls it. */
#ifndef NB_FUNCTION_IMPL_H
#define NB_FUNCTION_IMPL_H

#include "environment.h"

struct nb_shortcut;

typedef struct nb_function {
  nb_env *nb;
  rs_lib *lib; /* NULL for bare addresses */
  rs_fn address;
  const rs_signature *signature; /* pinned */
  const rs_plan *plan;           /* of the fixed parameters; the signature keeps it */
  char **param_names;            /* NULL, or one per parameter */
  bool strict;
  const char *name;             /* lies behind the shortcut */
  struct nb_shortcut *shortcut; /* NULL: every call goes the full way */
} nb_function;

static inline bool nb_function_is_unloaded(const nb_function *f)
{
  return f->lib && f->lib->unloaded;
}

/* The full way: any argument, any result. Returns NULL for void and with an exception pending. */
napi_value nb_function_run(const nb_function *f, size_t argc, const napi_value *argv);

#endif

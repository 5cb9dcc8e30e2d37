/* function.h - declared C functions: what lib.func(), decode(ptr, Proto) and call() run. */
#ifndef NB_FUNCTION_H
#define NB_FUNCTION_H

#include "environment.h"

typedef struct nb_function_spec {
  rs_lib *lib;                   /* kept alive by the function; NULL for bare addresses */
  rs_fn address;                 /* not NULL */
  const char *name;              /* for `name`, `info` and messages; copied */
  const rs_signature *signature; /* pinned by the function */
  char **param_names;            /* may be NULL; taken over together with its `signature->count` strings */
  bool strict;
  bool pure; /* the library runs no JavaScript by itself: load({ fast: true }) */
} nb_function_spec;

/* Makes the JavaScript function with `async` and `info`. Takes over `spec->param_names`, also on failure.
 * NULL with `err` set. */
napi_value nb_function_new(nb_env *nb, nb_function_spec *spec, rs_error *err);

/* Drops a reference to a library (NULL is fine). It stays mapped where threads may be running in it: after
 * callbacks or asynchronous calls were used, and when the environment goes. */
void nb_library_unref(nb_env *nb, rs_lib *lib);

/* Calls a C function with JavaScript arguments. Returns NULL with `err` set on failure. */
napi_value nb_function_call(nb_env *nb, rs_fn address, const char *name, const rs_signature *signature,
                            size_t argc, const napi_value *argv, rs_error *err);

/* Defines `refer` and `referShort` on `exports`: calls of compiled functions that need the reference. */
bool nb_function_init(nb_env *nb, napi_value exports);

#endif

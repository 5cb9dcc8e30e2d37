/* declare.h - the arguments that declare a C function, shared by lib.func() and proto(): a prototype string,
 * or the classic list of convention, name, result and parameters. */
#ifndef NB_DECLARE_H
#define NB_DECLARE_H

#include "environment.h"

enum {
  NB_DECLARE_ANONYMOUS =
      1 << 0, /* proto(): the name may be missing, null or undefined; (result, parameters) is a form */
  NB_DECLARE_METHOD =
      1 << 1 /* lib.stdcall() and its siblings: `convention` is given, no argument names one */
};

/* Reads `(prototype)`, `(name, result, parameters)` or `(convention, name, result, parameters)`; parameters
 * is an Array that may end with '...'. `what` is the API function's name without parentheses, for messages.
 * `convention` applies when the arguments name none. Runs user code (getters of the Array); the caller pins
 * what it keeps before it runs more. The result is released with rs_prototype_clear; on failure there is
 * nothing to release. */
bool nb_declare(nb_env *nb, const char *what, size_t argc, const napi_value *argv, unsigned flags,
                rs_convention convention, rs_prototype *out, rs_error *err);

/* A string without NUL characters, copied; NULL with `err` set. `what` starts the message: "opaque(): name".
 */
char *nb_name(nb_env *nb, napi_value value, const char *what, rs_error *err);

#endif

/* compiled.h - calls whose frame a JavaScript wrapper fills (lib/compile.js): which functions can have one,
 * what the wrapper must know, and the entries through which it comes back into C. Whatever a wrapper does not
 * handle goes to the function's reference, which alone decides. */
#ifndef NB_COMPILED_H
#define NB_COMPILED_H

#include "function_impl.h"

/* What an entry leaves in nb_memory.status for the wrapper. */
typedef enum nb_status {
  NB_STATUS_DONE,
  NB_STATUS_REFERENCE /* C was not called: an argument needs the reference */
} nb_status;

/* Whether calls of `f` can be compiled: then it has an index, and `text` (NB_DESCRIPTION bytes) a
 * description. Sets f->why otherwise. */
bool nb_compiled_describe(nb_function *f, char *text);
/* The JavaScript function that calls `f`, with `info`, `async` and `on`; undefined when there is none after
 * all. NULL with `err` set. */
napi_value nb_compile(nb_function *f, const char *text, napi_value info, rs_error *err);
/* The function with the index that a wrapper gave. */
nb_function *nb_compiled_function(napi_env env, napi_value index);
/* Ends what nb_compile began; its index may go to another function. */
void nb_compiled_forget(nb_function *f);
/* A library was unloaded: wrappers of its functions throw from now on. */
bool nb_compiled_unload(nb_env *nb, const rs_lib *lib, rs_error *err);
/* `info.path` of a function: { filler, entry, why }. NULL with `err` set. */
napi_value nb_compiled_path(const nb_function *f, rs_error *err);

/* The environment goes: releases what the entries had of it. */
void nb_compiled_close(nb_env *nb);

/* For lib/: see compiled.c. */
napi_value js_open_entries(napi_env env, napi_callback_info info);
napi_value js_describe_type(napi_env env, napi_callback_info info);

#endif

/* shim.h - callbacks by the fast way: a JavaScript function without arguments, made for the callback, reads
 * the frame that C filled, calls the user's function and writes its result into the frame. Values that it
 * does not handle come back as they are, for the reference. */
#ifndef NB_SHIM_H
#define NB_SHIM_H

#include "active.h"
#include "callback.h"

typedef enum nb_shim_end {
  NB_SHIM_DONE,  /* the result is in the frame */
  NB_SHIM_VALUE, /* `*result` is to be converted */
  NB_SHIM_THREW, /* a Node-API exception is pending */
  NB_SHIM_LEFT   /* V8 holds the exception */
} nb_shim_end;

/* Whether the callback has a shim by now: one is made when it has been called a few times. Runs JavaScript of
 * lib/ only. */
bool nb_shim_ready(nb_callback *callback);
/* Calls through the shim. The environment's thread, inside a call. */
nb_shim_end nb_shim_run(const nb_callback *callback, const nb_active *active, unsigned char *frame,
                        napi_value *result);
/* Frees what shims are made with; at the end of the environment. */
void nb_shim_close(nb_env *nb);

#endif

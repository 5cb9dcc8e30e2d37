/* callback.h - JavaScript functions that C can call. A transient callback is made for a JavaScript function
 * in a pointer's place and lives until the outermost call ends; a registered one lives until it is
 * unregistered.
 *
 * C may call from any thread. On the environment's own thread the function runs at once: inside a C call of
 * ours (active.h) its failure is thrown by that call; from the event loop it is an uncaught exception. Calls
 * from other threads go through the inbox. */
#ifndef NB_CALLBACK_H
#define NB_CALLBACK_H

#include "environment.h"
#include "inbox.h"
#include "keep.h"
#include "slot.h"

typedef struct nb_callback {
  nb_env *nb;
  rs_closure *closure;
  const rs_type *type; /* the prototype; pinned */
  const rs_plan *plan;
  const char *name;  /* of the prototype, for messages */
  napi_value value;  /* the function itself, while its handle lives: transient ones of an outermost call */
  napi_ref function; /* else; NULL */
  napi_ref receiver; /* register(receiver, ...): an Array that holds it; NULL for none */
  bool registered;
  bool keeps_alive;                 /* ref() was called */
  bool released;                    /* to be freed when the runs end */
  unsigned runs;                    /* of the function, in progress */
  nb_keep returned;                 /* functions that it returned to a foreign thread last */
  napi_ref shim;                    /* shim.h; NULL before it proved worthwhile */
  unsigned calls;                   /* until it has one */
  struct nb_callback *next, **link; /* of the environment */
  struct nb_callback *next_kept;    /* keep.h */
  nb_slot result;
  nb_slot args[]; /* one per parameter */
} nb_callback;

/* A transient callback for `function`, added to `keep`: the C function pointer, or NULL with `err` set.
 * `handle_lives` says that the handle outlives the callback. */
void *nb_callback_transient(nb_env *nb, const rs_type *prototype, napi_value function, bool handle_lives,
                            nb_keep *keep, rs_error *err);
/* A registered one. `receiver` NULL: undefined. */
nb_callback *nb_callback_register(nb_env *nb, const rs_type *prototype, napi_value function,
                                  napi_value receiver, rs_error *err);
/* The registered callback of this environment with that C address; NULL when there is none. */
nb_callback *nb_callback_at(nb_env *nb, const void *address);
/* Turns it into a tombstone and frees it, at the end of its runs if there are any. */
void nb_callback_release(nb_callback *callback);
void nb_callback_release_all(nb_env *nb);
/* The user's function. */
bool nb_callback_function(const nb_callback *callback, napi_value *out, rs_error *err);
/* Whether the event loop is to be kept alive for it. */
void nb_callback_keep_alive(nb_callback *callback, bool alive);

/* Runs a callback for a foreign thread (inbox.h) and answers it, at once or when the promise it returned
 * settles. */
void nb_callback_serve(nb_env *nb, nb_request *request);
/* What the promise of request `id` came to. */
void nb_callback_settle(nb_env *nb, uint64_t id, bool fulfilled, napi_value value);

/* Reports an exception that no JavaScript frame can catch as an uncaught one. */
void nb_uncaught(nb_env *nb, napi_value exception);

/* The error of a call of `name` in which C called a callback that is gone. Always false. */
bool nb_callback_fail_stale(const char *name, rs_error *err);

#endif

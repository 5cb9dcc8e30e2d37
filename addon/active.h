/* active.h - a C call in progress on the JavaScript thread: what callbacks that C makes during it need to
 * know, and what they leave for the caller. Lives on the stack of the call; nested calls form a chain,
 * nb_env.active. */
#ifndef NB_ACTIVE_H
#define NB_ACTIVE_H

#include "environment.h"
#include "inbox.h"

typedef enum nb_failure {
  NB_NO_FAILURE,
  NB_THROWN,  /* a callback threw, or its result could not be converted */
  NB_LEFT,    /* a callback threw, and V8 still has the exception: no JavaScript can run before C returned */
  NB_NO_ROOM, /* a callback found no stack to run JavaScript on */
  NB_STALE    /* C called a callback that is gone */
} nb_failure;

typedef struct nb_active {
  struct nb_active *outer;
  const char *name;        /* of the C function */
  napi_handle_scope scope; /* for the callbacks; NULL before the first */
  unsigned callbacks : 31; /* that used the scope */
  unsigned
      by_v8 : 1; /* entered without Node-API: V8's exceptions, terminations above all, can be left to it */
  nb_failure failure; /* later callbacks of the call are not run and answer zero */
  napi_ref thrown;    /* NB_THROWN: an Array that holds the exception; NULL while the environment ends */
} nb_active;

/* The handles that callbacks of the call use again and again went with their scope, or belonged to an earlier
 * call at the same place on the stack. */
static inline void nb_active_drop_handles(const nb_active *active, nb_env *nb)
{
  if (nb->handles.owner == active)
    nb->handles.owner = NULL;
}

static inline void nb_active_begin(nb_active *active, nb_env *nb, const char *name)
{
  active->outer = nb->active;
  active->name = name;
  active->scope = NULL;
  active->by_v8 = false;
  active->failure = NB_NO_FAILURE;
  nb_active_drop_handles(active, nb);
  nb->active = active;
  if (nb->watched)
    nb_inbox_in_call(nb->inbox, name);
}

/* callback.c: throws what the callbacks left. Always false, with NB_E_PENDING or the error in `err`. */
bool nb_active_fail(nb_env *nb, const nb_active *active, rs_error *err);

/* Whether callbacks ran, or failed to: then nb_active_end is needed, else nb_active_leave will do. */
static inline bool nb_active_is_used(const nb_active *active)
{
  return active->scope || active->failure != NB_NO_FAILURE;
}

static inline void nb_active_leave(const nb_active *active, nb_env *nb)
{
  nb->active = active->outer;
  if (nb->watched)
    nb_inbox_out_of_call(nb->inbox, active->outer ? active->outer->name : NULL);
}

/* Ends the call right after C returned. False when a callback failed: an exception is pending or `err` is
 * set. */
static inline bool nb_active_end(const nb_active *active, nb_env *nb, rs_error *err)
{
  nb_active_leave(active, nb);
  if (active->scope)
    (void)napi_close_handle_scope(nb->env, active->scope);
  return active->failure == NB_NO_FAILURE || nb_active_fail(nb, active, err);
}

#endif

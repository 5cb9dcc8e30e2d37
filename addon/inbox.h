/* inbox.h - the door through which other threads reach an environment: callbacks that they call are posted
 * here, run by the environment's thread, and answered; finished asynchronous calls are announced here. One
 * inbox per environment. Its memory outlives the environment, and so do the callers that still hold a pointer
 * to it: once shut it answers zero to everybody at once. */
#ifndef NB_INBOX_H
#define NB_INBOX_H

#include <node_api.h>
#include <stdatomic.h>

#include "keep.h"
#include "ristretto.h"

struct nb_env;
struct nb_job;

/* A call of a callback by a foreign thread, which waits for the answer; lies on its stack. */
typedef struct nb_request {
  rs_closure *closure;
  unsigned generation; /* of the closure when C called it */
  void *frame;
  uint64_t id;   /* for the promise of the result */
  nb_keep *keep; /* what the result needs to stay valid */
  bool of_job;   /* `keep` is an asynchronous call's and takes callbacks, too */
  bool taken;    /* JavaScript runs, or ran and returned a promise */
  bool answered;
  bool reported; /* as a deadlock */
  rs_cond changed;
  struct nb_request *next;
} nb_request;

typedef struct nb_inbox {
  rs_mutex lock; /* guards what follows */
  struct nb_env *nb;
  napi_threadsafe_function wake;
  bool open; /* requests are taken */
  nb_request *requests;
  uint64_t last_id;
  unsigned deadline; /* milliseconds after which a waiting thread reports a deadlock; 0: never */

  _Atomic(const void *) thread; /* of the environment: rs_thread_self */
  _Atomic(const char *)
      calling;            /* the C function that the environment's thread is inside; NULL: JavaScript */
  _Atomic unsigned calls; /* counts how often a C function was entered or returned to */
  struct nb_inbox *next;  /* of all */
} nb_inbox;

/* An inbox of the process is or was open: only then can C have a callback to call. */
extern atomic_bool nb_inbox_any;

/* The environment of this thread; NULL on foreign threads. */
struct nb_env *nb_this_env(void);

/* An inbox for `nb` on this thread; NULL with err set. Nobody can reach it before nb_inbox_open. */
nb_inbox *nb_inbox_new(struct nb_env *nb, rs_error *err);
/* Makes it reachable; done before the first callback or asynchronous call exists. Cheap when open already. */
bool nb_inbox_open(nb_inbox *inbox, rs_error *err);
/* Answers zero to all who wait, and from now on at once. From the environment's thread. */
void nb_inbox_shut(nb_inbox *inbox);
/* Shut, and the environment is gone: the inbox may be used by another one. */
void nb_inbox_retire(nb_inbox *inbox);

/* Waits until no thread is inside the inbox: what it read of the environment may be freed then. */
void nb_inbox_sync(nb_inbox *inbox);

/* Whether the event loop is kept alive for the sake of the inbox. */
void nb_inbox_keep_alive(nb_inbox *inbox, bool alive);

/* From any thread. Runs a callback on the environment's thread; the answer is in `frame` on return. */
void nb_inbox_call(nb_inbox *inbox, rs_closure *closure, void *frame);
/* From any thread: has nb_job_complete(job) called on the environment's thread. False when it is shut. */
bool nb_inbox_announce(nb_inbox *inbox, struct nb_job *job);

/* Runs what has been posted but not taken; at the end of the event loop. */
void nb_inbox_drain(nb_inbox *inbox);

/* Answers the request of that id: with the C value `value`, or zero without one. What the value needs moves
 * from `keep` to the request's; only an asynchronous call's takes callbacks, else they stay. False when
 * nobody waits any more. */
bool nb_inbox_answer(nb_inbox *inbox, uint64_t id, const rs_plan *plan, const void *value, nb_keep *keep);
/* Answers zero to those who wait for a closure that is released and that nobody works on. */
void nb_inbox_forget(nb_inbox *inbox, const rs_closure *closure);
/* The callback that the request of that id is for; NULL when it was answered. */
struct nb_callback *nb_inbox_callback(nb_inbox *inbox, uint64_t id);

/* The thread of the environment enters a C function or comes back to one, or leaves it (NULL: for
 * JavaScript). Entering is counted: who sees the same name and the same count sees the same call. */
static inline void nb_inbox_out_of_call(nb_inbox *inbox, const char *name)
{
  atomic_store_explicit(&inbox->calling, name, memory_order_relaxed);
}

static inline void nb_inbox_in_call(nb_inbox *inbox, const char *name)
{
  atomic_store_explicit(&inbox->calling, name, memory_order_relaxed);
  /* Only this thread writes it: no need for an atomic addition. */
  atomic_store_explicit(&inbox->calls, atomic_load_explicit(&inbox->calls, memory_order_relaxed) + 1,
                        memory_order_relaxed);
}

#endif

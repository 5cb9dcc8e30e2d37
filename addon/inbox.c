#include "inbox.h"

#include <stdio.h>
#include <stdlib.h>

#include "active.h"
#include "async.h"
#include "callback.h"
#include "environment.h"
#include "thread.h"
#include "value.h"

/* Every inbox there ever was; retired ones are used again. */
static struct {
  rs_mutex lock;
  nb_inbox *first;
} all = {.lock = RS_MUTEX_INIT};

atomic_bool nb_inbox_any;

nb_env *nb_this_env(void)
{
  const void *self = rs_thread_self();
  nb_env *nb = NULL;

  rs_mutex_lock(&all.lock);
  for (nb_inbox *inbox = all.first; inbox && !nb; inbox = inbox->next)
    if (atomic_load_explicit(&inbox->thread, memory_order_relaxed) == self)
      nb = inbox->nb;
  rs_mutex_unlock(&all.lock);
  return nb;
}

#ifdef _WIN32
/* When a DLL hears of the end, the system has ended all other threads: none waits, and one may have held a
 * lock. */
static void watch_end(void)
{
}
#else
/* The process ends by exit(): threads must not wait for an answer that cannot come while destructors join
 * them. */
static void shut_all(void)
{
  rs_mutex_lock(&all.lock);
  for (nb_inbox *inbox = all.first; inbox; inbox = inbox->next)
    nb_inbox_shut(inbox);
  rs_mutex_unlock(&all.lock);
}

static void watch_end(void)
{
  (void)atexit(shut_all);
}
#endif

static nb_inbox *find_retired(void)
{
  nb_inbox *inbox = all.first;

  while (inbox && inbox->nb)
    inbox = inbox->next;
  return inbox;
}

nb_inbox *nb_inbox_new(nb_env *nb, rs_error *err)
{
  nb_inbox *inbox;

  rs_mutex_lock(&all.lock);
  inbox = find_retired();
  if (!inbox && (inbox = rs_zalloc(sizeof *inbox, err))) {
    if (!all.first)
      watch_end();
    rs_mutex_init(&inbox->lock);
    inbox->next = all.first;
    all.first = inbox;
  }
  if (inbox)
    inbox->nb = nb;
  rs_mutex_unlock(&all.lock);
  if (!inbox)
    return NULL;
  atomic_store_explicit(&inbox->calling, NULL, memory_order_relaxed);
  atomic_store_explicit(&inbox->thread, rs_thread_self(), memory_order_release);
  return inbox;
}

void nb_inbox_retire(nb_inbox *inbox)
{
  nb_inbox_shut(inbox);
  atomic_store_explicit(&inbox->thread, NULL, memory_order_release);
  rs_mutex_lock(&all.lock);
  inbox->nb = NULL;
  inbox->wake = NULL;
  rs_mutex_unlock(&all.lock);
}

/* What waits, the oldest first, that nobody works on. */
static nb_request *take_request(nb_inbox *inbox)
{
  nb_request *request;

  rs_mutex_lock(&inbox->lock);
  request = inbox->requests;
  while (request && request->taken)
    request = request->next;
  if (request)
    request->taken = true;
  rs_mutex_unlock(&inbox->lock);
  return request;
}

void nb_inbox_drain(nb_inbox *inbox)
{
  nb_request *request;

  while ((request = take_request(inbox)))
    nb_callback_serve(inbox->nb, request);
}

static bool is_open(nb_inbox *inbox)
{
  bool open;

  rs_mutex_lock(&inbox->lock);
  open = inbox->open;
  rs_mutex_unlock(&inbox->lock);
  return open;
}

/* One item per request and per job, so that Node runs microtasks and process.nextTick() after each. */
static void on_wake(napi_env env, napi_value function, void *context, void *job)
{
  nb_inbox *inbox = context;
  nb_request *request;

  (void)function;
  /* The environment is going down: Node.js passes none then; Bun 1.4 does, after it ran the cleanup hooks. */
  if (!env || !inbox->nb || inbox->nb->env != env || !is_open(inbox))
    return;
  if (job)
    nb_job_complete(job);
  else if ((request = take_request(inbox)))
    nb_callback_serve(inbox->nb, request);
}

static void on_cleanup(void *data)
{
  nb_env *nb = data;

  nb_inbox_shut(nb->inbox);
  nb_jobs_abandon(nb);
}

static bool watch_exit(nb_env *nb, rs_error *err)
{
  return nb_call_hook(nb, NB_HOOK_WATCH_EXIT, 0, NULL, err) != NULL;
}

bool nb_inbox_open(nb_inbox *inbox, rs_error *err)
{
  nb_env *nb = inbox->nb;

  if (inbox->wake)
    return true;
  if (!nb_check(nb,
                napi_create_threadsafe_function(nb->env, NULL, NULL, nb_string(nb, "ristretto"), 0, 1, NULL,
                                                NULL, inbox, on_wake, &inbox->wake),
                err))
    return false;
  /* Hooks run last in, first out: ours before the one that destroys the threadsafe function. */
  (void)napi_unref_threadsafe_function(nb->env, inbox->wake);
  if (!nb_check(nb, napi_add_env_cleanup_hook(nb->env, on_cleanup, nb), err) || !watch_exit(nb, err))
    return false;
  if (nb->hooks[NB_HOOK_LEAVE_FAST] && !nb_call_hook(nb, NB_HOOK_LEAVE_FAST, 0, NULL, err))
    return false;
  atomic_store_explicit(&nb_inbox_any, true, memory_order_relaxed);
  nb->watched = true;
  if (nb->active)
    nb_inbox_in_call(inbox, nb->active->name);
  rs_mutex_lock(&inbox->lock);
  inbox->open = true;
  inbox->deadline = (unsigned)nb->settings.deadlock_warning;
  rs_mutex_unlock(&inbox->lock);
  return true;
}

void nb_inbox_sync(nb_inbox *inbox)
{
  rs_mutex_lock(&inbox->lock);
  rs_mutex_unlock(&inbox->lock);
}

void nb_inbox_keep_alive(nb_inbox *inbox, bool alive)
{
  if (alive)
    (void)napi_ref_threadsafe_function(inbox->nb->env, inbox->wake);
  else
    (void)napi_unref_threadsafe_function(inbox->nb->env, inbox->wake);
}

/* With the lock held. */
static void unlink_request(nb_inbox *inbox, const nb_request *request)
{
  nb_request **at = &inbox->requests;

  while (*at && *at != request)
    at = &(*at)->next;
  if (*at)
    *at = request->next;
}

/* With the lock held. */
static nb_request *find_request(const nb_inbox *inbox, uint64_t id)
{
  nb_request *request = inbox->requests;

  while (request && request->id != id)
    request = request->next;
  return request;
}

static void finish(nb_inbox *inbox, nb_request *request)
{
  unlink_request(inbox, request);
  request->answered = true;
  rs_cond_signal(&request->changed);
}

void nb_inbox_shut(nb_inbox *inbox)
{
  rs_mutex_lock(&inbox->lock);
  inbox->open = false;
  while (inbox->requests) {
    rs_closure_zero(inbox->requests->closure, inbox->requests->frame);
    finish(inbox, inbox->requests);
  }
  rs_mutex_unlock(&inbox->lock);
}

void nb_inbox_forget(nb_inbox *inbox, const rs_closure *closure)
{
  nb_request *request, *next;

  rs_mutex_lock(&inbox->lock);
  for (request = inbox->requests; request; request = next) {
    next = request->next;
    if (request->closure == closure && !request->taken) {
      rs_closure_zero(closure, request->frame);
      finish(inbox, request);
    }
  }
  rs_mutex_unlock(&inbox->lock);
}

bool nb_inbox_answer(nb_inbox *inbox, uint64_t id, const rs_plan *plan, const void *value, nb_keep *keep)
{
  nb_keep chunks = {.chunks = keep->chunks};
  nb_request *request;

  rs_mutex_lock(&inbox->lock);
  if ((request = find_request(inbox, id))) {
    if (value)
      rs_frame_answer(plan, request->frame, value);
    else
      rs_closure_zero(request->closure, request->frame);
    if (request->of_job) {
      nb_keep_take(request->keep, keep);
    } else {
      keep->chunks = NULL;
      nb_keep_take(request->keep, &chunks);
    }
    finish(inbox, request);
  }
  rs_mutex_unlock(&inbox->lock);
  return request != NULL;
}

nb_callback *nb_inbox_callback(nb_inbox *inbox, uint64_t id)
{
  nb_request *request;
  nb_callback *callback;

  rs_mutex_lock(&inbox->lock);
  request = find_request(inbox, id);
  callback = request ? request->closure->data : NULL;
  rs_mutex_unlock(&inbox->lock);
  return callback;
}

bool nb_inbox_announce(nb_inbox *inbox, nb_job *job)
{
  bool done;

  rs_mutex_lock(&inbox->lock);
  done = inbox->open && napi_call_threadsafe_function(inbox->wake, job, napi_tsfn_nonblocking) == napi_ok;
  rs_mutex_unlock(&inbox->lock);
  return done;
}

/* The environment's thread cannot warn while it is stuck: the text goes to stderr now, and becomes a process
 * warning if the thread ever gets free (nb_callback_serve). */
static void report_deadlock(nb_request *request, const char *calling, unsigned milliseconds)
{
  const nb_callback *callback = request->closure->data;

  request->reported = true;
  (void)fprintf(
      stderr,
      "(ristretto) possible deadlock: JavaScript has been inside %s() for %g s while another thread waits "
      "for it to run a callback of type %s\n",
      calling, milliseconds / 1000.0, callback->name);
}

/* Waits with the lock held. The thread of the environment is stuck when it stayed in the same C call all the
 * time. */
static void wait_for_answer(nb_inbox *inbox, nb_request *request)
{
  const char *calling = atomic_load_explicit(&inbox->calling, memory_order_relaxed);
  unsigned calls = atomic_load_explicit(&inbox->calls, memory_order_relaxed);

  while (!request->answered) {
    if (request->taken || request->reported || !inbox->deadline) {
      rs_cond_wait(&request->changed, &inbox->lock);
    } else if (!rs_cond_wait_for(&request->changed, &inbox->lock, inbox->deadline) && !request->taken
               && !request->answered) {
      if (calling && calling == atomic_load_explicit(&inbox->calling, memory_order_relaxed)
          && calls == atomic_load_explicit(&inbox->calls, memory_order_relaxed))
        report_deadlock(request, calling, inbox->deadline);
      calling = atomic_load_explicit(&inbox->calling, memory_order_relaxed);
      calls = atomic_load_explicit(&inbox->calls, memory_order_relaxed);
    }
  }
}

static void append_request(nb_inbox *inbox, nb_request *request)
{
  nb_request **at = &inbox->requests;

  while (*at)
    at = &(*at)->next;
  *at = request;
  request->id = ++inbox->last_id;
}

void nb_inbox_call(nb_inbox *inbox, rs_closure *closure, void *frame)
{
  nb_request request = {.closure = closure, .frame = frame};
  nb_thread *thread = nb_thread_of();

  if (!thread) { /* no memory */
    rs_closure_zero(closure, frame);
    return;
  }
  nb_keep_free_chunks(&thread->keep);
  request.of_job = thread->job_keep != NULL;
  request.keep = request.of_job ? thread->job_keep : &thread->keep;
  rs_cond_init(&request.changed);
  rs_mutex_lock(&inbox->lock);
  request.generation = atomic_load_explicit(&closure->generation, memory_order_relaxed);
  append_request(inbox, &request);
  if (inbox->open && atomic_load_explicit(&closure->owner, memory_order_acquire) == inbox
      && napi_call_threadsafe_function(inbox->wake, NULL, napi_tsfn_nonblocking) == napi_ok) {
    wait_for_answer(inbox, &request);
  } else {
    unlink_request(inbox, &request);
    rs_closure_zero(closure, frame);
  }
  rs_mutex_unlock(&inbox->lock);
  rs_cond_destroy(&request.changed);
}

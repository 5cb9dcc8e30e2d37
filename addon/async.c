#include "async.h"
#include "compiled.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "callback.h"
#include "encode_impl.h"
#include "function_impl.h"
#include "inbox.h"
#include "lane.h"
#include "pool.h"
#include "spec.h"
#include "thread.h"

enum {
  ROOM = 2048, /* bytes of call memory in a job; more goes to chunks */
  MOST_ARGUMENTS = 2 * RS_MAX_PARAMS + 2
};

typedef enum nb_stage { NB_QUEUED, NB_RUNNING, NB_DONE } nb_stage;

struct nb_job {
  nb_task task; /* first: the pool's view of a job */
  nb_env *nb;
  nb_inbox *inbox;
  nb_job *next, **link; /* of the environment */
  nb_pool *pool;        /* NULL until submitted */

  /* The call. */
  nb_function *f; /* held; NULL once abandoned */
  const rs_plan *plan;
  void (*enter)(void *frame, rs_fn fn);
  rs_fn address;
  nb_frame frame;
  uint32_t stack_bytes;
  nb_errors errors;
  rs_error err; /* what went wrong before C could be called */
  nb_call call;
  nb_memory memory;
  nb_keep keep;

  /* Its life. `lock` guards what both threads look at. */
  rs_mutex lock;
  rs_cond changed;
  nb_stage stage;
  bool abandoned;    /* nobody waits: the thread frees the job */
  bool uses_buffers; /* C works on memory of JavaScript */
  bool called_stale; /* C called a callback that is gone */

  /* Who waits. */
  napi_ref exception; /* nb_hold: what went wrong in JavaScript before C could be called */
  napi_ref values;    /* Array: buffers and outputs, so that they live; NULL for none */
  napi_ref callback;  /* bound to its asynchronous context */
  napi_deferred deferred;
  napi_ref unwatch; /* function that stops watching the signal */

  _Alignas(16) unsigned char room[ROOM];
};

/* Life of a job */

static nb_job *make(nb_function *f, rs_error *err)
{
  nb_env *nb = f->nb;
  nb_job *job = rs_malloc(sizeof *job, err);

  if (!job)
    return NULL;
  memset(job, 0, offsetof(nb_job, room));
  job->nb = nb;
  job->inbox = nb->inbox;
  job->f = f;
  nb_function_ref(f);
  job->address = f->address;
  job->errors = nb->errors;
  job->memory = (nb_memory){.base = job->room, .size = ROOM};
  rs_mutex_init(&job->lock);
  rs_cond_init(&job->changed);
  if ((job->next = nb->jobs))
    job->next->link = &job->next;
  job->link = &nb->jobs;
  nb->jobs = job;
  nb->job_count++;
  nb_env_hold(nb, true);
  return job;
}

/* What neither JavaScript nor the environment is needed for: any thread. */
static void free_memory(nb_job *job)
{
  nb_call_free_chunks(&job->call);
  nb_keep_free_chunks(&job->keep);
  rs_cond_destroy(&job->changed);
  rs_mutex_destroy(&job->lock);
  free(job);
}

static void drop_reference(nb_env *nb, napi_ref *reference)
{
  if (*reference)
    (void)napi_delete_reference(nb->env, *reference);
  *reference = NULL;
}

/* The environment's part. */
static void detach(nb_job *job)
{
  nb_env *nb = job->nb;
  nb_keep callbacks = {.callbacks = job->keep.callbacks}; /* C may be in the call: chunks must stay */

  job->keep.callbacks = NULL;
  nb_keep_release(&callbacks);
  drop_reference(nb, &job->exception);
  drop_reference(nb, &job->values);
  drop_reference(nb, &job->callback);
  drop_reference(nb, &job->unwatch);
  if (job->plan)
    rs_signature_unref(job->plan->signature);
  nb_function_unref(job->f);
  if ((*job->link = job->next))
    job->next->link = job->link;
  nb->job_count--;
  nb_env_hold(nb, false);
}

static void destroy(nb_job *job)
{
  detach(job);
  free_memory(job);
}

/* On a thread of the pool */

static void run(nb_task *task)
{
  nb_job *job = (nb_job *)(void *)task;
  nb_thread *thread = nb_thread_of();
  bool abandoned;

  rs_mutex_lock(&job->lock);
  job->stage = NB_RUNNING;
  abandoned = job->abandoned;
  rs_mutex_unlock(&job->lock);
  if (!thread)
    rs_fail(&job->err, RS_E_MEMORY, "async(): out of memory");
  else if (!abandoned && nb_check_stack("async()", job->stack_bytes, &job->err)) {
    thread->job_keep = &job->keep;
    thread->called_stale = false;
    nb_errors_give(job->errors, &errno);
    job->enter(job->frame.frame, job->address);
    job->errors = nb_errors_take(&errno);
    job->called_stale = thread->called_stale;
    thread->job_keep = NULL;
  }
  rs_mutex_lock(&job->lock);
  job->stage = NB_DONE;
  abandoned = job->abandoned;
  rs_cond_signal(&job->changed);
  if (!abandoned)
    (void)nb_inbox_announce(job->inbox, job); /* with the lock: nb_jobs_abandon cannot free it yet */
  rs_mutex_unlock(&job->lock);
  if (abandoned)
    free_memory(job);
}

/* With the job's lock held, so that its pool exists: a queued task keeps it, and so does a thread that took
 * the task but could not say so yet. */
static bool cancel(nb_job *job)
{
  return job->stage == NB_QUEUED && job->pool && nb_pool_cancel(job->pool, &job->task);
}

static void abandon(nb_job *job)
{
  bool ours;

  rs_mutex_lock(&job->lock);
  while (job->stage == NB_RUNNING && job->uses_buffers)
    rs_cond_wait(&job->changed, &job->lock);
  ours = cancel(job) || job->stage == NB_DONE;
  job->abandoned = !ours;
  detach(job);
  rs_mutex_unlock(&job->lock);
  if (ours)
    free_memory(job);
}

void nb_jobs_abandon(nb_env *nb)
{
  for (nb_job *job = nb->jobs, *next; job; job = next) {
    next = job->next;
    abandon(job);
  }
  nb_pool_close(nb->pool);
  nb->pool = NULL;
}

/* Completion */

/* Handles from before are gone: outputs are found again in the Array of values. */
static bool reload_outputs(nb_job *job, rs_error *err)
{
  napi_value values;
  uint32_t i = 0;

  if (!job->values)
    return true;
  if (!nb_check(job->nb, napi_get_reference_value(job->nb->env, job->values, &values), err))
    return false;
  for (struct nb_output *o = job->call.outputs; o; o = o->next)
    if (!nb_check(job->nb, napi_get_element(job->nb->env, values, i++, &o->value), err))
      return false;
  return true;
}

/* The result, or NULL with job->err set. */
static napi_value finish(nb_job *job)
{
  nb_env *nb = job->nb;
  rs_error *err = &job->err;
  napi_value result = nb_undefined(nb);

  if (err->code != RS_OK)
    return NULL;
  nb->errors = job->errors;
  if (job->called_stale) {
    nb_callback_fail_stale(job->f->name, err);
    return NULL;
  }
  nb_enter(nb);
  job->call.err = err;
  if ((job->plan->result.type->kind != RS_VOID
       && !(result = nb_take_result(nb, job->plan, job->frame.frame, job->frame.memory, err)))
      || !reload_outputs(job, err) || !nb_call_outputs(&job->call))
    result = NULL;
  nb_leave(nb);
  nb->errors = job->errors; /* whatever a disposer did */
  return result;
}

static napi_value exception_of(nb_job *job)
{
  napi_value exception = NULL;

  if (job->exception)
    (void)nb_held(job->nb, job->exception, &exception, &job->err);
  else
    exception = nb_take_exception(job->nb, &job->err);
  return exception ? exception : nb_undefined(job->nb);
}

/* callback(error, result). Microtasks and process.nextTick() run when the inbox's item ends. */
static void call_back(nb_env *nb, napi_value callback, napi_value error, napi_value result)
{
  napi_value arguments[] = {error ? error : nb_null(nb), error ? nb_undefined(nb) : result}, exception;

  if (napi_call_function(nb->env, nb_undefined(nb), callback, 2, arguments, NULL) == napi_pending_exception
      && napi_get_and_clear_last_exception(nb->env, &exception) == napi_ok)
    (void)napi_fatal_exception(nb->env, exception);
}

static void stop_watching(nb_job *job)
{
  napi_value function, exception;

  if (job->unwatch && napi_get_reference_value(job->nb->env, job->unwatch, &function) == napi_ok
      && napi_call_function(job->nb->env, nb_undefined(job->nb), function, 0, NULL, NULL)
             == napi_pending_exception)
    (void)napi_get_and_clear_last_exception(job->nb->env, &exception);
}

/* A callback takes a falsy error for none: it gets an Error with the `reason` instead. */
static napi_value make_truthy(const nb_job *job, napi_value error)
{
  nb_env *nb = job->nb;
  NB_NO_ERROR(err);
  napi_value boolean, wrapped;
  bool truthy;

  if (napi_coerce_to_bool(nb->env, error, &boolean) != napi_ok
      || napi_get_value_bool(nb->env, boolean, &truthy) != napi_ok || truthy)
    return error;
  rs_fail(&err, RS_E_FALSY_REASON, "%s.async(): failed with the reason that is in `reason`", job->f->name);
  if (!(wrapped = nb_error_object(nb, &err))
      || napi_set_named_property(nb->env, wrapped, "reason", error) != napi_ok)
    return error;
  return wrapped;
}

/* Frees the job and tells who waits. */
static void tell(nb_job *job, napi_value error, napi_value result)
{
  nb_env *nb = job->nb;
  napi_deferred deferred = job->deferred;
  napi_value callback = NULL;

  stop_watching(job);
  if (job->callback)
    (void)napi_get_reference_value(nb->env, job->callback, &callback);
  if (callback && error)
    error = make_truthy(job, error);
  destroy(job);
  if (callback)
    call_back(nb, callback, error, result);
  if (deferred && error)
    (void)napi_reject_deferred(nb->env, deferred, error);
  else if (deferred)
    (void)napi_resolve_deferred(nb->env, deferred, result);
}

/* `reason` is what who waits will be told. */
static bool fail_with(nb_job *job, napi_value reason, rs_error *err)
{
  job->err.code = NB_E_PENDING;
  drop_reference(job->nb, &job->exception);
  return nb_hold(job->nb, reason, &job->exception, err);
}

void nb_job_complete(nb_job *job)
{
  napi_value result, error = NULL;

  rs_mutex_lock(&job->lock); /* the thread may still hold it to announce the job */
  rs_mutex_unlock(&job->lock);
  if (!(result = finish(job)))
    error = exception_of(job);
  tell(job, error, result);
}

/* cancelCall(call, reason): the signal of a call was aborted. A call that C is in goes on. The call exists:
 * who waits is told later, and then its signal is watched no more. */
napi_value js_cancel_call(napi_env env, napi_callback_info info)
{
  nb_args args;
  void *data;
  nb_job *job;
  bool cancelled;

  if (!nb_args_read(env, info, &args) || napi_get_value_external(env, args.at[0], &data) != napi_ok)
    return NULL;
  job = data;
  rs_mutex_lock(&job->lock);
  cancelled = cancel(job);
  if (cancelled)
    job->stage = NB_DONE;
  rs_mutex_unlock(&job->lock);
  if (cancelled && fail_with(job, args.at[1], &job->err))
    (void)nb_inbox_announce(job->inbox, job);
  return NULL;
}

/* The call */

typedef struct request {
  nb_function *f;
  size_t argc; /* of the C function: values, or values and variadic pairs */
  const napi_value *argv;
  napi_value callback; /* NULL: a promise is returned */
  napi_value signal;   /* NULL: none */
  napi_value lane;     /* NULL: none */
} request;

static bool is_options(nb_env *nb, napi_value value)
{
  return nb_typeof(nb, value) == napi_object && !nb_is_array(nb, value) && !nb_spec_object(nb, value);
}

static bool read_options(request *r, napi_value options, rs_error *err)
{
  nb_env *nb = r->f->nb;

  if (!nb_check(nb, napi_get_named_property(nb->env, options, "signal", &r->signal), err)
      || !nb_check(nb, napi_get_named_property(nb->env, options, "lane", &r->lane), err))
    return false;
  if (nb_typeof(nb, r->signal) == napi_undefined)
    r->signal = NULL;
  if (nb_typeof(nb, r->lane) == napi_undefined)
    r->lane = NULL;
  return true;
}

/* What follows the arguments: nothing, options, callback, or options and callback. */
static bool read_rest(request *r, size_t count, const napi_value *rest, rs_error *err)
{
  nb_env *nb = r->f->nb;
  size_t at = 0;
  char kind[64];

  if (at < count && is_options(nb, rest[at]) && !read_options(r, rest[at++], err))
    return false;
  if (at < count && nb_typeof(nb, rest[at]) == napi_function)
    r->callback = rest[at++];
  /* Arguments behind a callback are ignored, as everywhere. */
  return r->callback || at == count
         || rs_fail(err, RS_E_ARGUMENT,
                    "%s.async(): argument %zu expects a callback function or options, got %s", r->f->name,
                    r->argc + at + 1, nb_describe(nb, rest[at], kind, sizeof kind));
}

/* Variadic arguments are pairs; what follows them cannot be one. */
static size_t count_variadic(const request *r, size_t argc, const napi_value *argv)
{
  nb_env *nb = r->f->nb;
  size_t fixed = r->f->signature->count, extra = argc - fixed;

  if (extra % 2)
    return argc - 1;
  if (extra >= 2 && nb_typeof(nb, argv[argc - 1]) == napi_function && is_options(nb, argv[argc - 2]))
    return argc - 2;
  return argc;
}

/* f.async(1, callback): an argument is missing, rather than a promise wanted. */
static bool is_callback_early(const request *r, size_t argc, const napi_value *argv)
{
  const rs_signature *s = r->f->signature;

  return argc == s->count && argc && s->params[argc - 1].type->kind != RS_POINTER
         && nb_typeof(r->f->nb, argv[argc - 1]) == napi_function;
}

static bool read_call(request *r, size_t argc, const napi_value *argv, rs_error *err)
{
  const rs_signature *s = r->f->signature;

  if (is_callback_early(r, argc, argv))
    argc--;
  if (argc < s->count)
    return rs_fail(err, RS_E_ARGUMENT_COUNT,
                   "%s.async(): expects %u argument%s and an optional callback, got %zu", r->f->name,
                   s->count, s->count == 1 ? "" : "s", argc);
  r->argv = argv;
  r->argc = s->variadic ? count_variadic(r, argc, argv) : s->count;
  return read_rest(r, argc - r->argc, argv + r->argc, err);
}

/* The lane may have been closed by user code that ran since its option was read. */
static nb_pool *pool_of(const request *r, rs_error *err)
{
  nb_env *nb = r->f->nb;

  if (r->lane)
    return nb_lane_pool(nb, r->lane, r->f->name, err);
  if (!nb->pool)
    nb->pool = nb_pool_new((unsigned)nb->settings.async_threads, err);
  return nb->pool;
}

static bool check_lane(const request *r, rs_error *err)
{
  return !r->lane || nb_lane_pool(r->f->nb, r->lane, r->f->name, err);
}

static bool check_room(const nb_function *f, rs_error *err)
{
  const nb_env *nb = f->nb;

  return !nb->settings.async_limited || nb->job_count < nb->settings.max_async_calls
         || rs_fail(err, RS_E_LIMIT,
                    "%s.async(): %lld calls are in flight, the most that max_async_calls allows", f->name,
                    (long long)nb->job_count);
}

/* Converts the arguments. On failure the error is the job's: it is told like any other outcome. */
static void encode(nb_job *job, const request *r)
{
  nb_function *f = job->f;
  napi_value values[RS_MAX_PARAMS];
  const napi_value *given = r->argv;

  nb_enter(f->nb);
  nb_call_begin(&job->call, f->nb, f->strict, &job->err);
  job->call.memory = &job->memory;
  job->call.mark = 0;
  job->call.keep = &job->keep;
  job->plan = f->plan;
  if (f->signature->variadic && r->argc > f->signature->count) {
    job->plan = nb_plan_variadic(f, r->argc, r->argv, values, &job->err);
    given = values;
  }
  if (job->plan) {
    rs_signature_ref(job->plan->signature); /* of a variadic call: nobody else holds it */
    if (nb_fill_frame(f, &job->call, job->plan, given, &job->frame)) {
      job->enter = job->plan->abi->call;
      job->stack_bytes = job->plan->stack_bytes;
    }
  }
  nb_leave(f->nb);
}

/* Buffers and outputs must live until the call ends; their handles do not. */
static bool hold_values(nb_job *job, rs_error *err)
{
  nb_env *nb = job->nb;
  napi_value array;
  uint32_t i = 0;

  job->uses_buffers = job->call.fixups != NULL;
  if (!job->call.fixups && !job->call.outputs)
    return true;
  if (!nb_check(nb, napi_create_array(nb->env, &array), err))
    return false;
  for (struct nb_output *o = job->call.outputs; o; o = o->next)
    if (!nb_check(nb, napi_set_element(nb->env, array, i++, o->value), err))
      return false;
  for (struct nb_fixup *f = job->call.fixups; f; f = f->next)
    if (!nb_check(nb, napi_set_element(nb->env, array, i++, f->buffer), err))
      return false;
  return nb_check(nb, napi_create_reference(nb->env, array, 1, &job->values), err);
}

static bool hold_waiter(nb_job *job, const request *r, napi_value *promise, rs_error *err)
{
  nb_env *nb = job->nb;
  napi_value bound;

  *promise = NULL;
  if (r->callback)
    return (bound = nb_call_hook(nb, NB_HOOK_BIND, 1, &r->callback, err))
           && nb_check(nb, napi_create_reference(nb->env, bound, 1, &job->callback), err);
  return nb_check(nb, napi_create_promise(nb->env, &job->deferred, promise), err);
}

/* The signal may be aborted already: then the reason is told and C is not called. */
static bool watch_signal(nb_job *job, const request *r, napi_value *reason, rs_error *err)
{
  nb_env *nb = job->nb;
  napi_value arguments[] = {r->signal, NULL}, watch;

  *reason = NULL;
  if (!r->signal)
    return true;
  if (!nb_check(nb, napi_create_external(nb->env, job, NULL, NULL, &arguments[1]), err)
      || !(watch = nb_call_hook(nb, NB_HOOK_WATCH_SIGNAL, 2, arguments, err)))
    return false;
  if (nb_is_array(nb, watch))
    return nb_check(nb, napi_get_element(nb->env, watch, 0, reason), err);
  return nb_check(nb, napi_create_reference(nb->env, watch, 1, &job->unwatch), err);
}

/* A job that is not submitted is told from the event loop all the same, never at once. */
static bool submit(nb_job *job, const request *r, rs_error *err)
{
  if (job->err.code == RS_OK)
    return (job->pool = pool_of(r, err)) && nb_pool_submit(job->pool, &job->task, err);
  job->stage = NB_DONE;
  return nb_inbox_announce(job->inbox, job)
         || rs_fail(err, RS_E_UNSUPPORTED, "%s.async(): the environment is ending", job->f->name);
}

/* An exception cannot stay pending until the job is told. */
static bool keep_exception(nb_job *job, rs_error *err)
{
  napi_value exception;

  return job->err.code != NB_E_PENDING
         || (nb_check(job->nb, napi_get_and_clear_last_exception(job->nb->env, &exception), err)
             && nb_hold(job->nb, exception, &job->exception, err));
}

static bool start(nb_job *job, const request *r, napi_value *promise, rs_error *err)
{
  napi_value reason;

  job->task.run = run;
  encode(job, r);
  if (!keep_exception(job, err) || !hold_values(job, err) || !watch_signal(job, r, &reason, err)
      || (reason && !fail_with(job, reason, err)) || !hold_waiter(job, r, promise, err))
    return false;
  return submit(job, r, err);
}

/* A lane as receiver: the call was made by what on() returned. */
static bool read_receiver(request *r, napi_value self, rs_error *err)
{
  if (!nb_is_lane(r->f->nb, self))
    return true;
  r->lane = self;
  return !r->callback
         || rs_fail(err, RS_E_ARGUMENT, "%s.on(): a call on a lane returns a promise and takes no callback",
                    r->f->name);
}

static bool call_async(nb_function *f, napi_value self, size_t argc, const napi_value *argv,
                       napi_value *promise, rs_error *err)
{
  request r = {.f = f};
  nb_job *job;

  if (!nb_check_loaded(f, err) || !read_call(&r, argc, argv, err) || !read_receiver(&r, self, err)
      || !check_lane(&r, err) || !check_room(f, err) || !nb_inbox_open(f->nb->inbox, err)
      || !(job = make(f, err)))
    return false;
  if (start(job, &r, promise, err))
    return true;
  if (job->unwatch)
    stop_watching(job);
  if (job->deferred) /* nobody has the promise; settling it frees it */
    (void)napi_resolve_deferred(f->nb->env, job->deferred, nb_undefined(f->nb));
  destroy(job);
  return false;
}

static napi_value call_or_throw(nb_function *f, napi_value self, size_t argc, const napi_value *argv)
{
  napi_value promise = NULL;
  NB_NO_ERROR(err);

  nb_collect(f->nb);
  if (argc > MOST_ARGUMENTS)
    rs_fail(&err, RS_E_ARGUMENT_COUNT, "%s.async(): more than %d C arguments", f->name, RS_MAX_PARAMS);
  else if (call_async(f, self, argc, argv, &promise, &err))
    return promise;
  return nb_throw(f->nb, &err);
}

napi_value js_async_call(napi_env env, napi_callback_info info)
{
  napi_value argv[MOST_ARGUMENTS], self = NULL;
  size_t argc = MOST_ARGUMENTS;
  void *data;

  if (napi_get_cb_info(env, info, &argc, argv, &self, &data) != napi_ok)
    return NULL;
  return call_or_throw(data, self, argc, argv);
}

napi_value js_async_compiled(napi_env env, napi_callback_info info)
{
  napi_value argv[2 + MOST_ARGUMENTS], self = NULL;
  size_t argc = 2 + MOST_ARGUMENTS;

  if (napi_get_cb_info(env, info, &argc, argv, &self, NULL) != napi_ok)
    return NULL;
  return call_or_throw(nb_compiled_function(env, argv[0]), self, argc - 2, argv + 2);
}

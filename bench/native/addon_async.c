/* addon_async.c - the hand-written addon's asynchronous calls: napi_async_work on Node's thread pool, and a
 * callback (error, result) as the FFI peers have it. */
#include "addon.h"

#include <stdlib.h>

struct job {
  napi_async_work work;
  napi_ref callback;
  int (*run)(const struct job *job);
  int args[2];
  int result;
};

static void execute(napi_env env, void *data)
{
  struct job *job = data;

  (void)env;
  job->result = job->run(job);
}

/* Takes what start_job has made so far. */
static void free_job(napi_env env, struct job *job)
{
  if (job->work)
    napi_delete_async_work(env, job->work);
  if (job->callback)
    napi_delete_reference(env, job->callback);
  free(job);
}

/* Node has opened the scopes and reports what the callback throws. */
static void complete(napi_env env, napi_status status, void *data)
{
  struct job *job = data;
  napi_value self, callback, args[2];

  if (status == napi_ok && napi_get_undefined(env, &self) == napi_ok
      && napi_get_null(env, &args[0]) == napi_ok && napi_create_int32(env, job->result, &args[1]) == napi_ok
      && napi_get_reference_value(env, job->callback, &callback) == napi_ok) {
    free_job(env, job);
    napi_call_function(env, self, callback, 2, args, NULL);
  } else {
    free_job(env, job);
  }
}

/* `count` numbers, then the callback. */
static napi_value start_job(napi_env env, napi_callback_info info, int (*run)(const struct job *),
                            size_t count)
{
  napi_value args[3], name;
  napi_valuetype type;
  struct job *job = calloc(1, sizeof *job);

  if (!job)
    return fail(env, "out of memory");
  job->run = run;
  if (!take(env, info, count + 1, args) || !get_int(env, args[0], &job->args[0])
      || (count > 1 && !get_int(env, args[1], &job->args[1]))
      || napi_typeof(env, args[count], &type) != napi_ok || type != napi_function) {
    free_job(env, job);
    return fail(env, "expects numbers and a function");
  }
  if (napi_create_reference(env, args[count], 1, &job->callback) != napi_ok
      || napi_create_string_utf8(env, "bench", NAPI_AUTO_LENGTH, &name) != napi_ok
      || napi_create_async_work(env, NULL, name, execute, complete, job, &job->work) != napi_ok
      || napi_queue_async_work(env, job->work) != napi_ok) {
    free_job(env, job);
    return fail(env, "the work could not be queued");
  }
  return NULL;
}

static int run_two_ints(const struct job *job)
{
  return bench_two_ints(job->args[0], job->args[1]);
}

static int run_sleep(const struct job *job)
{
  return bench_sleep(job->args[0]);
}

static napi_value js_two_ints_async(napi_env env, napi_callback_info info)
{
  return start_job(env, info, run_two_ints, 2);
}

static napi_value js_sleep_async(napi_env env, napi_callback_info info)
{
  return start_job(env, info, run_sleep, 1);
}

const struct bench_entry bench_async_entries[] = {
    {"twoIntsAsync", js_two_ints_async},
    {"sleepAsync", js_sleep_async},
    {NULL, NULL},
};

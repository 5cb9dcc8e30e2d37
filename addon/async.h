/* async.h - asynchronous calls: arguments are converted on the JavaScript thread into memory of the call (a
 * job), C runs on a thread of a pool, the result is converted on the JavaScript thread again. */
#ifndef NB_ASYNC_H
#define NB_ASYNC_H

#include "environment.h"
#include "keep.h"

struct nb_function;
typedef struct nb_job nb_job;

/* The `async` of a function whose data is its nb_function. */
napi_value js_async_call(napi_env env, napi_callback_info info);
/* The same for a compiled function, whose index (compiled.h) and itself are the first arguments. */
napi_value js_async_compiled(napi_env env, napi_callback_info info);
/* setUpAsync hook: cancels a queued call; see lib/async.js. */
napi_value js_cancel_call(napi_env env, napi_callback_info info);

/* On the JavaScript thread: result, outputs, completion callback or promise. */
void nb_job_complete(nb_job *job);
/* When the environment goes: queued calls are dropped, running ones finish on their own, or are waited for
 * when C works on memory of JavaScript. */
void nb_jobs_abandon(nb_env *nb);

#endif

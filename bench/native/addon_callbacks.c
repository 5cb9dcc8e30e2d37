/* addon_callbacks.c - the hand-written addon's callbacks: JavaScript functions behind C function pointers.
 * The C functions hand no context on to their callbacks, so it is found through a variable of the thread.
 * Every call of JavaScript has a handle scope of its own, since nothing limits how many there are per native
 * call. */
#include "addon.h"

#include <pthread.h>

struct target {
  napi_env env;
  napi_value self; /* undefined: the receiver of the call */
  napi_value function;
  bool failed; /* an exception is pending, or a result was no number: JavaScript is not called again */
};

static _Thread_local struct target *current;

/* Calls the current target. Returns the number that it gives, 0 when it failed. */
static int call_target(size_t argc, const int *args)
{
  struct target *target = current;
  napi_env env = target->env;
  napi_value values[2], result;
  napi_handle_scope scope;
  int number = 0;
  bool ok = true;

  if (target->failed || napi_open_handle_scope(env, &scope) != napi_ok)
    return 0;
  for (size_t i = 0; i < argc && ok; i++)
    ok = napi_create_int32(env, args[i], &values[i]) == napi_ok;
  ok = ok && napi_call_function(env, target->self, target->function, argc, values, &result) == napi_ok
       && get_int(env, result, &number);
  napi_close_handle_scope(env, scope);
  target->failed = !ok;
  return number;
}

static int on_step(int value)
{
  return call_target(1, &value);
}

static int on_compare(const void *a, const void *b)
{
  return call_target(2, (const int[2]){*(const int *)a, *(const int *)b});
}

static bool is_function(napi_env env, napi_value value)
{
  napi_valuetype type;

  return napi_typeof(env, value, &type) == napi_ok && type == napi_function;
}

/* bench_repeat with `function` as the callback. */
static napi_value repeat(napi_env env, napi_value function, int value, int times)
{
  struct target target = {.env = env, .function = function}, *outer = current;
  int result;

  if (napi_get_undefined(env, &target.self) != napi_ok)
    return fail(env, "out of memory");
  current = &target;
  result = bench_repeat(on_step, value, times);
  current = outer;
  return target.failed ? fail(env, "the callback must return a number") : make_int(env, result);
}

static napi_value js_repeat(napi_env env, napi_callback_info info)
{
  napi_value args[3];
  int value, times;

  if (!take(env, info, 3, args) || !is_function(env, args[0]) || !get_int(env, args[1], &value)
      || !get_int(env, args[2], &times))
    return fail(env, "repeat(): expects a function and two numbers");
  return repeat(env, args[0], value, times);
}

/* A function that stays: `registerStep(f)` keeps it, `repeatRegistered(value, times)` calls it. Never
 * released: the benchmark's processes register one each. */
static napi_ref registered;

static napi_value js_register_step(napi_env env, napi_callback_info info)
{
  napi_value arg;

  if (!take(env, info, 1, &arg) || !is_function(env, arg))
    return fail(env, "registerStep(): expects a function");
  if (registered)
    napi_delete_reference(env, registered);
  registered = NULL;
  if (napi_create_reference(env, arg, 1, &registered) != napi_ok)
    return fail(env, "out of memory");
  return NULL;
}

static napi_value js_repeat_registered(napi_env env, napi_callback_info info)
{
  napi_value args[2], function;
  int value, times;

  if (!registered || !take(env, info, 2, args) || !get_int(env, args[0], &value)
      || !get_int(env, args[1], &times))
    return fail(env, "repeatRegistered(): expects two numbers, and a function registered before");
  if (napi_get_reference_value(env, registered, &function) != napi_ok || !function)
    return fail(env, "repeatRegistered(): the function is gone");
  return repeat(env, function, value, times);
}

static napi_value js_sort(napi_env env, napi_callback_info info)
{
  struct target target = {.env = env}, *outer = current;
  napi_value args[2];
  napi_typedarray_type type;
  size_t length;
  void *data;

  if (!take(env, info, 2, args)
      || napi_get_typedarray_info(env, args[0], &type, &length, &data, NULL, NULL) != napi_ok
      || type != napi_int32_array || !is_function(env, args[1]))
    return fail(env, "sort(): expects an Int32Array and a function");
  if (napi_get_undefined(env, &target.self) != napi_ok)
    return fail(env, "out of memory");
  target.function = args[1];
  current = &target;
  bench_sort(data, (int)length, on_compare);
  current = outer;
  return target.failed ? fail(env, "the callback must return a number") : NULL;
}

/* What one call from the foreign thread waits for. */
struct question {
  int value; /* the argument, then the answer */
  bool answered;
};

static struct {
  napi_threadsafe_function function;
  pthread_mutex_t lock;
  pthread_cond_t answered;
} foreign = {.lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER};

/* On the JavaScript thread. `env` is NULL when it is going down: the foreign thread gets 0. */
static void answer_question(napi_env env, napi_value function, void *context, void *data)
{
  struct question *question = data;
  napi_value self, arg, result;
  int number = 0;

  (void)context;
  if (env
      && (napi_get_undefined(env, &self) != napi_ok
          || napi_create_int32(env, question->value, &arg) != napi_ok
          || napi_call_function(env, self, function, 1, &arg, &result) != napi_ok
          || !get_int(env, result, &number)))
    number = 0;
  pthread_mutex_lock(&foreign.lock);
  question->value = number;
  question->answered = true;
  pthread_cond_signal(&foreign.answered);
  pthread_mutex_unlock(&foreign.lock);
}

/* On the foreign thread. */
static int on_foreign_step(int value)
{
  struct question question = {.value = value};

  if (napi_call_threadsafe_function(foreign.function, &question, napi_tsfn_blocking) != napi_ok)
    return 0;
  pthread_mutex_lock(&foreign.lock);
  while (!question.answered)
    pthread_cond_wait(&foreign.answered, &foreign.lock);
  pthread_mutex_unlock(&foreign.lock);
  return question.value;
}

/* threadStep(f): the function that the thread calls from now on. */
static napi_value js_thread_step(napi_env env, napi_callback_info info)
{
  napi_value arg, name;

  if (!take(env, info, 1, &arg) || !is_function(env, arg))
    return fail(env, "threadStep(): expects a function");
  if (foreign.function)
    napi_release_threadsafe_function(foreign.function, napi_tsfn_release);
  foreign.function = NULL;
  if (napi_create_string_utf8(env, "bench", NAPI_AUTO_LENGTH, &name) != napi_ok
      || napi_create_threadsafe_function(env, arg, NULL, name, 0, 1, NULL, NULL, NULL, answer_question,
                                         &foreign.function)
             != napi_ok)
    return fail(env, "out of memory");
  return NULL;
}

static napi_value js_thread_start(napi_env env, napi_callback_info info)
{
  napi_value args[2];
  int value, times;

  if (!foreign.function || !take(env, info, 2, args) || !get_int(env, args[0], &value)
      || !get_int(env, args[1], &times))
    return fail(env, "threadStart(): expects two numbers, and a function given before");
  return make_int(env, bench_thread_start(on_foreign_step, value, times));
}

static napi_value js_thread_join(napi_env env, napi_callback_info info)
{
  (void)info;
  return make_int(env, bench_thread_join());
}

const struct bench_entry bench_callback_entries[] = {
    {"repeat", js_repeat},
    {"registerStep", js_register_step},
    {"repeatRegistered", js_repeat_registered},
    {"sort", js_sort},
    {"threadStep", js_thread_step},
    {"threadStart", js_thread_start},
    {"threadJoin", js_thread_join},
    {NULL, NULL},
};

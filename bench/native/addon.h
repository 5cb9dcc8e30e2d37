/* addon.h - what the files of the hand-written addon share: reading arguments, making results, and the lists
 * of functions that addon.c exports. */
#ifndef BENCH_ADDON_H
#define BENCH_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include "lib.h"

struct bench_entry {
  const char *name;
  napi_callback call;
};

/* Each ends with an entry without a name. */
extern const struct bench_entry bench_callback_entries[];
extern const struct bench_entry bench_async_entries[];

/* Throws a TypeError unless an exception is pending. Returns NULL, for the caller to return. */
static inline napi_value fail(napi_env env, const char *text)
{
  bool pending = false;

  napi_is_exception_pending(env, &pending);
  if (!pending)
    napi_throw_type_error(env, NULL, text);
  return NULL;
}

/* Reads exactly `count` arguments into `args`. */
static inline bool take(napi_env env, napi_callback_info info, size_t count, napi_value *args)
{
  size_t given = count;

  return napi_get_cb_info(env, info, &given, args, NULL, NULL) == napi_ok && given >= count;
}

static inline bool get_int(napi_env env, napi_value value, int *out)
{
  int32_t number;

  if (napi_get_value_int32(env, value, &number) != napi_ok)
    return false;
  *out = number;
  return true;
}

static inline bool get_double(napi_env env, napi_value value, double *out)
{
  return napi_get_value_double(env, value, out) == napi_ok;
}

static inline napi_value make_int(napi_env env, int number)
{
  napi_value out;

  return napi_create_int32(env, number, &out) == napi_ok ? out : fail(env, "out of memory");
}

static inline napi_value make_double(napi_env env, double number)
{
  napi_value out;

  return napi_create_double(env, number, &out) == napi_ok ? out : fail(env, "out of memory");
}

#endif

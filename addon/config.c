/* config(), stats(), errno(), reset(): the state of an environment that users see and set. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"
#include "spec.h"
#include "value.h"

/* Ranges are the union of koffi 2's and koffi 3's, defaults are koffi 3's. Sizes of memory that is not needed
 * here are stored and reported all the same: programs compute with them. */
static const struct setting {
  const char *name;
  size_t offset; /* in nb_settings */
  int64_t least, most, initial;
} settings[] = {
#define SETTING(name, least, most, initial) \
  { \
#name, offsetof(nb_settings, name), least, most, initial \
  }
    SETTING(sync_stack_size, 1024, 16777216, 2097152), SETTING(sync_heap_size, 0, 16777216, 1048576),
    SETTING(async_stack_size, 1024, 16777216, 131072), SETTING(async_heap_size, 0, 16777216, 131072),
    SETTING(resident_async_pools, 0, 32, 8),           SETTING(max_async_calls, 0, 4096, 256),
    SETTING(max_type_size, 32, 536870912, 67108864),   SETTING(async_threads, 1, 1024, 4),
    SETTING(deadlock_warning, 0, 86400000, 10000),
#undef SETTING
};

static int64_t *setting_in(nb_settings *in, const struct setting *which)
{
  return (int64_t *)(void *)((char *)in + which->offset);
}

/* As many as libuv's pool has: programs that set this variable mean it for all native work. */
static int64_t default_threads(void)
{
  const char *text = getenv("UV_THREADPOOL_SIZE");
  long wanted = text ? strtol(text, NULL, 10) : 4;

  return wanted < 0 || wanted > 1024 ? 1024 : wanted == 0 ? 1 : wanted;
}

void nb_settings_init(nb_settings *out)
{
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    *setting_in(out, &settings[i]) = settings[i].initial;
  out->async_threads = default_threads();
  out->strict = out->async_limited = false;
}

static bool read_strict(nb_env *nb, napi_value value, nb_settings *out, rs_error *err)
{
  char kind[64];

  return napi_get_value_bool(nb->env, value, &out->strict) == napi_ok
         || rs_fail(err, RS_E_ARGUMENT, "config(): strict expects a boolean, got %s",
                    nb_describe(nb, value, kind, sizeof kind));
}

static bool read_setting(nb_env *nb, const char *name, napi_value value, nb_settings *out, rs_error *err)
{
  const struct setting *s = settings, *end = settings + sizeof settings / sizeof *settings;
  double number;
  char kind[64];

  if (strcmp(name, "strict") == 0)
    return read_strict(nb, value, out, err);
  while (s < end && strcmp(name, s->name) != 0)
    s++;
  if (s == end)
    return rs_fail(err, RS_E_CONFIG, "config(): there is no setting '%s'", name);
  if (napi_get_value_double(nb->env, value, &number) != napi_ok)
    return rs_fail(err, RS_E_ARGUMENT, "config(): %s expects a number, got %s", name,
                   nb_describe(nb, value, kind, sizeof kind));
  number = trunc(number);
  if (!(number >= (double)s->least && number <= (double)s->most)) /* NaN, too */
    return rs_fail(err, RS_E_CONFIG, "config(): %s must be between %" PRId64 " and %" PRId64, name, s->least,
                   s->most);
  *setting_in(out, s) = (int64_t)number;
  if (s->offset == offsetof(nb_settings, max_async_calls))
    out->async_limited = true;
  return true;
}

static bool read_settings(nb_env *nb, napi_value object, nb_settings *out, rs_error *err)
{
  napi_value keys, key, value;
  uint32_t count;

  if (!nb_check(nb,
                napi_get_all_property_names(nb->env, object, napi_key_own_only,
                                            napi_key_enumerable | napi_key_skip_symbols,
                                            napi_key_numbers_to_strings, &keys),
                err)
      || !nb_check(nb, napi_get_array_length(nb->env, keys, &count), err))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    char room[64], *name;
    size_t length;
    bool done;

    if (!nb_check(nb, napi_get_element(nb->env, keys, i, &key), err)
        || !nb_check(nb, napi_get_property(nb->env, object, key, &value), err)
        || !(name = nb_text(nb, key, "config(): name", room, sizeof room, &length, err)))
      return false;
    done = read_setting(nb, name, value, out, err);
    nb_text_free(name, room);
    if (!done)
      return false;
  }
  return out->max_async_calls >= out->resident_async_pools
         || rs_fail(err, RS_E_CONFIG,
                    "config(): max_async_calls (%" PRId64 ") must not be below resident_async_pools (%" PRId64
                    ")",
                    out->max_async_calls, out->resident_async_pools);
}

static bool check_unlocked(const nb_env *nb, rs_error *err)
{
  return !nb->loaded
         || rs_fail(err, RS_E_CONFIG, "config(): settings cannot change once a library is loaded");
}

static bool apply(nb_env *nb, napi_value object, rs_error *err)
{
  nb_settings changed = nb->settings;
  char kind[64];

  if (!check_unlocked(nb, err))
    return false;
  if (nb_typeof(nb, object) != napi_object || nb_is_array(nb, object))
    return rs_fail(err, RS_E_ARGUMENT, "config(): settings expects an object, got %s",
                   nb_describe(nb, object, kind, sizeof kind));
  /* A getter may have loaded a library meanwhile. */
  if (!read_settings(nb, object, &changed, err) || !check_unlocked(nb, err))
    return false;
  nb->settings = changed;
  rs_registry_set_max_type_size(nb->reg, (size_t)changed.max_type_size);
  return true;
}

static napi_value report(nb_env *nb, rs_error *err)
{
  napi_value result = NULL;
  bool done = napi_create_object(nb->env, &result) == napi_ok;

  for (size_t i = 0; done && i < sizeof settings / sizeof *settings; i++)
    done = nb_set(nb, result, settings[i].name, nb_int64(nb, *setting_in(&nb->settings, &settings[i])));
  if (done && nb_set(nb, result, "strict", nb_bool(nb, nb->settings.strict)))
    return result;
  nb_check(nb, napi_generic_failure, err);
  return NULL;
}

/* config([settings]) -> all settings. Applies all of the given ones or none. */
napi_value js_config(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value result = NULL;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (args.count == 0 || apply(args.nb, args.at[0], &err))
    result = report(args.nb, &err);
  return result ? result : nb_throw(args.nb, &err);
}

/* stats() -> counters since the start, and of what is alive. */
napi_value js_stats(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value result;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_check(args.nb, napi_create_object(env, &result), &err)) {
    if (nb_set(args.nb, result, "disposed", nb_int64(args.nb, args.nb->disposed))
        && nb_set(args.nb, result, "callbacks", nb_int64(args.nb, args.nb->callback_count)))
      return result;
    nb_check(args.nb, napi_generic_failure, &err);
  }
  return nb_throw(args.nb, &err);
}

/* errno([value]) -> errno of the last C call; a value is what the next one finds. */
napi_value js_errno(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  int64_t value;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (args.count > 0) {
    if (!nb_integer(args.nb, args.at[0], "errno(): value", &value, &err))
      return nb_throw(args.nb, &err);
    if (value != (int)value) {
      rs_fail(&err, RS_E_ARGUMENT, "errno(): value expects a C int, got %" PRId64, value);
      return nb_throw(args.nb, &err);
    }
    args.nb->errors.number = (int)value;
  }
  return nb_number(args.nb, args.nb->errors.number);
}

/* reset(): forgets user-defined type names. What was made with them stays valid. */
napi_value js_reset(napi_env env, napi_callback_info info)
{
  nb_args args;

  if (!nb_args_read(env, info, &args))
    return NULL;
  rs_registry_reset(args.nb->reg);
  nb_spec_forget(args.nb);
  return NULL;
}

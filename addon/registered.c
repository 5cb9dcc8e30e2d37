#include "registered.h"

#include <stdio.h>
#include <stdlib.h>

#include "callback.h"
#include "module.h"
#include "reference.h"
#include "spec.h"
#include "value.h"

static const napi_type_tag handle_tag = {0x63616c6c6261636bu, 0x7269737472657474u};

/* register(function, type), or with a receiver in front. */
typedef struct registration {
  napi_value receiver; /* NULL: none */
  napi_value function;
  const rs_type *prototype;
} registration;

static bool read_registration(const nb_args *args, registration *out, rs_error *err)
{
  nb_env *nb = args->nb;
  char kind[64];
  const rs_type *type;
  size_t at = 0;

  if (!nb_args_least(args, "register", 2, err))
    return false;
  if (args->count > 2 && nb_typeof(nb, args->at[1]) == napi_function)
    at = 1;
  out->receiver = at ? args->at[0] : NULL;
  out->function = args->at[at];
  if (nb_typeof(nb, out->function) != napi_function)
    return rs_fail(err, RS_E_ARGUMENT, "register(): callback expects a function, got %s",
                   nb_describe(nb, out->function, kind, sizeof kind));
  type = nb_spec(nb, args->at[at + 1], "register(): type", err);
  if (!type)
    return false;
  if (!rs_is_callback(type))
    return rs_fail(err, RS_E_BAD_TYPE, "register(): type expects a pointer to a prototype, got %s",
                   type->name);
  out->prototype = type->ref;
  return !out->receiver
         || nb_warn(nb, "RISTRETTO009", "register() with a receiver is deprecated: bind the function to it",
                    err);
}

napi_value js_register(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  registration wanted = {0};
  nb_callback *callback = NULL;
  const void *address;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (!read_registration(&args, &wanted, &err)
      || !(callback =
               nb_callback_register(args.nb, wanted.prototype, wanted.function, wanted.receiver, &err))) {
    rs_error_context(&err, "register()");
    return nb_throw(args.nb, &err);
  }
  memcpy(&address, &callback->closure->fn, sizeof address);
  return nb_pointer(args.nb, address);
}

/* CallbackHandle */

static void free_handle(napi_env env, void *data, void *hint)
{
  (void)env;
  (void)hint;
  free(data);
}

napi_value js_tag_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_env *nb;
  uint64_t *address;
  bool lossless;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb = args.nb;
  if (!(address = rs_zalloc(sizeof *address, &err)))
    return nb_throw(nb, &err);
  if (!nb_check(nb, napi_get_value_bigint_uint64(env, args.at[1], address, &lossless), &err)
      || !nb_check(nb, napi_wrap(env, args.at[0], address, free_handle, NULL, NULL), &err)) {
    free(address);
    return nb_throw(nb, &err);
  }
  nb->has_handles = true;
  return nb_check(nb, napi_type_tag_object(env, args.at[0], &handle_tag), &err) ? NULL : nb_throw(nb, &err);
}

/* The address that a CallbackHandle holds, 0 after unregister(); NULL for everything else. */
static uint64_t *handle_of(nb_env *nb, napi_value value)
{
  bool ours = false;
  void *address;

  if (!nb->has_handles || nb_typeof(nb, value) != napi_object
      || napi_check_object_type_tag(nb->env, value, &handle_tag, &ours) != napi_ok || !ours
      || napi_unwrap(nb->env, value, &address) != napi_ok)
    return NULL;
  return address;
}

bool nb_handle_address(nb_env *nb, napi_value value, void **address)
{
  const uint64_t *held = handle_of(nb, value);

  if (held)
    *address = (void *)(uintptr_t)*held;
  return held != NULL;
}

napi_value js_handle_address(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  void *address;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_handle_address(args.nb, args.at[0], &address))
    return nb_pointer(args.nb, address);
  rs_fail(&err, RS_E_RECEIVER, "address: read from something that is not a CallbackHandle");
  return nb_throw(args.nb, &err);
}

/* unregister(), ref(), unref() */

/* The registered callback that an argument names. */
static nb_callback *find(const nb_args *args, const char *name, rs_error *err)
{
  nb_env *nb = args->nb;
  nb_callback *callback;
  nb_reference_t ref;
  char what[64];
  void *address;

  (void)snprintf(what, sizeof what, "%s(): callback", name);
  if (!nb_args_least(args, name, 1, err))
    return NULL;
  if (!nb_handle_address(nb, args->at[0], &address)) {
    if (!nb_reference(nb, args->at[0], what, &ref, err))
      return NULL;
    address = ref.buffer ? NULL : ref.address;
  }
  if (!(callback = nb_callback_at(nb, address)))
    rs_fail(err, RS_E_CALLBACK, "%s is not registered (any more)", what);
  return callback;
}

/* unregister(callback). */
napi_value js_unregister(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_callback *callback;
  uint64_t *held;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(callback = find(&args, "unregister", &err)))
    return nb_throw(args.nb, &err);
  if ((held = handle_of(args.nb, args.at[0])))
    *held = 0;
  nb_callback_release(callback);
  return NULL;
}

static napi_value set_keep_alive(napi_env env, napi_callback_info info, const char *name, bool alive)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_callback *callback;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(callback = find(&args, name, &err)))
    return nb_throw(args.nb, &err);
  nb_callback_keep_alive(callback, alive);
  return NULL;
}

/* ref(callback), unref(callback): whether it keeps the event loop alive. */
napi_value js_ref(napi_env env, napi_callback_info info)
{
  return set_keep_alive(env, info, "ref", true);
}

napi_value js_unref(napi_env env, napi_callback_info info)
{
  return set_keep_alive(env, info, "unref", false);
}

napi_value js_drain_inbox(napi_env env, napi_callback_info info)
{
  nb_args args;

  if (nb_args_read(env, info, &args))
    nb_inbox_drain(args.nb->inbox);
  return NULL;
}

napi_value js_shut_inbox(napi_env env, napi_callback_info info)
{
  nb_args args;

  if (nb_args_read(env, info, &args))
    nb_inbox_shut(args.nb->inbox);
  return NULL;
}

napi_value js_settle_callback(napi_env env, napi_callback_info info)
{
  nb_args args;
  double id;
  bool fulfilled;

  if (nb_args_read(env, info, &args) && napi_get_value_double(env, args.at[0], &id) == napi_ok
      && napi_get_value_bool(env, args.at[1], &fulfilled) == napi_ok)
    nb_callback_settle(args.nb, (uint64_t)id, fulfilled, args.at[2]);
  return NULL;
}

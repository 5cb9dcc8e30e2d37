#include "registered.h"

#include <stdio.h>

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
  registration wanted;
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

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(callback = find(&args, "unregister", &err)))
    return nb_throw(args.nb, &err);
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

napi_value js_tag_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  args.nb->has_handles = true;
  return nb_check(args.nb, napi_type_tag_object(env, args.at[0], &handle_tag), &err)
             ? args.at[0]
             : nb_throw(args.nb, &err);
}

bool nb_handle_address(nb_env *nb, napi_value value, void **address)
{
  bool ours = false, lossless;
  napi_value number;
  uint64_t bits = 0;

  if (!nb->has_handles || nb_typeof(nb, value) != napi_object
      || napi_check_object_type_tag(nb->env, value, &handle_tag, &ours) != napi_ok || !ours)
    return false;
  /* A plain property of ours: reading it runs no user code. null after unregister(). */
  if (napi_get_named_property(nb->env, value, "address", &number) == napi_ok)
    (void)napi_get_value_bigint_uint64(nb->env, number, &bits, &lossless);
  *address = (void *)(uintptr_t)bits;
  return true;
}

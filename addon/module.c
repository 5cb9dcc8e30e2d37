#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "async.h"
#include "compiled.h"
#include "function.h"
#include "lane.h"
#include "persistent.h"
#include "registered.h"
#include "value.h"

static bool set_hooks(nb_env *nb, napi_value array, rs_error *err)
{
  for (uint32_t i = 0; i < NB_HOOK_COUNT; i++) {
    napi_value hook;

    if (nb->hooks[i])
      (void)napi_delete_reference(nb->env, nb->hooks[i]);
    nb->hooks[i] = NULL;
    if (!nb_check(nb, napi_get_element(nb->env, array, i, &hook), err))
      return false;
    if (nb_typeof(nb, hook) == napi_function
        && !nb_check(nb, napi_create_reference(nb->env, hook, 1, &nb->hooks[i]), err))
      return false;
  }
  return true;
}

/* setHooks(array): the functions of enum nb_hook, from lib/hooks.js. */
static napi_value js_set_hooks(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  return set_hooks(args.nb, args.at[0], &err) ? NULL : nb_throw(args.nb, &err);
}

static const struct {
  const char *name;
  napi_callback callback;
} functions[] = {
#define NB_EXPORT(name, function) {#name, function},
#include "exports.def"
#undef NB_EXPORT
    {"setHooks", js_set_hooks},
    {"asyncCompiled", js_async_compiled},
    {"openEntries", js_open_entries},
    {"describeType", js_describe_type},
    {"makeBufferOwner", js_make_buffer_owner},
    {"drainInbox", js_drain_inbox},
    {"shutInbox", js_shut_inbox},
    {"settleCallback", js_settle_callback},
    {"cancelCall", js_cancel_call},
    {"isLane", js_is_lane},
    {"tagHandle", js_tag_handle},
    {"handleAddress", js_handle_address},
};

static bool fill(nb_env *nb, napi_value exports, rs_error *err)
{
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (!nb_define(nb, exports, functions[i].name, functions[i].callback))
      return nb_check(nb, napi_generic_failure, err);
  return nb_function_init(nb, exports) && nb_init_types(nb, exports, err) && nb_init_library(nb, exports, err)
         && nb_init_decode(nb, exports, err) && nb_init_lane(nb, exports, err)
         && nb_init_services(nb, exports, err);
}

/* RISTRETTO_CLOSURES=table: callbacks without code made at run time, as where the system refuses it. */
static void choose_closures(void)
{
  const char *wanted = getenv("RISTRETTO_CLOSURES");

  if (wanted && !strcmp(wanted, "table"))
    rs_closure_use_table(true);
}

NAPI_MODULE_INIT()
{
  static const char here;
  nb_env *nb = nb_env_new(env);
  NB_NO_ERROR(err);

  /* Node unloads addons of workers, but other threads may be inside the relay of a callback, or on their way.
   */
  rs_os_pin(&here);
  if (!nb)
    return NULL;
  choose_closures();
  if (!nb_check(nb, napi_create_reference(env, exports, 1, &nb->exports), &err) || !fill(nb, exports, &err))
    return nb_throw(nb, &err);
  return exports;
}

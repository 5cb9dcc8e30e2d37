#include "function.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "async.h"
#include "compiled.h"
#include "encode_impl.h"
#include "shortcut.h"
#include "spec.h"

/* Calls */

/* Encodes plan->argc values, calls, decodes. `*result` is left alone for void. */
static bool call_planned(const nb_function *f, nb_call *call, const rs_plan *plan, const napi_value *values,
                         napi_value *result)
{
  nb_env *nb = f->nb;
  nb_active active;
  nb_frame frame;

  if (!nb_check_stack(f->name, plan->stack_bytes, call->err) || !nb_fill_frame(f, call, plan, values, &frame))
    return false;
  nb_active_begin(&active, nb, f->name);
  nb_errors_give(nb->errors, nb->error_number);
  rs_frame_call(plan, frame.frame, f->address);
  nb->errors = nb_errors_take(nb->error_number);
  if (!nb_active_end(&active, nb, call->err)
      || (plan->result.type->kind != RS_VOID
          && !(*result = nb_take_result(nb, plan, frame.frame, frame.memory, call->err))))
    return false;
  return !call->outputs || nb_call_outputs(call);
}

static bool has_no_room(const nb_function *f, rs_error *err)
{
  return rs_fail(err, RS_E_TOO_DEEP, "%s(): calls and callbacks are nested too deeply", f->name);
}

static bool call_with_plan(const nb_function *f, const rs_plan *plan, const napi_value *values,
                           napi_value *result, rs_error *err)
{
  nb_env *nb = f->nb;
  size_t mark = nb->memory->top;
  nb_call *call = nb_memory_push(nb, sizeof *call);
  bool ok;

  if (!call)
    return has_no_room(f, err);
  nb_enter(nb);
  nb_call_begin(call, nb, f->strict, err);
  ok = call_planned(f, call, plan, values, result);
  nb_call_end(call);
  nb->memory->top = mark;
  nb_leave(nb);
  return ok;
}

static __attribute__((noinline)) bool run_variadic(const nb_function *f, size_t argc, const napi_value *argv,
                                                   napi_value *result, rs_error *err)
{
  napi_value values[RS_MAX_PARAMS];
  const rs_plan *plan = nb_plan_variadic(f, argc, argv, values, err);

  return plan && call_with_plan(f, plan, values, result, err);
}

static bool run(const nb_function *f, size_t argc, const napi_value *argv, napi_value *result, rs_error *err)
{
  if (!nb_check_loaded(f, err) || !nb_check_count(f, argc, err))
    return false;
  if (f->signature->variadic && argc > f->signature->count)
    return run_variadic(f, argc, argv, result, err);
  return call_with_plan(f, f->plan, argv, result, err);
}

static __attribute__((noinline)) napi_value throw_no_room(const nb_function *f)
{
  NB_NO_ERROR(err);

  has_no_room(f, &err);
  return nb_throw(f->nb, &err);
}

napi_value nb_function_run(const nb_function *f, size_t argc, const napi_value *argv)
{
  nb_env *nb = f->nb;
  size_t mark = nb->memory->top;
  rs_error *err = nb_memory_push(nb, sizeof *err);
  napi_value result = NULL;

  if (!err)
    return throw_no_room(f);
  err->code = RS_OK;
  if (!run(f, argc, argv, &result, err))
    result = nb_throw(nb, err);
  nb->memory->top = mark;
  return result;
}

/* The entries of the full way, for few parameters and for any number: Node-API fills the whole array on every
 * call. */
#define ENTRY(size) \
  static napi_value js_call_##size(napi_env env, napi_callback_info info) \
  { \
    napi_value argv[size]; \
    size_t argc = size; \
    void *data; \
\
    if (napi_get_cb_info(env, info, &argc, argv, NULL, &data) != napi_ok) \
      return NULL; \
    return nb_function_run(data, argc, argv); \
  }
ENTRY(8)
ENTRY(127)
#undef ENTRY

/* What compiled functions do not handle: the index (compiled.h), then the arguments. A callback may drop the
 * function meanwhile. */
#define COMPILED(size) \
  static napi_value js_refer_##size(napi_env env, napi_callback_info info) \
  { \
    napi_value argv[1 + size], result; \
    size_t argc = 1 + size; \
    nb_function *f; \
\
    if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != napi_ok) \
      return NULL; \
    f = nb_compiled_function(env, argv[0]); \
    nb_function_ref(f); \
    result = nb_function_run(f, argc - 1, argv + 1); \
    nb_function_unref(f); \
    return result; \
  }
COMPILED(8)
COMPILED(127)
#undef COMPILED

bool nb_function_init(nb_env *nb, napi_value exports)
{
  return nb_define(nb, exports, "referShort", js_refer_8) && nb_define(nb, exports, "refer", js_refer_127);
}

static napi_value js_call_variadic(napi_env env, napi_callback_info info)
{
  enum { MOST = 2 * RS_MAX_PARAMS };
  napi_value argv[MOST];
  size_t argc = MOST;
  nb_function *f;
  void *data;

  if (napi_get_cb_info(env, info, &argc, argv, NULL, &data) != napi_ok)
    return NULL;
  f = data;
  if (argc > MOST) {
    NB_NO_ERROR(err);

    rs_fail(&err, RS_E_ARGUMENT_COUNT, "%s(): more than %d C arguments", f->name, RS_MAX_PARAMS);
    return nb_throw(f->nb, &err);
  }
  return nb_function_run(f, argc, argv);
}

static napi_callback entry_for(const nb_function *f)
{
  if (f->shortcut)
    return nb_shortcut_entry(f);
  return f->signature->variadic ? js_call_variadic : f->signature->count <= 8 ? js_call_8 : js_call_127;
}

/* The JavaScript function */

static void free_names(char **names, size_t count)
{
  for (size_t i = 0; names && i < count; i++)
    free(names[i]);
  free(names);
}

/* Code that a thread may still execute is never unmapped: once C knows callbacks, or runs on other threads,
 * and when the environment goes, only unload() unmaps. */
static void free_function(nb_function *f)
{
  nb_env *nb = f->nb;

  nb_compiled_forget(f);
  free(f->puts);
  nb_inbox_sync(nb->inbox); /* a thread may be printing our name */
  free_names(f->param_names, f->signature->count);
  rs_signature_unref(f->signature);
  nb_library_unref(nb, f->lib);
  free(f);
  nb_env_remove_function(nb);
}

void nb_function_ref(nb_function *f)
{
  f->refs++;
}

void nb_function_unref(nb_function *f)
{
  if (--f->refs == 0)
    free_function(f);
}

static void finalize(napi_env env, void *data, void *hint)
{
  (void)env;
  (void)hint;
  nb_function_unref(data);
}

static bool hold(nb_function *f, napi_value function, rs_error *err)
{
  if (!nb_check(f->nb, napi_add_finalizer(f->nb->env, function, f, finalize, NULL, NULL), err))
    return false;
  nb_function_ref(f);
  return true;
}

/* A JavaScript function that holds `f`. */
static napi_value wrap(nb_function *f, const char *name, napi_callback entry, rs_error *err)
{
  nb_env *nb = f->nb;
  napi_value function;

  return nb_check(nb, napi_create_function(nb->env, name, NAPI_AUTO_LENGTH, entry, f, &function), err)
                 && hold(f, function, err)
             ? function
             : NULL;
}

static napi_value info_of(const nb_function *f, rs_error *err)
{
  napi_value path = nb_compiled_path(f, err);

  return path ? nb_signature_object(f->nb, f->name, f->signature, path, err) : NULL;
}

/* The function as C code alone. */
static napi_value make_reference(nb_function *f, rs_error *err)
{
  nb_env *nb = f->nb;
  napi_value on, function = wrap(f, f->name, entry_for(f), err);
  napi_property_descriptor properties[] = {
      {.utf8name = "info", .attributes = napi_default_jsproperty},
      {.utf8name = "async", .attributes = napi_default_jsproperty},
      {.utf8name = "on", .attributes = napi_default_method},
  };

  return function && (properties[0].value = info_of(f, err))
                 && (properties[1].value = wrap(f, "async", js_async_call, err))
                 && nb_check(nb, napi_get_reference_value(nb->env, nb->hooks[NB_HOOK_ON], &on), err)
                 && (properties[2].value = on)
                 && nb_check(nb, napi_define_properties(nb->env, function, 3, properties), err)
             ? function
             : NULL;
}

/* The compiled function; undefined when it has no compiled form. */
static napi_value make_compiled(nb_function *f, rs_error *err)
{
  char description[NB_DESCRIPTION];
  napi_value info, function;

  if (!nb_compiled_describe(f, description))
    return nb_undefined(f->nb);
  if (!(info = info_of(f, err)) || !(function = nb_compile(f, description, info, err)))
    return NULL;
  return nb_typeof(f->nb, function) != napi_function || hold(f, function, err) ? function : NULL;
}

napi_value nb_function_new(nb_env *nb, nb_function_spec *spec, rs_error *err)
{
  size_t length = strlen(spec->name) + 1, shortcut_size = nb_shortcut_size(spec->signature->count);
  const rs_plan *plan = rs_signature_plan(nb->reg, spec->signature, err);
  nb_function *f = plan ? rs_zalloc(sizeof *f + shortcut_size + length, err) : NULL;
  napi_value function;

  if (!f) {
    free_names(spec->param_names, spec->signature->count);
    return NULL;
  }
  nb_env_add_function(nb);
  f->nb = nb;
  f->lib = spec->lib ? rs_lib_ref(spec->lib) : NULL;
  f->address = spec->address;
  f->signature = spec->signature;
  f->plan = plan;
  f->param_names = spec->param_names;
  f->strict = spec->strict;
  f->pure = spec->pure;
  f->name = memcpy((char *)(f + 1) + shortcut_size, spec->name, length);
  /* Strict mode looks at every number; variadic calls have a plan of their own each. */
  if (!f->strict && !f->signature->variadic && nb_shortcut_prepare((nb_shortcut *)(f + 1), plan))
    f->shortcut = (nb_shortcut *)(f + 1);
  rs_signature_ref(f->signature);
  nb_function_ref(f); /* until it is decorated, or has failed */
  function = make_compiled(f, err);
  if (function && nb_typeof(nb, function) == napi_undefined)
    function = make_reference(f, err);
  nb_function_unref(f);
  return function;
}

napi_value nb_function_call(nb_env *nb, rs_fn address, const char *name, const rs_signature *signature,
                            size_t argc, const napi_value *argv, rs_error *err)
{
  nb_function f = {.nb = nb, .address = address, .signature = signature, .name = name};
  napi_value result = NULL;

  if (!(f.plan = rs_signature_plan(nb->reg, signature, err)))
    return NULL;
  f.strict = nb->settings.strict;
  if (!run(&f, argc, argv, &result, err))
    return NULL;
  return result ? result : nb_undefined(nb);
}

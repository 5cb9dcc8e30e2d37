#include "function.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "encode_impl.h"
#include "shortcut.h"
#include "spec.h"

/* Arguments */

static int64_t swap_low_bytes(const rs_type *type, int64_t n)
{
  unsigned char bytes[8] = {0};

  nb_store_integer(type, n, bytes);
  memcpy(&n, bytes, sizeof n);
  return n;
}

/* The value that a slot holds for an integer of this type: its low bits, extended. */
static int64_t narrow(const rs_type *type, int64_t n)
{
  if (type->flags & RS_T_SWAP)
    n = swap_low_bytes(type, n);
  return nb_narrow_integer(n, type->size, type->kind == RS_INT);
}

static bool put_integer(nb_call *call, const rs_type *type, napi_value value, void *slot, size_t slot_size)
{
  int64_t number;

  if (!nb_read_integer(call, type, value, &number))
    return false;
  number = narrow(type, number);
  if (slot_size == sizeof number) /* a size that the compiler knows: one store instead of a copy */
    memcpy(slot, &number, sizeof number);
  else
    memcpy(slot, &number, slot_size);
  return true;
}

static bool put_bool(nb_call *call, const rs_type *type, napi_value value, void *slot, size_t slot_size)
{
  memset(slot, 0, slot_size);
  return nb_encode(call, type, value, slot, RS_IN);
}

static bool put_indirect(nb_call *call, const rs_plan *plan, size_t index, napi_value value,
                         rs_direction direction, void *frame)
{
  const rs_place *place = &plan->args[index];
  size_t align = place->copy_align > place->type->align ? place->copy_align : place->type->align;
  void *copy = nb_call_alloc(call, place->type->size, align);

  if (!copy || !nb_encode(call, place->type, value, copy, direction))
    return false;
  rs_frame_put(plan, frame, index, copy);
  return true;
}

static bool put_argument(nb_call *call, const rs_plan *plan, size_t index, napi_value value,
                         rs_direction direction, unsigned char *frame)
{
  const rs_place *place = &plan->args[index];
  const rs_type *type = place->type;
  unsigned char *slot;

  if (!place->direct)
    return put_indirect(call, plan, index, value, direction, frame);
  slot = frame + plan->parts[place->first_part].frame_offset;
  switch (type->kind) {
  case RS_INT:
  case RS_UINT: return put_integer(call, type, value, slot, plan->slot_size);
  case RS_BOOL: return put_bool(call, type, value, slot, plan->slot_size);
  case RS_STRING:
  case RS_POINTER: return nb_encode_pointer(call, type, value, slot, direction);
  default: return nb_encode(call, type, value, slot, direction);
  }
}

static bool blame_argument(nb_call *call, const nb_function *f, size_t index)
{
  const char *name = f->param_names && index < f->signature->count ? f->param_names[index] : NULL;

  nb_call_blame(call, name ? "%s(): argument %zu (%s)" : "%s(): argument %zu", f->name, index + 1, name);
  return false;
}

/* Results */

static napi_value take_result(nb_env *nb, const rs_plan *plan, const unsigned char *frame, void *memory,
                              rs_error *err)
{
  const rs_place *place = &plan->result;
  const rs_type *type = place->type;
  const unsigned char *slot;
  int64_t number;

  if (!place->direct) {
    if (!place->by_reference)
      rs_frame_result(plan, frame, memory);
    return nb_decode_owned(nb, type, memory, err);
  }
  slot = frame + plan->parts[place->first_part].frame_offset;
  if (rs_is_integer(type) && plan->slot_size == sizeof number) {
    memcpy(&number, slot, sizeof number);
    return nb_integer_value(nb, type, narrow(type, number));
  }
  return nb_decode_owned(nb, type, slot, err);
}

/* Calls */

/* Stack words are copied onto the caller's stack: large structs by value may be more than is left of it. */
static bool check_stack(const nb_function *f, const rs_plan *plan, rs_error *err)
{
  enum { SMALL = 64 * 1024, RESERVE = 256 * 1024 };

  return plan->stack_bytes <= SMALL || rs_os_stack_left() > (size_t)plan->stack_bytes + RESERVE
         || rs_fail(err, RS_E_STACK, "%s(): %u bytes of arguments do not fit this thread's stack", f->name,
                    plan->stack_bytes);
}

/* User code that runs while arguments are read may unload the library, so this is asked again before the
 * call. */
static bool check_loaded(const nb_function *f, rs_error *err)
{
  return !nb_function_is_unloaded(f)
         || rs_fail(err, RS_E_UNLOADED, "%s(): the library '%s' has been unloaded", f->name, f->lib->path);
}

/* Encodes plan->argc values, calls, decodes. `*result` is left alone for void. */
static bool call_planned(const nb_function *f, nb_call *call, const rs_plan *plan, const napi_value *values,
                         napi_value *result)
{
  unsigned char *frame = nb_call_room(call, plan->frame_bytes, 16);
  const rs_type *type = plan->result.type;
  void *memory = NULL;
  int *error_number;

  if (!frame || !check_stack(f, plan, call->err)
      || (!plan->result.direct && type->kind != RS_VOID
          && !(memory = nb_call_alloc(call, type->size, type->align))))
    return false;
  rs_frame_init(plan, frame, memory);
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(call, plan, i, values[i], plan->signature->params[i].direction, frame))
      return blame_argument(call, f, i);
  if (call->fixups && !nb_call_settle(call)) {
    rs_error_context(call->err, "%s()", f->name);
    return false;
  }
  if (!check_loaded(f, call->err))
    return false;
  error_number = &errno;
  *error_number = f->nb->last_errno;
  rs_frame_call(plan, frame, f->address);
  f->nb->last_errno = *error_number;
  if (type->kind != RS_VOID && !(*result = take_result(f->nb, plan, frame, memory, call->err)))
    return false;
  return !call->outputs || nb_call_outputs(call);
}

/* A float becomes the double of the same value, so it is rounded to a float first. */
static void promote_float(nb_env *nb, rs_param *param, napi_value *value)
{
  double number;

  param->type = rs_prim_type(nb->reg, RS_P_DOUBLE);
  if (napi_get_value_double(nb->env, *value, &number) == napi_ok)
    *value = nb_number(nb, (double)(float)number);
}

/* The arguments after the `...` are pairs of type and value. C's default argument promotions apply: float
 * becomes double (C17 6.5.2.2, paragraph 6); smaller integers are extended to int by their slots. */
static const rs_plan *plan_variadic(const nb_function *f, size_t argc, const napi_value *argv,
                                    napi_value *values, rs_error *err)
{
  const rs_signature *s = f->signature;
  rs_param params[RS_MAX_PARAMS];
  size_t count = s->count;

  memcpy(params, s->params, s->count * sizeof *params);
  memcpy(values, argv, s->count * sizeof *values);
  for (size_t i = s->count; i < argc; i += 2, count++) {
    char what[128];

    if (i + 1 == argc) {
      rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): variadic argument %zu has a type, but no value", f->name,
              i + 1);
      rs_error_reclass(err, RS_CLASS_ERROR);
      return NULL;
    }
    if (count == RS_MAX_PARAMS) {
      rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): more than %d C arguments", f->name, RS_MAX_PARAMS);
      return NULL;
    }
    (void)snprintf(what, sizeof what, "%.60s(): argument %zu: type", f->name, i + 1);
    if (!nb_spec_param(f->nb, argv[i], what, &params[count], err))
      return NULL;
    values[count] = argv[i + 1];
    if (params[count].type->kind == RS_FLOAT && params[count].type->size < sizeof(double))
      promote_float(f->nb, &params[count], &values[count]);
  }
  s = rs_signature_intern(f->nb->reg, s->convention, s->result, params, count, s->fixed, true, err);
  if (!s) {
    rs_error_context(err, "%s()", f->name);
    return NULL;
  }
  return rs_signature_plan(f->nb->reg, s, err);
}

static bool check_count(const nb_function *f, size_t argc, rs_error *err)
{
  const rs_signature *s = f->signature;

  if (argc < s->count || (f->strict && argc > s->count && !s->variadic))
    return rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): expects %s%u argument%s, got %zu", f->name,
                   s->variadic ? "at least " : "", s->count, s->count == 1 ? "" : "s", argc);
  return true;
}

static bool call_with_plan(const nb_function *f, const rs_plan *plan, const napi_value *values,
                           napi_value *result, rs_error *err)
{
  nb_call call;
  bool ok;

  nb_enter(f->nb);
  nb_call_begin(&call, f->nb, f->strict, err);
  ok = call_planned(f, &call, plan, values, result);
  nb_call_end(&call);
  nb_leave(f->nb);
  return ok;
}

static bool run_variadic(const nb_function *f, size_t argc, const napi_value *argv, napi_value *result,
                         rs_error *err)
{
  napi_value values[RS_MAX_PARAMS];
  const rs_plan *plan = plan_variadic(f, argc, argv, values, err);

  return plan && call_with_plan(f, plan, values, result, err);
}

static bool run(const nb_function *f, size_t argc, const napi_value *argv, napi_value *result, rs_error *err)
{
  if (!check_loaded(f, err) || !check_count(f, argc, err))
    return false;
  if (f->signature->variadic && argc > f->signature->count)
    return run_variadic(f, argc, argv, result, err);
  return call_with_plan(f, f->plan, argv, result, err);
}

napi_value nb_function_run(const nb_function *f, size_t argc, const napi_value *argv)
{
  NB_NO_ERROR(err);
  napi_value result = NULL;

  return run(f, argc, argv, &result, &err) ? result : nb_throw(f->nb, &err);
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

static void free_function(nb_function *f)
{
  free_names(f->param_names, f->signature->count);
  rs_signature_unref(f->signature);
  rs_lib_unref(f->lib);
  free(f);
}

static void finalize(napi_env env, void *data, void *hint)
{
  (void)env;
  (void)hint;
  free_function(data);
}

static napi_value js_async(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  rs_fail(&err, RS_E_UNSUPPORTED, "asynchronous calls are not available yet in this version of ristretto");
  return nb_throw(args.nb, &err);
}

static napi_value async_stub(nb_env *nb, rs_error *err)
{
  napi_value function;

  if (nb->async_stub)
    return nb_check(nb, napi_get_reference_value(nb->env, nb->async_stub, &function), err) ? function : NULL;
  return nb_check(nb, napi_create_function(nb->env, "async", NAPI_AUTO_LENGTH, js_async, nb, &function), err)
                 && nb_check(nb, napi_create_reference(nb->env, function, 1, &nb->async_stub), err)
             ? function
             : NULL;
}

static bool decorate(const nb_function *f, napi_value function, rs_error *err)
{
  nb_env *nb = f->nb;
  napi_value info = nb_signature_object(nb, f->name, f->signature, err), async;

  return info && nb_set(nb, function, "info", info)
         && (f->signature->variadic
             || ((async = async_stub(nb, err)) && nb_set(nb, function, "async", async)));
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
  f->nb = nb;
  f->lib = spec->lib ? rs_lib_ref(spec->lib) : NULL;
  f->address = spec->address;
  f->signature = spec->signature;
  f->plan = plan;
  f->param_names = spec->param_names;
  f->strict = spec->strict;
  f->name = memcpy((char *)(f + 1) + shortcut_size, spec->name, length);
  /* Strict mode looks at every number; variadic calls have a plan of their own each. */
  if (!f->strict && !f->signature->variadic && nb_shortcut_prepare((nb_shortcut *)(f + 1), plan))
    f->shortcut = (nb_shortcut *)(f + 1);
  rs_signature_ref(f->signature);
  if (!nb_check(nb, napi_create_function(nb->env, f->name, NAPI_AUTO_LENGTH, entry_for(f), f, &function), err)
      || !nb_check(nb, napi_add_finalizer(nb->env, function, f, finalize, NULL, NULL), err)) {
    free_function(f);
    return NULL;
  }
  return decorate(f, function, err) ? function : NULL;
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

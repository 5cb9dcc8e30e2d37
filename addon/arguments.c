/* arguments.c - the values of one C call: JavaScript -> frame before it, frame -> JavaScript after it. Shared
 * by synchronous and asynchronous calls; see function_impl.h. */
#include <stdio.h>
#include <string.h>

#include "decode.h"
#include "encode_impl.h"
#include "function_impl.h"
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

/* A value that goes to the frame in parts, when those of all arguments are read: user code may detach buffers
 * whose addresses it holds. */
typedef struct indirect {
  struct indirect *next;
  size_t index;
  void *copy;
} indirect;

static bool put_indirect(nb_call *call, const rs_plan *plan, size_t index, napi_value value,
                         rs_direction direction, indirect **list)
{
  const rs_place *place = &plan->args[index];
  size_t align = place->copy_align > place->type->align ? place->copy_align : place->type->align;
  void *copy = nb_call_alloc(call, place->type->size, align);
  indirect *item = nb_call_room(call, sizeof *item, 0);

  if (!copy || !item || !nb_encode(call, place->type, value, copy, direction))
    return false;
  *item = (indirect){.next = *list, .index = index, .copy = copy};
  *list = item;
  return true;
}

static bool put_argument(nb_call *call, const rs_plan *plan, size_t index, napi_value value,
                         rs_direction direction, unsigned char *frame, indirect **list)
{
  const rs_place *place = &plan->args[index];
  const rs_type *type = place->type;
  unsigned char *slot;

  if (!place->direct)
    return put_indirect(call, plan, index, value, direction, list);
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

napi_value nb_take_result(nb_env *nb, const rs_plan *plan, const unsigned char *frame, void *memory,
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

/* One call */

bool nb_fill_frame(const nb_function *f, nb_call *call, const rs_plan *plan, const napi_value *values,
                   nb_frame *out)
{
  const rs_type *type = plan->result.type;
  indirect *list = NULL;

  out->memory = NULL;
  if (!(out->frame = nb_call_room(call, plan->frame_bytes, 16))
      || (!plan->result.direct && type->kind != RS_VOID
          && !(out->memory = nb_call_alloc(call, type->size, type->align))))
    return false;
  rs_frame_init(plan, out->frame, out->memory);
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(call, plan, i, values[i], plan->signature->params[i].direction, out->frame, &list))
      return blame_argument(call, f, i);
  if (call->fixups && !nb_call_settle(call)) {
    rs_error_context(call->err, "%s()", f->name);
    return false;
  }
  for (; list; list = list->next)
    rs_frame_put(plan, out->frame, list->index, list->copy);
  return nb_check_loaded(f, call->err);
}

/* Stack words are copied onto the caller's stack: large structs by value may be more than is left of it. */
bool nb_check_stack(const char *name, uint32_t bytes, rs_error *err)
{
  enum { SMALL = 64 * 1024, RESERVE = 256 * 1024 };

  return bytes <= SMALL || rs_os_stack_left() > (size_t)bytes + RESERVE
         || rs_fail(err, RS_E_STACK, "%s(): %u bytes of arguments do not fit this thread's stack", name,
                    bytes);
}

/* User code that runs while arguments are read may unload the library, so this is asked again before the
 * call. */
bool nb_check_loaded(const nb_function *f, rs_error *err)
{
  return !nb_function_is_unloaded(f)
         || rs_fail(err, RS_E_UNLOADED, "%s(): the library '%s' has been unloaded", f->name, f->lib->path);
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
const rs_plan *nb_plan_variadic(const nb_function *f, size_t argc, const napi_value *argv, napi_value *values,
                                rs_error *err)
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

bool nb_check_count(const nb_function *f, size_t argc, rs_error *err)
{
  const rs_signature *s = f->signature;

  if (argc < s->count || (f->strict && argc > s->count && !s->variadic))
    return rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): expects %s%u argument%s, got %zu", f->name,
                   s->variadic ? "at least " : "", s->count, s->count == 1 ? "" : "s", argc);
  return true;
}

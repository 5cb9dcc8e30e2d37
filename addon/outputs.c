/* outputs.c - C -> JavaScript for output parameters, once the C function has returned; see encode.h. */
#include <string.h>

#include "decode.h"
#include "encode_impl.h"
#include "spec.h"

/* Node-API's setters do not report that an object is frozen. Objects are asked before C runs. Arrays, where
 * asking would cost as much as the whole call, are looked at afterwards: see check_stored. */
static bool check_record(nb_call *call, napi_value value, const rs_type *type)
{
  napi_value arguments[2] = {value, NULL};
  nb_type *info = nb_type_of(call->nb, type, call->err);

  call->ran_user_code = true; /* traps of a Proxy, the object itself or in its prototype chain */
  return info && nb_type_keys(call->nb, info, type, &arguments[1], call->err)
         && nb_call_hook(call->nb, NB_HOOK_CHECK_WRITABLE, 2, arguments, call->err);
}

struct nb_output *nb_call_output(nb_call *call, nb_output_kind kind, napi_value value, const rs_type *type,
                                 void *memory, size_t count)
{
  struct nb_output *output = nb_call_room(call, sizeof *output, 0);

  if (!output || (kind == NB_OUTPUT_RECORD && !check_record(call, value, type)))
    return NULL;
  *output = (struct nb_output){.kind = kind, .value = value, .type = type, .memory = memory, .count = count};
  *call->last_output = output;
  call->last_output = &output->next;
  return output;
}

/* Throws when element 0 did not take `item`: the array is frozen. (NaN differs from itself, so the hook
 * decides.) */
static bool check_stored(nb_call *call, napi_value array, napi_value item)
{
  napi_value arguments[2] = {array, NULL}, stored;
  bool same = false;

  if (!nb_check(call->nb, napi_get_element(call->nb->env, array, 0, &stored), call->err)
      || !nb_check(call->nb, napi_strict_equals(call->nb->env, stored, item, &same), call->err))
    return false;
  if (same)
    return true;
  arguments[1] = nb_undefined(call->nb);
  return nb_call_hook(call->nb, NB_HOOK_CHECK_WRITABLE, 2, arguments, call->err) != NULL;
}

static bool write_element(nb_call *call, const struct nb_output *o, size_t index)
{
  napi_value item = nb_decode_owned(call->nb, o->type, (char *)o->memory + index * o->type->size, call->err);

  return item
         && nb_check(call->nb, napi_set_element(call->nb->env, o->value, (uint32_t)index, item), call->err)
         && (index || check_stored(call, o->value, item));
}

static bool write_elements(nb_call *call, const struct nb_output *o)
{
  enum { SCOPE = 32 }; /* elements per handle scope */
  bool ok = true;

  for (size_t start = 0; ok && start < o->count; start += SCOPE) {
    napi_handle_scope scope;

    if (!nb_check(call->nb, napi_open_handle_scope(call->nb->env, &scope), call->err))
      return false;
    for (size_t i = start; ok && i < o->count && i < start + SCOPE; i++)
      ok = write_element(call, o, i);
    (void)napi_close_handle_scope(call->nb->env, scope);
  }
  return ok;
}

static bool write_record(nb_call *call, const struct nb_output *o)
{
  return nb_decode_members(call->nb, o->type, o->memory, o->before, o->value, call->err);
}

static bool write_union(nb_call *call, const struct nb_output *o)
{
  napi_value arguments[2] = {o->value, NULL};
  void *data;

  if (!nb_check(call->nb, napi_create_arraybuffer(call->nb->env, o->type->size, &data, &arguments[1]),
                call->err))
    return false;
  memcpy(data, o->memory, o->type->size);
  return nb_call_hook(call->nb, NB_HOOK_UNION_FILL, 2, arguments, call->err) != NULL;
}

static bool write_string(nb_call *call, const struct nb_output *o)
{
  size_t units = nb_units_length(o->type->size, o->memory, o->count);
  napi_value text = nb_decode_units(call->nb, o->type->size, o->memory, units, call->err);

  return text && nb_check(call->nb, napi_set_element(call->nb->env, o->value, 0, text), call->err)
         && check_stored(call, o->value, text);
}

static bool write_swapped(nb_call *call, const struct nb_output *o)
{
  size_t size = o->count * o->type->size;
  nb_bytes bytes;

  nb_swap_elements(o->memory, o->type->size, o->count);
  if (nb_bytes_of(call->nb, o->value, &bytes) && bytes.size >= size && size)
    memcpy(bytes.data, o->memory, size);
  return true;
}

bool nb_call_outputs(nb_call *call)
{
  for (const struct nb_output *o = call->outputs; o; o = o->next) {
    bool ok = false;

    switch (o->kind) {
    case NB_OUTPUT_ELEMENTS: ok = write_elements(call, o); break;
    case NB_OUTPUT_RECORD: ok = write_record(call, o); break;
    case NB_OUTPUT_UNION: ok = write_union(call, o); break;
    case NB_OUTPUT_STRING: ok = write_string(call, o); break;
    case NB_OUTPUT_SWAPPED: ok = write_swapped(call, o); break;
    }
    if (!ok)
      return false;
  }
  return true;
}

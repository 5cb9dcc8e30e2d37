/* encode_pointer.c - JavaScript values for pointer, string and callback types; see encode.h. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "callback.h"
#include "cast.h"
#include "encode_impl.h"
#include "registered.h"
#include "spec.h"

/* The least room behind an array's pointer: `[]` is not NULL, and C code likes to peek at element 0. */
#define LEAST_ROOM 16

/* Slots in packed structs may be unaligned. */
static void put_address(void *slot, const void *address)
{
  memcpy(slot, &address, sizeof address);
}

/* Number -> address: integral ones only; NaN, infinities and fractions would silently become other addresses.
 */
static bool encode_number_address(nb_call *call, const rs_type *type, napi_value value, void *slot)
{
  double number;
  int64_t integer;

  if (!nb_check(call->nb, napi_get_value_double(call->nb->env, value, &number), call->err)
      || !nb_check(call->nb, napi_get_value_int64(call->nb->env, value, &integer), call->err))
    return false;
  if (!isfinite(number) || number != trunc(number))
    return rs_fail(call->err, RS_E_VALUE, "expects %s, got the number %g, which is no address", type->name,
                   number);
  if (number >= 9223372036854775808.0 && number < 18446744073709551616.0)
    integer = (int64_t)(uint64_t)number;
  put_address(slot, (void *)(uintptr_t)integer);
  return true;
}

/* The size of the code units that a string becomes behind this pointer; 0 when it takes none. */
static size_t text_unit_size(const rs_type *type)
{
  const rs_type *ref = type->ref;

  if (type->kind == RS_STRING)
    return ref->size;
  if (ref->kind == RS_VOID)
    return 1;
  if (ref->kind == RS_INT && ref->size <= 4 && !(ref->flags & (RS_T_SWAP | RS_T_ENUM))
      && ref->prim != RS_P_LONG)
    return ref->size;
  return 0;
}

static bool encode_string_address(nb_call *call, const rs_type *type, napi_value value, void *slot,
                                  rs_direction direction)
{
  size_t unit_size = text_unit_size(type), units;
  void *text;

  if (!unit_size || direction & RS_OUT)
    return nb_expects(call, type, value);
  if (!(text = nb_encode_text(call, unit_size, value, &units)))
    return false;
  put_address(slot, text);
  return nb_call_link(call, slot, text, (units + 1) * unit_size);
}

/* [string]: a buffer that C may write to, as large as the text and its NUL. */
static bool encode_text_holder(nb_call *call, const rs_type *type, napi_value holder, napi_value text_value,
                               void *slot, rs_direction direction)
{
  size_t unit_size = text_unit_size(type), units;
  void *text = nb_encode_text(call, unit_size, text_value, &units);
  const rs_type *unit = type->ref;

  if (!text)
    return false;
  if (unit->kind == RS_VOID)
    unit = rs_prim_type(call->nb->reg, RS_P_CHAR);
  put_address(slot, text);
  return nb_call_link(call, slot, text, (units + 1) * unit_size)
         && (!(direction & RS_OUT) || nb_call_output(call, NB_OUTPUT_STRING, holder, unit, text, units + 1));
}

/* An Array that receives code units holds numbers or nothing: strings and buffers in it are a mistake. */
static bool check_code_units(nb_call *call, const rs_type *type, napi_value value, uint32_t length)
{
  call->ran_user_code = true;
  for (uint32_t i = 0; i < length; i++) {
    napi_value item;
    napi_valuetype kind;

    if (!nb_check(call->nb, napi_get_element(call->nb->env, value, i, &item), call->err))
      return false;
    kind = nb_typeof(call->nb, item);
    if (kind != napi_undefined && kind != napi_null && kind != napi_number && kind != napi_bigint)
      return nb_expects(call, type->ref, item) || nb_call_in_element(call, i);
  }
  return true;
}

static bool encode_elements(nb_call *call, const rs_type *type, napi_value value, uint32_t length, void *slot,
                            rs_direction direction)
{
  const rs_type *ref = type->ref;
  size_t bytes;
  char *block;

  if (ref->kind == RS_VOID)
    return rs_fail(call->err, RS_E_VALUE,
                   "is an Array for void *, which does not say what it holds: use as()");
  if (!rs_is_complete(ref))
    return rs_fail(call->err, RS_E_VALUE, "is an Array, but %s points to an opaque type: use as()",
                   type->name);
  if (ref->size && length > INT_MAX / ref->size)
    return rs_fail(call->err, RS_E_LIMIT, "has %u elements of %s, more than %d bytes", length, ref->name,
                   INT_MAX);
  bytes = length * ref->size;
  if (!(block = nb_call_alloc(call, bytes < LEAST_ROOM ? LEAST_ROOM : bytes, ref->align)))
    return false;
  put_address(slot, block);
  if (!nb_call_link(call, slot, block, bytes < LEAST_ROOM ? LEAST_ROOM : bytes))
    return false;
  if (direction & RS_IN && !nb_encode_elements(call, ref, length, value, block, RS_HINT_ARRAY))
    return false;
  if (type->kind == RS_STRING && !(direction & RS_IN) && !check_code_units(call, type, value, length))
    return false;
  return !(direction & RS_OUT) || nb_call_output(call, NB_OUTPUT_ELEMENTS, value, ref, block, length);
}

static bool encode_array_address(nb_call *call, const rs_type *type, napi_value value, void *slot,
                                 rs_direction direction)
{
  napi_env env = call->nb->env;
  napi_value first;
  uint32_t length;

  if (!nb_check(call->nb, napi_get_array_length(env, value, &length), call->err))
    return false;
  if (length == 1 && text_unit_size(type)) {
    call->ran_user_code = true;
    if (!nb_check(call->nb, napi_get_element(env, value, 0, &first), call->err))
      return false;
    if (nb_typeof(call->nb, first) == napi_string)
      return encode_text_holder(call, type, value, first, slot, direction);
  }
  return encode_elements(call, type, value, length, slot, direction);
}

/* A typed array of the pointee's width for an integer in the other byte order: C works on a swapped copy,
 * which is swapped back for outputs. */
static bool encode_swapped(nb_call *call, const rs_type *ref, napi_value value, nb_bytes bytes, void *slot,
                           rs_direction direction)
{
  void *copy = nb_call_room(call, bytes.size, 0);

  if (!copy)
    return false;
  memcpy(copy, bytes.data, bytes.size);
  nb_swap_elements(copy, ref->size, bytes.size / ref->size);
  put_address(slot, copy);
  return nb_call_link(call, slot, copy, bytes.size)
         && (!(direction & RS_OUT)
             || nb_call_output(call, NB_OUTPUT_SWAPPED, value, ref, copy, bytes.size / ref->size));
}

static bool encode_buffer_address(nb_call *call, const rs_type *type, napi_value value, nb_bytes bytes,
                                  void *slot, rs_direction direction)
{
  const rs_type *ref = type->ref;

  if (rs_is_aggregate(ref) && bytes.size && bytes.size < ref->size)
    return rs_fail(call->err, RS_E_BUFFER_SIZE, "expects at least %zu bytes for %s, got a buffer of %zu",
                   ref->size, type->name, bytes.size);
  if (ref->flags & RS_T_SWAP && bytes.size && nb_matches_elements(call, ref, value))
    return encode_swapped(call, ref, value, bytes, slot, direction);
  put_address(slot, bytes.data);
  return nb_call_watch(call, value, slot, bytes.size && rs_is_aggregate(ref) ? ref->size : 0);
}

/* Outputs go into a Union object of the very type: a literal could not hold them. */
static bool check_union_output(nb_call *call, const rs_type *type, napi_value value)
{
  napi_value own = nb_call_hook(call->nb, NB_HOOK_UNION_TYPE, 1, &value, call->err);

  return own && (nb_spec_object(call->nb, own) == type->ref || nb_expects(call, type, value));
}

static bool encode_aggregate_address(nb_call *call, const rs_type *type, napi_value value, void *slot,
                                     rs_direction direction)
{
  const rs_type *ref = type->ref;
  bool is_union = ref->kind == RS_UNION;
  struct nb_output *output = NULL;
  void *block, *before;

  if (ref->kind != RS_RECORD && !is_union)
    return nb_expects(call, type, value);
  if (is_union && direction & RS_OUT && !check_union_output(call, type, value))
    return false;
  if (!(block = nb_call_alloc(call, ref->size ? ref->size : 1, ref->align)))
    return false;
  put_address(slot, block);
  if (!nb_call_link(call, slot, block, ref->size))
    return false;
  if (direction & RS_OUT
      && !(output =
               nb_call_output(call, is_union ? NB_OUTPUT_UNION : NB_OUTPUT_RECORD, value, ref, block, 1)))
    return false;
  if (!(direction & RS_IN))
    return true;
  if (is_union)
    return nb_encode_union(call, ref, value, block);
  if (!nb_encode_record(call, ref, value, block))
    return false;
  if (output) {
    if (!(before = nb_call_room(call, ref->size, 0)))
      return false;
    output->before = memcpy(before, block, ref->size);
  }
  return true;
}

static bool encode_object_address(nb_call *call, const rs_type *type, napi_value value, void *slot,
                                  rs_direction direction)
{
  nb_bytes bytes;
  void *address;

  if (nb_is_array(call->nb, value))
    return rs_is_callback(type) ? nb_expects(call, type, value)
                                : encode_array_address(call, type, value, slot, direction);
  if (nb_bytes_of(call->nb, value, &bytes))
    return encode_buffer_address(call, type, value, bytes, slot, direction);
  if (nb_handle_address(call->nb, value, &address)) {
    put_address(slot, address);
    return address || rs_fail(call->err, RS_E_CALLBACK, "is a CallbackHandle that was unregistered");
  }
  return encode_aggregate_address(call, type, value, slot, direction);
}

static bool encode_cast(nb_call *call, const rs_type *type, napi_value value, void *slot,
                        rs_direction direction)
{
  const nb_cast *cast = nb_cast_of(call->nb, value);
  napi_value inner;

  /* Data is no function; a bare address may be anything. */
  if (!cast || !cast->value
      || (rs_is_callback(type) && !rs_is_callback(cast->type) && cast->type->ref->kind != RS_VOID))
    return nb_expects(call, type, value);
  inner = nb_cast_value(call->nb, cast);
  return inner && nb_encode_pointer(call, cast->type, inner, slot, direction);
}

/* The handle of a function given to an outermost call lives as long as the call, and so does the callback. */
static bool encode_function_address(nb_call *call, const rs_type *type, napi_value value, void *slot)
{
  nb_env *nb = call->nb;
  bool handle_lives = call->keep == &nb->keep && nb->depth == 1 && !nb->active;
  void *address;

  if (!rs_is_callback(type))
    return nb_expects(call, type, value);
  if (call->persistent && !nb->active)
    return rs_fail(call->err, RS_E_CALLBACK,
                   "is a JavaScript function, whose C pointer would not outlive this call: use register()");
  if (!(address = nb_callback_transient(nb, type->ref, value, handle_lives, call->keep, call->err)))
    return false;
  put_address(slot, address);
  return true;
}

static bool encode_any(nb_call *call, const rs_type *type, napi_value value, void *slot,
                       rs_direction direction)
{
  uint64_t bits;
  bool lossless;

  switch (nb_typeof(call->nb, value)) {
  case napi_undefined:
  case napi_null: put_address(slot, NULL); return true;
  case napi_bigint:
    if (!nb_check(call->nb, napi_get_value_bigint_uint64(call->nb->env, value, &bits, &lossless), call->err))
      return false;
    put_address(slot, (void *)(uintptr_t)bits);
    return true;
  case napi_number: return encode_number_address(call, type, value, slot);
  case napi_string: return encode_string_address(call, type, value, slot, direction);
  case napi_object: return encode_object_address(call, type, value, slot, direction);
  case napi_external: return encode_cast(call, type, value, slot, direction);
  case napi_function: return encode_function_address(call, type, value, slot);
  case napi_boolean:
  case napi_symbol: break;
  }
  return nb_expects(call, type, value);
}

bool nb_encode_pointer(nb_call *call, const rs_type *type, napi_value value, void *dest,
                       rs_direction direction)
{
  bool ok = nb_call_deeper(call) && encode_any(call, type, value, dest, direction);

  call->depth--;
  return ok;
}

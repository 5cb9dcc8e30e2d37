/* types_enum.c - enumeration(): named integers, and the storage that holds them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "module.h"
#include "spec.h"
#include "types_impl.h"
#include "value.h"

/* What the values need, and the storage that was asked for. */
typedef struct range {
  const rs_type *storage; /* NULL: to be chosen */
  int64_t least;          /* 0 or the lowest negative value */
  uint64_t greatest;      /* 0 or the highest positive value */
  bool overflow;          /* a value is outside int64 and uint64 */
} range;

static void widen(range *r, bool negative, uint64_t magnitude, bool fits)
{
  if (!fits || (negative && magnitude > (uint64_t)INT64_MAX + 1))
    r->overflow = true;
  else if (negative && magnitude > (uint64_t)INT64_MAX)
    r->least = INT64_MIN;
  else if (negative && -(int64_t)magnitude < r->least)
    r->least = -(int64_t)magnitude;
  else if (!negative && magnitude > r->greatest)
    r->greatest = magnitude;
}

static bool add_value(nb_env *nb, napi_value value, const char *key, range *r, rs_error *err)
{
  double number;
  int negative = 0;
  size_t words = 1;
  uint64_t magnitude = 0;
  char kind[64];

  if (napi_get_value_double(nb->env, value, &number) == napi_ok) {
    if (trunc(number) != number || isinf(number))
      return rs_fail(err, RS_E_VALUE, "enumeration(): value of '%.100s' must be an integer, got %g", key,
                     number);
    widen(r, number < 0, fabs(number) < 0x1p64 ? (uint64_t)fabs(number) : 0, fabs(number) < 0x1p64);
    return true;
  }
  if (nb_typeof(nb, value) != napi_bigint)
    return rs_fail(err, RS_E_VALUE, "enumeration(): value of '%.100s' must be a number, got %s", key,
                   nb_describe(nb, value, kind, sizeof kind));
  if (!nb_check(nb, napi_get_value_bigint_words(nb->env, value, NULL, &words, NULL), err))
    return false;
  if (words <= 1
      && !nb_check(nb, napi_get_value_bigint_words(nb->env, value, &negative, &words, &magnitude), err))
    return false;
  widen(r, negative, magnitude, words <= 1);
  return true;
}

static bool fits(const range *r)
{
  unsigned bits = (unsigned)r->storage->size * 8;

  if (r->overflow)
    return false;
  if (r->storage->kind == RS_UINT)
    return r->least == 0 && (bits == 64 || r->greatest >> bits == 0);
  return r->least >= -(INT64_MAX >> (64 - bits)) - 1 && r->greatest <= (uint64_t)(INT64_MAX >> (64 - bits));
}

static bool check_value(const range *r, const char *key, rs_error *err)
{
  if (!r->storage || fits(r))
    return true;
  rs_fail(err, RS_E_RANGE, "enumeration(): value of '%.100s' is out of range for '%s'", key,
          r->storage->name);
  rs_error_reclass(err, RS_CLASS_ERROR);
  return false;
}

/* Copies the values as given into a fresh frozen object and finds their range. */
static napi_value read_values(nb_env *nb, napi_value values, range *r, rs_error *err)
{
  napi_value keys, copy;
  uint32_t count;

  if (!nb_description_keys(nb, values, "enumeration(): values", &keys, &count, err)
      || !nb_check(nb, napi_create_object(nb->env, &copy), err))
    return NULL;
  for (uint32_t i = 0; i < count; i++) {
    napi_property_descriptor property = {.attributes = napi_enumerable};
    char room[128], *text;
    size_t length;
    bool ok;

    if (!nb_check(nb, napi_get_element(nb->env, keys, i, &property.name), err)
        || !nb_check(nb, napi_get_property(nb->env, values, property.name, &property.value), err)
        || !(text = nb_text(nb, property.name, "enumeration(): key", room, sizeof room, &length, err)))
      return NULL;
    ok = add_value(nb, property.value, text, r, err) && check_value(r, text, err)
         && nb_check(nb, napi_define_properties(nb->env, copy, 1, &property), err);
    nb_text_free(text, room);
    if (!ok)
      return NULL;
  }
  return nb_check(nb, napi_object_freeze(nb->env, copy), err) ? copy : NULL;
}

/* What C compilers of the platform choose: GCC takes the first type that fits of unsigned int, int and their
 * 64-bit versions; Microsoft's always takes int. */
static rs_prim automatic_storage(nb_env *nb, const range *r)
{
  bool windows = strncmp(rs_registry_target(nb->reg)->name, "win", 3) == 0;

  if (r->overflow)
    return RS_P_NONE;
  if (windows)
    return r->least >= INT32_MIN && r->greatest <= INT32_MAX ? RS_P_INT : RS_P_NONE;
  if (r->least == 0)
    return r->greatest <= UINT32_MAX ? RS_P_U32 : RS_P_U64;
  if (r->least >= INT32_MIN && r->greatest <= INT32_MAX)
    return RS_P_I32;
  return r->greatest <= INT64_MAX ? RS_P_I64 : RS_P_NONE;
}

/* The storage argument; nothing when it is to be chosen. */
static bool read_storage(nb_env *nb, napi_value value, const char *what, range *r, rs_error *err)
{
  if (nb_is_nullish(nb, value))
    return true;
  return (r->storage = nb_spec(nb, value, what, err))
         && (rs_is_integer(r->storage)
             || rs_fail(err, RS_E_BAD_TYPE, "%s expects an integer type, not '%s'", what, r->storage->name));
}

static bool choose_storage(nb_env *nb, range *r, rs_error *err)
{
  rs_prim prim = r->storage ? RS_P_NONE : automatic_storage(nb, r);

  if (prim != RS_P_NONE)
    r->storage = rs_prim_type(nb->reg, prim);
  if (r->storage)
    return true;
  rs_fail(err, RS_E_RANGE, "enumeration(): no integer type holds all values");
  rs_error_reclass(err, RS_CLASS_ERROR);
  return false;
}

static const rs_type *make_enum(nb_env *nb, const char *name, const rs_type *storage, napi_value values,
                                rs_error *err)
{
  const rs_type *type = rs_type_enum(nb->reg, name, storage, err);
  nb_type *data;

  if (!type) {
    nb_blame(err, "enumeration()");
    return NULL;
  }
  return (data = nb_type_of(nb, type, err))
                 && nb_check(nb, napi_create_reference(nb->env, values, 1, &data->values), err)
             ? type
             : NULL;
}

/* enumeration(values, [storage]), enumeration(name, values, [storage]) */
napi_value js_enumeration(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type = NULL;
  char *name = NULL;
  napi_value values;
  range r = {0};
  nb_env *nb;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb = args.nb;
  nb_collect(nb);
  nb_enter(nb);
  if (nb_args_least(&args, "enumeration", 1, &err)) {
    bool named = nb_typeof(nb, args.at[0]) != napi_object;

    if ((!named || nb_optional_name(nb, args.at[0], "enumeration(): argument 1 (name)", &name, &err))
        && read_storage(nb, args.at[1 + named],
                        named ? "enumeration(): argument 3 (storage)" : "enumeration(): argument 2 (storage)",
                        &r, &err)
        && (values = read_values(nb, args.at[named], &r, &err)) && choose_storage(nb, &r, &err))
      type = make_enum(nb, name, r.storage, values, &err);
  }
  nb_leave(nb);
  free(name);
  return nb_type_result(nb, type, &err);
}

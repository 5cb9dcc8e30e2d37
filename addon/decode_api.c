/* decode(), its fast readers and call(): what reads C memory or runs C code at an address. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "decode.h"
#include "encode.h"
#include "function.h"
#include "module.h"
#include "reference.h"
#include "spec.h"
#include "value.h"

/* The words in front of every message. */
#define REFERENCE "decode(): reference"
#define LENGTH    "decode(): length"

static bool is_unit(const rs_type *type)
{
  return type->kind == RS_INT && (type->flags & (RS_T_CHAR | RS_T_ENUM)) == RS_T_CHAR;
}

/* Units that may be looked at for a terminator: whole ones up to the end of the buffer. */
static size_t units_room(const nb_reference_t *ref, size_t unit_size)
{
  return ref->buffer ? ref->size / unit_size : SIZE_MAX;
}

/* The pointer stored at `ref`, as a reference of its own. */
static nb_reference_t follow(const nb_reference_t *ref)
{
  nb_reference_t inner = {NULL, SIZE_MAX, false};

  memcpy(&inner.address, ref->address, sizeof inner.address);
  return inner;
}

static napi_value bound_function(nb_env *nb, const rs_type *type, const nb_reference_t *ref, rs_error *err)
{
  nb_function_spec spec = {
      .name = "<anonymous>", .signature = type->signature, .strict = nb->settings.strict};

  if (ref->buffer) {
    rs_fail(err, RS_E_ARGUMENT, REFERENCE " expects the address of a function, got a buffer");
    return NULL;
  }
  memcpy(&spec.address, &ref->address, sizeof spec.address);
  return nb_function_new(nb, &spec, err);
}

static bool check_type(const rs_type *type, rs_error *err)
{
  if (type->kind == RS_FUNCTION)
    return true;
  if (!rs_is_complete(type))
    return rs_fail(err, RS_E_INCOMPLETE, "decode(): type %s has no size", type->name);
  if (type->flags & RS_T_COUNTED)
    return rs_fail(err, RS_E_BAD_TYPE,
                   "decode(): type %s is counted by a member and so only has values in a struct", type->name);
  return true;
}

/* Disposers, and setters of Object.prototype, run between members and elements, and may detach the buffer:
 * what consists of several values is read from a copy. */
static bool needs_copy(const rs_type *type, const nb_reference_t *ref)
{
  while (type->kind == RS_ARRAY)
    type = type->ref;
  return ref->buffer && (type->kind == RS_RECORD || type->kind == RS_UNION || type->flags & RS_T_DISPOSABLE);
}

/* One value, or `count` of them when `elements`. */
static napi_value read_values(nb_env *nb, const rs_type *type, bool elements, size_t count, const void *src,
                              rs_error *err)
{
  return elements ? nb_decode_elements(nb, type, count, rs_default_hint(type), src, err)
                  : nb_decode(nb, type, src, err);
}

static napi_value read_checked(nb_env *nb, const rs_type *type, bool elements, size_t count,
                               const nb_reference_t *ref, rs_error *err)
{
  nb_call call;
  void *copy;
  napi_value result = NULL;

  if (!needs_copy(type, ref))
    return read_values(nb, type, elements, count, ref->address, err);
  nb_call_begin(&call, nb, false, err);
  if ((copy = nb_call_alloc(&call, count * type->size, type->align))) {
    memcpy(copy, ref->address, count * type->size);
    result = read_values(nb, type, elements, count, copy, err);
  }
  nb_call_end(&call);
  return result;
}

static napi_value decode_one(nb_env *nb, const rs_type *type, const nb_reference_t *ref, rs_error *err)
{
  if (type->kind == RS_FUNCTION)
    return nb_reference_check(ref, 1, 0, REFERENCE, err) ? bound_function(nb, type, ref, err) : NULL;
  if (!nb_reference_check(ref, 1, type->size, REFERENCE, err))
    return NULL;
  return read_checked(nb, type, false, 1, ref, err);
}

/* Exactly `count` units at `ref`. */
static napi_value exact_units(nb_env *nb, size_t unit_size, const nb_reference_t *ref, int64_t count,
                              rs_error *err)
{
  if (!nb_reference_check(ref, count, unit_size, REFERENCE, err))
    return NULL;
  return nb_decode_units(nb, unit_size, ref->address, (size_t)count, err);
}

static napi_value decode_counted(nb_env *nb, const rs_type *type, const nb_reference_t *ref, int64_t count,
                                 rs_error *err)
{
  if (type->kind == RS_FUNCTION) {
    rs_fail(err, RS_E_BAD_TYPE, "decode(): a length makes no sense for the prototype %s", type->name);
    return NULL;
  }
  if (type->kind == RS_STRING) {
    nb_reference_t inner;

    if (!nb_reference_check(ref, 1, type->size, REFERENCE, err))
      return NULL;
    inner = follow(ref);
    return inner.address ? exact_units(nb, type->ref->size, &inner, count, err) : nb_null(nb);
  }
  if (!nb_reference_check(ref, count, type->size, REFERENCE, err))
    return NULL;
  if (is_unit(type))
    return nb_decode_units(nb, type->size, ref->address,
                           nb_units_length(type->size, ref->address, (size_t)count), err);
  return read_checked(nb, type, true, (size_t)count, ref, err);
}

/* Elements before the first zero one. Pointers have no zero-terminated kind of their own in C, but argv is
 * one. */
static napi_value decode_terminated(nb_env *nb, const rs_type *type, const nb_reference_t *ref, rs_error *err)
{
  bool integer = rs_is_integer(type) && type->size <= 4 && !(type->flags & RS_T_SWAP);
  size_t count = 0, room;

  if (type->kind == RS_STRING)
    return decode_one(nb, type, ref, err);
  if (!integer && (type->kind != RS_POINTER || rs_is_callback(type))) {
    rs_fail(err, RS_E_BAD_LENGTH,
            "decode(): a negative length is for zero-terminated data; %s has no terminator", type->name);
    return NULL;
  }
  if (!nb_reference_check(ref, 0, type->size, REFERENCE, err))
    return NULL;
  room = units_room(ref, type->size);
  if (integer) {
    count = nb_units_length(type->size, ref->address, room);
  } else {
    static const void *const null = NULL;

    while (count < room && memcmp(ref->address + count * sizeof null, &null, sizeof null) != 0)
      count++;
  }
  if (is_unit(type))
    return nb_decode_units(nb, type->size, ref->address, count, err);
  return read_checked(nb, type, true, count, ref, err);
}

static bool is_numeric(nb_env *nb, napi_value value)
{
  napi_valuetype kind = nb_typeof(nb, value);

  return kind == napi_number || kind == napi_bigint;
}

static napi_value decode(const nb_args *args, rs_error *err)
{
  nb_env *nb = args->nb;
  const napi_value *at = args->at;
  nb_reference_t ref;
  const rs_type *type;
  int64_t offset, length;
  size_t next = 1;

  if (!nb_args_least(args, "decode", 2, err) || !nb_reference(nb, at[0], REFERENCE, &ref, err))
    return NULL;
  if (is_numeric(nb, at[1])) {
    if (!nb_args_least(args, "decode", 3, err) || !nb_integer(nb, at[1], "decode(): offset", &offset, err)
        || !nb_reference_move(&ref, offset, REFERENCE, err))
      return NULL;
    next = 2;
  }
  type = nb_spec(nb, at[next], "decode(): type", err);
  if (!type || !check_type(type, err))
    return NULL;
  next++;
  if (args->count <= next || nb_is_nullish(nb, at[next]))
    return decode_one(nb, type, &ref, err);
  if (!nb_integer(nb, at[next], LENGTH, &length, err))
    return NULL;
  return length >= 0 ? decode_counted(nb, type, &ref, length, err) : decode_terminated(nb, type, &ref, err);
}

/* decode(ref, [offset], type, [length]) -> value. */
napi_value js_decode(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value result;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  nb_enter(args.nb); /* a disposer may run */
  result = decode(&args, &err);
  nb_leave(args.nb);
  return result ? result : nb_throw(args.nb, &err);
}

/* call(ref, proto, ...args) -> result. */
napi_value js_call(napi_env env, napi_callback_info info)
{
  /* One pair more than a variadic call can use, so that a surplus is noticed. */
  napi_value at[2 + 2 * (RS_MAX_PARAMS + 1)], result = NULL;
  size_t count = sizeof at / sizeof *at;
  void *data;
  nb_env *nb;
  nb_reference_t ref;
  const rs_type *type;
  rs_fn address;
  char kind[64];
  NB_NO_ERROR(err);

  if (napi_get_cb_info(env, info, &count, at, NULL, &data) != napi_ok)
    return NULL;
  nb = data;
  nb_collect(nb);
  nb_enter(nb);
  if (count > sizeof at / sizeof *at)
    count = sizeof at / sizeof *at;
  if (count < 2)
    rs_fail(&err, RS_E_ARGUMENT_COUNT, "call(): expects at least 2 arguments, got %zu", count);
  else if (nb_reference(nb, at[0], "call(): reference", &ref, &err)
           && (type = nb_spec(nb, at[1], "call(): prototype", &err))) {
    if (ref.buffer)
      rs_fail(&err, RS_E_ARGUMENT, "call(): reference expects the address of a function, got %s",
              nb_describe(nb, at[0], kind, sizeof kind));
    else if (type->kind != RS_FUNCTION)
      rs_fail(&err, RS_E_BAD_TYPE, "call(): prototype expects a function type, got %s", type->name);
    else if (!ref.address)
      rs_fail(&err, RS_E_NULL_REFERENCE, "call(): reference is NULL");
    else {
      memcpy(&address, &ref.address, sizeof address);
      result = nb_function_call(nb, address, type->name, type->signature, count - 2, at + 2, &err);
    }
  }
  nb_leave(nb);
  return result ? result : nb_throw(nb, &err);
}

/* decode.int(ref) and its siblings. */
static napi_value read_number(napi_env env, napi_callback_info info, rs_prim prim, const char *what)
{
  napi_value at[1], result = NULL;
  size_t count = 1;
  void *data;
  nb_env *nb;
  nb_reference_t ref;
  const rs_type *type;
  NB_NO_ERROR(err);

  if (napi_get_cb_info(env, info, &count, at, NULL, &data) != napi_ok)
    return NULL;
  nb = data;
  type = rs_prim_type(nb->reg, prim);
  if (count < 1)
    rs_fail(&err, RS_E_ARGUMENT_COUNT, "%s expects 1 argument, got 0", what);
  else if (nb_reference(nb, at[0], what, &ref, &err) && nb_reference_check(&ref, 1, type->size, what, &err))
    result = nb_decode(nb, type, ref.address, &err);
  return result ? result : nb_throw(nb, &err);
}

/* The count of units that decode.string(ref, length) asks for; negative: up to the NUL. */
static bool read_length(nb_env *nb, napi_value value, const char *what, int64_t *length, rs_error *err)
{
  char place[64];
  double number;

  *length = -1;
  if (nb_typeof(nb, value) == napi_undefined)
    return true;
  if (napi_get_value_double(nb->env, value, &number) == napi_ok && number != number) {
    *length = 0; /* NaN, as koffi has it */
    return true;
  }
  (void)snprintf(place, sizeof place, "%s length", what);
  return nb_integer(nb, value, place, length, err);
}

/* decode.string(ref, [length]) and its siblings: `ref` leads to the units themselves. */
static napi_value read_units(napi_env env, napi_callback_info info, rs_prim prim, const char *what)
{
  nb_args args;
  size_t unit_size;
  int64_t length;
  nb_reference_t ref;
  napi_value result = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  unit_size = rs_prim_type(args.nb->reg, prim)->size;
  if (args.count < 1)
    rs_fail(&err, RS_E_ARGUMENT_COUNT, "%s expects at least 1 argument, got 0", what);
  else if (nb_reference(args.nb, args.at[0], what, &ref, &err)
           && read_length(args.nb, args.at[1], what, &length, &err)) {
    if (!ref.address)
      result = nb_null(args.nb);
    else if (length < 0)
      result = nb_decode_units(args.nb, unit_size, ref.address,
                               nb_units_length(unit_size, ref.address, units_room(&ref, unit_size)), &err);
    else if (nb_reference_check(&ref, length, unit_size, what, &err))
      result = nb_decode_units(args.nb, unit_size, ref.address, (size_t)length, &err);
  }
  return result ? result : nb_throw(args.nb, &err);
}

#define READERS(NUMBER, UNITS) \
  NUMBER(char, CHAR) \
  NUMBER(uchar, UCHAR) \
  NUMBER(short, SHORT) \
  NUMBER(ushort, USHORT) \
  NUMBER(int, INT) \
  NUMBER(uint, UINT) \
  NUMBER(long, LONG) \
  NUMBER(ulong, ULONG) \
  NUMBER(longlong, LLONG) \
  NUMBER(ulonglong, ULLONG) \
  NUMBER(int8, I8) \
  NUMBER(int8le, I8) \
  NUMBER(int8be, I8) \
  NUMBER(uint8, U8) \
  NUMBER(uint8le, U8) \
  NUMBER(uint8be, U8) \
  NUMBER(int16, I16) \
  NUMBER(int16le, I16LE) \
  NUMBER(int16be, I16BE) \
  NUMBER(uint16, U16) \
  NUMBER(uint16le, U16LE) \
  NUMBER(uint16be, U16BE) \
  NUMBER(int32, I32) \
  NUMBER(int32le, I32LE) \
  NUMBER(int32be, I32BE) \
  NUMBER(uint32, U32) \
  NUMBER(uint32le, U32LE) \
  NUMBER(uint32be, U32BE) \
  NUMBER(int64, I64) \
  NUMBER(int64le, I64LE) \
  NUMBER(int64be, I64BE) \
  NUMBER(uint64, U64) \
  NUMBER(uint64le, U64LE) \
  NUMBER(uint64be, U64BE) \
  NUMBER(float, FLOAT) \
  NUMBER(double, DOUBLE) \
  UNITS(string, CHAR) \
  UNITS(string16, CHAR16) \
  UNITS(string32, CHAR32) \
  UNITS(wstring, WCHAR)

#define DEFINE(name, prim, how) \
  static napi_value read_##name(napi_env env, napi_callback_info info) \
  { \
    return how(env, info, RS_P_##prim, "decode." #name "():"); \
  }
#define NUMBER(name, prim) DEFINE(name, prim, read_number)
#define UNITS(name, prim)  DEFINE(name, prim, read_units)
READERS(NUMBER, UNITS)
#undef NUMBER
#undef UNITS

bool nb_init_decode(nb_env *nb, napi_value exports, rs_error *err)
{
  static const struct {
    const char *name;
    napi_callback read;
  } readers[] = {
#define ROW(name, prim) {#name, read_##name},
      READERS(ROW, ROW)
#undef ROW
  };
  napi_value function;

  if (!nb_check(nb, napi_get_named_property(nb->env, exports, "decode", &function), err))
    return false;
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
    if (!nb_define(nb, function, readers[i].name, readers[i].read))
      return nb_check(nb, napi_generic_failure, err);
  return true;
}

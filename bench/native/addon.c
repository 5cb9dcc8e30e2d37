/* addon.c - the hand-written peer: one Node-API function per workload, linked to the library.
 * This is what a careful developer writes without an FFI: plain Node-API 8, every status and type checked, a
 * TypeError for what does not fit, no allocation where a stack buffer does. It stays out of tricks (no
 * JavaScript helpers, no V8 symbols), and takes the interface that is natural by hand where C's differs: it
 * returns the value of an out-parameter, and finds a record by its index instead of its address. */
#include "addon.h"

#include <stdlib.h>

#define TEXT_STACK 2048 /* bytes; longer strings are allocated for the call */
#define INTS_STACK 1024 /* elements; likewise */

static napi_value js_nop(napi_env env, napi_callback_info info)
{
  (void)env;
  (void)info;
  bench_nop();
  return NULL;
}

static napi_value js_nop_count(napi_env env, napi_callback_info info)
{
  napi_value out;

  (void)info;
  return napi_create_uint32(env, bench_nop_count(), &out) == napi_ok ? out : fail(env, "out of memory");
}

static napi_value js_two_ints(napi_env env, napi_callback_info info)
{
  napi_value args[2];
  int a, b;

  if (!take(env, info, 2, args) || !get_int(env, args[0], &a) || !get_int(env, args[1], &b))
    return fail(env, "two_ints(): expects two numbers");
  return make_int(env, bench_two_ints(a, b));
}

static napi_value js_two_doubles(napi_env env, napi_callback_info info)
{
  napi_value args[2];
  double a, b;

  if (!take(env, info, 2, args) || !get_double(env, args[0], &a) || !get_double(env, args[1], &b))
    return fail(env, "two_doubles(): expects two numbers");
  return make_double(env, bench_two_doubles(a, b));
}

static napi_value js_two_int64(napi_env env, napi_callback_info info)
{
  napi_value args[2], out;
  int64_t a, b;

  if (!take(env, info, 2, args) || napi_get_value_int64(env, args[0], &a) != napi_ok
      || napi_get_value_int64(env, args[1], &b) != napi_ok)
    return fail(env, "two_int64(): expects two numbers");
  if (napi_create_int64(env, bench_two_int64(a, b), &out) != napi_ok)
    return fail(env, "out of memory");
  return out;
}

/* Reads `pairs` times an int and a double. */
static bool take_mixed(napi_env env, const napi_value *args, size_t pairs, int *ints, double *doubles)
{
  for (size_t i = 0; i < pairs; i++) {
    if (!get_int(env, args[2 * i], &ints[i]) || !get_double(env, args[2 * i + 1], &doubles[i]))
      return false;
  }
  return true;
}

static napi_value js_mixed8(napi_env env, napi_callback_info info)
{
  napi_value args[8];
  int n[4];
  double d[4];

  if (!take(env, info, 8, args) || !take_mixed(env, args, 4, n, d))
    return fail(env, "mixed8(): expects eight numbers");
  return make_double(env, bench_mixed8(n[0], d[0], n[1], d[1], n[2], d[2], n[3], d[3]));
}

static napi_value js_mixed20(napi_env env, napi_callback_info info)
{
  napi_value args[20];
  int n[10];
  double d[10];

  if (!take(env, info, 20, args) || !take_mixed(env, args, 10, n, d))
    return fail(env, "mixed20(): expects twenty numbers");
  return make_double(env, bench_mixed20(n[0], d[0], n[1], d[1], n[2], d[2], n[3], d[3], n[4], d[4], n[5],
                                        d[5], n[6], d[6], n[7], d[7], n[8], d[8], n[9], d[9]));
}

static napi_value js_text_in(napi_env env, napi_callback_info info)
{
  napi_value arg;
  char stack[TEXT_STACK], *text = stack;
  size_t length;
  int result;

  if (!take(env, info, 1, &arg)
      || napi_get_value_string_utf8(env, arg, stack, sizeof stack, &length) != napi_ok)
    return fail(env, "text_in(): expects a string");
  if (length + 4 >= sizeof stack) { /* it may have been cut, at most one character short of the end */
    if (napi_get_value_string_utf8(env, arg, NULL, 0, &length) != napi_ok || !(text = malloc(length + 1)))
      return fail(env, "text_in(): out of memory");
    if (napi_get_value_string_utf8(env, arg, text, length + 1, &length) != napi_ok) {
      free(text);
      return fail(env, "text_in(): expects a string");
    }
  }
  result = bench_text_in(text);
  if (text != stack)
    free(text);
  return make_int(env, result);
}

static napi_value js_text_out(napi_env env, napi_callback_info info)
{
  napi_value arg, out;
  int index;

  if (!take(env, info, 1, &arg) || !get_int(env, arg, &index))
    return fail(env, "text_out(): expects a number");
  if (napi_create_string_utf8(env, bench_text_out(index), NAPI_AUTO_LENGTH, &out) != napi_ok)
    return fail(env, "out of memory");
  return out;
}

static napi_value js_bytes(napi_env env, napi_callback_info info)
{
  napi_value args[2];
  napi_typedarray_type type;
  size_t length;
  void *data;
  int n;

  if (!take(env, info, 2, args)
      || napi_get_typedarray_info(env, args[0], &type, &length, &data, NULL, NULL) != napi_ok
      || type != napi_uint8_array || !get_int(env, args[1], &n))
    return fail(env, "bytes(): expects a Uint8Array and a number");
  if (n < 1 || (size_t)n > length)
    return fail(env, "bytes(): the length lies outside of the array");
  return make_int(env, bench_bytes(data, n));
}

static bool get_member(napi_env env, napi_value object, const char *name, double *out)
{
  napi_value value;

  return napi_get_named_property(env, object, name, &value) == napi_ok && get_double(env, value, out);
}

static napi_value js_is_odd(napi_env env, napi_callback_info info)
{
  napi_value arg, out;
  uint64_t address;
  bool lossless;

  if (!take(env, info, 1, &arg) || napi_get_value_bigint_uint64(env, arg, &address, &lossless) != napi_ok)
    return fail(env, "is_odd(): expects an address");
  if (napi_get_boolean(env, bench_is_odd((const void *)(uintptr_t)address), &out) != napi_ok)
    return fail(env, "out of memory");
  return out;
}

/* Changes the object that it gets. */
static napi_value js_pair_turn_in_place(napi_env env, napi_callback_info info)
{
  napi_value arg, x, y;
  struct bench_pair p;

  if (!take(env, info, 1, &arg) || !get_member(env, arg, "x", &p.x) || !get_member(env, arg, "y", &p.y))
    return fail(env, "pair_turn_in_place(): expects { x, y }");
  bench_pair_turn_in_place(&p);
  if (napi_create_double(env, p.x, &x) != napi_ok || napi_create_double(env, p.y, &y) != napi_ok
      || napi_set_named_property(env, arg, "x", x) != napi_ok
      || napi_set_named_property(env, arg, "y", y) != napi_ok)
    return fail(env, "out of memory");
  return NULL;
}

static napi_value js_pair_turn(napi_env env, napi_callback_info info)
{
  napi_value arg, out, x, y;
  struct bench_pair p;

  if (!take(env, info, 1, &arg) || !get_member(env, arg, "x", &p.x) || !get_member(env, arg, "y", &p.y))
    return fail(env, "pair_turn(): expects { x, y }");
  p = bench_pair_turn(p);
  if (napi_create_object(env, &out) != napi_ok || napi_create_double(env, p.x, &x) != napi_ok
      || napi_create_double(env, p.y, &y) != napi_ok || napi_set_named_property(env, out, "x", x) != napi_ok
      || napi_set_named_property(env, out, "y", y) != napi_ok)
    return fail(env, "out of memory");
  return out;
}

/* An object with the ten fields of `r`, or NULL. */
static napi_value make_record(napi_env env, const struct bench_record *r)
{
  static const char *const names[10] = {"id",    "kind", "level", "active", "x",
                                        "ratio", "port", "delta", "flags",  "size"};
  napi_property_descriptor fields[10];
  napi_value out, v[10];

  if (napi_create_object(env, &out) != napi_ok || napi_create_int32(env, r->id, &v[0]) != napi_ok
      || napi_create_uint32(env, r->kind, &v[1]) != napi_ok
      || napi_create_int32(env, r->level, &v[2]) != napi_ok
      || napi_get_boolean(env, r->active, &v[3]) != napi_ok || napi_create_double(env, r->x, &v[4]) != napi_ok
      || napi_create_double(env, (double)r->ratio, &v[5]) != napi_ok
      || napi_create_uint32(env, r->port, &v[6]) != napi_ok
      || napi_create_int32(env, r->delta, &v[7]) != napi_ok
      || napi_create_uint32(env, r->flags, &v[8]) != napi_ok
      || napi_create_int64(env, r->size, &v[9]) != napi_ok)
    return NULL;
  for (size_t i = 0; i < 10; i++)
    fields[i] = (napi_property_descriptor){
        .utf8name = names[i], .value = v[i], .attributes = napi_default_jsproperty};
  /* One call for all is a tenth faster here than ten of napi_set_named_property. */
  return napi_define_properties(env, out, 10, fields) == napi_ok ? out : NULL;
}

static napi_value js_record(napi_env env, napi_callback_info info)
{
  napi_value arg, out;
  int index;

  if (!take(env, info, 1, &arg) || !get_int(env, arg, &index) || index < 0 || index >= BENCH_RECORDS)
    return fail(env, "record(): expects the index of a record");
  out = make_record(env, &bench_records()[index]);
  return out ? out : fail(env, "out of memory");
}

static napi_value js_records(napi_env env, napi_callback_info info)
{
  const struct bench_record *records = bench_records();
  napi_value out;

  (void)info;
  if (napi_create_array_with_length(env, BENCH_RECORDS, &out) != napi_ok)
    return fail(env, "out of memory");
  for (uint32_t i = 0; i < BENCH_RECORDS; i++) {
    napi_handle_scope scope; /* one per element: a thousand records make eleven thousand handles */
    napi_value record;
    bool ok;

    if (napi_open_handle_scope(env, &scope) != napi_ok)
      return fail(env, "out of memory");
    ok = (record = make_record(env, &records[i])) && napi_set_element(env, out, i, record) == napi_ok;
    napi_close_handle_scope(env, scope);
    if (!ok)
      return fail(env, "out of memory");
  }
  return out;
}

static bool get_ints(napi_env env, napi_value array, uint32_t count, int *out)
{
  for (uint32_t i = 0; i < count; i++) {
    napi_value value;

    if (napi_get_element(env, array, i, &value) != napi_ok || !get_int(env, value, &out[i]))
      return false;
  }
  return true;
}

static napi_value js_sum(napi_env env, napi_callback_info info)
{
  napi_value arg;
  uint32_t count;
  int stack[INTS_STACK], *ints = stack, result;
  bool ok;

  if (!take(env, info, 1, &arg) || napi_get_array_length(env, arg, &count) != napi_ok)
    return fail(env, "sum(): expects an array of numbers");
  if (count > INTS_STACK && !(ints = malloc(count * sizeof *ints)))
    return fail(env, "sum(): out of memory");
  ok = get_ints(env, arg, count, ints);
  result = ok ? bench_sum(ints, (int)count) : 0;
  if (ints != stack)
    free(ints);
  return ok ? make_int(env, result) : fail(env, "sum(): expects an array of numbers");
}

static napi_value js_out(napi_env env, napi_callback_info info)
{
  napi_value arg;
  int key, value = 0;

  if (!take(env, info, 1, &arg) || !get_int(env, arg, &key))
    return fail(env, "out(): expects a number");
  if (bench_out(key, &value) != 0)
    return fail(env, "out(): failed");
  return make_int(env, value);
}

static const struct bench_entry call_entries[] = {
    {"nop", js_nop},
    {"nopCount", js_nop_count},
    {"twoInts", js_two_ints},
    {"twoDoubles", js_two_doubles},
    {"twoInt64", js_two_int64},
    {"mixed8", js_mixed8},
    {"mixed20", js_mixed20},
    {"textIn", js_text_in},
    {"textOut", js_text_out},
    {"bytes", js_bytes},
    {"isOdd", js_is_odd},
    {"pairTurn", js_pair_turn},
    {"pairTurnInPlace", js_pair_turn_in_place},
    {"record", js_record},
    {"records", js_records},
    {"sum", js_sum},
    {"out", js_out},
    {NULL, NULL},
};

NAPI_MODULE_INIT()
{
  static const struct bench_entry *const lists[] = {call_entries, bench_callback_entries,
                                                    bench_async_entries};

  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    for (const struct bench_entry *entry = lists[i]; entry->name; entry++) {
      napi_value function;

      if (napi_create_function(env, entry->name, NAPI_AUTO_LENGTH, entry->call, NULL, &function) != napi_ok
          || napi_set_named_property(env, exports, entry->name, function) != napi_ok)
        return fail(env, "the benchmark's addon could not be set up");
    }
  }
  return exports;
}

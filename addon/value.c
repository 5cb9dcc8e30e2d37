#include "value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "v8.h"

bool nb_args_read(napi_env env, napi_callback_info info, nb_args *args)
{
  void *data = NULL;

  args->count = NB_MAX_ARGS;
  if (napi_get_cb_info(env, info, &args->count, args->at, &args->self, &data) != napi_ok)
    return false;
  args->nb = data;
  return true;
}

bool nb_args_least(const nb_args *args, const char *name, size_t least, rs_error *err)
{
  return args->count >= least
         || rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): expects at least %zu argument%s, got %zu", name, least,
                    least == 1 ? "" : "s", args->count);
}

bool nb_check(nb_env *nb, napi_status status, rs_error *err)
{
  bool pending = false;

  if (status == napi_ok)
    return true;
  if (err->code != RS_OK)
    return false;
  if (napi_is_exception_pending(nb->env, &pending) == napi_ok && pending) {
    err->code = NB_E_PENDING;
    return false;
  }
  return rs_fail(err, RS_E_INTERNAL, "Node-API reports status %d", (int)status);
}

napi_value nb_error_object(nb_env *nb, const rs_error *err)
{
  napi_value code, text, error = NULL;
  napi_env env = nb->env;
  napi_status status;

  if (napi_create_string_utf8(env, rs_code_name(err->code), NAPI_AUTO_LENGTH, &code) != napi_ok
      || napi_create_string_utf8(env, err->text, NAPI_AUTO_LENGTH, &text) != napi_ok)
    return NULL;
  status = err->js_class == RS_CLASS_TYPE    ? napi_create_type_error(env, code, text, &error)
           : err->js_class == RS_CLASS_RANGE ? napi_create_range_error(env, code, text, &error)
                                             : napi_create_error(env, code, text, &error);
  return status == napi_ok ? error : NULL;
}

napi_value nb_throw(nb_env *nb, const rs_error *err)
{
  bool pending = false;
  napi_value error;

  if (err->code == NB_E_PENDING || (napi_is_exception_pending(nb->env, &pending) == napi_ok && pending))
    return NULL;
  error = nb_error_object(nb, err);
  if (error)
    nb_throw_value(nb, error);
  return NULL;
}

void nb_throw_value(nb_env *nb, napi_value value)
{
  bool pending = false;

  if (napi_throw(nb->env, value) != napi_ok
      && (napi_is_exception_pending(nb->env, &pending) != napi_ok || !pending))
    nb_v8_terminate();
}

napi_value nb_take_exception(nb_env *nb, const rs_error *err)
{
  napi_value exception = NULL;

  if (err->code != NB_E_PENDING)
    return nb_error_object(nb, err);
  return napi_get_and_clear_last_exception(nb->env, &exception) == napi_ok ? exception : NULL;
}

bool nb_hold(nb_env *nb, napi_value value, napi_ref *out, rs_error *err)
{
  napi_value array;

  return nb_check(nb, napi_create_array_with_length(nb->env, 1, &array), err)
         && nb_check(nb, napi_set_element(nb->env, array, 0, value), err)
         && nb_check(nb, napi_create_reference(nb->env, array, 1, out), err);
}

bool nb_held(nb_env *nb, napi_ref reference, napi_value *out, rs_error *err)
{
  napi_value array;

  return nb_check(nb, napi_get_reference_value(nb->env, reference, &array), err)
         && nb_check(nb, napi_get_element(nb->env, array, 0, out), err);
}

napi_valuetype nb_typeof(nb_env *nb, napi_value value)
{
  napi_valuetype type = napi_undefined;

  (void)napi_typeof(nb->env, value, &type);
  return type;
}

bool nb_is_nullish(nb_env *nb, napi_value value)
{
  napi_valuetype type = nb_typeof(nb, value);

  return type == napi_undefined || type == napi_null;
}

bool nb_is_array(nb_env *nb, napi_value value)
{
  bool yes = false;

  return napi_is_array(nb->env, value, &yes) == napi_ok && yes;
}

napi_value nb_undefined(nb_env *nb)
{
  napi_value value = NULL;

  (void)napi_get_undefined(nb->env, &value);
  return value;
}

napi_value nb_null(nb_env *nb)
{
  napi_value value = NULL;

  (void)napi_get_null(nb->env, &value);
  return value;
}

napi_value nb_bool(nb_env *nb, bool value)
{
  napi_value result = NULL;

  (void)napi_get_boolean(nb->env, value, &result);
  return result;
}

const char *nb_describe(nb_env *nb, napi_value value, char *text, size_t size)
{
  static const char *const names[] = {
      [napi_undefined] = "undefined", [napi_null] = "null",         [napi_boolean] = "boolean",
      [napi_number] = "number",       [napi_string] = "string",     [napi_symbol] = "symbol",
      [napi_object] = "object",       [napi_function] = "function", [napi_external] = "external value",
      [napi_bigint] = "bigint",
  };
  napi_valuetype type = nb_typeof(nb, value);
  NB_NO_ERROR(err);
  napi_value described = NULL, exception;
  size_t length;

  if (type == napi_object && nb->hooks[NB_HOOK_DESCRIBE])
    described = nb_call_hook(nb, NB_HOOK_DESCRIBE, 1, &value, &err);
  if (described && napi_get_value_string_utf8(nb->env, described, text, size, &length) == napi_ok)
    return text;
  if (err.code == NB_E_PENDING) /* a proxy's trap threw: the kind stays "object" */
    (void)napi_get_and_clear_last_exception(nb->env, &exception);
  (void)snprintf(text, size, "%s", names[type]);
  return text;
}

char *nb_text(nb_env *nb, napi_value value, const char *what, char *room, size_t room_size, size_t *length,
              rs_error *err)
{
  char *text = room, kind[64];

  if (napi_get_value_string_utf8(nb->env, value, room, room_size, length) != napi_ok) {
    rs_fail(err, RS_E_ARGUMENT, "%s expects a string, got %s", what,
            nb_describe(nb, value, kind, sizeof kind));
    return NULL;
  }
  if (*length + NB_UTF8_SLACK < room_size)
    return room;
  if (!nb_check(nb, napi_get_value_string_utf8(nb->env, value, NULL, 0, length), err)
      || !(text = rs_malloc(*length + 1, err)))
    return NULL;
  if (!nb_check(nb, napi_get_value_string_utf8(nb->env, value, text, *length + 1, length), err)) {
    free(text);
    return NULL;
  }
  return text;
}

void nb_text_free(char *text, const char *room)
{
  if (text != room)
    free(text);
}

bool nb_integer(nb_env *nb, napi_value value, const char *what, int64_t *out, rs_error *err)
{
  double number;
  bool lossless;
  char kind[64];

  if (napi_get_value_double(nb->env, value, &number) == napi_ok) {
    if (isnan(number))
      return rs_fail(err, RS_E_ARGUMENT, "%s expects an integer, got NaN", what);
    return nb_check(nb, napi_get_value_int64(nb->env, value, out), err)
           && (isfinite(number) || ((*out = number > 0 ? INT64_MAX : INT64_MIN), true));
  }
  if (napi_get_value_bigint_int64(nb->env, value, out, &lossless) == napi_ok) {
    int negative = 0;
    size_t words = 1;
    uint64_t low = 0;

    if (!lossless && napi_get_value_bigint_words(nb->env, value, &negative, &words, &low) == napi_ok)
      *out = negative ? INT64_MIN : INT64_MAX;
    return true;
  }
  return rs_fail(err, RS_E_ARGUMENT, "%s expects a number, got %s", what,
                 nb_describe(nb, value, kind, sizeof kind));
}

napi_value nb_number(nb_env *nb, double value)
{
  napi_value result = NULL;

  (void)napi_create_double(nb->env, value, &result);
  return result;
}

napi_value nb_string(nb_env *nb, const char *text)
{
  napi_value result = NULL;

  (void)napi_create_string_utf8(nb->env, text, NAPI_AUTO_LENGTH, &result);
  return result;
}

#define SAFE_LIMIT ((int64_t)1 << 53) /* Numbers hold integers exactly up to here */

napi_value nb_int64(nb_env *nb, int64_t value)
{
  napi_value result = NULL;

  if (value >= -SAFE_LIMIT && value <= SAFE_LIMIT)
    (void)napi_create_int64(nb->env, value, &result);
  else
    (void)napi_create_bigint_int64(nb->env, value, &result);
  return result;
}

napi_value nb_uint64(nb_env *nb, uint64_t value)
{
  napi_value result = NULL;

  if (value <= (uint64_t)SAFE_LIMIT)
    (void)napi_create_int64(nb->env, (int64_t)value, &result);
  else
    (void)napi_create_bigint_uint64(nb->env, value, &result);
  return result;
}

napi_value nb_pointer(nb_env *nb, const void *address)
{
  napi_value result = NULL;

  if (!address)
    return nb_null(nb);
  (void)napi_create_bigint_uint64(nb->env, (uint64_t)(uintptr_t)address, &result);
  return result;
}

bool nb_bytes_of(nb_env *nb, napi_value value, nb_bytes *out)
{
  napi_env env = nb->env;
  void *data = NULL;
  bool yes = false;

  *out = (nb_bytes){0};
  /* Node's notion of a Buffer covers every view: typed arrays and DataViews, shared memory included. */
  if (napi_is_buffer(env, value, &yes) == napi_ok && yes) {
    if (napi_get_buffer_info(env, value, &data, &out->size) != napi_ok)
      return false;
  } else if (napi_is_arraybuffer(env, value, &yes) == napi_ok && yes) {
    if (napi_get_arraybuffer_info(env, value, &data, &out->size) != napi_ok)
      return false;
  } else if (napi_is_typedarray(env, value, &yes) == napi_ok && yes) { /* other runtimes: see above */
    napi_typedarray_type type;
    static const unsigned char sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};

    if (napi_get_typedarray_info(env, value, &type, &out->size, &data, NULL, NULL) != napi_ok
        || (size_t)type >= sizeof sizes)
      return false;
    out->size *= sizes[type];
  } else if (napi_is_dataview(env, value, &yes) == napi_ok && yes) {
    if (napi_get_dataview_info(env, value, &out->size, &data, NULL, NULL) != napi_ok)
      return false;
  } else {
    return false;
  }
  out->data = out->size ? data : NULL;
  if (!out->data)
    out->size = 0;
  return true;
}

napi_value nb_call_hook(nb_env *nb, nb_hook hook, size_t argc, const napi_value *argv, rs_error *err)
{
  napi_value function, result = NULL;

  if (!nb_check(nb, napi_get_reference_value(nb->env, nb->hooks[hook], &function), err)
      || !nb_check(nb, napi_call_function(nb->env, nb_undefined(nb), function, argc, argv, &result), err))
    return NULL;
  return result;
}

bool nb_stack_has_room(nb_env *nb)
{
  NB_NO_ERROR(err);
  napi_value exception;

  if (nb_call_hook(nb, NB_HOOK_NOTHING, 0, NULL, &err))
    return true;
  if (err.code == NB_E_PENDING)
    (void)napi_get_and_clear_last_exception(nb->env, &exception);
  return false;
}

bool nb_warn(nb_env *nb, const char *code, const char *text, rs_error *err)
{
  napi_value arguments[] = {nb_string(nb, code), nb_string(nb, text)};

  return nb_call_hook(nb, NB_HOOK_WARN, 2, arguments, err) != NULL;
}

bool nb_set(nb_env *nb, napi_value object, const char *key, napi_value value)
{
  return value && napi_set_named_property(nb->env, object, key, value) == napi_ok;
}

bool nb_define(nb_env *nb, napi_value object, const char *name, napi_callback callback)
{
  napi_value function;

  return napi_create_function(nb->env, name, NAPI_AUTO_LENGTH, callback, nb, &function) == napi_ok
         && nb_set(nb, object, name, function);
}

napi_value nb_dispose_symbol(nb_env *nb)
{
  napi_value global, symbols, symbol;

  if (napi_get_global(nb->env, &global) != napi_ok
      || napi_get_named_property(nb->env, global, "Symbol", &symbols) != napi_ok
      || napi_get_named_property(nb->env, symbols, "dispose", &symbol) != napi_ok
      || nb_typeof(nb, symbol) != napi_symbol)
    return NULL;
  return symbol;
}

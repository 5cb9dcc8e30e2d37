/* value.h - small helpers over Node-API: arguments, status checks, exceptions, kinds of values, numbers.
 * Nothing here knows C types. */
#ifndef NB_VALUE_H
#define NB_VALUE_H

#include "environment.h"

#define NB_MAX_ARGS 8 /* of an API function (not of declared C functions) */

/* napi_get_value_string_utf8 never cuts inside a character: a string that filled its room up to this many
 * bytes may have been cut. (Three bytes of a character of four, and the NUL.) */
#define NB_UTF8_SLACK 4

/* The code of an error whose JavaScript exception is pending already. */
#define NB_E_PENDING ((rs_code)RS_CODE_COUNT)

/* An rs_error without the cost of clearing its text. */
#define NB_NO_ERROR(err) \
  rs_error err; \
  err.code = RS_OK

typedef struct nb_args {
  nb_env *nb;
  size_t count;               /* arguments given */
  napi_value at[NB_MAX_ARGS]; /* missing ones are undefined */
  napi_value self;
} nb_args;

/* Reads the arguments of an API function whose data is its nb_env. */
bool nb_args_read(napi_env env, napi_callback_info info, nb_args *args);
/* Fails with RS_E_ARGUMENT_COUNT: "name(): expects at least 2 arguments, got 1". */
bool nb_args_least(const nb_args *args, const char *name, size_t least, rs_error *err);

/* Turns a failed status into an error: NB_E_PENDING when an exception is pending, else RS_E_INTERNAL. */
bool nb_check(nb_env *nb, napi_status status, rs_error *err);

/* The one door from rs_error to JavaScript: throws an exception of its class with its `code` (unless one is
 * pending already) and returns NULL. */
napi_value nb_throw(nb_env *nb, const rs_error *err);
/* Throws `value`, or ends the environment's JavaScript where that is no longer possible. */
void nb_throw_value(nb_env *nb, napi_value value);
/* The exception object itself. */
napi_value nb_error_object(nb_env *nb, const rs_error *err);

/* The exception of a failure, taken out of Node-API, which runs no JavaScript while one is pending. NULL when
 * there is none to be had: the environment ends. */
napi_value nb_take_exception(nb_env *nb, const rs_error *err);

/* References hold objects only: these hold any value, in an Array. */
bool nb_hold(nb_env *nb, napi_value value, napi_ref *out, rs_error *err);
bool nb_held(nb_env *nb, napi_ref reference, napi_value *out, rs_error *err);

napi_valuetype nb_typeof(nb_env *nb, napi_value value);
bool nb_is_nullish(nb_env *nb, napi_value value);
bool nb_is_array(nb_env *nb, napi_value value);
napi_value nb_undefined(nb_env *nb);
napi_value nb_null(nb_env *nb);
napi_value nb_bool(nb_env *nb, bool value);

/* What a value is, for messages: "string", "null", "Array", "Map", "Int32Array". Writes into `text`, returns
 * it. */
const char *nb_describe(nb_env *nb, napi_value value, char *text, size_t size);

/* A JavaScript string as UTF-8. Returns `room` when it fits, else memory that nb_text_free releases; NULL
 * with `err` set when the value is not a string (the text says "<what> expects a string, got ..."). */
char *nb_text(nb_env *nb, napi_value value, const char *what, char *room, size_t room_size, size_t *length,
              rs_error *err);
void nb_text_free(char *text, const char *room);

/* A Number or BigInt as int64: integral part, saturating; RS_E_ARGUMENT for other kinds and NaN.
 * `what` starts the message: "alloc(): length". */
bool nb_integer(nb_env *nb, napi_value value, const char *what, int64_t *out, rs_error *err);

napi_value nb_number(nb_env *nb, double value);
napi_value nb_string(nb_env *nb, const char *text);
/* Number within +-2^53, else BigInt. */
napi_value nb_int64(nb_env *nb, int64_t value);
napi_value nb_uint64(nb_env *nb, uint64_t value);
/* An address as BigInt, NULL as null. */
napi_value nb_pointer(nb_env *nb, const void *address);

/* Memory of Buffers, typed arrays, DataViews and ArrayBuffers (views on shared memory too). */
typedef struct nb_bytes {
  unsigned char *data; /* NULL when size is 0 */
  size_t size;         /* bytes */
} nb_bytes;
bool nb_bytes_of(nb_env *nb, napi_value value, nb_bytes *out); /* false: not a raw buffer */

/* Calls a hook. Returns NULL with NB_E_PENDING when it threw. */
napi_value nb_call_hook(nb_env *nb, nb_hook hook, size_t argc, const napi_value *argv, rs_error *err);

/* Whether V8 still runs JavaScript this deep in the stack. It ends the process when it must collect garbage
 * some 40 KB below its own limit (V8 13.6, Isolate::IsOnCentralStack), which is far above the end of the
 * thread's stack: native recursion asks now and then. A call of a JavaScript function is the only documented
 * way to. */
bool nb_stack_has_room(nb_env *nb);

/* A deprecation warning, once per code. Fails when the program turns warnings into exceptions. */
bool nb_warn(nb_env *nb, const char *code, const char *text, rs_error *err);

/* Symbol.dispose; NULL where this Node does not have it. */
napi_value nb_dispose_symbol(nb_env *nb);

bool nb_set(nb_env *nb, napi_value object, const char *key, napi_value value); /* enumerable, writable */
/* Defines a function property whose data is `nb`. */
bool nb_define(nb_env *nb, napi_value object, const char *name, napi_callback callback);

#endif

/* encode(): writes JavaScript values into C memory, and what they need into persistent memory. */
#include <stdint.h>
#include <string.h>

#include "encode.h"
#include "module.h"
#include "persistent.h"
#include "reference.h"
#include "spec.h"
#include "value.h"

#define REFERENCE "encode(): reference"

typedef struct request {
  napi_value reference, value;
  int64_t offset;
  const rs_type *type;
  int64_t count; /* elements; 1 without a length */
  bool elements; /* a length was given: the value is an array, a string for characters */
} request;

/* Where the value goes. Looked at twice: converting the value may run user code that detaches the buffer. */
static bool locate(nb_env *nb, const request *req, nb_reference_t *out, rs_error *err)
{
  return nb_reference(nb, req->reference, REFERENCE, out, err)
         && nb_reference_move(out, req->offset, REFERENCE, err);
}

static bool check_type(const rs_type *type, rs_error *err)
{
  if (!rs_is_complete(type))
    return rs_fail(err, RS_E_INCOMPLETE, "encode(): type %s has no values", type->name);
  if (type->flags & RS_T_COUNTED)
    return rs_fail(err, RS_E_BAD_TYPE,
                   "encode(): type %s is counted by a member and so only has values in a struct", type->name);
  return true;
}

static bool read_length(nb_env *nb, napi_value length, const nb_reference_t *ref, request *req, rs_error *err)
{
  if (!nb_integer(nb, length, "encode(): length", &req->count, err))
    return false;
  req->elements = true;
  if (req->count >= 0)
    return true;
  if (!ref->buffer)
    return rs_fail(err, RS_E_BAD_LENGTH, "encode(): a negative length needs a buffer, whose size is known");
  req->count = (int64_t)(ref->size / req->type->size);
  return true;
}

/* With a string type, a length and a single string, the one pointer is written. */
static bool is_single_string(nb_env *nb, const request *req)
{
  return req->type->kind == RS_STRING && req->count > 0 && nb_typeof(nb, req->value) == napi_string;
}

static bool convert(nb_call *call, const request *req, void *memory)
{
  char kind[64];

  if (!req->elements)
    return nb_encode(call, req->type, req->value, memory, RS_IN);
  if (nb_encode_elements(call, req->type, (size_t)req->count, req->value, memory, rs_default_hint(req->type)))
    return true;
  rs_fail(call->err, RS_E_VALUE, "expects an array of %s, got %s", req->type->name,
          nb_describe(call->nb, req->value, kind, sizeof kind));
  return false;
}

static bool store(nb_call *call, const request *req)
{
  nb_env *nb = call->nb;
  size_t size = (size_t)req->count * req->type->size;
  uint64_t scalar[2] = {0};
  void *memory = size <= sizeof scalar ? scalar : nb_call_alloc(call, size, 16);
  nb_reference_t ref;

  if (!memory)
    return false;
  if (!convert(call, req, memory)) {
    nb_call_blame(call, "encode(): value");
    return false;
  }
  if (!nb_call_settle(call) || !locate(nb, req, &ref, call->err)
      || !nb_reference_check(&ref, req->count, req->type->size, REFERENCE, call->err)
      || (call->links
          && (!nb_persistent_begin(nb, ref.buffer ? req->reference : NULL, call->err)
              || !locate(nb, req, &ref, call->err)
              || !nb_reference_check(&ref, req->count, req->type->size, REFERENCE, call->err))))
    return false;
  return nb_call_persist(call, memory, size, ref.address);
}

static bool encode(const nb_args *args, rs_error *err)
{
  nb_env *nb = args->nb;
  const napi_value *at = args->at;
  napi_valuetype second;
  nb_reference_t ref;
  request req = {.count = 1};
  size_t next = 1;
  nb_call call;
  bool done;

  if (!nb_args_least(args, "encode", 3, err))
    return false;
  second = nb_typeof(nb, at[1]);
  if (second == napi_number || second == napi_bigint) {
    if (!nb_args_least(args, "encode", 4, err)
        || !nb_integer(nb, at[1], "encode(): offset", &req.offset, err))
      return false;
    next = 2;
  }
  req.reference = at[0];
  req.value = at[next + 1];
  req.type = nb_spec(nb, at[next], "encode(): type", err);
  if (!req.type || !check_type(req.type, err) || !locate(nb, &req, &ref, err))
    return false;
  if (args->count > next + 2 && !nb_is_nullish(nb, at[next + 2])
      && !read_length(nb, at[next + 2], &ref, &req, err))
    return false;
  if (is_single_string(nb, &req)) {
    req.count = 1;
    req.elements = false;
  }
  if (!nb_reference_check(&ref, req.count, req.type->size, REFERENCE, err))
    return false;
  if (req.count == 0)
    return true;
  nb_call_begin(&call, nb, nb->settings.strict, err);
  call.persistent = true;
  done = store(&call, &req);
  nb_call_end(&call);
  return done;
}

/* encode(ref, [offset], type, value, [length]). */
napi_value js_encode(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  bool done;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  nb_enter(args.nb);
  done = encode(&args, &err);
  nb_leave(args.nb);
  return done ? NULL : nb_throw(args.nb, &err);
}

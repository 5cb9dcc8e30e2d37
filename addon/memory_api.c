/* alloc(), free(), address(), view(): C memory itself, whatever is in it. */
#include <inttypes.h>
#include <stdlib.h>
#if defined(_WIN32) || defined(__linux__)
#include <malloc.h>
#elif defined(__FreeBSD__)
#include <malloc_np.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#endif

#include "module.h"
#include "persistent.h"
#include "reference.h"
#include "spec.h"
#include "value.h"

/* Longer views are mistakes; what the runtime itself accepts may be less. */
#define MAX_VIEW (sizeof(size_t) > 4 ? ((int64_t)1 << 40) - 1 : (int64_t)INT32_MAX)

/* The size that C's allocator knows of a block; at least 1. */
static size_t block_size(void *block)
{
#if defined(_WIN32)
  return _msize(block);
#elif defined(__linux__) || defined(__FreeBSD__)
  return malloc_usable_size(block);
#elif defined(__APPLE__)
  return malloc_size(block);
#else
  (void)block;
  return 1;
#endif
}

static napi_value alloc(const nb_args *args, rs_error *err)
{
  nb_env *nb = args->nb;
  const rs_type *type;
  int64_t length;
  size_t size;
  void *block;

  if (!nb_args_least(args, "alloc", 2, err) || !(type = nb_spec(nb, args->at[0], "alloc(): type", err))
      || !nb_integer(nb, args->at[1], "alloc(): length", &length, err))
    return NULL;
  size = type->kind == RS_FUNCTION ? sizeof(rs_fn) : type->size;
  if (size == 0) {
    rs_fail(err, RS_E_INCOMPLETE, "alloc(): type %s has no size", type->name);
    return NULL;
  }
  if (length <= 0) {
    rs_fail(err, RS_E_BAD_LENGTH, "alloc(): length must be positive, got %" PRId64, length);
    rs_error_reclass(err, RS_CLASS_ERROR);
    return NULL;
  }
  if ((uint64_t)length > NB_MAX_ACCESS / size) {
    rs_fail(err, RS_E_LIMIT, "alloc(): %" PRId64 " elements of %zu bytes exceed the limit of 2 GiB", length,
            size);
    return NULL;
  }
  block = rs_zalloc((size_t)length * size, err);
  if (!block)
    return NULL;
  nb_persistent_drop_range(nb, block, (size_t)length * size); /* left by a block that C code freed */
  return nb_pointer(nb, block);
}

/* alloc(type, length) -> address of zeroed memory from the C heap. */
napi_value js_alloc(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value result;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  result = alloc(&args, &err);
  return result ? result : nb_throw(args.nb, &err);
}

/* free(ref): releases memory of the C heap, and the copies that encode() left for pointers in it. */
napi_value js_free(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_reference_t ref;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!nb_args_least(&args, "free", 1, &err)
      || !nb_reference(args.nb, args.at[0], "free(): reference", &ref, &err))
    return nb_throw(args.nb, &err);
  if (ref.buffer) {
    rs_fail(&err, RS_E_ARGUMENT,
            "free(): reference expects an address, got a buffer, whose memory is JavaScript's");
    return nb_throw(args.nb, &err);
  }
  if (!ref.address)
    return NULL;
  if (nb_persistent_any(args.nb))
    nb_persistent_drop_range(args.nb, ref.address, block_size(ref.address));
  free(ref.address);
  return NULL;
}

/* address(ref) -> BigInt, 0n for NULL. */
napi_value js_address(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_reference_t ref;
  napi_value result = NULL;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_args_least(&args, "address", 1, &err)
      && nb_reference(args.nb, args.at[0], "address(): reference", &ref, &err)
      && nb_check(args.nb, napi_create_bigint_uint64(env, (uint64_t)(uintptr_t)ref.address, &result), &err))
    return result;
  return nb_throw(args.nb, &err);
}

/* A view of a JavaScript buffer keeps it alive. */
static void release_viewed(napi_env env, void *data, void *hint)
{
  (void)data;
  if (hint)
    (void)napi_delete_reference(env, hint);
}

static napi_value make_view(nb_env *nb, void *address, size_t length, napi_ref viewed, rs_error *err)
{
  napi_value result, exception;
  bool pending = false;
  napi_status status =
      napi_create_external_arraybuffer(nb->env, address, length, release_viewed, viewed, &result);

  if (status == napi_ok)
    return result;
  if (status == napi_no_external_buffers_allowed) {
    rs_fail(err, RS_E_UNSUPPORTED, "view(): this runtime allows no buffers over memory that is not its own");
    return NULL;
  }
  /* Node refuses lengths above its own maximum with an exception that speaks of Buffers. */
  if (napi_is_exception_pending(nb->env, &pending) == napi_ok && pending)
    (void)napi_get_and_clear_last_exception(nb->env, &exception);
  rs_fail(err, RS_E_LIMIT, "view(): length %zu is more than this runtime can address in a buffer", length);
  return NULL;
}

static napi_value view(const nb_args *args, rs_error *err)
{
  static const char what[] = "view(): reference";
  nb_env *nb = args->nb;
  nb_reference_t ref;
  int64_t length;
  napi_ref viewed = NULL;
  napi_value result = NULL;

  if (!nb_args_least(args, "view", 2, err) || !nb_reference(nb, args->at[0], what, &ref, err)
      || !nb_integer(nb, args->at[1], "view(): length", &length, err))
    return NULL;
  if (length < 0) {
    rs_fail(err, RS_E_BAD_LENGTH, "view(): length must not be negative, got %" PRId64, length);
    return NULL;
  }
  if (length == 0)
    return nb_check(nb, napi_create_arraybuffer(nb->env, 0, NULL, &result), err) ? result : NULL;
  if (length > MAX_VIEW) {
    rs_fail(err, RS_E_LIMIT, "view(): length %" PRId64 " exceeds the limit of %" PRId64 " bytes", length,
            MAX_VIEW);
    return NULL;
  }
  if (!nb_reference_check(&ref, 1, (size_t)length, what, err))
    return NULL;
  if (ref.buffer && !nb_check(nb, napi_create_reference(nb->env, args->at[0], 1, &viewed), err))
    return NULL;
  result = make_view(nb, ref.address, (size_t)length, viewed, err);
  if (!result && viewed)
    (void)napi_delete_reference(nb->env, viewed);
  return result;
}

/* view(ref, length) -> ArrayBuffer over foreign memory. */
napi_value js_view(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value result;

  if (!nb_args_read(env, info, &args))
    return NULL;
  result = view(&args, &err);
  return result ? result : nb_throw(args.nb, &err);
}

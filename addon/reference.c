#include "reference.h"

#include <inttypes.h>
#include <math.h>

#include "registered.h"
#include "value.h"

/* No object is larger on the systems of today; offsets beyond come from mistakes such as Infinity. */
#define MAX_OFFSET (sizeof(void *) > 4 ? (int64_t)1 << 47 : (int64_t)UINT32_MAX)

static bool bad_reference(nb_env *nb, napi_value value, const char *what, rs_error *err)
{
  char kind[64];

  return rs_fail(err, RS_E_ARGUMENT, "%s expects an address (bigint or integer), a buffer or null, got %s",
                 what, nb_describe(nb, value, kind, sizeof kind));
}

static bool number_address(double number, const char *what, nb_reference_t *out, rs_error *err)
{
  uint64_t bits;

  if (!isfinite(number) || trunc(number) != number || number < -0x1p63 || number >= 0x1p64)
    return rs_fail(err, RS_E_ARGUMENT, "%s expects an address, got the number %g", what, number);
  bits = number < 0 ? (uint64_t)(int64_t)number : (uint64_t)number;
  *out = (nb_reference_t){(unsigned char *)(uintptr_t)bits, SIZE_MAX, false};
  return true;
}

bool nb_reference(nb_env *nb, napi_value value, const char *what, nb_reference_t *out, rs_error *err)
{
  uint64_t bits;
  bool lossless;
  double number;
  nb_bytes bytes;
  void *address;

  /* Addresses come as BigInt nearly always. */
  if (napi_get_value_bigint_uint64(nb->env, value, &bits, &lossless) == napi_ok) {
    *out = (nb_reference_t){(unsigned char *)(uintptr_t)bits, SIZE_MAX, false};
    return true;
  }
  switch (nb_typeof(nb, value)) {
  case napi_undefined:
  case napi_null: *out = (nb_reference_t){NULL, SIZE_MAX, false}; return true;
  case napi_number:
    return nb_check(nb, napi_get_value_double(nb->env, value, &number), err)
           && number_address(number, what, out, err);
  case napi_object:
    if (nb_handle_address(nb, value, &address)) {
      *out = (nb_reference_t){address, SIZE_MAX, false};
      return true;
    }
    if (!nb_bytes_of(nb, value, &bytes))
      break;
    *out = (nb_reference_t){bytes.data, bytes.size, true};
    return true;
  default: break;
  }
  return bad_reference(nb, value, what, err);
}

static bool is_null(const char *what, rs_error *err)
{
  return rs_fail(err, RS_E_NULL_REFERENCE, "%s is NULL", what);
}

bool nb_reference_move(nb_reference_t *ref, int64_t offset, const char *what, rs_error *err)
{
  uintptr_t moved;

  if (!ref->address)
    return is_null(what, err);
  if (ref->buffer) {
    if (offset < 0)
      return rs_fail(err, RS_E_BUFFER_SIZE, "%s: offset %" PRId64 " lies before the buffer", what, offset);
    if ((uint64_t)offset > ref->size)
      return rs_fail(err, RS_E_BUFFER_SIZE, "%s: offset %" PRId64 " lies behind the buffer's %zu bytes", what,
                     offset, ref->size);
    ref->size -= (size_t)offset;
    ref->address += offset;
    return true;
  }
  moved = (uintptr_t)ref->address + (uintptr_t)offset;
  if (offset > MAX_OFFSET || offset < -MAX_OFFSET
      || (offset > 0 ? moved <= (uintptr_t)ref->address : moved == 0 || moved > (uintptr_t)ref->address))
    return rs_fail(err, RS_E_LIMIT, "%s: offset %" PRId64 " leaves the address space", what, offset);
  ref->address = (unsigned char *)moved;
  return true;
}

bool nb_reference_check(const nb_reference_t *ref, int64_t count, size_t size, const char *what,
                        rs_error *err)
{
  if (!ref->address)
    return is_null(what, err);
  if (ref->buffer && size && (uint64_t)count > ref->size / size) {
    if (count == 1)
      return rs_fail(err, RS_E_BUFFER_SIZE, "%s has %zu bytes left, %zu are needed", what, ref->size, size);
    return rs_fail(err, RS_E_BUFFER_SIZE,
                   "%s has %zu bytes left, %" PRId64 " elements of %zu bytes are needed", what, ref->size,
                   count, size);
  }
  if (size && count != 1 && (uint64_t)count > NB_MAX_ACCESS / size)
    return rs_fail(err, RS_E_LIMIT, "%s: %" PRId64 " elements of %zu bytes exceed the limit of 2 GiB", what,
                   count, size);
  if (!ref->buffer && (uintptr_t)ref->address + (size_t)count * size < (uintptr_t)ref->address)
    return rs_fail(err, RS_E_LIMIT, "%s leaves the address space", what);
  return true;
}

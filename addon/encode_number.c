/* encode_number.c - integers, floating point and bool; see encode.h. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "encode_impl.h"

#define TWO_63 9223372036854775808.0
#define TWO_64 18446744073709551616.0

/* Strict mode: what the plain rules would truncate or wrap is an error. */
static bool check_strict_number(nb_call *call, const rs_type *type, double number)
{
  double limit = ldexp(1, (int)(type->size * CHAR_BIT) - (type->kind == RS_INT));
  double least = type->kind == RS_INT ? -limit : 0;

  if (!isfinite(number) || number != trunc(number))
    return rs_fail(call->err, RS_E_RANGE, "expects %s, got %.17g, which is no integer", type->name, number);
  if (number < least || number >= limit)
    return rs_fail(call->err, RS_E_RANGE, "expects %s, got %.17g, which is out of range", type->name, number);
  return true;
}

static bool check_strict_bigint(nb_call *call, const rs_type *type, napi_value value, uint64_t bits,
                                bool lossless)
{
  int64_t low;
  bool fits;
  unsigned shift = 64 - (unsigned)(type->size * CHAR_BIT);

  if (type->kind == RS_INT) {
    (void)napi_get_value_bigint_int64(call->nb->env, value, &low, &lossless);
    fits = (int64_t)((uint64_t)low << shift) >> shift == low;
  } else {
    fits = (bits << shift) >> shift == bits;
  }
  return (lossless && fits)
         || rs_fail(call->err, RS_E_RANGE, "expects %s, got a bigint that is out of range", type->name);
}

/* Truncates, saturates at 64 bits, keeps the low bits; numbers in [2^63, 2^64) are exact but for int64_t. */
bool nb_read_integer(nb_call *call, const rs_type *type, napi_value value, int64_t *out)
{
  napi_env env = call->nb->env;
  uint64_t bits;
  double number;
  bool lossless;

  if (napi_get_value_int64(env, value, out) == napi_ok) {
    if (*out == INT64_MAX && !(type->kind == RS_INT && type->size == 8)
        && napi_get_value_double(env, value, &number) == napi_ok && number >= TWO_63 && number < TWO_64)
      *out = (int64_t)(uint64_t)number;
    return !call->strict
           || (napi_get_value_double(env, value, &number) == napi_ok
               && check_strict_number(call, type, number));
  }
  if (napi_get_value_bigint_uint64(env, value, &bits, &lossless) == napi_ok) {
    *out = (int64_t)bits;
    return !call->strict || check_strict_bigint(call, type, value, bits, lossless);
  }
  return nb_expects(call, type, value);
}

void nb_swap_elements(void *memory, size_t size, size_t count)
{
  unsigned char *p = memory;

  for (size_t i = 0; i < count; i++, p += size)
    for (size_t a = 0, b = size - 1; a < b; a++, b--) {
      unsigned char byte = p[a];

      p[a] = p[b];
      p[b] = byte;
    }
}

bool nb_encode_integer(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  int64_t number;

  if (!nb_read_integer(call, type, value, &number))
    return false;
  nb_store_integer(type, number, dest);
  return true;
}

void nb_store_integer(const rs_type *type, int64_t number, void *dest)
{
  uint8_t n8 = (uint8_t)number;
  uint16_t n16 = (uint16_t)number;
  uint32_t n32 = (uint32_t)number;

  switch (type->size) {
  case 1: memcpy(dest, &n8, 1); break;
  case 2: memcpy(dest, &n16, 2); break;
  case 4: memcpy(dest, &n32, 4); break;
  default: memcpy(dest, &number, 8); break;
  }
  if (type->flags & RS_T_SWAP)
    nb_swap_elements(dest, type->size, 1);
}

int64_t nb_load_integer(const rs_type *type, const void *src)
{
  unsigned char bytes[8];
  int64_t number;
  uint16_t n16;
  uint32_t n32;

  memcpy(bytes, src, type->size);
  if (type->flags & RS_T_SWAP)
    nb_swap_elements(bytes, type->size, 1);
  switch (type->size) {
  case 1: return type->kind == RS_INT ? (int8_t)bytes[0] : bytes[0];
  case 2: memcpy(&n16, bytes, 2); return type->kind == RS_INT ? (int16_t)n16 : n16;
  case 4: memcpy(&n32, bytes, 4); return type->kind == RS_INT ? (int32_t)n32 : (int64_t)n32;
  default: memcpy(&number, bytes, 8); return number;
  }
}

/* The nearest double of a BigInt of any length: its top 64 bits, the last of which says whether lower ones
 * exist, round correctly when converted. */
static bool bigint_to_double(nb_call *call, napi_value value, double *out)
{
  enum { WORDS = 17 }; /* 2^1024 and beyond are infinite */
  uint64_t words[WORDS] = {0}, top;
  size_t count = WORDS, whole;
  int negative = 0, shift = 0, exponent;

  if (!nb_check(call->nb, napi_get_value_bigint_words(call->nb->env, value, &negative, &count, words),
                call->err))
    return false;
  whole = count;
  if (whole > WORDS) {
    *out = negative ? -INFINITY : INFINITY;
    return true;
  }
  while (count && !words[count - 1])
    count--;
  if (!count) {
    *out = 0;
    return true;
  }
  top = words[count - 1];
  exponent = (int)(count - 1) * 64;
  while (!(top >> 63)) {
    top <<= 1;
    shift++;
  }
  if (count > 1 && shift)
    top |= words[count - 2] >> (64 - shift);
  for (size_t i = 0; i + 1 < count; i++)
    if (i + 2 < count || !shift ? words[i] != 0 : words[i] << shift != 0)
      top |= 1;
  *out = ldexp((double)top, exponent - shift);
  if (negative)
    *out = -*out;
  return true;
}

bool nb_encode_float(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  napi_env env = call->nb->env;
  double number;
  float narrow;

  if (napi_get_value_double(env, value, &number) != napi_ok) {
    if (nb_typeof(call->nb, value) != napi_bigint)
      return nb_expects(call, type, value);
    if (!bigint_to_double(call, value, &number))
      return false;
  }
  if (type->size == sizeof narrow) {
    narrow = (float)number;
    memcpy(dest, &narrow, sizeof narrow);
  } else {
    memcpy(dest, &number, sizeof number);
  }
  return true;
}

bool nb_encode_bool(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  bool yes;

  if (napi_get_value_bool(call->nb->env, value, &yes) != napi_ok)
    return nb_expects(call, type, value);
  *(unsigned char *)dest = yes;
  return true;
}

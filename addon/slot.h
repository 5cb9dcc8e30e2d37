/* slot.h - scalars between JavaScript and the slots of a frame, without the bookkeeping of a conversion: for
 * calls and callbacks that take the short way. What a slot holds is decided once per function. */
#ifndef NB_SLOT_H
#define NB_SLOT_H

#include <string.h>

#include "encode.h"
#include "value.h"

/* How one value gets into its slot, or out of it. */
typedef enum nb_how {
  NB_I8,
  NB_U8,
  NB_I16,
  NB_U16,
  NB_I32,
  NB_U32,
  NB_I64,
  NB_U64,
  NB_F32,
  NB_F64,
  NB_BOOL,
  NB_ADDRESS,
  NB_HANDLE, /* the address of something opaque */
  NB_TEXT,
  NB_NOTHING,
  NB_OTHER,
  NB_UNFIT
} nb_how;

typedef struct nb_slot {
  uint32_t offset; /* in the frame */
  uint8_t how;     /* nb_how */
} nb_slot;

/* For slots of 8 bytes. NB_OTHER for what is not a plain scalar. */
static inline nb_how nb_how_scalar(const rs_type *type)
{
  bool is_signed = type->kind == RS_INT;

  if (type->kind == RS_VOID)
    return NB_NOTHING;
  if (type->kind == RS_BOOL)
    return NB_BOOL;
  if (type->kind == RS_FLOAT && !(type->flags & RS_T_LONG_DOUBLE))
    return type->size == sizeof(float) ? NB_F32 : NB_F64;
  if (!rs_is_integer(type) || type->flags & RS_T_SWAP)
    return NB_OTHER;
  switch (type->size) {
  case 1: return is_signed ? NB_I8 : NB_U8;
  case 2: return is_signed ? NB_I16 : NB_U16;
  case 4: return is_signed ? NB_I32 : NB_U32;
  default: return is_signed ? NB_I64 : NB_U64;
  }
}

/* Number -> integer slot, extended; false for everything else, and where unsigned types have rules of their
 * own. */
static inline bool nb_slot_put_integer(napi_env env, nb_how how, napi_value value, unsigned char *slot)
{
  int64_t n;

  /* Saturated: beyond the range of int64. */
  if (napi_get_value_int64(env, value, &n) != napi_ok || n == INT64_MAX)
    return false;
  switch (how) {
  case NB_I8: n = nb_narrow_integer(n, 1, true); break;
  case NB_U8: n = nb_narrow_integer(n, 1, false); break;
  case NB_I16: n = nb_narrow_integer(n, 2, true); break;
  case NB_U16: n = nb_narrow_integer(n, 2, false); break;
  case NB_I32: n = nb_narrow_integer(n, 4, true); break;
  case NB_U32: n = nb_narrow_integer(n, 4, false); break;
  default: break;
  }
  memcpy(slot, &n, sizeof n);
  return true;
}

static inline bool nb_slot_put_float(napi_env env, nb_how how, napi_value value, unsigned char *slot)
{
  double number;
  float narrow;

  if (napi_get_value_double(env, value, &number) != napi_ok)
    return false;
  narrow = (float)number;
  if (how == NB_F32)
    memcpy(slot, &narrow, sizeof narrow);
  else
    memcpy(slot, &number, sizeof number);
  return true;
}

static inline bool nb_slot_put_bool(napi_env env, napi_value value, unsigned char *slot)
{
  bool yes;
  uint64_t bits;

  if (napi_get_value_bool(env, value, &yes) != napi_ok)
    return false;
  bits = yes;
  memcpy(slot, &bits, sizeof bits);
  return true;
}

/* A scalar out of its slot; the kinds of nb_how_scalar but NB_OTHER and NB_NOTHING, and NB_ADDRESS. */
static inline napi_value nb_slot_take(nb_env *nb, nb_how how, const unsigned char *slot)
{
  napi_value result = NULL;
  int64_t n;
  double number;
  float narrow;

  memcpy(&n, slot, sizeof n);
  switch (how) {
  case NB_I8: (void)napi_create_int32(nb->env, (int8_t)n, &result); break;
  case NB_U8: (void)napi_create_int32(nb->env, (uint8_t)n, &result); break;
  case NB_I16: (void)napi_create_int32(nb->env, (int16_t)n, &result); break;
  case NB_U16: (void)napi_create_int32(nb->env, (uint16_t)n, &result); break;
  case NB_I32: (void)napi_create_int32(nb->env, (int32_t)n, &result); break;
  case NB_U32: (void)napi_create_uint32(nb->env, (uint32_t)n, &result); break;
  case NB_I64: return nb_int64(nb, n);
  case NB_U64: return nb_uint64(nb, (uint64_t)n);
  case NB_BOOL: return nb_bool(nb, *slot != 0);
  case NB_ADDRESS: return nb_pointer(nb, (const void *)(uintptr_t)n);
  case NB_F32:
    memcpy(&narrow, slot, sizeof narrow);
    (void)napi_create_double(nb->env, (double)narrow, &result);
    break;
  default:
    memcpy(&number, slot, sizeof number);
    (void)napi_create_double(nb->env, number, &result);
    break;
  }
  return result;
}

#endif

#include "shortcut.h"

#include <errno.h>
#include <string.h>

#include "abi/abi.h"
#include "decode.h"
#include "encode.h"
#include "value.h"

/* How one value gets into its slot, or out of it. */
typedef enum nb_how {
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  F32,
  F64,
  ADDRESS,
  HANDLE, /* the address of something opaque */
  TEXT,
  NOTHING,
  OTHER,
  UNFIT
} nb_how;

typedef struct nb_fill {
  uint32_t offset; /* of the slot in the frame */
  uint8_t how;     /* nb_how */
} nb_fill;

/* What a call needs of the plan, side by side. */
struct nb_shortcut {
  void (*call)(void *frame, rs_fn fn);
  nb_fill result;
  uint32_t count;
  nb_fill fills[]; /* `count` of them */
};

enum {
  LEAST_TEXT_ROOM = 4096, /* bytes of call memory that must be left to try strings */
  MOST_FRAME = 512        /* bytes of the largest frame of such a call */
};

static nb_how how_integer(const rs_type *type)
{
  bool is_signed = type->kind == RS_INT;

  switch (type->size) {
  case 1: return is_signed ? I8 : U8;
  case 2: return is_signed ? I16 : U16;
  case 4: return is_signed ? I32 : U32;
  default: return is_signed ? I64 : U64;
  }
}

static nb_how how_to_fill(const rs_place *place, rs_direction direction)
{
  const rs_type *type = place->type;

  if (!place->direct || direction != RS_IN || type->flags & RS_T_SWAP)
    return UNFIT;
  switch (type->kind) {
  case RS_INT:
  case RS_UINT: return how_integer(type);
  case RS_FLOAT: return type->flags & RS_T_LONG_DOUBLE ? UNFIT : type->size == sizeof(float) ? F32 : F64;
  case RS_STRING: return type->ref->size == 1 ? TEXT : UNFIT;
  /* Buffers for structs are measured, those for the other byte order are converted: the full way does it. */
  case RS_POINTER:
    if (type->ref->kind == RS_OPAQUE)
      return HANDLE;
    return rs_is_aggregate(type->ref) || type->ref->flags & RS_T_SWAP ? UNFIT : ADDRESS;
  default: return UNFIT;
  }
}

static nb_how how_to_read(const rs_type *type)
{
  if (type->kind == RS_VOID)
    return NOTHING;
  if (rs_is_integer(type) && !(type->flags & RS_T_SWAP))
    return how_integer(type);
  return type->kind == RS_FLOAT && type->size == sizeof(double) ? F64 : OTHER;
}

size_t nb_shortcut_size(size_t count)
{
  return sizeof(nb_shortcut) + count * sizeof(nb_fill);
}

bool nb_shortcut_prepare(nb_shortcut *shortcut, const rs_plan *plan)
{
  const rs_place *result = &plan->result;
  bool fit = plan->slot_size == 8 && plan->frame_bytes <= MOST_FRAME
             && (result->direct || result->type->kind == RS_VOID);

  shortcut->call = plan->abi->call;
  shortcut->count = plan->argc;
  shortcut->result.how = (uint8_t)how_to_read(result->type);
  if (fit && result->direct)
    shortcut->result.offset = plan->parts[result->first_part].frame_offset;
  for (size_t i = 0; fit && i < plan->argc; i++) {
    const rs_place *place = &plan->args[i];
    nb_fill *fill = &shortcut->fills[i];

    fill->how = (uint8_t)how_to_fill(place, plan->signature->params[i].direction);
    fit = fill->how != UNFIT;
    if (fit)
      fill->offset = plan->parts[place->first_part].frame_offset;
  }
  return fit;
}

static inline bool put_integer(napi_env env, nb_how how, napi_value value, unsigned char *slot)
{
  int64_t n;

  /* Saturated: beyond the range of int64, where unsigned types have rules of their own. */
  if (napi_get_value_int64(env, value, &n) != napi_ok || n == INT64_MAX)
    return false;
  switch (how) {
  case I8: n = nb_narrow_integer(n, 1, true); break;
  case U8: n = nb_narrow_integer(n, 1, false); break;
  case I16: n = nb_narrow_integer(n, 2, true); break;
  case U16: n = nb_narrow_integer(n, 2, false); break;
  case I32: n = nb_narrow_integer(n, 4, true); break;
  case U32: n = nb_narrow_integer(n, 4, false); break;
  default: break;
  }
  memcpy(slot, &n, sizeof n);
  return true;
}

static inline bool put_float(napi_env env, nb_how how, napi_value value, unsigned char *slot)
{
  double number;
  float narrow;

  if (napi_get_value_double(env, value, &number) != napi_ok)
    return false;
  narrow = (float)number;
  if (how == F32)
    memcpy(slot, &narrow, sizeof narrow);
  else
    memcpy(slot, &number, sizeof number);
  return true;
}

/* No buffers: the opaque type may have become a struct since, and then they are measured. */
static inline bool put_handle(napi_env env, napi_value value, unsigned char *slot)
{
  napi_valuetype type = napi_symbol;
  uint64_t bits = 0;
  bool lossless;

  if (napi_get_value_bigint_uint64(env, value, &bits, &lossless) != napi_ok) {
    if (napi_typeof(env, value, &type) != napi_ok || (type != napi_undefined && type != napi_null))
      return false;
    bits = 0;
  }
  memcpy(slot, &bits, sizeof bits);
  return true;
}

static bool put_address(napi_env env, napi_value value, unsigned char *slot)
{
  bool yes = false;
  void *data;
  size_t size;

  if (napi_is_buffer(env, value, &yes) != napi_ok || !yes)
    return put_handle(env, value, slot);
  if (napi_get_buffer_info(env, value, &data, &size) != napi_ok)
    return false;
  if (!size)
    data = NULL;
  memset(slot, 0, sizeof(uint64_t));
  memcpy(slot, &data, sizeof data);
  return true;
}

static bool put_text(nb_env *nb, napi_value value, unsigned char *slot)
{
  nb_memory *memory = &nb->memory;
  char *text = (char *)memory->base + memory->top;
  size_t room = memory->size - memory->top, length;

  if (room < LEAST_TEXT_ROOM
      || napi_get_value_string_utf8(nb->env, value, text, LEAST_TEXT_ROOM, &length) != napi_ok)
    return put_address(nb->env, value, slot);
  if (length + NB_UTF8_SLACK >= LEAST_TEXT_ROOM)
    return false;
  memory->top += length + 1;
  memcpy(slot, &text, sizeof text);
  return true;
}

static inline bool put(nb_env *nb, nb_fill fill, napi_value value, unsigned char *frame)
{
  unsigned char *slot = frame + fill.offset;

  switch ((nb_how)fill.how) {
  case F32:
  case F64: return put_float(nb->env, (nb_how)fill.how, value, slot);
  case ADDRESS: return put_address(nb->env, value, slot);
  case HANDLE: return put_handle(nb->env, value, slot);
  case TEXT: return put_text(nb, value, slot);
  default: return put_integer(nb->env, (nb_how)fill.how, value, slot);
  }
}

static inline napi_value take(const nb_function *f, nb_fill from, const unsigned char *frame, rs_error *err)
{
  napi_env env = f->nb->env;
  napi_value result = NULL;
  int64_t n;
  double number;

  memcpy(&n, frame + from.offset, sizeof n);
  memcpy(&number, frame + from.offset, sizeof number);
  switch ((nb_how)from.how) {
  case I8: (void)napi_create_int32(env, (int8_t)n, &result); break;
  case U8: (void)napi_create_int32(env, (uint8_t)n, &result); break;
  case I16: (void)napi_create_int32(env, (int16_t)n, &result); break;
  case U16: (void)napi_create_int32(env, (uint16_t)n, &result); break;
  case I32: (void)napi_create_int32(env, (int32_t)n, &result); break;
  case U32: (void)napi_create_uint32(env, (uint32_t)n, &result); break;
  case I64: return nb_int64(f->nb, n);
  case U64: return nb_uint64(f->nb, (uint64_t)n);
  case F64: (void)napi_create_double(env, number, &result); break;
  default: return nb_decode_owned(f->nb, f->plan->result.type, frame + from.offset, err);
  }
  return result;
}

static inline napi_value call(const nb_function *f, size_t argc, const napi_value *argv)
{
  const nb_shortcut *shortcut = f->shortcut;
  nb_env *nb = f->nb;
  size_t mark = nb->memory.top;
  _Alignas(16) unsigned char frame[MOST_FRAME];
  NB_NO_ERROR(err);
  napi_value result;
  int *error_number;

  if (argc < shortcut->count || nb_function_is_unloaded(f))
    return nb_function_run(f, argc, argv);
  rs_frame_init(f->plan, frame, NULL);
  for (uint32_t i = 0; i < shortcut->count; i++)
    if (!put(nb, shortcut->fills[i], argv[i], frame)) {
      nb->memory.top = mark;
      return nb_function_run(f, argc, argv);
    }
  error_number = &errno;
  *error_number = nb->last_errno;
  shortcut->call(frame, f->address);
  nb->last_errno = *error_number;
  nb->memory.top = mark;
  if (shortcut->result.how == NOTHING)
    return NULL;
  result = take(f, shortcut->result, frame, &err);
  return result ? result : nb_throw(nb, &err);
}

static napi_value js_shortcut_0(napi_env env, napi_callback_info info)
{
  void *data;

  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  return call(data, 0, NULL);
}

/* One entry per size of the argument array: Node-API fills all of it on every call. */
#define ENTRY(size) \
  static napi_value js_shortcut_##size(napi_env env, napi_callback_info info) \
  { \
    napi_value argv[size]; \
    size_t argc = size; \
    void *data; \
\
    if (napi_get_cb_info(env, info, &argc, argv, NULL, &data) != napi_ok) \
      return NULL; \
    return call(data, argc, argv); \
  }
ENTRY(1)
ENTRY(2)
ENTRY(4)
ENTRY(8)
ENTRY(24)
ENTRY(127)
#undef ENTRY

napi_callback nb_shortcut_entry(const nb_function *f)
{
  size_t count = f->shortcut->count;

  return count == 0    ? js_shortcut_0
         : count == 1  ? js_shortcut_1
         : count <= 2  ? js_shortcut_2
         : count <= 4  ? js_shortcut_4
         : count <= 8  ? js_shortcut_8
         : count <= 24 ? js_shortcut_24
                       : js_shortcut_127;
}

#include "shortcut.h"

#include <string.h>

#include "abi/abi.h"
#include "active.h"
#include "decode.h"
#include "slot.h"

/* What a call needs of the plan, side by side. */
struct nb_shortcut {
  void (*call)(void *frame, rs_fn fn);
  uint8_t header[8]; /* of the frame */
  uint32_t frame_bytes;
  nb_slot result;
  uint32_t count;
  nb_slot fills[]; /* `count` of them */
};

enum {
  LEAST_TEXT_ROOM = 4096 /* bytes of call memory that must be left to try strings */
};

static nb_how how_to_fill(const rs_place *place, rs_direction direction)
{
  const rs_type *type = place->type;
  nb_how how;

  if (!place->direct || direction != RS_IN || type->flags & RS_T_SWAP)
    return NB_UNFIT;
  switch (type->kind) {
  case RS_STRING: return type->ref->size == 1 ? NB_TEXT : NB_UNFIT;
  /* Buffers for structs are measured, those for the other byte order are converted, functions need a closure:
   * the full way does it. */
  case RS_POINTER:
    if (type->ref->kind == RS_OPAQUE)
      return NB_HANDLE;
    return rs_is_aggregate(type->ref) || type->ref->flags & RS_T_SWAP ? NB_UNFIT : NB_ADDRESS;
  default: how = nb_how_scalar(type); return how == NB_OTHER ? NB_UNFIT : how;
  }
}

size_t nb_shortcut_size(size_t count)
{
  return sizeof(nb_shortcut) + count * sizeof(nb_slot);
}

bool nb_shortcut_prepare(nb_shortcut *shortcut, const rs_plan *plan)
{
  const rs_place *result = &plan->result;
  bool fit = plan->slot_size == 8 && (result->direct || result->type->kind == RS_VOID);

  shortcut->call = plan->abi->call;
  memcpy(shortcut->header, plan->header, sizeof shortcut->header);
  shortcut->frame_bytes = plan->frame_bytes;
  shortcut->count = plan->argc;
  shortcut->result.how = (uint8_t)nb_how_scalar(result->type);
  if (fit && result->direct)
    shortcut->result.offset = plan->parts[result->first_part].frame_offset;
  for (size_t i = 0; fit && i < plan->argc; i++) {
    const rs_place *place = &plan->args[i];
    nb_slot *fill = &shortcut->fills[i];

    fill->how = (uint8_t)how_to_fill(place, plan->signature->params[i].direction);
    fit = fill->how != NB_UNFIT;
    if (fit)
      fill->offset = plan->parts[place->first_part].frame_offset;
  }
  return fit;
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
  nb_memory *memory = nb->memory;
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

static inline bool put(nb_env *nb, nb_slot fill, napi_value value, unsigned char *frame)
{
  unsigned char *slot = frame + fill.offset;

  switch ((nb_how)fill.how) {
  case NB_F32:
  case NB_F64: return nb_slot_put_float(nb->env, (nb_how)fill.how, value, slot);
  case NB_BOOL: return nb_slot_put_bool(nb->env, value, slot);
  case NB_ADDRESS: return put_address(nb->env, value, slot);
  case NB_HANDLE: return put_handle(nb->env, value, slot);
  case NB_TEXT: return put_text(nb, value, slot);
  default: return nb_slot_put_integer(nb->env, (nb_how)fill.how, value, slot);
  }
}

/* What needs an rs_error, which would take up stack where calls nest: results that are converted, and calls
 * in which callbacks ran. */
static __attribute__((noinline)) napi_value finish(const nb_function *f, const nb_active *active,
                                                   const unsigned char *frame)
{
  const nb_slot from = f->shortcut->result;
  nb_env *nb = f->nb;
  NB_NO_ERROR(err);
  napi_value value = NULL;

  if (nb_active_end(active, nb, &err))
    value = from.how == NB_NOTHING ? nb_undefined(nb)
            : from.how == NB_OTHER ? nb_decode_owned(nb, f->plan->result.type, frame + from.offset, &err)
                                   : nb_slot_take(nb, (nb_how)from.how, frame + from.offset);
  if (nb->depth == 0 && !nb_keep_is_empty(&nb->keep)) /* the result may have been a callback's */
    nb_keep_release(&nb->keep);
  return value ? value : nb_throw(nb, &err);
}

static inline __attribute__((always_inline)) napi_value call_inline(const nb_function *f, size_t argc,
                                                                    const napi_value *argv)
{
  const nb_shortcut *shortcut = f->shortcut;
  nb_how how = (nb_how)shortcut->result.how;
  nb_env *nb = f->nb;
  size_t mark = nb->memory->top;
  unsigned char *frame = nb_memory_push(nb, shortcut->frame_bytes);
  nb_active active;
  napi_value result;

  if (argc < shortcut->count || !frame || nb_function_is_unloaded(f)) {
    nb->memory->top = mark;
    return nb_function_run(f, argc, argv);
  }
  memcpy(frame, shortcut->header, sizeof shortcut->header);
  for (uint32_t i = 0; i < shortcut->count; i++)
    if (!put(nb, shortcut->fills[i], argv[i], frame)) {
      nb->memory->top = mark;
      return nb_function_run(f, argc, argv);
    }
  nb_active_begin(&active, nb, f->name);
  nb_errors_give(nb->errors, nb->error_number);
  shortcut->call(frame, f->address);
  nb->errors = nb_errors_take(nb->error_number);
  if (how == NB_OTHER || nb_active_is_used(&active)) {
    result = finish(f, &active, frame);
  } else {
    nb_active_leave(&active, nb);
    result = how == NB_NOTHING ? NULL : nb_slot_take(nb, how, frame + shortcut->result.offset);
  }
  nb->memory->top = mark;
  return result;
}

/* One copy for all entries with arguments: their frames are small then, which matters where calls nest. */
static __attribute__((noinline)) napi_value call(const nb_function *f, size_t argc, const napi_value *argv)
{
  return call_inline(f, argc, argv);
}

static napi_value js_shortcut_0(napi_env env, napi_callback_info info)
{
  void *data;

  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  return call_inline(data, 0, NULL);
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

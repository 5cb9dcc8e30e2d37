/* copies.c - the entries of decode() and encode(): they copy between C memory and call memory, where
 * lib/decode.js and lib/encode.js read and write values. */
#include <string.h>

#include "compiled_impl.h"
#include "persistent.h"

/* Between C memory, whose address is at the start of the frame, and `at` in call memory. */
typedef void copy(nb_env *nb, uint32_t size, uint32_t at);

/* NULL with the status set when the reference must see to it. */
static unsigned char *c_memory(nb_memory *memory, uint32_t size)
{
  unsigned char *address;

  memcpy(&address, (unsigned char *)memory + NB_FRAME_AT, sizeof address);
  if (address && (uintptr_t)address + size >= (uintptr_t)address)
    return address;
  memory->status = NB_STATUS_REFERENCE;
  return NULL;
}

static inline void copy_bytes(unsigned char *to, const unsigned char *from, uint32_t size)
{
  switch (size) {
  case 1: memcpy(to, from, 1); break;
  case 2: memcpy(to, from, 2); break;
  case 4: memcpy(to, from, 4); break;
  case 8: memcpy(to, from, 8); break;
  default: memcpy(to, from, size);
  }
}

/* For decode(). */
static void fetch(nb_env *nb, uint32_t size, uint32_t at)
{
  const unsigned char *from = c_memory(nb->memory, size);

  if (from)
    copy_bytes(nb->memory->base + at, from, size);
}

/* For encode(). */
static void store(nb_env *nb, uint32_t size, uint32_t at)
{
  const unsigned char *from = nb->memory->base + at;
  unsigned char *to = c_memory(nb->memory, size);

  if (!to)
    return;
  if (nb->settings.strict) {
    nb->memory->status = NB_STATUS_REFERENCE;
    return;
  }
  if (nb_persistent_any(nb))
    nb_persistent_replace(nb, to, from, size);
  copy_bytes(to, from, size);
}

/* (index of the environment's own entry in the table, size, place in call memory) */
static inline void copy_raw(const void *info, copy *move)
{
  nb_v8_call v8 = nb_v8_read(info);

  move(nb_function_of(v8.arguments[0])->nb, (uint32_t)nb_v8_small(v8.arguments[1]),
       (uint32_t)nb_v8_small(v8.arguments[2]));
}

void nb_enter_raw_fetch(const void *info)
{
  copy_raw(info, fetch);
}

void nb_enter_raw_store(const void *info)
{
  copy_raw(info, store);
}

static napi_value copy_plain(napi_env env, napi_callback_info info, copy *move)
{
  napi_value values[3];
  size_t count = 3;
  uint32_t size, at;
  void *data;

  if (napi_get_cb_info(env, info, &count, values, NULL, &data) == napi_ok
      && napi_get_value_uint32(env, values[1], &size) == napi_ok
      && napi_get_value_uint32(env, values[2], &at) == napi_ok)
    move(data, size, at);
  return NULL;
}

napi_value nb_enter_plain_fetch(napi_env env, napi_callback_info info)
{
  return copy_plain(env, info, fetch);
}

napi_value nb_enter_plain_store(napi_env env, napi_callback_info info)
{
  return copy_plain(env, info, store);
}

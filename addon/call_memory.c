/* call_memory.c - what one conversion owns: its part of the call memory, larger chunks, raw buffers to look
 * at again, and blocks that encode() leaves behind; see encode.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode_impl.h"
#include "persistent.h"

#define CHUNK_ALIGN 64 /* bytes, of a chunk's data: the largest alignment of a member */

void nb_call_free_chunks(nb_call *call)
{
  while (call->chunks) {
    nb_chunk *next = call->chunks->next;

    free(call->chunks);
    call->chunks = next;
  }
}

static void *alloc_chunk(nb_call *call, size_t bytes)
{
  size_t whole = bytes + sizeof(nb_chunk) + CHUNK_ALIGN;
  nb_chunk *chunk = whole > bytes ? calloc(1, whole) : NULL;

  if (!chunk) {
    rs_fail(call->err, RS_E_MEMORY, "cannot allocate %zu bytes", bytes);
    return NULL;
  }
  chunk->next = call->chunks;
  call->chunks = chunk;
  return (void *)rs_round_up((uintptr_t)(chunk + 1), CHUNK_ALIGN);
}

void *nb_call_room(nb_call *call, size_t bytes, size_t align)
{
  nb_memory *memory = call->memory;
  uintptr_t start = rs_round_up((uintptr_t)memory->base + memory->top, align < 16 ? 16 : align);
  size_t offset = start - (uintptr_t)memory->base;

  if (call->lasting || offset > memory->size || bytes > memory->size - offset)
    return alloc_chunk(call, bytes);
  memory->top = offset + bytes;
  return (void *)start;
}

void *nb_call_alloc(nb_call *call, size_t bytes, size_t align)
{
  void *room = nb_call_room(call, bytes, align);

  return room ? memset(room, 0, bytes) : NULL;
}

bool nb_call_watch(nb_call *call, napi_value buffer, void *slot, size_t least)
{
  struct nb_fixup *fixup = nb_call_room(call, sizeof *fixup, 0);

  if (!fixup)
    return false;
  *fixup = (struct nb_fixup){.buffer = buffer, .slot = slot, .least = least, .next = call->fixups};
  call->fixups = fixup;
  return true;
}

bool nb_call_settle(nb_call *call)
{
  if (!call->ran_user_code)
    return true;
  for (struct nb_fixup *f = call->fixups; f; f = f->next) {
    nb_bytes bytes;
    void *now = nb_bytes_of(call->nb, f->buffer, &bytes) ? bytes.data : NULL;
    if (now && bytes.size < f->least)
      return rs_fail(call->err, RS_E_BUFFER_SIZE,
                     "a buffer shrank to %zu bytes while arguments were read, %zu are needed", bytes.size,
                     f->least);
    memcpy(f->slot, &now, sizeof now);
  }
  return true;
}

bool nb_call_link(nb_call *call, void *slot, void *block, size_t bytes)
{
  struct nb_link *link;

  if (!call->persistent)
    return true;
  if (!(link = nb_call_room(call, sizeof *link, 0)))
    return false;
  *link = (struct nb_link){.slot = slot, .block = block, .bytes = bytes};
  *call->last_link = link;
  call->last_link = &link->next;
  return true;
}

/* Where a slot of the call's memory ends up: blocks are listed before those that they lead to. */
static char *moved(nb_call *call, const char *slot, const char *value, size_t size, char *dest)
{
  if (slot >= value && slot < value + size)
    return dest + (slot - value);
  for (struct nb_link *l = call->links; l; l = l->next)
    if (l->copy && slot >= l->block && slot < l->block + l->bytes)
      return l->copy + (slot - l->block);
  return NULL;
}

bool nb_call_persist(nb_call *call, const void *value, size_t size, void *dest)
{
  nb_persistent_replace(call->nb, dest, value, size);
  memcpy(dest, value, size);
  for (struct nb_link *l = call->links; l; l = l->next) {
    char *slot = moved(call, l->slot, value, size, dest);

    if (!slot || !(l->copy = nb_persistent_alloc(call->nb, slot, l->bytes, call->err)))
      return false;
    memcpy(l->copy, l->block, l->bytes);
    memcpy(slot, &l->copy, sizeof l->copy);
  }
  return true;
}

/* Paths are built from the inside out, while the failure travels up. */
static bool prepend(nb_call *call, const char *text)
{
  size_t length = strlen(text), room = sizeof call->path - 1 - call->path_length;

  if (length <= room) {
    memmove(call->path + length, call->path, call->path_length);
    memcpy(call->path, text, length);
    call->path_length += (unsigned)length;
  }
  return false;
}

bool nb_call_in_member(nb_call *call, const char *name)
{
  char text[64];

  (void)snprintf(text, sizeof text, ".%s", name);
  return prepend(call, text);
}

bool nb_call_in_element(nb_call *call, size_t index)
{
  char text[32];

  (void)snprintf(text, sizeof text, "[%zu]", index);
  return prepend(call, text);
}

void nb_call_blame(nb_call *call, const char *format, ...)
{
  rs_error *err = call->err;
  char old[sizeof err->text];
  va_list args;
  size_t used;

  if (err->code == NB_E_PENDING || err->code == RS_OK)
    return;
  memcpy(old, err->text, sizeof old);
  va_start(args, format);
  (void)vsnprintf(err->text, sizeof err->text, format, args);
  va_end(args);
  used = strlen(err->text);
  (void)snprintf(err->text + used, sizeof err->text - used, "%.*s %s", (int)call->path_length, call->path,
                 old);
}

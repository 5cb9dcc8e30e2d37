/* puts.c - arguments that the entries read from JavaScript values: strings, buffers, functions. */
#include <string.h>

#include "callback.h"
#include "compiled_impl.h"
#include "text.h"
#include "value.h"

enum {
  TEXT_ROOM = 4096,      /* bytes of call memory that must be left to try strings through Node-API */
  LONGEST_TEXT = 1 << 16 /* characters of the longest string that is copied here */
};

/* Arguments that C reads */

/* Latin-1 as UTF-8 with a NUL; `to` has room for twice the length. Returns the bytes written. */
static size_t copy_text(unsigned char *to, const unsigned char *from, size_t length)
{
  size_t i = nb_copy_ascii(to, from, length), n = i;

  for (; i < length; i++) {
    unsigned char c = from[i];

    if (c < 0x80) {
      to[n++] = c;
    } else {
      to[n++] = (unsigned char)(0xC0 | c >> 6);
      to[n++] = (unsigned char)(0x80 | (c & 0x3F));
    }
  }
  to[n++] = 0;
  return n;
}

/* As copy_text for any string, through Node-API; 0 when it cannot be read or is long. */
static size_t copy_any_text(nb_env *nb, napi_value value, unsigned char *to)
{
  size_t length;

  if (napi_get_value_string_utf8(nb->env, value, (char *)to, TEXT_ROOM, &length) != napi_ok
      || length + NB_UTF8_SLACK >= TEXT_ROOM)
    return 0;
  return length + 1;
}

static bool put_text(nb_env *nb, uint64_t *word, bool may_allocate, void **address)
{
  nb_memory *memory = nb->memory;
  unsigned char *to = memory->base + memory->top;
  size_t room = memory->size - memory->top, used;
  const unsigned char *text;
  uint32_t length;

  if (nb_v8_text(*word, &text, &length)) {
    if (length > LONGEST_TEXT || 2 * (size_t)length + 1 > room)
      return false;
    used = copy_text(to, text, length);
  } else if (!may_allocate || room < TEXT_ROOM || !(used = copy_any_text(nb, (napi_value)word, to))) {
    return false;
  }
  *address = to;
  memory->top += used;
  return true;
}

/* The address of a buffer through Node-API; NULL when it has no bytes. */
static bool put_any_bytes(nb_env *nb, napi_value value, void **address)
{
  bool yes = false;
  size_t size;

  if (napi_is_buffer(nb->env, value, &yes) != napi_ok || !yes
      || napi_get_buffer_info(nb->env, value, address, &size) != napi_ok)
    return false;
  if (!size)
    *address = NULL;
  return true;
}

static bool put_bytes(nb_env *nb, uint64_t *word, bool may_allocate, void **address)
{
  return nb_v8_bytes(*word, address) || (may_allocate && put_any_bytes(nb, (napi_value)word, address));
}

/* The callback is good until the outermost call ends, and so is the handle of a function that was given to
 * it. */
static __attribute__((noinline)) bool put_function(nb_function *f, nb_put put, napi_value value,
                                                   void **address)
{
  nb_env *nb = f->nb;
  NB_NO_ERROR(err);
  bool handle_lives = nb->depth == 1 && !nb->active;

  return nb_typeof(nb, value) == napi_function
         && (*address = nb_callback_transient(nb, f->plan->args[put.index].type->ref, value, handle_lives,
                                              &nb->keep, &err));
}

/* Reads the arguments that are JavaScript values into the frame; small integers stand for those that the
 * wrapper has written. False when one needs the reference. */
bool nb_put_words(nb_function *f, uint64_t *words, size_t count, bool may_allocate)
{
  nb_env *nb = f->nb;
  unsigned char *frame = (unsigned char *)nb->memory + NB_FRAME_AT;

  for (size_t i = 0; i < count && i < f->put_count; i++) {
    nb_put put = f->puts[i];
    void *address;

    if (nb_v8_is_small(words[i]))
      continue;
    if (!(put.takes & NB_TAKES_TEXT && put_text(nb, &words[i], may_allocate, &address))
        && !(put.takes & NB_TAKES_BYTES && put_bytes(nb, &words[i], may_allocate, &address))
        && !(put.takes & NB_TAKES_FUNCTION && put_function(f, put, (napi_value)&words[i], &address)))
      return false;
    memcpy(frame + put.offset, &address, sizeof address);
  }
  return true;
}

/* Numbers stand for what the wrapper has written. Values are handles here, their words are not ours to read.
 */
static bool put_value(nb_function *f, nb_put put, napi_value value, void **address)
{
  nb_env *nb = f->nb;
  nb_memory *memory = nb->memory;
  unsigned char *to = memory->base + memory->top;
  size_t used;

  if (put.takes & NB_TAKES_FUNCTION)
    return put_function(f, put, value, address);
  if (put.takes & NB_TAKES_TEXT && memory->size - memory->top >= TEXT_ROOM
      && (used = copy_any_text(nb, value, to))) {
    memory->top += used;
    *address = to;
    return true;
  }
  return put.takes & NB_TAKES_BYTES && put_any_bytes(nb, value, address);
}

bool nb_put_values(nb_function *f, const napi_value *values, size_t count)
{
  unsigned char *frame = (unsigned char *)f->nb->memory + NB_FRAME_AT;

  for (size_t i = 0; i < count && i < f->put_count; i++) {
    void *address;

    if (nb_typeof(f->nb, values[i]) == napi_number)
      continue;
    if (!put_value(f, f->puts[i], values[i], &address))
      return false;
    memcpy(frame + f->puts[i].offset, &address, sizeof address);
  }
  return true;
}

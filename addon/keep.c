#include "keep.h"

#include <stdlib.h>

#include "callback.h"

void nb_keep_take(nb_keep *keep, nb_keep *from)
{
  while (from->chunks) {
    nb_chunk *chunk = from->chunks;

    from->chunks = chunk->next;
    chunk->next = keep->chunks;
    keep->chunks = chunk;
  }
  while (from->callbacks) {
    nb_callback *callback = from->callbacks;

    from->callbacks = callback->next_kept;
    callback->next_kept = keep->callbacks;
    keep->callbacks = callback;
  }
}

void nb_keep_free_chunks(nb_keep *keep)
{
  while (keep->chunks) {
    nb_chunk *chunk = keep->chunks;

    keep->chunks = chunk->next;
    free(chunk);
  }
}

void nb_keep_release(nb_keep *keep)
{
  nb_keep_free_chunks(keep);
  while (keep->callbacks) {
    nb_callback *callback = keep->callbacks;

    keep->callbacks = callback->next_kept;
    nb_callback_release(callback);
  }
}

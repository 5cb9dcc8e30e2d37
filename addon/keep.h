/* keep.h - memory and callbacks that C may use for longer than one conversion: until the outermost call ends,
 * until an asynchronous call completes, or until a foreign thread calls back again. */
#ifndef NB_KEEP_H
#define NB_KEEP_H

struct nb_callback;

/* Memory of a conversion that did not fit the call memory, or that must outlive it; free() releases it. */
typedef struct nb_chunk {
  struct nb_chunk *next;
} nb_chunk;

typedef struct nb_keep {
  nb_chunk *chunks;
  struct nb_callback *callbacks; /* transient ones */
} nb_keep;

static inline int nb_keep_is_empty(const nb_keep *keep)
{
  return !keep->chunks && !keep->callbacks;
}

/* Takes over everything of `from`. */
void nb_keep_take(nb_keep *keep, nb_keep *from);
/* Any thread. */
void nb_keep_free_chunks(nb_keep *keep);
/* On the thread of the callbacks' environment: also makes tombstones of the callbacks. */
void nb_keep_release(nb_keep *keep);

#endif

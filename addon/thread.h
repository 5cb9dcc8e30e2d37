/* thread.h - what the addon knows of a native thread: for whom it works, and what C on it may still use. */
#ifndef NB_THREAD_H
#define NB_THREAD_H

#include <stdbool.h>

#include "keep.h"

typedef struct nb_thread {
  nb_keep keep;      /* memory of the last callback's result: until the thread calls back again, or ends */
  bool called_stale; /* the asynchronous call called a callback that is gone */
  nb_keep *job_keep; /* while it runs an asynchronous call: what lives until that completes; else NULL */
} nb_thread;

/* The calling thread's, made on first use; NULL when there is no memory for it. */
nb_thread *nb_thread_of(void);

/* C on this thread called a callback that is gone: an asynchronous call will fail. */
void nb_thread_note_stale(void);

#endif

#include "thread.h"

#include <stdlib.h>

#include "os/thread.h"

static void free_thread(void *data)
{
  nb_thread *thread = data;

  nb_keep_free_chunks(&thread->keep);
  free(thread);
}

nb_thread *nb_thread_of(void)
{
  nb_thread *thread = rs_thread_data();

  if (!thread && (thread = calloc(1, sizeof *thread)) && !rs_thread_data_set(thread, free_thread)) {
    free(thread);
    thread = NULL;
  }
  return thread;
}

void nb_thread_note_stale(void)
{
  nb_thread *thread = rs_thread_data();

  if (thread)
    thread->called_stale = true;
}

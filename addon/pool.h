/* pool.h - native threads that work off a queue, in order. Knows nothing of JavaScript. A pool is shared by
 * its owner and its threads, so threads that are stuck in C may outlive the owner. */
#ifndef NB_POOL_H
#define NB_POOL_H

#include "ristretto.h"

typedef struct nb_task {
  void (*run)(struct nb_task *task); /* on a thread of the pool; the task is the runner's from then on */
  struct nb_task *next;
} nb_task;

typedef struct nb_pool nb_pool;

/* At most `threads` threads, started when there is work for them. */
nb_pool *nb_pool_new(unsigned threads, rs_error *err);
/* Drops the owner's share: threads end when the queue is empty. Takes NULL. */
void nb_pool_close(nb_pool *pool);
/* RS_E_LIMIT when there is no thread to be had. */
bool nb_pool_submit(nb_pool *pool, nb_task *task, rs_error *err);
/* Removes a task that no thread has taken yet; false when one has. */
bool nb_pool_cancel(nb_pool *pool, nb_task *task);

#endif

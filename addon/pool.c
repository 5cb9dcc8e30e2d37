#include "pool.h"

#include <stdlib.h>

struct nb_pool {
  rs_mutex lock;
  rs_cond work;
  nb_task *first, **last;
  unsigned most, threads, idle;
  unsigned queued;
  bool closed;
};

nb_pool *nb_pool_new(unsigned threads, rs_error *err)
{
  nb_pool *pool = rs_zalloc(sizeof *pool, err);

  if (!pool)
    return NULL;
  rs_mutex_init(&pool->lock);
  rs_cond_init(&pool->work);
  pool->last = &pool->first;
  pool->most = threads;
  return pool;
}

static void destroy(nb_pool *pool)
{
  rs_cond_destroy(&pool->work);
  rs_mutex_destroy(&pool->lock);
  free(pool);
}

static nb_task *take(nb_pool *pool)
{
  nb_task *task = pool->first;

  if (!(pool->first = task->next))
    pool->last = &pool->first;
  pool->queued--;
  return task;
}

static void work(void *data)
{
  nb_pool *pool = data;
  bool last;

  rs_mutex_lock(&pool->lock);
  for (;;) {
    nb_task *task;

    while (!pool->first && !pool->closed) {
      pool->idle++;
      rs_cond_wait(&pool->work, &pool->lock);
      pool->idle--;
    }
    if (!pool->first)
      break;
    task = take(pool);
    rs_mutex_unlock(&pool->lock);
    task->run(task);
    rs_mutex_lock(&pool->lock);
  }
  last = --pool->threads == 0;
  rs_mutex_unlock(&pool->lock);
  if (last)
    destroy(pool);
}

void nb_pool_close(nb_pool *pool)
{
  bool last;

  if (!pool)
    return;
  rs_mutex_lock(&pool->lock);
  pool->closed = true;
  last = pool->threads == 0;
  rs_cond_broadcast(&pool->work);
  rs_mutex_unlock(&pool->lock);
  if (last)
    destroy(pool);
}

bool nb_pool_submit(nb_pool *pool, nb_task *task, rs_error *err)
{
  rs_error failure = {0};
  bool ok = true;

  rs_mutex_lock(&pool->lock);
  if (pool->queued >= pool->idle && pool->threads < pool->most) {
    pool->threads++;
    if (!rs_thread_start(work, pool, &failure) && --pool->threads == 0)
      ok = rs_fail(err, failure.code, "%s", failure.text);
  }
  if (ok) {
    task->next = NULL;
    *pool->last = task;
    pool->last = &task->next;
    pool->queued++;
    if (pool->idle)
      rs_cond_signal(&pool->work);
  }
  rs_mutex_unlock(&pool->lock);
  return ok;
}

bool nb_pool_cancel(nb_pool *pool, nb_task *task)
{
  nb_task **at = &pool->first;
  bool found;

  rs_mutex_lock(&pool->lock);
  while (*at && *at != task)
    at = &(*at)->next;
  if ((found = *at != NULL)) {
    if (!(*at = task->next))
      pool->last = at;
    pool->queued--;
  }
  rs_mutex_unlock(&pool->lock);
  return found;
}

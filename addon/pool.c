#include "pool.h"

#include <stdlib.h>

/* A thread without work. Each has a condition of its own: where several threads wait for one, a signal may
 * get lost in many versions of glibc (https://sourceware.org/bugzilla/show_bug.cgi?id=25847), and a call
 * would never run. */
typedef struct waiter {
  rs_cond changed;
  bool woken;
  struct waiter *next;
} waiter;

struct nb_pool {
  rs_mutex lock;
  nb_task *first, **last;
  waiter *waiters; /* the last to come is the first: its stack is in the cache */
  unsigned most, threads;
  bool closed;
};

nb_pool *nb_pool_new(unsigned threads, rs_error *err)
{
  nb_pool *pool = rs_zalloc(sizeof *pool, err);

  if (!pool)
    return NULL;
  rs_mutex_init(&pool->lock);
  pool->last = &pool->first;
  pool->most = threads;
  return pool;
}

static void destroy(nb_pool *pool)
{
  rs_mutex_destroy(&pool->lock);
  free(pool);
}

static nb_task *take(nb_pool *pool)
{
  nb_task *task = pool->first;

  if (!(pool->first = task->next))
    pool->last = &pool->first;
  return task;
}

/* With the lock held, as the next two. Returns when there was work, which another thread may have taken. */
static void wait_for_work(nb_pool *pool)
{
  waiter self = {.next = pool->waiters};

  rs_cond_init(&self.changed);
  pool->waiters = &self;
  while (!self.woken)
    rs_cond_wait(&self.changed, &pool->lock);
  rs_cond_destroy(&self.changed);
}

static void wake(nb_pool *pool)
{
  waiter *one = pool->waiters;

  pool->waiters = one->next;
  one->woken = true;
  rs_cond_signal(&one->changed);
}

static void work(void *data)
{
  nb_pool *pool = data;
  bool last;

  rs_mutex_lock(&pool->lock);
  for (;;) {
    nb_task *task;

    while (!pool->first && !pool->closed)
      wait_for_work(pool);
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
  while (pool->waiters)
    wake(pool);
  rs_mutex_unlock(&pool->lock);
  if (last)
    destroy(pool);
}

bool nb_pool_submit(nb_pool *pool, nb_task *task, rs_error *err)
{
  rs_error failure = {0};
  bool ok = true;

  rs_mutex_lock(&pool->lock);
  if (pool->waiters) {
    wake(pool);
  } else if (pool->threads < pool->most) {
    pool->threads++;
    if (!rs_thread_start(work, pool, &failure) && --pool->threads == 0)
      ok = rs_fail(err, failure.code, "%s", failure.text);
  }
  if (ok) {
    task->next = NULL;
    *pool->last = task;
    pool->last = &task->next;
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
  }
  rs_mutex_unlock(&pool->lock);
  return found;
}

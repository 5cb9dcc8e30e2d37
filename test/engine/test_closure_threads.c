/* test_closure_threads.c - threads make, call and release closures at once, and call those that others may be
 * releasing: the answer is the live one or zero. Meant for ThreadSanitizer as well (preset tsan). */
#include "../fixtures/posix_threads.h"
#include "closure_world.h"

enum { THREADS = 8, ROUNDS = 20, PER_ROUND = 60, CALLS = 4 };

/* Fewer releases in two rounds than a released pointer rests, so that none of them is reused while it is
 * called. */
_Static_assert(2 * THREADS * PER_ROUND < 1000, "a pointer rests for 1,000 releases");

static pthread_barrier_t barrier;
static _Atomic(rs_fn) shared[THREADS][PER_ROUND]; /* NULL: not made yet */
static atomic_size_t live, stale, wrong, refused;

static long number_of(int round, int thread, int i)
{
  return 1 + i + PER_ROUND * (thread + THREADS * (long)round);
}

static void call_another(int round, unsigned *random)
{
  int thread, i;
  long got, answer;
  rs_fn fn;

  *random = *random * 1664525 + 1013904223;
  thread = (int)(*random >> 24) % THREADS;
  i = (int)(*random >> 8) % PER_ROUND;
  if (!(fn = atomic_load(&shared[thread][i])))
    return;
  answer = number_of(round, thread, i) + 5;
  got = adder_call(i % ABIS, fn, 5);
  atomic_fetch_add(got == answer ? &live : got == 0 ? &stale : &wrong, 1);
  if (!rs_closure_find(code_of(fn)))
    atomic_fetch_add(&wrong, 1);
}

static void one_round(int round, int thread, unsigned *random)
{
  rs_closure *made[PER_ROUND];
  rs_error err = {0};

  for (int i = 0; i < PER_ROUND; i++) {
    if (!(made[i] = adder_new(i % ABIS, number_of(round, thread, i), &err))) {
      atomic_fetch_add(&refused, 1);
      continue;
    }
    atomic_store(&shared[thread][i], made[i]->fn);
    if (adder_call(i % ABIS, made[i]->fn, 5) != number_of(round, thread, i) + 5)
      atomic_fetch_add(&wrong, 1);
    for (int k = 0; k < CALLS; k++)
      call_another(round, random);
  }
  for (int i = 0; i < PER_ROUND; i++) {
    if (!made[i])
      continue;
    rs_closure_free(made[i], run_stale);
    if (adder_call(i % ABIS, made[i]->fn, 5) != 0)
      atomic_fetch_add(&wrong, 1);
    for (int k = 0; k < CALLS; k++)
      call_another(round, random);
  }
}

static void *work(void *argument)
{
  int thread = (int)(intptr_t)argument;
  unsigned random = (unsigned)thread * 7919 + 1;

  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < PER_ROUND; i++)
      atomic_store(&shared[thread][i], NULL);
    (void)pthread_barrier_wait(&barrier);
    one_round(round, thread, &random);
    (void)pthread_barrier_wait(&barrier);
  }
  return NULL;
}

int main(void)
{
  pthread_t threads[THREADS];
  int started = 0;

  closure_world_open();
  (void)pthread_barrier_init(&barrier, NULL, THREADS);
  while (started < THREADS && pthread_create(&threads[started], NULL, work, (void *)(intptr_t)started) == 0)
    started++;
  if (!CHECK_NUMBER(started, THREADS))
    return check_report("engine_closure_threads");
  while (started)
    (void)pthread_join(threads[--started], NULL);
  (void)pthread_barrier_destroy(&barrier);
  CHECK_NUMBER(atomic_load(&wrong), 0);
  CHECK_NUMBER(atomic_load(&refused), 0);
  CHECK(atomic_load(&live) > 0);
  CHECK(atomic_load(&stale) > 0);
  closure_world_close();
  return check_report("engine_closure_threads");
}

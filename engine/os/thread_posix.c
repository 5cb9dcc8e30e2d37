#define _GNU_SOURCE
#include "os/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Failures of these calls are misuse (a mutex that was never made), not conditions of the machine. */
static void must(int status)
{
  assert(status == 0);
  (void)status;
}

void rs_mutex_init(rs_mutex *mutex)
{
  must(pthread_mutex_init(mutex, NULL));
}

void rs_mutex_destroy(rs_mutex *mutex)
{
  must(pthread_mutex_destroy(mutex));
}

void rs_mutex_lock(rs_mutex *mutex)
{
  must(pthread_mutex_lock(mutex));
}

void rs_mutex_unlock(rs_mutex *mutex)
{
  must(pthread_mutex_unlock(mutex));
}

void rs_cond_init(rs_cond *cond)
{
#ifdef __APPLE__
  must(pthread_cond_init(cond, NULL));
#else
  pthread_condattr_t attr;

  must(pthread_condattr_init(&attr));
  must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC)); /* deadlines that a set clock does not move */
  must(pthread_cond_init(cond, &attr));
  must(pthread_condattr_destroy(&attr));
#endif
}

void rs_cond_destroy(rs_cond *cond)
{
  must(pthread_cond_destroy(cond));
}

void rs_cond_wait(rs_cond *cond, rs_mutex *mutex)
{
  must(pthread_cond_wait(cond, mutex));
}

bool rs_cond_wait_for(rs_cond *cond, rs_mutex *mutex, unsigned milliseconds)
{
  enum { NS_PER_MS = 1000000, MS_PER_S = 1000 };
  struct timespec until = {.tv_sec = (time_t)(milliseconds / MS_PER_S),
                           .tv_nsec = (long)(milliseconds % MS_PER_S) * NS_PER_MS};
#ifdef __APPLE__
  return pthread_cond_timedwait_relative_np(cond, mutex, &until) != ETIMEDOUT;
#else
  struct timespec now;

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  until.tv_sec += now.tv_sec;
  until.tv_nsec += now.tv_nsec;
  if (until.tv_nsec >= (long)MS_PER_S * NS_PER_MS) {
    until.tv_sec++;
    until.tv_nsec -= (long)MS_PER_S * NS_PER_MS;
  }
  return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
#endif
}

void rs_cond_signal(rs_cond *cond)
{
  must(pthread_cond_signal(cond));
}

void rs_cond_broadcast(rs_cond *cond)
{
  must(pthread_cond_broadcast(cond));
}

typedef struct start {
  void (*run)(void *data);
  void *data;
} start;

static void *run_started(void *started)
{
  start s = *(start *)started;

  free(started);
  s.run(s.data);
  return NULL;
}

bool rs_thread_start(void (*run)(void *data), void *data, rs_error *err)
{
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
  start *s = rs_malloc(sizeof *s, err);
  sigset_t blocked, before;
  pthread_attr_t attr;
  pthread_t thread;
  int status;

  if (!s)
    return false;
  *s = (start){run, data};
  (void)sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    (void)sigdelset(&blocked, faults[i]);
  must(pthread_sigmask(SIG_SETMASK, &blocked, &before)); /* a thread starts with the mask of its maker */
  must(pthread_attr_init(&attr));
  must(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
  status = pthread_create(&thread, &attr, run_started, s);
  must(pthread_attr_destroy(&attr));
  must(pthread_sigmask(SIG_SETMASK, &before, NULL));
  if (status != 0) {
    free(s);
    return rs_fail(err, RS_E_LIMIT, "the system refuses another thread: %s", strerror(status));
  }
  return true;
}

typedef struct at_end {
  void (*run)(void *data);
  void *data;
} at_end;

static pthread_key_t end_key;
static bool end_key_made;

static void run_at_end(void *value)
{
  at_end *end = value;

  end->run(end->data);
}

static void make_end_key(void)
{
  end_key_made = pthread_key_create(&end_key, run_at_end) == 0;
}

void rs_thread_at_end(void (*run)(void *data), void *data)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static _Thread_local at_end end;

  must(pthread_once(&once, make_end_key));
  end = (at_end){run, data};
  if (end_key_made) /* else there are no keys left, and what the thread keeps is lost with it */
    (void)pthread_setspecific(end_key, &end);
}

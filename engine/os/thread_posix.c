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

const void *rs_thread_self(void)
{
  return (const void *)pthread_self();
}

static struct {
  pthread_once_t once;
  pthread_key_t key;
  void (*at_end)(void *data);
  bool made;
} thread_data = {.once = PTHREAD_ONCE_INIT};

static void make_key(void)
{
  thread_data.made = pthread_key_create(&thread_data.key, thread_data.at_end) == 0;
}

void *rs_thread_data(void)
{
  return thread_data.made ? pthread_getspecific(thread_data.key) : NULL;
}

bool rs_thread_data_set(void *data, void (*at_end)(void *data))
{
  thread_data.at_end = at_end;
  must(pthread_once(&thread_data.once, make_key));
  return thread_data.made && pthread_setspecific(thread_data.key, data) == 0;
}

#include "os/thread.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdlib.h>

/* thread.h names the types without the system's header, which defines too many common words. */
_Static_assert(sizeof(rs_mutex) == sizeof(SRWLOCK) && sizeof(rs_cond) == sizeof(CONDITION_VARIABLE),
               "what thread.h declares is what the system has");

static SRWLOCK *lock_of(rs_mutex *mutex)
{
  return (SRWLOCK *)(void *)mutex;
}

static CONDITION_VARIABLE *condition_of(rs_cond *cond)
{
  return (CONDITION_VARIABLE *)(void *)cond;
}

void rs_mutex_init(rs_mutex *mutex)
{
  InitializeSRWLock(lock_of(mutex));
}

void rs_mutex_destroy(rs_mutex *mutex)
{
  (void)mutex; /* holds nothing */
}

void rs_mutex_lock(rs_mutex *mutex)
{
  AcquireSRWLockExclusive(lock_of(mutex));
}

void rs_mutex_unlock(rs_mutex *mutex)
{
  ReleaseSRWLockExclusive(lock_of(mutex));
}

void rs_cond_init(rs_cond *cond)
{
  InitializeConditionVariable(condition_of(cond));
}

void rs_cond_destroy(rs_cond *cond)
{
  (void)cond; /* holds nothing */
}

void rs_cond_wait(rs_cond *cond, rs_mutex *mutex)
{
  (void)SleepConditionVariableSRW(condition_of(cond), lock_of(mutex), INFINITE, 0);
}

bool rs_cond_wait_for(rs_cond *cond, rs_mutex *mutex, unsigned milliseconds)
{
  return SleepConditionVariableSRW(condition_of(cond), lock_of(mutex), milliseconds, 0);
}

void rs_cond_signal(rs_cond *cond)
{
  WakeConditionVariable(condition_of(cond));
}

typedef struct start {
  void (*run)(void *data);
  void *data;
} start;

static DWORD WINAPI run_started(void *started)
{
  start s = *(start *)started;

  free(started);
  s.run(s.data);
  return 0;
}

bool rs_thread_start(void (*run)(void *data), void *data, rs_error *err)
{
  start *s = rs_malloc(sizeof *s, err);
  HANDLE thread;

  if (!s)
    return false;
  *s = (start){run, data};
  if (!(thread = CreateThread(NULL, 0, run_started, s, 0, NULL))) {
    free(s);
    return rs_fail(err, RS_E_LIMIT, "the system refuses another thread: error %lu", GetLastError());
  }
  (void)CloseHandle(thread);
  return true;
}

const void *rs_thread_self(void)
{
  return (const void *)(uintptr_t)GetCurrentThreadId();
}

/* Fiber-local storage, because thread-local slots tell nobody when a thread ends. */
static struct {
  INIT_ONCE once;
  DWORD slot;
  void (*at_end)(void *data);
} thread_data = {.once = INIT_ONCE_STATIC_INIT, .slot = FLS_OUT_OF_INDEXES};

static void WINAPI end_data(void *data)
{
  if (data)
    thread_data.at_end(data);
}

static BOOL CALLBACK make_slot(INIT_ONCE *once, void *parameter, void **context)
{
  (void)once;
  (void)parameter;
  (void)context;
  thread_data.slot = FlsAlloc(end_data);
  return TRUE;
}

void *rs_thread_data(void)
{
  return thread_data.slot == FLS_OUT_OF_INDEXES ? NULL : FlsGetValue(thread_data.slot);
}

bool rs_thread_data_set(void *data, void (*at_end)(void *data))
{
  thread_data.at_end = at_end;
  (void)InitOnceExecuteOnce(&thread_data.once, make_slot, NULL, NULL);
  return thread_data.slot != FLS_OUT_OF_INDEXES && FlsSetValue(thread_data.slot, data);
}

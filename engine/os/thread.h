/* thread.h - what a platform provides for threads: mutexes, conditions, detached threads. One implementation
 * per platform: thread_posix.c, thread_windows.c. Objects are plain memory in the structures that use them,
 * made and destroyed there. */
#ifndef RS_OS_THREAD_H
#define RS_OS_THREAD_H

#ifndef _WIN32
#include <pthread.h>
#endif

#include "core/error.h"

#ifdef _WIN32
typedef struct rs_mutex {
  void *state;
} rs_mutex; /* an SRWLOCK */
typedef struct rs_cond {
  void *state;
} rs_cond; /* a CONDITION_VARIABLE */

#define RS_MUTEX_INIT \
  { \
    NULL \
  }
#else
typedef pthread_mutex_t rs_mutex;
typedef pthread_cond_t rs_cond;

#define RS_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#endif

void rs_mutex_init(rs_mutex *mutex);
void rs_mutex_destroy(rs_mutex *mutex);
void rs_mutex_lock(rs_mutex *mutex);
void rs_mutex_unlock(rs_mutex *mutex);

void rs_cond_init(rs_cond *cond);
void rs_cond_destroy(rs_cond *cond);
/* Both may return without a signal, as conditions do. */
void rs_cond_wait(rs_cond *cond, rs_mutex *mutex);
/* False when `milliseconds` passed without a signal. */
bool rs_cond_wait_for(rs_cond *cond, rs_mutex *mutex, unsigned milliseconds);
/* No more than one thread may wait for a condition. */
void rs_cond_signal(rs_cond *cond);

/* Starts a detached thread. Signals stay with the threads of the program: the new one blocks all but those
 * that a faulting instruction raises. RS_E_LIMIT when the system refuses. */
bool rs_thread_start(void (*run)(void *data), void *data, rs_error *err);

/* Differs from thread to thread among those alive. */
const void *rs_thread_self(void);

/* One pointer per thread of the process, NULL at first. It is not a thread-local variable, because these need
 * the dynamic linker's help in a library that is loaded at run time. `at_end`, the same in all calls, gets
 * the pointer when the thread ends. False, and nothing is set, when the system has no room. */
void *rs_thread_data(void);
bool rs_thread_data_set(void *data, void (*at_end)(void *data));

#endif

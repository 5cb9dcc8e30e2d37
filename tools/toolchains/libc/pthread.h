#ifndef LIBC_PTHREAD_H
#define LIBC_PTHREAD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#if defined(__ANDROID__)

typedef long pthread_t;
typedef int pthread_key_t;
typedef int pthread_once_t;
typedef long pthread_condattr_t;
typedef long pthread_mutexattr_t;
typedef struct {
  uint32_t flags;
  void *stack_base;
  size_t stack_size, guard_size;
  int32_t policy, priority;
  char reserved[16];
} pthread_attr_t;
typedef struct {
  int32_t words[10];
} pthread_mutex_t;
typedef struct {
  int32_t words[12];
} pthread_cond_t;
#define PTHREAD_MUTEX_INITIALIZER \
  {                               \
    {                             \
      0                           \
    }                             \
  }
#define PTHREAD_ONCE_INIT       0
#define PTHREAD_CREATE_DETACHED 1
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);

#else

typedef struct pthread *pthread_t;
typedef int pthread_key_t;
typedef struct pthread_attr *pthread_attr_t;
typedef struct pthread_mutex *pthread_mutex_t;
typedef struct pthread_mutex_attr *pthread_mutexattr_t;
typedef struct pthread_cond *pthread_cond_t;
typedef struct pthread_cond_attr *pthread_condattr_t;
typedef struct pthread_once {
  int state;
  pthread_mutex_t mutex;
} pthread_once_t;
#define PTHREAD_MUTEX_INITIALIZER NULL
#define PTHREAD_ONCE_INIT \
  {                       \
    0, NULL               \
  }
#define PTHREAD_CREATE_DETACHED 1

#endif

int pthread_attr_init(pthread_attr_t *attr);
int pthread_attr_destroy(pthread_attr_t *attr);
int pthread_attr_getstack(const pthread_attr_t *attr, void **base, size_t *size);
int pthread_attr_setdetachstate(pthread_attr_t *attr, int state);
int pthread_cond_broadcast(pthread_cond_t *cond);
int pthread_cond_destroy(pthread_cond_t *cond);
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr);
int pthread_cond_signal(pthread_cond_t *cond);
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int pthread_condattr_destroy(pthread_condattr_t *attr);
int pthread_condattr_init(pthread_condattr_t *attr);
int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock);
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *data);
int pthread_key_create(pthread_key_t *key, void (*at_end)(void *));
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_once(pthread_once_t *once, void (*run)(void));
int pthread_sigmask(int how, const sigset_t *set, sigset_t *before);
int pthread_setspecific(pthread_key_t key, const void *data);
void *pthread_getspecific(pthread_key_t key);
pthread_t pthread_self(void);

#endif

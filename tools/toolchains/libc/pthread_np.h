#ifndef LIBC_PTHREAD_NP_H /* FreeBSD, OpenBSD */
#define LIBC_PTHREAD_NP_H

#include <pthread.h>

#if defined(__FreeBSD__)
int pthread_attr_get_np(pthread_t thread, pthread_attr_t *attr);
#else
int pthread_stackseg_np(pthread_t thread, stack_t *stack);
#endif

#endif

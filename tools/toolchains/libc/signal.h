#ifndef LIBC_SIGNAL_H
#define LIBC_SIGNAL_H

#include <stddef.h>
#include <stdint.h>

#define SIGILL  4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGFPE  8
#define SIGSEGV 11
#define SIGPROF 27
#if defined(__ANDROID__)
#define SIGBUS      7
#define SIGSYS      31
#define SIG_SETMASK 2
typedef unsigned long sigset_t;
#else
#define SIGBUS      10
#define SIGSYS      12
#define SIG_SETMASK 3
#if defined(__FreeBSD__)
typedef struct {
  uint32_t bits[4];
} sigset_t;
#else
typedef unsigned sigset_t;
#endif
#endif

typedef struct {
  void *ss_sp;
#if defined(__ANDROID__)
  int ss_flags;
  size_t ss_size;
#else
  size_t ss_size;
  int ss_flags;
#endif
} stack_t;

int sigdelset(sigset_t *set, int signal);
int sigfillset(sigset_t *set);

#endif

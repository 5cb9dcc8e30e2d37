#ifndef LIBC_TIME_H
#define LIBC_TIME_H

#if defined(__FreeBSD__) && defined(__i386__)
typedef int time_t;
#elif defined(__OpenBSD__)
typedef long long time_t;
#else
typedef long time_t;
#endif
typedef int clockid_t;

struct timespec {
  time_t tv_sec;
  long tv_nsec;
};

#if defined(__FreeBSD__)
#define CLOCK_MONOTONIC 4
#elif defined(__OpenBSD__)
#define CLOCK_MONOTONIC 3
#else
#define CLOCK_MONOTONIC 1
#endif
int clock_gettime(clockid_t clock, struct timespec *time);

#endif

#ifndef LIBC_SYS_STAT_H
#define LIBC_SYS_STAT_H

#include <stdint.h>

/* The part that says what kind of file it is, where each system has it. */
struct stat {
#if defined(__FreeBSD__)
  uint64_t st_dev, st_ino, st_nlink;
  uint16_t st_mode;
#elif defined(__OpenBSD__)
  uint32_t st_mode;
#elif defined(__x86_64__)
  uint64_t st_dev, st_ino, st_nlink;
  uint32_t st_mode;
#else
  uint64_t st_dev, st_ino;
  uint32_t st_mode;
#endif
  char more[256];
};

#define S_ISDIR(mode) (((mode)&0170000) == 0040000)
#define S_ISREG(mode) (((mode)&0170000) == 0100000)
int fstat(int fd, struct stat *info);

#endif

#ifndef LIBC_SYS_MMAN_H
#define LIBC_SYS_MMAN_H

#include <stddef.h>
#include <stdint.h>

#define PROT_READ   1
#define PROT_WRITE  2
#define PROT_EXEC   4
#define MAP_PRIVATE 2
#define MAP_FAILED  ((void *)-1)
#if defined(__ANDROID__)
#define MAP_ANON 0x20
#else
#define MAP_ANON 0x1000
#endif
#if defined(__FreeBSD__)
#define PROT_MAX(protection) ((protection) << 16)
#endif

void *mmap(void *at, size_t bytes, int protection, int flags, int fd, int64_t offset);
int mprotect(void *at, size_t bytes, int protection);
int munmap(void *at, size_t bytes);

#endif

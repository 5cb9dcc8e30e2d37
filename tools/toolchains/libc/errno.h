#ifndef LIBC_ERRNO_H
#define LIBC_ERRNO_H

#if defined(__FreeBSD__)
int *__error(void);
#define errno (*__error())
#else
int *__errno(void);
#define errno (*__errno())
#endif

#define EPERM  1
#define ENOENT 2
#define EINTR  4
#define EBADF  9
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define EINVAL 22
#define ERANGE 34
#if defined(__ANDROID__)
#define EAGAIN    11
#define ETIMEDOUT 110
#else
#define EAGAIN    35
#define ETIMEDOUT 60
#endif

#endif

#ifndef LIBC_UNISTD_H
#define LIBC_UNISTD_H

#if defined(__FreeBSD__)
#define _SC_PAGESIZE 47
#elif defined(__OpenBSD__)
#define _SC_PAGESIZE 28
#else
#define _SC_PAGESIZE 39
#endif
long sysconf(int name);

#endif

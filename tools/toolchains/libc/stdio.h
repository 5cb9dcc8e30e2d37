#ifndef LIBC_STDIO_H
#define LIBC_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__OpenBSD__)
typedef struct __sFILE {
  char bytes[152];
} FILE;
extern FILE __sF[];
#define stderr (&__sF[2])
#else
typedef struct __sFILE FILE;
#if defined(__FreeBSD__)
extern FILE *__stderrp;
#define stderr __stderrp
#else
extern FILE *stderr;
#endif
#endif

#define PRINTS(at, from) __attribute__((format(printf, at, from)))
int fflush(FILE *file);
int fprintf(FILE *file, const char *format, ...) PRINTS(2, 3);
int fputs(const char *text, FILE *file);
int snprintf(char *to, size_t size, const char *format, ...) PRINTS(3, 4);
int vsnprintf(char *to, size_t size, const char *format, va_list list) PRINTS(3, 0);
size_t fwrite(const void *from, size_t size, size_t count, FILE *file);

#endif

#ifndef LIBC_STDLIB_H
#define LIBC_STDLIB_H

#include <stddef.h>

int atexit(void (*run)(void));
void abort(void) __attribute__((noreturn));
void *aligned_alloc(size_t align, size_t size);
void *calloc(size_t count, size_t size);
void free(void *block);
char *getenv(const char *name);
void *malloc(size_t size);
void *realloc(void *block, size_t size);
long strtol(const char *text, char **end, int base);

#endif

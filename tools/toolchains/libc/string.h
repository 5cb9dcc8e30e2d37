#ifndef LIBC_STRING_H
#define LIBC_STRING_H

#include <stddef.h>

void *memchr(const void *bytes, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
char *strchr(const char *text, int c);
int strcmp(const char *a, const char *b);
char *strdup(const char *text);
char *strerror(int error);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t size);
size_t strnlen(const char *text, size_t size);
char *strrchr(const char *text, int c);
char *strstr(const char *text, const char *part);

#endif

#ifndef LIBC_MALLOC_NP_H /* FreeBSD */
#define LIBC_MALLOC_NP_H

#include <stddef.h>

size_t malloc_usable_size(const void *block);

#endif

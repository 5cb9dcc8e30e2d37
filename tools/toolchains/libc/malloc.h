#ifndef LIBC_MALLOC_H /* Android */
#define LIBC_MALLOC_H

#include <stddef.h>

size_t malloc_usable_size(const void *block);

#endif

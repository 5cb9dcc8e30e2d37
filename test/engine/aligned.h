/* aligned.h - memory of any alignment: Windows has no aligned_alloc. */
#ifndef RS_TEST_ALIGNED_H
#define RS_TEST_ALIGNED_H

#include <stdlib.h>
#ifdef _WIN32
#include <malloc.h>
#endif

/* Free with aligned_release; NULL without memory. `bytes` is a multiple of `align`. */
static inline void *aligned_new(size_t align, size_t bytes)
{
#ifdef _WIN32
  return _aligned_malloc(bytes, align);
#else
  return aligned_alloc(align, bytes);
#endif
}

static inline void aligned_release(void *memory)
{
#ifdef _WIN32
  _aligned_free(memory);
#else
  free(memory);
#endif
}

#endif

/* places.h - what lies at an offset of a frame, by the names that vector files use. */
#ifndef RS_TEST_ABI_PLACES_H
#define RS_TEST_ABI_PLACES_H

#include "ristretto.h"

typedef struct rs_spot {
  char base[16];      /* "x0", "stack" */
  size_t offset;      /* in it */
  bool follows;       /* `base` is part of one memory with its neighbours, such as s0 and s1 */
  size_t file_offset; /* then: in that memory */
} rs_spot;

/* False when nothing that carries arguments or results lies there. */
bool find_spot(const rs_abi *abi, size_t frame_offset, rs_spot *out);

/* Whether the convention's name is `family`, or begins with it and a '-'; x64-apple is of x64-sysv's. */
bool is_of_family(const rs_abi *abi, const char *family);

#endif

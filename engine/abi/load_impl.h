/* load_impl.h - what the loaders of all conventions do with single slots of a frame (load.h). For the files
 * *_load.c. */
#ifndef RS_ABI_LOAD_IMPL_H
#define RS_ABI_LOAD_IMPL_H

#include <string.h>

#include "abi/load.h"

static inline uint32_t rs_load_mask(const unsigned char *frame)
{
  uint32_t mask;

  memcpy(&mask, frame + RS_LOAD_MASK_AT, sizeof mask);
  return mask;
}

/* A slot of a narrow frame. */
static inline uint64_t rs_load_narrow(const unsigned char *slot)
{
  uint32_t bits;

  memcpy(&bits, slot, sizeof bits);
  return bits;
}

static inline double rs_load_double(const unsigned char *slot)
{
  double number;

  memcpy(&number, slot, sizeof number);
  return number;
}

/* A slot of a wide frame. */
static inline uint64_t rs_load_wide(const unsigned char *slot, bool marked)
{
  uint64_t bits;

  if (marked)
    return (uint64_t)(int64_t)rs_load_double(slot);
  memcpy(&bits, slot, sizeof bits);
  return bits;
}

/* The double in a slot becomes the integer, or the float, that it stands for. */
static inline void rs_load_make_integer(unsigned char *slot)
{
  int64_t integer = (int64_t)rs_load_double(slot);

  memcpy(slot, &integer, sizeof integer);
}
static inline void rs_load_make_float(unsigned char *slot)
{
  float number = (float)rs_load_double(slot);

  memcpy(slot, &number, sizeof number);
}

/* An integer result as a double. */
static inline void rs_load_keep_number(unsigned char *at, int64_t integer)
{
  double number = (double)integer;

  memcpy(at, &number, sizeof number);
}

#endif

#include "emit/emit.h"

#include <string.h>

/*  c0 00 rel32    larl %r0, slot           r0, r1: free between a call and its target
 *  c4 18 rel32    lgrl %r1, slot + 8       (s390x Supplement 1.6.1, "Registers")
 *  07 f1          br   %r1
 *
 * Offsets count from their instruction, in halfwords. The same as the rows of s390x.S, which a test compares.
 * The rest traps: zeros are no instruction. */
enum { LGRL_AT = 6, BR_AT = 12 };

static void put_halfwords(unsigned char *at, int32_t bytes)
{
  uint32_t halfwords = (uint32_t)(bytes / 2);

  for (int i = 0; i < 4; i++)
    at[i] = (unsigned char)(halfwords >> (24 - 8 * i));
}

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  static const unsigned char larl[] = {0xc0, 0x00}, lgrl[] = {0xc4, 0x18}, br[] = {0x07, 0xf1};

  (void)at; /* the distance is all that it needs */
  if (distance > INT32_MAX - 8)
    return false;
  memset(out, 0, RS_TRAMPOLINE_BYTES);
  memcpy(out, larl, sizeof larl);
  put_halfwords(out + 2, distance);
  memcpy(out + LGRL_AT, lgrl, sizeof lgrl);
  put_halfwords(out + LGRL_AT + 2, distance + 8 - LGRL_AT);
  memcpy(out + BR_AT, br, sizeof br);
  return true;
}

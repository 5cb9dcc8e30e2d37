#include "emit/emit.h"

#include <string.h>

/*  c0 00 rel32    larl %r0, slot           r0, r1: free between a call and its target (s390x Supplement 1.6.1, 1.2.1)
 *  c4 18 rel32    lgrl %r1, slot + 8       offsets count from the instruction, in halfwords
 *  07 f1          br   %r1
 *
 * The same as the rows of s390x.S, which a test compares. The rest traps: zeros are no instruction. */
enum { LGRL_AT = 6, BR_AT = 12 };

static void put_halfwords(unsigned char *at, int32_t bytes)
{
  uint32_t halfwords = (uint32_t)(bytes / 2);

  for (int i = 0; i < 4; i++)
    at[i] = (unsigned char)(halfwords >> (24 - 8 * i));
}

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  static const unsigned char code[RS_TRAMPOLINE_BYTES] = {
      [0] = 0xc0, 0x00, [LGRL_AT] = 0xc4, 0x18, [BR_AT] = 0x07, 0xf1};

  (void)at; /* the distance is all that it needs */
  if (distance > INT32_MAX - 8)
    return false;
  memcpy(out, code, sizeof code);
  put_halfwords(out + 2, distance);
  put_halfwords(out + LGRL_AT + 2, distance + 8 - LGRL_AT);
  return true;
}

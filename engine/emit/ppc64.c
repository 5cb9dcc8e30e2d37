#include "emit/emit.h"

#include <string.h>

/*  xx xx 6c 3d    addis r11, r12, high     r12: where the call went (see below)
 *  xx xx 6b 39    addi  r11, r11, low      r11: the slot
 *  08 00 8b e9    ld    r12, 8(r11)
 *  a6 03 89 7d    mtctr r12
 *  20 04 80 4e    bctr
 *
 * Whoever calls by pointer puts the pointer into r12 (64-Bit ELF V2 ABI 1.5, "Function Prologue"), so the
 * trampoline finds itself there. The same as the rows of ppc64.S, which a test compares. The rest traps:
 * zeros are no instruction. */
#define ADDIS_R11_R12 0x3d6c0000u
#define ADDI_R11      0x396b0000u
#define LD_R12        0xe98b0008u
#define MTCTR_R12     0x7d8903a6u
#define BCTR          0x4e800420u

/* `low` is signed, so `high` makes up for a negative one. */
bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  uint32_t low = (uint32_t)distance & 0xffff, high = ((uint32_t)distance + 0x8000u) >> 16;
  const uint32_t code[] = {ADDIS_R11_R12 | high, ADDI_R11 | low, LD_R12, MTCTR_R12, BCTR};

  (void)at; /* the distance is all that it needs */
  if (distance > INT32_MAX - 0x8000)
    return false;
  memset(out, 0, RS_TRAMPOLINE_BYTES);
  memcpy(out, code, sizeof code);
  return true;
}

#include "emit/emit.h"

#include <string.h>

/*  5f 24 03 d5    bti c
 *                 adrp x17, slot      x16, x17: free between a call and its target (AAPCS64, 6.1.1)
 *                 add x17, x17, :lo12:slot
 *  30 06 40 f9    ldr x16, [x17, #8]
 *  00 02 1f d6    br x16
 *
 * The same as the rows of a64.S, which a test compares. The rest traps. */
enum { PAGE_BITS = 12, ADRP_AT = 4 };
#define BTI_C    0xd503245fu
#define ADRP_X17 0x90000011u
#define ADD_X17  0x91000231u
#define LDR_X16  0xf9400630u
#define BR_X16   0xd61f0200u

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  uintptr_t slot = (uintptr_t)at + (uintptr_t)(intptr_t)distance;
  uint32_t pages = (uint32_t)((slot >> PAGE_BITS) - (((uintptr_t)at + ADRP_AT) >> PAGE_BITS));
  uint32_t rest = (uint32_t)(slot & ((1u << PAGE_BITS) - 1));
  const uint32_t code[] = {BTI_C, ADRP_X17 | (pages & 3) << 29 | (pages >> 2 & 0x7ffff) << 5,
                           ADD_X17 | rest << 10, LDR_X16, BR_X16};

  memset(out, 0, RS_TRAMPOLINE_BYTES); /* udf */
  memcpy(out, code, sizeof code);
  return true;
}

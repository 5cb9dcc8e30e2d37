#include "emit/emit.h"

#include <string.h>

/*                 pcalau12i $t1, %pc_hi20(slot)     t0, t1: free between a call and its target
 *                 ld.d $t0, $t1, %pc_lo12(slot + 8)
 *                 addi.d $t1, $t1, %pc_lo12(slot)
 *  80 01 00 4c    jr $t0
 *
 * The same as the rows of la64.S, which a test compares. The lower part of an address is negative from half a
 * page on, which the upper part makes up for. */
enum { PAGE_BITS = 12, HALF_PAGE = 0x800 };
#define PCALAU12I_T1 0x1a00000du
#define LD_D_T0      0x28c001acu
#define ADDI_D_T1    0x02c001adu
#define JR_T0        0x4c000180u

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  uintptr_t slot = (uintptr_t)at + (uintptr_t)(intptr_t)distance;
  uint32_t pages = (uint32_t)(((slot + HALF_PAGE) >> PAGE_BITS) - ((uintptr_t)at >> PAGE_BITS));
  uint32_t rest = (uint32_t)slot & ((1u << PAGE_BITS) - 1);
  const uint32_t code[] = {PCALAU12I_T1 | (pages & 0xfffff) << 5, LD_D_T0 | (rest + 8) << 10,
                           ADDI_D_T1 | rest << 10, JR_T0};

  _Static_assert(sizeof code == RS_TRAMPOLINE_BYTES, "it fills its place");
  memcpy(out, code, sizeof code);
  return distance < INT32_MAX - HALF_PAGE;
}

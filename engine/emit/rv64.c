#include "emit/emit.h"

#include <string.h>

/*  auipc t1, %pcrel_hi(slot)          t1, t2: free between a call and its target
 *  addi t1, t1, %pcrel_lo(slot)       negative from half a page on, which the upper part makes up for
 *  83 33 83 00    ld t2, 8(t1)
 *  67 80 03 00    jr t2
 *
 * The same as the rows of rv64.S, which a test compares. */
#define AUIPC_T1 0x00000317u
#define ADDI_T1  0x00030313u
#define LD_T2    0x00833383u
#define JR_T2    0x00038067u

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  uint32_t upper = ((uint32_t)distance + 0x800) & ~0xfffu, lower = (uint32_t)distance << 20;
  const uint32_t code[] = {AUIPC_T1 | upper, ADDI_T1 | lower, LD_T2, JR_T2};

  (void)at;
  _Static_assert(sizeof code == RS_TRAMPOLINE_BYTES, "it fills its place");
  memcpy(out, code, sizeof code);
  return distance <= INT32_MAX - 0x800;
}

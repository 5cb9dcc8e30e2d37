#include "emit/emit.h"

#include <string.h>

/*  e59fc004    ldr ip, [pc, #4]    pc: this instruction + 8; ip: free between a call and its target
 * (AAPCS32, 6.3.1) e08fc00c    add ip, pc, ip      ip: the slot e59cf004    ldr pc, [ip, #4]    changes to
 * Thumb state where the address says so .word slot - .
 *
 * The same as the rows of a32.S, which a test compares. For all CPUs since ARMv5T: later ones could load the
 * distance by movw and movt, in as many bytes. */
enum { WORD_AT = 12 };
#define LDR_IP 0xe59fc004u
#define ADD_IP 0xe08fc00cu
#define LDR_PC 0xe59cf004u

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  const uint32_t code[] = {LDR_IP, ADD_IP, LDR_PC, (uint32_t)distance - WORD_AT};

  (void)at;
  _Static_assert(sizeof code == RS_TRAMPOLINE_BYTES, "fills it");
  memcpy(out, code, sizeof code);
  return true;
}

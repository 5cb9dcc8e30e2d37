#include "emit/emit.h"

#include <string.h>

/*  f3 0f 1e fb         endbr32
 *  e8 00 00 00 00      call 1f         to the next instruction: shadow stacks and return predictors leave it
 * alone 58              1:  popl %eax       eax: carries no argument in any of the conventions 05 rel32 addl
 * $slot - 1b, %eax ff 60 04            jmp *4(%eax)
 *
 * The same as the rows of x86.S, which a test compares; with addresses instead, the table would need to be
 * relocated. The rest traps. */
static const unsigned char trampoline[] = {0xf3, 0x0f, 0x1e, 0xfb, 0xe8, 0, 0,    0,    0,
                                           0x58, 0x05, 0,    0,    0,    0, 0xff, 0x60, 0x04};

enum { DISPLACEMENT_AT = 11, COUNTED_FROM = 9, TRAP = 0xcc /* int3 */ };

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  int32_t displacement = distance - COUNTED_FROM;

  (void)at;
  memset(out, TRAP, RS_TRAMPOLINE_BYTES);
  memcpy(out, trampoline, sizeof trampoline);
  memcpy(out + DISPLACEMENT_AT, &displacement, sizeof displacement);
  return true;
}

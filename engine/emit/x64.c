#include "emit/emit.h"

#include <string.h>

/*  f3 0f 1e fa            endbr64
 *  4c 8d 15 rel32         leaq slot(%rip), %r10     r10: static chain pointer, carries no argument
 *                                                   (AMD64 ABI 1.0, 3.2.1; free in the Windows convention)
 *  41 ff 62 08            jmp *8(%r10)
 *  cc                     int3
 *
 * The same as the rows of x64.S, which a test compares. */
static const unsigned char trampoline[RS_TRAMPOLINE_BYTES] = {0xf3, 0x0f, 0x1e, 0xfa, 0x4c, 0x8d, 0x15, 0,
                                                              0,    0,    0,    0x41, 0xff, 0x62, 0x08, 0xcc};

enum { DISPLACEMENT_AT = 7, NEXT_INSTRUCTION = 11 }; /* rel32 counts from there */

bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance)
{
  int32_t displacement = distance - NEXT_INSTRUCTION;

  (void)at;
  memcpy(out, trampoline, sizeof trampoline);
  memcpy(out + DISPLACEMENT_AT, &displacement, sizeof displacement);
  return true;
}

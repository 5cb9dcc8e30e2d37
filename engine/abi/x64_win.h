/* x64_win.h - the frame of convention x64-win: what rs_call_x64_win loads before the call and stores after
 * it, and rs_entry_x64_win the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes   u32    how many stack words follow the four slots, a multiple of 16
 *     4  vectors       u8     0: no floating-point argument in the first four, no xmm register is loaded
 *     5  floats        u8     bit i: slot i holds a floating-point argument; a closure finds it in xmm i
 *    16  rax                  result, as the next
 *    24  xmm0
 *    32  xmm0 ... xmm3        as a closure received them
 *    64  rbp, return address: where they lie when a closure's entry builds its frame
 *    80  slots 0 to 3         each goes to the integer and to the vector register of its position; for a
 *                             closure this is the shadow space
 *   112  stack words          slots 4, 5, ... as they lie above the shadow space when the call is made */
#ifndef RS_ABI_X64_WIN_H
#define RS_ABI_X64_WIN_H

#define RS_WIN_STACK_BYTES 0
#define RS_WIN_VECTORS     4
#define RS_WIN_FLOATS      5
#define RS_WIN_RAX         16
#define RS_WIN_XMM0        24
#define RS_WIN_RECEIVED    32
#define RS_WIN_SLOTS       80
#define RS_WIN_STACK       112

#define RS_WIN_SHADOW 32

#endif

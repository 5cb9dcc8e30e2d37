/* a64.h - the frame of the conventions a64, a64-apple and a64-win: what rs_call_a64 loads before the call and
 * stores after it, and rs_entry_a64 the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes  u32  how many stack words follow, a multiple of 16
 *     4  vectors      u8   0: no vector register is loaded
 *     5  results      u8   0: none is stored
 *    16  x0 ... x7
 *    80  x8                where a result in memory goes
 *    96  v0 ... v7         16 bytes each: a long double of Linux fills one
 *   224  x0 x1             results, as the next
 *   240  v0 ... v3
 *   304  x29, x30          where they lie when a closure's entry builds its frame below the
 *                        arguments on the stack; a call leaves them alone
 *   320  stack words, as they lie at sp when the call is made */
#ifndef RS_ABI_A64_H
#define RS_ABI_A64_H

#define RS_A64_STACK_BYTES 0
#define RS_A64_VECTORS     4
#define RS_A64_RESULTS     5
#define RS_A64_X           16
#define RS_A64_X8          80
#define RS_A64_V           96
#define RS_A64_RESULT_X    224
#define RS_A64_RESULT_V    240
#define RS_A64_STACK       320

#endif

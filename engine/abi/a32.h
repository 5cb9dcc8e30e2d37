/* a32.h - the frame of the conventions a32-hard and a32-soft: what rs_call_a32 loads before the call and
 * stores after it, and the entry stubs the other way round. Macros only: assembly includes it. Offsets in
 * bytes.
 *
 *     0  stack_bytes  u32  how many stack words follow, a multiple of 16
 *     4  vectors      u8   0: no vector register is loaded
 *     5  results      u8   0: none is stored
 *     8  r0 ... r3
 *    24  s0 ... s15        the same registers as d0 ... d7
 *    88  r0 r1             results, as the next
 *    96  s0 ... s7         d0 ... d3
 *   128  r4, r5, r11, r14  where they lie when a closure's entry builds its frame below the
 *                        arguments on the stack; a call leaves them alone
 *   144  stack words, as they lie at sp when the call is made */
#ifndef RS_ABI_A32_H
#define RS_ABI_A32_H

#define RS_A32_STACK_BYTES 0
#define RS_A32_VECTORS     4
#define RS_A32_RESULTS     5
#define RS_A32_R           8
#define RS_A32_S           24
#define RS_A32_RESULT_R    88
#define RS_A32_RESULT_S    96
#define RS_A32_ENTRY       128
#define RS_A32_STACK       144

#endif

/* ppc64.h - the frame of ppc64-elfv2: what rs_call_ppc64 loads before the call and stores after it, and
 * rs_entry_ppc64 the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes  u32  how many stack words follow, a multiple of 16
 *     4  singles      u16  bit i: f(i + 1) is loaded from the singles
 *     6  vectors      u8   0: no floating-point register is loaded
 *     7  results      u8   0: none is stored; 1: doubles; 2: singles
 *    16  r3 ... r10
 *    80  f1 ... f13        8 bytes each: doubles
 *   184  f1 ... f13        8 bytes each, the first four a single: registers hold it as a double
 *   288  r3 r4             results, as the next
 *   304  f1 ... f8         doubles
 *   368  f1 ... f8         singles
 *   432  the caller's header and save area for r3 to r10, when a closure's entry builds its frame
 *        below the arguments on the stack; a call leaves them alone
 *   528  stack words, as they lie behind the save area when the call is made */
#ifndef RS_ABI_PPC64_H
#define RS_ABI_PPC64_H

#define RS_PPC64_STACK_BYTES 0
#define RS_PPC64_SINGLES     4
#define RS_PPC64_VECTORS     6
#define RS_PPC64_RESULTS     7
#define RS_PPC64_R           16
#define RS_PPC64_F           80
#define RS_PPC64_S           184
#define RS_PPC64_RESULT_R    288
#define RS_PPC64_RESULT_F    304
#define RS_PPC64_RESULT_S    368
#define RS_PPC64_CALLER      432
#define RS_PPC64_STACK       528

#define RS_PPC64_DOUBLE_RESULTS 1
#define RS_PPC64_SINGLE_RESULTS 2

#endif

/* rv64.h - the frame of the conventions rv64-lp64d, rv64-lp64 and la64-lp64d: what rs_call_rv64 and
 * rs_call_la64 load before the call and store after it, and rs_entry_rv64 and rs_entry_la64 the other way
 * round. The two CPUs have the same argument registers. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes     u32  how many stack words follow, a multiple of 16
 *     4  floats          u8   0: no floating-point register is loaded
 *     5  singles         u8   bit n: fa<n> gets a float, which RISC-V extends with ones
 *     6  result singles  u8   the same of fa0 and fa1 when a closure returns
 *    16  a0 ... a7
 *    80  fa0 ... fa7
 *   144  a0 a1              results, as the next
 *   160  fa0 fa1
 *   176  frame pointer, return address: where they lie when a closure's entry builds its frame below the
 *        arguments on the stack; a call leaves them alone
 *   192  stack words, as they lie at sp when the call is made */
#ifndef RS_ABI_RV64_H
#define RS_ABI_RV64_H

#define RS_RV64_STACK_BYTES    0
#define RS_RV64_FLOATS         4
#define RS_RV64_SINGLES        5
#define RS_RV64_RESULT_SINGLES 6
#define RS_RV64_A              16
#define RS_RV64_FA             80
#define RS_RV64_RESULT_A       144
#define RS_RV64_RESULT_FA      160
#define RS_RV64_STACK          192

#endif

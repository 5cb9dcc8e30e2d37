/* x86.h - the frame of all conventions of 32-bit x86: what rs_call_x86 loads before the call and stores after
 * it, and rs_entry_x86 the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes  u32  how many stack words follow, a multiple of 16
 *     4  popped       u32  how many of them the callee removes, a multiple of 4; its low two bits say whether
 *                          the result comes in st(0): 0 no, 1 a float, 2 a double, 3 a long double
 *     8  ecx edx
 *    16  eax edx           results, as the next
 *    24  st(0)             at most 80 bits
 *    40  ebp, return address: where they lie when a closure's entry builds its frame below the arguments on
 *        the stack; a call leaves them alone
 *    48  stack words, as they lie at esp when the call is made */
#ifndef RS_ABI_X86_H
#define RS_ABI_X86_H

#define RS_X86_STACK_BYTES 0
#define RS_X86_POPPED      4
#define RS_X86_ECX         8
#define RS_X86_EDX         12
#define RS_X86_EAX         16
#define RS_X86_RESULT_EDX  20
#define RS_X86_ST0         24
#define RS_X86_RESULTS_END 36
#define RS_X86_STACK       48

/* The low bits of `popped`. */
#define RS_X86_IN_ST0      3
#define RS_X86_FLOAT       1
#define RS_X86_DOUBLE      2
#define RS_X86_LONG_DOUBLE 3

#endif

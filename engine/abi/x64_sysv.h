/* x64_sysv.h - the frame of convention x64-sysv: what rs_call_x64_sysv loads before the call and stores after
 * it, and rs_entry_x64_sysv the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes   u32   how many stack words follow, a multiple of 16
 *     4  vectors       u8    vector registers used, goes to al; with 0 none is loaded
 *     5  x87           u8    1 when the result comes in st(0)
 *    16  rdi rsi rdx rcx r8 r9
 *    64  xmm0 ... xmm7       8 bytes each: no type of ours fills more of one
 *   128  rax rdx             results, as all below
 *   144  xmm0 xmm1
 *   160  st(0)               80 bits
 *   176  rbp, return address: where they lie when a closure's entry builds its frame around the arguments
 *        on the stack; a call leaves them alone
 *   192  stack words, as they lie at rsp when the call is made */
#ifndef RS_ABI_X64_SYSV_H
#define RS_ABI_X64_SYSV_H

#define RS_SYSV_STACK_BYTES 0
#define RS_SYSV_VECTORS     4
#define RS_SYSV_X87         5
#define RS_SYSV_GP          16
#define RS_SYSV_SSE         64
#define RS_SYSV_RAX         128
#define RS_SYSV_RDX         136
#define RS_SYSV_XMM0        144
#define RS_SYSV_XMM1        152
#define RS_SYSV_ST0         160
#define RS_SYSV_STACK       192

/* The largest alignment that a member can ask for (registry.h), which an argument in memory then gets. */
#define RS_SYSV_MAX_ALIGN 64

#endif

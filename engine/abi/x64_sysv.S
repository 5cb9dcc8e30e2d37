/* void rs_call_x64_sysv(void *frame, rs_fn fn);     rdi = frame, rsi = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it.
 * System V ABI, AMD64 Architecture Processor Supplement 1.0, 3.2. Offsets: x64_sysv.h. */
#include "abi/asm.h"
#include "abi/x64_sysv.h"

#if RS_ON_X64 && !RS_ON_WINDOWS

rs_func rs_call_x64_sysv
        rs_enter
        pushq   %rdi                            /* -8(%rbp): the frame, needed after the call */
        pushq   %rsi                            /* keeps rsp a multiple of 16 (3.2.2) */
        movq    %rsi, %r11                      /* r11: fn; no argument travels there */

        movq    RS_SYSV_STACK_BYTES(%rdi), %rax /* the whole header: zero for most calls */
        testq   %rax, %rax
        jz      3f                              /* al is 0, too */
        movl    %eax, %eax
        testl   %eax, %eax
        jz      2f
        subq    %rax, %rsp
        andq    $-RS_SYSV_MAX_ALIGN, %rsp       /* an over-aligned argument counts from here */
        /* From high to low addresses: a stack that is too short meets its guard page first. As wide as the
         * words were written: what the CPU has not stored yet can be loaded only so without a stall. */
1:      movq    RS_SYSV_STACK - 8(%rdi, %rax), %rcx
        movq    %rcx, -8(%rsp, %rax)
        subq    $8, %rax
        jnz     1b

2:      movzbl  RS_SYSV_VECTORS(%rdi), %eax     /* al: upper bound of vector registers used (3.2.3) */
        testl   %eax, %eax
        jz      3f
        movsd   RS_SYSV_SSE + 0(%rdi), %xmm0
        movsd   RS_SYSV_SSE + 8(%rdi), %xmm1
        movsd   RS_SYSV_SSE + 16(%rdi), %xmm2
        movsd   RS_SYSV_SSE + 24(%rdi), %xmm3
        movsd   RS_SYSV_SSE + 32(%rdi), %xmm4
        movsd   RS_SYSV_SSE + 40(%rdi), %xmm5
        movsd   RS_SYSV_SSE + 48(%rdi), %xmm6
        movsd   RS_SYSV_SSE + 56(%rdi), %xmm7

3:      movq    RS_SYSV_GP + 40(%rdi), %r9
        movq    RS_SYSV_GP + 32(%rdi), %r8
        movq    RS_SYSV_GP + 24(%rdi), %rcx
        movq    RS_SYSV_GP + 16(%rdi), %rdx
        movq    RS_SYSV_GP + 8(%rdi), %rsi
        movq    RS_SYSV_GP + 0(%rdi), %rdi
        call    *%r11

        movq    -8(%rbp), %rcx                  /* rcx: the frame; no result travels there */
        movq    %rax, RS_SYSV_RAX(%rcx)
        movq    %rdx, RS_SYSV_RDX(%rcx)
        movsd   %xmm0, RS_SYSV_XMM0(%rcx)
        movsd   %xmm1, RS_SYSV_XMM1(%rcx)
        cmpb    $0, RS_SYSV_X87(%rcx)
        jne     4f
        rs_leave
4:      fstpt   RS_SYSV_ST0(%rcx)               /* pops it: the x87 stack is empty between calls (3.2.1) */
        rs_leave
rs_end rs_call_x64_sysv

/* Where trampolines jump: r10 = the closure's slot (emit.h), arguments as the caller left them. The frame is made
 * around the stack words and what lies below them, so that these are in place. */
rs_func rs_entry_x64_sysv
        rs_enter                                /* rbp: RS_SYSV_STACK - 16 of the frame, a multiple of 16 */
        subq    $RS_SYSV_STACK - 16, %rsp       /* rsp: the frame */
        movq    %rdi, RS_SYSV_GP + 0(%rsp)
        movq    %rsi, RS_SYSV_GP + 8(%rsp)
        movq    %rdx, RS_SYSV_GP + 16(%rsp)
        movq    %rcx, RS_SYSV_GP + 24(%rsp)
        movq    %r8,  RS_SYSV_GP + 32(%rsp)
        movq    %r9,  RS_SYSV_GP + 40(%rsp)
        movsd   %xmm0, RS_SYSV_SSE + 0(%rsp)
        movsd   %xmm1, RS_SYSV_SSE + 8(%rsp)
        movsd   %xmm2, RS_SYSV_SSE + 16(%rsp)
        movsd   %xmm3, RS_SYSV_SSE + 24(%rsp)
        movsd   %xmm4, RS_SYSV_SSE + 32(%rsp)
        movsd   %xmm5, RS_SYSV_SSE + 40(%rsp)
        movsd   %xmm6, RS_SYSV_SSE + 48(%rsp)
        movsd   %xmm7, RS_SYSV_SSE + 56(%rsp)

        movq    (%r10), %rdi                    /* the closure */
        movq    %rsp, %rsi
        call    *(%rdi)                         /* its `run` */

        movq    RS_SYSV_RAX(%rsp), %rax
        movq    RS_SYSV_RDX(%rsp), %rdx
        movsd   RS_SYSV_XMM0(%rsp), %xmm0
        movsd   RS_SYSV_XMM1(%rsp), %xmm1
        cmpb    $0, RS_SYSV_X87(%rsp)
        jne     1f
        rs_leave
1:      fldt    RS_SYSV_ST0(%rsp)
        rs_leave
rs_end rs_entry_x64_sysv

#endif

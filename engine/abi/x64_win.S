/* void rs_call_x64_win(void *frame, rs_fn fn);
 * Loads the four slots into their registers, copies the stack words, calls, stores rax and xmm0 into the frame.
 * Microsoft, "x64 calling convention". Offsets: x64_win.h. Elsewhere than on Windows this function itself is called
 * by the System V convention and calls what gcc and clang name ms_abi. */
#include "abi/asm.h"
#include "abi/x64_win.h"

#if RS_ON_X64

#if RS_ON_WINDOWS
#define FRAME %rcx
#define FN    %rdx
#else
#define FRAME %rdi
#define FN    %rsi
#endif

rs_func rs_call_x64_win
        rs_enter
        pushq   FRAME                           /* -8(%rbp): needed after the call */
        subq    $RS_WIN_SHADOW + 8, %rsp        /* shadow space; rsp is a multiple of 16 again */
        movq    FRAME, %r10
        movq    FN, %r11                        /* neither carries an argument */

        movl    RS_WIN_STACK_BYTES(%r10), %eax
        testl   %eax, %eax
        jz      2f
        subq    %rax, %rsp
1:      movups  RS_WIN_STACK - 16(%r10, %rax), %xmm0
        movaps  %xmm0, RS_WIN_SHADOW - 16(%rsp, %rax)
        subq    $16, %rax
        jnz     1b

        /* The callee takes what its type asks for from either register. For a callee without a prototype and after
         * `...` floating-point values must be in both (Varargs), so that all slots are simply loaded twice. */
2:      cmpb    $0, RS_WIN_VECTORS(%r10)
        je      3f
        movsd   RS_WIN_SLOTS + 0(%r10), %xmm0
        movsd   RS_WIN_SLOTS + 8(%r10), %xmm1
        movsd   RS_WIN_SLOTS + 16(%r10), %xmm2
        movsd   RS_WIN_SLOTS + 24(%r10), %xmm3

3:      movq    RS_WIN_SLOTS + 0(%r10), %rcx
        movq    RS_WIN_SLOTS + 8(%r10), %rdx
        movq    RS_WIN_SLOTS + 16(%r10), %r8
        movq    RS_WIN_SLOTS + 24(%r10), %r9
        call    *%r11

        movq    -8(%rbp), %rcx
        movq    %rax, RS_WIN_RAX(%rcx)
        movsd   %xmm0, RS_WIN_XMM0(%rcx)
        rs_leave
rs_end rs_call_x64_win

/* Where trampolines jump: r10 = the closure's slot (emit.h). The frame is made around the shadow space and the stack
 * words above it, so that these are in place. */
#if !RS_ON_WINDOWS
/* What the closure's `run` may change as a System V function and the caller expects to keep: xmm6 to xmm15, rdi, rsi.
 * ("x64 register usage") */
#define KEPT 176

rs_func rs_entry_x64_win
        rs_enter                                /* rbp: RS_WIN_SLOTS - 16 of the frame, a multiple of 16 */
        subq    $RS_WIN_SLOTS - 16 + KEPT, %rsp /* the frame is at KEPT(%rsp) */
        movq    %rcx, KEPT + RS_WIN_SLOTS + 0(%rsp)
        movq    %rdx, KEPT + RS_WIN_SLOTS + 8(%rsp)
        movq    %r8,  KEPT + RS_WIN_SLOTS + 16(%rsp)
        movq    %r9,  KEPT + RS_WIN_SLOTS + 24(%rsp)
        movsd   %xmm0, KEPT + RS_WIN_RECEIVED + 0(%rsp)
        movsd   %xmm1, KEPT + RS_WIN_RECEIVED + 8(%rsp)
        movsd   %xmm2, KEPT + RS_WIN_RECEIVED + 16(%rsp)
        movsd   %xmm3, KEPT + RS_WIN_RECEIVED + 24(%rsp)
        movaps  %xmm6, 0(%rsp)
        movaps  %xmm7, 16(%rsp)
        movaps  %xmm8, 32(%rsp)
        movaps  %xmm9, 48(%rsp)
        movaps  %xmm10, 64(%rsp)
        movaps  %xmm11, 80(%rsp)
        movaps  %xmm12, 96(%rsp)
        movaps  %xmm13, 112(%rsp)
        movaps  %xmm14, 128(%rsp)
        movaps  %xmm15, 144(%rsp)
        movq    %rdi, 160(%rsp)
        movq    %rsi, 168(%rsp)

        movq    (%r10), %rdi                    /* the closure */
        leaq    KEPT(%rsp), %rsi
        call    *(%rdi)                         /* its `run` */

        movq    KEPT + RS_WIN_RAX(%rsp), %rax
        movsd   KEPT + RS_WIN_XMM0(%rsp), %xmm0
        movaps  0(%rsp), %xmm6
        movaps  16(%rsp), %xmm7
        movaps  32(%rsp), %xmm8
        movaps  48(%rsp), %xmm9
        movaps  64(%rsp), %xmm10
        movaps  80(%rsp), %xmm11
        movaps  96(%rsp), %xmm12
        movaps  112(%rsp), %xmm13
        movaps  128(%rsp), %xmm14
        movaps  144(%rsp), %xmm15
        movq    160(%rsp), %rdi
        movq    168(%rsp), %rsi
        rs_leave
rs_end rs_entry_x64_win
#endif

#endif

/* void rs_call_x64_win(void *frame, rs_fn fn);
 * Loads the four slots into their registers, copies the stack words, calls, stores rax and xmm0 into the frame.
 * Microsoft, "x64 calling convention". Offsets: x64_win.h. Elsewhere than on Windows this function itself is called
 * by the System V convention and calls what gcc and clang name ms_abi. */
#include "abi/asm.h"
#include "abi/x64_win.h"

#if RS_ON_X64

#if RS_ON_WINDOWS
#define FIRST  %rcx
#define SECOND %rdx
#else
#define FIRST  %rdi
#define SECOND %rsi
#endif

rs_func rs_call_x64_win
        rs_enter
        pushq   FIRST                           /* -8(%rbp): needed after the call */
        subq    $RS_WIN_SHADOW + 8, %rsp        /* shadow space; rsp is a multiple of 16 again */
        movq    FIRST, %r10
        movq    SECOND, %r11                    /* neither carries an argument */

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
 * words above it, so that these are in place. Below it lie the shadow space of the closure's `run` or, where that is a
 * System V function, what it may change and the caller expects to keep: xmm6 to xmm15, rdi, rsi. ("x64 register usage") */
#if RS_ON_WINDOWS
#define BELOW RS_WIN_SHADOW
#else
#define BELOW 176
#endif

/* The CFA lies RS_WIN_SLOTS + BELOW above rsp: unwinding restores them, too. */
.macro keep move, register, at
        \move   \register, \at(%rsp)
        .cfi_offset \register, \at - (RS_WIN_SLOTS + BELOW)
.endm

.macro unkeep move, register, at
        \move   \at(%rsp), \register
        .cfi_restore \register
.endm

rs_func rs_entry_x64_win
        rs_enter                                /* rbp: RS_WIN_SLOTS - 16 of the frame, a multiple of 16 */
        subq    $RS_WIN_SLOTS - 16 + BELOW, %rsp /* the frame is at BELOW(%rsp) */
        movq    %rcx, BELOW + RS_WIN_SLOTS + 0(%rsp)
        movq    %rdx, BELOW + RS_WIN_SLOTS + 8(%rsp)
        movq    %r8,  BELOW + RS_WIN_SLOTS + 16(%rsp)
        movq    %r9,  BELOW + RS_WIN_SLOTS + 24(%rsp)
        movsd   %xmm0, BELOW + RS_WIN_RECEIVED + 0(%rsp)
        movsd   %xmm1, BELOW + RS_WIN_RECEIVED + 8(%rsp)
        movsd   %xmm2, BELOW + RS_WIN_RECEIVED + 16(%rsp)
        movsd   %xmm3, BELOW + RS_WIN_RECEIVED + 24(%rsp)
#if !RS_ON_WINDOWS
        keep    movaps, %xmm6, 0
        keep    movaps, %xmm7, 16
        keep    movaps, %xmm8, 32
        keep    movaps, %xmm9, 48
        keep    movaps, %xmm10, 64
        keep    movaps, %xmm11, 80
        keep    movaps, %xmm12, 96
        keep    movaps, %xmm13, 112
        keep    movaps, %xmm14, 128
        keep    movaps, %xmm15, 144
        keep    movq, %rdi, 160
        keep    movq, %rsi, 168
#endif

        movq    (%r10), FIRST                   /* the closure */
        leaq    BELOW(%rsp), SECOND
        call    *(FIRST)                        /* its `run` */

        movq    BELOW + RS_WIN_RAX(%rsp), %rax
        movsd   BELOW + RS_WIN_XMM0(%rsp), %xmm0
#if !RS_ON_WINDOWS
        unkeep  movaps, %xmm6, 0
        unkeep  movaps, %xmm7, 16
        unkeep  movaps, %xmm8, 32
        unkeep  movaps, %xmm9, 48
        unkeep  movaps, %xmm10, 64
        unkeep  movaps, %xmm11, 80
        unkeep  movaps, %xmm12, 96
        unkeep  movaps, %xmm13, 112
        unkeep  movaps, %xmm14, 128
        unkeep  movaps, %xmm15, 144
        unkeep  movq, %rdi, 160
        unkeep  movq, %rsi, 168
#endif
        rs_leave
rs_end rs_entry_x64_win

#endif

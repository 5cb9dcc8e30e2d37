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

#endif

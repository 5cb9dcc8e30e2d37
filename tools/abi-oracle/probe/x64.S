/* x64.S - the probe on x86-64. Integers: rdi, rsi, rdx, rcx, r8, r9, rax. Floats: xmm0 to xmm7, st(0). SHADOW: what a
 * caller leaves free below the words on the stack. */
#include "probe.h"

#ifndef SHADOW
#define SHADOW 0
#endif
#define STATE_ST0 STATE_FLOATS + 8 * 16

        .macro  keep
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $24, %rsp
        movq    %rsp, probe_state + STATE_SAVED
        .endm

        .macro  store_registers
        movq    %rdi, probe_state
        movq    %rsi, probe_state + 8
        movq    %rdx, probe_state + 16
        movq    %rcx, probe_state + 24
        movq    %r8, probe_state + 32
        movq    %r9, probe_state + 40
        movq    %rax, probe_state + 48
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movups  %xmm\n, probe_state + STATE_FLOATS + 16 * \n
        .endr
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        subq    $SHADOW, %rsp
        call    *%rdi
leave:  movq    probe_state + STATE_SAVED, %rsp
        addq    $24, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

        .globl  probe
probe:
        store_registers
        leaq    8 + SHADOW(%rsp), %rax
        movq    %rax, probe_state + STATE_SP
        andq    $-16, %rsp
        call    probe_captured
        jmp     leave

        .globl  probe_invoke
probe_invoke:                           /* rdi: function, rsi: words */
        keep
        subq    $STACK_BYTES, %rsp
        movq    %rdi, %rbx
        movq    %rsp, %rdi
        movl    $STACK_BYTES / 8, %ecx
        rep movsq
        subq    $SHADOW, %rsp
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movups  probe_state + STATE_FLOATS + 16 * \n, %xmm\n
        .endr
        movq    probe_state, %rdi
        movq    probe_state + 8, %rsi
        movq    probe_state + 16, %rdx
        movq    probe_state + 24, %rcx
        movq    probe_state + 32, %r8
        movq    probe_state + 40, %r9
        movq    probe_state + 48, %rax
        call    *%rbx
        store_registers
        leaq    SHADOW(%rsp), %rax
        movq    %rax, probe_state + STATE_SP
        fxam
        fnstsw  %ax
        andl    $0x4500, %eax
        cmpl    $0x4100, %eax           /* st(0) is empty */
        je      leave
        fstpt   probe_state + STATE_ST0
        jmp     leave

#if SHADOW
        .globl  probe_memcpy            /* what code for Windows calls: rcx, rdx, r8 */
probe_memcpy:
        movq    %rcx, %rax
        pushq   %rdi
        pushq   %rsi
        movq    %rcx, %rdi
        movq    %rdx, %rsi
        movq    %r8, %rcx
        rep movsb
        popq    %rsi
        popq    %rdi
        ret
#endif

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

/* x86.S - the probe on 32-bit x86. Integers: ecx, edx, eax. Floats: st(0) as a long double, a double and a float. */
#include "probe.h"

        .macro  keep                    /* the caller's esp is in ebp then */
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        pushl   %ebp
        movl    %esp, %ebp
        andl    $-16, %esp
        subl    $16, %esp
        movl    %ebp, (%esp)
        movl    %esp, probe_state + STATE_SAVED
        .endm

        .macro  store_registers
        movl    %ecx, probe_state
        movl    %edx, probe_state + 4
        movl    %eax, probe_state + 8
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        call    *20(%ebp)
leave:  movl    probe_state + STATE_SAVED, %esp
        movl    (%esp), %esp
        popl    %ebp
        popl    %edi
        popl    %esi
        popl    %ebx
        ret

        .globl  probe
probe:
        store_registers
        leal    4(%esp), %eax
        movl    %eax, probe_state + STATE_SP
        andl    $-16, %esp
        call    probe_captured
        jmp     leave

        .globl  probe_invoke
probe_invoke:                           /* 20(%ebp): function, 24(%ebp): words */
        keep
        subl    $STACK_BYTES, %esp
        movl    24(%ebp), %esi
        movl    %esp, %edi
        movl    $STACK_BYTES / 4, %ecx
        rep movsl
        movl    20(%ebp), %ebx
        movl    probe_state, %ecx
        movl    probe_state + 4, %edx
        movl    probe_state + 8, %eax
        call    *%ebx
        store_registers
        movl    %esp, probe_state + STATE_SP
        fxam
        fnstsw  %ax
        andl    $0x4500, %eax
        cmpl    $0x4100, %eax           /* st(0) is empty */
        je      leave
        fsts    probe_state + STATE_FLOATS + 32
        fstl    probe_state + STATE_FLOATS + 16
        fstpt   probe_state + STATE_FLOATS
        jmp     leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

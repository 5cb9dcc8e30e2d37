/* a32.S - the probe on 32-bit Arm. Integers: r0 to r3. Floats: s0 to s15. */
#include "probe.h"

        .syntax unified
        .arm
        .fpu    vfpv3-d16

        .macro  keep
        push    {r4-r11, lr}
        sub     sp, sp, #4
        vpush   {d8-d15}
        ldr     r12, =probe_state
        str     sp, [r12, #STATE_SAVED]
        .endm

        .macro  store_registers
        ldr     r12, =probe_state
        str     sp, [r12, #STATE_SP]
        stmia   r12, {r0-r3}
        add     r12, r12, #STATE_FLOATS
        vstmia  r12, {d0-d7}
        .endm

        .text
        .globl  probe_enter
        .type   probe_enter, %function
probe_enter:
        keep
        blx     r0
leave:  ldr     r12, =probe_state
        ldr     sp, [r12, #STATE_SAVED]
        vpop    {d8-d15}
        add     sp, sp, #4
        pop     {r4-r11, pc}

        .globl  probe
        .type   probe, %function
probe:
        store_registers
        bl      probe_captured
        b       leave

        .globl  probe_invoke
        .type   probe_invoke, %function
probe_invoke:                           /* r0: function, r1: words */
        keep
        mov     r4, r0
        sub     sp, sp, #STACK_BYTES
        mov     r2, #0
1:      ldr     r3, [r1, r2]
        str     r3, [sp, r2]
        add     r2, r2, #4
        cmp     r2, #STACK_BYTES
        blo     1b
        add     r0, r12, #STATE_FLOATS
        vldmia  r0, {d0-d7}
        ldmia   r12, {r0-r3}
        blx     r4
        store_registers
        b       leave

        .ltorg
        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

/* a64.S - the probe on 64-bit Arm. Integers: x0 to x8. Floats: v0 to v7. */
#include "probe.h"

        .macro  address register, symbol
        adrp    \register, \symbol
        add     \register, \register, :lo12:\symbol
        .endm

        .macro  keep
        stp     x29, x30, [sp, #-176]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        address x9, probe_state
        mov     x10, sp
        str     x10, [x9, #STATE_SAVED]
        .endm

        .macro  store_registers         /* x17: the state */
        stp     x0, x1, [x17]
        stp     x2, x3, [x17, #16]
        stp     x4, x5, [x17, #32]
        stp     x6, x7, [x17, #48]
        str     x8, [x17, #64]
        stp     q0, q1, [x17, #STATE_FLOATS]
        stp     q2, q3, [x17, #STATE_FLOATS + 32]
        stp     q4, q5, [x17, #STATE_FLOATS + 64]
        stp     q6, q7, [x17, #STATE_FLOATS + 96]
        mov     x9, sp
        str     x9, [x17, #STATE_SP]
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        blr     x0
leave:  address x9, probe_state
        ldr     x10, [x9, #STATE_SAVED]
        mov     sp, x10
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     d8, d9, [sp, #96]
        ldp     d10, d11, [sp, #112]
        ldp     d12, d13, [sp, #128]
        ldp     d14, d15, [sp, #144]
        ldp     x29, x30, [sp], #176
        ret

        .globl  probe
probe:
        address x17, probe_state
        store_registers
        bl      probe_captured
        b       leave

        .globl  probe_invoke
probe_invoke:                           /* x0: function, x1: words */
        keep
        mov     x16, x0
        sub     sp, sp, #STACK_BYTES
        mov     x3, #0
1:      ldr     x4, [x1, x3]
        str     x4, [sp, x3]
        add     x3, x3, #8
        cmp     x3, #STACK_BYTES
        b.lo    1b
        address x17, probe_state
        ldp     q0, q1, [x17, #STATE_FLOATS]
        ldp     q2, q3, [x17, #STATE_FLOATS + 32]
        ldp     q4, q5, [x17, #STATE_FLOATS + 64]
        ldp     q6, q7, [x17, #STATE_FLOATS + 96]
        ldr     x8, [x17, #64]
        ldp     x0, x1, [x17]
        ldp     x2, x3, [x17, #16]
        ldp     x4, x5, [x17, #32]
        ldp     x6, x7, [x17, #48]
        blr     x16
        address x17, probe_state
        store_registers
        b       leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

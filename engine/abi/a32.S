/* void rs_call_a32(void *frame, rs_fn fn);     r0 = frame, r1 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it: for both
 * conventions, which differ in where the planner puts things. AAPCS32 2023Q3, 6. Offsets: a32.h. In Arm state, also
 * where C is compiled for Thumb; blx, and a load of pc, change to the state that the address asks for. */
#include "abi/asm.h"
#include "abi/a32.h"

#if RS_ON_A32

        .fpu    vfpv3-d16

rs_func rs_call_a32
        rs_enter
        mov     r4, r0                          /* the frame, needed after the call */
        mov     r5, r1

        ldr     r2, [r0, #RS_A32_STACK_BYTES]
        add     r3, r0, #RS_A32_STACK
        add     r2, r2, r3
        b       2f
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      ldmdb   r2!, {r0, r1, ip, lr}
        push    {r0, r1, ip, lr}
2:      cmp     r2, r3
        bne     1b

        ldrb    r2, [r4, #RS_A32_VECTORS]
        cmp     r2, #0
        beq     3f
        add     r3, r4, #RS_A32_S
        vldmia  r3, {d0-d7}

3:      add     r3, r4, #RS_A32_R
        ldm     r3, {r0-r3}
        blx     r5

        add     ip, r4, #RS_A32_RESULT_R
        stm     ip, {r0, r1}
        ldrb    r2, [r4, #RS_A32_RESULTS]
        cmp     r2, #0
        beq     4f
        add     ip, r4, #RS_A32_RESULT_S
        vstmia  ip, {d0-d3}
4:      rs_leave
rs_end rs_call_a32

/* Where trampolines jump: ip (r12) = the closure's slot (emit.h), arguments as the caller left them. The frame is made
 * below the stack words and the saved registers, so that these are in place. The vector registers are those of
 * a32-hard: a32-soft has no use for them, and its CPU may not have them. */
.macro rs_entry name, vectors
rs_func \name
        rs_enter                                /* fp: RS_A32_ENTRY of the frame */
        sub     sp, sp, #RS_A32_ENTRY           /* sp: the frame */
        add     lr, sp, #RS_A32_R
        stm     lr, {r0-r3}
.if \vectors
        add     lr, sp, #RS_A32_S
        vstmia  lr, {d0-d7}
.endif

        ldr     r0, [ip]                        /* the closure */
        mov     r1, sp
        ldr     r2, [r0]                        /* its `run` */
        blx     r2

        add     ip, sp, #RS_A32_RESULT_R
        ldm     ip, {r0, r1}
.if \vectors
        add     ip, sp, #RS_A32_RESULT_S
        vldmia  ip, {d0-d3}
.endif
        rs_leave
rs_end \name
.endm

rs_entry rs_entry_a32_soft, 0
rs_entry rs_entry_a32_hard, 1

#endif

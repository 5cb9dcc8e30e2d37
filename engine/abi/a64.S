/* void rs_call_a64(void *frame, rs_fn fn);     x0 = frame, x1 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it: for all
 * conventions of the CPU, which differ in where the planner puts things. AAPCS64 2023Q3, 6. Offsets: a64.h. */
#include "abi/asm.h"
#include "abi/a64.h"

#if RS_ON_A64

rs_func rs_call_a64
        rs_enter 32
        str     x19, [sp, #16]
        rs_saved x19, 16
        rs_entered
        mov     x19, x0                         /* the frame, needed after the call */
        mov     x16, x1                         /* no argument travels there */

        ldr     w10, [x0, #RS_A64_STACK_BYTES]
        cbz     w10, 2f
        sub     sp, sp, x10
        mov     x11, sp
        add     x12, x0, #RS_A64_STACK
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      sub     x10, x10, #16
        ldr     q16, [x12, x10]
        str     q16, [x11, x10]
        cbnz    x10, 1b

2:      ldrb    w10, [x0, #RS_A64_VECTORS]
        cbz     w10, 3f
        ldp     q0, q1, [x0, #RS_A64_V + 0]
        ldp     q2, q3, [x0, #RS_A64_V + 32]
        ldp     q4, q5, [x0, #RS_A64_V + 64]
        ldp     q6, q7, [x0, #RS_A64_V + 96]

3:      ldr     x8, [x0, #RS_A64_X8]
        ldp     x6, x7, [x0, #RS_A64_X + 48]
        ldp     x4, x5, [x0, #RS_A64_X + 32]
        ldp     x2, x3, [x0, #RS_A64_X + 16]
        ldp     x0, x1, [x0, #RS_A64_X + 0]
        blr     x16

        stp     x0, x1, [x19, #RS_A64_RESULT_X]
        ldrb    w10, [x19, #RS_A64_RESULTS]
        cbz     w10, 4f
        stp     q0, q1, [x19, #RS_A64_RESULT_V + 0]
        stp     q2, q3, [x19, #RS_A64_RESULT_V + 32]
4:      mov     sp, x29
        ldr     x19, [sp, #16]
        rs_restored x19
        rs_leave 32
rs_end rs_call_a64

/* Where trampolines jump: x17 = the closure's slot (emit.h), arguments as the caller left them. The frame is made below
 * the stack words and the frame record, so that these are in place. */
rs_func rs_entry_a64
        rs_enter 16
        rs_entered                              /* x29: RS_A64_STACK - 16 of the frame, a multiple of 16 */
        sub     sp, sp, #RS_A64_STACK - 16      /* sp: the frame */
        stp     x0, x1, [sp, #RS_A64_X + 0]
        stp     x2, x3, [sp, #RS_A64_X + 16]
        stp     x4, x5, [sp, #RS_A64_X + 32]
        stp     x6, x7, [sp, #RS_A64_X + 48]
        str     x8, [sp, #RS_A64_X8]
        stp     q0, q1, [sp, #RS_A64_V + 0]
        stp     q2, q3, [sp, #RS_A64_V + 32]
        stp     q4, q5, [sp, #RS_A64_V + 64]
        stp     q6, q7, [sp, #RS_A64_V + 96]

        ldr     x0, [x17]                       /* the closure */
        mov     x1, sp
        ldr     x9, [x0]                        /* its `run` */
        blr     x9

        ldp     x0, x1, [sp, #RS_A64_RESULT_X]
        ldp     q0, q1, [sp, #RS_A64_RESULT_V + 0]
        ldp     q2, q3, [sp, #RS_A64_RESULT_V + 32]
        mov     sp, x29
        rs_leave 16
rs_end rs_entry_a64

#endif

/* s390x.S - the probe on z/Architecture. Integers: r2 to r6. Floats: f0, f2, f4, f6. */
#include "probe.h"

#define HEADER 160 /* the register save area: the words on the stack lie behind it */

        .macro  each_kept float
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        \float  %f\n, HEADER + 8 * (\n - 8)(%r15)
        .endr
        .endm

        .macro  each_argument integers, float     /* r1: the state */
        \float  %f0, STATE_FLOATS(%r1)
        \float  %f2, STATE_FLOATS + 8(%r1)
        \float  %f4, STATE_FLOATS + 16(%r1)
        \float  %f6, STATE_FLOATS + 24(%r1)
        \integers %r2, %r6, 0(%r1)
        .endm

        .macro  keep
        stmg    %r6, %r15, 48(%r15)
        aghi    %r15, -(HEADER + 64)
        each_kept std
        larl    %r1, probe_state
        stg     %r15, STATE_SAVED(%r1)
        .endm

        .macro  store_registers
        larl    %r1, probe_state
        each_argument stmg, std
        lgr     %r0, %r15
        aghi    %r0, HEADER
        stg     %r0, STATE_SP(%r1)
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        basr    %r14, %r2
leave:  larl    %r1, probe_state
        lg      %r15, STATE_SAVED(%r1)
        each_kept ld
        aghi    %r15, HEADER + 64
        lmg     %r6, %r15, 48(%r15)
        br      %r14

        .globl  probe
probe:
        store_registers
        aghi    %r15, -HEADER
        brasl   %r14, probe_captured
        j       leave

        .globl  probe_invoke
probe_invoke:                           /* r2: function, r3: words */
        keep
        lgr     %r7, %r2
        aghi    %r15, -(HEADER + STACK_BYTES)
        lghi    %r4, 0
1:      lg      %r5, 0(%r4, %r3)
        stg     %r5, HEADER(%r4, %r15)
        aghi    %r4, 8
        cghi    %r4, STACK_BYTES
        jl      1b
        each_argument lmg, ld
        basr    %r14, %r7
        store_registers
        j       leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

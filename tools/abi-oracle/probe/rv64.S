/* rv64.S - the probe on 64-bit RISC-V. Integers: a0 to a7. Floats: fa0 to fa7. */
#include "probe.h"

        .macro  each_kept integer, float  /* what a callee preserves, also of another variant of the convention */
        \integer ra, 0(sp)
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        \integer s\n, 8 + 8 * \n(sp)
        \float fs\n, 104 + 8 * \n(sp)
        .endr
        .endm

        .macro  each_argument integer, float      /* t0: the state */
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        \integer a\n, 8 * \n(t0)
        \float fa\n, STATE_FLOATS + 8 * \n(t0)
        .endr
        .endm

        .macro  keep
        addi    sp, sp, -208
        each_kept sd, fsd
        la      t0, probe_state
        sd      sp, STATE_SAVED(t0)
        .endm

        .macro  store_registers
        la      t0, probe_state
        each_argument sd, fsd
        sd      sp, STATE_SP(t0)
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        jalr    a0
leave:  la      t0, probe_state
        ld      sp, STATE_SAVED(t0)
        each_kept ld, fld
        addi    sp, sp, 208
        ret

        .globl  probe
probe:
        store_registers
        call    probe_captured
        j       leave

        .globl  probe_invoke
probe_invoke:                           /* a0: function, a1: words */
        keep
        mv      t1, a0
        addi    sp, sp, -STACK_BYTES
        mv      t2, sp
        addi    t3, sp, STACK_BYTES
1:      ld      t4, 0(a1)
        sd      t4, 0(t2)
        addi    a1, a1, 8
        addi    t2, t2, 8
        bltu    t2, t3, 1b
        each_argument ld, fld
        jalr    t1
        store_registers
        j       leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

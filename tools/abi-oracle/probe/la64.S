/* la64.S - the probe on 64-bit LoongArch. Integers: a0 to a7. Floats: fa0 to fa7. */
#include "probe.h"

        .macro  each_kept integer, float
        \integer $ra, $sp, 0
        \integer $fp, $sp, 8
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8
        \integer $s\n, $sp, 16 + 8 * \n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        \float $fs\n, $sp, 88 + 8 * \n
        .endr
        .endm

        .macro  each_argument integer, float      /* t0: the state */
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        \integer $a\n, $t0, 8 * \n
        \float $fa\n, $t0, STATE_FLOATS + 8 * \n
        .endr
        .endm

        .macro  keep
        addi.d  $sp, $sp, -160
        each_kept st.d, fst.d
        la.local $t0, probe_state
        st.d    $sp, $t0, STATE_SAVED
        .endm

        .macro  store_registers
        la.local $t0, probe_state
        each_argument st.d, fst.d
        st.d    $sp, $t0, STATE_SP
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        jirl    $ra, $a0, 0
leave:  la.local $t0, probe_state
        ld.d    $sp, $t0, STATE_SAVED
        each_kept ld.d, fld.d
        addi.d  $sp, $sp, 160
        jr      $ra

        .globl  probe
probe:
        store_registers
        bl      probe_captured
        b       leave

        .globl  probe_invoke
probe_invoke:                           /* a0: function, a1: words */
        keep
        move    $t1, $a0
        addi.d  $sp, $sp, -STACK_BYTES
        move    $t2, $sp
        addi.d  $t3, $sp, STACK_BYTES
1:      ld.d    $t4, $a1, 0
        st.d    $t4, $t2, 0
        addi.d  $a1, $a1, 8
        addi.d  $t2, $t2, 8
        bltu    $t2, $t3, 1b
        each_argument ld.d, fld.d
        jirl    $ra, $t1, 0
        store_registers
        b       leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

/* void rs_call_la64(void *frame, rs_fn fn);     a0 = frame, a1 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it. Procedure Call
 * Standard for the LoongArch Architecture 20231219, "Subroutine Calling Sequence". Offsets: rv64.h. */
#include "abi/asm.h"
#include "abi/rv64.h"

#if RS_ON_LA64

rs_func rs_call_la64
        rs_enter 32
        st.d    $s0, $sp, 8
        rs_saved 23, 8
        rs_entered 32
        move    $s0, $a0                        /* the frame, needed after the call */
        move    $t1, $a1                        /* no argument travels there */

        ld.wu   $t3, $a0, RS_RV64_STACK_BYTES
        beqz    $t3, 2f
        sub.d   $sp, $sp, $t3
        addi.d  $t4, $a0, RS_RV64_STACK
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      addi.d  $t3, $t3, -16
        add.d   $t5, $t4, $t3
        add.d   $t6, $sp, $t3
        ld.d    $t0, $t5, 8
        ld.d    $t2, $t5, 0
        st.d    $t0, $t6, 8
        st.d    $t2, $t6, 0
        bnez    $t3, 1b

2:      ld.bu   $t3, $a0, RS_RV64_FLOATS
        beqz    $t3, 3f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        fld.d   $fa\n, $a0, RS_RV64_FA + 8 * \n
        .endr

3:      .irp    n, 7, 6, 5, 4, 3, 2, 1, 0
        ld.d    $a\n, $a0, RS_RV64_A + 8 * \n
        .endr
        jirl    $ra, $t1, 0

        st.d    $a0, $s0, RS_RV64_RESULT_A + 0
        st.d    $a1, $s0, RS_RV64_RESULT_A + 8
        fst.d   $fa0, $s0, RS_RV64_RESULT_FA + 0
        fst.d   $fa1, $s0, RS_RV64_RESULT_FA + 8
        addi.d  $sp, $fp, -32
        ld.d    $s0, $sp, 8
        rs_restored 23
        rs_leave 32
rs_end rs_call_la64

/* Where trampolines jump: t1 = the closure's slot (emit.h), arguments as the caller left them. The frame is made below
 * the stack words and the frame record, so that these are in place. */
rs_func rs_entry_la64
        rs_enter RS_RV64_STACK                  /* sp: the frame */
        rs_entered RS_RV64_STACK
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        st.d    $a\n, $sp, RS_RV64_A + 8 * \n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        fst.d   $fa\n, $sp, RS_RV64_FA + 8 * \n
        .endr

        ld.d    $a0, $t1, 0                     /* the closure */
        move    $a1, $sp
        ld.d    $t1, $a0, 0                     /* its `run` */
        jirl    $ra, $t1, 0

        ld.d    $a0, $sp, RS_RV64_RESULT_A + 0
        ld.d    $a1, $sp, RS_RV64_RESULT_A + 8
        fld.d   $fa0, $sp, RS_RV64_RESULT_FA + 0
        fld.d   $fa1, $sp, RS_RV64_RESULT_FA + 8
        rs_leave RS_RV64_STACK
rs_end rs_entry_la64

#endif

/* void rs_call_rv64(void *frame, rs_fn fn);     a0 = frame, a1 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it. RISC-V ELF
 * psABI specification 1.0, "Procedure Calling Convention". Offsets: rv64.h. */
#include "abi/asm.h"
#include "abi/rv64.h"

#if RS_ON_RV64

rs_func rs_call_rv64
        rs_enter 32
        sd      s1, 8(sp)
        rs_saved s1, 8
        rs_entered 32
        mv      s1, a0                          /* the frame, needed after the call */
        mv      t1, a1                          /* no argument travels there */

        lwu     t3, RS_RV64_STACK_BYTES(a0)
        beqz    t3, 2f
        sub     sp, sp, t3
        addi    t4, a0, RS_RV64_STACK
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      addi    t3, t3, -16
        add     t5, t4, t3
        add     t6, sp, t3
        ld      t0, 8(t5)
        ld      t2, 0(t5)
        sd      t0, 8(t6)
        sd      t2, 0(t6)
        bnez    t3, 1b

2:      lbu     t3, RS_RV64_FLOATS(a0)
        beqz    t3, 3f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        fld     fa\n, RS_RV64_FA + 8 * \n(a0)
        .endr
        lbu     t3, RS_RV64_SINGLES(a0)
        beqz    t3, 3f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        andi    t4, t3, 1 << \n
        beqz    t4, 4f
        flw     fa\n, RS_RV64_FA + 8 * \n(a0)   /* sets the upper half to ones */
4:
        .endr

3:      .irp    n, 7, 6, 5, 4, 3, 2, 1, 0
        ld      a\n, RS_RV64_A + 8 * \n(a0)
        .endr
        jalr    t1

        sd      a0, RS_RV64_RESULT_A + 0(s1)
        sd      a1, RS_RV64_RESULT_A + 8(s1)
        fsd     fa0, RS_RV64_RESULT_FA + 0(s1)
        fsd     fa1, RS_RV64_RESULT_FA + 8(s1)
        addi    sp, s0, -32
        ld      s1, 8(sp)
        rs_restored s1
        rs_leave 32
rs_end rs_call_rv64

/* The same for functions of rv64-lp64, which preserve no floating-point register. */
rs_func rs_call_rv64_soft
        rs_enter 112
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        fsd     fs\n, 8 * \n(sp)
        rs_saved fs\n, 8 * \n
        .endr
        rs_entered 112
        call    rs_call_rv64
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        fld     fs\n, 8 * \n(sp)
        rs_restored fs\n
        .endr
        rs_leave 112
rs_end rs_call_rv64_soft

/* Where trampolines jump: t1 = the closure's slot (emit.h), arguments as the caller left them. The frame is made below
 * the stack words and the frame record, so that these are in place. */
rs_func rs_entry_rv64
        rs_enter RS_RV64_STACK                  /* sp: the frame */
        rs_entered RS_RV64_STACK
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        sd      a\n, RS_RV64_A + 8 * \n(sp)
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        fsd     fa\n, RS_RV64_FA + 8 * \n(sp)
        .endr

        ld      a0, 0(t1)                       /* the closure */
        mv      a1, sp
        ld      t1, 0(a0)                       /* its `run` */
        jalr    t1

        ld      a0, RS_RV64_RESULT_A + 0(sp)
        ld      a1, RS_RV64_RESULT_A + 8(sp)
        fld     fa0, RS_RV64_RESULT_FA + 0(sp)
        fld     fa1, RS_RV64_RESULT_FA + 8(sp)
        lbu     t3, RS_RV64_RESULT_SINGLES(sp)
        beqz    t3, 2f
        andi    t4, t3, 1
        beqz    t4, 1f
        flw     fa0, RS_RV64_RESULT_FA + 0(sp)
1:      andi    t4, t3, 2
        beqz    t4, 2f
        flw     fa1, RS_RV64_RESULT_FA + 8(sp)
2:      rs_leave RS_RV64_STACK
rs_end rs_entry_rv64

#endif

/* void rs_call_s390x(void *frame, rs_fn fn);     r2 = frame, r3 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it. ELF ABI,
 * s390x Supplement 1.6.1, "Function-Calling Sequence". Offsets: s390x.h. */
#include "abi/asm.h"
#include "abi/s390x.h"

#if RS_ON_S390X

#define SAVE_AREA 160                           /* "The Stack Frame": where the callee saves registers */

.macro rs_save_all                              /* r6 to r15, each at 8 times its number */
        stmg    %r6, %r15, 48(%r15)
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_offset %r\n, 8 * \n - SAVE_AREA
        .endr
.endm

.macro rs_restore_all from, at
        lmg     %r6, %r15, \at + 48(\from)
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_restore %r\n
        .endr
        .cfi_def_cfa %r15, SAVE_AREA
.endm

rs_func rs_call_s390x
        rs_save_all
        lgr     %r11, %r15
        .cfi_def_cfa_register %r11
        lgr     %r7, %r2                        /* the frame, needed after the call */
        lgr     %r1, %r3                        /* no argument travels there */

        aghi    %r15, -SAVE_AREA
        llgf    %r5, RS_S390X_STACK_BYTES(%r2)
        ltgr    %r5, %r5
        jz      2f
        sgr     %r15, %r5
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      aghi    %r5, -16
        la      %r3, RS_S390X_STACK(%r5, %r2)
        la      %r4, SAVE_AREA(%r5, %r15)
        mvc     0(16, %r4), 0(%r3)
        ltgr    %r5, %r5
        jnz     1b

2:      ld      %f0, RS_S390X_F + 0(%r7)
        ld      %f2, RS_S390X_F + 8(%r7)
        ld      %f4, RS_S390X_F + 16(%r7)
        ld      %f6, RS_S390X_F + 24(%r7)
        lmg     %r2, %r6, RS_S390X_R(%r7)
        basr    %r14, %r1

        stg     %r2, RS_S390X_RESULT_R(%r7)
        std     %f0, RS_S390X_RESULT_F(%r7)
        rs_restore_all %r11, 0
        br      %r14
rs_end rs_call_s390x

/* Where trampolines jump: r0 = the closure's slot (emit.h), arguments as the caller left them. The frame ends with the
 * caller's save area, so that the stack words are in place. r6 carries an argument that the caller expects back. */
#define ENTRY_BYTES (SAVE_AREA + RS_S390X_CALLER)

rs_func rs_entry_s390x
        rs_save_all
        aghi    %r15, -ENTRY_BYTES
        .cfi_def_cfa_offset SAVE_AREA + ENTRY_BYTES
        stmg    %r2, %r6, SAVE_AREA + RS_S390X_R(%r15)
        std     %f0, SAVE_AREA + RS_S390X_F + 0(%r15)
        std     %f2, SAVE_AREA + RS_S390X_F + 8(%r15)
        std     %f4, SAVE_AREA + RS_S390X_F + 16(%r15)
        std     %f6, SAVE_AREA + RS_S390X_F + 24(%r15)

        lgr     %r1, %r0
        lg      %r2, 0(%r1)                     /* the closure */
        la      %r3, SAVE_AREA(%r15)            /* the frame */
        lg      %r1, 0(%r2)                     /* the closure's `run` */
        basr    %r14, %r1

        lg      %r2, SAVE_AREA + RS_S390X_RESULT_R(%r15)
        ld      %f0, SAVE_AREA + RS_S390X_RESULT_F(%r15)
        rs_restore_all %r15, ENTRY_BYTES
        br      %r14
rs_end rs_entry_s390x

#endif

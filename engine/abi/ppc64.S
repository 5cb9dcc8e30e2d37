/* void rs_call_ppc64(void *frame, rs_fn fn);     r3 = frame, r4 = fn
 * Loads the argument registers and stack words from the frame, calls, stores the result registers into it. 64-Bit ELF
 * V2 ABI, revision 1.5, "Function Calling Sequence". Offsets: ppc64.h. */
#include "abi/asm.h"
#include "abi/ppc64.h"

#if RS_ON_PPC64

        .abiversion 2

#define HEADER    32                            /* "The Stack Frame": back chain, CR, LR, TOC pointer */
#define SAVE_AREA 64                            /* for r3 to r10 of the callee */
#define LR_AT     16
#define TOC_AT    24

.macro rs_f1_to_f8 instruction, base, register
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8
        \instruction %f\n, \base - 8 + 8 * \n(\register)
        .endr
.endm

.macro rs_f1_to_f13 instruction, base, register
        rs_f1_to_f8 \instruction, \base, \register
        .irp    n, 9, 10, 11, 12, 13
        \instruction %f\n, \base - 8 + 8 * \n(\register)
        .endr
.endm

rs_func rs_call_ppc64
        mflr    %r0
        std     %r0, LR_AT(%r1)
        .cfi_offset lr, LR_AT
        std     %r31, -8(%r1)                   /* in the red zone ("Protected Zone") */
        .cfi_offset %r31, -8
        std     %r30, -16(%r1)
        .cfi_offset %r30, -16
        mr      %r31, %r1
        .cfi_def_cfa_register %r31
        stdu    %r1, -(HEADER + SAVE_AREA + 16)(%r1)
        mr      %r30, %r3                       /* the frame, needed after the call */
        mr      %r12, %r4                       /* a function finds its own address there ("Function Prologue") */

        lwz     %r10, RS_PPC64_STACK_BYTES(%r3)
        cmpldi  %r10, 0
        beq     2f
        subf    %r1, %r10, %r1
        addi    %r11, %r1, HEADER + SAVE_AREA
        addi    %r9, %r3, RS_PPC64_STACK
        /* From high to low addresses: a stack that is too short meets its guard page first. */
1:      addi    %r10, %r10, -16
        add     %r7, %r9, %r10
        add     %r8, %r11, %r10
        ld      %r5, 8(%r7)
        ld      %r6, 0(%r7)
        std     %r5, 8(%r8)
        std     %r6, 0(%r8)
        cmpldi  %r10, 0
        bne     1b
        std     %r31, 0(%r1)                    /* the back chain */

2:      std     %r2, TOC_AT(%r1)
        lbz     %r10, RS_PPC64_VECTORS(%r30)
        cmpldi  %r10, 0
        beq     4f
        rs_f1_to_f13 lfd, RS_PPC64_F, %r30
        lhz     %r10, RS_PPC64_SINGLES(%r30)
        cmpldi  %r10, 0
        beq     4f
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        andi.   %r0, %r10, 1 << (\n - 1)
        beq     3f
        lfs     %f\n, RS_PPC64_S - 8 + 8 * \n(%r30)
3:
        .endr

4:      mtctr   %r12
        ld      %r3, RS_PPC64_R + 0(%r30)
        ld      %r4, RS_PPC64_R + 8(%r30)
        ld      %r5, RS_PPC64_R + 16(%r30)
        ld      %r6, RS_PPC64_R + 24(%r30)
        ld      %r7, RS_PPC64_R + 32(%r30)
        ld      %r8, RS_PPC64_R + 40(%r30)
        ld      %r9, RS_PPC64_R + 48(%r30)
        ld      %r10, RS_PPC64_R + 56(%r30)
        bctrl
        ld      %r2, TOC_AT(%r1)                /* unwinders look for this very instruction */

        std     %r3, RS_PPC64_RESULT_R + 0(%r30)
        std     %r4, RS_PPC64_RESULT_R + 8(%r30)
        lbz     %r10, RS_PPC64_RESULTS(%r30)
        cmpldi  %r10, RS_PPC64_DOUBLE_RESULTS
        blt     6f
        bgt     5f
        rs_f1_to_f8 stfd, RS_PPC64_RESULT_F, %r30
        b       6f
5:      rs_f1_to_f8 stfs, RS_PPC64_RESULT_S, %r30
6:      mr      %r1, %r31
        .cfi_def_cfa_register %r1
        ld      %r0, LR_AT(%r1)
        mtlr    %r0
        .cfi_restore lr
        ld      %r30, -16(%r1)
        .cfi_restore %r30
        ld      %r31, -8(%r1)
        .cfi_restore %r31
        blr
rs_end rs_call_ppc64

/* Where trampolines jump: r11 = the closure's slot (emit.h), arguments as the caller left them. The frame ends with the
 * caller's, so that the stack words are in place. */
#define ENTRY_BYTES (HEADER + RS_PPC64_CALLER)

rs_func rs_entry_ppc64
        mflr    %r0
        std     %r0, LR_AT(%r1)
        .cfi_offset lr, LR_AT
        stdu    %r1, -ENTRY_BYTES(%r1)
        .cfi_def_cfa_offset ENTRY_BYTES
        std     %r2, TOC_AT(%r1)
        std     %r3, HEADER + RS_PPC64_R + 0(%r1)
        std     %r4, HEADER + RS_PPC64_R + 8(%r1)
        std     %r5, HEADER + RS_PPC64_R + 16(%r1)
        std     %r6, HEADER + RS_PPC64_R + 24(%r1)
        std     %r7, HEADER + RS_PPC64_R + 32(%r1)
        std     %r8, HEADER + RS_PPC64_R + 40(%r1)
        std     %r9, HEADER + RS_PPC64_R + 48(%r1)
        std     %r10, HEADER + RS_PPC64_R + 56(%r1)
        rs_f1_to_f13 stfd, HEADER + RS_PPC64_F, %r1
        rs_f1_to_f13 stfs, HEADER + RS_PPC64_S, %r1 /* raises no exceptions, whatever they hold */

        ld      %r3, 0(%r11)                    /* the closure */
        addi    %r4, %r1, HEADER                /* the frame */
        ld      %r12, 0(%r3)                    /* the closure's `run` */
        mtctr   %r12
        bctrl
        ld      %r2, TOC_AT(%r1)

        ld      %r3, HEADER + RS_PPC64_RESULT_R + 0(%r1)
        ld      %r4, HEADER + RS_PPC64_RESULT_R + 8(%r1)
        lbz     %r10, HEADER + RS_PPC64_RESULTS(%r1)
        cmpldi  %r10, RS_PPC64_DOUBLE_RESULTS
        blt     2f
        bgt     1f
        rs_f1_to_f8 lfd, HEADER + RS_PPC64_RESULT_F, %r1
        b       2f
1:      rs_f1_to_f8 lfs, HEADER + RS_PPC64_RESULT_S, %r1
2:      addi    %r1, %r1, ENTRY_BYTES
        .cfi_def_cfa_offset 0
        ld      %r0, LR_AT(%r1)
        mtlr    %r0
        .cfi_restore lr
        blr
rs_end rs_entry_ppc64

#endif

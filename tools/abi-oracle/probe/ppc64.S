/* ppc64.S - the probe on 64-bit Power, little-endian. Integers: r3 to r10. Floats: f1 to f13. */
#include "probe.h"

#define HEADER 96 /* back chain, CR, LR, TOC pointer, save area: the words on the stack lie behind it */
#define KEPT   416

        .abiversion 2

        .macro  state register
        lis     \register, probe_state@ha
        addi    \register, \register, probe_state@l
        .endm

        .macro  each_kept integer, float
        .irp    n, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        \integer \n, HEADER + 8 + 8 * (\n - 14)(1)
        \float  \n, HEADER + 152 + 8 * (\n - 14)(1)
        .endr
        .endm

        .macro  each_argument integer, float      /* r11: the state */
        .irp    n, 3, 4, 5, 6, 7, 8, 9, 10
        \integer \n, 8 * (\n - 3)(11)
        .endr
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        \float  \n, STATE_FLOATS + 8 * (\n - 1)(11)
        .endr
        .endm

        .macro  keep
        mflr    0
        std     0, 16(1)
        stdu    1, -KEPT(1)
        mfcr    0
        std     0, HEADER(1)
        std     2, 24(1)
        each_kept std, stfd
        state   11
        std     1, STATE_SAVED(11)
        .endm

        .macro  store_registers
        state   11
        each_argument std, stfd
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
        stfs    \n, STATE_SINGLES + 8 * (\n - 1)(11)
        .endr
        addi    0, 1, HEADER
        std     0, STATE_SP(11)
        .endm

        .text
        .globl  probe_enter
probe_enter:
        keep
        mr      12, 3
        mtctr   12
        bctrl
leave:  state   11
        ld      1, STATE_SAVED(11)
        ld      2, 24(1)
        each_kept ld, lfd
        ld      0, HEADER(1)
        mtcrf   0xff, 0
        addi    1, 1, KEPT
        ld      0, 16(1)
        mtlr    0
        blr

        .globl  probe
probe:
        store_registers
        stdu    1, -112(1)
        bl      probe_captured
        nop
        b       leave

        .globl  probe_invoke
probe_invoke:                           /* r3: function, r4: words */
        keep
        mr      12, 3
        stdu    1, -(STACK_BYTES + 112)(1)
        std     2, 24(1)
        addi    4, 4, -8
        addi    5, 1, HEADER - 8
        li      6, STACK_BYTES / 8
        mtctr   6
1:      ldu     7, 8(4)
        stdu    7, 8(5)
        bdnz    1b
        mtctr   12
        each_argument ld, lfd
        bctrl
        store_registers
        b       leave

        .comm   probe_state, STATE_BYTES, 16
        .section .note.GNU-stack, "", %progbits

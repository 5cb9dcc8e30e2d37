/* support.S - what compilers for 64-bit Arm take for granted on Windows. */

/* Touches each page of the x15 * 16 bytes below the stack pointer, so that the system makes them, and changes x16 and x17
 * only. ("Overview of ARM64 ABI conventions", Stack.) */
        .text
        .balign 16
        .globl  __chkstk
        .def    __chkstk; .scl 2; .type 32; .endef
__chkstk:
        lsl     x16, x15, #4
        mov     x17, sp
1:      sub     x17, x17, #4096
        subs    x16, x16, #4096
        ldr     xzr, [x17]
        b.gt    1b
        ret

/* Says that a program has floating-point numbers. */
        .section .rdata, "dr"
        .balign 4
        .globl  _fltused
_fltused:
        .long   1

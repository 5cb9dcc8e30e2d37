/* asm.h - how a function is spelled in assembly: symbol, visibility, frame, unwind directives. For .S only.
 *
 *   rs_func name   opens a function: hidden symbol, unwind information, landing pad
 *   rs_enter       makes an rbp frame; the body may then move rsp by any amount, because debuggers, profilers
 *                  and exceptions find the caller through rbp (DWARF CFI, or SEH on Windows)
 *   rs_leave       undoes it and returns; may occur more than once
 *   rs_end name    closes the function */
#ifndef RS_ABI_ASM_H
#define RS_ABI_ASM_H

#include "abi/host.h"

/* The note that every indirect jump of this object lands on endbr64. Linkers keep it only when all objects
 * carry it, so it follows the setting of the compiler (-fcf-protection). */
#if defined(__CET__)
#include <cet.h>
#endif

/* clang-format off */
#if RS_ON_WINDOWS

.macro rs_func name
        .text
        .balign 16
        .globl \name
        .def   \name; .scl 2; .type 32; .endef
\name:
        .seh_proc \name
        endbr64
.endm

.macro rs_enter
        pushq   %rbp
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_endprologue
.endm

/* The unwinder recognizes this form of epilogue only. ("x64 prolog and epilog", Epilog code.) */
.macro rs_leave
        leaq    0(%rbp), %rsp
        popq    %rbp
        ret
.endm

.macro rs_end name
        .seh_endproc
.endm

#else /* ELF */

.macro rs_func name
        .text
        .balign 16
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        .cfi_startproc
        endbr64
.endm

.macro rs_enter
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
.endm

.macro rs_leave
        .cfi_remember_state
        leave
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state
.endm

.macro rs_end name
        .cfi_endproc
        .size   \name, . - \name
.endm

        .section .note.GNU-stack, "", @progbits

#endif
/* clang-format on */

#endif

/* clang-format off */
/* asm.h - how assembly is spelled on each system and CPU: symbols, visibility, unwind directives. For .S only.
 *
 *   rs_func name       opens a function: hidden symbol, unwind information, landing pad
 *   rs_end name        closes it
 *   rs_slots name, n   n bytes of zeroed writable memory, hidden
 *   rs_table name      opens a table of code, hidden, which rs_table_end closes
 *   rs_symbol(name)    a symbol of C
 *
 * and, by CPU, what makes a frame by which debuggers, profilers and exceptions find the caller while the body moves the
 * stack pointer by any amount (DWARF CFI, or SEH on Windows):
 *
 *   x64:    rs_enter, rs_leave (undoes it and returns; may occur more than once)
 *   x86:    rs_enter, then rs_saved register, offset for what lies that far from ebp; rs_restored register, rs_leave
 *   arm64:  rs_enter bytes, then rs_saved register, offset for each register stored in them behind the frame record,
 *           then rs_entered; rs_restored register, then rs_leave bytes, with sp where rs_enter left it
 *   arm:    rs_enter, rs_leave (sp may be anywhere; may occur more than once); r4 and r5 are free in between
 *   RISC-V, LoongArch:  as arm64, but the frame record lies behind the registers, and rs_entered bytes; registers of
 *           LoongArch are DWARF's numbers */
#ifndef RS_ABI_ASM_H
#define RS_ABI_ASM_H

#include "abi/host.h"

/* Whether functions sign their return addresses on 64-bit Arm: as the compiler's do (-mbranch-protection). */
#if defined(__ARM_FEATURE_PAC_DEFAULT) && !RS_ON_WINDOWS
#define RS_SIGNED_RETURN 1
#else
#define RS_SIGNED_RETURN 0
#endif

/* The notes that every indirect jump of this object lands on a landing pad. Linkers keep it only when all objects
 * carry it, so it follows the setting of the compiler (-fcf-protection, -mbranch-protection). */
#if defined(__CET__)
#include <cet.h>
#elif defined(__ARM_FEATURE_BTI_DEFAULT) && !RS_ON_WINDOWS && !RS_ON_APPLE
        .pushsection .note.gnu.property, "a"
        .balign 8
        .word   4, 16, 5
        .asciz  "GNU"
        /* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI, PAC (ELF for the Arm 64-bit Architecture, 2023Q3, Program Property) */
        .word   0xc0000000, 4, 1 + 2 * RS_SIGNED_RETURN, 0
        .popsection
#endif

.macro rs_landing
#if RS_ON_X64
        endbr64
#elif RS_ON_X86
        endbr32
#elif RS_ON_A64
        hint    #34                             /* bti c */
#endif
.endm

/* Unwind codes of Windows for Arm stand for one instruction each. */
.macro rs_landing_code
#if RS_ON_A64 && RS_ON_WINDOWS
        .seh_nop
#endif
.endm

/* Systems */

#if RS_ON_WINDOWS /* COFF, SEH */

#if RS_ON_X86
#define rs_symbol(name) _##name
#else
#define rs_symbol(name) name
#endif

.macro rs_global name
#if RS_ON_X86
        .globl  _\name
_\name:
#else
        .globl  \name
\name:
#endif
.endm

/* 32-bit programs unwind by DWARF, as GNU's compilers do. */
.macro rs_func name
        .text
        .balign 16
#if RS_ON_X86
        .def    _\name; .scl 2; .type 32; .endef
        rs_global \name
        .cfi_startproc
#else
        .def    \name; .scl 2; .type 32; .endef
        rs_global \name
        .seh_proc \name
#endif
        rs_landing
        rs_landing_code
.endm

.macro rs_end name
#if RS_ON_X86
        .cfi_endproc
#else
        .seh_endproc
#endif
.endm

.macro rs_slots name, bytes
        .bss
        .balign 32
        rs_global \name
        .skip   \bytes
.endm

.macro rs_table name
        .text
        .balign 32
        rs_global \name
.endm

.macro rs_table_end name
.endm

#elif RS_ON_APPLE /* Mach-O */

        .subsections_via_symbols

#define rs_symbol(name) _##name

.macro rs_func name
        .text
        .p2align 4
        .globl  _\name
        .private_extern _\name
_\name:
        .cfi_startproc
        rs_landing
.endm

.macro rs_end name
        .cfi_endproc
.endm

.macro rs_slots name, bytes
        .globl  _\name
        .private_extern _\name
        .zerofill __DATA, __bss, _\name, \bytes, 5
.endm

.macro rs_table name
        .text
        .p2align 5
        .globl  _\name
        .private_extern _\name
_\name:
.endm

.macro rs_table_end name
.endm

#else /* ELF */

#define rs_symbol(name) name

.macro rs_func name
        .text
        .balign 16
        .globl  \name
        .hidden \name
        .type   \name, %function
#if RS_ON_A32
        .arm
        .fnstart
#endif
\name:
        .cfi_startproc
        rs_landing
.endm

.macro rs_end name
        .cfi_endproc
#if RS_ON_A32
        .fnend
#endif
        .size   \name, . - \name
.endm

.macro rs_slots name, bytes
        .bss
        .balign 32
        .globl  \name
        .hidden \name
        .type   \name, %object
        .size   \name, \bytes
\name:
        .skip   \bytes
.endm

.macro rs_table name
        .text
        .balign 32
        .globl  \name
        .hidden \name
        .type   \name, %object
#if RS_ON_A32
        .arm
#endif
\name:
.endm

.macro rs_table_end name
        .size   \name, . - \name
.endm

        .section .note.GNU-stack, "", %progbits

#endif

/* CPUs */

#if RS_ON_X64

.macro rs_enter
        pushq   %rbp
#if RS_ON_WINDOWS
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_endprologue
#else
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
#endif
.endm

/* On Windows the unwinder recognizes one form of epilogue only. ("x64 prolog and epilog", Epilog code.) */
.macro rs_leave
#if RS_ON_WINDOWS
        leaq    0(%rbp), %rsp
        popq    %rbp
        ret
#else
        .cfi_remember_state
        leave
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state
#endif
.endm

#elif RS_ON_X86

.macro rs_enter
        pushl   %ebp
        .cfi_def_cfa_offset 8
        .cfi_offset %ebp, -8
        movl    %esp, %ebp
        .cfi_def_cfa_register %ebp
.endm

.macro rs_saved register, at
        .cfi_offset \register, \at - 8
.endm

.macro rs_restored register
        .cfi_restore \register
.endm

.macro rs_leave
        .cfi_remember_state
        leave
        .cfi_def_cfa %esp, 4
        .cfi_restore %ebp
        ret
        .cfi_restore_state
.endm

#elif RS_ON_A64

.macro rs_enter bytes
#if RS_SIGNED_RETURN
        hint    #25                             /* paciasp */
        .cfi_negate_ra_state
#endif
        stp     x29, x30, [sp, #-\bytes]!
#if RS_ON_WINDOWS
        .seh_save_fplr_x \bytes
#else
        .cfi_def_cfa_offset \bytes
        .cfi_offset x29, -\bytes
        .cfi_offset x30, 8 - \bytes
#endif
.set rs_frame_bytes, \bytes
.endm

.macro rs_saved register, at
#if RS_ON_WINDOWS
        .seh_save_reg \register, \at
#else
        .cfi_offset \register, \at - rs_frame_bytes
#endif
.endm

.macro rs_restored register
#if !RS_ON_WINDOWS
        .cfi_restore \register
#endif
.endm

.macro rs_entered
        mov     x29, sp
#if RS_ON_WINDOWS
        .seh_set_fp
        .seh_endprologue
#else
        .cfi_def_cfa x29, rs_frame_bytes
#endif
.endm

.macro rs_leave bytes
        ldp     x29, x30, [sp], #\bytes
#if !RS_ON_WINDOWS
        .cfi_def_cfa sp, 0
        .cfi_restore x29
        .cfi_restore x30
#endif
#if RS_SIGNED_RETURN
        hint    #29                             /* autiasp */
        .cfi_negate_ra_state
#endif
        ret
.endm

.macro rs_address register, name, offset
#if RS_ON_APPLE
        adrp    \register, _\name@PAGE + \offset
        add     \register, \register, _\name@PAGEOFF + \offset
#else
        adrp    \register, \name + \offset
        add     \register, \register, :lo12:\name + \offset
#endif
.endm

#elif RS_ON_RV64 || RS_ON_LA64

/* s0 or fp is the canonical frame address, below which lie the frame record's two words ("Frame Pointer Convention" of the
 * RISC-V psABI after 1.0). */
.macro rs_enter bytes
#if RS_ON_RV64
        addi    sp, sp, -\bytes
        sd      ra, \bytes - 8(sp)
        sd      s0, \bytes - 16(sp)
        .cfi_offset s0, -16
#else
        addi.d  $sp, $sp, -\bytes
        st.d    $ra, $sp, \bytes - 8
        st.d    $fp, $sp, \bytes - 16
        .cfi_offset 22, -16
#endif
        .cfi_offset 1, -8                       /* ra */
        .cfi_def_cfa_offset \bytes
.set rs_frame_bytes, \bytes
.endm

.macro rs_saved register, at
        .cfi_offset \register, \at - rs_frame_bytes
.endm

.macro rs_restored register
        .cfi_restore \register
.endm

.macro rs_entered bytes
#if RS_ON_RV64
        addi    s0, sp, \bytes
        .cfi_def_cfa s0, 0
#else
        addi.d  $fp, $sp, \bytes
        .cfi_def_cfa 22, 0
#endif
.endm

.macro rs_leave bytes
#if RS_ON_RV64
        .cfi_def_cfa sp, \bytes
        ld      ra, \bytes - 8(sp)
        ld      s0, \bytes - 16(sp)
        addi    sp, sp, \bytes
        .cfi_restore s0
#else
        .cfi_def_cfa 3, \bytes                  /* sp */
        ld.d    $ra, $sp, \bytes - 8
        ld.d    $fp, $sp, \bytes - 16
        addi.d  $sp, $sp, \bytes
        .cfi_restore 22
#endif
        .cfi_restore 1
        .cfi_def_cfa_offset 0
        ret
.endm

#elif RS_ON_A32

        .syntax unified
        .cfi_sections .debug_frame              /* exceptions read .ARM.exidx, debuggers this (EHABI32, 4.1) */
        .eabi_attribute 24, 1                   /* Tag_ABI_align_needed: 8 bytes */
        .eabi_attribute 25, 1                   /* Tag_ABI_align_preserved */

.macro rs_enter
        push    {r4, r5, fp, lr}
        .save   {r4, r5, fp, lr}
        .cfi_def_cfa_offset 16
        .cfi_offset r4, -16
        .cfi_offset r5, -12
        .cfi_offset r11, -8
        .cfi_offset r14, -4
        mov     fp, sp
        .setfp  fp, sp
        .cfi_def_cfa_register r11
.endm

.macro rs_leave
        .cfi_remember_state
        mov     sp, fp
        .cfi_def_cfa_register r13
        pop     {r4, r5, fp, pc}
        .cfi_restore_state
.endm

#endif
/* clang-format on */

#endif

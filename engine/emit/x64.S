/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of x64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_X64 && !RS_ON_WINDOWS

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */

        .bss
        .balign 16
        .globl  rs_trampoline_table_slots
        .hidden rs_trampoline_table_slots
        .type   rs_trampoline_table_slots, @object
        .size   rs_trampoline_table_slots, 16 * COUNT
rs_trampoline_table_slots:
        .skip   16 * COUNT

        .text
        .balign 16
        .globl  rs_trampoline_table
        .hidden rs_trampoline_table
        .type   rs_trampoline_table, @object
        .size   rs_trampoline_table, 16 * COUNT
rs_trampoline_table:
        .set    offset, 0
        .rept   COUNT
        endbr64
        leaq    rs_trampoline_table_slots + offset(%rip), %r10
        jmp     *8(%r10)
        int3
        .set    offset, offset + 16
        .endr

#endif

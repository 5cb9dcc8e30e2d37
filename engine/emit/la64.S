/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of la64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_LA64

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  16   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

/* Linkers shorten pcalau12i with an addi.d right behind it, so there is none. */
.macro row offset
        pcalau12i $t1, %pc_hi20(rs_trampoline_table_slots + \offset)
        ld.d    $t0, $t1, %pc_lo12(rs_trampoline_table_slots + \offset + 8)
        addi.d  $t1, $t1, %pc_lo12(rs_trampoline_table_slots + \offset)
        jr      $t0
.endm

rs_table rs_trampoline_table
        .set    at, 0
        .altmacro                               /* %: the number, as the assembler takes no second symbol */
        .rept   COUNT
        row     %at
        .set    at, at + SIZE
        .endr
        .noaltmacro
rs_table_end rs_trampoline_table

#endif

/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of ppc64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_PPC64

        .abiversion 2

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  32   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
1:      addis   %r11, %r12, (rs_trampoline_table_slots + offset - 1b)@ha
        addi    %r11, %r11, (rs_trampoline_table_slots + offset - 1b)@l
        ld      %r12, 8(%r11)
        mtctr   %r12
        bctr
        .long   0, 0, 0
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

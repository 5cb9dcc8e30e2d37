/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of a64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_A64

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  32   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
        rs_landing
        rs_address x17, rs_trampoline_table_slots, offset
        ldr     x16, [x17, #8]
        br      x16
        .inst   0, 0, 0
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

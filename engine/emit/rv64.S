/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of rv64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_RV64

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  16   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

        .option norvc
        .option norelax                         /* every row keeps its size */
rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
1:      auipc   t1, %pcrel_hi(rs_trampoline_table_slots + offset)
        addi    t1, t1, %pcrel_lo(1b)
        ld      t2, 8(t1)
        jr      t2
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

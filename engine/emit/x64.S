/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of x64.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_X64

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  16   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
        rs_landing
        leaq    rs_symbol(rs_trampoline_table_slots) + offset(%rip), %r10
        jmp     *8(%r10)
        int3
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

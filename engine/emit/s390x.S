/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of s390x.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_S390X

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  16   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
        larl    %r0, rs_trampoline_table_slots + offset
        lgrl    %r1, rs_trampoline_table_slots + offset + 8
        br      %r1
        .short  0
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

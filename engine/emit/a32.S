/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of a32.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_A32

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  16   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
        ldr     ip, [pc, #4]
        add     ip, pc, ip
        ldr     pc, [ip, #4]
        .word   rs_trampoline_table_slots + offset - .
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

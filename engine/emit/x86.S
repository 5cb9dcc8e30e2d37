/* rs_trampoline_table - trampolines that need no executable page: emit.h. The listing of x86.c, assembled, with the
 * slots in writable memory of this binary. */
#include "abi/asm.h"

#if RS_ON_X86

#define COUNT 1024 /* RS_TRAMPOLINE_TABLE_COUNT */
#define SIZE  32   /* RS_TRAMPOLINE_BYTES */

rs_slots rs_trampoline_table_slots, SIZE*COUNT

rs_table rs_trampoline_table
        .set    offset, 0
        .rept   COUNT
        rs_landing
        call    1f
1:      popl    %eax
        .byte   0x05                            /* addl $..., %eax: of its two encodings, clang takes the longer */
        .long   rs_symbol(rs_trampoline_table_slots) + offset - 1b
        jmp     *4(%eax)
        .skip   14, 0xcc
        .set    offset, offset + SIZE
        .endr
rs_table_end rs_trampoline_table

#endif

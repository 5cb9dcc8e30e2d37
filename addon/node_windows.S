/* Where calls of Node's functions find their addresses: what a linker would make of an import library, but filled by
 * node_windows.c. */
#include "abi/host.h"

.macro slot name
#if RS_ON_X86
        .globl  __imp__\name
__imp__\name:
        .long   0
#else
        .globl  __imp_\name
__imp_\name:
        .quad   0
#endif
.endm

#define NB_NODE(name)    slot name
#define NB_NODE_UV(name) slot name

        .data
        .balign 8
#include "node_windows.def"

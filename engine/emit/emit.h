/* emit.h - code made at run time: the trampoline that a closure's C function pointer leads to. All
 * trampolines of a page are the same bytes, because their slots lie as far apart as they do: a page is
 * written once and sealed, and what a trampoline does is changed in its slot. One file per CPU. */
#ifndef RS_EMIT_EMIT_H
#define RS_EMIT_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/host.h"

/* Bytes of a trampoline, and of its slot. */
#if RS_ON_A64 || RS_ON_PPC64 || RS_ON_X86
#define RS_TRAMPOLINE_BYTES 32
#else
#define RS_TRAMPOLINE_BYTES 16
#endif

/* What a trampoline loads and where it jumps. The entry stub finds the slot's address in a register that
 * carries no argument (r10 on x64, eax on x86, x17 on 64-bit Arm, r12 on 32-bit Arm, t1 on RISC-V and
 * LoongArch, r11 on Power, r0 on s390x). */
typedef struct rs_trampoline_slot {
  _Alignas(RS_TRAMPOLINE_BYTES) void *closure; /* rs_closure; first, the entry stubs rely on it */
  void (*entry)(void);                         /* of the closure's ABI */
} rs_trampoline_slot;

/* Writes to `out` the trampoline that will run at `at`, with its slot `distance` bytes behind. False where it
 * does not reach that far. */
bool rs_emit_trampoline(unsigned char *out, const unsigned char *at, int32_t distance);

/* The trampolines and slots that exist without executable pages, for systems that refuse those. */
extern const unsigned char rs_trampoline_table[];
extern rs_trampoline_slot rs_trampoline_table_slots[];
#define RS_TRAMPOLINE_TABLE_COUNT 1024

#endif

/* plan.h - where each byte of each argument lives in a frame, for one signature under one ABI. A plan is
 * data, built once per signature by the ABI's planner (abi/), never changed. Knows no registers by name:
 * frame offsets only. */
#ifndef RS_CORE_PLAN_H
#define RS_CORE_PLAN_H

#include "core/registry.h"

/* How a part that is smaller than its slot fills the rest of the slot. */
typedef enum rs_extend { RS_EXTEND_NONE, RS_EXTEND_ZERO, RS_EXTEND_SIGN } rs_extend;

typedef struct rs_part {
  uint32_t value_offset; /* in the C value */
  uint32_t frame_offset; /* in the frame */
  uint32_t size;         /* bytes to copy */
  uint8_t extend;        /* rs_extend: the slot is rs_plan.slot_size bytes */
} rs_part;

typedef struct rs_place {
  const rs_type *type;
  uint16_t first_part;
  uint16_t part_count; /* 0 for void and for empty records */
  bool
      by_reference; /* argument: the callee gets a pointer to a copy aligned to type->align (at least 16 where
                       the ABI says so: `copy_align`); the one part holds that pointer.
                       Result: the caller passes where to write; see rs_plan.result_pointer */
  bool variadic;    /* after the `...` */
  bool direct;      /* a scalar in one slot: bytes [0, slot_size) at parts[first_part].frame_offset */
  uint8_t copy_align; /* by_reference: alignment of the copy, bytes */
} rs_place;

typedef struct rs_plan {
  const struct rs_abi *abi;
  const rs_signature *signature;
  uint32_t frame_bytes;    /* whole frame: header, registers, stack words; multiple of 16 */
  uint32_t stack_offset;   /* where the stack words start in the frame */
  uint32_t stack_bytes;    /* multiple of 16: sp stays aligned at the call */
  uint32_t result_pointer; /* frame offset of the hidden result pointer, when result.by_reference */
  uint32_t result_echo;    /* frame offset where a callee hands that pointer back; 0: it does not */
  uint8_t slot_size;       /* bytes of a register or stack slot: 8 on 64-bit CPUs */
  bool big_endian;         /* of the data model */
  uint8_t vector_count;    /* vector registers used by arguments; x64-sysv passes it in al (3.2.3) */
  uint8_t header[8];       /* the first bytes of the frame: what the call stub must know, e.g. stack_bytes */
  uint16_t argc;
  uint16_t part_count;
  rs_place result;      /* parts say where it is in the frame after the call */
  const rs_place *args; /* argc of them */
  const rs_part *parts;
} rs_plan;

/* The plan of a signature under the convention's ABI for the registry's target; built on first use, kept by
 * the signature, lent to the caller. */
const rs_plan *rs_signature_plan(rs_registry *reg, const rs_signature *signature, rs_error *err);

/* A plan under a named ABI, for tests and tools. Free with rs_plan_free. */
rs_plan *rs_plan_build(const struct rs_abi *abi, const rs_signature *signature, rs_error *err);
void rs_plan_free(rs_plan *plan); /* takes NULL */

/* Writes what is not an argument into a frame of plan->frame_bytes bytes, aligned to 16: the header and the
 * address of a result in memory. Registers that no argument uses are loaded with whatever the frame holds.
 * `result_memory` receives results that are returned through memory; may be NULL for others. */
void rs_frame_init(const rs_plan *plan, void *frame, void *result_memory);
/* Writes argument `index` from a C value. For by_reference arguments `value` is the copy itself, which must
 * stay until the call returns. */
void rs_frame_put(const rs_plan *plan, void *frame, size_t index, const void *value);
/* The other way round, for closures: reads argument `index` into a C value of type->size bytes. */
void rs_frame_get(const rs_plan *plan, const void *frame, size_t index, void *value);
/* Where the C value of a by_reference argument lies: not always aligned to more than 16,
 * see docs/abi/x64-win.md. */
void *rs_frame_reference(const rs_plan *plan, const void *frame, size_t index);
/* Writes the result that a closure gives: a C value of the result's type, integers extended. */
void rs_frame_answer(const rs_plan *plan, void *frame, const void *value);

/* Reads the result of type->size bytes after the call; not for by_reference results, which are in their
 * memory. */
void rs_frame_result(const rs_plan *plan, const void *frame, void *value);

typedef void (*rs_fn)(void);

/* Calls `fn` with the frame's registers and stack words; afterwards the frame holds the result registers.
 * Only for ABIs that this host can run (abi->call). */
void rs_frame_call(const rs_plan *plan, void *frame, rs_fn fn);

#endif

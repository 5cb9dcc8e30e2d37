/* abi.h - what a calling convention provides: a planner (pure, compiled on every host), a call stub and an
 * entry stub (assembly, only on its CPU). The rows live in abi_list.def. */
#ifndef RS_ABI_ABI_H
#define RS_ABI_ABI_H

#include "abi/load.h"
#include "core/plan.h"

/* Collects places and parts while a planner runs; plan.c turns it into an rs_plan. */
typedef struct rs_planner {
  rs_plan
      *plan; /* being built; a planner sets frame_bytes, stack_*, result_pointer, slot_size, vector_count */
  rs_place *args;
  rs_part *parts;
  size_t part_capacity;
  const rs_target *target; /* whose data model the types have */
  rs_error *err;
} rs_planner;

/* Appends a part to `place`, whose parts must be added in one run. */
bool rs_planner_part(rs_planner *planner, rs_place *place, size_t value_offset, size_t frame_offset,
                     size_t size, rs_extend extend);
/* The extension that an integer or bool of this type needs to fill a slot, by its sign in C; RS_EXTEND_NONE
 * for other types. */
rs_extend rs_planner_extension(const rs_planner *planner, const rs_type *type);

/* How calls of a convention load frames in the forms of load.h. */
typedef struct rs_loads {
  bool (*choose)(const rs_plan *plan, rs_loader *out);
  int (*bit)(const rs_type *type, uint32_t frame_offset);
} rs_loads;

typedef struct rs_abi {
  const char *name;   /* "x64-sysv": the same string everywhere */
  const char *target; /* whose data model its vectors have, for rs_target_find */
  bool (*plan)(rs_planner *planner);
  void (*call)(void *frame, rs_fn fn); /* NULL where this host cannot run it */
  /* Where the trampolines of closures jump (emit.h): makes a frame of the arguments, runs the closure, loads
   * the result registers. NULL where this host cannot run it. */
  rs_fn entry;
  /* Brings what the entry stub stored into the plan's layout; NULL when it is there already. */
  void (*receive)(void *frame);
  const rs_loads *loads;              /* NULL where there are none */
  uint32_t results_at, results_bytes; /* the result registers in a frame */
} rs_abi;

size_t rs_abi_count(void);
const rs_abi *rs_abi_at(size_t index);
const rs_abi *rs_abi_find(const char *name); /* NULL when unknown */
/* The ABI that a convention keyword means on a target: "x86-win" and RS_STDCALL make "x86-win-stdcall"; but
 * on 32-bit x86 every keyword means the platform's only one. NULL for none. */
const rs_abi *rs_abi_for(const rs_target *target, rs_convention convention);

#endif

/* closure.h - C function pointers that lead to a C function of ours with the arguments in a frame: callbacks.
 * A closure is made for one plan and lives until rs_closure_free; its pointer stays callable for ever,
 * because C code may keep it: a released closure is a tombstone, which answers zero and says so.
 *
 * Executable memory is process-wide, so the closures are, too: they may be made and freed by any thread, and
 * called by any number of threads at once. The memory of a closure is never returned to the system. */
#ifndef RS_CORE_CLOSURE_H
#define RS_CORE_CLOSURE_H

#include <stdatomic.h>

#include "core/plan.h"
#include "emit/emit.h"

struct rs_closure;

/* Runs when C calls the pointer, on the thread that calls. `frame` has the plan's layout and holds the
 * arguments, aligned as the stack is (16; on s390x 8); results go into it before the function returns:
 * rs_frame_answer or rs_closure_zero. */
typedef void (*rs_closure_run)(struct rs_closure *closure, void *frame);

typedef struct rs_closure {
  _Atomic(rs_closure_run) run; /* first: the entry stubs call it */
  _Atomic(void *) owner;       /* the maker's; NULL once released */
  void *data;                  /* the maker's */
  const rs_plan *plan;         /* lent by the maker until rs_closure_free */
  rs_fn fn;                    /* the C function pointer */
  rs_trampoline_slot *slot;
  struct rs_closure *next;     /* in the pool, while it can be taken */
  _Atomic unsigned generation; /* how often the closure was made anew */
  /* What a tombstone needs to answer zero after the plan is gone. */
  const struct rs_abi *abi;
  uint32_t result_pointer, result_echo; /* of the plan; 0 without a hidden result pointer */
  size_t result_bytes;                  /* behind the hidden result pointer */
  uint8_t header[8];
} rs_closure;

/* Makes a closure; NULL with RS_E_LIMIT when no more can be had, RS_E_UNSUPPORTED where the plan's ABI has no
 * entry on this host. Released closures are reused oldest first, and only when many are there, so that a call
 * of a stale pointer is nearly always noticed. */
rs_closure *rs_closure_new(const rs_plan *plan, rs_closure_run run, void *data, void *owner, rs_error *err);

/* Releases a closure. From now on C calls of its pointer run `stale`, which must answer rs_closure_zero and
 * may rely on nothing but the closure's fields from `abi` on. Calls that are running are not waited for. */
void rs_closure_free(rs_closure *closure, rs_closure_run stale);

/* The closure whose pointer `address` is, live or released; NULL when it is none. */
rs_closure *rs_closure_find(const void *address);

/* Gives `frame` what the plan's functions expect of it. Call it first in `run`. */
void rs_closure_receive(const rs_closure *closure, void *frame);
/* All-zero result: registers, and the memory of a result that is returned through memory. */
void rs_closure_zero(const rs_closure *closure, void *frame);

/* Uses the fixed table of assembled trampolines even where executable pages can be had. For tests and for
 * programs that must not make code; closures made before stay what they are. */
void rs_closure_use_table(bool table);

#endif

/* load.h - calls whose frame was filled by a writer that knows doubles and 32-bit integers only, and wants
 * each store to be as wide as the load that follows: JavaScript. Two forms of a frame (rs_loader.wide):
 *
 *   narrow  integers of up to 32 bits, extended to 32, in the low half of their slot; the call leaves the
 *           upper half of the register unspecified, as the ABI does
 *   wide    a slot whose bit is set in the mask holds a double: the exact value of an integer, truncated to
 *           64 bits when loaded, or of a float. All other slots hold what the register gets.
 *
 * The results are where the plan says; what is in the register of integer results is also stored as the
 * nearest double, at `number_at`. Everything else is as rs_frame_call wants it; the header need not be
 * written. */
#ifndef RS_ABI_LOAD_H
#define RS_ABI_LOAD_H

#include "core/plan.h"

#define RS_LOAD_MASK_AT 8 /* frame offset of the mask, a uint32_t; read when the loader is wide */

typedef struct rs_loader rs_loader;
struct rs_loader {
  void (*run)(const rs_loader *loader, void *frame, rs_fn fn);
  uint64_t header;    /* of the frame */
  uint32_t number_at; /* frame offset of a double */
  bool wide;
};

/* The loader for calls with this plan. False when the plan's convention has none on this host, or when a slot
 * has no bit that would need one. */
bool rs_load_choose(const rs_plan *plan, rs_loader *out);
/* The bit in the mask of a wide frame of the slot that a value of `type` at `frame_offset` takes; -1 when the
 * slot always holds the value itself, as doubles do. */
int rs_load_bit(const rs_plan *plan, const rs_type *type, uint32_t frame_offset);

#endif

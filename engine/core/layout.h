/* layout.h - size, alignment and member offsets of records and unions, from the members' own sizes.
 * Arithmetic only: allocates nothing, knows no registers. The members' types carry the target's data model,
 * so any platform's layouts can be computed on any host. */
#ifndef RS_CORE_LAYOUT_H
#define RS_CORE_LAYOUT_H

#include "core/type.h"

typedef struct rs_layout {
  size_t size;     /* bytes, padded to `align`; 0 for a record without members (GNU C) */
  size_t align;    /* bytes, at least 1 */
  bool misaligned; /* a member, at any depth, lies off its natural alignment */
} rs_layout;

static inline size_t rs_round_up(size_t n, size_t align)
{
  return (n + align - 1) & ~(align - 1);
}

/* Fills in `offset` of each member and the layout of the whole.
 * `packed`: no padding, as `__attribute__((packed))`. A member's `align` replaces its natural alignment,
 * packed or not. Fails with RS_E_TOO_LARGE when the size would exceed `limit` bytes. */
bool rs_layout_members(rs_kind kind, bool packed, rs_member *members, size_t count, size_t limit,
                       rs_layout *out, rs_error *err);

#endif

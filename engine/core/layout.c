#include "core/layout.h"

/* True when `offset + size`, rounded up, stays within `limit`. */
static bool fits(size_t offset, size_t size, size_t align, size_t limit)
{
  return size <= limit && offset <= limit - size && align - 1 <= limit
         && offset + size <= limit - (align - 1);
}

bool rs_layout_members(rs_kind kind, bool packed, rs_member *members, size_t count, size_t limit,
                       rs_layout *out, rs_error *err)
{
  size_t end = 0;

  *out = (rs_layout){.size = 0, .align = 1, .misaligned = false};
  for (size_t i = 0; i < count; i++) {
    rs_member *m = &members[i];
    size_t align = m->align ? m->align : packed ? 1 : m->type->align;
    size_t offset = kind == RS_UNION ? 0 : rs_round_up(end, align);

    if (!fits(offset, m->type->size, align, limit))
      return rs_fail(err, RS_E_TOO_LARGE, "member '%s' makes the type larger than %zu bytes", m->name, limit);
    m->offset = offset;
    out->misaligned |= offset % m->type->align != 0 || (m->type->flags & RS_T_MISALIGNED);
    if (align > out->align)
      out->align = align;
    if (kind == RS_UNION)
      end = end > m->type->size ? end : m->type->size;
    else
      end = offset + m->type->size;
  }
  if (!fits(end, 0, out->align, limit))
    return rs_fail(err, RS_E_TOO_LARGE, "the type is larger than %zu bytes", limit);
  out->size = rs_round_up(end, out->align);
  return true;
}

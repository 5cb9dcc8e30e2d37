/* x64_win.c - where arguments and results travel by Microsoft's "x64 calling convention" (Microsoft Learn,
 * C++, edition of 2025), with the additions of GNU C (MinGW-w64): long double of 16 bytes and empty records.
 * The sections named below are the document's. */
#include "abi/x64_win.h"

#include <string.h>

#include "abi/abi.h"
#include "core/layout.h"

enum { REGISTER_SLOTS = 4 };

_Static_assert(RS_WIN_STACK == RS_WIN_SLOTS + 8 * REGISTER_SLOTS, "all slots of a call are one array");
_Static_assert(RS_WIN_SLOTS == RS_WIN_RECEIVED + 8 * REGISTER_SLOTS + 16,
               "xmm0 to xmm3, then rbp and return address");
_Static_assert(RS_WIN_SHADOW == 8 * REGISTER_SLOTS, "the callee may store its register arguments there");
_Static_assert(RS_WIN_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_WIN_FLOATS < sizeof(((rs_plan *)0)->header), "the header holds what the stub reads");

/* Structures and unions of 8, 16, 32 or 64 bits travel as integers, all other sizes through memory; so does
 * the x87 long double, for which the document has no rule, and an empty record of GNU C. (Parameter passing)
 */
static bool fits_slot(const rs_type *type)
{
  return type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8;
}

static bool put_argument(rs_planner *planner, rs_place *place, size_t slot)
{
  rs_plan *plan = planner->plan;
  const rs_type *type = place->type;
  size_t at = RS_WIN_SLOTS + 8 * slot;

  if (!fits_slot(type)) {
    place->by_reference = true;
    place->copy_align = type->align > 16 ? (uint8_t)type->align : 16; /* the caller aligns the copy to 16 */
    return rs_planner_part(planner, place, 0, at, plan->slot_size, RS_EXTEND_NONE);
  }
  if (type->kind == RS_FLOAT && slot < REGISTER_SLOTS) {
    plan->vector_count++;
    plan->header[RS_WIN_FLOATS] |= (uint8_t)(1u << slot);
  }
  place->direct = !rs_is_aggregate(type);
  return rs_planner_part(planner, place, 0, at, type->size, rs_planner_extension(planner, type));
}

/* Return values: scalars and records that fit a register; others through a pointer, which takes slot 0. */
static bool put_result(rs_planner *planner)
{
  rs_plan *plan = planner->plan;
  rs_place *result = &plan->result;
  const rs_type *type = result->type;

  if (type->kind == RS_VOID)
    return true;
  if (!fits_slot(type)) {
    result->by_reference = true;
    plan->result_pointer = RS_WIN_SLOTS;
    plan->result_echo = RS_WIN_RAX;
    return true;
  }
  result->direct = !rs_is_aggregate(type);
  return rs_planner_part(planner, result, 0, type->kind == RS_FLOAT ? RS_WIN_XMM0 : RS_WIN_RAX, type->size,
                         rs_planner_extension(planner, type));
}

bool rs_plan_x64_win(rs_planner *planner)
{
  rs_plan *plan = planner->plan;
  size_t slot;

  plan->slot_size = 8;
  if (!put_result(planner))
    return false;
  slot = plan->result.by_reference ? 1 : 0;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(planner, &planner->args[i], slot++))
      return false;
  plan->stack_offset = RS_WIN_STACK;
  plan->stack_bytes = slot > REGISTER_SLOTS ? (uint32_t)rs_round_up(8 * (slot - REGISTER_SLOTS), 16) : 0;
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  memcpy(plan->header + RS_WIN_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  plan->header[RS_WIN_VECTORS] = plan->vector_count;
  return true;
}

void rs_receive_x64_win(void *frame)
{
  unsigned char *bytes = frame;

  for (size_t i = 0; i < REGISTER_SLOTS; i++)
    if (bytes[RS_WIN_FLOATS] & 1u << i)
      memcpy(bytes + RS_WIN_SLOTS + 8 * i, bytes + RS_WIN_RECEIVED + 8 * i, 8);
}

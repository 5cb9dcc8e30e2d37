/* s390x.c - where arguments and results travel on z/Architecture: by the ELF Application Binary Interface,
 * s390x Supplement, version 1.6.1 ("Parameter Passing", "Return Values"). Big-endian. */
#include "abi/s390x.h"

#include <string.h>

#include "abi/abi.h"
#include "core/layout.h"

enum { R_REGISTERS = 5, F_REGISTERS = 4, SAVE_AREA = 160 };

_Static_assert(RS_S390X_F == RS_S390X_R + 8 * R_REGISTERS, "f0 follows r6");
_Static_assert(RS_S390X_RESULT_R == RS_S390X_F + 8 * F_REGISTERS, "the results follow f6");
_Static_assert(RS_S390X_RESULT_F == RS_S390X_RESULT_R + 8, "r2");
_Static_assert(RS_S390X_CALLER >= RS_S390X_RESULT_F + 8, "f0");
_Static_assert(RS_S390X_STACK == RS_S390X_CALLER + SAVE_AREA, "the caller's frame");
_Static_assert(RS_S390X_STACK % 16 == 0, "stack words keep the frame's alignment");

struct place {
  rs_planner *planner;
  size_t r, f;  /* registers taken */
  size_t stack; /* bytes of stack words */
};

/* float, double, and a struct (no union, no array) of one of them alone, however it is nested ("Parameter
 * Passing"). To compilers a member without size is a member. */
static bool is_float(const rs_type *type)
{
  while (type->kind == RS_RECORD && type->member_count == 1)
    type = type->members[0].type;
  return type->kind == RS_FLOAT && type->size <= 8;
}

/* What is no scalar of up to 8 bytes, and no struct or union of 1, 2, 4 or 8. */
static bool is_by_reference(const rs_type *type)
{
  size_t size = type->size;

  return size > 8 || (rs_is_aggregate(type) && (size == 0 || (size & (size - 1)) != 0));
}

/* The next integer register, else the next stack word. */
static size_t integer_slot(struct place *p)
{
  if (p->r < R_REGISTERS)
    return RS_S390X_R + 8 * p->r++;
  p->stack += 8;
  return RS_S390X_STACK + p->stack - 8;
}

/* Integers and what travels as one are right-justified; a float is so on the stack only, and at the left of
 * its register. */
static bool put_argument(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t slot;

  if (is_by_reference(type)) {
    place->by_reference = true;
    place->copy_align = type->align > 16 ? (uint8_t)type->align : 16;
    return rs_planner_part(p->planner, place, 0, integer_slot(p), 8, RS_EXTEND_NONE);
  }
  if (is_float(type) && p->f < F_REGISTERS)
    return rs_planner_part(p->planner, place, 0, RS_S390X_F + 8 * p->f++, type->size, RS_EXTEND_NONE);
  if (is_float(type)) {
    slot = RS_S390X_STACK + p->stack;
    p->stack += 8;
  } else {
    slot = integer_slot(p);
  }
  return rs_planner_part(p->planner, place, 0, slot + 8 - type->size, type->size,
                         rs_planner_extension(p->planner, type));
}

/* Structs, unions and long doubles are returned in memory, whose address is the first argument ("Return
 * Values"). */
static bool put_result(struct place *p)
{
  rs_plan *plan = p->planner->plan;
  rs_place *result = &plan->result;
  const rs_type *type = result->type;

  if (type->kind == RS_VOID)
    return true;
  if (rs_is_aggregate(type) || type->size > 8) {
    result->by_reference = true;
    plan->result_pointer = (uint32_t)integer_slot(p);
    return true;
  }
  if (is_float(type))
    return rs_planner_part(p->planner, result, 0, RS_S390X_RESULT_F, type->size, RS_EXTEND_NONE);
  return rs_planner_part(p->planner, result, 0, RS_S390X_RESULT_R + 8 - type->size, type->size,
                         rs_planner_extension(p->planner, type));
}

bool rs_plan_s390x(rs_planner *planner)
{
  struct place p = {.planner = planner};
  rs_plan *plan = planner->plan;

  plan->slot_size = 8;
  if (!put_result(&p))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_S390X_STACK;
  plan->stack_bytes = (uint32_t)rs_round_up(p.stack, 16);
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  plan->vector_count = (uint8_t)p.f;
  memcpy(plan->header + RS_S390X_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  return true;
}

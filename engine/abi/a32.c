/* a32.c - where arguments and results travel on 32-bit Arm: by the Procedure Call Standard for the Arm
 * Architecture (AAPCS32, 2023Q3). a32-soft is its base standard (rules A to C are its 6.5), a32-hard the
 * variant with vector registers (7.1), of which variadic functions have nothing (7). */
#include "abi/a32.h"

#include <string.h>

#include "abi/abi.h"
#include "abi/homogeneous.h"
#include "core/layout.h"

enum { R_REGISTERS = 4, S_REGISTERS = 16, MOST_MEMBERS = 4 };

_Static_assert(RS_A32_S == RS_A32_R + 4 * R_REGISTERS, "s0 follows r3");
_Static_assert(RS_A32_RESULT_R == RS_A32_S + 4 * S_REGISTERS, "the results follow s15");
_Static_assert(RS_A32_RESULT_S == RS_A32_RESULT_R + 8, "r0 and r1");
_Static_assert(RS_A32_ENTRY == RS_A32_RESULT_S + 8 * MOST_MEMBERS, "d0 to d3");
_Static_assert(RS_A32_STACK == RS_A32_ENTRY + 16, "what a closure's entry saves");
_Static_assert(RS_A32_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_A32_RESULTS < sizeof(((rs_plan *)0)->header), "the header holds what the stub reads");

struct place {
  rs_planner *planner;
  bool vectors;   /* the variant of 7.1 */
  size_t ncrn;    /* core registers taken */
  uint32_t taken; /* bit n: sn is allocated or unavailable */
  size_t nsaa;    /* bytes of stack words */
};

/* Candidates for vector registers (7.1.2.1), homogeneous aggregates of one to four members: the size of one;
 * 0 for other types. */
static size_t member_size(const struct place *p, const rs_type *type)
{
  return p->vectors ? rs_homogeneous_member(type, MOST_MEMBERS) : 0;
}

/* Whether a value starts at an even register or at a multiple of 8 on the stack, which is the most (B.5).
 * Alignments of members count; types that are adjusted as a whole are not among the engine's. */
static bool is_doubleword(const rs_type *type)
{
  return type->align >= 8;
}

/* `size` bytes of the value from `from` on are in the frame at `at`, in as many slots as they need:
 * neighbours in registers are neighbours in the frame. */
static bool put(struct place *p, rs_place *place, size_t from, size_t at, size_t size)
{
  return rs_planner_part(p->planner, place, from, at, size, rs_planner_extension(p->planner, place->type));
}

/* C.2.cp, C.7, C.8. */
static bool put_stack(struct place *p, rs_place *place)
{
  size_t at = rs_round_up(p->nsaa, is_doubleword(place->type) ? 8 : 4);

  p->nsaa = at + rs_round_up(place->type->size, 4);
  return put(p, place, 0, RS_A32_STACK + at, place->type->size);
}

/* C.5: the first words in what is left of the core registers, the others at the start of the stack words. */
static bool put_split(struct place *p, rs_place *place)
{
  size_t in_registers = 4 * (R_REGISTERS - p->ncrn), at = RS_A32_R + 4 * p->ncrn;

  p->ncrn = R_REGISTERS;
  p->nsaa = rs_round_up(place->type->size, 4) - in_registers;
  return put(p, place, 0, at, in_registers)
         && put(p, place, in_registers, RS_A32_STACK, place->type->size - in_registers);
}

/* C.3 to C.8. */
static bool put_core(struct place *p, rs_place *place)
{
  size_t words = rs_round_up(place->type->size, 4) / 4, first;

  if (is_doubleword(place->type))
    p->ncrn = rs_round_up(p->ncrn, 2);
  first = p->ncrn;
  if (words <= R_REGISTERS - first) {
    p->ncrn += words;
    return put(p, place, 0, RS_A32_R + 4 * first, place->type->size);
  }
  if (first < R_REGISTERS && p->nsaa == 0)
    return put_split(p, place);
  p->ncrn = R_REGISTERS;
  return put_stack(p, place);
}

/* C.1.cp: the lowest registers that are free and neighbours, also between others that are taken (7.1.2.3). */
static bool put_vectors(struct place *p, rs_place *place, size_t member)
{
  size_t words = place->type->size / 4;
  uint32_t wanted = (1u << words) - 1;

  for (size_t s = 0; s + words <= S_REGISTERS; s += member / 4)
    if (!(p->taken & wanted << s)) {
      p->taken |= wanted << s;
      return put(p, place, 0, RS_A32_S + 4 * s, place->type->size);
    }
  p->taken = (1u << S_REGISTERS) - 1;
  return put_stack(p, place);
}

static bool put_argument(struct place *p, rs_place *place)
{
  size_t member = member_size(p, place->type);

  if (place->type->size == 0) /* GNU C: an empty record takes no place at all */
    return true;
  return member ? put_vectors(p, place, member) : put_core(p, place);
}

/* 6.4, 7.1.2.2. */
static bool put_result(struct place *p)
{
  rs_plan *plan = p->planner->plan;
  rs_place *result = &plan->result;
  const rs_type *type = result->type;

  if (type->size == 0) /* void; an empty record */
    return true;
  if (member_size(p, type)) {
    plan->header[RS_A32_RESULTS] = 1;
    return put(p, result, 0, RS_A32_RESULT_S, type->size);
  }
  if (rs_is_aggregate(type) && type->size > 4) { /* A.4 */
    result->by_reference = true;
    plan->result_pointer = RS_A32_R;
    p->ncrn = 1;
    return true;
  }
  return put(p, result, 0, RS_A32_RESULT_R, type->size);
}

static bool plan_for(rs_planner *planner, bool vectors)
{
  rs_plan *plan = planner->plan;
  struct place p = {.planner = planner, .vectors = vectors && !plan->signature->variadic};

  plan->slot_size = 4;
  if (!put_result(&p))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_A32_STACK;
  plan->stack_bytes = (uint32_t)rs_round_up(p.nsaa, 16);
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  for (uint32_t bits = p.taken; bits; bits &= bits - 1)
    plan->vector_count++;
  memcpy(plan->header + RS_A32_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  plan->header[RS_A32_VECTORS] = p.taken != 0;
  return true;
}

bool rs_plan_a32_hard(rs_planner *planner)
{
  return plan_for(planner, true);
}

bool rs_plan_a32_soft(rs_planner *planner)
{
  return plan_for(planner, false);
}

/* a64.c - where arguments and results travel on 64-bit Arm: by the Procedure Call Standard for the Arm 64-bit
 * Architecture (AAPCS64, 2023Q3; rules A to C are its 6.8.2), and by the two systems that deviate: Apple
 * ("Writing ARM64 code for Apple platforms") and Windows (Microsoft, "Overview of ARM64 ABI conventions"). */
#include "abi/a64.h"

#include <string.h>

#include "abi/abi.h"
#include "abi/homogeneous.h"
#include "core/layout.h"

enum { X_REGISTERS = 8, V_REGISTERS = 8, MOST_MEMBERS = 4 };

_Static_assert(RS_A64_X8 == RS_A64_X + 8 * X_REGISTERS, "x8 follows x7");
_Static_assert(RS_A64_RESULT_X == RS_A64_V + 16 * V_REGISTERS, "the results follow v7");
_Static_assert(RS_A64_RESULT_V == RS_A64_RESULT_X + 16, "x0 and x1");
_Static_assert(RS_A64_STACK == RS_A64_RESULT_V + 16 * MOST_MEMBERS + 16,
               "v0 to v3, then the frame record of a closure's entry");
_Static_assert(RS_A64_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_A64_RESULTS < sizeof(((rs_plan *)0)->header), "the header holds what the stub reads");

typedef enum variant { ARM, APPLE, WINDOWS } variant;

struct place {
  rs_planner *planner;
  variant variant;
  size_t x, v;  /* registers taken: NGRN, NSRN */
  size_t stack; /* bytes of stack words: NSAA */
};

/* The size of a member of a homogeneous aggregate (5.9.5.1), 0 for other types. */
static size_t member_size(const rs_type *type)
{
  return rs_homogeneous_member(type, MOST_MEMBERS);
}

static rs_extend extension(const struct place *p, const rs_type *type)
{
  return rs_planner_extension(p->planner, type);
}

/* `size` bytes of the value from `from` on are in the slot at `at`. */
static bool put(struct place *p, rs_place *place, size_t from, size_t at, size_t size)
{
  return rs_planner_part(p->planner, place, from, at, size, extension(p, place->type));
}

static bool put_vectors(struct place *p, rs_place *place, size_t member, size_t at)
{
  for (size_t from = 0; from < place->type->size; from += member, at += 16)
    if (!put(p, place, from, at, member))
      return false;
  return true;
}

static bool put_words(struct place *p, rs_place *place, size_t at)
{
  size_t size = place->type->size;

  for (size_t from = 0; from < size; from += 8, at += 8)
    if (!put(p, place, from, at, size - from < 8 ? size - from : 8))
      return false;
  return true;
}

/* C.14: at a multiple of 8, or of 16 for what is aligned to 16 or more. Apple packs what is not variadic:
 * scalars to their own alignment, floats in a record to that of one, even if the record is packed. */
static bool put_stack(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t member = member_size(type);
  bool packed = p->variant == APPLE && !place->variadic && (!rs_is_aggregate(type) || member);
  size_t align = 8, size = packed ? type->size : rs_round_up(type->size, 8), at;

  if (packed)
    align = member ? member : type->align;
  else if (type->align > 8)
    align = 16;
  at = rs_round_up(p->stack, align);
  p->stack = at + size;
  place->direct = !rs_is_aggregate(type) && type->size <= 8 && !packed;
  return rs_planner_part(p->planner, place, 0, RS_A64_STACK + at, type->size,
                         packed ? RS_EXTEND_NONE : extension(p, type));
}

/* Apple: what comes after `...` is on the stack, whatever registers are free. */
static bool is_stack_only(const struct place *p, const rs_place *place)
{
  return p->variant == APPLE && place->variadic;
}

/* B.4: larger composite types are copied, and their address is passed. */
static bool put_reference(struct place *p, rs_place *place)
{
  size_t at = RS_A64_X + 8 * p->x;

  place->by_reference = true;
  place->copy_align = place->type->align > 16 ? (uint8_t)place->type->align : 16;
  if (p->x < X_REGISTERS && !is_stack_only(p, place)) {
    p->x++;
  } else {
    p->stack = rs_round_up(p->stack, 8);
    at = RS_A64_STACK + p->stack;
    p->stack += 8;
  }
  return rs_planner_part(p->planner, place, 0, at, 8, RS_EXTEND_NONE);
}

/* Windows, variadic: the registers are the first 64 bytes of the stack, and a value may lie across their end.
 */
static bool put_across(struct place *p, rs_place *place)
{
  size_t in_registers = 8 * (X_REGISTERS - p->x), at = RS_A64_X + 8 * p->x;

  p->x = X_REGISTERS;
  p->stack = rs_round_up(place->type->size - in_registers, 8);
  return put(p, place, 0, at, in_registers)
         && rs_planner_part(p->planner, place, in_registers, RS_A64_STACK, place->type->size - in_registers,
                            RS_EXTEND_NONE);
}

static bool is_windows_variadic(const struct place *p)
{
  return p->variant == WINDOWS && p->planner->plan->signature->variadic;
}

/* C.9 to C.13. What is aligned to 16 starts at an even register (C.10), except on Apple's systems. */
static bool put_integers(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t words = rs_round_up(type->size, 8) / 8, first = p->x;

  if (type->align >= 16 && p->variant != APPLE)
    first = rs_round_up(first, 2);
  if (first < X_REGISTERS && first + words > X_REGISTERS && is_windows_variadic(p))
    return put_across(p, place);
  if (first + words > X_REGISTERS) {
    p->x = X_REGISTERS;
    return put_stack(p, place);
  }
  p->x = first + words;
  place->direct = !rs_is_aggregate(type);
  return put_words(p, place, RS_A64_X + 8 * first);
}

static bool put_argument(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t member = member_size(type), count = member ? type->size / member : 0;

  if (type->size == 0) /* GNU C: an empty record takes no place at all */
    return true;
  if (is_stack_only(p, place))
    return type->size > 16 && !member ? put_reference(p, place) : put_stack(p, place);
  if (is_windows_variadic(p))
    member = 0;
  if (member) { /* C.1 to C.4 */
    if (p->v + count > V_REGISTERS) {
      p->v = V_REGISTERS;
      return put_stack(p, place);
    }
    place->direct = !rs_is_aggregate(type) && type->size <= 8;
    p->v += count;
    return put_vectors(p, place, member, RS_A64_V + 16 * (p->v - count));
  }
  if (rs_is_aggregate(type) && type->size > 16)
    return put_reference(p, place);
  return put_integers(p, place);
}

/* 6.9: as a first argument would, but in memory that x8 points to instead of by reference. */
static bool put_result(struct place *p)
{
  rs_plan *plan = p->planner->plan;
  rs_place *result = &plan->result;
  const rs_type *type = result->type;
  size_t member = member_size(type);

  if (type->size == 0) /* void; an empty record */
    return true;
  if (member) {
    plan->header[RS_A64_RESULTS] = 1;
    result->direct = !rs_is_aggregate(type) && type->size <= 8;
    return put_vectors(p, result, member, RS_A64_RESULT_V);
  }
  if (type->size > 16) {
    result->by_reference = true;
    plan->result_pointer = RS_A64_X8;
    return true;
  }
  result->direct = !rs_is_aggregate(type);
  return put_words(p, result, RS_A64_RESULT_X);
}

static bool plan_for(rs_planner *planner, variant which)
{
  struct place p = {.planner = planner, .variant = which};
  rs_plan *plan = planner->plan;

  plan->slot_size = 8;
  if (!put_result(&p))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_A64_STACK;
  plan->stack_bytes = (uint32_t)rs_round_up(p.stack, 16);
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  plan->vector_count = (uint8_t)p.v;
  memcpy(plan->header + RS_A64_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  plan->header[RS_A64_VECTORS] = plan->vector_count;
  return true;
}

bool rs_plan_a64(rs_planner *planner)
{
  return plan_for(planner, ARM);
}

bool rs_plan_a64_apple(rs_planner *planner)
{
  return plan_for(planner, APPLE);
}

bool rs_plan_a64_win(rs_planner *planner)
{
  return plan_for(planner, WINDOWS);
}

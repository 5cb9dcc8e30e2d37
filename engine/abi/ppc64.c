/* ppc64.c - where arguments and results travel on 64-bit Power, little-endian: by the 64-Bit ELF V2 ABI
 * Specification, Power Architecture, revision 1.5 ("Parameter Passing Register Selection Algorithm", 2.2.4.1;
 * "Return Values"). A long double is the IBM format, two doubles in two registers. */
#include "abi/ppc64.h"

#include <string.h>

#include "abi/abi.h"
#include "abi/homogeneous.h"
#include "core/layout.h"

enum { R_REGISTERS = 8, F_REGISTERS = 13, MOST_MEMBERS = 8, HEADER_BYTES = 32 };

_Static_assert(RS_PPC64_F == RS_PPC64_R + 8 * R_REGISTERS, "f1 follows r10");
_Static_assert(RS_PPC64_S == RS_PPC64_F + 8 * F_REGISTERS, "the singles follow f13");
_Static_assert(RS_PPC64_RESULT_R == RS_PPC64_S + 8 * F_REGISTERS, "the results follow the singles");
_Static_assert(RS_PPC64_RESULT_F == RS_PPC64_RESULT_R + 16, "r3 and r4");
_Static_assert(RS_PPC64_RESULT_S == RS_PPC64_RESULT_F + 8 * MOST_MEMBERS, "f1 to f8");
_Static_assert(RS_PPC64_CALLER == RS_PPC64_RESULT_S + 8 * MOST_MEMBERS, "f1 to f8");
_Static_assert(RS_PPC64_STACK == RS_PPC64_CALLER + HEADER_BYTES + 8 * R_REGISTERS, "the caller's frame");
_Static_assert(RS_PPC64_CALLER % 16 == 0 && RS_PPC64_STACK % 16 == 0,
               "stack words keep the frame's alignment");
_Static_assert(RS_PPC64_RESULTS < sizeof(((rs_plan *)0)->header), "the header holds what the stub reads");

struct place {
  rs_planner *planner;
  size_t words;     /* doublewords of the parameter save area that are taken */
  size_t f;         /* floating-point registers taken */
  uint16_t singles; /* which of them hold singles */
};

/* Homogeneous aggregates take up to eight registers ("Parameter Passing in Registers"): bytes of the value
 * that one of them holds; 0 where it does not travel in them. */
static size_t register_bytes(const rs_type *type)
{
  size_t size = rs_homogeneous_member(type, MOST_MEMBERS), bytes;

  if (!size)
    return 0;
  bytes = size < 8 ? size : 8;
  return type->size / bytes <= MOST_MEMBERS ? bytes : 0;
}

/* The slot of a doubleword of the parameter save area: the first eight are in r3 to r10 ("Parameter Save
 * Area"). */
static size_t slot_of(size_t word)
{
  return word < R_REGISTERS ? RS_PPC64_R + 8 * word : RS_PPC64_STACK + 8 * (word - R_REGISTERS);
}

/* The value from `from` on lies as in memory, the value's start at doubleword `word`; what is past r10 is on
 * the stack. */
static bool put_words(struct place *p, rs_place *place, size_t from, size_t word)
{
  const rs_type *type = place->type;
  rs_extend extend = rs_planner_extension(p->planner, type);
  size_t at = word + from / 8, left = type->size - from;
  size_t in_registers = at < R_REGISTERS ? 8 * (R_REGISTERS - at) - from % 8 : 0;

  if (in_registers && in_registers < left) {
    if (!rs_planner_part(p->planner, place, from, slot_of(at) + from % 8, in_registers, RS_EXTEND_NONE))
      return false;
    return rs_planner_part(p->planner, place, from + in_registers, RS_PPC64_STACK, left - in_registers,
                           RS_EXTEND_NONE);
  }
  place->direct = !rs_is_aggregate(type) && type->size <= 8;
  return rs_planner_part(p->planner, place, from, slot_of(at) + from % 8, left, extend);
}

/* A register for each member, two for a long double. What finds none left lies where the value would be
 * without registers ("Parameter Save Area"). */
static bool put_floats(struct place *p, rs_place *place, size_t bytes, size_t word)
{
  const rs_type *type = place->type;
  size_t area = bytes == 4 ? RS_PPC64_S : RS_PPC64_F, from = 0;

  for (; from < type->size && p->f < F_REGISTERS; from += bytes, p->f++) {
    if (!rs_planner_part(p->planner, place, from, area + 8 * p->f, bytes, RS_EXTEND_NONE))
      return false;
    if (bytes == 4)
      p->singles = (uint16_t)(p->singles | 1u << p->f);
  }
  if (from < type->size)
    return put_words(p, place, from, word);
  place->direct = !rs_is_aggregate(type) && type->size <= 8;
  return true;
}

/* Every argument takes its doublewords of the parameter save area, also where registers hold it. Aggregates
 * that are aligned to 16 or more start at an even one, but homogeneous ones. Variadic floats go where
 * integers do. */
static bool put_argument(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t bytes = register_bytes(type), word;

  if (type->size == 0) /* GNU C: an empty record takes no place at all */
    return true;
  if (rs_is_aggregate(type) && type->align >= 16 && !bytes)
    p->words = rs_round_up(p->words, 2);
  word = p->words;
  p->words += rs_round_up(type->size, 8) / 8;
  if (bytes && !place->variadic)
    return put_floats(p, place, bytes, word);
  return put_words(p, place, 0, word);
}

/* "Return Values": homogeneous aggregates as arguments; others of up to 16 bytes in r3 and r4; else in
 * memory, whose address is the first argument; compilers do not hand it back. */
static bool put_result(struct place *p)
{
  rs_plan *plan = p->planner->plan;
  rs_place *result = &plan->result;
  const rs_type *type = result->type;
  size_t bytes = register_bytes(type), area = bytes == 4 ? RS_PPC64_RESULT_S : RS_PPC64_RESULT_F;

  if (type->size == 0) /* void; an empty record */
    return true;
  if (bytes) {
    plan->header[RS_PPC64_RESULTS] = bytes == 4 ? RS_PPC64_SINGLE_RESULTS : RS_PPC64_DOUBLE_RESULTS;
    result->direct = !rs_is_aggregate(type) && type->size <= 8;
    for (size_t from = 0; from < type->size; from += bytes, area += 8)
      if (!rs_planner_part(p->planner, result, from, area, bytes, RS_EXTEND_NONE))
        return false;
    return true;
  }
  if (type->size > 16) {
    result->by_reference = true;
    plan->result_pointer = (uint32_t)slot_of(p->words++);
    return true;
  }
  result->direct = !rs_is_aggregate(type);
  return rs_planner_part(p->planner, result, 0, RS_PPC64_RESULT_R, type->size,
                         rs_planner_extension(p->planner, type));
}

bool rs_plan_ppc64(rs_planner *planner)
{
  struct place p = {.planner = planner};
  rs_plan *plan = planner->plan;

  plan->slot_size = 8;
  if (!put_result(&p))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_PPC64_STACK;
  plan->stack_bytes = p.words > R_REGISTERS ? (uint32_t)rs_round_up(8 * (p.words - R_REGISTERS), 16) : 0;
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  plan->vector_count = (uint8_t)p.f;
  memcpy(plan->header + RS_PPC64_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  memcpy(plan->header + RS_PPC64_SINGLES, &p.singles, sizeof p.singles);
  plan->header[RS_PPC64_VECTORS] = plan->vector_count;
  return true;
}

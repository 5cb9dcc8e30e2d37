/* x64_sysv.c - where arguments and results travel by the System V ABI, AMD64 Architecture Processor
 * Supplement, version 1.0, 3.2.3 (Parameter Passing). Classes and their names are the document's. macOS keeps
 * to an edition before 0.98, which has no rule 5b. */
#include "abi/x64_sysv.h"

#include <string.h>

#include "abi/abi.h"
#include "core/layout.h"

enum { GP_REGISTERS = 6, SSE_REGISTERS = 8 };

_Static_assert(RS_SYSV_SSE == RS_SYSV_GP + 8 * GP_REGISTERS, "xmm0 follows r9");
_Static_assert(RS_SYSV_RAX == RS_SYSV_SSE + 8 * SSE_REGISTERS, "the results follow xmm7");
_Static_assert(RS_SYSV_RDX == RS_SYSV_RAX + 8 && RS_SYSV_XMM1 == RS_SYSV_XMM0 + 8, "results lie in pairs");
_Static_assert(RS_SYSV_ST0 % 16 == 0 && RS_SYSV_STACK == RS_SYSV_ST0 + 32,
               "st(0), then rbp and return address");
_Static_assert(RS_SYSV_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_SYSV_X87 < sizeof(((rs_plan *)0)->header), "the header holds what the stub reads");

typedef enum class { NO_CLASS, INTEGER, SSE, X87, X87UP, MEMORY } class;

/* The class of each eightbyte. One in memory puts the whole argument there, see `classify`. */
typedef struct classes {
  class eightbyte[2];
} classes;

struct place {
  rs_planner *planner;
  bool apple;
  unsigned gp;  /* integer registers taken */
  unsigned sse; /* vector registers taken */
  size_t stack; /* bytes of stack words */
};

/* Rules 4a to 4f: two members share an eightbyte. */
static class merge(class a, class b)
{
  if (a == b) /* 4a */
    return a;
  if (a == NO_CLASS) /* 4b */
    return b;
  if (b == NO_CLASS)
    return a;
  if (a == MEMORY || b == MEMORY) /* 4c */
    return MEMORY;
  if (a == INTEGER || b == INTEGER) /* 4d */
    return INTEGER;
  if (a != SSE || b != SSE) /* 4e: one of X87, X87UP */
    return MEMORY;
  return SSE; /* 4f */
}

static void classify_at(const rs_type *type, size_t offset, classes *c)
{
  class *here = &c->eightbyte[offset / 8];

  if (type->size == 0)
    return;
  if (offset % type->align != 0) { /* rule 1: unaligned fields */
    c->eightbyte[0] = MEMORY;
    return;
  }
  switch (type->kind) {
  case RS_FLOAT:
    if (type->size == 16) {
      here[0] = merge(here[0], X87);
      here[1] = merge(here[1], X87UP);
    } else {
      *here = merge(*here, SSE);
    }
    break;
  case RS_RECORD:
  case RS_UNION:
    for (size_t i = 0; i < type->member_count; i++)
      classify_at(type->members[i].type, offset + type->members[i].offset, c);
    break;
  case RS_ARRAY:
    for (size_t i = 0; i < type->length; i++)
      classify_at(type->ref, offset + i * type->ref->size, c);
    break;
  default: /* bool, integers, enumerations, pointers, strings */ *here = merge(*here, INTEGER);
  }
}

static classes classify(const rs_type *type, bool apple)
{
  classes c = {{NO_CLASS, NO_CLASS}};

  if (type->size > 16) { /* rules 1 and 5c; vectors, which could be larger, are not among our types */
    c.eightbyte[0] = MEMORY;
    return c;
  }
  classify_at(type, 0, &c);
  if (c.eightbyte[1] == MEMORY) /* 5a */
    c.eightbyte[0] = MEMORY;
  if (c.eightbyte[1] == X87UP && c.eightbyte[0] == INTEGER && apple) /* as clang has it */
    c.eightbyte[1] = SSE;
  else if (c.eightbyte[1] == X87UP && c.eightbyte[0] != X87) /* 5b */
    c.eightbyte[0] = MEMORY;
  return c;
}

static bool is_scalar(const rs_type *type)
{
  return !rs_is_aggregate(type);
}

/* Eightbyte `i` of the value is in the slot at `frame_offset`. */
static bool put_eightbyte(rs_planner *planner, rs_place *place, size_t i, size_t frame_offset)
{
  size_t left = place->type->size - 8 * i;

  return rs_planner_part(planner, place, 8 * i, frame_offset, left < 8 ? left : 8,
                         rs_planner_extension(planner, place->type));
}

/* At an address that respects the argument's alignment, at least 8, which may exceed 16. */
static bool put_stack(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;
  size_t at = rs_round_up(p->stack, type->align > 8 ? type->align : 8);

  p->stack = at + rs_round_up(type->size, 8);
  place->direct = is_scalar(type) && type->size <= 8;
  return rs_planner_part(p->planner, place, 0, RS_SYSV_STACK + at, type->size,
                         rs_planner_extension(p->planner, type));
}

/* Passing, rules 1 to 5: all eightbytes in registers, or the whole in memory. */
static bool put_argument(struct place *p, rs_place *place)
{
  classes c = classify(place->type, p->apple);
  unsigned gp = 0, sse = 0;

  if (place->type->size == 0) /* GNU C: an empty record takes no place at all */
    return true;
  for (size_t i = 0; i < 2; i++) {
    gp += c.eightbyte[i] == INTEGER;
    sse += c.eightbyte[i] == SSE;
  }
  if (c.eightbyte[0] == MEMORY || c.eightbyte[0] == X87 || p->gp + gp > GP_REGISTERS
      || p->sse + sse > SSE_REGISTERS)
    return put_stack(p, place);
  place->direct = is_scalar(place->type);
  for (size_t i = 0; i < 2; i++) {
    if (c.eightbyte[i] == INTEGER && !put_eightbyte(p->planner, place, i, RS_SYSV_GP + 8 * p->gp++))
      return false;
    if (c.eightbyte[i] == SSE && !put_eightbyte(p->planner, place, i, RS_SYSV_SSE + 8 * p->sse++))
      return false;
  }
  return true;
}

/* Returning of values, rules 1 to 5. A result in memory takes rdi for its address. */
static bool put_result(struct place *p)
{
  rs_plan *plan = p->planner->plan;
  rs_place *result = &plan->result;
  classes c;
  size_t rax = RS_SYSV_RAX, xmm = RS_SYSV_XMM0;

  if (result->type->size == 0) /* void; an empty record */
    return true;
  c = classify(result->type, p->apple);
  if (c.eightbyte[0] == MEMORY) {
    result->by_reference = true;
    plan->result_pointer = RS_SYSV_GP;
    plan->result_echo = RS_SYSV_RAX;
    p->gp = 1;
    return true;
  }
  if (c.eightbyte[0] == X87) {
    plan->header[RS_SYSV_X87] = 1;
    return rs_planner_part(p->planner, result, 0, RS_SYSV_ST0, result->type->size, RS_EXTEND_NONE);
  }
  result->direct = is_scalar(result->type);
  for (size_t i = 0; i < 2; i++) {
    if (c.eightbyte[i] == INTEGER) {
      if (!put_eightbyte(p->planner, result, i, rax))
        return false;
      rax += 8;
    } else if (c.eightbyte[i] == SSE) {
      if (!put_eightbyte(p->planner, result, i, xmm))
        return false;
      xmm += 8;
    }
  }
  return true;
}

static bool plan_for(rs_planner *planner, bool apple)
{
  struct place p = {.planner = planner, .apple = apple};
  rs_plan *plan = planner->plan;

  plan->slot_size = 8;
  if (!put_result(&p))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_SYSV_STACK;
  plan->stack_bytes = (uint32_t)rs_round_up(p.stack, 16);
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  plan->vector_count = (uint8_t)p.sse;
  memcpy(plan->header + RS_SYSV_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  plan->header[RS_SYSV_VECTORS] = plan->vector_count;
  return true;
}

bool rs_plan_x64_sysv(rs_planner *planner)
{
  return plan_for(planner, false);
}

bool rs_plan_x64_apple(rs_planner *planner)
{
  return plan_for(planner, true);
}

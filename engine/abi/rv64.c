/* rv64.c - where arguments and results travel on 64-bit RISC-V and LoongArch, whose conventions differ in
 * little but the names of registers:
 *
 *   RISC-V ELF psABI specification 1.0, "Integer Calling Convention" and "Hardware Floating-Point Calling
 * Convention"; Procedure Call Standard for the LoongArch Architecture 20231219 (LoongArch ABI 2.30), "Passing
 * arguments".
 *
 * The words here are RISC-V's. */
#include "abi/rv64.h"

#include <string.h>

#include "abi/abi.h"
#include "core/layout.h"

enum { REGISTERS = 8, WORD = 8, LARGEST = 2 * WORD /* of what is not passed by reference */ };

_Static_assert(RS_RV64_FA == RS_RV64_A + WORD * REGISTERS, "fa0 follows a7");
_Static_assert(RS_RV64_RESULT_A == RS_RV64_FA + WORD * REGISTERS, "the results follow fa7");
_Static_assert(RS_RV64_RESULT_FA == RS_RV64_RESULT_A + 2 * WORD, "a0 and a1");
_Static_assert(RS_RV64_STACK == RS_RV64_RESULT_FA + 4 * WORD,
               "fa0 and fa1, then the frame record of a closure's entry");
_Static_assert(RS_RV64_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_RV64_RESULT_SINGLES < sizeof(((rs_plan *)0)->header),
               "the header holds what the stub reads");

/* What tells the conventions apart. */
struct rules {
  bool floats; /* floating-point registers carry arguments */
  bool boxed;  /* a float is extended with ones in them (NaN-boxed) */
};

struct place {
  rs_planner *planner;
  const struct rules *rules;
  size_t a_at, fa_at;  /* in the frame: of arguments, or of results */
  size_t a, fa, stack; /* taken: registers, and bytes of stack words */
  uint8_t singles;     /* which fa hold a float */
};

/* A struct with its members in one row, as far as it matters. */
struct flat {
  size_t count;
  struct {
    const rs_type *type;
    size_t offset;
  } fields[2];
};

/* "struct" refers to a C struct with its hierarchy flattened, including any array fields; empty ones are
 * ignored. False when there are more than two fields, or a union, which is never flattened. */
static bool flatten(const rs_type *type, size_t offset, struct flat *out)
{
  if (type->kind == RS_UNION && type->size)
    return false;
  if (rs_is_aggregate(type) && type->size == 0)
    return true;
  if (type->kind == RS_ARRAY) {
    for (size_t i = 0; i < type->length; i++)
      if (!flatten(type->ref, offset + i * type->ref->size, out))
        return false;
    return true;
  }
  if (type->kind == RS_RECORD) {
    for (size_t i = 0; i < type->member_count; i++)
      if (!flatten(type->members[i].type, offset + type->members[i].offset, out))
        return false;
    return true;
  }
  if (out->count == 2)
    return false;
  out->fields[out->count].type = type;
  out->fields[out->count++].offset = offset;
  return true;
}

/* One or two floating-point reals, or one and an integer, none wider than its register, and registers for
 * all. No compiler takes a pointer for an integer here, although LoongArch's document does. */
static bool fits_floats(const struct place *p, const rs_type *type, struct flat *out)
{
  size_t floats = 0, integers = 0;

  *out = (struct flat){0};
  if (!p->rules->floats || !flatten(type, 0, out))
    return false;
  for (size_t i = 0; i < out->count; i++) {
    const rs_type *field = out->fields[i].type;

    if (field->size > WORD)
      return false;
    floats += field->kind == RS_FLOAT;
    integers += rs_is_integer(field) || field->kind == RS_BOOL;
  }
  return floats && floats + integers == out->count && p->fa + floats <= REGISTERS
         && p->a + integers <= REGISTERS;
}

/* Integers are widened by the sign of their type up to 32 bits, then sign-extended: the upper half of an
 * unsigned int is not zero. */
static rs_extend extension(const struct place *p, const rs_type *type)
{
  rs_extend extend = rs_planner_extension(p->planner, type);

  return extend != RS_EXTEND_NONE && type->size == 4 ? RS_EXTEND_SIGN : extend;
}

/* Who writes slots directly extends integers by the kind of their type, which is not enough for unsigned int
 * and where char is unsigned. */
static bool is_direct(const struct place *p, const rs_type *type)
{
  rs_extend usual = type->kind == RS_INT ? RS_EXTEND_SIGN : RS_EXTEND_ZERO, extend = extension(p, type);

  return !rs_is_aggregate(type) && type->size <= WORD
         && (extend == RS_EXTEND_NONE || extend == usual || type->size == WORD);
}

static bool put_floats(struct place *p, rs_place *place, const struct flat *flat)
{
  place->direct = !rs_is_aggregate(place->type);
  for (size_t i = 0; i < flat->count; i++) {
    const rs_type *type = flat->fields[i].type;
    size_t at = type->kind == RS_FLOAT ? p->fa_at + WORD * p->fa : p->a_at + WORD * p->a;

    if (type->kind != RS_FLOAT)
      p->a++;
    else if (type->size < WORD && p->rules->boxed)
      p->singles |= (uint8_t)(1u << p->fa++);
    else
      p->fa++;
    if (!rs_planner_part(p->planner, place, flat->fields[i].offset, at, type->size, RS_EXTEND_NONE))
      return false;
  }
  return true;
}

/* What is on the stack is aligned to the greater of its alignment and a word, but to 16 at most. */
static bool put_stack(struct place *p, rs_place *place, size_t from)
{
  const rs_type *type = place->type;
  size_t at = rs_round_up(p->stack, type->align > WORD ? LARGEST : WORD), size = type->size - from;

  p->stack = at + rs_round_up(size, WORD);
  return rs_planner_part(p->planner, place, from, RS_RV64_STACK + at, size, extension(p, type));
}

/* The integer calling convention. */
static bool put_integers(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;

  if (place->variadic && type->align >= LARGEST) /* an aligned register pair */
    p->a = rs_round_up(p->a, 2);
  place->direct = is_direct(p, type);
  for (size_t from = 0; from < type->size; from += WORD) {
    size_t rest = type->size - from;

    if (p->a == REGISTERS) /* all of it, or the second half */
      return put_stack(p, place, from);
    if (!rs_planner_part(p->planner, place, from, p->a_at + WORD * p->a++, rest < WORD ? rest : WORD,
                         extension(p, type)))
      return false;
  }
  return true;
}

static bool put_reference(struct place *p, rs_place *place)
{
  size_t at = p->a < REGISTERS ? RS_RV64_A + WORD * p->a++ : RS_RV64_STACK + p->stack;

  place->by_reference = true;
  place->copy_align = place->type->align > 16 ? (uint8_t)place->type->align : 16;
  if (at >= RS_RV64_STACK)
    p->stack += WORD;
  return rs_planner_part(p->planner, place, 0, at, WORD, RS_EXTEND_NONE);
}

static bool put_argument(struct place *p, rs_place *place)
{
  struct flat flat;

  if (place->type->size == 0) /* empty structs and unions are ignored */
    return true;
  if (!place->variadic && fits_floats(p, place->type, &flat))
    return put_floats(p, place, &flat);
  return place->type->size > LARGEST ? put_reference(p, place) : put_integers(p, place);
}

/* As a first named argument would be; but the caller says where to write what would be passed by reference.
 */
static bool put_result(rs_planner *planner, const struct rules *rules)
{
  struct place p = {.planner = planner, .rules = rules, .a_at = RS_RV64_RESULT_A, .fa_at = RS_RV64_RESULT_FA};
  rs_plan *plan = planner->plan;
  const rs_type *type = plan->result.type;
  struct flat flat;

  if (type->size > LARGEST && !fits_floats(&p, type, &flat)) {
    plan->result.by_reference = true;
    plan->result_pointer = RS_RV64_A;
    return true;
  }
  if (!put_argument(&p, &plan->result))
    return false;
  plan->header[RS_RV64_RESULT_SINGLES] = p.singles;
  return true;
}

static bool plan_for(rs_planner *planner, const struct rules *rules)
{
  struct place p = {.planner = planner, .rules = rules, .a_at = RS_RV64_A, .fa_at = RS_RV64_FA};
  rs_plan *plan = planner->plan;

  plan->slot_size = WORD;
  if (!put_result(planner, rules))
    return false;
  p.a = plan->result.by_reference;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_RV64_STACK;
  plan->stack_bytes = (uint32_t)rs_round_up(p.stack, 16);
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  plan->vector_count = (uint8_t)p.fa;
  memcpy(plan->header + RS_RV64_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes);
  plan->header[RS_RV64_FLOATS] = plan->vector_count;
  plan->header[RS_RV64_SINGLES] = p.singles;
  return true;
}

bool rs_plan_rv64_lp64d(rs_planner *planner)
{
  return plan_for(planner, &(struct rules){.floats = true, .boxed = true});
}

bool rs_plan_rv64_lp64(rs_planner *planner)
{
  return plan_for(planner, &(struct rules){0});
}

/* The upper half of a register that holds a float is undefined. */
bool rs_plan_la64_lp64d(rs_planner *planner)
{
  return plan_for(planner, &(struct rules){.floats = true});
}

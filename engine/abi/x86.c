/* x86.c - where arguments and results travel on 32-bit x86: by the System V Application Binary Interface,
 * Intel386 Architecture Processor Supplement 1.1 (2015; sections are its own), with GNU C's attributes for
 * the other keywords; and by Microsoft's "Argument Passing and Naming Conventions" and the pages __cdecl,
 * __stdcall, __fastcall and __thiscall of its C++ language reference. FreeBSD and OpenBSD are the former, but
 * return small records in registers. */
#include "abi/x86.h"

#include <string.h>

#include "abi/abi.h"
#include "core/layout.h"

enum { WORD = 4, REGISTERS = 2 };

_Static_assert(RS_X86_EDX == RS_X86_ECX + WORD, "the argument registers are one array");
_Static_assert(RS_X86_RESULT_EDX == RS_X86_EAX + WORD, "edx:eax is one integer");
_Static_assert(RS_X86_RESULTS_END == RS_X86_ST0 + 12, "a long double");
_Static_assert(RS_X86_STACK >= RS_X86_RESULTS_END + 2 * WORD, "ebp and return address of a closure's entry");
_Static_assert(RS_X86_STACK % 16 == 0, "stack words keep the frame's alignment");
_Static_assert(RS_X86_POPPED + WORD == sizeof(((rs_plan *)0)->header),
               "the header holds what the stubs read");

typedef enum variant { SYSTEM_V, BSD, WINDOWS } variant;

struct place {
  rs_planner *planner;
  variant variant;
  rs_convention convention;
  size_t registers; /* of ecx, edx: those that carry arguments */
  size_t taken;     /* registers that are gone */
  size_t stack;     /* bytes of stack words */
};

static size_t words_of(const rs_type *type)
{
  return rs_round_up(type->size, WORD) / WORD;
}

/* The float that is all that there is in a type; NULL when it is something else. gcc has structs of one float
 * do what the float would; clang, the BSDs' compiler, `unions`, too. */
static const rs_type *lone_float(const rs_type *type, bool unions)
{
  const rs_type *found = NULL;

  if (type->kind == RS_FLOAT)
    return type;
  if (type->kind == RS_ARRAY)
    return type->length == 1 ? lone_float(type->ref, unions) : NULL;
  if (type->kind != RS_RECORD && !(unions && type->kind == RS_UNION))
    return NULL;
  for (size_t i = 0; i < type->member_count; i++) {
    const rs_type *member = type->members[i].type;

    if (member->size == 0)
      continue;
    if (found || !(found = lone_float(member, unions)))
      return NULL;
  }
  return found && found->size == type->size ? found : NULL;
}

static bool fits_registers(const rs_type *type)
{
  return type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8;
}

/* What gcc and clang return in registers where they do so with records at all: what consists of such pieces.
 */
static bool is_small(const rs_type *type)
{
  if (!fits_registers(type))
    return false;
  if (type->kind == RS_ARRAY)
    return is_small(type->ref);
  for (size_t i = 0; i < type->member_count; i++)
    if (type->members[i].type->size != 0 && !is_small(type->members[i].type))
      return false;
  return true;
}

/* Microsoft's compiler does not align its stack. What asks for more than a word by `align`, other than by its
 * type, is copied, and its address is passed, but not after the `...`. */
static bool is_over_aligned(const rs_type *type)
{
  if (type->kind == RS_ARRAY)
    return is_over_aligned(type->ref);
  for (size_t i = 0; i < type->member_count; i++)
    if (type->members[i].align > WORD || is_over_aligned(type->members[i].type))
      return true;
  return false;
}

/* Where the next word on the stack lies, `words` of them being taken. Alignment is that of a word, whatever
 * the type's (2.2.2; compilers keep to it for over-aligned records, too). */
static size_t take_stack(struct place *p, size_t words)
{
  size_t at = RS_X86_STACK + p->stack;

  p->stack += words * WORD;
  return at;
}

/* Integers and pointers of up to a word. */
static size_t take_word(struct place *p)
{
  return p->taken < p->registers ? RS_X86_ECX + WORD * p->taken++ : take_stack(p, 1);
}

/* "Argument Passing": the first DWORD or smaller arguments are in registers. GNU C counts the words of
 * others, too, though they are on the stack, but for those of floats. */
static void skip_registers(struct place *p, const rs_type *type)
{
  size_t left = p->registers - p->taken;

  if (p->variant != WINDOWS && !lone_float(type, false))
    p->taken += words_of(type) < left ? words_of(type) : left;
}

static bool put_argument(struct place *p, rs_place *place)
{
  const rs_type *type = place->type;

  if (type->size == 0) /* GNU C: an empty record takes no place at all */
    return true;
  if (p->variant == WINDOWS && !place->variadic && is_over_aligned(type)) {
    place->by_reference = true;
    place->copy_align = (uint8_t)type->align;
    return rs_planner_part(p->planner, place, 0, take_word(p), WORD, RS_EXTEND_NONE);
  }
  if (type->kind != RS_FLOAT && !rs_is_aggregate(type) && type->size <= WORD)
    return rs_planner_part(p->planner, place, 0, take_word(p), type->size,
                           rs_planner_extension(p->planner, type));
  skip_registers(p, type);
  return rs_planner_part(p->planner, place, 0, take_stack(p, words_of(type)), type->size, RS_EXTEND_NONE);
}

/* The address of a result in memory is the first argument; Microsoft has it on the stack always. eax brings
 * it back. */
static void put_hidden(struct place *p)
{
  rs_plan *plan = p->planner->plan;

  plan->result.by_reference = true;
  plan->result_echo = RS_X86_EAX;
  plan->result_pointer = (uint32_t)(p->variant == WINDOWS ? take_stack(p, 1) : take_word(p));
}

/* 2.2.2, "Functions Returning Structures or Unions": in memory. Microsoft: those of 1, 2, 4 and 8 bytes in
 * edx:eax, unless they come from a member function of C++, which is what __thiscall is for. */
static bool is_in_memory(const struct place *p, const rs_type *type)
{
  if (!rs_is_aggregate(type))
    return false;
  if (p->variant == SYSTEM_V)
    return true;
  if (type->size == 0)
    return false;
  return p->variant == BSD ? !is_small(type) : p->convention == RS_THISCALL || !fits_registers(type);
}

/* Sets `in_st0` to how the result comes there, 0 when it does not. */
static bool put_result(struct place *p, uint32_t *in_st0)
{
  rs_place *result = &p->planner->plan->result;
  const rs_type *type = result->type;
  const rs_type *number = p->variant == BSD ? lone_float(type, true) : type->kind == RS_FLOAT ? type : NULL;

  if (is_in_memory(p, type)) {
    put_hidden(p);
    return true;
  }
  if (type->size == 0) /* void; an empty record */
    return true;
  if (!number)
    return rs_planner_part(p->planner, result, 0, RS_X86_EAX, type->size,
                           rs_planner_extension(p->planner, type));
  *in_st0 = number->size == 4 ? RS_X86_FLOAT : number->size == 8 ? RS_X86_DOUBLE : RS_X86_LONG_DOUBLE;
  return rs_planner_part(p->planner, result, 0, RS_X86_ST0, type->size, RS_EXTEND_NONE);
}

/* A caller of a cdecl function removes the arguments, but for the hidden pointer in System V (2.2.2); all
 * others leave that to the callee. With `...`, gcc has the pointer removed by the caller when the keyword
 * would have had it in a register. */
static size_t popped(const struct place *p, bool keyword_has_registers)
{
  if (p->convention != RS_CDECL)
    return p->stack;
  if (p->variant == WINDOWS || keyword_has_registers)
    return 0;
  return p->planner->plan->result.by_reference ? WORD : 0;
}

static bool plan_for(rs_planner *planner, variant which, rs_convention convention)
{
  static const uint8_t registers[] = {[RS_FASTCALL] = REGISTERS, [RS_THISCALL] = 1};
  rs_plan *plan = planner->plan;
  struct place p = {.planner = planner, .variant = which};
  uint32_t header[2] = {0, 0};

  /* A callee that knows not how much there is cannot remove it: compilers ignore the other keywords. */
  p.convention = plan->signature->variadic ? RS_CDECL : convention;
  p.registers = registers[p.convention];
  plan->slot_size = WORD;
  if (!put_result(&p, &header[1]))
    return false;
  for (size_t i = 0; i < plan->argc; i++)
    if (!put_argument(&p, &planner->args[i]))
      return false;
  plan->stack_offset = RS_X86_STACK;
  plan->stack_bytes =
      (uint32_t)rs_round_up(p.stack, 16); /* 2.2.2: the end of the arguments is aligned to 16 */
  plan->frame_bytes = plan->stack_offset + plan->stack_bytes;
  header[0] = plan->stack_bytes;
  header[1] |= (uint32_t)popped(&p, registers[convention] != 0);
  memcpy(plan->header, header, sizeof header);
  return true;
}

#define PLANNER(name, variant, convention) \
  bool rs_plan_##name(rs_planner *planner) \
  { \
    return plan_for(planner, variant, convention); \
  }
PLANNER(x86_cdecl, SYSTEM_V, RS_CDECL)
PLANNER(x86_stdcall, SYSTEM_V, RS_STDCALL)
PLANNER(x86_fastcall, SYSTEM_V, RS_FASTCALL)
PLANNER(x86_thiscall, SYSTEM_V, RS_THISCALL)
PLANNER(x86_bsd_cdecl, BSD, RS_CDECL)
PLANNER(x86_bsd_stdcall, BSD, RS_STDCALL)
PLANNER(x86_bsd_fastcall, BSD, RS_FASTCALL)
PLANNER(x86_bsd_thiscall, BSD, RS_THISCALL)
PLANNER(x86_win_cdecl, WINDOWS, RS_CDECL)
PLANNER(x86_win_stdcall, WINDOWS, RS_STDCALL)
PLANNER(x86_win_fastcall, WINDOWS, RS_FASTCALL)
PLANNER(x86_win_thiscall, WINDOWS, RS_THISCALL)

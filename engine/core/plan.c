/* plan.c - builds plans through the ABI's planner, and moves values between C memory and frames; see plan.h.
 */
#include "core/plan.h"

#include <stdlib.h>
#include <string.h>

#include "abi/abi.h"

/* No planner cuts an argument into more parts (a homogeneous aggregate on Power has eight members). */
#define MAX_PARTS (8 * (RS_MAX_PARAMS + 1))

bool rs_planner_part(rs_planner *planner, rs_place *place, size_t value_offset, size_t frame_offset,
                     size_t size, rs_extend extend)
{
  rs_plan *plan = planner->plan;

  if (plan->part_count == planner->part_capacity || frame_offset + size > INT32_MAX)
    return rs_fail(planner->err, RS_E_LIMIT, "the arguments of the function need too much memory");
  if (place->part_count++ == 0)
    place->first_part = plan->part_count;
  planner->parts[plan->part_count++] = (rs_part){.value_offset = (uint32_t)value_offset,
                                                 .frame_offset = (uint32_t)frame_offset,
                                                 .size = (uint32_t)size,
                                                 .extend = (uint8_t)extend};
  return true;
}

/* char16_t and char32_t are unsigned (C17 7.28), and so is a wchar_t of two bytes. One of four is signed but
 * on Arm, whose callees extend what they get. */
static bool is_signed(const rs_planner *planner, const rs_type *type)
{
  if (type->prim == RS_P_CHAR)
    return planner->target->char_signed;
  if (type->flags & RS_T_CHAR)
    return type->prim == RS_P_WCHAR && type->size == 4;
  return type->kind == RS_INT;
}

rs_extend rs_planner_extension(const rs_planner *planner, const rs_type *type)
{
  if (!rs_is_integer(type) && type->kind != RS_BOOL)
    return RS_EXTEND_NONE;
  return is_signed(planner, type) ? RS_EXTEND_SIGN : RS_EXTEND_ZERO;
}

static bool start_args(const rs_signature *signature, rs_place *args, rs_error *err)
{
  for (size_t i = 0; i < signature->count; i++) {
    const rs_type *type = signature->params[i].type;

    args[i] = (rs_place){.type = type, .variadic = signature->variadic && i >= signature->fixed};
    /* The default argument promotions (C17 6.5.2.2, paragraph 6) are the binding's work. */
    if (args[i].variadic && type->kind == RS_FLOAT && type->size < 8)
      return rs_fail(err, RS_E_BAD_TYPE, "argument %zu: after '...' a '%s' is passed as a double", i + 1,
                     type->name);
  }
  return true;
}

/* One block: the plan, its places, its parts. */
static rs_plan *finish(const rs_planner *planner)
{
  const rs_plan *draft = planner->plan;
  size_t args_bytes = draft->argc * sizeof *draft->args;
  size_t parts_bytes = draft->part_count * sizeof *draft->parts;
  struct whole {
    rs_plan plan;
    rs_place args[];
  } *whole = rs_malloc(sizeof *whole + args_bytes + parts_bytes, planner->err);
  rs_part *parts;

  if (!whole)
    return NULL;
  parts = (rs_part *)(void *)(whole->args + draft->argc);
  memcpy(whole->args, planner->args, args_bytes);
  memcpy(parts, planner->parts, parts_bytes);
  whole->plan = *draft;
  whole->plan.args = whole->args;
  whole->plan.parts = parts;
  return &whole->plan;
}

rs_plan *rs_plan_build(const rs_abi *abi, const rs_signature *signature, rs_error *err)
{
  rs_place args[RS_MAX_PARAMS];
  rs_part parts[MAX_PARTS];
  rs_plan draft = {.abi = abi, .signature = signature, .argc = signature->count};
  rs_planner planner = {.plan = &draft, .args = args, .parts = parts, .part_capacity = MAX_PARTS, .err = err};

  planner.target = rs_target_find(abi->target);
  draft.big_endian = planner.target->big_endian;
  draft.result.type = signature->result;
  if (!start_args(signature, args, err) || !abi->plan(&planner))
    return NULL;
  return finish(&planner);
}

void rs_plan_free(rs_plan *plan)
{
  free(plan);
}

/* Compilers call a function with `...` as __cdecl whatever its keyword is, some with a warning: such a
 * prototype is a mistake, where the keyword means something. */
static bool check_variadic(const rs_target *target, const rs_signature *signature, const rs_abi *abi,
                           rs_error *err)
{
  return !signature->variadic || abi == rs_abi_for(target, RS_CDECL)
         || rs_fail(err, RS_E_UNSUPPORTED, "a function with '...' is always __cdecl, it has no convention %s",
                    abi->name);
}

const rs_plan *rs_signature_plan(rs_registry *reg, const rs_signature *signature, rs_error *err)
{
  rs_signature *owner = (rs_signature *)signature; /* the one field that changes after interning */
  const rs_target *target = rs_registry_target(reg);
  const rs_abi *abi;

  if (signature->plan)
    return signature->plan;
  if (!(abi = rs_abi_for(target, signature->convention))) {
    rs_fail(err, RS_E_UNSUPPORTED, "no calling convention is known for %s", target->name);
    return NULL;
  }
  if (!check_variadic(target, signature, abi, err))
    return NULL;
  return owner->plan = rs_plan_build(abi, signature, err);
}

/* Pointers in frames are slots: as wide as the ABI's registers. */
static void put_pointer(const rs_plan *plan, char *at, const void *pointer)
{
  uint64_t address = (uintptr_t)pointer;

  memcpy(at, &address, plan->slot_size);
}

/* The rest of the slot lies behind the part, on big-endian CPUs before it. */
static void extend(const rs_plan *plan, char *slot, const rs_part *part)
{
  size_t rest = plan->slot_size - part->size;
  int fill = 0;

  if (part->extend == RS_EXTEND_NONE || part->size >= plan->slot_size)
    return;
  if (part->extend == RS_EXTEND_SIGN && slot[plan->big_endian ? 0 : part->size - 1] & 0x80)
    fill = 0xff;
  memset(plan->big_endian ? slot - rest : slot + part->size, fill, rest);
}

void rs_frame_put(const rs_plan *plan, void *frame, size_t index, const void *value)
{
  const rs_place *place = &plan->args[index];
  const rs_part *part = &plan->parts[place->first_part];

  if (place->by_reference) {
    put_pointer(plan, (char *)frame + part->frame_offset, value);
    return;
  }
  for (size_t i = 0; i < place->part_count; i++, part++) {
    char *slot = (char *)frame + part->frame_offset;

    memcpy(slot, (const char *)value + part->value_offset, part->size);
    extend(plan, slot, part);
  }
}

void rs_frame_init(const rs_plan *plan, void *frame, void *result_memory)
{
  memcpy(frame, plan->header, sizeof plan->header);
  if (plan->result.by_reference)
    put_pointer(plan, (char *)frame + plan->result_pointer, result_memory);
}

void rs_frame_result(const rs_plan *plan, const void *frame, void *value)
{
  const rs_part *part = &plan->parts[plan->result.first_part];

  for (size_t i = 0; i < plan->result.part_count; i++, part++)
    memcpy((char *)value + part->value_offset, (const char *)frame + part->frame_offset, part->size);
}

static void *get_pointer(const void *frame, size_t offset)
{
  void *pointer;

  memcpy(&pointer, (const char *)frame + offset, sizeof pointer);
  return pointer;
}

void *rs_frame_reference(const rs_plan *plan, const void *frame, size_t index)
{
  return get_pointer(frame, plan->parts[plan->args[index].first_part].frame_offset);
}

void rs_frame_get(const rs_plan *plan, const void *frame, size_t index, void *value)
{
  const rs_place *place = &plan->args[index];
  const rs_part *part = &plan->parts[place->first_part];

  if (place->by_reference) {
    memcpy(value, rs_frame_reference(plan, frame, index), place->type->size);
    return;
  }
  for (size_t i = 0; i < place->part_count; i++, part++)
    memcpy((char *)value + part->value_offset, (const char *)frame + part->frame_offset, part->size);
}

void rs_frame_answer(const rs_plan *plan, void *frame, const void *value)
{
  const rs_place *result = &plan->result;
  const rs_part *part = &plan->parts[result->first_part];

  if (result->by_reference) {
    void *memory = get_pointer(frame, plan->result_pointer);

    memcpy(memory, value, result->type->size);
    if (plan->result_echo)
      put_pointer(plan, (char *)frame + plan->result_echo, memory);
    return;
  }
  for (size_t i = 0; i < result->part_count; i++, part++) {
    char *slot = (char *)frame + part->frame_offset;

    memcpy(slot, (const char *)value + part->value_offset, part->size);
    extend(plan, slot, part);
  }
}

void rs_frame_call(const rs_plan *plan, void *frame, rs_fn fn)
{
  plan->abi->call(frame, fn);
}

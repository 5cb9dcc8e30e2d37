#include "describe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct writer {
  char *text;
  size_t length;
  bool ok; /* it fits, and everything has a description */
} writer;

static void put_text(writer *w, const char *text)
{
  size_t length = strlen(text);

  if (length >= NB_DESCRIPTION - w->length) {
    w->ok = false;
    return;
  }
  memcpy(w->text + w->length, text, length + 1);
  w->length += length;
}

static void put_number(writer *w, uint64_t number)
{
  char digits[24], *at = digits + sizeof digits - 1;

  *at = 0;
  do
    *--at = (char)('0' + number % 10);
  while (number /= 10);
  put_text(w, at);
}

static void put_comma_number(writer *w, uint64_t number)
{
  put_text(w, ",");
  put_number(w, number);
}

/* Types */

static const char *scalar_name(const rs_type *type)
{
  static const char *const names[2][9] = {
      {NULL, "u8", "u16", NULL, "u32", NULL, NULL, NULL, "u64"},
      {NULL, "i8", "i16", NULL, "i32", NULL, NULL, NULL, "i64"},
  };

  if (type->flags & (RS_T_SWAP | RS_T_LONG_DOUBLE | RS_T_DISPOSABLE))
    return NULL;
  switch (type->kind) {
  case RS_INT:
  case RS_UINT: return type->size <= 8 ? names[type->kind == RS_INT][type->size] : NULL;
  case RS_FLOAT: return type->size == sizeof(float) ? "f32" : "f64";
  case RS_BOOL: return "bool";
  case RS_POINTER: return "pointer";
  default: return NULL;
  }
}

/* Also -1. */
static void put_bit(writer *w, int bit)
{
  if (bit < 0)
    put_text(w, ",-1");
  else
    put_comma_number(w, (uint64_t)bit);
}

static void put_type(writer *w, const rs_type *type);

static void put_record(writer *w, const rs_type *type)
{
  bool first = true;

  if (!type->size || type->flags & (RS_T_MISALIGNED | RS_T_HAS_COUNTED | RS_T_HAS_DISPOSABLE)) {
    w->ok = false;
    return;
  }
  put_text(w, "{\"record\":[");
  put_number(w, type->size);
  put_comma_number(w, type->align);
  put_text(w, ",[");
  for (size_t i = 0; i < type->member_count && w->ok; i++) {
    const rs_member *m = &type->members[i];

    if (m->padding)
      continue;
    put_text(w, first ? "[\"" : ",[\"");
    put_text(w, m->name);
    put_text(w, "\"");
    put_comma_number(w, m->offset);
    put_text(w, ",");
    put_type(w, m->type);
    put_text(w, "]");
    first = false;
  }
  put_text(w, "]]}");
  w->ok &= !first;
}

static void put_array(writer *w, const rs_type *type)
{
  if (!type->size || type->flags & RS_T_COUNTED) {
    w->ok = false;
    return;
  }
  put_text(w, "{\"array\":[");
  put_number(w, type->length);
  put_comma_number(w, type->hint);
  put_text(w, ",");
  put_type(w, type->ref);
  put_comma_number(w, type->ref->size);
  put_text(w, "]}");
}

static void put_scalar(writer *w, const rs_type *type)
{
  const char *name = scalar_name(type);

  put_text(w, "\"");
  put_text(w, name ? name : "");
  put_text(w, "\"");
  w->ok &= name != NULL;
}

static void put_type(writer *w, const rs_type *type)
{
  if (type->kind == RS_RECORD)
    put_record(w, type);
  else if (type->kind == RS_ARRAY)
    put_array(w, type);
  else
    put_scalar(w, type);
}

/* What an optional part of a description says when there is none. */
static void put_type_or_null(writer *w, const rs_type *type)
{
  size_t length = w->length;

  put_type(w, type);
  if (w->ok)
    return;
  w->ok = true;
  w->length = length;
  put_text(w, "null");
}

/* Arguments and results */

static void put_parts(writer *w, const rs_plan *plan, const rs_place *place)
{
  put_text(w, "[\"parts\",");
  put_type(w, place->type);
  put_text(w, ",[");
  for (uint16_t i = 0; i < place->part_count; i++) {
    const rs_part *part = &plan->parts[place->first_part + i];

    put_text(w, i ? ",[" : "[");
    put_number(w, part->value_offset);
    put_comma_number(w, part->frame_offset);
    put_comma_number(w, part->size);
    put_text(w, "]");
  }
  put_text(w, "]]");
}

/* What C reads for a pointer; the same as encode_pointer.c takes. */
static unsigned takes(const rs_type *type, rs_direction direction)
{
  const rs_type *ref = type->ref;
  bool text;

  if (rs_is_callback(type))
    return NB_TAKES_FUNCTION;
  if (type->kind == RS_STRING)
    return ref->size == 1 ? NB_TAKES_BYTES | (direction == RS_IN ? NB_TAKES_TEXT : 0u) : 0;
  if (ref->kind == RS_OPAQUE || rs_is_aggregate(ref) || ref->flags & RS_T_SWAP) /* looked at, or converted */
    return 0;
  text = ref->kind == RS_VOID
         || (ref->kind == RS_INT && ref->size == 1 && !(ref->flags & RS_T_ENUM) && ref->prim != RS_P_LONG);
  return NB_TAKES_BYTES | (text && direction == RS_IN ? NB_TAKES_TEXT : 0u);
}

static const char *put_address(writer *w, const rs_plan *plan, size_t index, nb_put *puts,
                               unsigned *put_count)
{
  const rs_place *place = &plan->args[index];
  const rs_type *type = place->type, *ref = type->ref;
  rs_direction direction = plan->signature->params[index].direction;
  uint32_t offset = plan->parts[place->first_part].frame_offset;
  unsigned taken = takes(type, direction);

  if (rs_is_callback(type) && plan->result.type->kind == RS_STRING)
    return "it takes a callback and returns a string"; /* which may be one that the callback returned */
  if (taken && *put_count == NB_MOST_PUTS)
    return "it takes too many addresses";
  if (taken)
    puts[(*put_count)++] = (nb_put){(uint16_t)offset, (uint8_t)taken, (uint8_t)index};
  put_text(w, "[\"address\"");
  put_comma_number(w, offset);
  put_bit(w, rs_load_bit(plan, type, offset));
  put_comma_number(w, taken);
  put_text(w, ",");
  if (type->kind == RS_STRING || !rs_is_complete(ref) || ref->kind == RS_POINTER || ref->kind == RS_ARRAY)
    put_text(w, "null");
  else
    put_type_or_null(w, ref);
  put_comma_number(w, direction);
  put_text(w, "]");
  return NULL;
}

/* Call memory is aligned to 16. */
static const char *put_copy(writer *w, const rs_plan *plan, const rs_place *place)
{
  uint32_t offset = plan->parts[place->first_part].frame_offset;

  if (place->type->align > 16)
    return "it takes a copy of an over-aligned struct";
  put_text(w, "[\"copy\",");
  put_type(w, place->type);
  put_comma_number(w, offset);
  put_bit(w, rs_load_bit(plan, place->type, offset));
  put_text(w, "]");
  return NULL;
}

static const char *put_argument(writer *w, const rs_plan *plan, size_t index, nb_put *puts,
                                unsigned *put_count)
{
  const rs_place *place = &plan->args[index];
  const rs_type *type = place->type;
  uint32_t offset;

  if (place->by_reference)
    return put_copy(w, plan, place);
  if (!place->direct) {
    if (!place->part_count)
      return "it takes a struct without members";
    put_parts(w, plan, place);
    return NULL;
  }
  offset = plan->parts[place->first_part].frame_offset;
  if ((type->kind == RS_POINTER || type->kind == RS_STRING) && !(type->flags & RS_T_DISPOSABLE))
    return put_address(w, plan, index, puts, put_count);
  put_text(w, "[");
  put_scalar(w, type);
  put_comma_number(w, offset);
  put_bit(w, rs_load_bit(plan, type, offset));
  put_text(w, "]");
  return NULL;
}

/* A scalar or the parts of a struct. */
static void put_place(writer *w, const rs_plan *plan, const rs_place *place)
{
  if (!place->direct) {
    put_parts(w, plan, place);
    w->ok &= place->part_count > 0;
    return;
  }
  put_text(w, "[");
  put_scalar(w, place->type);
  put_comma_number(w, plan->parts[place->first_part].frame_offset);
  put_text(w, "]");
}

static void put_result(writer *w, const rs_plan *plan, const rs_loader *loader)
{
  const rs_place *place = &plan->result;
  const rs_type *type = place->type;

  if (type->kind == RS_VOID) {
    put_text(w, "[\"void\"]");
  } else if (place->by_reference) {
    put_text(w, "[\"memory\",");
    put_type(w, type);
    put_comma_number(w, plan->result_pointer);
    put_bit(w, rs_load_bit(plan, place->type, plan->result_pointer));
    put_text(w, "]");
  } else if (!place->direct) {
    put_parts(w, plan, place);
  } else if (type->kind == RS_STRING && type->ref->size == 1 && !(type->flags & RS_T_DISPOSABLE)) {
    put_text(w, "[\"text\"]");
  } else {
    put_text(w, "[");
    put_scalar(w, type);
    put_comma_number(w, plan->parts[place->first_part].frame_offset);
    put_comma_number(w, loader->number_at);
    put_text(w, "]");
  }
}

const char *nb_describe_function(const rs_plan *plan, const rs_loader *loader, char *text, nb_put *puts,
                                 unsigned *put_count)
{
  writer w = {.text = text, .ok = true};

  *put_count = 0;
  put_text(&w, loader->wide ? "{\"wide\":1,\"result\":" : "{\"wide\":0,\"result\":");
  put_result(&w, plan, loader);
  put_text(&w, ",\"arguments\":[");
  if (!w.ok)
    return "results of its type are not compiled";
  for (size_t i = 0; i < plan->argc; i++) {
    const char *why;

    put_text(&w, i ? "," : "");
    if ((why = put_argument(&w, plan, i, puts, put_count)))
      return why;
    if (!w.ok)
      return "arguments of its types are not compiled";
  }
  put_text(&w, "]}");
  return w.ok ? NULL : "its description is too long";
}

bool nb_describe_callback(const rs_plan *plan, char *text)
{
  writer w = {.text = text, .ok = !plan->result.by_reference && plan->slot_size == 8};

  put_text(&w, "{\"result\":");
  if (plan->result.type->kind == RS_VOID)
    put_text(&w, "[\"void\"]");
  else
    put_place(&w, plan, &plan->result);
  put_text(&w, ",\"arguments\":[");
  for (size_t i = 0; i < plan->argc && w.ok; i++) {
    w.ok &= !plan->args[i].by_reference;
    put_text(&w, i ? "," : "");
    put_place(&w, plan, &plan->args[i]);
  }
  put_text(&w, "]}");
  return w.ok;
}

bool nb_describe_type(const rs_type *type, char *text)
{
  writer w = {.text = text, .ok = true};

  put_type(&w, type);
  return w.ok;
}

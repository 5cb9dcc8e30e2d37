/* record.c - structs and unions, member by member; see registry.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/layout.h"
#include "core/registry_impl.h"

#define MAX_ALIGN 64 /* of a member's alignment override, bytes */

struct rs_record_builder {
  rs_registry *reg;
  rs_type *type; /* opaque until rs_record_end; pinned meanwhile, as are the members' types */
  rs_kind kind;
  bool packed;
  bool fresh; /* made by rs_record_begin, not completed from an opaque type */
  rs_member *members;
  size_t count, capacity;
};

rs_record_builder *rs_record_begin(rs_registry *reg, const rs_record_spec *spec, rs_error *err)
{
  rs_record_builder *b;
  rs_type *type = (rs_type *)spec->complete;

  if (type && (type->kind != RS_OPAQUE || type->flags & RS_T_BUILDING)) {
    rs_fail(err, RS_E_BAD_TYPE, "type '%s' is not opaque and cannot be redefined", type->name);
    return NULL;
  }
  if (!type && !rs_name_free(reg, spec->name, err))
    return NULL;
  if (!(b = rs_zalloc(sizeof *b, err)))
    return NULL;
  b->reg = reg;
  b->kind = spec->kind;
  b->packed = spec->packed;
  b->fresh = !type;
  if (!type
      && (!(type = rs_type_make(reg, RS_OPAQUE, spec->name, err))
          || !rs_name_put(reg, spec->name, type, false, err))) {
    free(b);
    return NULL;
  }
  type->flags |= RS_T_BUILDING;
  rs_type_ref(type);
  b->type = type;
  return b;
}

static bool check_member(const rs_record_builder *b, const char *name, const rs_type *type, size_t align,
                         rs_error *err)
{
  if (!rs_is_complete(type))
    return rs_fail(err, type->kind == RS_FUNCTION ? RS_E_BAD_TYPE : RS_E_INCOMPLETE,
                   "member '%s' cannot have type '%s'%s", name, type->name,
                   type->kind == RS_FUNCTION ? ": use a pointer to it" : ", which has no size");
  if (type->flags & RS_T_COUNTED && b->kind == RS_UNION)
    return rs_fail(err, RS_E_BAD_TYPE, "counted member '%s' cannot be in a union", name);
  if (align > MAX_ALIGN || (align & (align - 1)))
    return rs_fail(err, RS_E_BAD_MEMBER, "alignment of member '%s' must be a power of two up to %d", name,
                   MAX_ALIGN);
  if (type->depth >= RS_MAX_DEPTH)
    return rs_fail(err, RS_E_TOO_DEEP, "member '%s' nests types deeper than %d levels", name, RS_MAX_DEPTH);
  for (size_t i = 0; i < b->count; i++)
    if (!b->members[i].padding && strcmp(b->members[i].name, name) == 0)
      return rs_fail(err, RS_E_BAD_MEMBER, "member '%s' is declared twice", name);
  return true;
}

bool rs_record_add(rs_record_builder *b, const char *name, const rs_type *type, size_t align, rs_error *err)
{
  rs_member *m;

  if (!rs_name_check(name, strlen(name), err) || !check_member(b, name, type, align, err))
    return false;
  if (b->count == b->capacity) {
    size_t capacity = b->capacity ? b->capacity * 2 : 8;
    rs_member *members = realloc(b->members, capacity * sizeof *members);

    if (!members)
      return rs_fail(err, RS_E_MEMORY, "cannot allocate %zu members", capacity);
    b->members = members;
    b->capacity = capacity;
  }
  m = &b->members[b->count];
  *m = (rs_member){.type = type, .align = align, .padding = strcmp(name, "_") == 0, .counter = -1};
  if (!(m->name = rs_strdup(name, err)))
    return false;
  rs_type_ref(type);
  b->count++;
  return true;
}

/* A counted array is the last member and follows its counter, which makes it C's flexible array member; a
 * counted pointer may stand anywhere. */
static bool bind_counter(rs_record_builder *b, size_t index, rs_error *err)
{
  rs_member *m = &b->members[index];
  const char *counter = m->type->counted_by;

  for (size_t i = 0; i < b->count; i++) {
    if (b->members[i].padding || strcmp(b->members[i].name, counter) != 0)
      continue;
    if (!rs_is_integer(b->members[i].type))
      return rs_fail(err, RS_E_BAD_MEMBER, "member '%s' counts '%s' and must be an integer, not '%s'",
                     counter, m->name, b->members[i].type->name);
    if (m->type->kind == RS_ARRAY && i > index)
      return rs_fail(err, RS_E_BAD_MEMBER, "counted array '%s' must come after its counter '%s'", m->name,
                     counter);
    m->counter = (int)i;
    break;
  }
  if (m->counter < 0)
    return rs_fail(err, RS_E_BAD_MEMBER, "member '%s' is counted by '%s', which is not a member", m->name,
                   counter);
  if (m->type->kind == RS_ARRAY && index != b->count - 1)
    return rs_fail(err, RS_E_BAD_MEMBER, "counted array '%s' must be the last member", m->name);
  return true;
}

/* Moves members and their names into one block, which the type owns. */
static rs_member *pack_members(const rs_record_builder *b, rs_error *err)
{
  size_t bytes = b->count * sizeof(rs_member);
  rs_member *packed;
  char *text;

  for (size_t i = 0; i < b->count; i++)
    bytes += strlen(b->members[i].name) + 1;
  if (!(packed = rs_malloc(bytes, err)))
    return NULL;
  text = (char *)(packed + b->count);
  for (size_t i = 0; i < b->count; i++) {
    size_t length = strlen(b->members[i].name) + 1;

    packed[i] = b->members[i];
    packed[i].name = memcpy(text, b->members[i].name, length);
    text += length;
  }
  return packed;
}

static void free_builder(rs_record_builder *b)
{
  for (size_t i = 0; i < b->count; i++) {
    rs_type_unref(b->members[i].type);
    free((void *)b->members[i].name);
  }
  free(b->members);
  b->type->flags &= ~(uint32_t)RS_T_BUILDING;
  rs_type_unref(b->type);
  free(b);
}

void rs_record_cancel(rs_record_builder *b)
{
  if (!b)
    return;
  /* The name may have been forgotten, or given to another type, by rs_registry_reset in between. */
  if (b->fresh && rs_registry_find(b->reg, b->type->name, strlen(b->type->name)) == b->type)
    rs_name_drop(b->reg, b->type->name);
  free_builder(b);
}

const rs_type *rs_record_end(rs_record_builder *b, rs_error *err)
{
  rs_type *type = b->type;
  rs_layout layout;
  rs_member *members;

  for (size_t i = 0; i < b->count; i++)
    if (b->members[i].type->flags & RS_T_COUNTED && !bind_counter(b, i, err))
      goto fail;
  if (!rs_layout_members(b->kind, b->packed, b->members, b->count, b->reg->max_type_size, &layout, err)
      || !(members = pack_members(b, err)))
    goto fail;
  type->kind = b->kind;
  type->members = members;
  type->member_count = b->count;
  type->size = layout.size;
  type->align = layout.align;
  type->flags |= (b->packed ? RS_T_PACKED : 0u) | (layout.misaligned ? RS_T_MISALIGNED : 0u);
  for (size_t i = 0; i < b->count; i++) {
    const rs_type *t = members[i].type;

    if (t->flags & RS_T_COUNTED)
      type->flags |= RS_T_HAS_COUNTED;
    if (t->flags & (RS_T_DISPOSABLE | RS_T_HAS_DISPOSABLE))
      type->flags |= RS_T_HAS_DISPOSABLE;
    if (t->depth >= type->depth)
      type->depth = t->depth + 1;
  }
  free_builder(b);
  return type;
fail:
  rs_record_cancel(b);
  return NULL;
}

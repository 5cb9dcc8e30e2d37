/* type.c - constructors of derived types; see registry.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/registry_impl.h"

rs_type *rs_type_make(rs_registry *reg, rs_kind kind, const char *name, rs_error *err)
{
  struct whole {
    rs_type type;
    rs_type_state state;
    char name[];
  } * whole;
  char anonymous[32];

  if (!name) {
    (void)snprintf(anonymous, sizeof anonymous, "<anonymous_%u>", reg->anonymous++);
    name = anonymous;
  }
  whole = rs_zalloc(sizeof *whole + strlen(name) + 1, err);
  if (!whole)
    return NULL;
  memcpy(whole->name, name, strlen(name) + 1);
  whole->type.kind = kind;
  whole->type.prim = RS_P_NONE;
  whole->type.depth = 1;
  whole->type.name = whole->name;
  whole->type.state = &whole->state;
  whole->state.next = reg->types;
  reg->types = &whole->type;
  reg->type_count++;
  reg->made++;
  return &whole->type;
}

/* Registers the name of a type that was just made; without it the type stays unnamed and will be collected.
 */
static const rs_type *publish(rs_registry *reg, const char *name, const rs_type *type, rs_error *err)
{
  return type && rs_name_put(reg, name, type, false, err) ? type : NULL;
}

static bool check_depth(const rs_type *ref, rs_error *err)
{
  return ref->depth < RS_MAX_DEPTH
         || rs_fail(err, RS_E_TOO_DEEP, "the type nests deeper than %d levels", RS_MAX_DEPTH);
}

static rs_type *make_pointer(rs_registry *reg, const char *name, const rs_type *ref, rs_error *err)
{
  rs_type *type;
  char *derived = NULL;

  if (!check_depth(ref, err))
    return NULL;
  if (!name) {
    size_t length = strlen(ref->name);

    if (!(derived = rs_malloc(length + 3, err)))
      return NULL;
    (void)snprintf(derived, length + 3, length && ref->name[length - 1] == '*' ? "%s*" : "%s *", ref->name);
  }
  type = rs_type_make(reg, ref->flags & RS_T_CHAR ? RS_STRING : RS_POINTER, name ? name : derived, err);
  free(derived);
  if (!type)
    return NULL;
  type->ref = ref;
  type->depth = ref->depth + 1;
  type->size = type->align = reg->target->pointer_size;
  return type;
}

static bool refuse_counted(const rs_type *ref, rs_error *err)
{
  return !(ref->flags & RS_T_COUNTED)
         || rs_fail(err, RS_E_BAD_TYPE, "counted type '%s' can only be a member of a struct", ref->name);
}

const rs_type *rs_type_pointer(rs_registry *reg, const rs_type *ref, rs_error *err)
{
  if (!ref->state->pointer && refuse_counted(ref, err))
    ref->state->pointer = make_pointer(reg, NULL, ref, err);
  return ref->state->pointer;
}

const rs_type *rs_type_pointer_named(rs_registry *reg, const char *name, const rs_type *ref,
                                     const char *counted_by, rs_error *err)
{
  rs_type *type;
  char *copy = NULL;

  if (!rs_name_free(reg, name, err) || !refuse_counted(ref, err))
    return NULL;
  if (counted_by && !rs_is_complete(ref)) {
    rs_fail(err, RS_E_INCOMPLETE, "elements of type '%s' have no size to count", ref->name);
    return NULL;
  }
  type = make_pointer(reg, name, ref, err);
  if (type && counted_by) {
    if (!(copy = rs_strdup(counted_by, err)))
      return NULL;
    type->counted_by = copy;
    type->flags |= RS_T_COUNTED;
  }
  return publish(reg, name, type, err);
}

rs_hint rs_default_hint(const rs_type *element)
{
  if (element->flags & RS_T_CHAR)
    return RS_HINT_STRING;
  return rs_is_number(element) && !(element->flags & (RS_T_ENUM | RS_T_LONG_DOUBLE)) ? RS_HINT_TYPED
                                                                                     : RS_HINT_ARRAY;
}

static rs_type *make_array(rs_registry *reg, const rs_type *ref, size_t length, rs_hint hint, rs_error *err)
{
  size_t bytes = strlen(ref->name) + 24;
  rs_type *type;
  char *name;

  if (!rs_is_complete(ref)) {
    rs_fail(err, RS_E_INCOMPLETE, "elements of type '%s' have no size", ref->name);
    return NULL;
  }
  if (!refuse_counted(ref, err) || !check_depth(ref, err))
    return NULL;
  if (!length) {
    rs_fail(err, RS_E_BAD_LENGTH, "an array needs at least one element");
    return NULL;
  }
  if (ref->size && length > reg->max_type_size / ref->size) {
    rs_fail(err, RS_E_TOO_LARGE, "array of %zu '%s' is larger than %zu bytes", length, ref->name,
            reg->max_type_size);
    rs_error_reclass(err, RS_CLASS_TYPE);
    return NULL;
  }
  if (!(name = rs_malloc(bytes, err)))
    return NULL;
  (void)snprintf(name, bytes, "%s[%zu]", ref->name, length);
  type = rs_type_make(reg, RS_ARRAY, name, err);
  free(name);
  if (!type)
    return NULL;
  type->ref = ref;
  type->length = length;
  type->depth = ref->depth + 1;
  type->size = ref->size * length;
  type->align = ref->align;
  type->flags = ref->flags & (RS_T_MISALIGNED | RS_T_HAS_DISPOSABLE);
  if (ref->flags & RS_T_DISPOSABLE)
    type->flags |= RS_T_HAS_DISPOSABLE;
  type->hint = hint == RS_HINT_DEFAULT ? rs_default_hint(ref) : hint;
  return type;
}

static const rs_type **array_bucket(rs_registry *reg, const rs_type *ref, size_t length)
{
  uint32_t hash = rs_hash(rs_hash(RS_HASH_START, &ref, sizeof ref), &length, sizeof length);

  return &reg->arrays[hash % RS_ARRAY_BUCKETS];
}

const rs_type *rs_type_array(rs_registry *reg, const rs_type *ref, size_t length, rs_hint hint,
                             const char *counted_by, rs_error *err)
{
  bool shared = hint == RS_HINT_DEFAULT && !counted_by;
  const rs_type **bucket = array_bucket(reg, ref, length);
  rs_type *type;

  for (const rs_type *t = *bucket; shared && t; t = t->state->sibling)
    if (t->ref == ref && t->length == length)
      return t;
  type = make_array(reg, ref, length, hint, err);
  if (type && shared) {
    type->state->sibling = *bucket;
    *bucket = type;
  }
  if (type && counted_by) {
    char *copy = rs_strdup(counted_by, err);

    if (!copy)
      return NULL;
    type->counted_by = copy;
    type->flags |= RS_T_COUNTED;
  }
  return type;
}

const rs_type *rs_type_enum(rs_registry *reg, const char *name, const rs_type *storage, rs_error *err)
{
  rs_type *type;

  if (!rs_is_integer(storage)) {
    rs_fail(err, RS_E_BAD_TYPE, "an enumeration needs an integer type, not '%s'", storage->name);
    return NULL;
  }
  if (!rs_name_free(reg, name, err) || !(type = rs_type_make(reg, storage->kind, name, err)))
    return NULL;
  type->flags = (storage->flags & ~(uint32_t)RS_T_CHAR) | RS_T_ENUM;
  type->ref = storage;
  type->size = storage->size;
  type->align = storage->align;
  return publish(reg, name, type, err);
}

const rs_type *rs_type_opaque(rs_registry *reg, const char *name, rs_error *err)
{
  return rs_name_free(reg, name, err) ? publish(reg, name, rs_type_make(reg, RS_OPAQUE, name, err), err)
                                      : NULL;
}

const rs_type *rs_type_disposable(rs_registry *reg, const char *name, const rs_type *base, bool shared,
                                  rs_error *err)
{
  rs_type *type;

  if (shared && base->state->disposable)
    return base->state->disposable;
  if ((base->kind != RS_STRING && base->kind != RS_POINTER) || rs_is_callback(base)
      || base->flags & RS_T_DISPOSABLE) {
    rs_fail(err, RS_E_BAD_TYPE, "type '%s' cannot be disposable: only pointers and strings can", base->name);
    return NULL;
  }
  if (!refuse_counted(base, err) || !rs_name_free(reg, name, err)
      || !(type = rs_type_make(reg, base->kind, name, err)))
    return NULL;
  type->ref = base->ref;
  type->base = base;
  type->depth = base->depth;
  type->size = base->size;
  type->align = base->align;
  type->flags = RS_T_DISPOSABLE;
  if (shared)
    base->state->disposable = type;
  return publish(reg, name, type, err);
}

const rs_type *rs_type_function(rs_registry *reg, const char *name, const rs_signature *signature,
                                rs_error *err)
{
  rs_type *type;

  if (!rs_name_free(reg, name, err) || !(type = rs_type_make(reg, RS_FUNCTION, name, err)))
    return NULL;
  type->signature = signature;
  type->size = type->align = reg->target->pointer_size;
  return publish(reg, name, type, err);
}

const rs_type *rs_type_function_of(rs_registry *reg, const rs_signature *signature, rs_error *err)
{
  if (!signature->function)
    ((rs_signature *)signature)->function = rs_type_function(reg, NULL, signature, err);
  return signature->function;
}

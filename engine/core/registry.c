#include "core/registry_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"

#define COLLECT_AT_LEAST 4096 /* objects made before a collection is worth its walk */

uint32_t rs_hash(uint32_t hash, const void *bytes, size_t count)
{
  const unsigned char *p = bytes;

  while (count--)
    hash = (hash ^ *p++) * 16777619u;
  return hash;
}

/* Names */

static rs_name *find_slot(const rs_registry *reg, const char *text, size_t length, uint32_t hash)
{
  size_t mask = reg->name_slots - 1;

  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    rs_name *n = &reg->names[i];

    if (!n->text || (n->hash == hash && n->length == length && memcmp(n->text, text, length) == 0))
      return n;
  }
}

const rs_type *rs_registry_find(const rs_registry *reg, const char *name, size_t length)
{
  return find_slot(reg, name, length, rs_hash(RS_HASH_START, name, length))->type;
}

static bool grow_names(rs_registry *reg, rs_error *err)
{
  size_t old_slots = reg->name_slots;
  rs_name *old = reg->names;
  rs_name *names = rs_zalloc((old_slots ? old_slots * 2 : 256) * sizeof *names, err);

  if (!names)
    return false;
  reg->names = names;
  reg->name_slots = old_slots ? old_slots * 2 : 256;
  for (size_t i = 0; i < old_slots; i++)
    if (old[i].text)
      *find_slot(reg, old[i].text, old[i].length, old[i].hash) = old[i];
  free(old);
  return true;
}

bool rs_name_put(rs_registry *reg, const char *name, const rs_type *type, bool builtin, rs_error *err)
{
  size_t length;
  uint32_t hash;
  rs_name *slot;

  if (!name)
    return true;
  if (reg->name_count * 2 >= reg->name_slots && !grow_names(reg, err))
    return false;
  length = strlen(name);
  hash = rs_hash(RS_HASH_START, name, length);
  slot = find_slot(reg, name, length, hash);
  assert(!slot->text);
  if (!(slot->text = rs_strdup(name, err)))
    return false;
  slot->length = length;
  slot->hash = hash;
  slot->type = type;
  slot->builtin = builtin;
  reg->name_count++;
  return true;
}

/* Empties a slot and puts the entries after it where a look-up finds them. */
static void remove_slot(rs_registry *reg, rs_name *slot)
{
  size_t mask = reg->name_slots - 1;
  size_t i = (size_t)(slot - reg->names);

  free(slot->text);
  *slot = (rs_name){0};
  reg->name_count--;
  for (i = (i + 1) & mask; reg->names[i].text; i = (i + 1) & mask) {
    rs_name moved = reg->names[i];

    reg->names[i] = (rs_name){0};
    *find_slot(reg, moved.text, moved.length, moved.hash) = moved;
  }
}

void rs_name_drop(rs_registry *reg, const char *name)
{
  size_t length = strlen(name);
  rs_name *slot = find_slot(reg, name, length, rs_hash(RS_HASH_START, name, length));

  if (slot->text)
    remove_slot(reg, slot);
}

bool rs_name_free(const rs_registry *reg, const char *name, rs_error *err)
{
  if (!name)
    return true;
  if (!rs_name_check(name, strlen(name), err))
    return false;
  if (rs_registry_find(reg, name, strlen(name)))
    return rs_fail(err, RS_E_DUPLICATE, "a type named '%s' exists already", name);
  return true;
}

bool rs_registry_alias(rs_registry *reg, const char *name, const rs_type *type, rs_error *err)
{
  return rs_name_free(reg, name, err) && rs_name_put(reg, name, type, false, err);
}

void rs_registry_reset(rs_registry *reg)
{
  for (size_t i = 0; i < reg->name_slots;) {
    rs_name *n = &reg->names[i];

    if (n->text && !n->builtin)
      remove_slot(reg, n); /* may move another name into this slot: look again */
    else
      i++;
  }
}

/* Life of the registry */

static bool add_prim(rs_registry *reg, rs_prim prim, rs_kind kind, size_t size, uint32_t flags,
                     const char *const *spellings, size_t count, rs_error *err)
{
  const rs_target *t = reg->target;
  rs_type *type = rs_type_make(reg, kind, spellings[0], err);

  if (!type)
    return false;
  type->prim = prim;
  type->size = size;
  type->align = size;
  type->flags = flags;
  if (size == 8)
    type->align = kind == RS_FLOAT ? t->double_align : t->int64_align;
  if (prim == RS_P_LDOUBLE)
    type->align = t->long_double_align;
  if (flags & (t->big_endian ? RS_T_LE : RS_T_BE))
    type->flags |= RS_T_SWAP;
  reg->prims[prim] = type;
  for (size_t i = 0; i < count; i++)
    if (!rs_name_put(reg, spellings[i], type, true, err))
      return false;
  return true;
}

static bool add_string(rs_registry *reg, rs_prim prim, rs_prim unit, const char *const *spellings,
                       size_t count, rs_error *err)
{
  const rs_type *type = rs_type_pointer(reg, reg->prims[unit], err);

  if (!type)
    return false;
  ((rs_type *)type)->prim = prim;
  reg->prims[prim] = type;
  for (size_t i = 0; i < count; i++)
    if (!rs_name_put(reg, spellings[i], type, true, err))
      return false;
  return true;
}

static bool add_builtins(rs_registry *reg, rs_error *err)
{
  const rs_target *t = reg->target;
  static const char *const long_double[] = {"long double"};

#define RS_PRIM(id, kind, bytes, flags, ...) \
  { \
    static const char *const spellings[] = {__VA_ARGS__}; \
    if (!add_prim(reg, RS_P_##id, kind, bytes, flags, spellings, sizeof spellings / sizeof *spellings, err)) \
      return false; \
  }
#define RS_STR(id, unit, name, ...) \
  { \
    static const char *const spellings[] = {__VA_ARGS__}; \
    if (!add_string(reg, RS_P_##id, unit, spellings, sizeof spellings / sizeof *spellings, err)) \
      return false; \
  }
#include "core/prims.def"
#undef RS_PRIM
#undef RS_STR
  return add_prim(reg, RS_P_LDOUBLE, RS_FLOAT, t->long_double_size, RS_T_LONG_DOUBLE, long_double, 0, err);
}

rs_registry *rs_registry_new(const rs_target *target, rs_error *err)
{
  rs_registry *reg = rs_zalloc(sizeof *reg, err);

  if (!reg)
    return NULL;
  reg->target = target;
  reg->max_type_size = 64u << 20;
  if (grow_names(reg, err) && add_builtins(reg, err))
    return reg;
  rs_registry_free(reg);
  return NULL;
}

static void free_type(rs_registry *reg, rs_type *type)
{
  if (type->state->user && reg->release)
    reg->release(type, reg->release_context);
  free((void *)type->counted_by);
  free((void *)type->members);
  free(type);
  reg->type_count--;
}

static void free_signature(rs_registry *reg, rs_signature *signature)
{
  rs_plan_free(signature->plan);
  free(signature);
  reg->signature_count--;
}

void rs_registry_free(rs_registry *reg)
{
  if (!reg)
    return;
  for (size_t i = 0; i < RS_SIGNATURE_BUCKETS; i++)
    for (rs_signature *s = reg->signatures[i], *next; s; s = next) {
      next = s->next;
      free_signature(reg, s);
    }
  for (rs_type *t = reg->types, *next; t; t = next) {
    next = t->state->next;
    free_type(reg, t);
  }
  for (size_t i = 0; i < reg->name_slots; i++)
    free(reg->names[i].text);
  free(reg->names);
  free(reg);
}

void rs_registry_on_release(rs_registry *reg, rs_type_release *release, void *context)
{
  reg->release = release;
  reg->release_context = context;
}

const rs_target *rs_registry_target(const rs_registry *reg)
{
  return reg->target;
}

size_t rs_registry_type_count(const rs_registry *reg)
{
  return reg->type_count;
}

size_t rs_registry_max_type_size(const rs_registry *reg)
{
  return reg->max_type_size;
}

void rs_registry_set_max_type_size(rs_registry *reg, size_t bytes)
{
  reg->max_type_size = bytes;
}

const rs_type *rs_prim_type(const rs_registry *reg, rs_prim prim)
{
  return reg->prims[prim];
}

/* Pins and collection: mark from names, pins and primitives, then release the rest. */

void rs_type_ref(const rs_type *type)
{
  type->state->refs++;
}

void rs_type_unref(const rs_type *type)
{
  assert(type->state->refs > 0);
  type->state->refs--;
}

void rs_signature_ref(const rs_signature *signature)
{
  ((rs_signature *)signature)->refs++;
}

void rs_signature_unref(const rs_signature *signature)
{
  assert(signature->refs > 0);
  ((rs_signature *)signature)->refs--;
}

static void mark(rs_type **todo, const rs_type *type)
{
  if (!type || type->state->marked)
    return;
  type->state->marked = true;
  type->state->todo = *todo;
  *todo = (rs_type *)type;
}

static void mark_signature(rs_type **todo, const rs_signature *signature)
{
  rs_signature *s = (rs_signature *)signature;

  if (!s || s->marked)
    return;
  s->marked = true;
  mark(todo, s->result);
  for (size_t i = 0; i < s->count; i++)
    mark(todo, s->params[i].type);
}

static void mark_reachable(rs_registry *reg)
{
  rs_type *todo = NULL;

  for (rs_type *t = reg->types; t; t = t->state->next)
    if (t->state->refs || t->prim != RS_P_NONE)
      mark(&todo, t);
  for (size_t i = 0; i < reg->name_slots; i++)
    mark(&todo, reg->names[i].type);
  for (size_t i = 0; i < RS_SIGNATURE_BUCKETS; i++)
    for (rs_signature *s = reg->signatures[i]; s; s = s->next)
      if (s->refs)
        mark_signature(&todo, s);
  while (todo) {
    const rs_type *t = todo;

    todo = t->state->todo;
    mark(&todo, t->ref);
    mark(&todo, t->base);
    mark_signature(&todo, t->signature);
    for (size_t i = 0; i < t->member_count; i++)
      mark(&todo, t->members[i].type);
  }
}

/* Caches of a surviving type must not lead to released ones. */
static void drop_dead_caches(rs_type_state *state)
{
  if (state->pointer && !state->pointer->state->marked)
    state->pointer = NULL;
  if (state->disposable && !state->disposable->state->marked)
    state->disposable = NULL;
}

static void drop_dead_arrays(rs_registry *reg)
{
  for (size_t i = 0; i < RS_ARRAY_BUCKETS; i++)
    for (const rs_type **link = &reg->arrays[i]; *link;) {
      if ((*link)->state->marked)
        link = &(*link)->state->sibling;
      else
        *link = (*link)->state->sibling;
    }
}

void rs_registry_collect(rs_registry *reg)
{
  rs_type **link = &reg->types;

  mark_reachable(reg);
  drop_dead_arrays(reg);
  for (rs_type *t = reg->types; t; t = t->state->next)
    if (t->state->marked)
      drop_dead_caches(t->state);
  for (size_t i = 0; i < RS_SIGNATURE_BUCKETS; i++)
    for (rs_signature **s = &reg->signatures[i]; *s;) {
      rs_signature *one = *s;

      if (one->marked) {
        one->marked = false;
        if (one->function && !one->function->state->marked)
          one->function = NULL;
        s = &one->next;
      } else {
        *s = one->next;
        free_signature(reg, one);
      }
    }
  while (*link) {
    rs_type *t = *link;

    if (t->state->marked) {
      t->state->marked = false;
      link = &t->state->next;
    } else {
      *link = t->state->next;
      free_type(reg, t);
    }
  }
  reg->made = 0;
  reg->kept = reg->type_count + reg->signature_count;
}

bool rs_registry_should_collect(const rs_registry *reg)
{
  return reg->made > COLLECT_AT_LEAST && reg->made > reg->kept;
}

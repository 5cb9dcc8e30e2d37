/* encode.c - text, records, unions and arrays; see encode.h. Numbers are encode_number.c, pointers
 * encode_pointer.c. */
#include <stdio.h>
#include <string.h>

#include "encode_impl.h"
#include "spec.h"

bool nb_expects(nb_call *call, const rs_type *type, napi_value value)
{
  char kind[64];

  return rs_fail(call->err, RS_E_VALUE, "expects %s, got %s", type->name,
                 nb_describe(call->nb, value, kind, sizeof kind));
}

bool nb_call_deeper(nb_call *call)
{
  enum { MAX_DEPTH = 8192, CHECK_STACK_EVERY = 16 };

  call->depth++;
  if (call->depth > MAX_DEPTH || (call->depth % CHECK_STACK_EVERY == 0 && !nb_stack_has_room(call->nb)))
    return rs_fail(call->err, RS_E_TOO_DEEP, "is nested too deeply, or refers to itself");
  return true;
}

/* Text */

static bool check_strict_text(nb_call *call, const void *text, size_t unit_size, size_t units)
{
  const unsigned char *p = text;
  static const unsigned char zero[4];

  for (size_t i = 0; call->strict && i < units; i++)
    if (memcmp(p + i * unit_size, zero, unit_size) == 0)
      return rs_fail(call->err, RS_E_VALUE, "expects a string without NUL, got one with NUL at unit %zu", i);
  return true;
}

static void *encode_utf8(nb_call *call, napi_value value, size_t *units)
{
  nb_memory *memory = call->memory;
  napi_env env = call->nb->env;
  char *text = (char *)memory->base + memory->top;
  size_t room = memory->size - memory->top;

  /* Written straight into the rest of the call memory: one pass for strings that fit, which most do. */
  if (room > 256 && !call->lasting) {
    if (room > 65536)
      room = 65536;
    if (!nb_check(call->nb, napi_get_value_string_utf8(env, value, text, room, units), call->err))
      return NULL;
    if (*units + NB_UTF8_SLACK < room) {
      memory->top += *units + 1;
      return text;
    }
  }
  if (!nb_check(call->nb, napi_get_value_string_utf8(env, value, NULL, 0, units), call->err)
      || !(text = nb_call_room(call, *units + 1, 0))
      || !nb_check(call->nb, napi_get_value_string_utf8(env, value, text, *units + 1, units), call->err))
    return NULL;
  return text;
}

static void *encode_utf16(nb_call *call, napi_value value, size_t *units)
{
  napi_env env = call->nb->env;
  char16_t *text;

  if (!nb_check(call->nb, napi_get_value_string_utf16(env, value, NULL, 0, units), call->err)
      || !(text = nb_call_room(call, (*units + 1) * sizeof *text, 0))
      || !nb_check(call->nb, napi_get_value_string_utf16(env, value, text, *units + 1, units), call->err))
    return NULL;
  return text;
}

static void *encode_utf32(nb_call *call, napi_value value, size_t *units)
{
  size_t count, n = 0;
  const char16_t *from = encode_utf16(call, value, &count);
  uint32_t *text = from ? nb_call_room(call, (count + 1) * sizeof *text, 0) : NULL;

  if (!text)
    return NULL;
  for (size_t i = 0; i < count; i++) {
    uint32_t c = from[i];

    if (c >= 0xD800 && c < 0xDC00 && i + 1 < count && from[i + 1] >= 0xDC00 && from[i + 1] < 0xE000)
      c = 0x10000 + ((c - 0xD800) << 10) + (from[++i] - 0xDC00u);
    else if (c >= 0xD800 && c < 0xE000)
      c = 0xFFFD; /* a lone surrogate is replaced, what follows it is kept */
    text[n++] = c;
  }
  text[n] = 0;
  *units = n;
  return text;
}

void *nb_encode_text(nb_call *call, size_t unit_size, napi_value value, size_t *units)
{
  void *text = unit_size == 1   ? encode_utf8(call, value, units)
               : unit_size == 2 ? encode_utf16(call, value, units)
                                : encode_utf32(call, value, units);

  return text && check_strict_text(call, text, unit_size, *units) ? text : NULL;
}

/* The largest count of units, at most `limit`, that does not end inside a character. */
static size_t whole_characters(const void *text, size_t unit_size, size_t units, size_t limit)
{
  const unsigned char *utf8 = text;
  const char16_t *utf16 = text;

  if (units <= limit)
    return units;
  if (unit_size == 1)
    while (limit && (utf8[limit] & 0xC0) == 0x80)
      limit--;
  if (unit_size == 2 && limit && utf16[limit] >= 0xDC00 && utf16[limit] < 0xE000 && utf16[limit - 1] >= 0xD800
      && utf16[limit - 1] < 0xDC00)
    limit--;
  return limit;
}

/* Arrays */

static bool takes_strings(const rs_type *element, rs_hint hint)
{
  return element->flags & RS_T_CHAR || hint == RS_HINT_STRING
         || (element->kind == RS_INT && element->size <= 2 && !(element->flags & (RS_T_SWAP | RS_T_ENUM)));
}

static bool encode_characters(nb_call *call, const rs_type *element, size_t count, napi_value value,
                              void *dest)
{
  size_t units;
  void *text = nb_encode_text(call, element->size, value, &units);

  if (!text)
    return false;
  units = whole_characters(text, element->size, units, count - 1);
  memset(dest, 0, count * element->size);
  memcpy(dest, text, units * element->size);
  return true;
}

bool nb_matches_elements(nb_call *call, const rs_type *element, napi_value value)
{
  static const unsigned char sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  napi_typedarray_type type;
  bool yes = false;

  return element->size > 1 && napi_is_typedarray(call->nb->env, value, &yes) == napi_ok && yes
         && napi_get_typedarray_info(call->nb->env, value, &type, NULL, NULL, NULL, NULL) == napi_ok
         && (size_t)type < sizeof sizes && sizes[type] == element->size;
}

static bool holds_pointers(const rs_type *type)
{
  while (type->kind == RS_ARRAY)
    type = type->ref;
  return type->kind == RS_STRING || type->kind == RS_POINTER || type->kind == RS_RECORD
         || type->kind == RS_UNION;
}

static bool encode_list(nb_call *call, const rs_type *element, size_t count, napi_value value, void *dest)
{
  napi_env env = call->nb->env;
  napi_handle_scope scope = NULL;
  /* Handles of raw buffers must last until nb_call_settle: only elements without pointers get scopes. */
  bool scoped = !holds_pointers(element);
  bool ok = true;

  call->ran_user_code = true; /* an accessor may stand for an element */
  for (size_t i = 0; ok && i < count; i++) {
    napi_value item;

    if (scoped && i % 64 == 0) {
      if (scope)
        (void)napi_close_handle_scope(env, scope);
      scope = NULL;
      if (!nb_check(call->nb, napi_open_handle_scope(env, &scope), call->err))
        return false;
    }
    ok = nb_check(call->nb, napi_get_element(env, value, (uint32_t)i, &item), call->err)
         && (nb_encode(call, element, item, (char *)dest + i * element->size, RS_IN)
             || nb_call_in_element(call, i));
  }
  if (scope)
    (void)napi_close_handle_scope(env, scope);
  return ok;
}

bool nb_encode_elements(nb_call *call, const rs_type *element, size_t count, napi_value value, void *dest,
                        rs_hint hint)
{
  napi_env env = call->nb->env;
  size_t size = count * element->size;
  uint32_t length;
  nb_bytes bytes;

  if (nb_is_array(call->nb, value)) {
    if (!nb_check(call->nb, napi_get_array_length(env, value, &length), call->err))
      return false;
    if (length < count)
      memset((char *)dest + length * element->size, 0, (count - length) * element->size);
    return encode_list(call, element, length < count ? length : count, value, dest);
  }
  if (nb_typeof(call->nb, value) == napi_string && takes_strings(element, hint))
    return !count || encode_characters(call, element, count, value, dest);
  if (nb_typeof(call->nb, value) == napi_object && nb_bytes_of(call->nb, value, &bytes)) {
    size_t used = bytes.size < size ? bytes.size : size;

    if (used)
      memcpy(dest, bytes.data, used);
    memset((char *)dest + used, 0, size - used);
    if (element->flags & RS_T_SWAP && nb_matches_elements(call, element, value))
      nb_swap_elements(dest, element->size, count);
    return true;
  }
  return false;
}

static bool encode_array(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  bool ok = nb_call_deeper(call)
            && (nb_encode_elements(call, type->ref, type->length, value, dest, type->hint)
                || (call->err->code == RS_OK && nb_expects(call, type, value)));

  call->depth--;
  return ok;
}

/* Records */

/* Array of the names of the members, without padding. */
static bool get_keys(nb_call *call, const rs_type *type, napi_value *keys)
{
  nb_type *info = nb_type_of(call->nb, type, call->err);

  return info && nb_type_keys(call->nb, info, type, keys, call->err);
}

/* A value that has none of the members may be no struct at all: a Map, a Date, one of our own objects. */
static bool check_plain(nb_call *call, const rs_type *type, napi_value value)
{
  napi_value exotic = nb_call_hook(call->nb, NB_HOOK_IS_EXOTIC, 1, &value, call->err);
  bool yes = false;

  return exotic && napi_get_value_bool(call->nb->env, exotic, &yes) == napi_ok
         && (!yes || nb_expects(call, type, value));
}

/* The number of elements of a value for a counted member; -1 when it has none of its own (an address). */
static bool count_elements(nb_call *call, const rs_type *type, napi_value value, int64_t *count)
{
  napi_env env = call->nb->env;
  uint32_t length;
  size_t units;
  nb_bytes bytes;

  switch (nb_typeof(call->nb, value)) {
  case napi_object:
    if (nb_is_array(call->nb, value)) {
      if (!nb_check(call->nb, napi_get_array_length(env, value, &length), call->err))
        return false;
      *count = length;
    } else if (nb_bytes_of(call->nb, value, &bytes)) {
      *count = (int64_t)(bytes.size / (type->ref->size ? type->ref->size : 1));
    } else {
      *count = -1; /* the conversion will complain, or take it as one struct */
    }
    return true;
  case napi_string:
    if (!nb_encode_text(call, type->ref->size, value, &units))
      return false;
    *count = (int64_t)units;
    return true;
  default: *count = -1; return true;
  }
}

/* A counted member and its counter: derives the counter when it is missing, else checks it. `member` is at
 * most one NUL longer than its text when it is a string. */
static bool encode_counted(nb_call *call, const rs_type *type, const rs_member *member, napi_value value,
                           bool counter_given, void *dest)
{
  const rs_member *counter = &type->members[member->counter];
  char *counter_slot = (char *)dest + counter->offset;
  napi_valuetype kind = nb_typeof(call->nb, value);
  bool is_pointer = member->type->kind != RS_ARRAY;
  int64_t given = nb_load_integer(counter->type, counter_slot), actual;

  if (kind == napi_undefined || (kind == napi_null && is_pointer)) {
    if (is_pointer && given != 0)
      return rs_fail(call->err, RS_E_COUNT, "is NULL, but its counter '%s' is %lld", counter->name,
                     (long long)given);
    return true;
  }
  if (!count_elements(call, member->type, value, &actual))
    return false;
  if (!counter_given && actual >= 0) {
    nb_store_integer(counter->type, actual, counter_slot);
    given = nb_load_integer(counter->type, counter_slot);
  }
  if (actual >= 0 && given != actual && !(kind == napi_string && given == actual + 1))
    return rs_fail(call->err, RS_E_COUNT, "has %lld elements, but its counter '%s' is %lld",
                   (long long)actual, counter->name, (long long)given);
  if (!is_pointer && (given < 0 || (uint64_t)given > member->type->length))
    return rs_fail(call->err, RS_E_COUNT, "has %lld elements, more than its maximum of %zu", (long long)given,
                   member->type->length);
  if (is_pointer || kind != napi_string)
    return nb_encode(call, member->type, value, (char *)dest + member->offset, RS_IN);
  {
    size_t units;
    void *text = nb_encode_text(call, member->type->ref->size, value, &units);

    if (text)
      memcpy((char *)dest + member->offset, text, units * member->type->ref->size);
    return text != NULL;
  }
}

/* The counted members, once every other one is in place. */
static bool encode_all_counted(nb_call *call, const rs_type *type, napi_value value, napi_value keys,
                               const bool *given, void *dest)
{
  napi_env env = call->nb->env;

  for (size_t i = 0, key_index = 0; i < type->member_count; i++) {
    const rs_member *m = &type->members[i];
    napi_value key, item;

    if (m->padding)
      continue;
    if (m->counter >= 0
        && (!nb_check(call->nb, napi_get_element(env, keys, (uint32_t)key_index, &key), call->err)
            || !nb_check(call->nb, napi_get_property(env, value, key, &item), call->err)
            || !encode_counted(call, type, m, item, given[m->counter], dest)))
      return nb_call_in_member(call, m->name);
    key_index++;
  }
  return true;
}

static bool encode_members(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  napi_env env = call->nb->env;
  bool has_counted = type->flags & RS_T_HAS_COUNTED;
  bool *given = has_counted ? nb_call_alloc(call, type->member_count, 0) : NULL;
  bool any = false;
  napi_value keys;

  if ((has_counted && !given) || !get_keys(call, type, &keys))
    return false;
  call->ran_user_code = true;
  for (size_t i = 0, key_index = 0; i < type->member_count; i++) {
    const rs_member *m = &type->members[i];
    napi_valuetype kind;
    napi_value key, item;

    if (m->padding)
      continue;
    if (m->counter >= 0) {
      key_index++;
      any = true;
      continue;
    }
    if (!nb_check(call->nb, napi_get_element(env, keys, (uint32_t)key_index++, &key), call->err)
        || !nb_check(call->nb, napi_get_property(env, value, key, &item), call->err)
        || !nb_check(call->nb, napi_typeof(env, item, &kind), call->err))
      return nb_call_in_member(call, m->name);
    if (kind == napi_undefined)
      continue;
    any = true;
    if (given)
      given[i] = true;
    if (!nb_encode(call, m->type, item, (char *)dest + m->offset, RS_IN))
      return nb_call_in_member(call, m->name);
  }
  if (has_counted && !encode_all_counted(call, type, value, keys, given, dest))
    return false;
  return any || check_plain(call, type, value);
}

bool nb_encode_record(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  nb_bytes bytes;
  bool ok;

  if (nb_typeof(call->nb, value) != napi_object || nb_is_array(call->nb, value))
    return nb_expects(call, type, value);
  if (nb_bytes_of(call->nb, value, &bytes)) {
    if (bytes.size < type->size)
      return rs_fail(call->err, RS_E_BUFFER_SIZE, "expects %s of %zu bytes, got a buffer of %zu", type->name,
                     type->size, bytes.size);
    memcpy(dest, bytes.data, type->size);
    return true;
  }
  memset(dest, 0, type->size);
  ok = nb_call_deeper(call) && encode_members(call, type, value, dest);
  call->depth--;
  return ok;
}

/* Unions */

static const rs_member *find_member(const rs_type *type, const char *name)
{
  for (size_t i = 0; i < type->member_count; i++)
    if (!type->members[i].padding && strcmp(type->members[i].name, name) == 0)
      return &type->members[i];
  return NULL;
}

static bool encode_member_of_union(nb_call *call, const rs_member *member, napi_value value, void *dest)
{
  return nb_typeof(call->nb, value) == napi_undefined || nb_encode(call, member->type, value, dest, RS_IN)
         || nb_call_in_member(call, member->name);
}

/* { member: value }: exactly one property. */
static bool encode_union_literal(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  napi_env env = call->nb->env;
  napi_value names, key, item;
  char room[256], *name;
  const rs_member *member;
  uint32_t count;
  size_t length;

  call->ran_user_code = true;
  if (!nb_check(call->nb,
                napi_get_all_property_names(env, value, napi_key_own_only,
                                            napi_key_enumerable | napi_key_skip_symbols,
                                            napi_key_numbers_to_strings, &names),
                call->err)
      || !nb_check(call->nb, napi_get_array_length(env, names, &count), call->err))
    return false;
  if (count != 1)
    return rs_fail(call->err, RS_E_UNION, "expects an object with exactly one member of union %s, got %u",
                   type->name, count);
  if (!nb_check(call->nb, napi_get_element(env, names, 0, &key), call->err)
      || !(name = nb_text(call->nb, key, "a union member", room, sizeof room, &length, call->err)))
    return false;
  member = find_member(type, name);
  if (!member)
    rs_fail(call->err, RS_E_UNION, "expects a member of union %s, got '%.100s'", type->name, name);
  nb_text_free(name, room);
  return member && nb_check(call->nb, napi_get_property(env, value, key, &item), call->err)
         && encode_member_of_union(call, member, item, dest);
}

/* The member at `index` among those that are not padding, as JavaScript counts them. */
static const rs_member *member_at(const rs_type *type, int32_t index)
{
  for (size_t i = 0; i < type->member_count; i++)
    if (!type->members[i].padding && index-- == 0)
      return &type->members[i];
  return NULL;
}

/* A Union object: `state` is [type, index of the active member or -1, value or bytes]. */
static bool encode_union_object(nb_call *call, const rs_type *type, napi_value value, napi_value state,
                                void *dest)
{
  napi_env env = call->nb->env;
  napi_value own_type, index, item;
  const rs_member *member;
  int32_t active;
  nb_bytes bytes;

  if (!nb_check(call->nb, napi_get_element(env, state, 0, &own_type), call->err)
      || !nb_check(call->nb, napi_get_element(env, state, 1, &index), call->err)
      || !nb_check(call->nb, napi_get_element(env, state, 2, &item), call->err)
      || !nb_check(call->nb, napi_get_value_int32(env, index, &active), call->err))
    return false;
  if (nb_spec_object(call->nb, own_type) != type)
    return nb_expects(call, type, value);
  if ((member = member_at(type, active)))
    return encode_member_of_union(call, member, item, dest);
  if (!nb_bytes_of(call->nb, item, &bytes) || bytes.size < type->size)
    return rs_fail(call->err, RS_E_UNION, "is a union %s without a value", type->name);
  memcpy(dest, bytes.data, type->size);
  return true;
}

bool nb_encode_union(nb_call *call, const rs_type *type, napi_value value, void *dest)
{
  napi_value state;
  bool ok;

  if (nb_typeof(call->nb, value) != napi_object || nb_is_array(call->nb, value))
    return nb_expects(call, type, value);
  memset(dest, 0, type->size);
  if (!(state = nb_call_hook(call->nb, NB_HOOK_UNION_READ, 1, &value, call->err)))
    return false;
  ok =
      nb_call_deeper(call)
      && (nb_typeof(call->nb, state) == napi_undefined ? encode_union_literal(call, type, value, dest)
                                                       : encode_union_object(call, type, value, state, dest));
  call->depth--;
  return ok;
}

bool nb_encode(nb_call *call, const rs_type *type, napi_value value, void *dest, rs_direction direction)
{
  switch (type->kind) {
  case RS_INT:
  case RS_UINT: return nb_encode_integer(call, type, value, dest);
  case RS_FLOAT: return nb_encode_float(call, type, value, dest);
  case RS_BOOL: return nb_encode_bool(call, type, value, dest);
  case RS_STRING:
  case RS_POINTER: return nb_encode_pointer(call, type, value, dest, direction);
  case RS_RECORD: return nb_encode_record(call, type, value, dest);
  case RS_UNION: return nb_encode_union(call, type, value, dest);
  case RS_ARRAY: return encode_array(call, type, value, dest);
  case RS_VOID:
  case RS_FUNCTION:
  case RS_OPAQUE: break;
  }
  return rs_fail(call->err, RS_E_BAD_TYPE, "cannot be of type %s, which has no values", type->name);
}

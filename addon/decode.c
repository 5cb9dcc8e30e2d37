#include "decode.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "spec.h"
#include "text.h"
#include "value.h"

/* Text */

size_t nb_units_length(size_t unit_size, const void *src, size_t limit)
{
  const unsigned char *p = src;
  static const unsigned char zero[4];
  size_t n = 0;

  if (unit_size == 1)
    return limit == SIZE_MAX ? strlen(src) : strnlen(src, limit);
  while (n < limit && memcmp(p + n * unit_size, zero, unit_size) != 0)
    n++;
  return n;
}

/* UTF-32 at `src` as UTF-16 into `out`, of at least 2 * count units; what is no character becomes U+FFFD. */
static size_t utf32_to_utf16(const unsigned char *src, size_t count, char16_t *out)
{
  size_t n = 0;

  for (size_t i = 0; i < count; i++) {
    uint32_t c;

    memcpy(&c, src + i * sizeof c, sizeof c);
    if (c >= 0x10000 && c <= 0x10FFFF) {
      out[n++] = (char16_t)(0xD800 + ((c - 0x10000) >> 10));
      out[n++] = (char16_t)(0xDC00 + (c & 0x3FF));
    } else {
      out[n++] = (char16_t)(c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c);
    }
  }
  return n;
}

/* UTF-16 and UTF-32 go through an aligned copy: C memory may be unaligned, V8 wants it aligned. */
static napi_value decode_wide(nb_env *nb, size_t unit_size, const void *src, size_t count, rs_error *err)
{
  char16_t room[512], *text = room;
  size_t most = unit_size == 4 ? 2 * count : count, units = count;
  napi_value result = NULL;

  if (most > sizeof room / sizeof *room && !(text = rs_malloc(most * sizeof *text, err)))
    return NULL;
  if (unit_size == 4)
    units = utf32_to_utf16(src, count, text);
  else if (count)
    memcpy(text, src, count * sizeof *text);
  if (!nb_check(nb, napi_create_string_utf16(nb->env, text, units, &result), err))
    result = NULL;
  if (text != room)
    free(text);
  return result;
}

napi_value nb_decode_units(nb_env *nb, size_t unit_size, const void *src, size_t count, rs_error *err)
{
  napi_value result = NULL;
  napi_status status;

  assert(unit_size != 0 && (src || count == 0));
  if (count > INT_MAX / unit_size) {
    rs_fail(err, RS_E_LIMIT, "a string of %zu units is longer than JavaScript allows", count);
    return NULL;
  }
  if (unit_size > 1)
    return decode_wide(nb, unit_size, src, count, err);
  status = nb_is_ascii(src, count) ? napi_create_string_latin1(nb->env, src, count, &result)
                                   : napi_create_string_utf8(nb->env, src, count, &result);
  return nb_check(nb, status, err) ? result : NULL;
}

/* Arrays */

/* The typed array for elements of a number type. */
static napi_typedarray_type typed_kind(const rs_type *element)
{
  bool is_signed = element->kind == RS_INT;

  if (element->kind == RS_FLOAT)
    return element->size == 4 ? napi_float32_array : napi_float64_array;
  switch (element->size) {
  case 1: return is_signed ? napi_int8_array : napi_uint8_array;
  case 2: return is_signed ? napi_int16_array : napi_uint16_array;
  case 4: return is_signed ? napi_int32_array : napi_uint32_array;
  default: return is_signed ? napi_bigint64_array : napi_biguint64_array;
  }
}

static napi_value decode_typed(nb_env *nb, const rs_type *element, size_t count, const void *src,
                               rs_error *err)
{
  size_t size = count * element->size;
  void *data;
  napi_value buffer, result;

  if (!nb_check(nb, napi_create_arraybuffer(nb->env, size, &data, &buffer), err)
      || !nb_check(nb, napi_create_typedarray(nb->env, typed_kind(element), count, buffer, 0, &result), err))
    return NULL;
  if (size)
    memcpy(data, src, size);
  if (element->flags & RS_T_SWAP)
    nb_swap_elements(data, element->size, count);
  return result;
}

static napi_value decode_list(nb_env *nb, const rs_type *element, size_t count, const void *src,
                              rs_error *err)
{
  napi_handle_scope scope = NULL;
  napi_value list;
  bool ok = true;

  if (!nb_check(nb, napi_create_array_with_length(nb->env, count, &list), err))
    return NULL;
  for (size_t i = 0; ok && i < count; i++) {
    napi_value item;

    if (i % 16 == 0) {
      if (scope)
        (void)napi_close_handle_scope(nb->env, scope);
      scope = NULL;
      if (!nb_check(nb, napi_open_handle_scope(nb->env, &scope), err))
        return NULL;
    }
    item = nb_decode_owned(nb, element, (const char *)src + i * element->size, err);
    ok = item && nb_check(nb, napi_set_element(nb->env, list, (uint32_t)i, item), err);
  }
  if (scope)
    (void)napi_close_handle_scope(nb->env, scope);
  return ok ? list : NULL;
}

napi_value nb_decode_elements(nb_env *nb, const rs_type *element, size_t count, rs_hint hint, const void *src,
                              rs_error *err)
{
  napi_value result;

  switch (hint) {
  case RS_HINT_TYPED: return decode_typed(nb, element, count, src, err);
  case RS_HINT_STRING:
    return nb_decode_units(nb, element->size, src, nb_units_length(element->size, src, count), err);
  case RS_HINT_BUFFER:
    return nb_check(nb, napi_create_buffer_copy(nb->env, count * element->size, src, NULL, &result), err)
               ? result
               : NULL;
  case RS_HINT_DEFAULT:
  case RS_HINT_ARRAY: break;
  }
  return decode_list(nb, element, count, src, err);
}

/* Records */

bool nb_type_keys(nb_env *nb, nb_type *info, const rs_type *type, napi_value *keys, rs_error *err)
{
  uint32_t n = 0;

  if (info->keys)
    return nb_check(nb, napi_get_reference_value(nb->env, info->keys, keys), err);
  if (!nb_check(nb, napi_create_array(nb->env, keys), err))
    return false;
  for (size_t i = 0; i < type->member_count; i++)
    if (!type->members[i].padding
        && !nb_check(nb, napi_set_element(nb->env, *keys, n++, nb_string(nb, type->members[i].name)), err))
      return false;
  return nb_check(nb, napi_create_reference(nb->env, *keys, 1, &info->keys), err);
}

/* A counted member: as many elements as its counter says. */
static napi_value decode_counted(nb_env *nb, const rs_type *type, const rs_member *member, const void *src,
                                 rs_error *err)
{
  const rs_member *counter = &type->members[member->counter];
  const rs_type *element = member->type->ref;
  const void *at = (const char *)src + member->offset;
  int64_t count = nb_load_integer(counter->type, (const char *)src + counter->offset);
  const uint64_t most = (uint64_t)INT_MAX / (element->size ? element->size : 1);

  if (member->type->kind == RS_ARRAY) {
    size_t used = count < 0                                ? 0
                  : (uint64_t)count > member->type->length ? member->type->length
                                                           : (size_t)count;

    return nb_decode_elements(nb, element, used, member->type->hint, at, err);
  }
  memcpy(&at, at, sizeof at);
  if (!at && count)
    return nb_null(nb);
  if (count < 0 || (uint64_t)count > most) {
    rs_fail(err, RS_E_COUNT, "member '%s' has the impossible counter '%s' = %lld", member->name,
            counter->name, (long long)count);
    return NULL;
  }
  if (element->flags & RS_T_CHAR)
    return nb_decode_units(nb, element->size, at, (size_t)count, err);
  return nb_decode_elements(nb, element, (size_t)count, rs_default_hint(element), at, err);
}

static napi_value decode_member(nb_env *nb, const rs_type *type, const rs_member *member, const void *src,
                                rs_error *err)
{
  if (member->counter >= 0)
    return decode_counted(nb, type, member, src, err);
  return nb_decode_owned(nb, member->type, (const char *)src + member->offset, err);
}

static bool holds_pointers(const rs_type *type)
{
  while (type->kind == RS_ARRAY)
    type = type->ref;
  if (type->kind == RS_RECORD)
    for (size_t i = 0; i < type->member_count; i++)
      if (holds_pointers(type->members[i].type))
        return true;
  return type->kind == RS_POINTER;
}

static bool is_untouched(const rs_member *member, const void *src, const void *before)
{
  return before && holds_pointers(member->type)
         && memcmp((const char *)src + member->offset, (const char *)before + member->offset,
                   member->type->size)
                == 0;
}

bool nb_decode_members(nb_env *nb, const rs_type *type, const void *src, const void *before,
                       napi_value object, rs_error *err)
{
  nb_type *info = nb_type_of(nb, type, err);
  napi_value keys, key, value;
  uint32_t n = 0;

  if (!info || !nb_type_keys(nb, info, type, &keys, err))
    return false;
  for (size_t i = 0; i < type->member_count; i++) {
    const rs_member *m = &type->members[i];

    if (m->padding)
      continue;
    if (!is_untouched(m, src, before)
        && (!(value = decode_member(nb, type, m, src, err))
            || !nb_check(nb, napi_get_element(nb->env, keys, n, &key), err)
            || !nb_check(nb, napi_set_property(nb->env, object, key, value), err)))
      return false;
    n++;
  }
  return true;
}

enum {
  FACTORY_AFTER = 4,   /* decodes after which a record gets a factory: making one costs as much as dozens */
  FACTORY_MEMBERS = 64 /* most members of a record with a factory */
};

/* One call with all values is cheaper than a property at a time, and gives every object one hidden class. */
static napi_value decode_by_factory(nb_env *nb, nb_type *info, const rs_type *type, const void *src,
                                    rs_error *err)
{
  napi_value values[FACTORY_MEMBERS], keys, factory, result;
  size_t n = 0;

  if (!info->factory) {
    if (!nb_type_keys(nb, info, type, &keys, err)
        || !(factory = nb_call_hook(nb, NB_HOOK_MAKE_FACTORY, 1, &keys, err))
        || !nb_check(nb, napi_create_reference(nb->env, factory, 1, &info->factory), err))
      return NULL;
  } else if (!nb_check(nb, napi_get_reference_value(nb->env, info->factory, &factory), err)) {
    return NULL;
  }
  for (size_t i = 0; i < type->member_count; i++)
    if (!type->members[i].padding && !(values[n++] = decode_member(nb, type, &type->members[i], src, err)))
      return NULL;
  return nb_check(nb, napi_call_function(nb->env, nb_undefined(nb), factory, n, values, &result), err)
             ? result
             : NULL;
}

static napi_value decode_record(nb_env *nb, const rs_type *type, const void *src, rs_error *err)
{
  nb_type *info = nb_type_of(nb, type, err);
  napi_value object;

  if (!info)
    return NULL;
  if (type->member_count <= FACTORY_MEMBERS && (info->factory || ++info->decoded > FACTORY_AFTER))
    return decode_by_factory(nb, info, type, src, err);
  return nb_check(nb, napi_create_object(nb->env, &object), err)
                 && nb_decode_members(nb, type, src, NULL, object, err)
             ? object
             : NULL;
}

static napi_value decode_union(nb_env *nb, const rs_type *type, const void *src, rs_error *err)
{
  napi_value arguments[2] = {nb_type_object(nb, type, err), NULL};
  void *data;

  if (!arguments[0] || !nb_check(nb, napi_create_arraybuffer(nb->env, type->size, &data, &arguments[1]), err))
    return NULL;
  memcpy(data, src, type->size);
  return nb_call_hook(nb, NB_HOOK_UNION_MAKE, 2, arguments, err);
}

/* Everything */

static bool check_stack(nb_env *nb, const rs_type *type, rs_error *err)
{
  enum { CHECK_EVERY = 32 };

  return type->depth % CHECK_EVERY != 0 || nb_stack_has_room(nb)
         || rs_fail(err, RS_E_STACK, "type '%.60s' nests too deeply for what is left of this thread's stack",
                    type->name);
}

napi_value nb_integer_value(nb_env *nb, const rs_type *type, int64_t number)
{
  napi_value result = NULL;

  if (type->size == 8)
    return type->kind == RS_INT ? nb_int64(nb, number) : nb_uint64(nb, (uint64_t)number);
  if (type->kind == RS_INT || type->size < 4)
    (void)napi_create_int32(nb->env, (int32_t)number, &result);
  else
    (void)napi_create_uint32(nb->env, (uint32_t)number, &result);
  return result;
}

static napi_value decode_float(nb_env *nb, const rs_type *type, const void *src)
{
  float narrow;
  double number;

  if (type->size == sizeof narrow) {
    memcpy(&narrow, src, sizeof narrow);
    return nb_number(nb, (double)narrow);
  }
  memcpy(&number, src, sizeof number);
  return nb_number(nb, number);
}

napi_value nb_decode(nb_env *nb, const rs_type *type, const void *src, rs_error *err)
{
  const void *address;

  switch (type->kind) {
  case RS_INT:
  case RS_UINT: return nb_integer_value(nb, type, nb_load_integer(type, src));
  case RS_FLOAT: return decode_float(nb, type, src);
  case RS_BOOL: return nb_bool(nb, *(const unsigned char *)src != 0);
  case RS_POINTER: memcpy(&address, src, sizeof address); return nb_pointer(nb, address);
  case RS_STRING:
    memcpy(&address, src, sizeof address);
    if (!address)
      return nb_null(nb);
    return nb_decode_units(nb, type->ref->size, address, nb_units_length(type->ref->size, address, SIZE_MAX),
                           err);
  case RS_RECORD: return check_stack(nb, type, err) ? decode_record(nb, type, src, err) : NULL;
  case RS_UNION: return decode_union(nb, type, src, err);
  case RS_ARRAY:
    return check_stack(nb, type, err) ? nb_decode_elements(nb, type->ref, type->length, type->hint, src, err)
                                      : NULL;
  case RS_VOID:
  case RS_FUNCTION:
  case RS_OPAQUE: break;
  }
  rs_fail(err, RS_E_BAD_TYPE, "type '%s' has no values to decode", type->name);
  return NULL;
}

bool nb_dispose(nb_env *nb, const rs_type *type, void *address, rs_error *err)
{
  nb_type *info = nb_type_of(nb, type, err);
  napi_value function, argument, result;

  if (!info)
    return false;
  nb->disposed++;
  if (!info->dispose) {
    free(address);
    return true;
  }
  argument = nb_pointer(nb, address);
  return nb_check(nb, napi_get_reference_value(nb->env, info->dispose, &function), err)
         && nb_check(nb, napi_call_function(nb->env, nb_undefined(nb), function, 1, &argument, &result), err);
}

napi_value nb_decode_owned(nb_env *nb, const rs_type *type, const void *src, rs_error *err)
{
  napi_value result = nb_decode(nb, type, src, err);
  void *address;

  if (!(type->flags & RS_T_DISPOSABLE))
    return result;
  memcpy(&address, src, sizeof address);
  /* Also when the conversion failed: the memory is ours to release. */
  return nb_dispose(nb, type, address, err) ? result : NULL;
}

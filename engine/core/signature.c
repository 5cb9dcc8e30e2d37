/* signature.c - checks and interns signatures; see registry.h. */
#include <stdlib.h>
#include <string.h>

#include "core/registry_impl.h"

static bool check_value_type(const rs_type *type, const char *place, rs_error *err)
{
  if (type->kind == RS_VOID || type->kind == RS_OPAQUE)
    return rs_fail(err, RS_E_INCOMPLETE, "%s cannot have type '%s', which has no size", place, type->name);
  if (type->kind == RS_FUNCTION)
    return rs_fail(err, RS_E_BAD_TYPE, "%s cannot have function type '%s': use a pointer to it", place,
                   type->name);
  if (type->kind == RS_ARRAY)
    return rs_fail(err, RS_E_BAD_TYPE, "%s cannot have array type '%s', which decays to a pointer", place,
                   type->name);
  if (type->flags & RS_T_COUNTED)
    return rs_fail(err, RS_E_BAD_TYPE, "%s cannot have counted type '%s': only a struct member can", place,
                   type->name);
  return true;
}

static bool check_direction(const rs_param *param, rs_error *err)
{
  bool can =
      (param->type->kind == RS_POINTER || param->type->kind == RS_STRING) && !rs_is_callback(param->type);

  return param->direction == RS_IN || can
         || rs_fail(err, RS_E_BAD_TYPE, "only pointers and strings can be output parameters, not '%s'",
                    param->type->name);
}

bool rs_param_check(const rs_param *param, rs_error *err)
{
  return check_value_type(param->type, "a parameter", err) && check_direction(param, err);
}

bool rs_result_check(const rs_type *result, rs_error *err)
{
  return result->kind == RS_VOID || check_value_type(result, "a result", err);
}

static bool check(const rs_type *result, const rs_param *params, size_t count, rs_error *err)
{
  if (count > RS_MAX_PARAMS) {
    rs_fail(err, RS_E_LIMIT, "a function can have at most %d parameters, not %zu", RS_MAX_PARAMS, count);
    rs_error_reclass(err, RS_CLASS_TYPE);
    return false;
  }
  if (!rs_result_check(result, err))
    return false;
  for (size_t i = 0; i < count; i++)
    if (!rs_param_check(&params[i], err))
      return false;
  return true;
}

static bool same(const rs_signature *a, const rs_signature *b)
{
  if (a->hash != b->hash || a->convention != b->convention || a->variadic != b->variadic
      || a->count != b->count || a->fixed != b->fixed || a->result != b->result)
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (a->params[i].type != b->params[i].type || a->params[i].direction != b->params[i].direction)
      return false;
  return true;
}

static uint32_t hash_of(const rs_signature *s)
{
  uint32_t hash = rs_hash(RS_HASH_START, &s->result, sizeof s->result);

  hash = rs_hash(hash, &s->convention, sizeof s->convention);
  hash = rs_hash(hash, &s->fixed, sizeof s->fixed);
  for (size_t i = 0; i < s->count; i++) {
    hash = rs_hash(hash, &s->params[i].type, sizeof s->params[i].type);
    hash = rs_hash(hash, &s->params[i].direction, sizeof s->params[i].direction);
  }
  return hash;
}

const rs_signature *rs_signature_intern(rs_registry *reg, rs_convention convention, const rs_type *result,
                                        const rs_param *params, size_t count, size_t fixed, bool variadic,
                                        rs_error *err)
{
  union {
    rs_signature head;
    char room[sizeof(rs_signature) + RS_MAX_PARAMS * sizeof(rs_param)];
  } key = {0};
  size_t bytes = sizeof(rs_signature) + count * sizeof *params;
  rs_signature *made;

  if (!check(result, params, count, err))
    return NULL;
  key.head.convention = convention;
  key.head.variadic = variadic;
  key.head.count = (uint16_t)count;
  key.head.fixed = (uint16_t)fixed;
  key.head.result = result;
  if (count)
    memcpy(key.head.params, params, count * sizeof *params);
  key.head.hash = hash_of(&key.head);
  for (rs_signature *s = reg->signatures[key.head.hash % RS_SIGNATURE_BUCKETS]; s; s = s->next)
    if (same(s, &key.head))
      return s;
  if (!(made = rs_malloc(bytes, err)))
    return NULL;
  memcpy(made, &key, bytes);
  made->next = reg->signatures[made->hash % RS_SIGNATURE_BUCKETS];
  reg->signatures[made->hash % RS_SIGNATURE_BUCKETS] = made;
  reg->signature_count++;
  reg->made++;
  return made;
}

#include "cast.h"

#include <stdlib.h>

#include "value.h"

/* The live values, by address: an External of another addon holds a pointer that must not be followed. */
struct nb_cast_set {
  nb_cast **buckets;
  size_t bucket_count; /* power of two */
  size_t count;
};

static nb_cast **bucket_of(const struct nb_cast_set *set, const void *address)
{
  uint64_t hash = (uint64_t)(uintptr_t)address * 0x9e3779b97f4a7c15u;

  return &set->buckets[(hash >> 32) & (set->bucket_count - 1)];
}

static bool grow(struct nb_cast_set *set, rs_error *err)
{
  struct nb_cast_set old = *set;
  size_t bucket_count = old.bucket_count ? old.bucket_count * 2 : 32;
  nb_cast **buckets = rs_zalloc(bucket_count * sizeof *buckets, err);

  if (!buckets)
    return false;
  set->buckets = buckets;
  set->bucket_count = bucket_count;
  for (size_t i = 0; i < old.bucket_count; i++)
    for (nb_cast *cast = old.buckets[i], *next; cast; cast = next) {
      nb_cast **bucket = bucket_of(set, cast);

      next = cast->next;
      cast->next = *bucket;
      *bucket = cast;
    }
  free(old.buckets);
  return true;
}

static bool insert(nb_env *nb, nb_cast *cast, rs_error *err)
{
  nb_cast **bucket;

  if (!nb->casts && !(nb->casts = rs_zalloc(sizeof *nb->casts, err)))
    return false;
  if (nb->casts->count >= nb->casts->bucket_count && !grow(nb->casts, err))
    return false;
  bucket = bucket_of(nb->casts, cast);
  cast->next = *bucket;
  *bucket = cast;
  nb->casts->count++;
  return true;
}

static void release(nb_env *nb, nb_cast *cast)
{
  if (cast->value)
    (void)napi_delete_reference(nb->env, cast->value);
  rs_type_unref(cast->type);
  free(cast);
}

static void finalize(napi_env env, void *data, void *hint)
{
  nb_cast *cast = data;
  nb_env *nb = hint;

  (void)env;
  for (nb_cast **link = bucket_of(nb->casts, cast); *link; link = &(*link)->next)
    if (*link == cast) {
      *link = cast->next;
      nb->casts->count--;
      release(nb, cast);
      return;
    }
}

/* An object that holds the value: references to numbers and strings do not exist. */
static bool hold(nb_env *nb, napi_value value, napi_ref *out, rs_error *err)
{
  napi_value array;

  return nb_check(nb, napi_create_array_with_length(nb->env, 1, &array), err)
         && nb_check(nb, napi_set_element(nb->env, array, 0, value), err)
         && nb_check(nb, napi_create_reference(nb->env, array, 1, out), err);
}

napi_value nb_cast_new(nb_env *nb, const rs_type *type, rs_direction direction, napi_value value,
                       rs_error *err)
{
  nb_cast *cast = rs_zalloc(sizeof *cast, err);
  napi_value external;

  if (!cast)
    return NULL;
  cast->type = type;
  cast->direction = direction;
  rs_type_ref(type);
  if ((value && !hold(nb, value, &cast->value, err)) || !insert(nb, cast, err)) {
    release(nb, cast);
    return NULL;
  }
  if (!nb_check(nb, napi_create_external(nb->env, cast, finalize, nb, &external), err)) {
    finalize(nb->env, cast, nb);
    return NULL;
  }
  return external;
}

const nb_cast *nb_cast_of(nb_env *nb, napi_value external)
{
  void *data = NULL;

  if (!nb->casts || napi_get_value_external(nb->env, external, &data) != napi_ok)
    return NULL;
  for (const nb_cast *cast = *bucket_of(nb->casts, data); cast; cast = cast->next)
    if (cast == data)
      return cast;
  return NULL;
}

napi_value nb_cast_value(nb_env *nb, const nb_cast *cast)
{
  napi_value array, value = NULL;

  if (napi_get_reference_value(nb->env, cast->value, &array) == napi_ok && array)
    (void)napi_get_element(nb->env, array, 0, &value);
  return value;
}

void nb_cast_free_all(nb_env *nb)
{
  struct nb_cast_set *set = nb->casts;

  if (!set)
    return;
  for (size_t i = 0; i < set->bucket_count; i++)
    for (nb_cast *cast = set->buckets[i], *next; cast; cast = next) {
      next = cast->next;
      release(nb, cast);
    }
  free(set->buckets);
  free(set);
  nb->casts = NULL;
}

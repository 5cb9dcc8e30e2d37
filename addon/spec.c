#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "spec_impl.h"
#include "value.h"

#define CACHE_SLOTS    256 /* power of two */
#define LONGEST_CACHED 63  /* bytes of a type string */

/* A type string that was resolved before. Types are not pinned by it: see nb_spec_forget. */
typedef struct nb_resolved {
  rs_param param; /* type NULL: free slot */
  bool is_param;  /* resolved as a parameter, where qualifiers are allowed */
  unsigned char length;
  char text[LONGEST_CACHED + 1];
} nb_resolved;

/* Marks TypeObject instances; a Proxy, clone or look-alike does not carry it. */
const napi_type_tag nb_type_tag = {0x5c1a3f0e97d24b86u, 0xa6e20c7b4d8f1935u};

nb_type *nb_type_of(nb_env *nb, const rs_type *type, rs_error *err)
{
  nb_type *data = type->state->user;

  if (!data && (data = rs_zalloc(sizeof *data, err))) {
    data->nb = nb;
    type->state->user = data;
  }
  return data;
}

static void drop(nb_env *nb, napi_ref *ref)
{
  if (*ref)
    (void)napi_delete_reference(nb->env, *ref);
  *ref = NULL;
}

void nb_type_release(rs_type *type, void *context)
{
  nb_type *data = type->state->user;
  nb_env *nb = context;

  drop(nb, &data->object);
  drop(nb, &data->keys);
  drop(nb, &data->factory);
  drop(nb, &data->dispose);
  drop(nb, &data->values);
  free(data);
  type->state->user = NULL;
}

/* Where the text is or would be; NULL when it is too long. The hash is FNV-1a. */
static nb_resolved *slot_of(nb_env *nb, const char *text, size_t length, bool is_param)
{
  uint32_t hash = 2166136261u + is_param;

  if (length > LONGEST_CACHED)
    return NULL;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return &nb->specs->slots[(hash ^ hash >> 16) & (CACHE_SLOTS - 1)];
}

static bool parse(nb_env *nb, const char *text, size_t length, bool is_param, rs_param *out, rs_error *err)
{
  nb_resolved *slot = slot_of(nb, text, length, is_param);

  if (slot && slot->param.type && slot->length == length && slot->is_param == is_param
      && memcmp(slot->text, text, length) == 0) {
    *out = slot->param;
    return true;
  }
  out->direction = RS_IN;
  if (is_param ? !rs_parse_param(nb->reg, text, length, out, err)
               : !(out->type = rs_parse_type(nb->reg, text, length, err)))
    return false;
  if (slot) {
    slot->param = *out;
    slot->is_param = is_param;
    slot->length = (unsigned char)length;
    memcpy(slot->text, text, length);
  }
  return true;
}

static bool resolve_text(nb_env *nb, napi_value value, const char *what, bool is_param, rs_param *out,
                         rs_error *err)
{
  char room[128];
  size_t length;
  char *text = nb_text(nb, value, what, room, sizeof room, &length, err);
  bool ok;

  if (!text)
    return false;
  ok = parse(nb, text, length, is_param, out, err);
  nb_text_free(text, room);
  if (!ok)
    rs_error_context(err, "%s", what);
  return ok;
}

const rs_type *nb_spec_object(nb_env *nb, napi_value value)
{
  bool tagged = false;
  void *data = NULL;
  const rs_type *type;

  if (nb_typeof(nb, value) != napi_object
      || napi_check_object_type_tag(nb->env, value, &nb_type_tag, &tagged) != napi_ok || !tagged
      || napi_unwrap(nb->env, value, &data) != napi_ok)
    return NULL;
  type = data;
  /* The addon may be loaded twice into one JavaScript heap; each has its own registry. */
  return ((const nb_type *)type->state->user)->nb == nb ? type : NULL;
}

static bool resolve(nb_env *nb, napi_value value, const char *what, bool is_param, rs_param *out,
                    rs_error *err)
{
  const nb_cast *cast;
  char kind[64];

  switch (nb_typeof(nb, value)) {
  case napi_string: return resolve_text(nb, value, what, is_param, out, err);
  case napi_object:
    if ((out->type = nb_spec_object(nb, value))) {
      out->direction = RS_IN;
      return true;
    }
    break;
  case napi_external:
    if ((cast = nb_cast_of(nb, value)) && !cast->value) {
      *out = (rs_param){cast->type, cast->direction};
      return true;
    }
    break;
  default: break;
  }
  return rs_fail(err, RS_E_ARGUMENT, "%s expects a type (a string or a type object), got %s", what,
                 nb_describe(nb, value, kind, sizeof kind));
}

const rs_type *nb_spec(nb_env *nb, napi_value value, const char *what, rs_error *err)
{
  rs_param param;

  return resolve(nb, value, what, false, &param, err) ? param.type : NULL;
}

bool nb_spec_param(nb_env *nb, napi_value value, const char *what, rs_param *out, rs_error *err)
{
  return resolve(nb, value, what, true, out, err);
}

bool nb_spec_init(nb_env *nb, rs_error *err)
{
  return (nb->specs = rs_zalloc(sizeof *nb->specs, err))
         && (nb->specs->slots = rs_zalloc(CACHE_SLOTS * sizeof *nb->specs->slots, err));
}

void nb_spec_forget(nb_env *nb)
{
  memset(nb->specs->slots, 0, CACHE_SLOTS * sizeof *nb->specs->slots);
}

void nb_spec_free(nb_env *nb)
{
  drop(nb, &nb->type_class);
  if (nb->specs)
    free(nb->specs->slots);
  free(nb->specs);
  nb->specs = NULL;
}

/* types_record.c - struct(), pack() and union(): definitions, and completions of opaque types. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "module.h"
#include "spec.h"
#include "types_impl.h"
#include "value.h"

/* `[align, type]`: *out is the alignment, *spec the type. Every mistake in it is an Error. */
static bool read_alignment(nb_env *nb, napi_value pair, const char *place, size_t *out, napi_value *spec,
                           rs_error *err)
{
  uint32_t length;
  napi_value first;
  double align;

  if (!nb_check(nb, napi_get_array_length(nb->env, pair, &length), err))
    return false;
  if (length != 2)
    return rs_fail(err, RS_E_BAD_MEMBER, "%s expects [alignment, type], got an Array of %u elements", place,
                   length);
  if (!nb_check(nb, napi_get_element(nb->env, pair, 0, &first), err)
      || !nb_check(nb, napi_get_element(nb->env, pair, 1, spec), err))
    return false;
  if (napi_get_value_double(nb->env, first, &align) != napi_ok)
    return rs_fail(err, RS_E_BAD_MEMBER, "%s expects [alignment, type], the alignment being a number", place);
  align = trunc(align);
  if (!(align >= 1 && align <= 64) || ((unsigned)align & ((unsigned)align - 1)))
    return rs_fail(err, RS_E_BAD_MEMBER, "%s expects an alignment of 1, 2, 4, 8, 16, 32 or 64, got %g", place,
                   align);
  *out = (size_t)align;
  return true;
}

static bool add_member(nb_env *nb, rs_record_builder *builder, const char *function, const char *name,
                       napi_value spec, rs_error *err)
{
  char place[160];
  size_t align = 0;
  const rs_type *type;

  (void)snprintf(place, sizeof place, "%s(): member '%.100s'", function, name);
  if (nb_is_array(nb, spec) && !read_alignment(nb, spec, place, &align, &spec, err))
    return false;
  if (!(type = nb_spec(nb, spec, place, err)))
    return false;
  if (rs_record_add(builder, name, type, align, err))
    return true;
  rs_error_context(err, "%s()", function);
  return false;
}

/* Adds the members, in the order of their keys. Runs user code: getters, and traps of a Proxy. */
static bool add_members(nb_env *nb, rs_record_builder *builder, const char *function, napi_value members,
                        rs_error *err)
{
  char place[64], *name;
  napi_value keys, key, spec;
  uint32_t count, added = 0;

  (void)snprintf(place, sizeof place, "%s(): members", function);
  if (!nb_description_keys(nb, members, place, &keys, &count, err))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    bool ok;

    if (!nb_check(nb, napi_get_element(nb->env, keys, i, &key), err)
        || !(name = nb_name(nb, key, place, err)))
      return false;
    if (strcmp(name, "__proto__") == 0) { /* decoded objects could not have it as an ordinary property */
      free(name);
      continue;
    }
    ok = nb_check(nb, napi_get_property(nb->env, members, key, &spec), err)
         && add_member(nb, builder, function, name, spec, err);
    free(name);
    if (!ok)
      return false;
    added++;
  }
  return added || rs_fail(err, RS_E_BAD_MEMBER, "%s(): expects at least one member", function);
}

/* The first argument: a name, nothing, or the opaque type to complete. */
static bool read_target(nb_env *nb, napi_value value, const char *function, rs_record_spec *spec, char **name,
                        rs_error *err)
{
  char place[64];

  if ((spec->complete = nb_spec_object(nb, value)))
    return true;
  (void)snprintf(place, sizeof place, "%s(): argument 1 (name)", function);
  if (!nb_optional_name(nb, value, place, name, err))
    return false;
  spec->name = *name;
  return true;
}

static const rs_type *define(nb_env *nb, const char *function, const rs_record_spec *spec, napi_value members,
                             rs_error *err)
{
  rs_record_builder *builder = rs_record_begin(nb->reg, spec, err);
  const rs_type *type = NULL;

  if (builder) {
    if (!add_members(nb, builder, function, members, err)) {
      rs_record_cancel(builder);
      nb_spec_forget(nb); /* strings that named the type must not find it any more */
      return NULL;
    }
    type = rs_record_end(builder, err);
  }
  if (!type) {
    nb_spec_forget(nb);
    rs_error_context(err, "%s()", function);
    return NULL;
  }
  /* User code may have asked for the type meanwhile, too. */
  return nb_type_object_update(nb, type, err) ? type : NULL;
}

/* function([name | opaque type], members) */
static napi_value make_record(napi_env env, napi_callback_info info, const char *function, rs_kind kind,
                              bool packed)
{
  nb_args args;
  rs_record_spec spec = {.kind = kind, .packed = packed};
  const rs_type *type = NULL;
  char *name = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  nb_enter(args.nb);
  if (nb_args_least(&args, function, 1, &err)
      && (args.count == 1 || read_target(args.nb, args.at[0], function, &spec, &name, &err)))
    type = define(args.nb, function, &spec, args.at[args.count > 1], &err);
  nb_leave(args.nb);
  free(name);
  return nb_type_result(args.nb, type, &err);
}

napi_value js_struct(napi_env env, napi_callback_info info)
{
  return make_record(env, info, "struct", RS_RECORD, false);
}

napi_value js_pack(napi_env env, napi_callback_info info)
{
  return make_record(env, info, "pack", RS_RECORD, true);
}

napi_value js_union(napi_env env, napi_callback_info info)
{
  return make_record(env, info, "union", RS_UNION, false);
}

/* types.c - the entry points that ask about types, and those that make types from other types. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cast.h"
#include "declare.h"
#include "module.h"
#include "spec_impl.h"
#include "types_impl.h"
#include "value.h"

#define MAX_POINTER_LEVELS 4

bool nb_blame(rs_error *err, const char *what)
{
  if (err->code != NB_E_PENDING)
    rs_error_context(err, "%s", what);
  return false;
}

napi_value nb_type_result(nb_env *nb, const rs_type *type, rs_error *err)
{
  napi_value object = type ? nb_type_object(nb, type, err) : NULL;

  return object ? object : nb_throw(nb, err);
}

bool nb_optional_name(nb_env *nb, napi_value value, const char *what, char **out, rs_error *err)
{
  *out = NULL;
  return nb_is_nullish(nb, value) || (*out = nb_name(nb, value, what, err)) != NULL;
}

bool nb_description_keys(nb_env *nb, napi_value object, const char *what, napi_value *keys, uint32_t *count,
                         rs_error *err)
{
  char kind[64];

  if (nb_typeof(nb, object) != napi_object || nb_is_array(nb, object) || nb_spec_object(nb, object))
    return rs_fail(err, RS_E_ARGUMENT, "%s expects a plain object, got %s", what,
                   nb_describe(nb, object, kind, sizeof kind));
  return nb_check(nb,
                  napi_get_all_property_names(nb->env, object, napi_key_own_only,
                                              napi_key_enumerable | napi_key_skip_symbols,
                                              napi_key_numbers_to_strings, keys),
                  err)
         && nb_check(nb, napi_get_array_length(nb->env, *keys, count), err);
}

/* Questions */

static napi_value describe(const nb_args *args, const char *name, const char *what, rs_error *err)
{
  const rs_type *type = NULL;

  nb_collect(args->nb);
  if (nb_args_least(args, name, 1, err))
    type = nb_spec(args->nb, args->at[0], what, err);
  return nb_type_result(args->nb, type, err);
}

napi_value js_type(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  return nb_args_read(env, info, &args) ? describe(&args, "type", "type(): argument 1", &err) : NULL;
}

napi_value js_resolve(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!nb_warn(args.nb, "RISTRETTO007", "resolve() is deprecated: use type()", &err))
    return nb_throw(args.nb, &err);
  return describe(&args, "resolve", "resolve(): argument 1", &err);
}

napi_value js_introspect(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!nb_warn(args.nb, "RISTRETTO008", "introspect() is deprecated: use type()", &err))
    return nb_throw(args.nb, &err);
  return describe(&args, "introspect", "introspect(): argument 1", &err);
}

/* sizeof(type) -> bytes; 0 for void and opaque types. */
napi_value js_sizeof(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (nb_args_least(&args, "sizeof", 1, &err)
      && (type = nb_spec(args.nb, args.at[0], "sizeof(): argument 1", &err)))
    return nb_number(args.nb, (double)type->size);
  return nb_throw(args.nb, &err);
}

/* alignof(type) -> bytes; 0 for void and opaque types. */
napi_value js_alignof(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (nb_args_least(&args, "alignof", 1, &err)
      && (type = nb_spec(args.nb, args.at[0], "alignof(): argument 1", &err)))
    return nb_number(args.nb, (double)type->align);
  return nb_throw(args.nb, &err);
}

static const rs_member *find_member(const rs_type *type, const char *name, rs_error *err)
{
  for (size_t i = 0; i < type->member_count; i++)
    if (!type->members[i].padding && strcmp(type->members[i].name, name) == 0)
      return &type->members[i];
  rs_fail(err, RS_E_BAD_MEMBER, "offsetof(): struct '%s' has no member '%s'", type->name, name);
  rs_error_reclass(err, RS_CLASS_TYPE);
  return NULL;
}

/* offsetof(struct, member) -> bytes */
napi_value js_offsetof(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type;
  const rs_member *member = NULL;
  char *name;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (!nb_args_least(&args, "offsetof", 2, &err)
      || !(type = nb_spec(args.nb, args.at[0], "offsetof(): argument 1", &err)))
    return nb_throw(args.nb, &err);
  if (type->kind != RS_RECORD)
    rs_fail(&err, RS_E_BAD_TYPE, "offsetof(): argument 1 expects a struct, not '%s'", type->name);
  else if ((name = nb_name(args.nb, args.at[1], "offsetof(): argument 2 (member)", &err))) {
    member = find_member(type, name, &err);
    free(name);
  }
  return member ? nb_number(args.nb, (double)member->offset) : nb_throw(args.nb, &err);
}

/* Types from types */

/* alias(name, type) */
napi_value js_alias(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type = NULL;
  char *name = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (nb_args_least(&args, "alias", 2, &err)
      && (name = nb_name(args.nb, args.at[0], "alias(): argument 1 (name)", &err))
      && (type = nb_spec(args.nb, args.at[1], "alias(): argument 2", &err))
      && !rs_registry_alias(args.nb->reg, name, type, &err)) {
    nb_blame(&err, "alias()");
    type = NULL;
  }
  free(name);
  return nb_type_result(args.nb, type, &err);
}

static napi_value make_opaque(const nb_args *args, const char *function, const char *what, rs_error *err)
{
  const rs_type *type = NULL;
  char *name;

  nb_collect(args->nb);
  if (nb_optional_name(args->nb, args->at[0], what, &name, err)
      && !(type = rs_type_opaque(args->nb->reg, name, err)))
    nb_blame(err, function);
  free(name);
  return nb_type_result(args->nb, type, err);
}

/* opaque([name]) */
napi_value js_opaque(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  return nb_args_read(env, info, &args) ? make_opaque(&args, "opaque()", "opaque(): argument 1 (name)", &err)
                                        : NULL;
}

napi_value js_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!nb_warn(args.nb, "RISTRETTO001", "handle() is deprecated: use opaque()", &err))
    return nb_throw(args.nb, &err);
  return make_opaque(&args, "handle()", "handle(): argument 1 (name)", &err);
}

/* The last argument of pointer(): a number of levels, or the name of the member that counts the elements. */
static bool read_count(nb_env *nb, napi_value value, bool may_be_name, const char *what, int64_t *levels,
                       char **counted_by, rs_error *err)
{
  char kind[64];

  if (may_be_name && nb_typeof(nb, value) == napi_string)
    return (*counted_by = nb_name(nb, value, what, err)) != NULL;
  if (nb_typeof(nb, value) != napi_number)
    return rs_fail(err, RS_E_ARGUMENT, "%s expects a number%s, got %s", what,
                   may_be_name ? " or the name of a counting member" : "",
                   nb_describe(nb, value, kind, sizeof kind));
  if (!nb_integer(nb, value, what, levels, err))
    return false;
  return (*levels >= 1 && *levels <= MAX_POINTER_LEVELS)
         || rs_fail(err, RS_E_BAD_LENGTH, "%s expects 1 to %d levels, got %lld", what, MAX_POINTER_LEVELS,
                    (long long)*levels);
}

static const rs_type *make_pointer(nb_env *nb, const char *name, const rs_type *type, int64_t levels,
                                   const char *counted_by, rs_error *err)
{
  bool own = name || counted_by; /* else the type is the one that `T *` means */

  for (int64_t i = own; type && i < levels; i++)
    type = rs_type_pointer(nb->reg, type, err);
  if (type && own)
    type = rs_type_pointer_named(nb->reg, name, type, counted_by, err);
  if (!type)
    nb_blame(err, "pointer()");
  return type;
}

/* pointer(ref), pointer(ref, levels), pointer(name, ref), pointer(name, ref, levels | counting member) */
napi_value js_pointer(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type = NULL;
  char *name = NULL, *counted_by = NULL;
  int64_t levels = 1;
  nb_env *nb;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb = args.nb;
  nb_collect(nb);
  if (nb_args_least(&args, "pointer", 1, &err)) {
    bool named = args.count >= 3 || (args.count == 2 && nb_typeof(nb, args.at[1]) != napi_number);
    bool ok = named ? nb_optional_name(nb, args.at[0], "pointer(): argument 1 (name)", &name, &err) : true;

    if (ok)
      type = nb_spec(nb, args.at[named], named ? "pointer(): argument 2" : "pointer(): argument 1", &err);
    if (type && args.count > 1u + named
        && !read_count(nb, args.at[1 + named], named,
                       named ? "pointer(): argument 3 (count)" : "pointer(): argument 2 (count)", &levels,
                       &counted_by, &err))
      type = NULL;
    if (type)
      type = make_pointer(nb, name, type, levels, counted_by, &err);
  }
  free(name);
  free(counted_by);
  return nb_type_result(nb, type, &err);
}

static bool read_length(nb_env *nb, napi_value value, const char *what, size_t *out, rs_error *err)
{
  int64_t length = 0;
  char kind[64];

  if (nb_typeof(nb, value) != napi_number)
    return rs_fail(err, RS_E_ARGUMENT, "%s expects a number, got %s", what,
                   nb_describe(nb, value, kind, sizeof kind));
  if (!nb_integer(nb, value, what, &length, err))
    return false;
  *out = (size_t)length;
  return length > 0
         || rs_fail(err, RS_E_BAD_LENGTH, "%s must be at least 1, got %lld", what, (long long)length);
}

static bool read_hint(nb_env *nb, napi_value value, const char *what, rs_hint *out, rs_error *err)
{
  static const struct {
    const char *name, *lower;
    rs_hint hint;
  } hints[] = {
      {"Array", "array", RS_HINT_ARRAY},
      {"Typed", "typed", RS_HINT_TYPED},
      {"String", "string", RS_HINT_STRING},
      {"Buffer", "buffer", RS_HINT_BUFFER},
  };
  char *text;

  *out = RS_HINT_DEFAULT;
  if (nb_is_nullish(nb, value))
    return true;
  if (!(text = nb_name(nb, value, what, err)))
    return false;
  for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
    if (strcmp(text, hints[i].name) == 0 || strcmp(text, hints[i].lower) == 0)
      *out = hints[i].hint;
  if (*out == RS_HINT_DEFAULT) {
    rs_fail(err, RS_E_ARGUMENT, "%s expects 'Array', 'Typed', 'String' or 'Buffer', got '%.60s'", what, text);
    rs_error_reclass(err, RS_CLASS_ERROR);
  }
  free(text);
  return *out != RS_HINT_DEFAULT;
}

/* Numbers can be typed arrays and buffers; what may hold text can be strings, too. */
static bool check_hint(const rs_type *element, rs_hint hint, const char *what, rs_error *err)
{
  bool number = rs_is_number(element) && !(element->flags & RS_T_ENUM);
  bool text = element->flags & RS_T_CHAR
              || (number && element->kind == RS_INT && element->size <= 4 && !(element->flags & RS_T_SWAP));

  if (hint == RS_HINT_DEFAULT || hint == RS_HINT_ARRAY || (hint == RS_HINT_STRING ? text : number))
    return true;
  rs_fail(err, RS_E_BAD_TYPE, "%s cannot be used for an array of '%s'", what, element->name);
  rs_error_reclass(err, RS_CLASS_ERROR);
  return false;
}

/* array(ref, length, [hint]), array(ref, counting member, maximum, [hint]) */
napi_value js_array(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *ref, *type = NULL;
  char *counted_by = NULL;
  size_t length = 0;
  rs_hint hint;
  nb_env *nb;
  bool counted;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb = args.nb;
  nb_collect(nb);
  counted = nb_typeof(nb, args.at[1]) == napi_string;
  if (nb_args_least(&args, "array", counted ? 3 : 2, &err)
      && (ref = nb_spec(nb, args.at[0], "array(): argument 1", &err))
      && (!counted || (counted_by = nb_name(nb, args.at[1], "array(): argument 2 (counted by)", &err)))
      && read_length(nb, args.at[1 + counted],
                     counted ? "array(): argument 3 (maximum length)" : "array(): argument 2 (length)",
                     &length, &err)
      && read_hint(nb, args.at[2 + counted],
                   counted ? "array(): argument 4 (hint)" : "array(): argument 3 (hint)", &hint, &err)
      && check_hint(ref, hint, "array(): the hint", &err)
      && !(type = rs_type_array(nb->reg, ref, length, hint, counted_by, &err)))
    nb_blame(&err, "array()");
  free(counted_by);
  return nb_type_result(nb, type, &err);
}

static const rs_type *make_disposable(nb_env *nb, const char *name, const rs_type *base, napi_value function,
                                      rs_error *err)
{
  const rs_type *type = rs_type_disposable(nb->reg, name, base, false, err);
  nb_type *data;

  if (!type) {
    nb_blame(err, "disposable()");
    return NULL;
  }
  if (!function)
    return type;
  return (data = nb_type_of(nb, type, err))
                 && nb_check(nb, napi_create_reference(nb->env, function, 1, &data->dispose), err)
             ? type
             : NULL;
}

/* The function of disposable(); *out NULL when C's free() is meant. */
static bool read_disposer(nb_env *nb, napi_value value, napi_value *out, rs_error *err)
{
  char kind[64];

  *out = NULL;
  if (nb_is_nullish(nb, value))
    return true;
  if (nb_typeof(nb, value) != napi_function)
    return rs_fail(err, RS_E_ARGUMENT, "disposable(): the last argument expects a function, got %s",
                   nb_describe(nb, value, kind, sizeof kind));
  *out = value;
  return true;
}

/* disposable(type), disposable(type, function), disposable(name, type), disposable(name, type, function) */
napi_value js_disposable(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *base, *type = NULL;
  char *name = NULL;
  napi_value function;
  nb_env *nb;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb = args.nb;
  nb_collect(nb);
  if (nb_args_least(&args, "disposable", 1, &err)) {
    bool named =
        args.count >= 3
        || (args.count == 2 && !nb_is_nullish(nb, args.at[1]) && nb_typeof(nb, args.at[1]) != napi_function);

    if ((!named || nb_optional_name(nb, args.at[0], "disposable(): argument 1 (name)", &name, &err))
        && (base = nb_spec(nb, args.at[named],
                           named ? "disposable(): argument 2" : "disposable(): argument 1", &err))
        && read_disposer(nb, args.at[1 + named], &function, &err))
      type = make_disposable(nb, name, base, function, &err);
  }
  free(name);
  return nb_type_result(nb, type, &err);
}

static napi_value make_proto(const nb_args *args, const char *name, rs_error *err)
{
  const rs_type *type = NULL;
  rs_prototype prototype;

  nb_collect(args->nb);
  if (nb_declare(args->nb, name, args->count, args->at, NB_DECLARE_ANONYMOUS, RS_CDECL, &prototype, err)) {
    type = rs_type_function(args->nb->reg, prototype.name, prototype.signature, err);
    if (!type)
      rs_error_context(err, "%s()", name);
    rs_prototype_clear(&prototype);
  }
  return nb_type_result(args->nb, type, err);
}

/* proto(prototype), proto([convention], [name], result, parameters) */
napi_value js_proto(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  return nb_args_read(env, info, &args) ? make_proto(&args, "proto", &err) : NULL;
}

napi_value js_callback(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!nb_warn(args.nb, "RISTRETTO002", "callback() is deprecated: use proto()", &err))
    return nb_throw(args.nb, &err);
  return make_proto(&args, "callback", &err);
}

/* Values with a type or a direction */

static bool check_castable(const rs_type *type, const char *what, rs_error *err)
{
  if ((type->kind == RS_POINTER || type->kind == RS_STRING) && !(type->flags & RS_T_COUNTED))
    return true;
  return rs_fail(err, RS_E_BAD_TYPE, "%s expects a pointer or string type, not '%s'", what, type->name);
}

/* as(value, type) -> External */
napi_value js_as(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type;
  napi_value cast = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (nb_args_least(&args, "as", 2, &err) && (type = nb_spec(args.nb, args.at[1], "as(): argument 2", &err))
      && check_castable(type, "as(): argument 2", &err))
    cast = nb_cast_new(args.nb, type, RS_IN, args.at[0], &err);
  return cast ? cast : nb_throw(args.nb, &err);
}

static napi_value mark(napi_env env, napi_callback_info info, const char *name, const char *what,
                       rs_direction direction)
{
  nb_args args;
  const rs_type *type;
  napi_value marker = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  if (nb_args_least(&args, name, 1, &err) && (type = nb_spec(args.nb, args.at[0], what, &err))
      && check_castable(type, what, &err)) {
    if (rs_is_callback(type))
      rs_fail(&err, RS_E_BAD_TYPE, "%s expects a pointer to data, not to a function", what);
    else
      marker = nb_cast_new(args.nb, type, direction, NULL, &err);
  }
  return marker ? marker : nb_throw(args.nb, &err);
}

napi_value js_in(napi_env env, napi_callback_info info)
{
  return mark(env, info, "in", "in(): argument 1", RS_IN);
}

napi_value js_out(napi_env env, napi_callback_info info)
{
  return mark(env, info, "out", "out(): argument 1", RS_OUT);
}

napi_value js_inout(napi_env env, napi_callback_info info)
{
  return mark(env, info, "inout", "inout(): argument 1", RS_INOUT);
}

/* Start */

static bool export_types(nb_env *nb, napi_value exports, rs_error *err)
{
  static const struct {
    const char *names[4];
    rs_prim prim;
  } rows[] = {
#define RS_PRIM(id, kind, bytes, flags, ...) {{__VA_ARGS__}, RS_P_##id},
#define RS_STR(id, unit, name, ...)          {{__VA_ARGS__}, RS_P_##id},
#include "core/prims.def"
#undef RS_PRIM
#undef RS_STR
  };
  napi_value types, type;

  if (!nb_check(nb, napi_create_object(nb->env, &types), err))
    return false;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!(type = nb_type_object(nb, rs_prim_type(nb->reg, rows[i].prim), err)))
      return false;
    for (const char *const *name = rows[i].names; *name; name++)
      if (!nb_check(nb, napi_set_named_property(nb->env, types, *name, type), err))
        return false;
  }
  return nb_check(nb, napi_set_named_property(nb->env, exports, "types", types), err);
}

bool nb_init_types(nb_env *nb, napi_value exports, rs_error *err)
{
  return nb_spec_init(nb, err) && nb_type_class_init(nb, exports, err) && export_types(nb, exports, err);
}

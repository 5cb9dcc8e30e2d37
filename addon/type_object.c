/* type_object.c - TypeObject: the class, and its instances as the plain data that users read; see spec.h.
 *
 * An instance leads to the instances of its components, and structs may refer to themselves or in long
 * chains. So instances are made empty first and filled from a list: no recursion, whatever the shape. */
#include <stdlib.h>

#include "spec_impl.h"
#include "value.h"

typedef struct item {
  const rs_type *type;
  napi_value object;
} item;

/* The instances made for one request. */
typedef struct graph {
  nb_env *nb;
  rs_error *err;
  item *items; /* [0, filled) have their properties */
  size_t count, filled, capacity;
} graph;

typedef struct property_list {
  napi_property_descriptor at[8];
  size_t count;
  napi_property_attributes attributes;
} property_list;

static bool push(graph *g, const rs_type *type, napi_value object)
{
  if (g->count == g->capacity) {
    size_t capacity = g->capacity ? g->capacity * 2 : 16;
    item *items = realloc(g->items, capacity * sizeof *items);

    if (!items)
      return rs_fail(g->err, RS_E_MEMORY, "cannot allocate %zu bytes", capacity * sizeof *items);
    g->items = items;
    g->capacity = capacity;
  }
  g->items[g->count++] = (item){type, object};
  return true;
}

/* Instances */

static void unpin(napi_env env, void *type, void *hint)
{
  (void)env;
  (void)hint;
  rs_type_unref(type);
}

static napi_value existing(nb_env *nb, const nb_type *data)
{
  napi_value object = NULL;

  if (data && data->object)
    (void)napi_get_reference_value(nb->env, data->object, &object);
  return object;
}

static void forget(nb_env *nb, nb_type *data)
{
  if (data->object)
    (void)napi_delete_reference(nb->env, data->object);
  data->object = NULL;
}

static napi_value construct_empty(nb_env *nb, rs_error *err)
{
  napi_value constructor, object;
  napi_status status;

  if (!nb_check(nb, napi_get_reference_value(nb->env, nb->type_class, &constructor), err))
    return NULL;
  nb->specs->constructing = true;
  status = napi_new_instance(nb->env, constructor, 0, NULL, &object);
  nb->specs->constructing = false;
  return nb_check(nb, status, err) ? object : NULL;
}

/* An instance without properties, which pins its type. */
static napi_value make_empty(nb_env *nb, const rs_type *type, nb_type *data, rs_error *err)
{
  napi_env env = nb->env;
  napi_value object = construct_empty(nb, err);

  if (!object || !nb_check(nb, napi_type_tag_object(env, object, &nb_type_tag), err)
      || !nb_check(nb, napi_wrap(env, object, (void *)type, unpin, NULL, NULL), err))
    return NULL;
  rs_type_ref(type);
  forget(nb, data);
  return nb_check(nb, napi_create_reference(env, object, 0, &data->object), err) ? object : NULL;
}

static napi_value object_of(graph *g, const rs_type *type)
{
  nb_type *data = nb_type_of(g->nb, type, g->err);
  napi_value object = existing(g->nb, data);

  if (object || !data)
    return object;
  object = make_empty(g->nb, type, data, g->err);
  if (object && push(g, type, object))
    return object;
  forget(g->nb, data);
  return NULL;
}

/* Properties */

static const char *primitive_name(const rs_type *t)
{
  static const char *const integers[2][2][4] = {
      {{"UInt8", "UInt16", "UInt32", "UInt64"}, {"UInt8", "UInt16S", "UInt32S", "UInt64S"}},
      {{"Int8", "Int16", "Int32", "Int64"}, {"Int8", "Int16S", "Int32S", "Int64S"}},
  };

  switch (t->kind) {
  case RS_BOOL: return "Bool";
  case RS_INT:
  case RS_UINT:
    return integers[t->kind == RS_INT][(t->flags & RS_T_SWAP) != 0][t->size == 1   ? 0
                                                                    : t->size == 2 ? 1
                                                                    : t->size == 4 ? 2
                                                                                   : 3];
  case RS_FLOAT: return t->size == 4 ? "Float32" : "Float64";
  case RS_STRING: return t->ref->size == 1 ? "String" : t->ref->size == 2 ? "String16" : "String32";
  case RS_POINTER: return rs_is_callback(t) ? "Callback" : "Pointer";
  case RS_RECORD: return "Record";
  case RS_UNION: return "Union";
  case RS_ARRAY: return "Array";
  case RS_FUNCTION: return "Prototype";
  case RS_VOID:
  case RS_OPAQUE: break;
  }
  return "Void";
}

static const char *hint_name(rs_hint hint)
{
  switch (hint) {
  case RS_HINT_TYPED: return "Typed";
  case RS_HINT_STRING: return "String";
  case RS_HINT_BUFFER: return "Buffer";
  case RS_HINT_DEFAULT:
  case RS_HINT_ARRAY: break;
  }
  return "Array";
}

static void put(property_list *list, const char *name, napi_value value)
{
  list->at[list->count++] =
      (napi_property_descriptor){.utf8name = name, .value = value, .attributes = list->attributes};
}

static bool define(graph *g, napi_value object, const napi_property_descriptor *properties, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!properties[i].value)
      return rs_fail(g->err, RS_E_INTERNAL, "cannot make property '%s'", properties[i].utf8name);
  return nb_check(g->nb, napi_define_properties(g->nb->env, object, count, properties), g->err);
}

static bool freeze(graph *g, napi_value object)
{
  return nb_check(g->nb, napi_object_freeze(g->nb->env, object), g->err);
}

/* A frozen plain object. */
static napi_value plain_object(graph *g, const property_list *list)
{
  napi_value object;

  return nb_check(g->nb, napi_create_object(g->nb->env, &object), g->err)
                 && define(g, object, list->at, list->count) && freeze(g, object)
             ? object
             : NULL;
}

static napi_value member_object(graph *g, const rs_member *member)
{
  property_list list = {.attributes = napi_enumerable};
  napi_value type = object_of(g, member->type);

  if (!type)
    return NULL;
  put(&list, "name", nb_string(g->nb, member->name));
  put(&list, "type", type);
  put(&list, "offset", nb_number(g->nb, (double)member->offset));
  return plain_object(g, &list);
}

static napi_value members_object(graph *g, const rs_type *t)
{
  napi_property_descriptor *properties = rs_zalloc(t->member_count * sizeof *properties, g->err);
  napi_value object = NULL;
  size_t count = 0;
  bool ok = properties != NULL;

  for (size_t i = 0; ok && i < t->member_count; i++) {
    const rs_member *m = &t->members[i];

    if (m->padding)
      continue;
    properties[count] = (napi_property_descriptor){
        .utf8name = m->name, .value = member_object(g, m), .attributes = napi_enumerable};
    ok = properties[count++].value != NULL;
  }
  ok = ok && nb_check(g->nb, napi_create_object(g->nb->env, &object), g->err)
       && define(g, object, properties, count) && freeze(g, object);
  free(properties);
  return ok ? object : NULL;
}

static napi_value param_object(graph *g, const rs_param *param)
{
  static const char *const directions[] = {
      [RS_IN] = "Input", [RS_OUT] = "Output", [RS_INOUT] = "Input/Output"};
  property_list list = {.attributes = napi_enumerable};
  napi_value type = object_of(g, param->type);

  if (!type)
    return NULL;
  put(&list, "type", type);
  put(&list, "direction", nb_string(g->nb, directions[param->direction]));
  return plain_object(g, &list);
}

/* `path` is NULL or the value of one more property, which does not show when the object is printed. */
static napi_value signature_object(graph *g, const char *name, const rs_signature *s, napi_value path)
{
  property_list list = {.attributes = napi_enumerable};
  napi_value array, param, result;

  if (!nb_check(g->nb, napi_create_array_with_length(g->nb->env, s->count, &array), g->err))
    return NULL;
  for (uint32_t i = 0; i < s->count; i++)
    if (!(param = param_object(g, &s->params[i]))
        || !nb_check(g->nb, napi_set_element(g->nb->env, array, i, param), g->err))
      return NULL;
  if (!freeze(g, array) || !(result = object_of(g, s->result)))
    return NULL;
  put(&list, "name", nb_string(g->nb, name));
  put(&list, "arguments", array);
  put(&list, "result", result);
  if (path) {
    put(&list, "path", path);
    list.at[list.count - 1].attributes = napi_default;
  }
  return plain_object(g, &list);
}

static napi_value enum_values(graph *g, const rs_type *t)
{
  const nb_type *data = t->state->user;
  napi_value values = NULL;

  if (data->values)
    (void)napi_get_reference_value(g->nb->env, data->values, &values);
  return values;
}

/* What a kind has beyond the properties of all. */
static bool put_details(graph *g, const rs_type *t, property_list *list)
{
  const char *name = NULL;
  napi_value value = NULL;

  if (t->kind == RS_ARRAY) {
    put(list, "length", nb_number(g->nb, (double)t->length));
    put(list, "hint", nb_string(g->nb, hint_name(t->hint)));
  }
  if (t->kind == RS_FUNCTION || rs_is_callback(t)) {
    const rs_type *function = t->kind == RS_FUNCTION ? t : t->ref;

    name = "proto";
    value = signature_object(g, function->name, function->signature, NULL);
  } else if (t->kind == RS_ARRAY || t->kind == RS_POINTER) {
    name = "ref";
    value = object_of(g, t->ref);
  } else if (t->kind == RS_RECORD || t->kind == RS_UNION) {
    name = "members";
    value = members_object(g, t);
  } else if (t->flags & RS_T_ENUM) {
    name = "values";
    value = enum_values(g, t);
  } else {
    return true;
  }
  if (value)
    put(list, name, value);
  return value || rs_fail(g->err, RS_E_INTERNAL, "cannot describe type '%s'", t->name);
}

/* An opaque type may be completed, which changes its properties: until then they are read-only, but not
 * frozen. */
static bool fill(graph *g, const rs_type *t, napi_value object)
{
  property_list list = {.attributes =
                            t->kind == RS_OPAQUE ? napi_enumerable | napi_configurable : napi_enumerable};

  put(&list, "name", nb_string(g->nb, t->name));
  put(&list, "primitive", nb_string(g->nb, primitive_name(t)));
  put(&list, "size", nb_number(g->nb, (double)t->size));
  put(&list, "alignment", nb_number(g->nb, (double)t->align));
  put(&list, "disposable", nb_bool(g->nb, (t->flags & RS_T_DISPOSABLE) != 0));
  return put_details(g, t, &list) && define(g, object, list.at, list.count)
         && (t->kind == RS_OPAQUE || freeze(g, object));
}

/* Fills all that is empty, which may add more. On failure the request's instances are forgotten: half of them
 * would stay empty. */
static bool complete(graph *g, bool ok)
{
  while (ok && g->filled < g->count) {
    item next = g->items[g->filled++];

    ok = fill(g, next.type, next.object);
  }
  for (size_t i = 0; !ok && i < g->count; i++)
    forget(g->nb, g->items[i].type->state->user);
  free(g->items);
  return ok;
}

napi_value nb_type_object(nb_env *nb, const rs_type *type, rs_error *err)
{
  graph g = {.nb = nb, .err = err};
  napi_value object = object_of(&g, type);

  return complete(&g, object != NULL) ? object : NULL;
}

napi_value nb_signature_object(nb_env *nb, const char *name, const rs_signature *signature, napi_value path,
                               rs_error *err)
{
  graph g = {.nb = nb, .err = err};
  napi_value object = signature_object(&g, name, signature, path);

  return complete(&g, object != NULL) ? object : NULL;
}

bool nb_type_object_update(nb_env *nb, const rs_type *type, rs_error *err)
{
  nb_type *data = type->state->user;
  napi_value object = existing(nb, data);
  graph g = {.nb = nb, .err = err};

  if (!object)
    return true;
  if (complete(&g, push(&g, type, object)))
    return true;
  if (err->code != RS_E_INTERNAL)
    return false;
  err->code = RS_OK; /* frozen by its user: forgotten above, so that the next request makes another */
  return true;
}

/* The class */

static napi_value construct(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (args.nb->specs->constructing)
    return args.self;
  rs_fail(&err, RS_E_CONSTRUCT, "TypeObject cannot be constructed: use type(), struct() and their like");
  return nb_throw(args.nb, &err);
}

bool nb_type_class_init(nb_env *nb, napi_value exports, rs_error *err)
{
  napi_value constructor;

  return nb_check(
             nb,
             napi_define_class(nb->env, "TypeObject", NAPI_AUTO_LENGTH, construct, nb, 0, NULL, &constructor),
             err)
         && nb_check(nb, napi_create_reference(nb->env, constructor, 1, &nb->type_class), err)
         && nb_check(nb, napi_set_named_property(nb->env, exports, "TypeObject", constructor), err);
}

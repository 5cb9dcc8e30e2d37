#include "declare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"
#include "value.h"

char *nb_name(nb_env *nb, napi_value value, const char *what, rs_error *err)
{
  char room[128];
  size_t length;
  char *copy = NULL, *text = nb_text(nb, value, what, room, sizeof room, &length, err);

  if (!text)
    return NULL;
  if (strlen(text) != length)
    rs_fail(err, RS_E_BAD_NAME, "%s must not contain a NUL character", what);
  else
    copy = rs_strdup(text, err);
  nb_text_free(text, room);
  return copy;
}

/* The convention that an argument names, as it is spelled in prototypes. */
static bool convention_of(nb_env *nb, napi_value value, rs_convention *out)
{
  static const char *const names[] = {"__cdecl", "__stdcall", "__fastcall", "__thiscall"};
  char text[16];
  size_t length;

  if (napi_get_value_string_utf8(nb->env, value, text, sizeof text, &length) != napi_ok)
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(text, names[i]) == 0 && strlen(names[i]) == length) {
      *out = (rs_convention)i;
      return true;
    }
  return false;
}

static bool is_ellipsis(nb_env *nb, napi_value value)
{
  char text[5];
  size_t length;

  return napi_get_value_string_utf8(nb->env, value, text, sizeof text, &length) == napi_ok
         && strcmp(text, "...") == 0;
}

typedef struct parameters {
  rs_param at[RS_MAX_PARAMS];
  size_t count;
  bool variadic;
} parameters;

/* `place` is "func(): parameter 2 of 'add'". */
static bool read_parameter(nb_env *nb, napi_value value, const char *place, rs_param *out, rs_error *err)
{
  if (!nb_spec_param(nb, value, place, out, err))
    return false;
  if (rs_param_check(out, err))
    return true;
  rs_error_context(err, "%s", place);
  return false;
}

static bool read_parameters(nb_env *nb, const char *what, const char *name, napi_value array, parameters *out,
                            rs_error *err)
{
  uint32_t length;
  napi_value value;
  char place[200];

  if (!nb_is_array(nb, array))
    return rs_fail(err, RS_E_ARGUMENT, "%s(): parameters of '%s' expects an Array, got %s", what, name,
                   nb_describe(nb, array, place, sizeof place));
  if (!nb_check(nb, napi_get_array_length(nb->env, array, &length), err))
    return false;
  for (uint32_t i = 0; i < length; i++) {
    (void)snprintf(place, sizeof place, "%s(): parameter %u of '%.100s'", what, i + 1, name);
    if (!nb_check(nb, napi_get_element(nb->env, array, i, &value), err))
      return false;
    if (is_ellipsis(nb, value)) {
      out->variadic = true;
      return i + 1 == length || rs_fail(err, RS_E_SYNTAX, "%s: '...' must come last", place);
    }
    if (out->count == RS_MAX_PARAMS) {
      rs_fail(err, RS_E_LIMIT, "%s(): '%s' has more than %d parameters", what, name, RS_MAX_PARAMS);
      rs_error_reclass(err, RS_CLASS_TYPE);
      return false;
    }
    if (!read_parameter(nb, value, place, &out->at[out->count++], err))
      return false;
  }
  return true;
}

static bool read_classic(nb_env *nb, const char *what, rs_convention convention, napi_value result,
                         napi_value list, rs_prototype *out, rs_error *err)
{
  const char *name = out->name ? out->name : "<anonymous>";
  const rs_type *type;
  parameters params;
  char place[200];

  params.count = 0;
  params.variadic = false;
  (void)snprintf(place, sizeof place, "%s(): result of '%.100s'", what, name);
  if (!(type = nb_spec(nb, result, place, err)))
    return false;
  if (!rs_result_check(type, err)) {
    rs_error_context(err, "%s", place);
    return false;
  }
  if (!read_parameters(nb, what, name, list, &params, err))
    return false;
  out->signature = rs_signature_intern(nb->reg, convention, type, params.at, params.count, params.count,
                                       params.variadic, err);
  if (!out->signature) {
    rs_error_context(err, "%s(): '%s'", what, name);
    return false;
  }
  out->count = params.count;
  return (out->param_names = rs_zalloc(params.count * sizeof *out->param_names, err)) != NULL;
}

static bool read_prototype(nb_env *nb, const char *what, napi_value value, unsigned flags,
                           rs_convention convention, rs_prototype *out, rs_error *err)
{
  char room[256], place[64];
  size_t length;
  char *text;
  bool ok;

  (void)snprintf(place, sizeof place, "%s(): prototype", what);
  if (!(text = nb_text(nb, value, place, room, sizeof room, &length, err)))
    return false;
  ok = rs_parse_prototype(nb->reg, text, length, (flags & NB_DECLARE_ANONYMOUS) != 0, convention, out, err);
  nb_text_free(text, room);
  if (!ok)
    rs_error_context(err, "%s()", what);
  return ok;
}

static bool read_name(nb_env *nb, const char *what, napi_value value, unsigned flags, rs_prototype *out,
                      rs_error *err)
{
  char place[64];

  if (flags & NB_DECLARE_ANONYMOUS && nb_is_nullish(nb, value))
    return true;
  (void)snprintf(place, sizeof place, "%s(): name", what);
  if ((out->name = nb_name(nb, value, place, err)))
    return true;
  if (!(flags & NB_DECLARE_ANONYMOUS)) /* a symbol, not the name of a type */
    rs_error_reclass(err, RS_CLASS_TYPE);
  return false;
}

static bool read_arguments(nb_env *nb, const char *what, size_t argc, const napi_value *argv, unsigned flags,
                           rs_convention convention, rs_prototype *out, rs_error *err)
{
  bool anonymous = flags & NB_DECLARE_ANONYMOUS;
  char kind[64];

  if (argc == 1)
    return read_prototype(nb, what, argv[0], flags, convention, out, err);
  if (argc == 0 || (argc == 2 && !anonymous))
    return rs_fail(err, RS_E_ARGUMENT_COUNT, "%s(): expects a prototype, or a name, a result and parameters",
                   what);
  if (argc >= 4 && !(flags & NB_DECLARE_METHOD) && convention_of(nb, argv[0], &convention)) {
    out->has_convention = true;
    argv++;
  } else if (argc >= 4 && !(flags & NB_DECLARE_METHOD) && !nb_is_array(nb, argv[2])) {
    return rs_fail(
        err, RS_E_ARGUMENT,
        "%s(): the first of four arguments must be a calling convention such as '__stdcall', got %s", what,
        nb_describe(nb, argv[0], kind, sizeof kind));
  } else if (argc == 3 && anonymous && convention_of(nb, argv[0], &convention)) {
    out->has_convention = true;
    return read_classic(nb, what, convention, argv[1], argv[2], out, err);
  } else if (argc == 2) {
    return read_classic(nb, what, convention, argv[0], argv[1], out, err);
  }
  return read_name(nb, what, argv[0], flags, out, err)
         && read_classic(nb, what, convention, argv[1], argv[2], out, err);
}

bool nb_declare(nb_env *nb, const char *what, size_t argc, const napi_value *argv, unsigned flags,
                rs_convention convention, rs_prototype *out, rs_error *err)
{
  bool ok;

  *out = (rs_prototype){0};
  nb_enter(nb); /* getters of the Array may make types; ours must stay */
  ok = read_arguments(nb, what, argc, argv, flags, convention, out, err);
  nb_leave(nb);
  if (!ok)
    rs_prototype_clear(out);
  return ok;
}

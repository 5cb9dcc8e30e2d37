#include "declare.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  rs_registry *reg;
  const char *text; /* the whole, for messages */
  const char *at;
  rs_error err;
} reader;

static _Noreturn void stop(const reader *r, const char *what)
{
  fprintf(stderr, "malformed declaration (%s) at \"%.20s\" in: %s\n", what, r->at, r->text);
  exit(1);
}

static void skip_space(reader *r)
{
  while (*r->at == ' ')
    r->at++;
}

/* Takes `token` when it comes next; a word only when it is the whole word. */
static bool take(reader *r, const char *token)
{
  size_t length = strlen(token);

  skip_space(r);
  if (strncmp(r->at, token, length) != 0)
    return false;
  if (isalnum((unsigned char)token[length - 1])
      && (isalnum((unsigned char)r->at[length]) || r->at[length] == '_'))
    return false;
  r->at += length;
  return true;
}

static void expect(reader *r, const char *token)
{
  if (!take(r, token))
    stop(r, token);
}

static size_t number(reader *r)
{
  char *end;
  size_t value = strtoul(r->at, &end, 10);

  if (end == r->at)
    stop(r, "number");
  r->at = end;
  return value;
}

static void word(reader *r, char *out, size_t room)
{
  size_t length = 0;

  skip_space(r);
  while (isalnum((unsigned char)r->at[length]) || r->at[length] == '_')
    length++;
  if (length == 0 || length >= room)
    stop(r, "name");
  memcpy(out, r->at, length);
  out[length] = 0;
  r->at += length;
}

static const rs_type *check(const reader *r, const rs_type *type)
{
  if (!type)
    stop(r, r->err.code ? r->err.text : "unknown type");
  return type;
}

static const rs_type *specifier(reader *r);

/* name suffix: `c[2][3]`, the element type being known. The first dimension is the outermost. */
static const rs_type *dimensions(reader *r, const rs_type *element)
{
  size_t length;

  if (!take(r, "["))
    return element;
  length = number(r);
  expect(r, "]");
  return check(r, rs_type_array(r->reg, dimensions(r, element), length, RS_HINT_DEFAULT, NULL, &r->err));
}

static const rs_type *record(reader *r, rs_kind kind)
{
  rs_record_spec spec = {.kind = kind, .packed = take(r, "packed")};
  rs_record_builder *builder = rs_record_begin(r->reg, &spec, &r->err);
  char name[16];

  if (!builder)
    stop(r, r->err.text);
  expect(r, "{");
  while (!take(r, "}")) {
    const rs_type *type = specifier(r);
    size_t align = 0;

    word(r, name, sizeof name);
    type = dimensions(r, type);
    if (take(r, "aligned(")) {
      align = number(r);
      expect(r, ")");
    }
    expect(r, ";");
    if (!rs_record_add(builder, name, type, align, &r->err))
      stop(r, r->err.text);
  }
  return check(r, rs_record_end(builder, &r->err));
}

static const rs_type *specifier(reader *r)
{
  static const char *const prims[] = {
      "bool",    "char",     "int8_t",    "uint8_t",       "int16_t", "uint16_t", "int32_t", "uint32_t",
      "int64_t", "uint64_t", "long long", "unsigned long", "long",    "float",    "double",  "int",
  };

  if (take(r, "struct"))
    return record(r, RS_RECORD);
  if (take(r, "union"))
    return record(r, RS_UNION);
  if (take(r, "long double"))
    return rs_prim_type(r->reg, RS_P_LDOUBLE);
  if (take(r, "void")) {
    const rs_type *type = rs_prim_type(r->reg, RS_P_VOID);

    return take(r, "*") ? check(r, rs_type_pointer(r->reg, type, &r->err)) : type;
  }
  for (size_t i = 0; i < sizeof prims / sizeof *prims; i++)
    if (take(r, prims[i]))
      return check(r, rs_registry_find(r->reg, prims[i], strlen(prims[i])));
  stop(r, "type");
}

void declare(rs_registry *reg, const char *text, declaration *out)
{
  reader r = {.reg = reg, .text = text, .at = text};
  const rs_type *result = specifier(&r);
  rs_param params[RS_MAX_PARAMS];
  size_t count = 0, fixed = 0;
  bool variadic = false;

  expect(&r, "f(");
  while (!take(&r, ")")) {
    if (count == RS_MAX_PARAMS)
      stop(&r, "too many parameters");
    if (take(&r, "...")) {
      variadic = true;
      fixed = count;
    } else {
      params[count] = (rs_param){specifier(&r), RS_IN};
      word(&r, out->names[count++], sizeof out->names[0]);
    }
    (void)take(&r, ",");
  }
  out->signature =
      rs_signature_intern(reg, RS_CDECL, result, params, count, variadic ? fixed : count, variadic, &r.err);
  if (!out->signature)
    stop(&r, r.err.text);
}

struct walk {
  scalar_visit *visit;
  void *context;
  char path[256];
};

static void walk(struct walk *w, const rs_type *type, size_t offset, size_t used)
{
  if (type->kind == RS_ARRAY) {
    for (size_t i = 0; i < type->length; i++) {
      int more = snprintf(w->path + used, sizeof w->path - used, "[%zu]", i);

      walk(w, type->ref, offset + i * type->ref->size, used + (size_t)more);
    }
  } else if (rs_is_aggregate(type)) {
    for (size_t i = 0; i < type->member_count; i++) {
      const rs_member *member = &type->members[i];
      int more = snprintf(w->path + used, sizeof w->path - used, ".%s", member->name);

      walk(w, member->type, offset + member->offset, used + (size_t)more);
    }
  } else {
    w->path[used] = 0;
    w->visit(w->context, w->path, type, offset);
  }
}

void each_scalar(const rs_type *type, scalar_visit *visit, void *context)
{
  struct walk w = {.visit = visit, .context = context};

  walk(&w, type, 0, 0);
}

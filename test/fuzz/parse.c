/* libFuzzer target for the declaration parser. The first byte chooses the entry point, the rest is the text.
 * Beyond what the sanitizers see: a failure is complete and placed in the text, a success leaves no error, a
 * type's name reads back as the type, and nothing survives a collection. Run by tools/fuzz. */
#include "../engine/world.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

static void check_failure(const rs_error *err, size_t length)
{
  REQUIRE(err->code > RS_OK && err->code < RS_CODE_COUNT);
  REQUIRE(err->at >= 0 && (size_t)err->at <= length);
  REQUIRE(*err->text && memchr(err->text, 0, sizeof err->text));
  REQUIRE(strstr(err->text, " at column "));
}

static void check_type(rs_registry *reg, const rs_type *type)
{
  rs_error err = {0};

  REQUIRE(type->depth <= RS_MAX_DEPTH);
  REQUIRE(type->size <= rs_registry_max_type_size(reg));
  if (!strchr(type->name, '<'))
    REQUIRE(rs_parse_type(reg, type->name, strlen(type->name), &err) == type);
}

static void parse_prototype(rs_registry *reg, const char *text, size_t length, bool anonymous)
{
  rs_error err = {0};
  rs_prototype p;

  if (!rs_parse_prototype(reg, text, length, anonymous, RS_FASTCALL, &p, &err)) {
    check_failure(&err, length);
    REQUIRE(err.js_class == RS_CLASS_ERROR);
    REQUIRE(!p.name && !p.param_names && !p.signature);
    return;
  }
  REQUIRE(!err.code && p.count == p.signature->count && (anonymous || p.name));
  REQUIRE(p.has_convention || p.signature->convention == RS_FASTCALL);
  REQUIRE(!p.name || rs_name_check(p.name, strlen(p.name), &err));
  for (size_t i = 0; i < p.count; i++) {
    REQUIRE(!p.param_names[i] || rs_name_check(p.param_names[i], strlen(p.param_names[i]), &err));
    REQUIRE(rs_param_check(&p.signature->params[i], &err));
    check_type(reg, p.signature->params[i].type);
  }
  rs_prototype_clear(&p);
}

static void parse_one(rs_registry *reg, unsigned mode, const char *text, size_t length)
{
  rs_error err = {0};
  rs_param param;
  const rs_type *type;

  switch (mode % 4) {
  case 0:
    if ((type = rs_parse_type(reg, text, length, &err)))
      check_type(reg, type);
    else
      check_failure(&err, length);
    break;
  case 1:
    if (rs_parse_param(reg, text, length, &param, &err))
      check_type(reg, param.type);
    else
      check_failure(&err, length);
    break;
  default: parse_prototype(reg, text, length, mode % 4 == 3);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static rs_registry *reg;
  static size_t types;
  char *text;

  if (!reg) {
    REQUIRE((reg = world_new(rs_target_find("linux-x64"))));
    rs_registry_collect(reg);
    types = rs_registry_type_count(reg);
  }
  if (!size)
    return -1;
  REQUIRE((text = malloc(size))); /* its own block: a read past the end is seen */
  memcpy(text, data + 1, size - 1);
  parse_one(reg, *data, text, size - 1);
  free(text);
  rs_registry_collect(reg);
  REQUIRE(rs_registry_type_count(reg) == types);
  return 0;
}

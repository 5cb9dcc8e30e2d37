#include "core/error.h"

#undef rs_fail /* macros for the analyzer */
#undef rs_fail_at

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  rs_error_class js_class;
} rows[] = {
    {NULL, RS_CLASS_ERROR},
#define RS_ERROR(id, code, class, meaning) {code, RS_CLASS_##class},
#include "core/error.def"
#undef RS_ERROR
};

static void record(rs_error *err, rs_code code, int at, const char *format, va_list args)
{
  err->code = code;
  err->js_class = rows[code].js_class;
  err->at = at;
  (void)vsnprintf(err->text, sizeof err->text, format, args);
}

bool rs_fail(rs_error *err, rs_code code, const char *format, ...)
{
  va_list args;

  if (err->code != RS_OK)
    return false;
  va_start(args, format);
  record(err, code, -1, format, args);
  va_end(args);
  return false;
}

bool rs_fail_at(rs_error *err, rs_code code, size_t offset, const char *format, ...)
{
  va_list args;

  if (err->code != RS_OK)
    return false;
  va_start(args, format);
  record(err, code, -1, format, args);
  va_end(args);
  return rs_error_at(err, offset);
}

bool rs_error_at(rs_error *err, size_t offset)
{
  char place[40];
  size_t used = strlen(err->text), room;

  if (err->code == RS_OK || err->at >= 0)
    return false;
  err->at = (int)offset;
  room = sizeof err->text - 1 - (size_t)snprintf(place, sizeof place, " at column %zu", offset + 1);
  while (used > room || (used == room && ((unsigned char)err->text[used] & 0xc0) == 0x80))
    used--; /* a long text loses its end, in whole characters */
  (void)snprintf(err->text + used, sizeof err->text - used, "%s", place);
  return false;
}

void rs_error_context(rs_error *err, const char *format, ...)
{
  char old[sizeof err->text];
  va_list args;
  size_t used;

  memcpy(old, err->text, sizeof old);
  va_start(args, format);
  (void)vsnprintf(err->text, sizeof err->text, format, args);
  va_end(args);
  used = strlen(err->text);
  (void)snprintf(err->text + used, sizeof err->text - used, ": %.*s", (int)(sizeof old - 1), old);
}

void rs_error_reclass(rs_error *err, rs_error_class js_class)
{
  err->js_class = js_class;
}

const char *rs_code_name(rs_code code)
{
  return code < RS_CODE_COUNT ? rows[code].name : NULL;
}

void *rs_malloc(size_t bytes, rs_error *err)
{
  void *memory = malloc(bytes ? bytes : 1);

  if (!memory)
    rs_fail(err, RS_E_MEMORY, "cannot allocate %zu bytes", bytes);
  return memory;
}

void *rs_zalloc(size_t bytes, rs_error *err)
{
  void *memory = calloc(1, bytes ? bytes : 1);

  if (!memory)
    rs_fail(err, RS_E_MEMORY, "cannot allocate %zu bytes", bytes);
  return memory;
}

char *rs_strdup(const char *text, rs_error *err)
{
  size_t bytes = strlen(text) + 1;
  char *copy = rs_malloc(bytes, err);

  return copy ? memcpy(copy, text, bytes) : NULL;
}

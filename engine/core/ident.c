#include "core/ident.h"

#include <string.h>

#include "core/registry.h"

/* Ranges of XID_Continue outside ASCII, ascending. `first` holds the first code point times two, plus one
 * when the whole range is XID_Start as well. */
static const struct {
  uint32_t first;
  uint32_t last;
} xid[] = {
#include "core/xid.inc"
};

#define WORD(text, word) \
  { \
    text, sizeof text - 1, word \
  }
static const struct {
  const char *text;
  size_t length;
  rs_word word;
} words[] = {
    WORD("char", RS_WORD_CHAR),
    WORD("short", RS_WORD_SHORT),
    WORD("int", RS_WORD_INT),
    WORD("long", RS_WORD_LONG),
    WORD("double", RS_WORD_DOUBLE),
    WORD("const", RS_WORD_QUALIFIER),
    WORD("volatile", RS_WORD_QUALIFIER),
    WORD("restrict", RS_WORD_QUALIFIER),
    WORD("__restrict", RS_WORD_QUALIFIER),
    WORD("register", RS_WORD_QUALIFIER),
    WORD("signed", RS_WORD_SIGNED),
    WORD("unsigned", RS_WORD_UNSIGNED),
    WORD("struct", RS_WORD_STRUCT),
    WORD("union", RS_WORD_UNION),
    WORD("enum", RS_WORD_ENUM),
    WORD("_In_", RS_WORD_IN),
    WORD("_Out_", RS_WORD_OUT),
    WORD("_Inout_", RS_WORD_INOUT),
    WORD("__cdecl", RS_WORD_CDECL),
    WORD("__stdcall", RS_WORD_STDCALL),
    WORD("__fastcall", RS_WORD_FASTCALL),
    WORD("__thiscall", RS_WORD_THISCALL),
};
#undef WORD

rs_word rs_word_find(const char *text, size_t length)
{
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].length == length && memcmp(words[i].text, text, length) == 0)
      return words[i].word;
  return RS_WORD_NONE;
}

size_t rs_utf8_read(const char *text, size_t length, uint32_t *code)
{
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* smaller values are overlong */
  const unsigned char *p = (const unsigned char *)text;
  size_t bytes = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

  if (!bytes || bytes > length)
    return 0;
  *code = bytes == 1 ? p[0] : p[0] & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; i++) {
    if ((p[i] & 0xc0) != 0x80)
      return 0;
    *code = *code << 6 | (p[i] & 0x3f);
  }
  if (*code < least[bytes] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
    return 0;
  return bytes;
}

static bool is_ascii_letter(uint32_t code)
{
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_' || code == '$';
}

static bool is_part(uint32_t code, bool first)
{
  size_t low = 0, high = sizeof xid / sizeof *xid;

  if (code < 0x80)
    return is_ascii_letter(code) || (!first && code >= '0' && code <= '9');
  while (low < high) {
    size_t middle = (low + high) / 2;

    if (code > xid[middle].last)
      low = middle + 1;
    else if (code < xid[middle].first >> 1)
      high = middle;
    else
      return !first || (xid[middle].first & 1);
  }
  return false;
}

size_t rs_ident_length(const char *text, size_t length)
{
  size_t used = 0;

  while (used < length) {
    uint32_t code = (unsigned char)text[used];
    size_t bytes = code < 0x80 ? 1 : rs_utf8_read(text + used, length - used, &code);

    if (!bytes || !is_part(code, used == 0))
      break;
    used += bytes;
  }
  return used;
}

bool rs_name_check(const char *name, size_t length, rs_error *err)
{
  int quoted = rs_quote_length(name, length);

  if (!length)
    return rs_fail(err, RS_E_BAD_NAME, "a name cannot be empty");
  if (rs_ident_length(name, length) != length)
    return rs_fail(err, RS_E_BAD_NAME, "'%.*s' is not a valid name", quoted, name);
  if (rs_word_find(name, length) >= RS_WORD_QUALIFIER)
    return rs_fail(err, RS_E_BAD_NAME, "'%.*s' is a keyword of declarations and cannot be a name", quoted,
                   name);
  return true;
}

int rs_quote_length(const char *text, size_t length)
{
  size_t cut = length < 60 ? length : 60;

  while (cut < length && cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
    cut--;
  return (int)cut;
}

/* specifiers.c - base types: type names, C's spellings of integers, tags, qualifiers. Part of the declaration
 * parser; see parse_impl.h. */
#include <string.h>

#include "core/parse_impl.h"

/* Tokens */

bool rs_parser_next(rs_parser *p)
{
  p->token = rs_lex(&p->lexer, p->err);
  return p->err->code == RS_OK;
}

bool rs_fail_expected(rs_parser *p, const char *what)
{
  const char *text = p->lexer.text + p->token.offset;

  if (p->token.kind == RS_TOKEN_END)
    return rs_fail_at(p->err, RS_E_SYNTAX, p->token.offset, "expected %s, got the end of the text", what);
  return rs_fail_at(p->err, RS_E_SYNTAX, p->token.offset, "expected %s, got '%.*s'", what,
                    rs_quote_length(text, p->token.length), text);
}

bool rs_fail_unknown(rs_parser *p, size_t from, size_t to)
{
  const char *text = p->lexer.text + from;

  return rs_fail_at(p->err, RS_E_UNKNOWN_TYPE, from, "unknown type '%.*s'", rs_quote_length(text, to - from),
                    text);
}

/* Base types */

/* Names that C headers define. A program may define them itself, so they are looked up last. */
static const rs_type *find_header_name(const rs_registry *reg, const char *name, size_t length)
{
  const rs_target *t = rs_registry_target(reg);
  bool windows = t->wchar_size == 2;
  const struct {
    const char *name;
    rs_prim prim;
  } rows[] = {
      {"_Bool", RS_P_BOOL},
      {"intmax_t", RS_P_I64},
      {"uintmax_t", RS_P_U64},
      {"ssize_t", RS_P_INTPTR},
      {"ptrdiff_t", RS_P_INTPTR},
      {"off_t", RS_P_LONG},
      {"time_t", windows ? RS_P_I64 : RS_P_LONG},
  };

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
      return rs_prim_type(reg, rows[i].prim);
  return NULL;
}

const rs_type *rs_find_type(const rs_parser *p, const rs_token *token)
{
  const char *text = p->lexer.text + token->offset;
  const rs_type *type = rs_registry_find(p->reg, text, token->length);

  return type ? type : find_header_name(p->reg, text, token->length);
}

/* The words that C combines to integer types, counted as they come (C17 6.7.2, paragraph 2). */
typedef struct integer_words {
  unsigned signs, is_unsigned, chars, shorts, ints, longs;
} integer_words;

/* Counts the word if the combination stays one of C's; if not, the word is something else, a name. */
static bool take_integer_word(integer_words *w, rs_word word)
{
  switch (word) {
  case RS_WORD_SIGNED:
  case RS_WORD_UNSIGNED:
    if (w->signs)
      return false;
    w->is_unsigned = word == RS_WORD_UNSIGNED;
    return ++w->signs;
  case RS_WORD_CHAR: return !w->chars && !w->shorts && !w->ints && !w->longs && ++w->chars;
  case RS_WORD_SHORT: return !w->chars && !w->shorts && !w->longs && ++w->shorts;
  case RS_WORD_INT: return !w->chars && !w->ints && ++w->ints;
  case RS_WORD_LONG: return !w->chars && !w->shorts && w->longs < 2 && ++w->longs;
  default: return false;
  }
}

static rs_prim integer_prim(const integer_words *w)
{
  if (w->chars)
    return w->is_unsigned ? RS_P_UCHAR : w->signs ? RS_P_I8 : RS_P_CHAR;
  if (w->shorts)
    return w->is_unsigned ? RS_P_USHORT : RS_P_SHORT;
  if (w->longs == 2)
    return w->is_unsigned ? RS_P_ULLONG : RS_P_LLONG;
  if (w->longs)
    return w->is_unsigned ? RS_P_ULONG : RS_P_LONG;
  return w->is_unsigned ? RS_P_UINT : RS_P_INT;
}

bool rs_skip_qualifiers(rs_parser *p)
{
  while (is_word(&p->token, RS_WORD_QUALIFIER, RS_WORD_QUALIFIER))
    if (!rs_parser_next(p))
      return false;
  return true;
}

/* integer = word { word }, in any order, qualifiers between them */
static const rs_type *parse_integer(rs_parser *p)
{
  integer_words words = {0};

  while (take_integer_word(&words, p->token.word))
    if (!rs_parser_next(p) || !rs_skip_qualifiers(p))
      return NULL;
  return rs_prim_type(p->reg, integer_prim(&words));
}

static const rs_type *parse_type_name(rs_parser *p)
{
  const rs_type *type;

  if (is_direction(&p->token)) {
    rs_fail_expected(p, "the direction at the start of a parameter");
    rs_error_reclass(p->err, RS_CLASS_TYPE); /* as a type name that is not one */
    return NULL;
  }
  if (!is_plain_name(&p->token)) {
    rs_fail_expected(p, "a type");
    return NULL;
  }
  if (!(type = rs_find_type(p, &p->token))) {
    rs_fail_unknown(p, p->token.offset, p->token.offset + p->token.length);
    return NULL;
  }
  return rs_parser_next(p) ? type : NULL;
}

/* tagged = ( "struct" | "union" | "enum" ) type name
 * Types have one name space here, so the tag only has to fit the type. */
static const rs_type *parse_tagged(rs_parser *p)
{
  rs_token tag = p->token, name;
  const char *text = p->lexer.text;
  const rs_type *type;
  bool fits;

  if (!rs_parser_next(p))
    return NULL;
  name = p->token;
  if (!(type = parse_type_name(p)))
    return NULL;
  if (tag.word == RS_WORD_ENUM)
    fits = type->flags & RS_T_ENUM;
  else
    fits = type->kind == RS_OPAQUE || type->kind == (tag.word == RS_WORD_UNION ? RS_UNION : RS_RECORD);
  if (fits)
    return type;
  rs_fail_at(p->err, RS_E_BAD_TYPE, name.offset, "type '%.*s' is not declared with '%.*s'",
             rs_quote_length(text + name.offset, name.length), text + name.offset, (int)tag.length,
             text + tag.offset);
  return NULL;
}

/* specifiers = { qualifier } ( tagged | integer | type name ) { qualifier }
 * `long double` has no value in JavaScript: it stays unknown, and must not read as a `long` that is named
 * `double`. */
const rs_type *rs_parse_specifiers(rs_parser *p)
{
  rs_token first;
  const rs_type *type;

  if (!rs_skip_qualifiers(p))
    return NULL;
  first = p->token;
  if (is_word(&first, RS_WORD_STRUCT, RS_WORD_ENUM))
    type = parse_tagged(p);
  else if (take_integer_word(&(integer_words){0}, first.word))
    type = parse_integer(p);
  else
    type = parse_type_name(p);
  if (!type || !rs_skip_qualifiers(p))
    return NULL;
  if ((first.word == RS_WORD_LONG && p->token.word == RS_WORD_DOUBLE)
      || (first.word == RS_WORD_DOUBLE && p->token.word == RS_WORD_LONG)) {
    rs_fail_unknown(p, first.offset, p->token.offset + p->token.length);
    return NULL;
  }
  return type;
}

#include "core/lex.h"

#include <string.h>

bool rs_lex_start(rs_lexer *lexer, const char *text, size_t length, rs_error *err)
{
  *lexer = (rs_lexer){text, length, 0};
  for (size_t i = 0, bytes; i < length; i += bytes) {
    uint32_t code = (unsigned char)text[i];

    bytes = 1;
    if (code >= 0x80 && !(bytes = rs_utf8_read(text + i, length - i, &code)))
      return rs_fail_at(err, RS_E_SYNTAX, i, "the text is not valid UTF-8");
    if (!code)
      return rs_fail_at(err, RS_E_SYNTAX, i, "unexpected NUL character");
  }
  return true;
}

static rs_token end(rs_lexer *lexer)
{
  lexer->offset = lexer->length;
  return (rs_token){.kind = RS_TOKEN_END, .offset = lexer->length};
}

/* Skips white space, `// ...` and `/ * ... * /` (C17 6.4.9; a comment stands for one space). */
static bool skip_space(rs_lexer *lexer, rs_error *err)
{
  const char *text = lexer->text;
  size_t i = lexer->offset, length = lexer->length;

  for (;;) {
    while (i < length && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r')))
      i++;
    lexer->offset = i;
    if (i + 1 >= length || text[i] != '/' || (text[i + 1] != '/' && text[i + 1] != '*'))
      return true;
    if (text[i + 1] == '/') {
      while (i < length && text[i] != '\n')
        i++;
      continue;
    }
    for (i += 2; i + 1 < length && (text[i] != '*' || text[i + 1] != '/'); i++)
      ;
    if (i + 1 >= length)
      return rs_fail_at(err, RS_E_SYNTAX, lexer->offset, "the comment has no end");
    i += 2;
  }
}

static bool fail_character(const rs_lexer *lexer, size_t at, rs_error *err)
{
  uint32_t code = 0;
  size_t bytes = rs_utf8_read(lexer->text + at, lexer->length - at, &code);

  if (code < 0x20 || code == 0x7f)
    return rs_fail_at(err, RS_E_SYNTAX, at, "unexpected control character U+%04X", (unsigned)code);
  return rs_fail_at(err, RS_E_SYNTAX, at, "unexpected character '%.*s'", (int)bytes, lexer->text + at);
}

/* number = digit { digit }. Digits and letters stay together, so that `0x10` and `1e2` are not cut in two. */
static bool check_number(const rs_lexer *lexer, const rs_token *token, rs_error *err)
{
  const char *text = lexer->text + token->offset;

  for (size_t i = 0; i < token->length; i++)
    if (text[i] < '0' || text[i] > '9')
      return rs_fail_at(err, RS_E_SYNTAX, token->offset, "'%.*s' is not a decimal number",
                        rs_quote_length(text, token->length), text);
  return true;
}

rs_token rs_lex(rs_lexer *lexer, rs_error *err)
{
  rs_token token = {0};
  const char *text;
  size_t left;

  if (!skip_space(lexer, err) || lexer->offset >= lexer->length)
    return end(lexer);
  text = lexer->text + lexer->offset;
  left = lexer->length - lexer->offset;
  token.offset = lexer->offset;
  if ((token.length = rs_ident_length(text, left)) > 0) {
    token.kind = RS_TOKEN_NAME;
    token.word = rs_word_find(text, token.length);
  } else if (*text >= '0' && *text <= '9') {
    token.kind = RS_TOKEN_NUMBER;
    for (token.length = 1; token.length < left;) {
      size_t digits = text[token.length] >= '0' && text[token.length] <= '9'
                          ? 1
                          : rs_ident_length(text + token.length, left - token.length);

      if (!digits)
        break;
      token.length += digits;
    }
    if (!check_number(lexer, &token, err))
      return end(lexer);
  } else if (left >= 3 && memcmp(text, "...", 3) == 0) {
    token.kind = RS_TOKEN_ELLIPSIS;
    token.length = 3;
  } else if (strchr("*!()[],;", *text)) {
    token.kind = RS_TOKEN_MARK;
    token.mark = *text;
    token.length = 1;
  } else {
    fail_character(lexer, lexer->offset, err);
    return end(lexer);
  }
  lexer->offset += token.length;
  return token;
}

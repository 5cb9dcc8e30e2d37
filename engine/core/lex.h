/* lex.h - declaration text -> tokens. White space and comments separate tokens and vanish. Knows no grammar
 * beyond the words of ident.h; allocates nothing. */
#ifndef RS_CORE_LEX_H
#define RS_CORE_LEX_H

#include "core/error.h"
#include "core/ident.h"

typedef enum rs_token_kind {
  RS_TOKEN_END, /* of the text, or of its readable part: then the error is set */
  RS_TOKEN_NAME,
  RS_TOKEN_NUMBER,   /* decimal digits */
  RS_TOKEN_ELLIPSIS, /* `...` */
  RS_TOKEN_MARK      /* one character of *!()[],; */
} rs_token_kind;

typedef struct rs_token {
  rs_token_kind kind;
  rs_word word;  /* RS_TOKEN_NAME */
  char mark;     /* RS_TOKEN_MARK */
  size_t offset; /* bytes from the start of the text */
  size_t length; /* bytes */
} rs_token;

/* May be copied to look ahead. */
typedef struct rs_lexer {
  const char *text; /* borrowed; need not end in NUL */
  size_t length;
  size_t offset; /* of the next token, white space not yet skipped */
} rs_lexer;

/* Starts at the beginning of a text. Fails with RS_E_SYNTAX on a NUL or on bytes that are not UTF-8, also
 * inside comments. */
bool rs_lex_start(rs_lexer *lexer, const char *text, size_t length, rs_error *err);

/* The next token. A character or comment that cannot be read fails with RS_E_SYNTAX and ends the tokens. */
rs_token rs_lex(rs_lexer *lexer, rs_error *err);

#endif

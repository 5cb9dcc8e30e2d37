/* parse_impl.h - the parser's inside, shared by parse.c (declarators, parameters, entry points) and
 * specifiers.c (base types). Nobody else includes it. */
#ifndef RS_CORE_PARSE_IMPL_H
#define RS_CORE_PARSE_IMPL_H

#include "core/lex.h"
#include "core/registry.h"

typedef struct rs_parser {
  rs_registry *reg;
  rs_error *err;
  rs_lexer lexer;
  rs_token token;       /* the one to be read next */
  struct block *memory; /* what this parse allocated; released at its end */
  size_t parentheses;   /* open ones */
  size_t step_count;    /* of all declarators */
  bool in_prototype;    /* array types are refused where they would decay */
} rs_parser;

static inline bool is_mark(const rs_token *token, char mark)
{
  return token->kind == RS_TOKEN_MARK && token->mark == mark;
}

static inline bool is_word(const rs_token *token, rs_word first, rs_word last)
{
  return token->kind == RS_TOKEN_NAME && token->word >= first && token->word <= last;
}

static inline bool is_convention(const rs_token *token)
{
  return is_word(token, RS_WORD_CDECL, RS_WORD_THISCALL);
}

static inline bool is_direction(const rs_token *token)
{
  return is_word(token, RS_WORD_IN, RS_WORD_INOUT);
}

/* A word that may name a function or parameter. Names of types may, as in C's inner scopes. */
static inline bool is_plain_name(const rs_token *token)
{
  return token->kind == RS_TOKEN_NAME && token->word < RS_WORD_QUALIFIER;
}

/* Reads the next token into `token`. */
bool rs_parser_next(rs_parser *p);
/* Fails with RS_E_SYNTAX at the current token: "expected <what>, got '...'". */
bool rs_fail_expected(rs_parser *p, const char *what);
/* Fails with RS_E_UNKNOWN_TYPE, quoting the text between two offsets. */
bool rs_fail_unknown(rs_parser *p, size_t from, size_t to);

/* The type that a name stands for, NULL when there is none. */
const rs_type *rs_find_type(const rs_parser *p, const rs_token *token);
bool rs_skip_qualifiers(rs_parser *p);
/* specifiers: const, volatile ... and the name of a type. NULL with the error set. */
const rs_type *rs_parse_specifiers(rs_parser *p);

#endif

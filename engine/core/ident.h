/* ident.h - which words are identifiers (Unicode XID, UAX #31, plus `_` and `$`) and which are words of the
 * declaration grammar. Shared by the lexer and by rs_name_check (registry.h). Allocates nothing. */
#ifndef RS_CORE_IDENT_H
#define RS_CORE_IDENT_H

#include <stddef.h>
#include <stdint.h>

/* What the grammar knows about a word. From RS_WORD_QUALIFIER on, words are reserved: they cannot name a
 * type. The others are names of built-in types that C combines (`long unsigned int`). */
typedef enum rs_word {
  RS_WORD_NONE,
  RS_WORD_CHAR,
  RS_WORD_SHORT,
  RS_WORD_INT,
  RS_WORD_LONG,
  RS_WORD_DOUBLE,
  RS_WORD_QUALIFIER, /* const volatile restrict __restrict register: accepted, ignored */
  RS_WORD_SIGNED,
  RS_WORD_UNSIGNED,
  RS_WORD_STRUCT,
  RS_WORD_UNION,
  RS_WORD_ENUM,
  RS_WORD_IN,
  RS_WORD_OUT,
  RS_WORD_INOUT,
  RS_WORD_CDECL,
  RS_WORD_STDCALL,
  RS_WORD_FASTCALL,
  RS_WORD_THISCALL
} rs_word;

rs_word rs_word_find(const char *text, size_t length);

/* Reads one code point. Returns its bytes (1 to 4), or 0 where the text is not valid UTF-8: truncated,
 * overlong, a surrogate, or above U+10FFFF. `length` is at least 1. */
size_t rs_utf8_read(const char *text, size_t length, uint32_t *code);

/* Bytes of the identifier that the text starts with; 0 when it starts with none. */
size_t rs_ident_length(const char *text, size_t length);

/* How much of a quoted text fits a message: at most 60 bytes, never a part of a character. */
int rs_quote_length(const char *text, size_t length);

#endif

/* error.h - how the engine reports failure: a code, a class for JavaScript, a whole sentence, and the place
 * in the declaration text. The rows live in error.def. Knows nothing of the modules that fail. */
#ifndef RS_CORE_ERROR_H
#define RS_CORE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum rs_error_class { RS_CLASS_TYPE, RS_CLASS_ERROR, RS_CLASS_RANGE } rs_error_class;

typedef enum rs_code {
  RS_OK,
#define RS_ERROR(id, code, class, meaning) RS_E_##id,
#include "core/error.def"
#undef RS_ERROR
  RS_CODE_COUNT
} rs_code;

typedef struct rs_error {
  rs_code code;            /* RS_OK until something fails; the first failure is kept */
  rs_error_class js_class; /* TypeError, Error or RangeError; from error.def unless the caller overrides it */
  int at;                  /* byte offset in the declaration text, -1 when there is none */
  char text[512];          /* a whole sentence for the user, NUL-terminated; cut at the end when too long */
} rs_error;

#if defined(__MINGW32__) && !defined(__clang__) /* where "printf" is that of old C libraries */
#define RS_PRINTF(text, first) __attribute__((format(gnu_printf, text, first)))
#elif defined(__GNUC__)
#define RS_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define RS_PRINTF(text, first)
#endif

/* Records the failure unless one is recorded already. Always returns false, so that a caller can
 * `return rs_fail(...)`. */
bool rs_fail(rs_error *err, rs_code code, const char *format, ...) RS_PRINTF(3, 4);

/* As rs_fail, with a byte offset into the declaration text; the text gets " at column N" (1-based). */
bool rs_fail_at(rs_error *err, rs_code code, size_t offset, const char *format, ...) RS_PRINTF(4, 5);

/* Gives the recorded failure a place in the declaration text unless it has one; the text gets " at column N".
 * Always returns false. */
bool rs_error_at(rs_error *err, size_t offset);

#ifdef __clang_analyzer__ /* it cannot see that these never return true */
#define rs_fail(...)    ((void)rs_fail(__VA_ARGS__), false)
#define rs_fail_at(...) ((void)rs_fail_at(__VA_ARGS__), false)
#endif

/* Puts "context: " before the recorded text, e.g. the function and argument a conversion belongs to. */
void rs_error_context(rs_error *err, const char *format, ...) RS_PRINTF(2, 3);

/* Overrides the JavaScript class of the recorded failure. */
void rs_error_reclass(rs_error *err, rs_error_class js_class);

/* The `code` string of an error, e.g. "ERR_RISTRETTO_SYNTAX"; NULL for RS_OK. */
const char *rs_code_name(rs_code code);

/* Allocation that reports failure as RS_E_MEMORY. `rs_zalloc` zeroes. Free with free(). */
void *rs_malloc(size_t bytes, rs_error *err);
void *rs_zalloc(size_t bytes, rs_error *err);
char *rs_strdup(const char *text, rs_error *err);

#endif

/* declare.h - signatures for the ABI tests as text, in C with records written in place:
 *
 *   double f(struct packed { char a; double b aligned(2); float c[2][3]; } m, int i, ..., long v)
 *
 * `packed` and `aligned(n)` stand for GNU C's attributes; what follows `...,` are the variadic arguments of
 * one call. The grammar is the tests' own, so that a fault of the engine's parser cannot hide one of a
 * planner. */
#ifndef RS_TEST_ABI_DECLARE_H
#define RS_TEST_ABI_DECLARE_H

#include "ristretto.h"

typedef struct declaration {
  const rs_signature *signature;
  char names[RS_MAX_PARAMS][16];
} declaration;

/* Stops the program with a message when `text` is malformed: the tests' own files are. */
void declare(rs_registry *reg, const char *text, declaration *out);

/* Calls `visit` for every scalar of a type with its path (".a[1]"; empty for a scalar) and offset, in the
 * order of declaration; all members of a union. */
typedef void scalar_visit(void *context, const char *path, const rs_type *scalar, size_t offset);
void each_scalar(const rs_type *type, scalar_visit *visit, void *context);

#endif

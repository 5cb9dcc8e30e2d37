/* values.h - what calls (driver.c) and callbacks (callback.c) of random signatures share: random C values,
 * the streams that carry them to and from the generated functions scalar by scalar, comparison, counts. */
#ifndef RS_TEST_ABI_RANDOM_VALUES_H
#define RS_TEST_ABI_RANDOM_VALUES_H

#include "../../engine/aligned.h"
#include "declare.h"

enum { ROUNDS = 3, STREAM_BYTES = 1 << 20 };

/* A row of the generated table. */
typedef struct test_function {
  const char *text;
  rs_fn fn;     /* copies its arguments to abi_out, makes its result of abi_in */
  rs_fn caller; /* the other way round, calls the pointer it is given; NULL for variadic ones */
} test_function;

typedef struct world {
  const rs_abi *abi;
  rs_registry *reg;
  unsigned char **out; /* the library's abi_out and abi_in */
  const unsigned char **in;
  unsigned char *received, *expected, *given;
  size_t ends[RS_MAX_PARAMS]; /* where each argument's scalars end in the stream */
  size_t calls, callbacks, callback_calls, tombstone_calls, mismatches;
  declaration declared;
} world;

/* A C value whose scalars are visited by each_scalar. */
struct value {
  unsigned char *bytes;  /* the C value */
  unsigned char *stream; /* its scalars one after another are appended here */
  size_t used;
};

struct comparison {
  const unsigned char *got, *wanted;
  size_t different;
};

void random_seed(uint32_t seed);
uint32_t random32(void);

void fill_scalar(void *context, const char *path, const rs_type *type, size_t offset);
void stream_scalar(void *context, const char *path, const rs_type *type, size_t offset);
/* Members of a union overwrite each other, as they do where the stream is read in the same order. */
void fill_and_stream_scalar(void *context, const char *path, const rs_type *type, size_t offset);
/* Integers that the compiled side writes as int64_t: plain `char` is of the target's sign. */
void stream_wide(const rs_target *target, struct value *v, const rs_type *type);
bool is_wide(const rs_type *type);
void compare_scalar(void *context, const char *path, const rs_type *type, size_t offset);

/* Memory full of 0xaa; free with aligned_release. */
void *allocate(size_t bytes, size_t align);
void mismatch(world *w, const test_function *row, const char *what, size_t where);

/* callback.c: the row's caller calls a closure of the plan, several times, and now and then its tombstone. */
void call_back(world *w, const rs_plan *plan, const test_function *row);

#endif

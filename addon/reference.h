/* reference.h - the first argument of decode(), encode(), view() and their kin: where memory is. */
#ifndef NB_REFERENCE_H
#define NB_REFERENCE_H

#include "environment.h"

/* No single access through an API function touches more bytes; a longer one comes from a mistaken length. */
#define NB_MAX_ACCESS ((size_t)INT32_MAX)

typedef struct nb_reference_t {
  unsigned char *address; /* NULL: a NULL reference; also a buffer without bytes */
  size_t size;            /* bytes from there on; SIZE_MAX when unknown */
  bool buffer;            /* the memory of a JavaScript buffer: `size` is known */
} nb_reference_t;

/* Reads BigInt and Number addresses, raw buffers, null and undefined. Fails with RS_E_ARGUMENT for all else,
 * NaN, infinities and fractions included. `what` starts the message: "decode(): reference". Runs no user
 * code. */
bool nb_reference(nb_env *nb, napi_value value, const char *what, nb_reference_t *out, rs_error *err);

/* Moves a reference by `offset` bytes. Fails with RS_E_NULL_REFERENCE, with RS_E_BUFFER_SIZE when it leaves
 * the buffer, with RS_E_LIMIT when it leaves the address space. */
bool nb_reference_move(nb_reference_t *ref, int64_t offset, const char *what, rs_error *err);

/* Whether `count` elements of `size` bytes can be accessed: RS_E_NULL_REFERENCE, RS_E_BUFFER_SIZE,
 * RS_E_LIMIT. `count` may be as absurd as users like. */
bool nb_reference_check(const nb_reference_t *ref, int64_t count, size_t size, const char *what,
                        rs_error *err);

#endif

/* encode_impl.h - the inside of a conversion, shared by call_memory.c, encode.c, encode_pointer.c and
 * outputs.c. */
#ifndef NB_ENCODE_IMPL_H
#define NB_ENCODE_IMPL_H

#include "encode.h"
#include "value.h"

/* A raw buffer whose address was stored at `slot`. */
struct nb_fixup {
  napi_value buffer;
  void *slot;
  size_t least; /* bytes that C may rely on: a buffer that shrank below is refused */
  struct nb_fixup *next;
};

/* A pointer slot and the block of the call's memory that it leads to. */
struct nb_link {
  char *slot;
  char *block;
  char *copy; /* where nb_call_persist put the block */
  size_t bytes;
  struct nb_link *next;
};

typedef enum nb_output_kind {
  NB_OUTPUT_ELEMENTS, /* Array: `count` elements of `type` */
  NB_OUTPUT_RECORD,   /* object: the members of `type` */
  NB_OUTPUT_UNION,    /* Union object */
  NB_OUTPUT_STRING,   /* [string]: up to `count` code units of `type` */
  NB_OUTPUT_SWAPPED   /* typed array in host order: `count` integers of `type` in the other order */
} nb_output_kind;

/* C memory to bring back into a JavaScript value after the call. */
struct nb_output {
  nb_output_kind kind;
  napi_value value;
  const rs_type *type;
  void *memory;
  const void *before; /* record given as input too: its bytes before the call */
  size_t count;
  struct nb_output *next;
};

/* Memory of the call, not cleared. */
void *nb_call_room(nb_call *call, size_t bytes, size_t align);
/* Remembers that `slot` holds the address of `buffer`, which must keep `least` bytes or be empty. */
bool nb_call_watch(nb_call *call, napi_value buffer, void *slot, size_t least);
/* Remembers that `slot` leads to `block`, for nb_call_persist. */
bool nb_call_link(nb_call *call, void *slot, void *block, size_t bytes);
struct nb_output *nb_call_output(nb_call *call, nb_output_kind kind, napi_value value, const rs_type *type,
                                 void *memory, size_t count);

/* Prepend to the path of a failure; always false. */
bool nb_call_in_member(nb_call *call, const char *name);
bool nb_call_in_element(nb_call *call, size_t index);

/* Fails with RS_E_VALUE: "expects int, got string". Always false. */
bool nb_expects(nb_call *call, const rs_type *type, napi_value value);

/* One level deeper; fails with RS_E_TOO_DEEP when values nest too deeply (cyclic ones do) or the stack ends.
 */
bool nb_call_deeper(nb_call *call);

/* encode_number.c */
bool nb_encode_integer(nb_call *call, const rs_type *type, napi_value value, void *dest);
bool nb_encode_float(nb_call *call, const rs_type *type, napi_value value, void *dest);
bool nb_encode_bool(nb_call *call, const rs_type *type, napi_value value, void *dest);
/* A Number or BigInt for an integer type, as 64 bits of which the type's low bits count. */
bool nb_read_integer(nb_call *call, const rs_type *type, napi_value value, int64_t *out);

/* encode.c */
bool nb_encode_record(nb_call *call, const rs_type *type, napi_value value, void *dest);
bool nb_encode_union(nb_call *call, const rs_type *type, napi_value value, void *dest);
/* A JavaScript string as NUL-terminated code units in memory of the call. `units` counts them without the
 * NUL. */
void *nb_encode_text(nb_call *call, size_t unit_size, napi_value value, size_t *units);
/* True for typed arrays whose elements are as large as `element` and of more than one byte. */
bool nb_matches_elements(nb_call *call, const rs_type *element, napi_value value);

/* encode_pointer.c: pointers and strings. */
bool nb_encode_pointer(nb_call *call, const rs_type *type, napi_value value, void *dest,
                       rs_direction direction);

#endif

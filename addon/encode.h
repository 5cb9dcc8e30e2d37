/* encode.h - JavaScript values -> C memory, driven by a type: the reference semantics of every conversion.
 * What it needs besides the destination (strings, structs behind pointers, arrays) lives in the call's memory
 * until nb_call_end. Reading JavaScript values may run user code, which may call into ristretto again: memory
 * of nested calls lies above ours, so nothing of ours is overwritten. */
#ifndef NB_ENCODE_H
#define NB_ENCODE_H

#include "environment.h"

struct nb_output;
struct nb_fixup;

/* One conversion with all it owns: a C call, an encode(). Begin with nb_call_begin, end with nb_call_end on
 * every path. */
typedef struct nb_call {
  nb_env *nb;
  nb_memory *memory; /* where its values go; the environment's, or an asynchronous call's own */
  nb_keep *keep;     /* takes the callbacks made for JavaScript functions */
  rs_error *err;
  size_t mark;               /* call memory in use before us */
  nb_chunk *chunks;          /* what did not fit the call memory */
  struct nb_output *outputs; /* to be written back to JavaScript after the call, in order */
  struct nb_output **last_output;
  struct nb_fixup *fixups; /* raw buffers: looked at again when user code ran after their address was taken */
  bool ran_user_code;      /* an object's properties were read, so getters or traps may have run */
  bool strict;             /* strict mode: lossy conversions are errors */
  bool lasting;            /* all values go to chunks, because they outlive the conversion */
  bool persistent;         /* encode(): what pointers lead to is to outlive the call: nb_call_persist */
  struct nb_link *links;   /* persistent: which slot leads to which block of ours, in order of creation */
  struct nb_link **last_link;
  unsigned depth; /* of nested values */
  unsigned path_length;
  char path[120]; /* where in the argument it failed: ".member[3]"; filled while unwinding */
} nb_call;

static inline void nb_call_begin(nb_call *call, nb_env *nb, bool strict, rs_error *err)
{
  call->nb = nb;
  call->err = err;
  call->memory = nb->memory;
  call->keep = &nb->keep;
  call->lasting = false;
  call->mark = nb->memory->top;
  call->chunks = NULL;
  call->outputs = NULL;
  call->last_output = &call->outputs;
  call->fixups = NULL;
  call->links = NULL;
  call->last_link = &call->links;
  call->ran_user_code = false;
  call->strict = strict;
  call->persistent = false;
  call->depth = 0;
  call->path_length = 0;
}

void nb_call_free_chunks(nb_call *call);

/* Releases everything; keeps err as it is. */
static inline void nb_call_end(nb_call *call)
{
  call->memory->top = call->mark;
  if (call->chunks)
    nb_call_free_chunks(call);
}

/* Zero-filled memory of the call, aligned to 16 (or `align`, a power of two); NULL with err set. */
void *nb_call_alloc(nb_call *call, size_t bytes, size_t align);

/* Writes `value` as a C value of `type` to `dest` (type->size bytes, any alignment). Direction matters for
 * pointers and strings only: outputs are recorded for nb_call_outputs. On failure false, with err and path
 * set; the destination is then unspecified. */
bool nb_encode(nb_call *call, const rs_type *type, napi_value value, void *dest, rs_direction direction);

/* As nb_encode for an array value: `count` elements of `element` at `dest`, zero-filled when `value` is
 * shorter, cut when longer. Takes Arrays, raw buffers (bytes), and strings (cut between characters,
 * NUL-terminated) where the element is a character or `hint` is RS_HINT_STRING. False without an error for
 * values of any other kind. */
bool nb_encode_elements(nb_call *call, const rs_type *element, size_t count, napi_value value, void *dest,
                        rs_hint hint);

/* An integer type's value in C memory (any alignment), byte order included. */
void nb_store_integer(const rs_type *type, int64_t number, void *dest);
int64_t nb_load_integer(const rs_type *type, const void *src);
/* The low bytes of `number` as an integer of `size` bytes, extended to 64 bits. */
static inline int64_t nb_narrow_integer(int64_t number, size_t size, bool is_signed)
{
  unsigned unused = 64 - 8 * (unsigned)size;
  uint64_t high = (uint64_t)number << unused;

  return is_signed ? (int64_t)high >> unused : (int64_t)(high >> unused);
}

/* Reverses the bytes of each of `count` integers of `size` bytes. */
void nb_swap_elements(void *memory, size_t size, size_t count);

/* After all arguments are encoded and before the C call: takes the addresses of raw buffers again if user
 * code ran since. (A getter may have detached one.) Fails with RS_E_BUFFER_SIZE when one became too small. */
bool nb_call_settle(nb_call *call);

/* After the C call: C -> JavaScript for every output, in order. */
bool nb_call_outputs(nb_call *call);

/* For encode(), which sets `persistent` and encodes into memory of the call first, so that a failure changes
 * nothing: moves `size` bytes of `value` to `dest`, and what its pointers lead to into persistent memory
 * (persistent.h). */
bool nb_call_persist(nb_call *call, const void *value, size_t size, void *dest);

/* Puts "place<path> " before the recorded text; `place` e.g. "add(): argument 2 (b)". No effect when an
 * exception is pending. */
void nb_call_blame(nb_call *call, const char *format, ...) RS_PRINTF(2, 3);

#endif

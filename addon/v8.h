/* v8.h - the part of V8's C++ interface that Node's program exports and that C can call: function templates,
 * and with them functions that V8 enters without Node-API in between. No header covers any of it, so it is
 * used only where everything is as the table in v8.c says and the self-test agrees. */
#ifndef NB_V8_H
#define NB_V8_H

#include "environment.h"

/* How native code is entered; ordered from what works everywhere to the fastest. */
typedef enum nb_level {
  NB_PLAIN, /* Node-API functions */
  NB_RAW,   /* V8's function callbacks: may run JavaScript, allocate, throw */
  NB_FAST   /* the optimizing compiler's direct calls of C functions */
} nb_level;

/* What native code may do inside a fast call. */
typedef enum nb_fast_rule {
  NB_FAST_NEVER,
  NB_FAST_PURE, /* run no JavaScript, allocate nothing in V8's heap, throw nothing: Node 20 to 24 */
  NB_FAST_ANY   /* whatever a raw callback may: from Node 25 on, for functions that return void */
} nb_fast_rule;

/* `v8_version` is process.versions.v8, `modules` process.versions.modules. The highest level that is safe
 * here: decided once per process. `why` gets the reason when it is NB_PLAIN, else NULL. */
nb_level nb_v8_open(nb_env *nb, const char *modules, const char *v8_version, const char **why);
nb_fast_rule nb_v8_fast_rule(void);

enum { NB_MOST_FAST_VALUES = 2 }; /* JavaScript values that a fast function takes */

/* Where arguments and result of a raw callback are. */
typedef struct nb_v8_call {
  void *isolate;
  uint64_t argc;
  uint64_t *arguments; /* tagged words; the address of one is a napi_value */
  uint64_t *result;    /* undefined until written */
} nb_v8_call;

/* Describes the call of a raw callback that got `info`. */
static inline nb_v8_call nb_v8_read(const void *info);

/* A JavaScript function that runs `callback(info)`. With `fast` (and NB_FAST) optimized code calls that
 * instead, with the receiver, a number as int32_t, and `values` handles; it returns void. NULL on failure. */
napi_value nb_v8_function(nb_env *nb, void (*callback)(const void *info), const void *fast, unsigned values);

/* Nothing can be thrown because the environment ends, and V8's own exception, which was to end its
 * JavaScript, was caught by Node-API inside a callback: asks V8 for another, else a program that loops goes
 * on for good. Needs no self-test; does nothing where V8 cannot be found. */
void nb_v8_terminate(void);
/* Throws from a raw callback, or from a fast call that may (NB_FAST_ANY). */
void nb_v8_throw(napi_value exception);

/* V8's Function::Call: NULL when it threw, and then no more JavaScript can run before C has returned. Also
 * the isolate's current context, as it wants it. */
void *nb_v8_context(void);
napi_value nb_v8_call_function(void *context, napi_value function, napi_value receiver);

/* A string of one-byte characters as a handle's word; 0 on failure. */
napi_value nb_v8_string(void *isolate, const void *text, int length);

/* V8's objects: a heap object's word has the lowest bit set, small integers are in the upper half. */
static inline int32_t nb_v8_small(uint64_t word)
{
  return (int32_t)(word >> 32);
}
static inline bool nb_v8_is_small(uint64_t word)
{
  return !(word & 1);
}

/* The characters of a flat string of one-byte characters, and the memory of a typed array outside V8's heap.
 * False for all else. Only until V8 may collect garbage. Never true before nb_v8_calibrate has agreed. */
bool nb_v8_text(uint64_t word, const unsigned char **text, uint32_t *length);
bool nb_v8_bytes(uint64_t word, void **data);
/* Compares what nb_v8_text and nb_v8_bytes read with what Node-API says of samples. `samples`: a string
 * literal, a string made at run time, a Buffer with memory of its own and a view into the middle of it. */
void nb_v8_calibrate(nb_env *nb, const napi_value *samples);

/* The layouts of `info`, by major version of Node.js: read inline, for it is on the way of every call. */
extern bool nb_v8_flat_info; /* Node 26: a view of the exit frame */

static inline nb_v8_call nb_v8_read(const void *info)
{
  uint64_t *words = (uint64_t *)(uintptr_t)info;
  nb_v8_call call;

  if (nb_v8_flat_info) {
    call = (nb_v8_call){(void *)(uintptr_t)words[5], words[0], words + 10, words + 6};
  } else {
    uint64_t *implicit = (uint64_t *)(uintptr_t)words[0];

    call = (nb_v8_call){(void *)(uintptr_t)implicit[1], (uint32_t)words[2], (uint64_t *)(uintptr_t)words[1],
                        implicit + 3};
  }
  return call;
}

#endif

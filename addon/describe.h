/* describe.h - plans and types as JSON text, for the JavaScript that is made from them (lib/compile.js). Only
 * what compiled code handles has a description. Text without the names of functions and types, so that equal
 * shapes have equal text.
 *
 *   type      "i8" "u8" ... "u64" "f32" "f64" "bool" "pointer"
 *             {"record": [size, align, [[name, offset, type], ...]]}
 *             {"array": [length, hint, type, size of an element]}       hint: rs_hint
 *   argument  [scalar, frame offset, bit or -1]               bit: see engine/abi/load.h; takes: NB_TAKES_...
 *             ["address", frame offset, bit, takes, type or null, direction]
 *             ["parts", type, [[offset in the value, frame offset, size], ...]]
 *             ["copy", type, frame offset of the pointer to it, bit]
 *   result    ["void"], ["text"], [scalar, frame offset, that of an integer as a double], ["parts", type,
 * [...]],
 *             ["memory", type, frame offset of the pointer to it, bit]
 *   function  {"wide": 0 or 1, "result": ..., "arguments": [...]} */
#ifndef NB_DESCRIBE_H
#define NB_DESCRIBE_H

#include "abi/load.h"
#include "environment.h"

enum {
  NB_DESCRIPTION = 4096, /* bytes of the longest one */
  NB_MOST_PUTS = 8       /* arguments of one function that C reads from JavaScript values */
};

enum { /* what an address takes besides BigInt and null, and C has to look at: flags */
       NB_TAKES_TEXT = 1,
       NB_TAKES_BYTES = 2,
       NB_TAKES_FUNCTION = 4
};

/* An argument that the entry gets as a JavaScript value. */
typedef struct nb_put {
  uint16_t offset; /* in the frame */
  uint8_t takes;
  uint8_t index; /* of the argument */
} nb_put;

/* Describes calls with this plan into `text` (NB_DESCRIPTION bytes). Returns NULL, or why it cannot. `puts`
 * (NB_MOST_PUTS) receives the arguments that C reads. */
const char *nb_describe_function(const rs_plan *plan, const rs_loader *loader, char *text, nb_put *puts,
                                 unsigned *put_count);
/* Describes callbacks: {"result": ..., "arguments": [...]}, both as results above. False when it cannot. */
bool nb_describe_callback(const rs_plan *plan, char *text);
/* Describes values of a type. False when it cannot. */
bool nb_describe_type(const rs_type *type, char *text);

#endif

/* probe.h - what the oracle's generated code, its runner (runner.c) and its assembly (<cpu>.S) share. The
 * state holds the registers that can carry something, in the order of the tables in ../conventions.js. */
#ifndef PROBE_H
#define PROBE_H

#define STATE_INTEGERS 0   /* a word each */
#define STATE_FLOATS   128 /* 16 or 8 bytes each */
#define STATE_SINGLES  384 /* 8 bytes each: a float as memory has it, where registers hold it as a double */
#define STATE_END      512
#define STATE_SP       512 /* after a call: the callee's last; in a callee: where the words on the stack begin */
#define STATE_SAVED    520 /* where probe_enter and probe_invoke saved registers */
#define STATE_BYTES    528
#define STACK_BYTES    1024

#ifndef __ASSEMBLER__

typedef void (*probe_fn)(void);

/* How a random value of a scalar is made: anything else might change on the way. */
enum { BITS, BOOL, FLOAT, DOUBLE, X87, TWO_DOUBLES };

typedef struct probe_scalar {
  unsigned offset, size, kind;
} probe_scalar;

typedef struct probe_value {
  unsigned char *given, *got;
  const probe_scalar *scalars;
  unsigned count, size, align;
} probe_value;

typedef struct probe_signature {
  probe_fn caller; /* calls `probe_target` with the values given */
  probe_fn callee; /* copies its arguments to those got, returns the result given */
  const probe_value *arguments, *result;
  unsigned count;
} probe_signature;

extern const probe_signature probe_signatures[];
extern const unsigned probe_signature_count;
extern probe_fn volatile probe_target;

#endif
#endif

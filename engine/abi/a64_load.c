/* a64_load.c - the loaders of the conventions of 64-bit Arm (load.h). Arguments that all travel in registers
 * are loaded by C: integers and floating-point values take registers independently of each other (AAPCS64
 * 2023Q3, 6.8.2, C.1 to C.11), so one C type per set of registers and kind of result calls any function.
 * Registers that a function does not take may hold anything. */
#include <string.h>

#include "abi/a64.h"
#include "abi/abi.h"
#include "abi/host.h"
#include "abi/load_impl.h"

#if RS_ON_A64

enum {
  X_BITS = 9, /* x0 to x8 */
  REGISTER_BITS = X_BITS + 8,
  BITS = 32,
  SLOT = 8,
  V_SLOT = 16,
  NUMBER_AT = RS_A64_RESULT_V + 3 * V_SLOT /* in v3: no function returns both */
};

_Static_assert(RS_A64_X8 == RS_A64_X + SLOT * (X_BITS - 1), "one run of bits for x0 to x8");

/* A float on the stack is copied as it is, one in a register is converted. */
static int bit_of(const rs_type *type, uint32_t offset)
{
  uint32_t bit;

  if (type->kind == RS_FLOAT && (type->size != sizeof(float) || offset >= RS_A64_STACK))
    return -1;
  if (offset >= RS_A64_X && offset < RS_A64_X + SLOT * X_BITS)
    return (int)(offset - RS_A64_X) / SLOT;
  if (offset >= RS_A64_V && offset < RS_A64_RESULT_X)
    return X_BITS + (int)(offset - RS_A64_V) / V_SLOT;
  if (offset < RS_A64_STACK)
    return -1;
  bit = REGISTER_BITS + (offset - RS_A64_STACK) / SLOT;
  return bit < BITS ? (int)bit : -1;
}

void rs_call_a64(void *frame, rs_fn fn);

static inline void keep_x(unsigned char *frame, int64_t x0)
{
  rs_load_keep_number(frame + NUMBER_AT, x0);
  memcpy(frame + RS_A64_RESULT_X, &x0, sizeof x0);
}

static inline void keep_v(unsigned char *frame, double v0)
{
  memcpy(frame + RS_A64_RESULT_V, &v0, sizeof v0);
}

#define N(i) rs_load_narrow(frame + RS_A64_X + SLOT * (i))
#define W(i) rs_load_wide(frame + RS_A64_X + SLOT * (i), (mask >> (i)) & 1)
#define V(i) rs_load_double(frame + RS_A64_V + V_SLOT * (i))
#define U    uint64_t
#define D    double

/* `types` are those of the function called; one loader for results in x0, or none, and one for those in v0.
 */
#define LOADER_OF(name, keep, result, before, types, ...) \
  static void name(const rs_loader *loader, void *memory, rs_fn fn) \
  { \
    unsigned char *frame = memory; \
    before; \
\
    (void)loader; \
    keep(frame, ((result(*) types)fn)(__VA_ARGS__)); \
  }
#define LOADER(name, types, ...) \
  LOADER_OF(name##_x, keep_x, int64_t, , types, __VA_ARGS__) \
  LOADER_OF(name##_v, keep_v, double, , types, __VA_ARGS__)
#define WIDE_LOADER(name, types, ...) \
  LOADER_OF(name##_x, keep_x, int64_t, uint32_t mask = rs_load_mask(frame), types, __VA_ARGS__) \
  LOADER_OF(name##_v, keep_v, double, uint32_t mask = rs_load_mask(frame), types, __VA_ARGS__)
/* clang-format off */
LOADER(load_none, (void))
LOADER(load_n2, (U, U), N(0), N(1))
LOADER(load_n8, (U, U, U, U, U, U, U, U), N(0), N(1), N(2), N(3), N(4), N(5), N(6), N(7))
LOADER(load_d2, (D, D), V(0), V(1))
LOADER(load_d8, (D, D, D, D, D, D, D, D), V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7))
LOADER(load_n8d8, (U, U, U, U, U, U, U, U, D, D, D, D, D, D, D, D), N(0), N(1), N(2), N(3), N(4), N(5), N(6), N(7),
       V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7))
WIDE_LOADER(load_w2, (U, U), W(0), W(1))
WIDE_LOADER(load_w8, (U, U, U, U, U, U, U, U), W(0), W(1), W(2), W(3), W(4), W(5), W(6), W(7))
WIDE_LOADER(load_w8d8, (U, U, U, U, U, U, U, U, D, D, D, D, D, D, D, D), W(0), W(1), W(2), W(3), W(4), W(5), W(6), W(7),
            V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7))
/* clang-format on */
#undef N
#undef W
#undef V
#undef U
#undef D

/* Converts in place what the mask names. */
static inline void convert(unsigned char *frame, uint32_t mask)
{
  unsigned char *slot = frame + RS_A64_STACK;

  for (unsigned i = 0; i < X_BITS; i++)
    if (mask >> i & 1)
      rs_load_make_integer(frame + RS_A64_X + SLOT * i);
  for (unsigned i = X_BITS; mask >> X_BITS & 0xff && i < REGISTER_BITS; i++)
    if (mask >> i & 1)
      rs_load_make_float(frame + RS_A64_V + V_SLOT * (i - X_BITS));
  for (mask >>= REGISTER_BITS; mask; mask >>= 1, slot += SLOT)
    if (mask & 1)
      rs_load_make_integer(slot);
}

/* Any frame; the call stub does the rest. */
static void load_any(const rs_loader *loader, void *memory, rs_fn fn)
{
  unsigned char *frame = memory;
  int64_t x0;

  convert(frame, rs_load_mask(frame));
  memcpy(frame, &loader->header, sizeof loader->header);
  rs_call_a64(frame, fn);
  if (frame[RS_A64_RESULTS])
    return;
  memcpy(&x0, frame + RS_A64_RESULT_X, sizeof x0);
  rs_load_keep_number(frame + NUMBER_AT, x0);
}

typedef struct needs {
  unsigned x, v; /* registers up to the last one used */
  bool wide;     /* more than 32 bits, or a float */
  bool any;      /* stack words, records */
  bool bit;      /* one that there is none for, or a scalar that is not alone in its slot */
} needs;

static void need(needs *n, const rs_plan *plan, const rs_place *place)
{
  const rs_type *type = place->type;
  uint32_t offset;

  if (!place->direct) {
    n->any = true;
    n->bit |= !rs_is_aggregate(type);
    if (place->by_reference)
      n->bit |= bit_of(type, plan->parts[place->first_part].frame_offset) < 0;
    return;
  }
  offset = plan->parts[place->first_part].frame_offset;
  n->bit |= type->kind != RS_FLOAT && bit_of(type, offset) < 0;
  if (offset >= RS_A64_STACK)
    n->any = true;
  else if (offset >= RS_A64_V)
    n->v = (offset - RS_A64_V) / V_SLOT + 1;
  else
    n->x = (offset - RS_A64_X) / SLOT + 1;
  if (type->kind == RS_FLOAT)
    n->any |= type->size == sizeof(float) && offset < RS_A64_STACK;
  else
    n->wide |= type->size > sizeof(uint32_t);
}

typedef void loader(const rs_loader *, void *, rs_fn);
typedef struct loaders {
  loader *x, *v;
} loaders;
#define LOADERS(name) ((loaders){name##_x, name##_v})

static loaders choose_wide(const needs *n)
{
  if (n->v)
    return LOADERS(load_w8d8);
  return n->x <= 2 ? LOADERS(load_w2) : LOADERS(load_w8);
}

static loaders choose_narrow(const needs *n)
{
  if (!n->x && !n->v)
    return LOADERS(load_none);
  if (!n->v)
    return n->x <= 2 ? LOADERS(load_n2) : LOADERS(load_n8);
  if (!n->x)
    return n->v <= 2 ? LOADERS(load_d2) : LOADERS(load_d8);
  return LOADERS(load_n8d8);
}

static bool choose(const rs_plan *plan, rs_loader *out)
{
  const rs_type *result = plan->result.type;
  needs n = {.any = !plan->result.direct && result->kind != RS_VOID};
  loaders made;

  for (size_t i = 0; i < plan->argc; i++)
    need(&n, plan, &plan->args[i]);
  if (n.bit)
    return false;
  memcpy(&out->header, plan->header, sizeof out->header);
  out->number_at = NUMBER_AT;
  out->wide = n.wide || n.any;
  made = n.wide ? choose_wide(&n) : choose_narrow(&n);
  out->run = n.any ? load_any : result->kind == RS_FLOAT ? made.v : made.x;
  return true;
}

const rs_loads rs_loads_a64 = {choose, bit_of};

#endif

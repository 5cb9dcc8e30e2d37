/* x64_sysv_load.c - the loaders of convention x64-sysv (load.h). Arguments that all travel in registers are
 * loaded by C: the document assigns integers and doubles to registers independently of each other (System V
 * ABI, AMD64 Architecture Processor Supplement 1.0, 3.2.3), so one C type per set of registers calls any
 * function. Registers that a function does not take may hold anything. */
#include <string.h>

#include "abi/abi.h"
#include "abi/host.h"
#include "abi/load_impl.h"
#include "abi/x64_sysv.h"

#if RS_ON_X64 && !RS_ON_WINDOWS

enum {
  GP_BITS = 6,
  REGISTER_BITS = 14,
  BITS = 32,
  SLOT = 8,
  NUMBER_AT = RS_SYSV_ST0 /* no function returns both */
};

_Static_assert(RS_SYSV_SSE == RS_SYSV_GP + SLOT * GP_BITS, "one run of bits for all registers");

/* A float on the stack is copied as it is, one in a register is converted. */
static int bit_of(const rs_type *type, uint32_t offset)
{
  uint32_t bit;

  if (type->kind == RS_FLOAT && (type->size != sizeof(float) || offset >= RS_SYSV_STACK))
    return -1;
  if (offset >= RS_SYSV_GP && offset < RS_SYSV_GP + SLOT * REGISTER_BITS)
    return (int)(offset - RS_SYSV_GP) / SLOT;
  if (offset < RS_SYSV_STACK)
    return -1;
  bit = REGISTER_BITS + (offset - RS_SYSV_STACK) / SLOT;
  return bit < BITS ? (int)bit : -1;
}

void rs_call_x64_sysv(void *frame, rs_fn fn);

/* An INTEGER and an SSE eightbyte are returned in rax and xmm0: where any scalar result is. */
typedef struct result {
  int64_t rax;
  double xmm0;
} result;

static inline void keep(unsigned char *frame, result r)
{
  rs_load_keep_number(frame + NUMBER_AT, r.rax);
  memcpy(frame + RS_SYSV_RAX, &r.rax, sizeof r.rax);
  memcpy(frame + RS_SYSV_XMM0, &r.xmm0, sizeof r.xmm0);
}

#define N(i) rs_load_narrow(frame + RS_SYSV_GP + SLOT * (i))
#define W(i) rs_load_wide(frame + RS_SYSV_GP + SLOT * (i), (mask >> (i)) & 1)
#define V(i) rs_load_double(frame + RS_SYSV_SSE + SLOT * (i))
#define U    uint64_t
#define D    double

/* `types` are those of the function called. */
#define LOADER(name, types, ...) \
  static void name(const rs_loader *loader, void *memory, rs_fn fn) \
  { \
    unsigned char *frame = memory; \
\
    (void)loader; \
    keep(frame, ((result(*) types)fn)(__VA_ARGS__)); \
  }
#define WIDE_LOADER(name, types, ...) \
  static void name(const rs_loader *loader, void *memory, rs_fn fn) \
  { \
    unsigned char *frame = memory; \
    uint32_t mask = rs_load_mask(frame); \
\
    (void)loader; \
    keep(frame, ((result(*) types)fn)(__VA_ARGS__)); \
  }
/* clang-format off */
LOADER(load_none, (void))
LOADER(load_n2, (U, U), N(0), N(1))
LOADER(load_n6, (U, U, U, U, U, U), N(0), N(1), N(2), N(3), N(4), N(5))
LOADER(load_d2, (D, D), V(0), V(1))
LOADER(load_d8, (D, D, D, D, D, D, D, D), V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7))
LOADER(load_n2d2, (U, U, D, D), N(0), N(1), V(0), V(1))
LOADER(load_n6d8, (U, U, U, U, U, U, D, D, D, D, D, D, D, D), N(0), N(1), N(2), N(3), N(4), N(5), V(0), V(1), V(2),
       V(3), V(4), V(5), V(6), V(7))
WIDE_LOADER(load_w1, (U), W(0))
WIDE_LOADER(load_w2, (U, U), W(0), W(1))
WIDE_LOADER(load_w6, (U, U, U, U, U, U), W(0), W(1), W(2), W(3), W(4), W(5))
WIDE_LOADER(load_w6d8, (U, U, U, U, U, U, D, D, D, D, D, D, D, D), W(0), W(1), W(2), W(3), W(4), W(5), V(0), V(1),
            V(2), V(3), V(4), V(5), V(6), V(7))
/* clang-format on */

static void load_nothing(const rs_loader *loader, void *memory, rs_fn fn)
{
  (void)loader;
  (void)memory;
  fn();
}
#undef N
#undef W
#undef V
#undef U
#undef D
#undef LOADER
#undef WIDE_LOADER

/* Converts in place what the mask names. */
static inline void convert(unsigned char *frame, uint32_t mask)
{
  unsigned char *slot = frame + RS_SYSV_STACK;

  for (unsigned i = 0; i < GP_BITS; i++)
    if (mask >> i & 1)
      rs_load_make_integer(frame + RS_SYSV_GP + SLOT * i);
  for (unsigned i = GP_BITS; mask >> GP_BITS & 0xff && i < REGISTER_BITS; i++)
    if (mask >> i & 1)
      rs_load_make_float(frame + RS_SYSV_GP + SLOT * i);
  for (mask >>= REGISTER_BITS; mask; mask >>= 1, slot += SLOT)
    if (mask & 1)
      rs_load_make_integer(slot);
}

/* Any frame; the call stub does the rest. */
static void load_any(const rs_loader *loader, void *memory, rs_fn fn)
{
  unsigned char *frame = memory;

  convert(frame, rs_load_mask(frame));
  memcpy(frame, &loader->header, sizeof loader->header);
  rs_call_x64_sysv(frame, fn);
  if (!frame[RS_SYSV_X87]) {
    int64_t rax;

    memcpy(&rax, frame + RS_SYSV_RAX, sizeof rax);
    rs_load_keep_number(frame + NUMBER_AT, rax);
  }
}

typedef struct needs {
  unsigned gp, sse; /* registers up to the last one used */
  bool wide;        /* more than 32 bits, or a float */
  bool any;         /* stack words, records, a long double */
  bool bit;         /* one that there is none for */
} needs;

static void need(needs *n, const rs_plan *plan, const rs_place *place)
{
  const rs_type *type = place->type;
  uint32_t offset;

  if (!place->direct) {
    n->any = true;
    return;
  }
  offset = plan->parts[place->first_part].frame_offset;
  n->bit |= type->kind != RS_FLOAT && bit_of(type, offset) < 0;
  if (offset >= RS_SYSV_STACK)
    n->any = true;
  else if (offset >= RS_SYSV_SSE)
    n->sse = (offset - RS_SYSV_SSE) / SLOT + 1;
  else
    n->gp = (offset - RS_SYSV_GP) / SLOT + 1;
  if (type->kind == RS_FLOAT)
    n->any |= type->size == sizeof(float) && offset < RS_SYSV_STACK;
  else
    n->wide |= type->size > sizeof(uint32_t);
}

typedef void loader(const rs_loader *, void *, rs_fn);

static loader *choose_wide(const needs *n)
{
  if (n->sse)
    return load_w6d8;
  return n->gp <= 1 ? load_w1 : n->gp <= 2 ? load_w2 : load_w6;
}

static loader *choose_narrow(const needs *n, bool has_result)
{
  if (!n->gp && !n->sse)
    return has_result ? load_none : load_nothing;
  if (!n->sse)
    return n->gp <= 2 ? load_n2 : load_n6;
  if (!n->gp)
    return n->sse <= 2 ? load_d2 : load_d8;
  return n->gp <= 2 && n->sse <= 2 ? load_n2d2 : load_n6d8;
}

static bool choose(const rs_plan *plan, rs_loader *out)
{
  needs n = {.any = !plan->result.direct && plan->result.type->kind != RS_VOID};

  for (size_t i = 0; i < plan->argc; i++)
    need(&n, plan, &plan->args[i]);
  if (n.bit)
    return false;
  memcpy(&out->header, plan->header, sizeof out->header);
  out->number_at = NUMBER_AT;
  out->wide = n.wide || n.any;
  out->run = n.any    ? load_any
             : n.wide ? choose_wide(&n)
                      : choose_narrow(&n, plan->result.type->kind != RS_VOID);
  return true;
}

const rs_loads rs_loads_x64_sysv = {choose, bit_of};

#endif

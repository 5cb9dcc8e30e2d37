/* test_closure.c - trampolines, the pool, tombstones, and what a call of a closure keeps. The first test of
 * the pool expects that the process has made no closure before. */
#include "closure_world.h"
#include "trace.h"

enum {
  KEEP_MIN = 1000,
  QUARANTINE = 1024,
  LARGEST_PAGE = 1 << 16,
  PAGE_COUNT = LARGEST_PAGE / RS_TRAMPOLINE_BYTES
};

static void emitted_bytes_are_those_of_the_table(void)
{
  static const size_t rows[] = {0, 1, RS_TRAMPOLINE_TABLE_COUNT - 1};
  unsigned char bytes[RS_TRAMPOLINE_BYTES];
  const unsigned char *table = rs_trampoline_table;

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const unsigned char *row = table + rows[i] * RS_TRAMPOLINE_BYTES;
    intptr_t distance = (intptr_t)&rs_trampoline_table_slots[rows[i]] - (intptr_t)row;

    CHECK(rs_emit_trampoline(bytes, row, (int32_t)distance));
    CHECK(memcmp(bytes, row, sizeof bytes) == 0);
  }
}

#if RS_ON_X64
static void a_trampoline_reaches_its_slot(void)
{
  enum { DISPLACEMENT = 7, NEXT = 11 };
  unsigned char bytes[RS_TRAMPOLINE_BYTES] = {0};
  const unsigned char *table = rs_trampoline_table;
  int32_t displacement;

  CHECK(rs_emit_trampoline(bytes, bytes, 4096));
  memcpy(&displacement, bytes + DISPLACEMENT, sizeof displacement);
  CHECK_NUMBER(displacement, 4096 - NEXT);
  CHECK(memcmp(bytes, table, DISPLACEMENT) == 0);
  CHECK(memcmp(bytes + NEXT, table + NEXT, sizeof bytes - NEXT) == 0);
}
#endif

static void a_closure_is_found_by_its_pointer_only(void)
{
  rs_error err = {0};
  rs_closure *closure = adder_new(FIRST, 1, &err);
  const unsigned char *code;

  if (!CHECK(closure))
    return;
  code = code_of(closure->fn);
  CHECK(rs_closure_find(code) == closure);
  CHECK(!rs_closure_find(code + 1) && !rs_closure_find(code + 4)
        && !rs_closure_find(code + RS_TRAMPOLINE_BYTES - 1));
  CHECK(!rs_closure_find(code - 1));
  CHECK(!rs_closure_find(code + RS_TRAMPOLINE_BYTES)); /* exists, but nobody has made it */
  CHECK(!rs_closure_find(NULL) && !rs_closure_find(&err) && !rs_closure_find((const void *)UINTPTR_MAX));
  CHECK(!rs_closure_find(code_of((rs_fn)run_adder)) && !rs_closure_find(closure));
  CHECK(atomic_load(&closure->owner) == registry && closure->plan == adders[FIRST]);
  CHECK_NUMBER(adder_call(FIRST, closure->fn, 41), 42);
  rs_closure_free(closure, run_stale);
  CHECK(rs_closure_find(code) == closure && !atomic_load(&closure->owner));
}

static int by_address(const void *a, const void *b)
{
  const rs_closure *const *left = a, *const *right = b;

  return (*left > *right) - (*left < *right);
}

static void making_and_releasing_does_not_grow(void)
{
  enum { PAIRS = 100000 };
  rs_closure **made = malloc(PAIRS * sizeof *made);
  rs_error err = {0};
  size_t distinct = 1;

  for (size_t i = 0; made && i < PAIRS; i++) {
    if (!(made[i] = adder_new((int)(i % 2), 0, &err))) {
      CHECK(made[i]);
      break;
    }
    rs_closure_free(made[i], run_stale);
  }
  if (CHECK(made && !err.code)) {
    qsort(made, PAIRS, sizeof *made, by_address);
    for (size_t i = 1; i < PAIRS; i++)
      distinct += made[i] != made[i - 1];
    CHECK(distinct > KEEP_MIN && distinct <= QUARANTINE + PAGE_COUNT);
  }
  free(made);
}

/* Releases one closure after another until `closure` comes back; returns how many releases that took. */
static size_t releases_until_reused(const rs_closure *closure)
{
  rs_error err = {0};

  for (size_t i = 0; i < 100 * QUARANTINE; i++) {
    rs_closure *next = adder_new(SECOND, 0, &err);

    if (!CHECK(next) || next == closure)
      return next ? i : 0; /* it stays made */
    rs_closure_free(next, run_stale);
  }
  return 0;
}

static void a_released_pointer_rests(void)
{
  rs_error err = {0};
  rs_closure *first = adder_new(FIRST, 1, &err), *second = adder_new(FIRST, 2, &err);
  unsigned generation, more;

  if (!CHECK(first && second))
    return;
  generation = atomic_load(&first->generation);
  CHECK(generation > 0);
  rs_closure_free(first, run_stale);
  rs_closure_free(second, run_stale);
  CHECK_NUMBER(adder_call(FIRST, first->fn, 41), 0);
  CHECK_NUMBER(atomic_load(&first->generation), generation);
  CHECK(releases_until_reused(first) >= KEEP_MIN);
  CHECK_NUMBER(atomic_load(&first->generation), generation + 1);
  CHECK(rs_closure_find(code_of(first->fn)) == first);
  more = (unsigned)releases_until_reused(second); /* first in, first out: it was next */
  CHECK_NUMBER(more, 0);
  CHECK_NUMBER(adder_call(SECOND, first->fn, 5), 5); /* of another convention than before */
  rs_closure_free(first, run_stale);
  rs_closure_free(second, run_stale);
}

static void making_many_does_not_wake_a_released_pointer(void)
{
  enum { MANY = 3 * QUARANTINE };
  static rs_closure *made[MANY];
  rs_error err = {0};
  rs_closure *resting = adder_new(FIRST, 7, &err);
  size_t same = 0, count = 0;

  if (!CHECK(resting))
    return;
  rs_closure_free(resting, run_stale);
  while (count < MANY && (made[count] = adder_new(FIRST, 8, &err)))
    same += made[count++] == resting;
  CHECK_NUMBER(count, MANY);
  CHECK_NUMBER(same, 0);
  CHECK_NUMBER(adder_call(FIRST, resting->fn, 1), 0);
  while (count)
    rs_closure_free(made[--count], run_stale);
}

static void ten_thousand_live_at_once(void)
{
  enum { MANY = 10000 };
  static rs_closure *made[MANY];
  rs_error err = {0};
  size_t wrong = 0, lost = 0, count = 0;

  while (count < MANY && (made[count] = adder_new((int)(count % 2), (long)count * 100003, &err)))
    count++;
  CHECK_NUMBER(count, MANY);
  for (size_t i = 0; i < count; i++) {
    wrong += adder_call((int)(i % 2), made[i]->fn, 5) != (long)i * 100003 + 5;
    lost += rs_closure_find(code_of(made[i]->fn)) != made[i];
  }
  CHECK_NUMBER(wrong, 0);
  CHECK_NUMBER(lost, 0);
  for (size_t i = 0; i < count; i++)
    rs_closure_free(made[i], run_stale);
  wrong = 0;
  for (size_t i = 0; i < count; i++)
    wrong += adder_call((int)(i % 2), made[i]->fn, 5) != 0;
  CHECK_NUMBER(wrong, 0);
}

static void run_answer(rs_closure *closure, void *frame)
{
  rs_closure_receive(closure, frame);
  rs_frame_answer(closure->plan, frame, closure->data);
}

/* Calls through a frame, which knows results that this compiler returns differently (docs/abi/x64-win.md).
 * `value` has room for all of them and what it is not given stays 0xaa. */
static void call_for(const rs_plan *plan, rs_fn fn, unsigned char *value, size_t room)
{
  _Alignas(16) unsigned char frame[1024];
  size_t echo = plan->result_echo;

  memset(frame, 0xaa, sizeof frame);
  memset(value, 0xaa, room);
  rs_frame_init(plan, frame, value);
  rs_frame_call(plan, frame, fn);
  if (plan->result.by_reference && echo)
    CHECK(memcmp(frame + echo, &value, sizeof value) == 0);
  if (!plan->result.by_reference)
    rs_frame_result(plan, frame, value);
}

#if (RS_ON_X64 || RS_ON_X86) && !RS_ON_WINDOWS
enum { LONG_DOUBLE_BYTES = 10 }; /* that mean something */
#else
enum { LONG_DOUBLE_BYTES = sizeof(long double) };
#endif

static void tombstones_answer_zero(void)
{
  static const struct {
    long a;
    double b;
  } mixed = {-5, 2.5};
  static const double doubles[] = {2.5, -1e300};
  static const long longs[] = {-1, 2, -3, 4, -5};
  static const int ints[] = {-1, 2};
  static const int8_t small = -3;
  static const float number = 1.5f;
  static const long double wide = -2.5L; /* a double: valgrind has no more */
  static const struct {
    const char *text;
    size_t size; /* bytes that mean something */
    const void *value;
  } rows[] = {
      {"int f(void *a)", 4, ints},
      {"int8_t f(void *a)", 1, &small},
      {"long f(long a, long b, long c, long d, long e, long g, long h, long i)", sizeof(long), longs},
      {"float f(float a)", 4, &number},
      {"double f(double a)", 8, doubles},
      {"long double f(long double a)", LONG_DOUBLE_BYTES, &wide},
      {"struct { int a; int b; } f(int a)", 8, ints},
      {"struct { long a; long b; } f(int a)", 2 * sizeof(long), longs},
      {"struct { double a; double b; } f(int a)", 16, doubles},
      {"struct { long a; double b; } f(int a)", sizeof mixed, &mixed},
      {"struct { long a[5]; } f(int a)", sizeof longs, longs},
      {"struct { } f(int a)", 0, longs},
      {"void f(int a)", 0, longs},
  };
  static const unsigned char zero[64];
  unsigned char got[64];

  for (int abi = 0; abi < ABIS; abi++)
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      rs_plan *plan = plan_of(abi, rows[i].text);
      rs_error err = {0};
      rs_closure *closure =
          rs_closure_new(plan, run_answer, (void *)(uintptr_t)rows[i].value, registry, &err);

      check_subject = rows[i].text;
      if (CHECK(closure)) {
        call_for(plan, closure->fn, got, sizeof got);
        CHECK(memcmp(got, rows[i].value, rows[i].size) == 0);
        rs_closure_free(closure, run_stale);
        call_for(plan, closure->fn, got, sizeof got);
        CHECK(memcmp(got, zero, rows[i].size) == 0);
        CHECK(got[plan->result.type->size] == 0xaa);
      }
      rs_plan_free(plan);
    }
  check_subject = NULL;
}

/* The last of these fields are what a tombstone has; it must not need the plan. */
static void tombstones_outlive_their_plan(void)
{
  rs_error err = {0};

  for (int abi = 0; abi < ABIS; abi++) {
    rs_plan *plan = plan_of(abi, "struct { long a[5]; } f(int a)"), *other;
    rs_closure *closure = rs_closure_new(plan, run_answer, NULL, registry, &err);
    unsigned char got[64];

    if (!CHECK(closure))
      continue;
    rs_closure_free(closure, run_stale);
    rs_plan_free(plan);
    other = plan_of(abi, "struct { long a[5]; } f(int a)");
    call_for(other, closure->fn, got, sizeof got);
    CHECK(got[0] == 0 && got[5 * sizeof(long) - 1] == 0 && got[5 * sizeof(long)] == 0xaa);
    rs_plan_free(other);
  }
}

/* ---- registers that an ms_abi caller keeps ---- */
#if RS_ON_X64

struct kept {
  unsigned char xmm[10][16]; /* xmm6 to xmm15 */
  uint64_t rdi, rsi;
};

struct register_call {
  struct kept before, after;
};

/* Calls an ms_abi `void f(void)` with these registers set, and reads them back. */
static void call_with_registers(rs_fn fn, struct register_call *c)
{
  register rs_fn target __asm__("r12") = fn;
  register struct register_call *values __asm__("r13") = c;

  __asm__ volatile("movq %%rsp, %%rbx\n\t"
                   "subq $256, %%rsp\n\t" /* past the red zone; with shadow space */
                   "andq $-16, %%rsp\n\t"
                   "movups 0(%%r13), %%xmm6\n\tmovups 16(%%r13), %%xmm7\n\t"
                   "movups 32(%%r13), %%xmm8\n\tmovups 48(%%r13), %%xmm9\n\t"
                   "movups 64(%%r13), %%xmm10\n\tmovups 80(%%r13), %%xmm11\n\t"
                   "movups 96(%%r13), %%xmm12\n\tmovups 112(%%r13), %%xmm13\n\t"
                   "movups 128(%%r13), %%xmm14\n\tmovups 144(%%r13), %%xmm15\n\t"
                   "movq 160(%%r13), %%rdi\n\tmovq 168(%%r13), %%rsi\n\t"
                   "call *%%r12\n\t"
                   "movups %%xmm6, 176(%%r13)\n\tmovups %%xmm7, 192(%%r13)\n\t"
                   "movups %%xmm8, 208(%%r13)\n\tmovups %%xmm9, 224(%%r13)\n\t"
                   "movups %%xmm10, 240(%%r13)\n\tmovups %%xmm11, 256(%%r13)\n\t"
                   "movups %%xmm12, 272(%%r13)\n\tmovups %%xmm13, 288(%%r13)\n\t"
                   "movups %%xmm14, 304(%%r13)\n\tmovups %%xmm15, 320(%%r13)\n\t"
                   "movq %%rdi, 336(%%r13)\n\tmovq %%rsi, 344(%%r13)\n\t"
                   "movq %%rbx, %%rsp"
                   :
                   : "r"(target), "r"(values)
                   : "rax", "rbx", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1",
                     "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                     "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
}

static void overwrite_registers(void)
{
  __asm__ volatile("pcmpeqd %%xmm6, %%xmm6\n\tpcmpeqd %%xmm7, %%xmm7\n\tpcmpeqd %%xmm8, %%xmm8\n\t"
                   "pcmpeqd %%xmm9, %%xmm9\n\tpcmpeqd %%xmm10, %%xmm10\n\tpcmpeqd %%xmm11, %%xmm11\n\t"
                   "pcmpeqd %%xmm12, %%xmm12\n\tpcmpeqd %%xmm13, %%xmm13\n\tpcmpeqd %%xmm14, %%xmm14\n\t"
                   "pcmpeqd %%xmm15, %%xmm15\n\tmovq $-1, %%rdi\n\tmovq $-1, %%rsi"
                   :
                   :
                   : "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                     "rdi", "rsi");
}

static void run_overwriting(rs_closure *closure, void *frame)
{
  rs_closure_receive(closure, frame);
  overwrite_registers();
}

static void a_win_caller_keeps_its_registers(void)
{
  rs_plan *plan = plan_of(SECOND, "void f()");
  rs_error err = {0};
  rs_closure *closure = rs_closure_new(plan, run_overwriting, NULL, registry, &err);
  static struct register_call c;

  _Static_assert(sizeof c.before == 176, "the offsets above");
  if (!CHECK(closure))
    return;
  for (size_t i = 0; i < sizeof c.before; i++)
    ((unsigned char *)&c.before)[i] = (unsigned char)(i * 7 + 1);
  call_with_registers(closure->fn, &c);
  for (size_t i = 0; i < 10; i++)
    CHECK(memcmp(c.before.xmm[i], c.after.xmm[i], 16) == 0);
  CHECK(c.before.rdi == c.after.rdi && c.before.rsi == c.after.rsi);
  rs_closure_free(closure, run_stale);
  rs_plan_free(plan);
}

#endif

/* ---- unwinding ---- */

static volatile long unknown; /* 0; a known one would make calls whose result it is added to tail calls */
static uintptr_t caller_returns, beyond_returns; /* where those of the last call return to */

static void run_look_back(rs_closure *closure, void *frame)
{
  long count;

  rs_closure_receive(closure, frame);
  count = trace_take();
  rs_frame_answer(closure->plan, frame, &count);
}

static __attribute__((noinline)) long caller_first(rs_fn fn, long a)
{
  caller_returns = TRACE_RETURN();
  return ((long (*)(long, double, long, long, long, long, long, long))fn)(a, 1, a, a, a, a, a, a) + a;
}

static __attribute__((noinline)) SECOND_ABI long caller_second(rs_fn fn, long a)
{
  caller_returns = TRACE_RETURN();
  return ((long(SECOND_ABI *)(long, double, long, long, long, long, long, long))fn)(a, 1, a, a, a, a, a, a)
         + a;
}

static __attribute__((noinline)) long caller_of_callers(int abi, rs_fn fn, long a)
{
  beyond_returns = TRACE_RETURN();
  return (abi == FIRST ? caller_first(fn, a) : caller_second(fn, a)) + a;
}

static void traces_pass_through_closures(void)
{
  static const char text[] = "long f(long a, double b, long c, long d, long e, long g, long h, long i)";

  if (!trace_is_possible())
    return;
  for (int abi = 0; abi < ABIS; abi++) {
    rs_plan *plan = plan_of(abi, text);
    rs_error err = {0};
    rs_closure *closure = rs_closure_new(plan, run_look_back, NULL, registry, &err);
    int entry, beyond;

    check_subject = abi_names[abi];
    if (CHECK(closure)) {
      long count = caller_of_callers(abi, closure->fn, unknown);

      CHECK(count == trace.count && count > 4);
      entry = trace_find((uintptr_t)plan->abi->entry, STUB_BYTES);
      beyond = trace_find(caller_returns, 1);
      CHECK(entry > 0);
      CHECK_NUMBER(beyond, entry + 2); /* the caller is in between */
      CHECK_NUMBER(trace_find(beyond_returns, 1), beyond + 1);
      CHECK(beyond < trace.count - 1);
      rs_closure_free(closure, run_stale);
    }
    rs_plan_free(plan);
  }
  check_subject = NULL;
}

int main(void)
{
  static void (*const tests[])(void) = {
    emitted_bytes_are_those_of_the_table,
    a_closure_is_found_by_its_pointer_only,
    making_and_releasing_does_not_grow,
    a_released_pointer_rests,
    making_many_does_not_wake_a_released_pointer,
    ten_thousand_live_at_once,
    tombstones_answer_zero,
    tombstones_outlive_their_plan,
#if RS_ON_X64
    a_trampoline_reaches_its_slot,
    a_win_caller_keeps_its_registers,
#endif
    traces_pass_through_closures,
  };

  closure_world_open();
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tests[i]();
  closure_world_close();
  return check_report("engine_closure");
}

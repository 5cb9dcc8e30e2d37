/* frame.c - what the vectors and random signatures do not show: extension of slots, headers, limits, variadic
 * floats, large arguments, over-aligned stack arguments, unwinding through the call stubs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include "abi/host.h"
#include "abi/ppc64.h"
#include "abi/s390x.h"
#include "abi/x64_sysv.h"
#include "abi/x64_win.h"
#include "../engine/check.h"
#include "declare.h"

static rs_registry *registry;

static rs_plan *plan_of(const char *abi, const char *text)
{
  static declaration d;
  rs_error err = {0};
  rs_plan *plan;

  declare(registry, text, &d);
  if (!(plan = rs_plan_build(rs_abi_find(abi), d.signature, &err))) {
    fprintf(stderr, "%s: %s\n", text, err.text);
    exit(1);
  }
  return plan;
}

/* The whole slot, as a number of this host's byte order, which is the convention's. */
static uint64_t slot_after_put(const char *abi, const char *text, size_t index, const void *value)
{
  rs_plan *plan = plan_of(abi, text);
  const rs_part *part = &plan->parts[plan->args[index].first_part];
  _Alignas(16) char frame[1024];
  uint64_t slot;

  memset(frame, 0xaa, sizeof frame);
  rs_frame_init(plan, frame, NULL);
  rs_frame_put(plan, frame, index, value);
  CHECK(plan->args[index].direct == !plan->big_endian);
  memcpy(&slot, frame + part->frame_offset - (plan->big_endian ? sizeof slot - part->size : 0), sizeof slot);
  rs_plan_free(plan);
  return slot;
}

static void small_integers_fill_their_slot(void)
{
  static const char *const abis[] = {"x64-sysv", "x64-win", "ppc64-elfv2", "s390x"};
  int8_t minus_two = -2;
  uint8_t high = 0xfe;
  int16_t minus_three = -3;
  int32_t minus_four = -4;
  uint32_t large = 0xfffffffcu;
  bool yes = true;

  for (size_t i = 0; i < sizeof abis / sizeof *abis; i++) {
    const rs_target *target = rs_target_find(rs_abi_find(abis[i])->target);

    if (target->big_endian != rs_target_host()->big_endian)
      continue;
    check_subject = abis[i];
    CHECK(slot_after_put(abis[i], "void f(int8_t a)", 0, &minus_two) == (uint64_t)-2);
    CHECK(slot_after_put(abis[i], "void f(char a)", 0, &minus_two)
          == (target->char_signed ? (uint64_t)-2 : 0xfe));
    CHECK(slot_after_put(abis[i], "void f(uint8_t a)", 0, &high) == 0xfe);
    CHECK(slot_after_put(abis[i], "void f(int16_t a)", 0, &minus_three) == (uint64_t)-3);
    CHECK(slot_after_put(abis[i], "void f(int a)", 0, &minus_four) == (uint64_t)-4);
    CHECK(slot_after_put(abis[i], "void f(uint32_t a)", 0, &large) == 0xfffffffcu);
    CHECK(slot_after_put(abis[i], "void f(bool a)", 0, &yes) == 1);
    /* On the stack too. */
    CHECK(slot_after_put(abis[i],
                         "void f(long a, long b, long c, long d, long e, long g, long h, long i, int8_t j)",
                         8, &minus_two)
          == (uint64_t)-2);
  }
  check_subject = NULL;
}

static void a_plan_says_what_the_stub_needs(void)
{
  rs_plan *plan = plan_of("x64-sysv", "long double f(double a, struct { long a[3]; } b, long c)");
  _Alignas(16) char frame[512];

  CHECK(plan->stack_offset == RS_SYSV_STACK);
  CHECK(plan->stack_bytes == 32); /* 24, kept a multiple of 16 */
  CHECK(plan->frame_bytes == RS_SYSV_STACK + 32);
  CHECK(plan->vector_count == 1);
  CHECK(!plan->result.direct && !plan->result.by_reference);
  rs_frame_init(plan, frame, NULL);
  CHECK(memcmp(frame + RS_SYSV_STACK_BYTES, &plan->stack_bytes, sizeof plan->stack_bytes) == 0);
  CHECK(frame[RS_SYSV_VECTORS] == 1 && frame[RS_SYSV_X87] == 1);
  rs_plan_free(plan);

  plan = plan_of("x64-win", "struct { long a[3]; } f(int a, int b, double c, int d)");
  CHECK(plan->result.by_reference && plan->result_pointer == RS_WIN_SLOTS);
  CHECK(plan->stack_bytes == 16 && plan->vector_count == 1);
  rs_frame_init(plan, frame, &registry);
  CHECK(memcmp(frame + RS_WIN_SLOTS, &(void *){&registry}, sizeof(void *)) == 0);
  rs_plan_free(plan);

  plan =
      plan_of("x64-win", "void f(long double a, struct { char a aligned(64); } b, struct { char a[3]; } c)");
  CHECK(plan->args[0].by_reference && plan->args[0].copy_align == 16);
  CHECK(plan->args[1].by_reference && plan->args[1].copy_align == 64);
  CHECK(plan->args[2].by_reference && plan->args[2].copy_align == 16);
  rs_plan_free(plan);
}

static const rs_part *part_of(const rs_plan *plan, size_t argument, size_t part)
{
  return &plan->parts[plan->args[argument].first_part + part];
}

/* All but the last two floats find one of f1 to f13: these two lie where they would without, on the stack. */
static void power_passes_floats_in_three_places(void)
{
  rs_plan *plan =
      plan_of("ppc64-elfv2", "struct { float a[8]; } f(struct { double a[6]; } a, struct { float a[6]; } b,"
                             "struct { float a[3]; } c, ..., double d)");
  _Alignas(16) char frame[1024];

  CHECK(!plan->result.by_reference && plan->result.part_count == 8);
  CHECK_NUMBER(plan->parts[7].frame_offset, RS_PPC64_RESULT_S + 8 * 7);
  CHECK_NUMBER(part_of(plan, 0, 5)->frame_offset, RS_PPC64_F + 8 * 5);
  CHECK_NUMBER(part_of(plan, 1, 5)->frame_offset, RS_PPC64_S + 8 * 11);
  CHECK_NUMBER(plan->args[2].part_count, 2);
  CHECK_NUMBER(part_of(plan, 2, 0)->frame_offset, RS_PPC64_S + 8 * 12);
  CHECK_NUMBER(part_of(plan, 2, 1)->frame_offset, RS_PPC64_STACK + 8 + 4);
  CHECK_NUMBER(part_of(plan, 2, 1)->size, 8);
  CHECK_NUMBER(part_of(plan, 3, 0)->frame_offset, RS_PPC64_STACK + 24);
  rs_frame_init(plan, frame, NULL);
  CHECK(memcmp(frame + RS_PPC64_SINGLES, &(uint16_t){0x1fc0}, sizeof(uint16_t)) == 0);
  CHECK(frame[RS_PPC64_VECTORS] == 13 && frame[RS_PPC64_RESULTS] == RS_PPC64_SINGLE_RESULTS);
  rs_plan_free(plan);
}

static void s390x_justifies_to_the_right(void)
{
  rs_plan *plan = plan_of("s390x", "struct { char a; } f(struct { char a; } a, int b, struct { float a; } c,"
                                   "struct { float a[1]; } d, struct { char a[3]; } e, int16_t g)");

  CHECK(plan->result.by_reference && plan->result_pointer == RS_S390X_R);
  CHECK_NUMBER(part_of(plan, 0, 0)->frame_offset, RS_S390X_R + 8 + 7);
  CHECK_NUMBER(part_of(plan, 1, 0)->frame_offset, RS_S390X_R + 16 + 4);
  CHECK_NUMBER(part_of(plan, 2, 0)->frame_offset, RS_S390X_F);
  CHECK_NUMBER(part_of(plan, 3, 0)->frame_offset, RS_S390X_R + 24 + 4);
  CHECK(plan->args[4].by_reference && part_of(plan, 4, 0)->frame_offset == RS_S390X_R + 32);
  CHECK_NUMBER(part_of(plan, 5, 0)->frame_offset, RS_S390X_STACK + 6);
  rs_plan_free(plan);
}

static void a_signature_keeps_its_plan(void)
{
  static declaration d;
  rs_error err = {0};
  const rs_plan *plan;

  declare(registry, "int f(int a)", &d);
  plan = rs_signature_plan(registry, d.signature, &err);
  CHECK(plan && plan == rs_signature_plan(registry, d.signature, &err));
  CHECK(plan && plan->abi == rs_abi_for(rs_registry_target(registry), RS_STDCALL));
}

static void abis_are_found_by_name_and_target(void)
{
  CHECK(rs_abi_count() >= 2);
  for (size_t i = 0; i < rs_abi_count(); i++) {
    CHECK(rs_abi_find(rs_abi_at(i)->name) == rs_abi_at(i));
    CHECK(rs_abi_for(rs_target_find(rs_abi_at(i)->target), RS_CDECL) == rs_abi_at(i));
    CHECK(!strcmp(rs_target_find(rs_abi_at(i)->target)->abi, rs_abi_at(i)->name));
  }
  CHECK(!rs_abi_find("x64-none"));
  CHECK(!rs_abi_for(&(rs_target){.abi = "none"}, RS_CDECL));
}

static void variadic_floats_must_be_promoted(void)
{
  static declaration d;
  rs_error err = {0};

  declare(registry, "int f(float a, ..., float b)", &d);
  CHECK(!rs_plan_build(rs_abi_find("x64-sysv"), d.signature, &err));
  CHECK(err.code == RS_E_BAD_TYPE && strstr(err.text, "argument 2"));
}

static void too_much_stack_is_refused(void)
{
  static declaration d;
  rs_error err = {0};
  char text[RS_MAX_PARAMS * 64];
  size_t used = (size_t)snprintf(text, sizeof text, "void f(");

  for (int i = 0; i < 64; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%sstruct { char a[60000000]; } p%d",
                             i ? ", " : "", i);
  (void)snprintf(text + used, sizeof text - used, ")");
  declare(registry, text, &d);
  CHECK(!rs_plan_build(rs_abi_find("x64-sysv"), d.signature, &err));
  CHECK(err.code == RS_E_LIMIT);
}

/* ---- calls, by the convention of this host ---- */
#if !RS_ON_WINDOWS && !RS_ON_APPLE

#define HOST_ABI rs_target_host()->abi

typedef struct megabyte {
  unsigned char a[1 << 20];
} megabyte;

static uint64_t sum(megabyte m, double d, const char *text)
{
  uint64_t total = (uint64_t)d + (uint64_t)text[0];

  for (size_t i = 0; i < sizeof m.a; i++)
    total += (uint64_t)m.a[i] * (i % 7 + 1);
  return total;
}

static void a_megabyte_goes_by_value(void)
{
  rs_plan *plan = plan_of(HOST_ABI, "uint64_t f(struct { uint8_t a[1048576]; } m, double d, void *p)");
  megabyte *m = malloc(sizeof *m);
  char *frame = aligned_alloc(16, plan->frame_bytes);
  double d = 5;
  const char *text = "x";
  uint64_t got = 0;

  for (size_t i = 0; i < sizeof m->a; i++)
    m->a[i] = (unsigned char)(i * 31);
  rs_frame_init(plan, frame, NULL);
  rs_frame_put(plan, frame, 0, m);
  rs_frame_put(plan, frame, 1, &d);
  rs_frame_put(plan, frame, 2, &text);
  rs_frame_call(plan, frame, (rs_fn)sum);
  rs_frame_result(plan, frame, &got);
  CHECK(got == sum(*m, d, text));
  free(frame);
  free(m);
  rs_plan_free(plan);
}

/* 127 arguments of which the callee knows one: the others are where variadic ones would be. */
static long weigh(long first, ...)
{
  __builtin_va_list rest;
  long total = first;

  __builtin_va_start(rest, first);
  for (long i = 2; i <= RS_MAX_PARAMS; i++)
    total += i * __builtin_va_arg(rest, long);
  __builtin_va_end(rest);
  return total;
}

#if RS_ON_X64
static __attribute__((ms_abi)) long weigh_win(long first, ...)
{
  __builtin_ms_va_list rest;
  long total = first;

  __builtin_ms_va_start(rest, first);
  for (long i = 2; i <= RS_MAX_PARAMS; i++)
    total += i * __builtin_va_arg(rest, long);
  __builtin_ms_va_end(rest);
  return total;
}
#endif

static void all_parameters_arrive(const char *abi, rs_fn fn)
{
  char text[RS_MAX_PARAMS * 16];
  size_t used = (size_t)snprintf(text, sizeof text, "long f(");
  rs_plan *plan;
  char *frame;
  long wanted = 0, got = 0;

  for (int i = 0; i < RS_MAX_PARAMS; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%slong p%d", i ? ", " : "", i);
  (void)snprintf(text + used, sizeof text - used, ")");
  plan = plan_of(abi, text);
  frame = aligned_alloc(16, plan->frame_bytes);
  rs_frame_init(plan, frame, NULL);
  for (long i = 1; i <= RS_MAX_PARAMS; i++) {
    long value = i * i * 1000003;

    rs_frame_put(plan, frame, (size_t)i - 1, &value);
    wanted += i * value;
  }
  rs_frame_call(plan, frame, fn);
  rs_frame_result(plan, frame, &got);
  CHECK_NUMBER(got, wanted);
  free(frame);
  rs_plan_free(plan);
}

static void the_most_parameters_arrive(void)
{
  all_parameters_arrive(HOST_ABI, (rs_fn)weigh);
#if RS_ON_X64
  all_parameters_arrive("x64-win", (rs_fn)weigh_win);
#endif
}

struct trace {
  uintptr_t pc[64];
  int count;
};

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *argument)
{
  struct trace *trace = argument;

  if (trace->count < 64)
    trace->pc[trace->count++] = _Unwind_GetIP(context);
  return _URC_NO_REASON;
}

static struct trace seen;

static __attribute__((noinline)) long look_back(void)
{
  seen.count = 0;
  (void)_Unwind_Backtrace(note_frame, &seen);
  return seen.count;
}

static __attribute__((noinline)) long callee(long a, double b, megabyte *c, long d, long e, long f, long g,
                                             long h)
{
  (void)b;
  (void)c;
  return look_back() + a + d + e + f + g + h;
}

#if RS_ON_X64
static __attribute__((noinline, ms_abi)) long callee_win(long a, double b, megabyte *c, long d, long e,
                                                         long f, long g, long h)
{
  (void)b;
  (void)c;
  return look_back() + a + d + e + f + g + h;
}
#endif

static bool is_in(uintptr_t pc, uintptr_t function)
{
  return (uintptr_t)_Unwind_FindEnclosingFunction((void *)(pc - 1)) == function;
}

/* Calls through the stub with stack words; the trace must reach this function's caller. */
static __attribute__((noinline)) void unwind_through(const char *abi, rs_fn fn)
{
  rs_plan *plan = plan_of(abi, "long f(long a, double b, void *c, long d, long e, long g, long h, long i)");
  _Alignas(16) char frame[1024];
  int stub_at = -1, here_at = -1;
  long got = 0, zero = 0;
  double none = 0;

  rs_frame_init(plan, frame, NULL);
  for (size_t i = 0; i < plan->argc; i++)
    rs_frame_put(plan, frame, i, i == 1 ? (void *)&none : (void *)&zero);
  rs_frame_call(plan, frame, fn);
  rs_frame_result(plan, frame, &got);
  CHECK(got == seen.count && seen.count > 4);
  for (int i = 0; i < seen.count; i++) {
    if (is_in(seen.pc[i], (uintptr_t)plan->abi->call))
      stub_at = i;
    if (here_at < 0 && is_in(seen.pc[i], (uintptr_t)unwind_through))
      here_at = i;
  }
  CHECK(stub_at > 0);
  CHECK(here_at > stub_at && here_at < seen.count - 1);
  rs_plan_free(plan);
}

static void traces_pass_through_the_stubs(void)
{
  unwind_through(HOST_ABI, (rs_fn)callee);
#if RS_ON_X64
  unwind_through("x64-win", (rs_fn)callee_win);
#endif
}

#else
static void a_megabyte_goes_by_value(void)
{
}
static void the_most_parameters_arrive(void)
{
}
static void traces_pass_through_the_stubs(void)
{
}
#endif

int main(void)
{
  static void (*const plans[])(void) = {
      small_integers_fill_their_slot,   a_plan_says_what_the_stub_needs, power_passes_floats_in_three_places,
      s390x_justifies_to_the_right,     a_signature_keeps_its_plan,      abis_are_found_by_name_and_target,
      variadic_floats_must_be_promoted, too_much_stack_is_refused,
  };
  static void (*const calls[])(void) = {
      a_megabyte_goes_by_value,
      the_most_parameters_arrive,
      traces_pass_through_the_stubs,
  };
  rs_error err = {0};

  if (!CHECK(registry = rs_registry_new(rs_target_find("linux-x64"), &err)))
    return check_report("abi_frame");
  for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
    plans[i]();
  rs_registry_free(registry);
  if (!CHECK(registry = rs_registry_new(rs_target_host(), &err)))
    return check_report("abi_frame");
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    calls[i]();
  rs_registry_free(registry);
  return check_report("abi_frame");
}

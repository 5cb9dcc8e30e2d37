/* frame.c - what the vectors and random signatures do not show: extension of slots, headers, limits, variadic
 * floats, large arguments, over-aligned stack arguments, unwinding through the call stubs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/host.h"
#include "abi/x64_sysv.h"
#include "abi/x64_win.h"
#include "abi/ppc64.h"
#include "abi/rv64.h"
#include "abi/s390x.h"
#include "abi/x86.h"
#include "../engine/aligned.h"
#include "../engine/check.h"
#include "../engine/trace.h"
#include "declare.h"

static rs_registry *registry; /* of linux-x64, for plans that are only looked at */
static rs_registry *here;     /* of this host */

static rs_plan *plan_in(rs_registry *reg, const char *abi, const char *text)
{
  static declaration d;
  rs_error err = {0};
  rs_plan *plan;

  declare(reg, text, &d);
  if (!(plan = rs_plan_build(rs_abi_find(abi), d.signature, &err))) {
    fprintf(stderr, "%s: %s\n", text, err.text);
    exit(1);
  }
  return plan;
}

static rs_plan *plan_of(const char *abi, const char *text)
{
  return plan_in(registry, abi, text);
}

static rs_plan *plan_here(const char *abi, const char *text)
{
  return plan_in(here, abi, text);
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

/* Up to 32 bits by the sign of the type, then by bit 31; those are no direct slots. */
static void risc_v_extends_unsigned_int_by_its_top_bit(void)
{
  static const char *const abis[] = {"rv64-lp64d", "rv64-lp64", "la64-lp64d"};
  uint32_t large = 0xfffffffcu;
  uint8_t high = 0xfe;
  uint64_t slots[3];

  if (rs_target_host()->big_endian) /* frames are written on hosts of the convention's byte order */
    return;
  for (size_t i = 0; i < sizeof abis / sizeof *abis; i++) {
    rs_plan *plan = plan_of(abis[i], "void f(uint32_t a, uint8_t b, char c)");
    _Alignas(16) char frame[1024];

    memset(frame, 0xaa, sizeof frame);
    rs_frame_put(plan, frame, 0, &large);
    rs_frame_put(plan, frame, 1, &high);
    rs_frame_put(plan, frame, 2, &high);
    memcpy(slots, frame + RS_RV64_A, sizeof slots);
    CHECK(slots[0] == (uint64_t)-4 && slots[1] == 0xfe);
    CHECK(slots[2] == (rs_target_find(plan->abi->target)->char_signed ? (uint64_t)-2 : 0xfe));
    CHECK(!plan->args[0].direct && plan->args[1].direct);
    rs_plan_free(plan);
  }
}

static void a_float_in_a_register_is_named_to_the_stub(void)
{
  static const char text[] = "float f(double a, float b, struct { float a; int b; } c)";
  rs_plan *riscv = plan_of("rv64-lp64d", text), *soft = plan_of("rv64-lp64", text),
          *loongarch = plan_of("la64-lp64d", text);

  CHECK(riscv->header[RS_RV64_FLOATS] == 3 && riscv->header[RS_RV64_SINGLES] == 6);
  CHECK(riscv->header[RS_RV64_RESULT_SINGLES] == 1);
  CHECK(!soft->header[RS_RV64_FLOATS] && !soft->header[RS_RV64_SINGLES]
        && !soft->header[RS_RV64_RESULT_SINGLES]);
  CHECK(loongarch->header[RS_RV64_FLOATS] == 3 && !loongarch->header[RS_RV64_SINGLES]);
  rs_plan_free(riscv);
  rs_plan_free(soft);
  rs_plan_free(loongarch);
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

/* Where the result is by a plan of 32-bit x86: 'm' in memory, with the pointer on the stack, 'r' with it in
 * ecx, 'e' eax and edx, 'f' st(0). */
static char x86_result(const rs_plan *plan)
{
  if (plan->result.by_reference)
    return plan->result_pointer == RS_X86_ECX ? 'r' : 'm';
  return plan->parts[plan->result.first_part].frame_offset == RS_X86_ST0 ? 'f' : 'e';
}

static void conventions_of_x86_differ(void)
{
  static const struct {
    const char *abi, *text;
    char result;
    uint32_t popped;
  } rows[] = {
      {"x86-cdecl", "int f(int a, double b)", 'e', 0},
      {"x86-cdecl", "float f(int a, double b)", 'f', RS_X86_FLOAT},
      {"x86-cdecl", "struct { int a; } f(int a, double b)", 'm', 4},
      {"x86-stdcall", "struct { int a; } f(int a, double b)", 'm', 16},
      {"x86-fastcall", "struct { int a; } f(int a, double b)", 'r', 8},
      {"x86-fastcall", "int f(int64_t a, int b)", 'e', 12}, /* b is on the stack */
      {"x86-fastcall", "int f(double a, int b)", 'e', 8},
      {"x86-thiscall", "int f(int a, int b)", 'e', 4},
      {"x86-stdcall", "int f(int a, ..., int b)", 'e', 0},
      {"x86-bsd-cdecl", "struct { int a; } f(int a, double b)", 'e', 0},
      {"x86-bsd-cdecl", "struct { double a[1]; } f(int a)", 'f', RS_X86_DOUBLE},
      {"x86-bsd-cdecl", "union { float a; } f(int a)", 'f', RS_X86_FLOAT},
      {"x86-bsd-cdecl", "struct { char a[3]; char b; } f(int a)", 'm', 4},
      {"x86-bsd-cdecl", "struct { int a[3]; } f(int a)", 'm', 4},
      {"x86-win-cdecl", "struct { double a[1]; } f(int a)", 'e', 0},
      {"x86-win-cdecl", "struct { char a[3]; char b; } f(int a)", 'e', 0},
      {"x86-win-cdecl", "struct { int a[3]; } f(int a)", 'm', 0},
      {"x86-win-stdcall", "struct { int a[3]; } f(int a)", 'm', 8},
      {"x86-win-fastcall", "struct { int a[3]; } f(int a)", 'm', 4},
      {"x86-win-fastcall", "int f(int64_t a, int b)", 'e', 8},           /* b is in ecx */
      {"x86-win-thiscall", "struct { int a; } f(int a, int b)", 'm', 8}, /* of a member function */
      {"x86-win-stdcall", "double f(struct { int a aligned(16); } a, int b)", 'f', 8 | RS_X86_DOUBLE},
      {"x86-stdcall", "double f(struct { int a aligned(16); } a, int b)", 'f', 20 | RS_X86_DOUBLE},
  };

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    rs_plan *plan = plan_of(rows[i].abi, rows[i].text);
    uint32_t popped;

    check_subject = rows[i].text;
    memcpy(&popped, plan->header + RS_X86_POPPED, sizeof popped);
    CHECK_NUMBER(popped, rows[i].popped);
    CHECK_NUMBER(x86_result(plan), rows[i].result);
    rs_plan_free(plan);
  }
  check_subject = NULL;
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

/* A target names its only ABI, which all keywords mean; or a family "x86", whose "x86-stdcall" is what
 * RS_STDCALL means and nothing else. */
static void check_keywords(const rs_abi *abi, const rs_target *target)
{
  static const char *const keywords[] = {"-cdecl", "-stdcall", "-fastcall", "-thiscall"};
  size_t family = strlen(target->abi);

  CHECK(strncmp(abi->name, target->abi, family) == 0);
  for (rs_convention i = RS_CDECL; i <= RS_THISCALL; i++) {
    bool meant = !abi->name[family] || strcmp(abi->name + family, keywords[i]) == 0;

    CHECK((rs_abi_for(target, i) == abi) == meant);
  }
}

static void abis_are_found_by_name_and_target(void)
{
  CHECK(rs_abi_count() >= 2);
  for (size_t i = 0; i < rs_abi_count(); i++) {
    const rs_abi *abi = rs_abi_at(i);
    const rs_target *target = rs_target_find(abi->target);

    check_subject = abi->name;
    CHECK(rs_abi_find(abi->name) == abi);
    if (CHECK(target))
      check_keywords(abi, target);
  }
  check_subject = NULL;
  for (rs_convention i = RS_CDECL; i <= RS_THISCALL; i++)
    CHECK(rs_abi_for(rs_target_find("linux-ia32"), i) && rs_abi_for(rs_target_find("openbsd-ia32"), i));
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

static bool plans_of(const char *target, const char *prototype, rs_error *err)
{
  *err = (rs_error){0};

  rs_registry *reg = rs_registry_new(rs_target_find(target), err);
  rs_prototype parsed = {0};
  bool ok = CHECK(reg && rs_parse_prototype(reg, prototype, strlen(prototype), false, RS_CDECL, &parsed, err))
            && rs_signature_plan(reg, parsed.signature, err);

  rs_prototype_clear(&parsed);
  rs_registry_free(reg);
  return ok;
}

static void variadic_functions_are_cdecl(void)
{
  static const char *const others[] = {"int __stdcall f(int, ...)", "int __fastcall f(int, ...)",
                                       "int __thiscall f(int, ...)"};
  rs_error err = {0};

  CHECK(plans_of("linux-ia32", "int __cdecl f(int, ...)", &err));
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    check_subject = others[i];
    CHECK(plans_of("linux-x64", others[i], &err)); /* where keywords mean nothing */
    CHECK(!plans_of("linux-ia32", others[i], &err) && err.code == RS_E_UNSUPPORTED);
    CHECK(!plans_of("win-ia32", others[i], &err) && err.code == RS_E_UNSUPPORTED);
  }
  check_subject = NULL;
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

/* ---- what runs: the conventions that this host's compilers know ---- */

#if RS_ON_X64 && !RS_ON_WINDOWS
#define OTHER       "x64-win"
#define OTHER_ABI   __attribute__((ms_abi))
#define other_list  __builtin_ms_va_list
#define other_start __builtin_ms_va_start
#define other_end   __builtin_ms_va_end
#elif RS_ON_X86
#define OTHER     "x86-fastcall"
#define OTHER_ABI __attribute__((fastcall))
#elif RS_ON_A32_VFP
#define OTHER     "a32-soft"
#define OTHER_ABI __attribute__((pcs("aapcs")))
#elif RS_ON_RV64
#define OTHER "rv64-lp64" /* the same for these signatures */
#define OTHER_ABI
#endif

#ifndef other_list
#define other_list  __builtin_va_list
#define other_start __builtin_va_start
#define other_end   __builtin_va_end
#endif

static const char *native(void)
{
  return rs_abi_for(rs_target_host(), RS_CDECL)->name;
}

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
  rs_plan *plan = plan_here(native(), "uint64_t f(struct { uint8_t a[1048576]; } m, double d, void *p)");
  megabyte *m = malloc(sizeof *m);
  char *frame = aligned_new(16, plan->frame_bytes);
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
  aligned_release(frame);
  free(m);
  rs_plan_free(plan);
}

/* 127 arguments of which the callee knows one: the others are where variadic ones would be. */
static int64_t weigh(int64_t first, ...)
{
  __builtin_va_list rest;
  int64_t total = first;

  __builtin_va_start(rest, first);
  for (int i = 2; i <= RS_MAX_PARAMS; i++)
    total += i * __builtin_va_arg(rest, int64_t);
  __builtin_va_end(rest);
  return total;
}

#ifdef OTHER
static OTHER_ABI int64_t weigh_other(int64_t first, ...)
{
  other_list rest;
  int64_t total = first;

  other_start(rest, first);
  for (int i = 2; i <= RS_MAX_PARAMS; i++)
    total += i * __builtin_va_arg(rest, int64_t);
  other_end(rest);
  return total;
}
#endif

static void all_parameters_arrive(const char *abi, rs_fn fn)
{
  char text[RS_MAX_PARAMS * 16];
  size_t used = (size_t)snprintf(text, sizeof text, "int64_t f(");
  rs_plan *plan;
  char *frame;
  int64_t wanted = 0, got = 0;

  for (int i = 0; i < RS_MAX_PARAMS; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%sint64_t p%d",
                             i == 0   ? ""
                             : i == 1 ? ", ..., "
                                      : ", ",
                             i);
  (void)snprintf(text + used, sizeof text - used, ")");
  plan = plan_here(abi, text);
  frame = aligned_new(16, plan->frame_bytes);
  rs_frame_init(plan, frame, NULL);
  for (int i = 1; i <= RS_MAX_PARAMS; i++) {
    int64_t value = (int64_t)i * i * 1000003;

    rs_frame_put(plan, frame, (size_t)i - 1, &value);
    wanted += i * value;
  }
  rs_frame_call(plan, frame, fn);
  rs_frame_result(plan, frame, &got);
  CHECK_NUMBER(got, wanted);
  aligned_release(frame);
  rs_plan_free(plan);
}

static void the_most_parameters_arrive(void)
{
  all_parameters_arrive(native(), (rs_fn)weigh);
#ifdef OTHER
  all_parameters_arrive(OTHER, (rs_fn)weigh_other);
#endif
}

static uintptr_t callee_returns, caller_returns;

static __attribute__((noinline)) long callee(long a, double b, megabyte *c, long d, long e, long f, long g,
                                             long h)
{
  (void)b;
  (void)c;
  callee_returns = TRACE_RETURN();
  return trace_take() + a + d + e + f + g + h;
}

#ifdef OTHER
static __attribute__((noinline)) OTHER_ABI long callee_other(long a, double b, megabyte *c, long d, long e,
                                                             long f, long g, long h)
{
  (void)b;
  (void)c;
  callee_returns = TRACE_RETURN();
  return trace_take() + a + d + e + f + g + h;
}
#endif

/* Calls through the stub with stack words; the trace must reach this function's caller. */
static __attribute__((noinline)) void unwind_through(const char *abi, rs_fn fn)
{
  rs_plan *plan =
      plan_here(abi, "long f(long a, double b, void *c, long d, long e, long g, long h, long i, long j, "
                     "long k, long l)");
  _Alignas(16) char frame[1024];
  int stub;
  long got = 0, zero = 0;
  double none = 0;

  caller_returns = TRACE_RETURN();
  rs_frame_init(plan, frame, NULL);
  for (size_t i = 0; i < plan->argc; i++)
    rs_frame_put(plan, frame, i, i == 1 ? (void *)&none : (void *)&zero);
  rs_frame_call(plan, frame, fn);
  rs_frame_result(plan, frame, &got);
  CHECK(got == trace.count && trace.count > 4);
  stub = trace_find(callee_returns, 1);
  CHECK(stub > 0 && trace_find((uintptr_t)plan->abi->call, STUB_BYTES) >= stub); /* which may call another */
  CHECK(trace_find(caller_returns, 1) > stub && trace_find(caller_returns, 1) < trace.count - 1);
  rs_plan_free(plan);
}

static void traces_pass_through_the_stubs(void)
{
  if (!trace_is_possible())
    return;
  unwind_through(native(), (rs_fn)callee);
#ifdef OTHER
  unwind_through(OTHER, (rs_fn)callee_other);
#endif
}

int main(void)
{
  static void (*const tests[])(void) = {
      small_integers_fill_their_slot,
      risc_v_extends_unsigned_int_by_its_top_bit,
      a_float_in_a_register_is_named_to_the_stub,
      power_passes_floats_in_three_places,
      s390x_justifies_to_the_right,
      conventions_of_x86_differ,
      a_plan_says_what_the_stub_needs,
      a_signature_keeps_its_plan,
      abis_are_found_by_name_and_target,
      variadic_floats_must_be_promoted,
      variadic_functions_are_cdecl,
      too_much_stack_is_refused,
      a_megabyte_goes_by_value,
      the_most_parameters_arrive,
      traces_pass_through_the_stubs,
  };
  rs_error err = {0};

  registry = rs_registry_new(rs_target_find("linux-x64"), &err);
  here = rs_registry_new(rs_target_host(), &err);
  if (!CHECK(registry && here))
    return check_report("abi_frame");
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tests[i]();
  rs_registry_free(here);
  rs_registry_free(registry);
  return check_report("abi_frame");
}

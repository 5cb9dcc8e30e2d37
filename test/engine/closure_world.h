/* closure_world.h - what the tests of closures share: plans by text, and closures for `long f(long)` of two
 * conventions that answer their number plus the argument. The second one is another only where the compilers
 * here know two. */
#ifndef RS_TEST_CLOSURE_WORLD_H
#define RS_TEST_CLOSURE_WORLD_H

#include <stdlib.h>

#include "abi/host.h"
#include "check.h"
#include "declare.h"

enum { FIRST, SECOND, ABIS };
#if RS_ON_X64 && RS_ON_WINDOWS
static const char *const abi_names[ABIS] = {"x64-win", "x64-win"};
#define SECOND_ABI
#elif RS_ON_X64
static const char *const abi_names[ABIS] = {"x64-sysv", "x64-win"};
#define SECOND_ABI __attribute__((ms_abi))
#elif RS_ON_X86 && RS_ON_WINDOWS
static const char *const abi_names[ABIS] = {"x86-win-cdecl", "x86-win-fastcall"};
#define SECOND_ABI __attribute__((fastcall))
#elif RS_ON_X86
static const char *const abi_names[ABIS] = {"x86-cdecl", "x86-fastcall"};
#define SECOND_ABI __attribute__((fastcall))
#elif RS_ON_A32
static const char *const abi_names[ABIS] = {"a32-hard", "a32-soft"};
#define SECOND_ABI __attribute__((pcs("aapcs")))
#elif RS_ON_A64 && RS_ON_WINDOWS
static const char *const abi_names[ABIS] = {"a64-win", "a64"}; /* the same for these signatures */
#define SECOND_ABI
#elif RS_ON_A64
static const char *const abi_names[ABIS] = {"a64", "a64-win"}; /* the same for these signatures */
#define SECOND_ABI
#elif RS_ON_RV64
static const char *const abi_names[ABIS] = {"rv64-lp64d", "rv64-lp64"}; /* the same where no float travels */
#define SECOND_ABI
#elif RS_ON_LA64
static const char *const abi_names[ABIS] = {"la64-lp64d", "la64-lp64d"}; /* there is one */
#define SECOND_ABI
#elif RS_ON_PPC64
static const char *const abi_names[ABIS] = {"ppc64-elfv2", "ppc64-elfv2"};
#define SECOND_ABI
#elif RS_ON_S390X
static const char *const abi_names[ABIS] = {"s390x", "s390x"};
#define SECOND_ABI
#endif

static rs_registry *registry;
static rs_plan *adders[ABIS]; /* long f(long a) */

static inline rs_plan *plan_of(int abi, const char *text)
{
  static declaration d;
  rs_error err = {0};
  rs_plan *plan;

  declare(registry, text, &d);
  if (!(plan = rs_plan_build(rs_abi_find(abi_names[abi]), d.signature, &err))) {
    fprintf(stderr, "%s: %s\n", text, err.text);
    exit(1);
  }
  return plan;
}

static inline void closure_world_open(void)
{
  rs_error err = {0};

  if (!(registry = rs_registry_new(rs_target_host(), &err)))
    exit(1);
  for (int abi = 0; abi < ABIS; abi++)
    adders[abi] = plan_of(abi, "long f(long a)");
}

static inline void closure_world_close(void)
{
  for (int abi = 0; abi < ABIS; abi++)
    rs_plan_free(adders[abi]);
  rs_registry_free(registry);
}

static inline void run_adder(rs_closure *closure, void *frame)
{
  long argument;

  rs_closure_receive(closure, frame);
  rs_frame_get(closure->plan, frame, 0, &argument);
  argument += (long)(intptr_t)closure->data;
  rs_frame_answer(closure->plan, frame, &argument);
}

static inline void run_stale(rs_closure *closure, void *frame)
{
  rs_closure_zero(closure, frame);
}

static inline rs_closure *adder_new(int abi, long number, rs_error *err)
{
  return rs_closure_new(adders[abi], run_adder, (void *)(intptr_t)number, registry, err);
}

static inline long adder_call(int abi, rs_fn fn, long argument)
{
  if (abi == FIRST)
    return ((long (*)(long))fn)(argument);
  return ((long(SECOND_ABI *)(long))fn)(argument);
}

/* ISO C has no cast between functions and data. */
static inline const unsigned char *code_of(rs_fn fn)
{
  const unsigned char *code;

  memcpy(&code, &fn, sizeof code);
  return code;
}

#endif

#include "places.h"

#include <stdio.h>
#include <string.h>

#include "abi/a32.h"
#include "abi/a64.h"
#include "abi/ppc64.h"
#include "abi/rv64.h"
#include "abi/s390x.h"
#include "abi/x64_sysv.h"
#include "abi/x64_win.h"
#include "abi/x86.h"

/* Registers `name``first`, `name``first + step` ..., each `bytes` long, from a frame offset on. */
typedef struct span {
  const char *family; /* see is_of_family */
  size_t from, to;
  unsigned bytes; /* 0: one that goes on to the end, the stack */
  const char *name;
  unsigned first, step; /* step 0: without a number */
  const char *suffix;
  bool follows;
} span;

#define STACK(family, from) \
  { \
    family, from, SIZE_MAX, 0, "stack", 0, 0, "", false \
  }

static const span spans[] = {
    {"x64-sysv", RS_SYSV_GP, RS_SYSV_GP + 8, 8, "rdi", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_GP + 8, RS_SYSV_GP + 16, 8, "rsi", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_GP + 16, RS_SYSV_GP + 24, 8, "rdx", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_GP + 24, RS_SYSV_GP + 32, 8, "rcx", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_GP + 32, RS_SYSV_SSE, 8, "r", 8, 1, "", false},
    {"x64-sysv", RS_SYSV_SSE, RS_SYSV_RAX, 8, "xmm", 0, 1, "", false},
    {"x64-sysv", RS_SYSV_RAX, RS_SYSV_RDX, 8, "rax", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_RDX, RS_SYSV_XMM0, 8, "rdx", 0, 0, "", false},
    {"x64-sysv", RS_SYSV_XMM0, RS_SYSV_ST0, 8, "xmm", 0, 1, "", false},
    {"x64-sysv", RS_SYSV_ST0, RS_SYSV_ST0 + 16, 16, "st0", 0, 0, "", false},
    STACK("x64-sysv", RS_SYSV_STACK),
    {"x64-win", RS_WIN_RAX, RS_WIN_RAX + 8, 8, "rax", 0, 0, "", false},
    {"x64-win", RS_WIN_XMM0, RS_WIN_XMM0 + 8, 8, "xmm0", 0, 0, "", false},
    {"x64-win", RS_WIN_SLOTS, RS_WIN_SLOTS + 8, 8, "rcx", 0, 0, "", false},
    {"x64-win", RS_WIN_SLOTS + 8, RS_WIN_SLOTS + 16, 8, "rdx", 0, 0, "", false},
    {"x64-win", RS_WIN_SLOTS + 16, RS_WIN_STACK, 8, "r", 8, 1, "", false},
    STACK("x64-win", RS_WIN_STACK),
    {"a64", RS_A64_X, RS_A64_V, 8, "x", 0, 1, "", false},
    {"a64", RS_A64_V, RS_A64_RESULT_X, 16, "v", 0, 1, "", false},
    {"a64", RS_A64_RESULT_X, RS_A64_RESULT_V, 8, "x", 0, 1, "", false},
    {"a64", RS_A64_RESULT_V, RS_A64_STACK - 16, 16, "v", 0, 1, "", false},
    STACK("a64", RS_A64_STACK),
    {"a32", RS_A32_R, RS_A32_S, 4, "r", 0, 1, "", false},
    {"a32", RS_A32_S, RS_A32_RESULT_R, 4, "s", 0, 1, "", true},
    {"a32", RS_A32_RESULT_R, RS_A32_RESULT_S, 4, "r", 0, 1, "", false},
    {"a32", RS_A32_RESULT_S, RS_A32_ENTRY, 4, "s", 0, 1, "", true},
    STACK("a32", RS_A32_STACK),
    {"rv64", RS_RV64_A, RS_RV64_FA, 8, "a", 0, 1, "", false},
    {"rv64", RS_RV64_FA, RS_RV64_RESULT_A, 8, "fa", 0, 1, "", false},
    {"rv64", RS_RV64_RESULT_A, RS_RV64_RESULT_FA, 8, "a", 0, 1, "", false},
    {"rv64", RS_RV64_RESULT_FA, RS_RV64_STACK - 16, 8, "fa", 0, 1, "", false},
    STACK("rv64", RS_RV64_STACK),
    {"la64", RS_RV64_A, RS_RV64_FA, 8, "a", 0, 1, "", false},
    {"la64", RS_RV64_FA, RS_RV64_RESULT_A, 8, "fa", 0, 1, "", false},
    {"la64", RS_RV64_RESULT_A, RS_RV64_RESULT_FA, 8, "a", 0, 1, "", false},
    {"la64", RS_RV64_RESULT_FA, RS_RV64_STACK - 16, 8, "fa", 0, 1, "", false},
    STACK("la64", RS_RV64_STACK),
    {"ppc64", RS_PPC64_R, RS_PPC64_F, 8, "r", 3, 1, "", false},
    {"ppc64", RS_PPC64_F, RS_PPC64_S, 8, "f", 1, 1, "", false},
    {"ppc64", RS_PPC64_S, RS_PPC64_RESULT_R, 8, "f", 1, 1, ":single", false},
    {"ppc64", RS_PPC64_RESULT_R, RS_PPC64_RESULT_F, 8, "r", 3, 1, "", false},
    {"ppc64", RS_PPC64_RESULT_F, RS_PPC64_RESULT_S, 8, "f", 1, 1, "", false},
    {"ppc64", RS_PPC64_RESULT_S, RS_PPC64_CALLER, 8, "f", 1, 1, ":single", false},
    STACK("ppc64", RS_PPC64_STACK),
    {"s390x", RS_S390X_R, RS_S390X_F, 8, "r", 2, 1, "", false},
    {"s390x", RS_S390X_F, RS_S390X_RESULT_R, 8, "f", 0, 2, "", false},
    {"s390x", RS_S390X_RESULT_R, RS_S390X_RESULT_F, 8, "r", 2, 1, "", false},
    {"s390x", RS_S390X_RESULT_F, RS_S390X_RESULT_F + 8, 8, "f", 0, 2, "", false},
    STACK("s390x", RS_S390X_STACK),
    {"x86", RS_X86_ECX, RS_X86_EDX, 4, "ecx", 0, 0, "", false},
    {"x86", RS_X86_EDX, RS_X86_EAX, 4, "edx", 0, 0, "", false},
    {"x86", RS_X86_EAX, RS_X86_RESULT_EDX, 4, "eax", 0, 0, "", false},
    {"x86", RS_X86_RESULT_EDX, RS_X86_ST0, 4, "edx", 0, 0, "", false},
    {"x86", RS_X86_ST0, RS_X86_RESULTS_END, RS_X86_RESULTS_END - RS_X86_ST0, "st0", 0, 0, "", false},
    STACK("x86", RS_X86_STACK),
};

bool is_of_family(const rs_abi *abi, const char *family)
{
  const char *name = strcmp(abi->name, "x64-apple") == 0 ? "x64-sysv" : abi->name; /* one frame */
  size_t length = strlen(family);

  return strncmp(name, family, length) == 0 && (name[length] == '-' || !name[length]);
}

bool find_spot(const rs_abi *abi, size_t frame_offset, rs_spot *out)
{
  for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
    const span *s = &spans[i];
    size_t in = frame_offset - s->from;

    if (!is_of_family(abi, s->family) || frame_offset < s->from || frame_offset >= s->to)
      continue;
    if (s->step)
      (void)snprintf(out->base, sizeof out->base, "%s%zu%s", s->name, s->first + in / s->bytes * s->step,
                     s->suffix);
    else
      (void)snprintf(out->base, sizeof out->base, "%s", s->name);
    out->offset = s->bytes ? in % s->bytes : in;
    out->follows = s->follows;
    out->file_offset = in;
    return true;
  }
  return false;
}

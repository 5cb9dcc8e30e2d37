#include "core/target.h"

#include <stddef.h>
#include <string.h>

#include "abi/host.h"

/* Sizes and alignments from the documents that docs/abi/ names, one page per convention; `char` from them,
 * too, where they settle it, else from the platform's compilers. */
/* clang-format off */
static const rs_target targets[] = {
  /* name, convention, pointer, long, wchar_t, align of int64 and double, size and align of long double, char is signed,
   * big-endian */
    {"linux-x64",          "x64-sysv",    8, 8, 4, 8, 8, 16, 16, true, false},
    {"mac-x64",            "x64-apple",   8, 8, 4, 8, 8, 16, 16, true, false},
    {"freebsd-x64",        "x64-sysv",    8, 8, 4, 8, 8, 16, 16, true, false},
    {"openbsd-x64",        "x64-sysv",    8, 8, 4, 8, 8, 16, 16, true, false},
    {"win-x64",            "x64-win",     8, 4, 2, 8, 8, 8, 8, true, false},
    {"linux-ia32",         "x86",         4, 4, 4, 4, 4, 12, 4, true, false},
    {"freebsd-ia32",       "x86-bsd",     4, 4, 4, 4, 4, 12, 4, true, false},
    {"openbsd-ia32",       "x86-bsd",     4, 4, 4, 4, 4, 12, 4, true, false},
    {"win-ia32",           "x86-win",     4, 4, 2, 8, 8, 8, 8, true, false},
    {"linux-arm64",        "a64",         8, 8, 4, 8, 8, 16, 16, false, false},
    {"freebsd-arm64",      "a64",         8, 8, 4, 8, 8, 16, 16, false, false},
    {"openbsd-arm64",      "a64",         8, 8, 4, 8, 8, 16, 16, true, false},
    {"mac-arm64",          "a64-apple",   8, 8, 4, 8, 8, 8, 8, true, false},
    {"win-arm64",          "a64-win",     8, 4, 2, 8, 8, 8, 8, true, false},
    {"linux-armhf",        "a32-hard",    4, 4, 4, 8, 8, 8, 8, false, false},
    {"linux-armel",        "a32-soft",    4, 4, 4, 8, 8, 8, 8, false, false},
    {"linux-riscv64",      "rv64-lp64d",  8, 8, 4, 8, 8, 16, 16, false, false},
    {"linux-riscv64-lp64", "rv64-lp64",   8, 8, 4, 8, 8, 16, 16, false, false},
    {"linux-loong64",      "la64-lp64d",  8, 8, 4, 8, 8, 16, 16, true, false},
    {"linux-ppc64le",      "ppc64-elfv2", 8, 8, 4, 8, 8, 16, 16, false, false},
    {"linux-s390x",        "s390x",       8, 8, 4, 8, 8, 16, 8, false, true},
};
/* clang-format on */

const rs_target *rs_target_find(const char *name)
{
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
    if (strcmp(targets[i].name, name) == 0)
      return &targets[i];
  return NULL;
}

#if defined(_WIN32)
#define SYSTEM "win"
#elif defined(__APPLE__)
#define SYSTEM "mac"
#elif defined(__FreeBSD__)
#define SYSTEM "freebsd"
#elif defined(__OpenBSD__)
#define SYSTEM "openbsd"
#else
#define SYSTEM "linux"
#endif

#if RS_ON_X64
#define CPU "x64"
#elif RS_ON_A64
#define CPU "arm64"
#elif RS_ON_RV64
#define CPU "riscv64"
#elif RS_ON_LA64
#define CPU "loong64"
#elif RS_ON_PPC64
#define CPU "ppc64le"
#elif RS_ON_S390X
#define CPU "s390x"
#elif RS_ON_A32 && defined(__ARM_PCS_VFP)
#define CPU "armhf"
#elif RS_ON_A32
#define CPU "armel"
#elif RS_ON_X86
#define CPU "ia32"
#else
#error "this CPU has no row in targets[] yet"
#endif

const rs_target *rs_target_host(void)
{
  return rs_target_find(SYSTEM "-" CPU);
}

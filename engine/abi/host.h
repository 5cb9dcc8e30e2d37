/* host.h - what the machine that is being compiled for is, as 0 or 1, for the conditions in abi_list.def.
 * Macros only: assembly includes it too. */
#ifndef RS_ABI_HOST_H
#define RS_ABI_HOST_H

/* x32 (ILP32 on the same CPU) has pointers of 4 bytes and is a convention of its own. */
#if (defined(__x86_64__) && !defined(__ILP32__)) || defined(_M_X64)
#define RS_ON_X64 1
#else
#define RS_ON_X64 0
#endif

#if (defined(__aarch64__) && !defined(__ILP32__)) || defined(_M_ARM64)
#define RS_ON_A64 1
#else
#define RS_ON_A64 0
#endif

#if defined(__linux__)
#define RS_ON_LINUX 1
#else
#define RS_ON_LINUX 0
#endif

/* With floating-point registers of 64 bits for arguments. */
#if defined(__riscv) && __riscv_xlen == 64 && defined(__riscv_float_abi_double)
#define RS_ON_RV64 1
#else
#define RS_ON_RV64 0
#endif

#if defined(__loongarch_lp64) && defined(__loongarch_double_float)
#define RS_ON_LA64 1
#else
#define RS_ON_LA64 0
#endif

#if defined(__powerpc64__) && defined(__LITTLE_ENDIAN__) && _CALL_ELF == 2
#define RS_ON_PPC64 1
#else
#define RS_ON_PPC64 0
#endif

#if defined(__s390x__)
#define RS_ON_S390X 1
#else
#define RS_ON_S390X 0
#endif

/* 32-bit Arm; whether it has registers for floating-point numbers, which a32-hard loads. */
#if defined(__arm__) && defined(__ARM_EABI__) && !defined(__ARMEB__)
#define RS_ON_A32 1
#else
#define RS_ON_A32 0
#endif

#if RS_ON_A32 && defined(__ARM_FP)
#define RS_ON_A32_VFP 1
#else
#define RS_ON_A32_VFP 0
#endif

#if defined(__i386__) || defined(_M_IX86)
#define RS_ON_X86 1
#else
#define RS_ON_X86 0
#endif

#if defined(__APPLE__)
#define RS_ON_APPLE 1
#else
#define RS_ON_APPLE 0
#endif

#if defined(_WIN32)
#define RS_ON_WINDOWS 1
#else
#define RS_ON_WINDOWS 0
#endif

#endif

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

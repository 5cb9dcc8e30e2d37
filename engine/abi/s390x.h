/* s390x.h - the frame of s390x: what rs_call_s390x loads before the call and stores after it, and
 * rs_entry_s390x the other way round. Macros only: assembly includes it. Offsets in bytes.
 *
 *     0  stack_bytes  u32  how many stack words follow, a multiple of 16
 *    16  r2 ... r6
 *    56  f0 f2 f4 f6
 *    88  r2                result, as the next
 *    96  f0
 *   112  the caller's register save area, when a closure's entry builds its frame below the
 *        arguments on the stack; a call leaves it alone
 *   272  stack words, as they lie behind that area when the call is made */
#ifndef RS_ABI_S390X_H
#define RS_ABI_S390X_H

#define RS_S390X_STACK_BYTES 0
#define RS_S390X_R           16
#define RS_S390X_F           56
#define RS_S390X_RESULT_R    88
#define RS_S390X_RESULT_F    96
#define RS_S390X_CALLER      112
#define RS_S390X_STACK       272

#endif

/* trace.h - stack traces through assembly: what unwinding sees from inside a call, and where functions that
 * take part are in it. They are known by the addresses that they return to, because not every unwinder can
 * tell where a function begins (that of 32-bit Arm has no _Unwind_FindEnclosingFunction, and its tables merge
 * functions). */
#ifndef RS_TEST_TRACE_H
#define RS_TEST_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#if defined(_WIN32) && defined(__aarch64__)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <unwind.h>
#endif

enum { TRACE_FRAMES = 64, STUB_BYTES = 512 /* none is longer */ };

static struct {
  uintptr_t pc[TRACE_FRAMES]; /* innermost first */
  int count;
} trace;

#ifdef RS_TEST_NO_UNWINDER

static inline bool trace_is_possible(void)
{
  printf("skipped: stack traces: Linux has no unwinder for code of macOS (test/macho-host)\n");
  return false;
}

static inline int trace_take(void)
{
  return trace.count;
}

#elif defined(_WIN32) && defined(__aarch64__) /* no unwinder comes with the compiler */

static inline bool trace_is_possible(void)
{
  return true;
}

/* By the system's own unwinder, which SEH has. */
static inline int trace_take(void)
{
  void *pc[TRACE_FRAMES];

  trace.count = RtlCaptureStackBackTrace(0, TRACE_FRAMES, pc, NULL);
  for (int i = 0; i < trace.count; i++)
    trace.pc[i] = (uintptr_t)pc[i];
  return trace.count;
}

#else

static inline bool trace_is_possible(void)
{
  return true;
}

static inline _Unwind_Reason_Code trace_note(struct _Unwind_Context *context, void *argument)
{
  (void)argument;
  if (trace.count < TRACE_FRAMES)
    trace.pc[trace.count++] = _Unwind_GetIP(context);
  return _URC_NO_REASON;
}

/* Takes the trace of where it is called; returns the number of frames. */
static inline int trace_take(void)
{
  trace.count = 0;
  (void)_Unwind_Backtrace(trace_note, NULL);
  return trace.count;
}

#endif

/* The address that the calling function returns to; on 32-bit Arm without the bit that means Thumb state, as
 * in traces.
 */
#if defined(__arm__)
#define TRACE_RETURN() ((uintptr_t)__builtin_return_address(0) & ~(uintptr_t)1)
#else
#define TRACE_RETURN() ((uintptr_t)__builtin_return_address(0))
#endif

/* The first frame whose address is in [from, from + bytes); -1 when there is none. */
static inline int trace_find(uintptr_t from, size_t bytes)
{
  for (int i = 0; i < trace.count; i++)
    if (trace.pc[i] - from < bytes)
      return i;
  return -1;
}

#endif

/* backtrace.c - a call, a callback in it, and a call in that: run.js stops a debugger in `innermost` and
 * reads who called whom. All pass words on the stack, so that the stubs move the stack pointer. */
#include <stdio.h>
#include <stdlib.h>

#include "declare.h"

typedef long fn10(long, long, long, long, long, long, long, long, long, long);

#define SIGNATURE "long f(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)"
#define NUMBERS   1, 2, 3, 4, 5, 6, 7, 8, 9, 10

static rs_plan *plan;
static fn10 *volatile callback;

static long innermost(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)
{
  return a + b + c + d + e + f + g + h + i + j;
}

static long outer(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j)
{
  return callback(a, b, c, d, e, f, g, h, i, j) + 1;
}

static long call(rs_fn fn)
{
  void *frame = aligned_alloc(16, (plan->frame_bytes + 15) / 16 * 16);
  long result;

  rs_frame_init(plan, frame, NULL);
  for (size_t i = 0; i < plan->argc; i++)
    rs_frame_put(plan, frame, i, &(const long[]){NUMBERS}[i]);
  rs_frame_call(plan, frame, fn);
  rs_frame_result(plan, frame, &result);
  free(frame);
  return result;
}

static void on_callback(rs_closure *closure, void *frame)
{
  long result;

  rs_closure_receive(closure, frame);
  result = call((rs_fn)innermost) + 1;
  rs_frame_answer(closure->plan, frame, &result);
}

int main(void)
{
  rs_error err = {0};
  rs_registry *registry = rs_registry_new(rs_target_host(), &err);
  declaration d;
  rs_closure *closure;

  if (!registry)
    return 1;
  declare(registry, SIGNATURE, &d);
  plan = rs_plan_build(rs_abi_for(rs_target_host(), RS_CDECL), d.signature, &err);
  closure = plan ? rs_closure_new(plan, on_callback, NULL, registry, &err) : NULL;
  if (!closure) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  callback = (fn10 *)closure->fn;
  printf("%ld\n", call((rs_fn)outer));
  rs_closure_free(closure, on_callback);
  rs_plan_free(plan);
  rs_registry_free(registry);
  return 0;
}

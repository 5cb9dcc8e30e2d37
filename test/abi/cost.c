/* cost.c - what tools/stub-cost.js counts instructions of.
 *   abi_cost CONVENTION direct|stub|frame COUNT
 * calls a C function of eight arguments COUNT times: without arguments by C itself (direct), by the
 * convention's call stub with a frame that is ready (stub), or with a frame that is filled for each call
 * (frame). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"

enum { ARGUMENTS = 8 };

static void callee(void)
{
}

static const rs_plan *plan_of(const rs_abi *abi)
{
  static declaration d;
  rs_error err = {0};
  rs_registry *registry = rs_registry_new(rs_target_find(abi->target), &err);
  const rs_plan *plan;

  if (registry) {
    declare(registry, "void f(int a, double b, int c, double d, int e, double g, int h, double i)", &d);
    if ((plan = rs_plan_build(abi, d.signature, &err)))
      return plan;
  }
  fprintf(stderr, "%s: %s\n", abi->name, err.text);
  exit(1);
}

static void fill(const rs_plan *plan, void *frame, unsigned number)
{
  int integer = (int)number;
  double real = number;

  rs_frame_init(plan, frame, NULL);
  for (size_t i = 0; i < ARGUMENTS; i++)
    rs_frame_put(plan, frame, i, i % 2 ? (const void *)&real : (const void *)&integer);
}

int main(int argc, char **argv)
{
  const rs_abi *abi = argc == 4 ? rs_abi_find(argv[1]) : NULL;
  _Alignas(16) static unsigned char frame[1024];
  void (*volatile function)(void) = callee;
  unsigned count;

  if (!abi || !abi->call) {
    fputs("usage: abi_cost CONVENTION direct|stub|frame COUNT\n", stderr);
    return 2;
  }
  const rs_plan *plan = plan_of(abi);

  count = (unsigned)strtoul(argv[3], NULL, 10);
  fill(plan, frame, 1);
  if (strcmp(argv[2], "direct") == 0)
    for (unsigned i = 0; i < count; i++)
      function();
  else if (strcmp(argv[2], "stub") == 0)
    for (unsigned i = 0; i < count; i++)
      abi->call(frame, function);
  else
    for (unsigned i = 0; i < count; i++) {
      fill(plan, frame, i);
      rs_frame_call(plan, frame, function);
    }
  return 0;
}

/* driver.c - calls the functions of a generated library (generate.js) through plans and frames, with random
 * values, and compares what each received and what came back, scalar by scalar; has its callers call closures
 * (callback.c). abi_random x64-sysv path/to/functions.so seed [target whose data model the functions have] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "values.h"

/* The argument whose scalars the first differing byte of the streams belongs to. */
static size_t first_wrong_argument(const world *w, const rs_plan *plan, size_t length)
{
  size_t at = 0, argument = 0;

  while (at < length && w->received[at] == w->expected[at])
    at++;
  while (argument + 1 < plan->argc && w->ends[argument] <= at)
    argument++;
  return argument;
}

/* Puts random arguments into the frame; returns the length of the stream that the callee should write. */
static size_t put_arguments(world *w, const rs_plan *plan, void *frame, void **values)
{
  struct value v = {.stream = w->expected};

  for (size_t i = 0; i < plan->argc; i++) {
    const rs_type *type = plan->args[i].type;

    values[i] = v.bytes = allocate(type->size, plan->args[i].by_reference ? plan->args[i].copy_align : 16);
    each_scalar(type, fill_scalar, &v);
    if (is_wide(type))
      stream_wide(rs_registry_target(w->reg), &v, type);
    else
      each_scalar(type, stream_scalar, &v);
    w->ends[i] = v.used;
    rs_frame_put(plan, frame, i, values[i]);
  }
  return v.used;
}

static void check_result(world *w, const rs_plan *plan, const test_function *row, const void *frame,
                         const void *memory, const unsigned char *wanted)
{
  const rs_type *type = plan->result.type;
  unsigned char *got = allocate(type->size, type->align);
  struct comparison c = {.wanted = wanted};

  rs_frame_result(plan, frame, got);
  c.got = plan->result.by_reference ? memory : got;
  each_scalar(type, compare_scalar, &c);
  if (c.different)
    mismatch(w, row, "wrong scalars in result:", c.different);
  if (plan->result.by_reference && plan->result_echo && type->size
      && memcmp((const char *)frame + plan->result_echo, &memory, sizeof memory) != 0)
    mismatch(w, row, "not the result's address, in call", w->calls);
  aligned_release(got);
}

static void call_once(world *w, const rs_plan *plan, const test_function *row)
{
  void *frame = allocate(plan->frame_bytes, 16);
  void *memory = allocate(plan->result.type->size, plan->result.type->align);
  void *values[RS_MAX_PARAMS] = {0};
  struct value result = {.bytes = allocate(plan->result.type->size, 16), .stream = w->given};
  size_t length;

  rs_frame_init(plan, frame, memory);
  length = put_arguments(w, plan, frame, values);
  if (plan->result.type->kind != RS_VOID) {
    /* First all, then the stream in the same order: members of a union overwrite each other as in the callee.
     */
    each_scalar(plan->result.type, fill_and_stream_scalar, &result);
  }
  *w->out = w->received;
  *w->in = w->given;
  rs_frame_call(plan, frame, row->fn);
  if ((size_t)(*w->out - w->received) != length)
    mismatch(w, row, "another number of bytes than", length);
  else if (memcmp(w->received, w->expected, length) != 0)
    mismatch(w, row, "wrong bytes in argument", first_wrong_argument(w, plan, length));
  if (plan->result.type->kind != RS_VOID)
    check_result(w, plan, row, frame, memory, result.bytes);
  w->calls++;
  for (size_t i = 0; i < plan->argc; i++)
    aligned_release(values[i]);
  aligned_release(result.bytes);
  aligned_release(memory);
  aligned_release(frame);
}

static const test_function *volatile running;

/* A wrong convention ends in a crash as often as in wrong bytes. */
static void on_crash(int signal)
{
  fprintf(stderr, "signal %d: %s\n", signal, running ? running->text : "");
  _exit(3);
}

static bool run(world *w, const test_function *table)
{
  rs_error err = {0};

  for (const test_function *row = table; row->text; row++) {
    rs_plan *plan;

    running = row;
    declare(w->reg, row->text, &w->declared);
    if (!(plan = rs_plan_build(w->abi, w->declared.signature, &err))) {
      fprintf(stderr, "%s: %s\n", err.text, row->text);
      return false;
    }
    for (int i = 0; i < ROUNDS; i++)
      call_once(w, plan, row);
    if (row->caller)
      call_back(w, plan, row);
    rs_plan_free(plan);
  }
  return true;
}

int main(int argc, char **argv)
{
  static world w;
  rs_error err = {0};
  rs_lib *lib = argc >= 4 ? rs_lib_open(argv[2], 0, &err) : NULL;
  /* Also for conventions of other systems: on Linux an ms_abi function has the sizes of Linux. */
  const rs_target *target = argc > 4 ? rs_target_find(argv[4]) : rs_target_host();
  const test_function *table;
  size_t functions = 0;
  bool ran = false;

  if (!lib || !target || !(w.abi = rs_abi_find(argv[1])) || !w.abi->call) {
    fprintf(stderr, "usage: abi_random <abi> <library> <seed> [<target>]; %s\n", err.text);
    return 2;
  }
  (void)signal(SIGSEGV, on_crash);
  (void)signal(SIGILL, on_crash);
  random_seed((uint32_t)strtoul(argv[3], NULL, 10));
  table = rs_lib_symbol(lib, "abi_table", &err);
  w.out = rs_lib_symbol(lib, "abi_out", &err);
  w.in = rs_lib_symbol(lib, "abi_in", &err);
  w.reg = rs_registry_new(target, &err);
  w.received = allocate(STREAM_BYTES, 16);
  w.expected = allocate(STREAM_BYTES, 16);
  w.given = allocate(STREAM_BYTES, 16);
  if (table && w.out && w.in && w.reg)
    ran = run(&w, table);
  while (ran && table[functions].text)
    functions++;
  printf("abi_random %s: %zu functions, %zu calls; %zu closures, %zu calls, %zu of tombstones; seed %s, "
         "%zu mismatches\n",
         argv[1], functions, w.calls, w.callbacks, w.callback_calls, w.tombstone_calls, argv[3],
         w.mismatches);
  aligned_release(w.given);
  aligned_release(w.expected);
  aligned_release(w.received);
  rs_registry_free(w.reg);
  rs_lib_unref(lib);
  return !ran || w.mismatches != 0;
}

/* callback.c - generated C functions call closures: what the closure reads is compared with what they were
 * given, what they got back with what the closure answered. They keep values across the call, whose registers
 * the closure overwrites where its convention lets it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "values.h"

enum { KEPT_DOUBLES = 10, KEPT_INTEGERS = 6 }; /* generate.js */

typedef struct callback {
  world *w;
  const test_function *row;
  const rs_plan *plan;
  unsigned char *values[RS_MAX_PARAMS];
  unsigned char *answer;
  unsigned runs;
} callback;

static unsigned stale_runs;

/* All that a System V function may change and a caller of ms_abi expects to keep; the others are gcc's care.
 */
static void overwrite_registers(void)
{
#if defined(__x86_64__)
  __asm__ volatile("pcmpeqd %%xmm6, %%xmm6\n\tpcmpeqd %%xmm7, %%xmm7\n\tpcmpeqd %%xmm8, %%xmm8\n\t"
                   "pcmpeqd %%xmm9, %%xmm9\n\tpcmpeqd %%xmm10, %%xmm10\n\tpcmpeqd %%xmm11, %%xmm11\n\t"
                   "pcmpeqd %%xmm12, %%xmm12\n\tpcmpeqd %%xmm13, %%xmm13\n\tpcmpeqd %%xmm14, %%xmm14\n\t"
                   "pcmpeqd %%xmm15, %%xmm15\n\tmovq $-1, %%rdi\n\tmovq $-1, %%rsi"
                   :
                   :
                   : "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                     "rdi", "rsi");
#endif
}

/* What the stack pointer is aligned to, at least: two words, but one on 32-bit Windows and s390x. */
static size_t stack_align(const rs_plan *plan)
{
  bool word = strncmp(plan->abi->name, "x86-win", 7) == 0 || strcmp(plan->abi->name, "s390x") == 0;

  return word ? plan->slot_size : 2u * plan->slot_size;
}

static void check_argument(callback *c, const void *frame, size_t index)
{
  const rs_type *type = c->plan->args[index].type;
  unsigned char *got = allocate(type->size, type->align);
  struct comparison compared = {.got = got, .wanted = c->values[index]};

  rs_frame_get(c->plan, frame, index, got);
  each_scalar(type, compare_scalar, &compared);
  if (c->plan->args[index].by_reference) {
    compared.got = rs_frame_reference(c->plan, frame, index);
    each_scalar(type, compare_scalar, &compared);
    if ((uintptr_t)compared.got
        % (type->align < stack_align(c->plan) ? type->align : stack_align(c->plan))) /* gcc does no more */
      mismatch(c->w, c->row, "closure: unaligned copy of argument", index);
  }
  if (compared.different)
    mismatch(c->w, c->row, "closure: wrong scalars in argument", index);
  aligned_release(got);
}

static void run(rs_closure *closure, void *frame)
{
  callback *c = closure->data;

  c->runs++;
  rs_closure_receive(closure, frame);
  if ((uintptr_t)frame % stack_align(c->plan))
    mismatch(c->w, c->row, "closure: unaligned frame in call", c->runs);
  for (size_t i = 0; i < c->plan->argc; i++)
    check_argument(c, frame, i);
  if (c->plan->result.type->kind != RS_VOID)
    rs_frame_answer(c->plan, frame, c->answer);
  overwrite_registers();
}

static void stale(rs_closure *closure, void *frame)
{
  stale_runs++;
  rs_closure_zero(closure, frame);
  overwrite_registers();
}

/* What the caller keeps across the call: appended to `in` as given, to `out` as it comes back. */
static void stream_kept(struct value *in, struct value *out)
{
  for (int i = 0; i < KEPT_DOUBLES; i++) {
    double d = (int32_t)random32(), back = (d + 1) * 2;

    memcpy(in->stream + in->used, &d, sizeof d);
    memcpy(out->stream + out->used, &back, sizeof back);
    in->used += sizeof d;
    out->used += sizeof back;
  }
  for (int i = 0; i < KEPT_INTEGERS; i++) {
    uint64_t n = random32(), back = n * 3 + 1;

    memcpy(in->stream + in->used, &n, sizeof n);
    memcpy(out->stream + out->used, &back, sizeof back);
    in->used += sizeof n;
    out->used += sizeof back;
  }
}

/* The caller is of the closure's convention, so that it keeps values in the registers of that one. */
static void call_caller(const callback *c, rs_fn fn)
{
#if defined(__x86_64__)
  if (strcmp(c->w->abi->name, "x64-win") == 0) {
    ((void(__attribute__((ms_abi)) *)(rs_fn))c->row->caller)(fn);
    return;
  }
#endif
  ((void (*)(rs_fn))c->row->caller)(fn);
#if defined(__riscv)
  /* A caller of rv64-lp64 preserves none of these. */
  __asm__ volatile("" ::
                       : "fs0", "fs1", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10",
                         "fs11");
#endif
}

static void stream_result(const rs_target *target, const rs_type *type, struct value *out)
{
  if (is_wide(type))
    stream_wide(target, out, type);
  else
    each_scalar(type, stream_scalar, out);
}

/* One call of the generated caller; `released`: of the tombstone, which answers zero. */
static void call_once(callback *c, rs_fn fn, bool released)
{
  world *w = c->w;
  const rs_type *type = c->plan->result.type;
  struct value in = {.stream = w->given}, out = {.stream = w->expected};
  unsigned runs = c->runs + !released, stales = stale_runs + released;
  size_t kept, length;

  for (size_t i = 0; i < c->plan->argc; i++) {
    in.bytes = c->values[i] = allocate(c->plan->args[i].type->size, 16);
    each_scalar(c->plan->args[i].type, fill_and_stream_scalar, &in);
  }
  stream_kept(&in, &out);
  kept = out.used;
  out.bytes = c->answer = allocate(type->size, 16);
  if (type->kind != RS_VOID) {
    if (released)
      memset(c->answer, 0, type->size);
    else
      each_scalar(type, fill_scalar, &out);
    stream_result(rs_registry_target(w->reg), type, &out);
  }
  memset(w->received, 0x55, out.used);
  *w->in = w->given;
  *w->out = w->received;
  call_caller(c, fn);
  length = (size_t)(*w->out - w->received);
  if (c->runs != runs || stale_runs != stales)
    mismatch(w, c->row, "closure: did not run in call", w->callback_calls);
  if (length != out.used)
    mismatch(w, c->row, "closure: another number of bytes than", out.used);
  else if (memcmp(w->received, w->expected, kept) != 0)
    mismatch(w, c->row, "closure: caller's registers lost in call", w->callback_calls);
  else if (memcmp(w->received + kept, w->expected + kept, length - kept) != 0)
    mismatch(w, c->row, released ? "tombstone: not zero, bytes" : "closure: wrong result of bytes",
             length - kept);
  for (size_t i = 0; i < c->plan->argc; i++)
    aligned_release(c->values[i]);
  aligned_release(c->answer);
}

void call_back(world *w, const rs_plan *plan, const test_function *row)
{
  callback c = {.w = w, .row = row, .plan = plan};
  rs_error err = {0};
  rs_closure *closure = rs_closure_new(plan, run, &c, w, &err);

  if (!closure) {
    mismatch(w, row, err.text, 0);
    return;
  }
  for (int i = 0; i < ROUNDS; i++, w->callback_calls++)
    call_once(&c, closure->fn, false);
  rs_closure_free(closure, stale);
  if (random32() % 3 == 0) {
    call_once(&c, closure->fn, true);
    w->tombstone_calls++;
  }
  w->callbacks++;
}

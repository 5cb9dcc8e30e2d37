/* driver.c - calls the functions of a generated library (generate.js) through plans and frames, with random
 * values, and compares what each received and what came back, scalar by scalar. abi_random x64-sysv
 * path/to/functions.so seed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/x64_sysv.h"
#include "abi/x64_win.h"
#include "declare.h"

enum { ROUNDS = 3, STREAM_BYTES = 1 << 20 };

typedef struct test_function {
  const char *text;
  rs_fn fn;
} test_function;

static uint32_t random_state;

static uint32_t random32(void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

/* Bytes of a scalar that mean something: an x87 number has 80 bits. */
static size_t meaning(const rs_type *type)
{
  return type->flags & RS_T_LONG_DOUBLE ? 10 : type->size;
}

/* One scalar with a random value, in C's representation. A bool is 0 or 1, a long double a number. */
static void random_scalar(const rs_type *type, void *at)
{
  unsigned char bytes[16] = {0};

  if (type->flags & RS_T_LONG_DOUBLE) {
    long double number = (long double)(int32_t)random32() / 3;

    memcpy(bytes, &number, 10);
  } else if (type->kind == RS_FLOAT && type->size == 8) {
    double number = (double)(int32_t)random32() / 3;

    memcpy(bytes, &number, sizeof number);
  } else if (type->kind == RS_FLOAT) {
    float number = (float)(int32_t)random32() / 3;

    memcpy(bytes, &number, sizeof number);
  } else {
    for (size_t i = 0; i < sizeof bytes; i++)
      bytes[i] = (unsigned char)(random32() >> 8);
    if (type->kind == RS_BOOL)
      bytes[0] &= 1;
  }
  memcpy(at, bytes, meaning(type));
}

struct value {
  unsigned char *bytes;  /* the C value */
  unsigned char *stream; /* its scalars one after another are appended here */
  size_t used;
};

static void fill_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct value *v = context;

  (void)path;
  random_scalar(type, v->bytes + offset);
}

static void stream_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct value *v = context;

  (void)path;
  memcpy(v->stream + v->used, v->bytes + offset, meaning(type));
  v->used += meaning(type);
}

static void fill_and_stream_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  fill_scalar(context, path, type, offset);
  stream_scalar(context, path, type, offset);
}

/* Integers arrive in the stream as int64_t. */
static void stream_wide(struct value *v, const rs_type *type)
{
  unsigned char sign = type->kind == RS_INT && v->bytes[type->size - 1] & 0x80 ? 0xff : 0;

  memset(v->stream + v->used, sign, 8);
  memcpy(v->stream + v->used, v->bytes, type->size);
  v->used += 8;
}

struct comparison {
  const unsigned char *got, *wanted;
  size_t different;
};

static void compare_scalar(void *context, const char *path, const rs_type *type, size_t offset)
{
  struct comparison *c = context;

  (void)path;
  c->different += memcmp(c->got + offset, c->wanted + offset, meaning(type)) != 0;
}

typedef struct world {
  const rs_abi *abi;
  rs_registry *reg;
  unsigned char **out; /* the library's abi_out and abi_in */
  const unsigned char **in;
  unsigned char *received, *expected, *given;
  size_t ends[RS_MAX_PARAMS]; /* where each argument's scalars end in the stream */
  size_t calls, mismatches;
  declaration declared;
} world;

static void *allocate(size_t bytes, size_t align)
{
  void *memory = aligned_alloc(align < 16 ? 16 : align, rs_round_up(bytes + 1, align < 16 ? 16 : align));

  if (!memory)
    abort();
  memset(memory, 0xaa, bytes);
  return memory;
}

static void mismatch(world *w, const test_function *row, const char *what, size_t where)
{
  w->mismatches++;
  if (w->mismatches <= 20)
    fprintf(stderr, "%s %zu: %s\n", what, where, row->text);
}

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
    if (rs_is_integer(type) || type->kind == RS_BOOL)
      stream_wide(&v, type);
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
  size_t rax = strcmp(w->abi->name, "x64-win") == 0 ? RS_WIN_RAX : RS_SYSV_RAX;

  rs_frame_result(plan, frame, got);
  c.got = plan->result.by_reference ? memory : got;
  each_scalar(type, compare_scalar, &c);
  if (c.different)
    mismatch(w, row, "wrong scalars in result:", c.different);
  if (plan->result.by_reference && type->size
      && memcmp((const char *)frame + rax, &memory, sizeof memory) != 0)
    mismatch(w, row, "not the result's address, in call", w->calls);
  free(got);
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
    free(values[i]);
  free(result.bytes);
  free(memory);
  free(frame);
}

static bool run(world *w, const test_function *table)
{
  rs_error err = {0};

  for (const test_function *row = table; row->text; row++) {
    rs_plan *plan;

    declare(w->reg, row->text, &w->declared);
    if (!(plan = rs_plan_build(w->abi, w->declared.signature, &err))) {
      fprintf(stderr, "%s: %s\n", err.text, row->text);
      return false;
    }
    for (int i = 0; i < ROUNDS; i++)
      call_once(w, plan, row);
    rs_plan_free(plan);
  }
  return true;
}

int main(int argc, char **argv)
{
  static world w;
  rs_error err = {0};
  rs_lib *lib = argc == 4 ? rs_lib_open(argv[2], 0, &err) : NULL;
  const test_function *table;
  size_t functions = 0;
  bool ran = false;

  if (!lib || !(w.abi = rs_abi_find(argv[1])) || !w.abi->call) {
    fprintf(stderr, "usage: abi_random <abi> <library> <seed>; %s\n", err.text);
    return 2;
  }
  random_state = (uint32_t)strtoul(argv[3], NULL, 10) | 1;
  table = rs_lib_symbol(lib, "abi_table", &err);
  w.out = rs_lib_symbol(lib, "abi_out", &err);
  w.in = rs_lib_symbol(lib, "abi_in", &err);
  /* Also for x64-win: on Linux an ms_abi function has the sizes of Linux. */
  w.reg = rs_registry_new(rs_target_find("linux-x64"), &err);
  w.received = allocate(STREAM_BYTES, 16);
  w.expected = allocate(STREAM_BYTES, 16);
  w.given = allocate(STREAM_BYTES, 16);
  if (table && w.out && w.in && w.reg)
    ran = run(&w, table);
  while (ran && table[functions].text)
    functions++;
  printf("abi_random %s: %zu functions, %zu calls, seed %s, %zu mismatches\n", argv[1], functions, w.calls,
         argv[3], w.mismatches);
  free(w.given);
  free(w.expected);
  free(w.received);
  rs_registry_free(w.reg);
  rs_lib_unref(lib);
  return !ran || w.mismatches != 0;
}

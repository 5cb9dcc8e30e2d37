/* vectors.c - plans every line of a vector file (tools/abi-oracle wrote it from a compiler) and compares
 * where each scalar travels, as text. Needs no CPU but the one it runs on. vectors a64 path/to/a64.txt */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/x64_win.h"
#include "abi/x86.h"
#include "declare.h"
#include "places.h"

typedef struct text {
  char bytes[16384];
  size_t used;
} text;

static void say(text *out, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  out->used += (size_t)vsnprintf(out->bytes + out->used, sizeof out->bytes - out->used, format, args);
  va_end(args);
  if (out->used >= sizeof out->bytes)
    abort();
}

struct scene {
  text *out;
  const rs_plan *plan;
  const rs_place *place;
  const char *name;
  size_t pointer_at; /* frame offset, when the place is by reference */
};

/* Of a piece of a scalar: its place and what was said of it. */
struct said {
  rs_spot spot;
  char base[40]; /* with `*` when it is in the memory that the spot points to */
  size_t offset;
};

/* x64-win has floats in the vector registers of their slots, of a variadic call in both. */
static void name_register(const struct scene *s, size_t frame_offset, struct said *out)
{
  size_t slot = (frame_offset - RS_WIN_SLOTS) / 8;
  bool in_vector = is_of_family(s->plan->abi, "x64-win") && s->place->type->kind == RS_FLOAT
                   && frame_offset >= RS_WIN_SLOTS && frame_offset < RS_WIN_STACK;

  out->offset = out->spot.offset;
  if (in_vector && s->plan->signature->variadic)
    (void)snprintf(out->base, sizeof out->base, "xmm%zu=%s", slot, out->spot.base);
  else if (in_vector)
    (void)snprintf(out->base, sizeof out->base, "xmm%zu", slot);
  else
    (void)snprintf(out->base, sizeof out->base, "%s", out->spot.base);
}

static bool find_piece(const struct scene *s, size_t value_offset, struct said *out)
{
  const rs_place *place = s->place;

  if (place->by_reference) {
    if (!find_spot(s->plan->abi, s->pointer_at, &out->spot))
      return false;
    out->offset = value_offset;
    out->spot.follows = false;
    if (strcmp(out->spot.base, "stack") == 0)
      (void)snprintf(out->base, sizeof out->base, "*stack+%zu", out->spot.offset);
    else
      (void)snprintf(out->base, sizeof out->base, "*%s", out->spot.base);
    return true;
  }
  for (size_t i = 0; i < place->part_count; i++) {
    const rs_part *part = &s->plan->parts[place->first_part + i];

    if (value_offset < part->value_offset || value_offset >= part->value_offset + part->size)
      continue;
    if (!find_spot(s->plan->abi, part->frame_offset + value_offset - part->value_offset, &out->spot))
      return false;
    name_register(s, part->frame_offset, out);
    return true;
  }
  return false;
}

static bool goes_on(const struct said *before, const struct said *now, size_t bytes)
{
  if (before->spot.follows && now->spot.follows)
    return now->spot.file_offset == before->spot.file_offset + bytes;
  return strcmp(before->base, now->base) == 0 && now->offset == before->offset + bytes;
}

/* How an integer that is narrower than its word fills the rest of it, in the files that say so. */
static void say_extension(const struct scene *s)
{
  static const char *const families[] = {"la64", "s390x"};
  static const char *const names[] = {
      [RS_EXTEND_NONE] = ":none", [RS_EXTEND_ZERO] = ":zero", [RS_EXTEND_SIGN] = ":sign"};
  const rs_type *type = s->place->type;

  if (!(rs_is_integer(type) || type->kind == RS_BOOL) || type->size >= s->plan->slot_size)
    return;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (is_of_family(s->plan->abi, families[i]))
      say(s->out, "%s", names[s->plan->parts[s->place->first_part].extend]);
}

/* Scalars are cut where words are; what does not go on where the piece before it ended is said. */
static void describe_scalar(void *context, const char *path, const rs_type *scalar, size_t offset)
{
  struct scene *s = context;
  size_t word = s->plan->slot_size, end = offset + (scalar->size == 12 ? 10 : scalar->size), before_from = 0;
  struct said before = {0}, now = {0};

  say(s->out, " %s%s", s->name, path);
  for (size_t from = offset; from < end; from = rs_round_up(from + 1, word)) {
    const char *sign = from == offset ? "=" : "/";

    if (!find_piece(s, from, &now))
      say(s->out, "%snowhere", sign);
    else if (from == offset || !goes_on(&before, &now, from - before_from))
      say(s->out, now.offset || strcmp(now.base, "stack") == 0 ? "%s%s+%zu" : "%s%s", sign, now.base,
          now.offset);
    before = now;
    before_from = from;
  }
  say_extension(s);
}

static void describe_place(struct scene *s, const char *name, const rs_place *place, size_t pointer_at)
{
  s->name = name;
  s->place = place;
  s->pointer_at = pointer_at;
  if (rs_is_aggregate(place->type))
    say(s->out, " %s{%u,%u}", name, (unsigned)place->type->size, (unsigned)place->type->align);
  each_scalar(place->type, describe_scalar, s);
}

/* What the callee of 32-bit x86 removes from the stack, and whether eax brings the result's address back. */
static void describe_removed(text *out, const rs_plan *plan)
{
  uint32_t removed;

  memcpy(&removed, plan->header + RS_X86_POPPED, sizeof removed);
  if (plan->result.by_reference && plan->result.type->size)
    say(out, " echo=%s", plan->result_echo == RS_X86_EAX ? "eax" : "none");
  say(out, " removed=%u", (unsigned)(removed & ~(uint32_t)RS_X86_IN_ST0));
}

static void describe(text *out, const rs_plan *plan, const declaration *d)
{
  struct scene s = {.out = out, .plan = plan};

  for (size_t i = 0; i < plan->argc; i++) {
    const rs_place *place = &plan->args[i];
    size_t pointer_at = place->by_reference ? plan->parts[place->first_part].frame_offset : 0;

    describe_place(&s, d->names[i], place, pointer_at);
  }
  if (plan->result.type->kind != RS_VOID)
    describe_place(&s, "return", &plan->result, plan->result_pointer);
  if (is_of_family(plan->abi, "x86"))
    describe_removed(out, plan);
  if (is_of_family(plan->abi, "x64-sysv") && plan->signature->variadic)
    say(out, " al=%u", plan->vector_count);
}

static char *trimmed(char *line)
{
  line[strcspn(line, "\n")] = 0;
  while (*line == ' ')
    line++;
  return line;
}

int main(int argc, char **argv)
{
  static char declared[16384], expected[16384];
  static text got;
  static declaration d;
  rs_error err = {0};
  const rs_abi *abi = argc == 3 ? rs_abi_find(argv[1]) : NULL;
  FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
  /* The compiler that wrote x64-win.txt has the long double of MinGW: 16 bytes. */
  rs_target target = abi ? *rs_target_find(abi->target) : *rs_target_host();
  rs_registry *reg;
  size_t passed = 0, failed = 0;

  if (!abi || !file) {
    fprintf(stderr, "usage: vectors <abi> <file>\n");
    return 2;
  }
  if (abi == rs_abi_find("x64-win"))
    target.long_double_size = target.long_double_align = 16;
  reg = rs_registry_new(&target, &err);
  while (reg && fgets(declared, sizeof declared, file)) {
    rs_plan *plan;

    if (*declared == '#' || *trimmed(declared) == 0)
      continue;
    if (!fgets(expected, sizeof expected, file))
      break;
    declare(reg, trimmed(declared), &d);
    got.used = 0;
    got.bytes[0] = 0;
    if ((plan = rs_plan_build(abi, d.signature, &err)))
      describe(&got, plan, &d);
    else
      say(&got, "%s", err.text);
    if (strcmp(trimmed(got.bytes), trimmed(expected)) == 0) {
      passed++;
    } else {
      failed++;
      printf("not ok %s\n  expected %s\n  planned  %s\n", declared, trimmed(expected), trimmed(got.bytes));
    }
    rs_plan_free(plan);
  }
  (void)fclose(file);
  rs_registry_free(reg);
  printf("abi_vectors %s: %zu passed, %zu failed\n", argv[1], passed, failed);
  return passed == 0 || failed != 0;
}

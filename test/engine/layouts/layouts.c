/* Random structs and unions, laid out by a C compiler and by the engine.
 *
 *   layouts emit SEED COUNT TARGET > probe.c     C code whose tables hold sizes, alignments and offsets
 *   cc -S probe.c -o probe.s                     with any compiler for that target: nothing is run
 *   layouts check SEED COUNT TARGET probe.s      reads the tables' numbers and compares
 *
 * The same seed makes the same records, so nothing but numbers passes between the two. Every number is
 * written plus one: assemblers print zeros as `.zero`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "ristretto.h"

#define MAX_MEMBERS 9

static const struct {
  const char *name; /* in the registry; NULL: long double, which has none */
  const char *c;
} prims[] = {
    {"bool", "_Bool"},
    {"int8_t", "signed char"},
    {"uint8_t", "unsigned char"},
    {"char", "char"},
    {"unsigned char", "unsigned char"},
    {"char16_t", "__CHAR16_TYPE__"},
    {"char32_t", "__CHAR32_TYPE__"},
    {"wchar_t", "__WCHAR_TYPE__"},
    {"int16_t", "__INT16_TYPE__"},
    {"int16_be_t", "__INT16_TYPE__"},
    {"uint16_t", "__UINT16_TYPE__"},
    {"short", "short"},
    {"unsigned short", "unsigned short"},
    {"int32_t", "__INT32_TYPE__"},
    {"uint32_t", "__UINT32_TYPE__"},
    {"uint32_be_t", "__UINT32_TYPE__"},
    {"int", "int"},
    {"unsigned int", "unsigned int"},
    {"int64_t", "__INT64_TYPE__"},
    {"int64_le_t", "__INT64_TYPE__"},
    {"uint64_t", "__UINT64_TYPE__"},
    {"intptr_t", "__INTPTR_TYPE__"},
    {"uintptr_t", "__UINTPTR_TYPE__"},
    {"size_t", "__SIZE_TYPE__"},
    {"long", "long"},
    {"unsigned long", "unsigned long"},
    {"long long", "long long"},
    {"unsigned long long", "unsigned long long"},
    {"float", "float"},
    {"double", "double"},
    {"char *", "char *"},
    {"wchar_t *", "__WCHAR_TYPE__ *"},
    {"void *", "void *"},
    {"double **", "double **"},
    {NULL, "long double"},
};

typedef struct random_member {
  size_t prim;       /* row of `prims`, unless `record` says otherwise */
  size_t record;     /* index of an earlier record plus one, or 0 */
  size_t lengths[2]; /* C order; 0: not an array in this dimension */
  size_t align;      /* 0: natural */
} random_member;

typedef struct random_record {
  rs_kind kind;
  bool packed;
  size_t count;
  size_t bound; /* no layout is larger than this, bytes */
  random_member members[MAX_MEMBERS];
} random_record;

/* Numerical Recipes' 64-bit linear congruential generator; the upper bits are the good ones. */
static uint64_t state;

static size_t below(size_t limit)
{
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (size_t)((state >> 33) % limit);
}

static void make_member(random_record *r, random_member *m, const random_record *all, size_t index,
                        bool windows)
{
  size_t bound = 16;

  *m = (random_member){0};
  /* Windows' compilers disagree about long double; the engine follows Microsoft's. */
  m->prim = below(sizeof prims / sizeof *prims - windows);
  if (index && below(3) == 0) {
    size_t other = index - 1 - below(index < 40 ? index : 40);

    if (all[other].bound < 4096) {
      m->record = other + 1;
      bound = all[other].bound;
    }
  }
  if (below(4) == 0) {
    m->lengths[0] = 1 + below(5);
    bound *= m->lengths[0];
    if (below(3) == 0) {
      m->lengths[1] = 1 + below(4);
      bound *= m->lengths[1];
    }
  }
  if (below(6) == 0)
    m->align = (size_t)1 << below(7);
  r->bound += bound + 64;
}

static random_record *make_records(uint64_t seed, size_t count, bool windows)
{
  random_record *all = calloc(count, sizeof *all);

  if (!all)
    abort();
  state = seed;
  for (size_t i = 0; i < count; i++) {
    random_record *r = &all[i];

    r->kind = below(4) ? RS_RECORD : RS_UNION;
    r->packed = below(4) == 0;
    r->count = 1 + below(MAX_MEMBERS);
    for (size_t m = 0; m < r->count; m++)
      make_member(r, &r->members[m], all, i, windows);
  }
  return all;
}

static const char *keyword(const random_record *r)
{
  return r->kind == RS_UNION ? "union" : "struct";
}

/* An alignment that replaces the natural one needs `packed` beside `aligned`, which alone only raises it. */
static void emit_record(const random_record *all, size_t index)
{
  const random_record *r = &all[index];

  printf("%s r%zu {\n", keyword(r), index);
  for (size_t i = 0; i < r->count; i++) {
    const random_member *m = &r->members[i];

    if (m->record)
      printf("  %s r%zu m%zu", keyword(&all[m->record - 1]), m->record - 1, i);
    else
      printf("  %s m%zu", prims[m->prim].c, i);
    for (size_t d = 0; d < 2 && m->lengths[d]; d++)
      printf("[%zu]", m->lengths[d]);
    if (m->align)
      printf(" __attribute__((packed, aligned(%zu)))", m->align);
    printf(";\n");
  }
  printf("}%s;\n", r->packed ? " __attribute__((packed))" : "");
  printf("const unsigned t%zu[] = {sizeof(%s r%zu) + 1, _Alignof(%s r%zu) + 1", index, keyword(r), index,
         keyword(r), index);
  for (size_t i = 0; i < r->count; i++)
    printf(",\n  __builtin_offsetof(%s r%zu, m%zu) + 1", keyword(r), index, i);
  printf("};\n\n");
}

static const rs_type *member_type(rs_registry *reg, const rs_type *const *made, const random_member *m,
                                  rs_error *err)
{
  const rs_type *type;

  if (m->record)
    type = made[m->record - 1];
  else if (!prims[m->prim].name)
    type = rs_prim_type(reg, RS_P_LDOUBLE);
  else
    type = rs_parse_type(reg, prims[m->prim].name, strlen(prims[m->prim].name), err);
  for (size_t d = 2; d-- > 0;)
    if (type && m->lengths[d])
      type = rs_type_array(reg, type, m->lengths[d], RS_HINT_DEFAULT, NULL, err);
  return type;
}

static const rs_type *build_record(rs_registry *reg, const rs_type *const *made, const random_record *r,
                                   rs_error *err)
{
  rs_record_spec spec = {.kind = r->kind, .packed = r->packed};
  rs_record_builder *builder = rs_record_begin(reg, &spec, err);

  for (size_t i = 0; builder && i < r->count; i++) {
    const rs_type *type = member_type(reg, made, &r->members[i], err);
    char name[24];

    (void)snprintf(name, sizeof name, "m%zu", i);
    if (!type || !rs_record_add(builder, name, type, r->members[i].align, err)) {
      rs_record_cancel(builder);
      return NULL;
    }
  }
  return builder ? rs_record_end(builder, err) : NULL;
}

/* The next number of the tables, as the compiler printed it: ".long 17". Stops the program at the end. */
static size_t read_number(FILE *assembly)
{
  char line[512];
  unsigned number;

  while (fgets(line, sizeof line, assembly))
    if (sscanf(line, " .long %u", &number) == 1 || sscanf(line, " .word %u", &number) == 1)
      return (size_t)number - 1;
  fprintf(stderr, "layouts: the tables end too early\n");
  exit(2);
}

static void check_record(const rs_type *type, size_t index, FILE *assembly)
{
  char subject[24];

  (void)snprintf(subject, sizeof subject, "r%zu", index);
  check_subject = subject;
  CHECK_NUMBER(type->size, read_number(assembly));
  CHECK_NUMBER(type->align, read_number(assembly));
  for (size_t i = 0; i < type->member_count; i++)
    check_number((int64_t)type->members[i].offset, (int64_t)read_number(assembly), __FILE__, __LINE__,
                 type->members[i].name);
  check_subject = NULL;
}

static void check_records(const random_record *all, size_t count, const rs_target *target, FILE *assembly)
{
  rs_error err = {0};
  rs_registry *reg = rs_registry_new(target, &err);
  const rs_type **made = calloc(count, sizeof *made);

  if (!reg || !made)
    abort();
  for (size_t i = 0; i < count; i++) {
    if (!(made[i] = build_record(reg, made, &all[i], &err))) {
      fprintf(stderr, "layouts: r%zu: %s\n", i, err.text);
      exit(2);
    }
    check_record(made[i], i, assembly);
  }
  free(made);
  rs_registry_free(reg);
}

int main(int argc, char **argv)
{
  const char *mode = argc > 1 ? argv[1] : "";
  uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
  size_t count = argc > 3 ? (size_t)strtoull(argv[3], NULL, 10) : 0;
  const rs_target *target = argc > 4 ? rs_target_find(argv[4]) : NULL;
  random_record *all;
  FILE *assembly = NULL;

  if (!target || !count || (strcmp(mode, "emit") != 0 && (strcmp(mode, "check") != 0 || argc != 6))) {
    fprintf(stderr, "usage: layouts emit SEED COUNT TARGET | layouts check SEED COUNT TARGET FILE\n");
    return 2;
  }
  if (strcmp(mode, "check") == 0 && !(assembly = fopen(argv[5], "r"))) {
    perror(argv[5]);
    return 2;
  }
  all = make_records(seed, count, target->wchar_size == 2);
  if (assembly) {
    check_records(all, count, target, assembly);
    (void)fclose(assembly);
  } else {
    for (size_t i = 0; i < count; i++)
      emit_record(all, i);
  }
  free(all);
  if (!assembly)
    return 0;
  printf("%zu records for %s, seed %" PRIu64 ", %s\n", count, target->name, seed, argv[5]);
  return check_report("layouts");
}

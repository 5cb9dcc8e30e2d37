/* libFuzzer target for layouts and plans: bytes become types and a signature, which every convention plans;
 * then each argument is put into a frame that ends where the plan says. Beyond what the sanitizers see:
 * members lie inside their record, parts inside value and frame, and no two arguments share bytes. Run by
 * tools/fuzz. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ristretto.h"

#define MAX_TYPES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

typedef struct input {
  const uint8_t *at, *end;
} input;

typedef struct pool {
  rs_registry *reg;
  const rs_type *types[MAX_TYPES];
  size_t count;
} pool;

/* The next byte, 0 once the input is used up. */
static unsigned take(input *in)
{
  return in->at < in->end ? *in->at++ : 0;
}

static const rs_type *pick(const pool *p, input *in)
{
  return p->types[take(in) % p->count];
}

static void keep(pool *p, const rs_type *type)
{
  if (type && p->count < MAX_TYPES)
    p->types[p->count++] = type;
}

static void check_record(const rs_type *type)
{
  size_t end = 0;

  REQUIRE(type->align && !(type->align & (type->align - 1)) && type->size % type->align == 0);
  for (size_t i = 0; i < type->member_count; i++) {
    const rs_member *m = &type->members[i];

    REQUIRE(m->offset <= type->size && m->type->size <= type->size - m->offset);
    REQUIRE(type->kind == RS_UNION ? m->offset == 0 : m->offset >= end);
    if (m->offset % m->type->align)
      REQUIRE(type->flags & RS_T_MISALIGNED);
    end = m->offset + m->type->size;
  }
}

static const rs_type *make_record(const pool *p, input *in)
{
  rs_error err = {0};
  unsigned shape = take(in), count = take(in) % 12;
  rs_record_spec spec = {.kind = shape & 1 ? RS_UNION : RS_RECORD, .packed = shape & 2};
  rs_record_builder *builder = rs_record_begin(p->reg, &spec, &err);
  const rs_type *type;

  REQUIRE(builder);
  for (unsigned i = 0; i < count; i++) {
    char name[16];
    unsigned align = take(in);

    (void)snprintf(name, sizeof name, "m%u", i);
    if (!rs_record_add(builder, name, pick(p, in), align & 8 ? (size_t)1 << (align & 7) : 0, &err))
      err = (rs_error){0}; /* an alignment above 64, a void: the record goes on without */
  }
  type = rs_record_end(builder, &err);
  REQUIRE(type || err.code == RS_E_TOO_LARGE);
  if (type)
    check_record(type);
  return type;
}

static void make_types(pool *p, input *in)
{
  rs_error err = {0};

  for (int prim = 0; prim < RS_P_COUNT; prim++)
    keep(p, rs_prim_type(p->reg, (rs_prim)prim));
  while (in->at < in->end && p->count < MAX_TYPES) {
    unsigned what = take(in) % 8;

    if (what == 0)
      return;
    err = (rs_error){0};
    if (what == 1)
      keep(p, rs_type_pointer(p->reg, pick(p, in), &err));
    else if (what <= 3)
      keep(p, rs_type_array(p->reg, pick(p, in), take(in), RS_HINT_DEFAULT, NULL, &err));
    else if (what == 4)
      keep(p, rs_type_enum(p->reg, NULL, pick(p, in), &err));
    else
      keep(p, make_record(p, in));
  }
}

/* Types that cannot be passed are left out. */
static const rs_signature *make_signature(const pool *p, input *in, rs_error *err)
{
  rs_param params[RS_MAX_PARAMS];
  unsigned dots = take(in); /* 0: none; else before which argument */
  size_t count = 0;
  rs_convention convention = (rs_convention)(take(in) % 4);
  const rs_type *result = pick(p, in);

  if (!rs_result_check(result, &(rs_error){0}))
    result = rs_prim_type(p->reg, RS_P_VOID);
  while (in->at < in->end && count < RS_MAX_PARAMS) {
    const rs_type *type = pick(p, in);

    params[count] = (rs_param){type, RS_IN};
    count += rs_param_check(&params[count], &(rs_error){0});
  }
  return rs_signature_intern(p->reg, convention, result, params, count, dots ? dots % (count + 1) : count,
                             dots != 0, err);
}

static void check_place(const rs_plan *plan, const rs_place *place, unsigned char *used)
{
  size_t value = place->by_reference ? plan->slot_size : place->type->size;

  REQUIRE(place->first_part + place->part_count <= plan->part_count);
  for (size_t i = place->first_part; i < (size_t)place->first_part + place->part_count; i++) {
    const rs_part *part = &plan->parts[i];
    size_t width = part->extend && part->size < plan->slot_size ? plan->slot_size : part->size;
    size_t at = part->frame_offset - (plan->big_endian ? width - part->size : 0);

    REQUIRE(part->size && part->value_offset + (size_t)part->size <= value);
    REQUIRE(at + width <= plan->frame_bytes);
    for (size_t b = 0; used && b < width; b++)
      REQUIRE(!used[at + b]++);
  }
}

static void check_plan(const rs_plan *plan)
{
  unsigned char *used = calloc(plan->frame_bytes + 1, 1);

  REQUIRE(used && plan->frame_bytes % 16 == 0 && plan->stack_bytes % 16 == 0);
  REQUIRE(plan->stack_offset + plan->stack_bytes <= plan->frame_bytes);
  check_place(plan, &plan->result, NULL);
  if (plan->result.by_reference)
    memset(used + plan->result_pointer, 1, plan->slot_size);
  for (size_t i = 0; i < plan->argc; i++)
    check_place(plan, &plan->args[i], used);
  free(used);
}

static void use_plan(const rs_plan *plan)
{
  char *frame = aligned_alloc(16, plan->frame_bytes);
  char *result = calloc(plan->result.type->size + 1, 1);

  REQUIRE(frame && result);
  rs_frame_init(plan, frame, result);
  for (size_t i = 0; i < plan->argc; i++) {
    size_t size = plan->args[i].type->size;
    char *value = malloc(size ? size : 1);

    REQUIRE(value);
    memset(value, (int)i, size);
    rs_frame_put(plan, frame, i, value);
    free(value);
  }
  if (!plan->result.by_reference)
    rs_frame_result(plan, frame, result);
  free(result);
  free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  input in = {data, data + size};
  unsigned which = take(&in);
  const rs_abi *abi = rs_abi_at(which % rs_abi_count());
  rs_error err = {0};
  pool p = {.reg = rs_registry_new(rs_target_find(abi->target), &err)};
  const rs_signature *signature;
  rs_plan *plan;

  REQUIRE(p.reg);
  rs_registry_set_max_type_size(p.reg, 1u << 16);
  make_types(&p, &in);
  signature = make_signature(&p, &in, &err);
  REQUIRE(signature);
  plan = rs_plan_build(abi, signature, &err);
  REQUIRE(plan || err.code == RS_E_LIMIT || err.code == RS_E_BAD_TYPE);
  if (plan) {
    check_plan(plan);
    use_plan(plan);
  }
  rs_plan_free(plan);
  rs_registry_free(p.reg);
  return 0;
}

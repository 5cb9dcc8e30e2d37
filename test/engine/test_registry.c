/* Names, lifetime and construction of types. */
#include "check.h"
#include "world.h"

static const rs_type *type_of(rs_registry *reg, const char *text)
{
  return rs_parse_type(reg, text, strlen(text), &(rs_error){0});
}

static const rs_type *find(const rs_registry *reg, const char *name)
{
  return rs_registry_find(reg, name, strlen(name));
}

/* Checks that a call failed with this code and class, then clears the error for the next. */
#define CHECK_FAILED(err, wanted, wanted_class) \
  do { \
    CHECK_TEXT(rs_code_name((err)->code), rs_code_name(RS_E_##wanted)); \
    CHECK_NUMBER((err)->js_class, RS_CLASS_##wanted_class); \
    *(err) = (rs_error){0}; \
  } while (0)

static void test_names(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  const rs_type *s = find(reg, "S");

  CHECK(rs_registry_alias(reg, "S2", s, &err) && find(reg, "S2") == s);
  CHECK(!rs_registry_alias(reg, "S2", s, &err));
  CHECK_FAILED(&err, DUPLICATE, ERROR);
  CHECK(!rs_registry_alias(reg, "int", s, &err));
  CHECK_FAILED(&err, DUPLICATE, ERROR);
  CHECK(!rs_registry_alias(reg, "a b", s, &err));
  CHECK_FAILED(&err, BAD_NAME, ERROR);
  CHECK(!rs_type_opaque(reg, "S", &err));
  CHECK_FAILED(&err, DUPLICATE, ERROR);
  CHECK(!rs_type_enum(reg, "", rs_prim_type(reg, RS_P_INT), &err));
  CHECK_FAILED(&err, BAD_NAME, ERROR);
  CHECK(!rs_type_pointer_named(reg, "S", s, NULL, &err));
  CHECK_FAILED(&err, DUPLICATE, ERROR);
  CHECK(!rs_type_disposable(reg, "const", rs_prim_type(reg, RS_P_STR), false, &err));
  CHECK_FAILED(&err, BAD_NAME, ERROR);
  CHECK(!find(reg, "zork"));
  CHECK(!rs_registry_find(reg, "", 0));

  rs_type_ref(s);
  rs_registry_reset(reg);
  CHECK(!find(reg, "S") && !find(reg, "S2") && find(reg, "int") && find(reg, "unsigned long"));
  CHECK_NUMBER(s->size, 16); /* stays valid */
  CHECK(rs_registry_alias(reg, "S", s, &err));
  rs_type_unref(s);
  rs_registry_free(reg);
}

/* Enough names that the table grows and removed ones leave no holes in look-ups. */
static void test_many_names(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  char name[16];
  size_t found = 0;

  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 5000; i++) {
      (void)snprintf(name, sizeof name, "n%d", i);
      if (!rs_type_opaque(reg, name, &err))
        break;
    }
    found = 0;
    for (int i = 0; i < 5000; i++) {
      (void)snprintf(name, sizeof name, "n%d", i);
      found += find(reg, name) && strcmp(find(reg, name)->name, name) == 0;
    }
    CHECK_NUMBER(found, 5000);
    rs_registry_reset(reg);
    CHECK(!find(reg, "n0") && !find(reg, "n4999") && find(reg, "uint64_be"));
    rs_registry_collect(reg);
  }
  CHECK(!err.code);
  rs_registry_free(reg);
}

static void count_release(rs_type *type, void *context)
{
  CHECK(type->state->user != NULL);
  ++*(int *)context;
}

static void test_collect(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  const rs_type *pinned, *loose;
  const rs_signature *signature;
  int released = 0, user = 0;
  size_t before;

  rs_registry_on_release(reg, count_release, &released);
  rs_registry_collect(reg);
  before = rs_registry_type_count(reg);

  pinned = type_of(reg, "S **");
  loose = type_of(reg, "U **");
  pinned->state->user = loose->state->user = &user;
  rs_type_ref(pinned);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before + 2); /* S * and S ** */
  CHECK_NUMBER(released, 1);
  CHECK(type_of(reg, "S **") == pinned); /* the cache of S * still leads to it */
  CHECK_TEXT(type_of(reg, "U **")->name, "U **");
  rs_type_unref(pinned);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before);
  CHECK_NUMBER(released, 2);

  /* arrays and disposables leave their caches too */
  loose = type_of(reg, "S[3]");
  pinned = type_of(reg, "S[4]");
  rs_type_ref(pinned);
  CHECK(type_of(reg, "str!") && loose);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before + 1);
  CHECK(type_of(reg, "S[4]") == pinned && type_of(reg, "S[3]")->length == 3);
  CHECK(type_of(reg, "str!")->flags & RS_T_DISPOSABLE);
  rs_type_unref(pinned);

  /* a pinned signature keeps its types */
  signature = rs_signature_intern(reg, RS_CDECL, type_of(reg, "S *"),
                                  &(rs_param){type_of(reg, "U **"), RS_OUT}, 1, 1, false, &err);
  rs_signature_ref(signature);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before + 3);
  CHECK_TEXT(signature->params[0].type->name, "U **");
  rs_signature_unref(signature);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before);

  /* the unnamed function type of a signature can go without it */
  pinned = type_of(reg, "S *");
  rs_type_ref(pinned);
  signature = type_of(reg, "S *(*)(int)")->ref->signature;
  rs_signature_ref(signature);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before + 1);
  CHECK(!signature->function && type_of(reg, "S *(*)(int)")->ref->signature == signature);
  rs_signature_unref(signature);
  rs_type_unref(pinned);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before);

  /* forgotten names release what only they held */
  rs_registry_reset(reg);
  rs_registry_collect(reg);
  CHECK(rs_registry_type_count(reg) < before);
  rs_registry_free(reg);
}

/* Two structs that point to each other, without names or pins, are one piece of garbage. */
static void test_cycles(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  rs_record_spec left = {.name = "Left", .kind = RS_RECORD}, right = {.name = "Right", .kind = RS_RECORD};
  rs_record_builder *l, *r;
  const rs_type *made;
  size_t before;

  rs_registry_collect(reg);
  before = rs_registry_type_count(reg);
  l = rs_record_begin(reg, &left, &err);
  r = rs_record_begin(reg, &right, &err);
  CHECK(l && r && rs_record_add(l, "right", type_of(reg, "Right *"), 0, &err)
        && rs_record_add(l, "self", type_of(reg, "Left *"), 0, &err)
        && rs_record_add(r, "left", type_of(reg, "Left *"), 0, &err));
  rs_registry_collect(reg); /* in the middle: both are pinned by their builders */
  made = rs_record_end(l, &err);
  CHECK(made && rs_record_end(r, &err));
  CHECK(made->members[0].type->ref->members[0].type->ref == made);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before + 4);
  rs_type_ref(made);
  rs_registry_reset(reg);
  rs_registry_collect(reg);
  CHECK(made->members[0].type->ref->members[0].type->ref == made);
  rs_type_unref(made);
  rs_registry_collect(reg);
  CHECK(!find(reg, "Left"));
  rs_registry_free(reg);
  CHECK(!err.code);
}

/* Declaring the same things again and again needs no more memory than declaring them a few times. */
static void test_no_growth(void)
{
  static const char text[] = "S *f(void (*cb)(int, const char *), U *u, int a[3], int (*m)[4])";
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  size_t most = 0, parsed = 0;

  for (int i = 0; i < 100000; i++) {
    rs_prototype p;
    rs_error err = {0};

    parsed += rs_parse_prototype(reg, text, sizeof text - 1, false, RS_CDECL, &p, &err);
    rs_prototype_clear(&p);
    parsed += rs_type_pointer_named(reg, NULL, rs_type_opaque(reg, NULL, &err), NULL, &err) != NULL;
    if (rs_registry_should_collect(reg))
      rs_registry_collect(reg);
    if (rs_registry_type_count(reg) > most)
      most = rs_registry_type_count(reg);
  }
  CHECK_NUMBER(parsed, 200000);
  CHECK(most < 10000);
  rs_registry_free(reg);
}

static void test_records(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  rs_record_spec spec = {.name = "Node", .kind = RS_RECORD};
  rs_record_builder *b = rs_record_begin(reg, &spec, &err);
  const rs_type *opaque, *pointer;

  CHECK(find(reg, "Node") && find(reg, "Node")->kind == RS_OPAQUE);
  CHECK(!rs_record_add(b, "self", find(reg, "Node"), 0, &err));
  CHECK_FAILED(&err, INCOMPLETE, TYPE);
  CHECK(!rs_record_add(b, "cb", find(reg, "P"), 0, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(!rs_record_add(b, "a b", find(reg, "int"), 0, &err));
  CHECK_FAILED(&err, BAD_NAME, ERROR);
  CHECK(!rs_record_add(b, "a", find(reg, "int"), 3, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(!rs_record_add(b, "a", find(reg, "int"), 128, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(rs_record_add(b, "a", find(reg, "int"), 0, &err));
  CHECK(!rs_record_add(b, "a", find(reg, "int"), 0, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(rs_record_add(b, "_", find(reg, "char"), 0, &err));
  rs_record_cancel(b);
  CHECK(!find(reg, "Node")); /* free again */

  /* an opaque type is completed in place, so that pointers made before see the members */
  opaque = find(reg, "O");
  pointer = type_of(reg, "O *");
  spec = (rs_record_spec){.complete = opaque, .kind = RS_UNION};
  b = rs_record_begin(reg, &spec, &err);
  CHECK(!rs_record_begin(reg, &spec, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  rs_record_cancel(b);
  CHECK(opaque->kind == RS_OPAQUE && find(reg, "O") == opaque);
  b = rs_record_begin(reg, &spec, &err);
  CHECK(rs_record_add(b, "next", pointer, 0, &err) && rs_record_add(b, "d", find(reg, "double"), 16, &err));
  CHECK(rs_record_end(b, &err) == opaque);
  CHECK(pointer->ref == opaque && opaque->kind == RS_UNION && opaque->member_count == 2);
  CHECK_NUMBER(opaque->size, 16);
  CHECK_NUMBER(opaque->align, 16);
  CHECK(!rs_record_begin(reg, &spec, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);

  /* too large */
  rs_registry_set_max_type_size(reg, 100);
  CHECK(!rs_type_array(reg, find(reg, "int"), 26, RS_HINT_DEFAULT, NULL, &err));
  CHECK_FAILED(&err, TOO_LARGE, TYPE);
  spec = (rs_record_spec){.name = "Big", .kind = RS_RECORD};
  b = rs_record_begin(reg, &spec, &err);
  for (int i = 0; i < 2; i++)
    CHECK(rs_record_add(b, i ? "a" : "b", type_of(reg, "int[20]"), 0, &err));
  CHECK(!rs_record_end(b, &err));
  CHECK_FAILED(&err, TOO_LARGE, ERROR);
  CHECK(!find(reg, "Big"));
  rs_registry_free(reg);
}

static const rs_type *counted_record(rs_registry *reg, const char *first, const rs_type *first_type,
                                     const char *second, const rs_type *second_type, rs_error *err)
{
  rs_record_spec spec = {.kind = RS_RECORD};
  rs_record_builder *b = rs_record_begin(reg, &spec, err);

  if (rs_record_add(b, first, first_type, 0, err) && rs_record_add(b, second, second_type, 0, err))
    return rs_record_end(b, err);
  rs_record_cancel(b);
  return NULL;
}

static void test_counted(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  const rs_type *integer = find(reg, "int");
  const rs_type *array = rs_type_array(reg, integer, 8, RS_HINT_DEFAULT, "n", &err);
  const rs_type *pointer = rs_type_pointer_named(reg, NULL, integer, "n", &err);
  const rs_type *made;

  CHECK(array && array != type_of(reg, "int[8]") && pointer && pointer != type_of(reg, "int *"));
  made = counted_record(reg, "n", find(reg, "int64_t"), "items", array, &err);
  CHECK(made && made->members[1].counter == 0 && made->flags & RS_T_HAS_COUNTED);
  CHECK_NUMBER(made->size, 40);
  CHECK(counted_record(reg, "n", find(reg, "E"), "p", pointer, &err));
  CHECK(counted_record(reg, "p", pointer, "n", find(reg, "uint8_t"), &err)->members[0].counter == 1);
  CHECK(!counted_record(reg, "items", array, "n", integer, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(!counted_record(reg, "n", find(reg, "double"), "items", array, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(!counted_record(reg, "m", integer, "items", array, &err));
  CHECK_FAILED(&err, BAD_MEMBER, ERROR);
  CHECK(!rs_type_pointer(reg, array, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(!rs_type_array(reg, pointer, 2, RS_HINT_DEFAULT, NULL, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(!rs_param_check(&(rs_param){pointer, RS_IN}, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(!rs_result_check(pointer, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  rs_registry_free(reg);
}

static void test_constructors(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  const rs_type *integer = find(reg, "int"), *type;

  CHECK(!rs_type_array(reg, integer, 0, RS_HINT_DEFAULT, NULL, &err));
  CHECK_FAILED(&err, BAD_LENGTH, TYPE);
  CHECK(!rs_type_array(reg, integer, SIZE_MAX, RS_HINT_DEFAULT, NULL, &err));
  CHECK_FAILED(&err, TOO_LARGE, TYPE);
  CHECK(!rs_type_enum(reg, NULL, find(reg, "float"), &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(!rs_type_disposable(reg, NULL, integer, true, &err));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  CHECK(rs_type_array(reg, integer, 3, RS_HINT_ARRAY, NULL, &err)
        != rs_type_array(reg, integer, 3, RS_HINT_ARRAY, NULL, &err));
  CHECK(rs_type_disposable(reg, NULL, find(reg, "str"), false, &err)
        != rs_type_disposable(reg, NULL, find(reg, "str"), false, &err));

  /* a pointer to a code unit is a string, to an enumeration of one it is not */
  CHECK_NUMBER(type_of(reg, "char16_t *")->kind, RS_STRING);
  type = rs_type_enum(reg, "Letter", find(reg, "char"), &err);
  CHECK(type && type_of(reg, "Letter *")->kind == RS_POINTER);
  CHECK_NUMBER(rs_default_hint(type), RS_HINT_ARRAY);
  CHECK_NUMBER(type_of(reg, "char[3]")->hint, RS_HINT_STRING);
  CHECK_NUMBER(type_of(reg, "int *[3]")->hint, RS_HINT_ARRAY);
  CHECK_NUMBER(type_of(reg, "int[2][3]")->hint, RS_HINT_ARRAY);
  CHECK_NUMBER(type_of(reg, "uint16_be[3]")->hint, RS_HINT_TYPED);
  CHECK_NUMBER(type_of(reg, "bool[3]")->hint, RS_HINT_ARRAY);
  CHECK(type_of(reg, "uint16_be")->flags & RS_T_SWAP);
  CHECK(!(type_of(reg, "uint16_le")->flags & RS_T_SWAP));
  rs_registry_free(reg);
}

static void test_signatures(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));
  rs_error err = {0};
  rs_param params[RS_MAX_PARAMS + 1];
  const rs_type *integer = find(reg, "int");

  for (size_t i = 0; i < RS_MAX_PARAMS + 1; i++)
    params[i] = (rs_param){integer, RS_IN};
#define INTERN(convention, result, count, variadic) \
  rs_signature_intern(reg, convention, result, params, count, count, variadic, &err)
  CHECK(INTERN(RS_CDECL, integer, 2, false) == INTERN(RS_CDECL, integer, 2, false));
  CHECK(INTERN(RS_CDECL, integer, 2, false) != INTERN(RS_CDECL, integer, 2, true));
  CHECK(INTERN(RS_CDECL, integer, 2, false) != INTERN(RS_STDCALL, integer, 2, false));
  CHECK(INTERN(RS_CDECL, integer, 2, false) != INTERN(RS_CDECL, integer, 3, false));
  CHECK(INTERN(RS_CDECL, integer, 2, false) != INTERN(RS_CDECL, find(reg, "long"), 2, false));
  CHECK(INTERN(RS_CDECL, find(reg, "void"), 0, false) != NULL);
  CHECK(INTERN(RS_CDECL, integer, RS_MAX_PARAMS, false) != NULL);
  CHECK(!INTERN(RS_CDECL, integer, RS_MAX_PARAMS + 1, false));
  CHECK_FAILED(&err, LIMIT, TYPE);
  CHECK(!INTERN(RS_CDECL, type_of(reg, "int[3]"), 1, false));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
  params[0].type = find(reg, "O");
  CHECK(!INTERN(RS_CDECL, integer, 1, false));
  CHECK_FAILED(&err, INCOMPLETE, TYPE);
  params[0] = (rs_param){type_of(reg, "P *"), RS_OUT};
  CHECK(!INTERN(RS_CDECL, integer, 1, false));
  CHECK_FAILED(&err, BAD_TYPE, TYPE);
#undef INTERN
  rs_registry_free(reg);
}

int main(void)
{
  test_names();
  test_many_names();
  test_collect();
  test_cycles();
  test_no_growth();
  test_records();
  test_counted();
  test_constructors();
  test_signatures();
  return check_report("registry");
}

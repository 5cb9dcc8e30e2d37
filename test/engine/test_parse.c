/* The declaration parser: what it makes of good declarations, and how it refuses the others. */
#include "check.h"
#include "world.h"

static void describe(const rs_type *type, char *out, size_t room);

static void append(char *out, size_t room, const char *text)
{
  size_t used = strlen(out);

  if (used < room)
    (void)snprintf(out + used, room - used, "%s", text);
}

/* "convention result name(parameters)" */
static void describe_function(const rs_signature *s, const char *name, char *const *names, char *out,
                              size_t room)
{
  static const char *const directions[] = {"", "", "_Out_ ", "_Inout_ "};
  static const char *const conventions[] = {"", "__stdcall ", "__fastcall ", "__thiscall "};

  append(out, room, conventions[s->convention]);
  describe(s->result, out, room);
  append(out, room, " ");
  append(out, room, name);
  append(out, room, "(");
  for (size_t i = 0; i < s->count; i++) {
    append(out, room, i ? ", " : "");
    append(out, room, directions[s->params[i].direction]);
    describe(s->params[i].type, out, room);
    if (names && names[i]) {
      append(out, room, " ");
      append(out, room, names[i]);
    }
  }
  append(out, room, s->variadic ? s->count ? ", ...)" : "...)" : ")");
}

/* The type's name; for types without one, what they are made of. */
static void describe(const rs_type *type, char *out, size_t room)
{
  bool unnamed = strchr(type->name, '<') != NULL;

  if (unnamed && type->kind == RS_FUNCTION) {
    describe_function(type->signature, "", NULL, out, room);
  } else if (unnamed && type->flags & RS_T_DISPOSABLE) {
    describe(type->base, out, room);
    append(out, room, "!");
  } else if (unnamed && type->kind == RS_POINTER) {
    append(out, room, "[");
    describe(type->ref, out, room);
    append(out, room, "]*");
  } else {
    append(out, room, type->name);
  }
}

static const struct {
  const char *text, *type;
} types[] = {
    {"int", "int"},
    {"  int\t\r\n", "int"},
    {"const int", "int"},
    {"const const int", "int"},
    {"int const", "int"},
    {"int32", "int32_t"},
    {"float64", "double"},
    {"bool", "bool"},
    {"void", "void"},
    {"str", "char *"},
    {"string16", "char16_t *"},
    {"wstring", "wchar_t *"},
    {"const str", "char *"},
    /* C's spellings of integers, in any order */
    {"signed", "int"},
    {"signed int", "int"},
    {"int signed", "int"},
    {"unsigned", "unsigned int"},
    {"unsigned int", "unsigned int"},
    {"unsigned\tint", "unsigned int"},
    {"int unsigned", "unsigned int"},
    {"char", "char"},
    {"signed char", "int8_t"},
    {"unsigned char", "unsigned char"},
    {"char unsigned", "unsigned char"},
    {"short", "short"},
    {"short int", "short"},
    {"signed short", "short"},
    {"int short signed", "short"},
    {"unsigned short", "unsigned short"},
    {"unsigned short int", "unsigned short"},
    {"short unsigned int", "unsigned short"},
    {"long", "long"},
    {"long int", "long"},
    {"int long", "long"},
    {"signed long int", "long"},
    {"unsigned long", "unsigned long"},
    {"unsigned long int", "unsigned long"},
    {"long unsigned int", "unsigned long"},
    {"long int unsigned", "unsigned long"},
    {"long long", "long long"},
    {"long long int", "long long"},
    {"long int long", "long long"},
    {"signed long long int", "long long"},
    {"unsigned long long", "unsigned long long"},
    {"long unsigned long", "unsigned long long"},
    {"long long unsigned int", "unsigned long long"},
    {"unsigned const long volatile int", "unsigned long"},
    /* qualifiers */
    {"volatile int", "int"},
    {"register int", "int"},
    {"const char *", "char *"},
    {"char const *", "char *"},
    {"const char *const", "char *"},
    {"char *const *restrict", "char **"},
    {"int *__restrict", "int *"},
    /* tags */
    {"struct S", "S"},
    {"const struct S *", "S *"},
    {"struct S const *", "S *"},
    {"union U", "U"},
    {"enum E", "E"},
    {"struct O *", "O *"},
    {"union O *", "O *"},
    /* pointers, arrays, disposables */
    {"int*", "int *"},
    {"int * *", "int **"},
    {"int *****", "int *****"},
    {"char **", "char **"},
    {"str *", "char **"},
    {"P *", "P *"},
    {"Handle", "Handle"},
    {"Handle *", "Handle *"},
    {"int[3]", "int[3]"},
    {"int [ 3 ]", "int[3]"},
    {"int[010]", "int[10]"},
    {"int[2][3]", "int[2][3]"},
    {"int *[3]", "int *[3]"},
    {"int[3] *", "int[3] *"},
    {"A", "int[3]"},
    {"A *", "int[3] *"},
    {"Handle[2]", "Handle[2]"},
    {"str!", "char *!"},
    {"str !", "char *!"},
    {"char *!", "char *!"},
    {"char **!", "char **!"},
    {"void *!", "void *!"},
    {"S *!", "S *!"},
    {"Handle!", "Handle!"},
    {"Own", "Own"},
    /* declarators without a name */
    {"int (*)", "int *"},
    {"int (*)[3]", "int[3] *"},
    {"int (*)[2][3]", "int[3][2] *"},
    {"int *(*)[3]", "int *[3] *"},
    {"int (**)[3]", "int[3] **"},
    {"int (*const)[3]", "int[3] *"},
    /* comments */
    {"int // number", "int"},
    {"/* a */ unsigned /* b */ long // c", "unsigned long"},
    {"/**/int/***/", "int"},
    {"int// one\n*", "int *"},
    /* names of C headers */
    {"_Bool", "bool"},
    {"ssize_t", "intptr_t"},
    {"ptrdiff_t *", "intptr_t *"},
    {"intmax_t", "int64_t"},
    {"uintmax_t", "uint64_t"},
    {"time_t", "long"},
    {"off_t", "long"},
};

static const struct {
  const char *text, *type;
} functions[] = {
    {"void (*)(int)", "void (int)"},
    {"void(*)()", "void ()"},
    {"int (*)(const char *, ...)", "int (char *, ...)"},
    {"int (*const)(int a, int)", "int (int, int)"},
    {"void (__stdcall *)(int)", "__stdcall void (int)"},
    {"void (*)(void (*)(int))", "void ([void (int)]*)"},
    {"int (*)(int a[3])", "int (int *)"},
};

static const struct {
  const char *text, *printed;
} prototypes[] = {
    {"int add(int a, int b)", "int add(int a, int b)"},
    {"int add(int, int)", "int add(int, int)"},
    {"int add(int a,int b) ;", "int add(int a, int b)"},
    {"int*add(int*a,int*b)", "int * add(int * a, int * b)"},
    {"int add()", "int add()"},
    {"int add(void)", "int add()"},
    {"int add( void )", "int add()"},
    {"int add(Nothing)", "int add()"},
    {"int add(void *)", "int add(void *)"},
    {"int add(const void *)", "int add(void *)"},
    {"int add(...)", "int add(...)"},
    {"int add(int, ...)", "int add(int, ...)"},
    {"int add(int a, ... )", "int add(int a, ...)"},
    {"int add(int a, int a)", "int add(int a, int a)"},
    {"int add(int int)", "int add(int int)"},
    {"int add(int S, S S)", "int add(int S, S S)"},
    {"int add(size_t char)", "int add(size_t char)"},
    {"void int32_t(void)", "void int32_t()"},
    {"int add(int long)", "int add(long)"},
    {"int add(unsigned x, long y)", "int add(unsigned int x, long y)"},
    {"int __stdcall add(int)", "__stdcall int add(int)"},
    {"int *__stdcall add(int)", "__stdcall int * add(int)"},
    {"int __fastcall add(int);", "__fastcall int add(int)"},
    {"int __thiscall add(void *this)", "__thiscall int add(void * this)"},
    {"int __cdecl add(int)", "int add(int)"},
    {"int f(int *const a)", "int f(int * a)"},
    {"int f(int *const)", "int f(int *)"},
    {"int f(int *restrict a, const int *__restrict b)", "int f(int * a, int * b)"},
    {"int f(register int a)", "int f(int a)"},
    {"int f(_In_ int a, _Out_ int *b, _Inout_ str c)", "int f(int a, _Out_ int * b, _Inout_ char * c)"},
    {"int f(_Out_ const int *p)", "int f(_Out_ int * p)"},
    {"int f(_Out_ Handle *h, _Out_ O **o)", "int f(_Out_ Handle * h, _Out_ O ** o)"},
    {"str! f()", "char *! f()"},
    {"char *! name(S *!)", "char *! name(S *!)"},
    {"S f(struct S s, union U u, enum E e)", "S f(S s, U u, E e)"},
    {"Own f(Size n)", "Own f(size_t n)"},
    /* array and function parameters are pointers */
    {"int main(int argc, char *argv[])", "int main(int argc, char ** argv)"},
    {"int f(int a[], int b[4])", "int f(int * a, int * b)"},
    {"int f(_Out_ int a[4])", "int f(_Out_ int * a)"},
    {"int f(char s[16])", "int f(char * s)"},
    {"int f(int m[2][3])", "int f(int[3] * m)"},
    {"int f(int m[][3][4])", "int f(int[4][3] * m)"},
    {"int f(int *a[3])", "int f(int ** a)"},
    {"int f(int (*a)[3])", "int f(int[3] * a)"},
    {"int f(int (a))", "int f(int a)"},
    {"int f(int ((a)))", "int f(int a)"},
    {"int f(int (a)[3])", "int f(int * a)"},
    {"int f(S s[])", "int f(S * s)"},
    {"int f(A *a)", "int f(int[3] * a)"},
    {"int f(A a[2])", "int f(int[3] * a)"},
    {"void f(int (*cb)(int, str))", "void f([int (int, char *)]* cb)"},
    {"void f(int (*)(int))", "void f([int (int)]*)"},
    {"void f(int cb(int))", "void f([int (int)]* cb)"},
    {"void f(int (int))", "void f([int (int)]*)"},
    {"void f(void (*cbs[2])(void))", "void f([[void ()]*]* cbs)"},
    {"void f(int (__stdcall *cb)(int))", "void f([__stdcall int (int)]* cb)"},
    {"void f(void (*cb)(_Out_ int *, ...))", "void f([void (_Out_ int *, ...)]* cb)"},
    {"void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))",
     "void qsort(void * base, size_t n, size_t size, [int (void *, void *)]* compare)"},
    /* declarators around the function */
    {"int (add)(int a)", "int add(int a)"},
    {"int ((add))(int a)", "int add(int a)"},
    {"int (*f(int a))(double)", "[int (double)]* f(int a)"},
    {"int (*f(void))[3]", "int[3] * f()"},
    {"int (*__stdcall f(int a))(double)", "__stdcall [int (double)]* f(int a)"},
    {"void (*signal(int sig, void (*func)(int)))(int)", "[void (int)]* signal(int sig, [void (int)]* func)"},
    {"int (*(*f(int a))(int b))(int c)", "[[int (int)]* (int)]* f(int a)"},
    /* comments and names */
    {"int /* sum */ add(int a, // first\n int b) // done", "int add(int a, int b)"},
    {"int $add_1(int $)", "int $add_1(int $)"},
    {"int \xc3\xa9t\xc3\xa9(S \xe6\x97\xa5\xe6\x9c\xac)",
     "int \xc3\xa9t\xc3\xa9(S \xe6\x97\xa5\xe6\x9c\xac)"},
};

/* Rows of malformed.def. */
enum { TYPE, PARAM, PROTOTYPE, ANONYMOUS };

static const struct {
  int mode;
  const char *text;
  size_t length;
  rs_code code;
  rs_error_class js_class;
  size_t column;
  const char *message;
} malformed[] = {
#define MALFORMED(mode, text, code, js_class, column, message) \
  {mode, text, sizeof text - 1, RS_E_##code, RS_CLASS_##js_class, column, message},
#include "malformed.def"
#undef MALFORMED
};

static bool parse_as(rs_registry *reg, int mode, const char *text, size_t length, rs_error *err)
{
  rs_prototype prototype;
  rs_param param;

  if (mode == TYPE)
    return rs_parse_type(reg, text, length, err) != NULL;
  if (mode == PARAM)
    return rs_parse_param(reg, text, length, &param, err);
  if (!rs_parse_prototype(reg, text, length, mode == ANONYMOUS, RS_CDECL, &prototype, err))
    return false;
  rs_prototype_clear(&prototype);
  return true;
}

/* A copy without anything behind it, so that a read past the end is seen by the sanitizers. */
static char *exact_copy(const char *text, size_t length)
{
  char *copy = malloc(length ? length : 1);

  return copy && length ? memcpy(copy, text, length) : copy;
}

static void test_types(rs_registry *reg)
{
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    char printed[256] = "";
    size_t length = strlen(types[i].text);
    char *text = exact_copy(types[i].text, length);
    rs_error err = {0};
    const rs_type *type = rs_parse_type(reg, text, length, &err);

    check_subject = types[i].text;
    if (type)
      describe(type, printed, sizeof printed);
    CHECK_TEXT(type ? printed : err.text, types[i].type);
    free(text);
  }
}

static void test_function_pointers(rs_registry *reg)
{
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    char printed[256] = "";
    rs_error err = {0};
    const rs_type *type = rs_parse_type(reg, functions[i].text, strlen(functions[i].text), &err);

    check_subject = functions[i].text;
    if (CHECK(type && rs_is_callback(type)))
      describe(type->ref, printed, sizeof printed);
    CHECK_TEXT(printed, functions[i].type);
  }
}

static void test_prototypes(rs_registry *reg)
{
  for (size_t i = 0; i < sizeof prototypes / sizeof *prototypes; i++) {
    char printed[256] = "";
    size_t length = strlen(prototypes[i].text);
    char *text = exact_copy(prototypes[i].text, length);
    rs_prototype p;
    rs_error err = {0};

    check_subject = prototypes[i].text;
    if (rs_parse_prototype(reg, text, length, false, RS_CDECL, &p, &err))
      describe_function(p.signature, p.name, p.param_names, printed, sizeof printed);
    CHECK_TEXT(err.code ? err.text : printed, prototypes[i].printed);
    CHECK(err.code || p.count == p.signature->count);
    rs_prototype_clear(&p);
    free(text);
  }
}

static void test_malformed(void)
{
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
    char message[600];
    rs_registry *reg = world_new(rs_target_find("linux-x64"));
    char *text = exact_copy(malformed[i].text, malformed[i].length);
    rs_error err = {0};

    check_subject = malformed[i].text;
    CHECK(reg && !parse_as(reg, malformed[i].mode, text, malformed[i].length, &err));
    CHECK_TEXT(rs_code_name(err.code), rs_code_name(malformed[i].code));
    CHECK_NUMBER(err.js_class, malformed[i].js_class);
    CHECK_NUMBER(err.at + 1, malformed[i].column);
    (void)snprintf(message, sizeof message, "%s at column %zu", malformed[i].message, malformed[i].column);
    CHECK_TEXT(err.text, message);
    free(text);
    rs_registry_free(reg);
  }
}

static const rs_type *type_of(rs_registry *reg, const char *text)
{
  rs_error err = {0};

  return rs_parse_type(reg, text, strlen(text), &err);
}

static void test_identity(rs_registry *reg)
{
  check_subject = "one object per type";
  CHECK(type_of(reg, "int") == rs_prim_type(reg, RS_P_INT));
  CHECK(type_of(reg, "const int") == type_of(reg, "int"));
  CHECK(type_of(reg, "int32") == type_of(reg, "int32_t"));
  CHECK(type_of(reg, "int") != type_of(reg, "int32_t"));
  CHECK(type_of(reg, "int*") == type_of(reg, "int *"));
  CHECK(type_of(reg, "int *") == type_of(reg, "const int *const"));
  CHECK(type_of(reg, "str") == type_of(reg, "char *"));
  CHECK(type_of(reg, "str!") == type_of(reg, "char *!"));
  CHECK(type_of(reg, "int[3]") == type_of(reg, "A"));
  CHECK(type_of(reg, "int (*)[3]") == type_of(reg, "int[3]*"));
  CHECK(type_of(reg, "int[2][3]")->ref == type_of(reg, "int[2]"));
  CHECK_NUMBER(type_of(reg, "int[2][3]")->length, 3);
  CHECK(type_of(reg, "struct S *") == type_of(reg, "S*"));
  CHECK(type_of(reg, "P *")->ref == type_of(reg, "P"));
  CHECK(type_of(reg, "void (*)(int)") == type_of(reg, "void(*)(const int a)"));
  CHECK(type_of(reg, "void (*)(int)") != type_of(reg, "void (*)(int, ...)"));
  CHECK(type_of(reg, "int (*)(int)")->ref != type_of(reg, "P"));
  check_subject = NULL;
}

static void test_header_names(void)
{
  rs_registry *reg = world_new(rs_target_find("win-x64"));
  rs_error err = {0};
  const rs_type *mine;

  check_subject = "names of C headers";
  CHECK_NUMBER(type_of(reg, "time_t")->size, 8);
  CHECK_NUMBER(type_of(reg, "off_t")->size, 4);
  CHECK(rs_registry_find(reg, "time_t", 6) == NULL);
  mine = rs_type_opaque(reg, "time_t", &err);
  CHECK(mine && type_of(reg, "time_t") == mine);
  rs_registry_reset(reg);
  CHECK(type_of(reg, "time_t") == rs_prim_type(reg, RS_P_I64));
  check_subject = NULL;
  rs_registry_free(reg);
}

static void test_params(rs_registry *reg)
{
  static const struct {
    const char *text, *type;
    rs_direction direction;
  } rows[] = {
      {"int", "int", RS_IN},
      {"_In_ int *", "int *", RS_IN},
      {"_Out_ int *", "int *", RS_OUT},
      {"_Out_\tstr", "char *", RS_OUT},
      {"_Inout_ S *", "S *", RS_INOUT},
      {"_Out_ int[3] *", "int[3] *", RS_OUT},
      {"_Out_ int (*)[3]", "int[3] *", RS_OUT},
  };

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    rs_error err = {0};
    rs_param param;

    check_subject = rows[i].text;
    CHECK(rs_parse_param(reg, rows[i].text, strlen(rows[i].text), &param, &err));
    CHECK_TEXT(param.type ? param.type->name : err.text, rows[i].type);
    CHECK_NUMBER(param.direction, rows[i].direction);
  }
  check_subject = NULL;
}

static void test_anonymous(rs_registry *reg)
{
  static const struct {
    const char *text, *name, *printed;
    bool has_convention;
  } rows[] = {
      {"int (int a)", NULL, "__stdcall int (int a)", false},
      {"int(int a)", NULL, "__stdcall int (int a)", false},
      {"int()", NULL, "__stdcall int ()", false},
      {"int *(void);", NULL, "__stdcall int * ()", false},
      {"int named(int a)", "named", "__stdcall int (int a)", false},
      {"int __cdecl (int a)", NULL, "int (int a)", true},
      {"int __fastcall f(int a)", "f", "__fastcall int (int a)", true},
  };

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char printed[256] = "";
    rs_prototype p;
    rs_error err = {0};

    check_subject = rows[i].text;
    if (CHECK(rs_parse_prototype(reg, rows[i].text, strlen(rows[i].text), true, RS_STDCALL, &p, &err)))
      describe_function(p.signature, "", p.param_names, printed, sizeof printed);
    CHECK_TEXT(printed, rows[i].printed);
    CHECK_TEXT(p.name, rows[i].name);
    CHECK_NUMBER(p.has_convention, rows[i].has_convention);
    rs_prototype_clear(&p);
  }
  check_subject = NULL;
}

/* `repeated` `count` times between `head` and `tail`. Free it. */
static char *repeat(const char *head, const char *repeated, size_t count, const char *tail)
{
  size_t size = strlen(head) + count * strlen(repeated) + strlen(tail) + 1;
  char *text = malloc(size), *at = text;

  if (!text)
    abort();
  at += snprintf(at, size, "%s", head);
  for (size_t i = 0; i < count; i++, at += strlen(repeated))
    memcpy(at, repeated, strlen(repeated));
  (void)snprintf(at, size - (size_t)(at - text), "%s", tail);
  return text;
}

static void test_limits(void)
{
  static const struct {
    const char *head, *repeated;
    size_t count;
    const char *tail;
    int mode;
    rs_code code;
    rs_error_class js_class;
  } rows[] = {
      {"int ", "*", 10000, "", TYPE, RS_E_TOO_DEEP, RS_CLASS_RANGE},
      {"int ", "*", 500, "", TYPE, RS_OK, RS_CLASS_TYPE},
      {"int (", "*", 10000, ")", TYPE, RS_E_TOO_DEEP, RS_CLASS_RANGE},
      {"int ", "(", 10000, "", TYPE, RS_E_TOO_DEEP, RS_CLASS_RANGE},
      {"int f", "(int ", 10000, "", PROTOTYPE, RS_E_TOO_DEEP, RS_CLASS_ERROR},
      {"int f(void ", "(*", 10000, "", PROTOTYPE, RS_E_TOO_DEEP, RS_CLASS_ERROR},
      {"int ", "*", 10000, " f(void)", PROTOTYPE, RS_E_TOO_DEEP, RS_CLASS_ERROR},
      {"int", "[1]", 10000, "", TYPE, RS_E_TOO_DEEP, RS_CLASS_RANGE},
      {"int", "[2]", 10000, "", TYPE, RS_E_TOO_LARGE, RS_CLASS_TYPE},
      {"int f(int a", "[1]", 10000, ")", PROTOTYPE, RS_E_TOO_DEEP, RS_CLASS_ERROR},
      {"str", "!", 10000, "", TYPE, RS_E_BAD_TYPE, RS_CLASS_ERROR},
      {"", "const ", 100000, "int", TYPE, RS_OK, RS_CLASS_TYPE},
      {"", "/**/ ", 100000, "int", TYPE, RS_OK, RS_CLASS_TYPE},
      {"", "x", 1000000, "", TYPE, RS_E_UNKNOWN_TYPE, RS_CLASS_TYPE},
      {"", "x ", 1000000, "", TYPE, RS_E_UNKNOWN_TYPE, RS_CLASS_TYPE},
      {"int ", "x ", 1000000, "", TYPE, RS_E_UNKNOWN_TYPE, RS_CLASS_TYPE},
      {"int[", "9", 1000000, "]", TYPE, RS_E_TOO_LARGE, RS_CLASS_TYPE},
      {"int[", "0", 1000000, "1]", TYPE, RS_OK, RS_CLASS_TYPE},
      {"int f(int", ", int", RS_MAX_PARAMS - 1, ")", PROTOTYPE, RS_OK, RS_CLASS_ERROR},
      {"int f(int", ", int", RS_MAX_PARAMS, ")", PROTOTYPE, RS_E_LIMIT, RS_CLASS_ERROR},
      {"int f(int", ", int", 100000, ")", PROTOTYPE, RS_E_LIMIT, RS_CLASS_ERROR},
      {"int (*)(int", ", int", RS_MAX_PARAMS, ")", TYPE, RS_E_LIMIT, RS_CLASS_TYPE},
  };

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = repeat(rows[i].head, rows[i].repeated, rows[i].count, rows[i].tail);
    rs_registry *reg = world_new(rs_target_find("linux-x64"));
    rs_error err = {0};
    char subject[80];

    (void)snprintf(subject, sizeof subject, "%s%s x %zu", rows[i].head, rows[i].repeated, rows[i].count);
    check_subject = subject;
    CHECK(parse_as(reg, rows[i].mode, text, strlen(text), &err) == (rows[i].code == RS_OK));
    CHECK_TEXT(rs_code_name(err.code), rs_code_name(rows[i].code));
    if (err.code) {
      CHECK_NUMBER(err.js_class, rows[i].js_class);
      CHECK(err.at >= 0 && strstr(err.text, " at column "));
    }
    rs_registry_free(reg);
    free(text);
  }
  check_subject = NULL;
}

static void test_bytes(rs_registry *reg)
{
#define BYTES(text, column) \
  { \
    text, sizeof text - 1, column \
  }
  static const struct {
    const char *text;
    size_t length;
    int column;
  } rows[] = {
      BYTES("int\0", 4),
      BYTES("\0", 1),
      BYTES("int /* \0 */", 8),
      BYTES("int \0*", 5),
      BYTES("\x80", 1),
      BYTES("int \xff", 5),
      BYTES("caf\xc3", 4),
      BYTES("\xc0\x80", 1),
      BYTES("\xc1\xbf", 1),
      BYTES("\xe0\x80\x80", 1),
      BYTES("\xed\xa0\x80", 1),
      BYTES("\xf0\x80\x80\x80", 1),
      BYTES("\xf4\x90\x80\x80", 1),
      BYTES("\xf5\x80\x80\x80", 1),
      BYTES("\xe6\x97", 1),
      BYTES("\xf0\x9f\x98", 1),
      BYTES("int // \xe6\x97", 8),
      BYTES("int \xf0\x9f\x98\x80", 5),
      BYTES("int \x01", 5),
      BYTES("int\xc2\xa0*", 4), /* a no-break space is no white space of C's */
  };
#undef BYTES

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = exact_copy(rows[i].text, rows[i].length);
    rs_error err = {0};

    CHECK(rs_parse_type(reg, text, rows[i].length, &err) == NULL);
    CHECK_NUMBER(err.code, RS_E_SYNTAX);
    CHECK_NUMBER(err.js_class, RS_CLASS_ERROR);
    CHECK_NUMBER(err.at + 1, rows[i].column);
    free(text);
  }
}

/* A long quotation is cut between characters, and the place stays readable. */
static void test_long_quotes(rs_registry *reg)
{
  char *text = repeat("", "\xe6\x97\xa5", 1000, "");
  rs_error err = {0};

  CHECK(rs_parse_type(reg, text, strlen(text), &err) == NULL);
  CHECK_NUMBER(strlen(err.text), strlen("unknown type '' at column 1") + 60);
  free(text);
}

static void test_names(void)
{
  static const char *const good[] = {"a",
                                     "_",
                                     "$",
                                     "_x",
                                     "X1",
                                     "a$b",
                                     "$x",
                                     "int",
                                     "signed_",
                                     "Const",
                                     "\xc3\xa9",
                                     "\xcf\x80",
                                     "\xe6\x97\xa5\xe6\x9c\xac",
                                     "e\xcc\x81",
                                     "\xf0\x90\x90\x80"};
  static const char *const bad[] = {"",
                                    "1a",
                                    "a b",
                                    "Foo *",
                                    "a-b",
                                    "a.b",
                                    "a::b",
                                    "a:b",
                                    " a",
                                    "a ",
                                    "\xcc\x81",
                                    "\xc2\xb7",
                                    "\xf0\x9f\x98\x80",
                                    "\xff",
                                    "a\xff",
                                    "\xed\xa0\x80",
                                    "const",
                                    "struct",
                                    "union",
                                    "enum",
                                    "volatile",
                                    "restrict",
                                    "__restrict",
                                    "register",
                                    "signed",
                                    "unsigned",
                                    "_In_",
                                    "_Out_",
                                    "_Inout_",
                                    "__cdecl",
                                    "__stdcall",
                                    "__fastcall",
                                    "__thiscall"};

  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    rs_error err = {0};

    check_subject = good[i];
    CHECK(rs_name_check(good[i], strlen(good[i]), &err));
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    rs_error err = {0};

    check_subject = bad[i];
    CHECK(!rs_name_check(bad[i], strlen(bad[i]), &err));
    CHECK_NUMBER(err.code, RS_E_BAD_NAME);
    CHECK_NUMBER(err.js_class, RS_CLASS_ERROR);
  }
  check_subject = "a\\0b";
  CHECK(!rs_name_check("a\0b", 3, &(rs_error){0}));
  check_subject = NULL;
}

/* Parsing makes nothing that outlives a collection, however often it fails half-way. */
static void test_leaves_nothing(rs_registry *reg)
{
  size_t before;

  rs_registry_collect(reg);
  before = rs_registry_type_count(reg);
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
    (void)parse_as(reg, malformed[i].mode, malformed[i].text, malformed[i].length, &(rs_error){0});
  for (size_t i = 0; i < sizeof prototypes / sizeof *prototypes; i++)
    (void)parse_as(reg, PROTOTYPE, prototypes[i].text, strlen(prototypes[i].text), &(rs_error){0});
  CHECK(rs_registry_type_count(reg) > before);
  rs_registry_collect(reg);
  CHECK_NUMBER(rs_registry_type_count(reg), before);
}

int main(void)
{
  rs_registry *reg = world_new(rs_target_find("linux-x64"));

  if (!reg)
    return 1;
  test_types(reg);
  test_function_pointers(reg);
  test_prototypes(reg);
  test_identity(reg);
  test_header_names();
  test_params(reg);
  test_anonymous(reg);
  test_malformed();
  test_limits();
  test_bytes(reg);
  test_long_quotes(reg);
  test_names();
  test_leaves_nothing(reg);
  rs_registry_free(reg);
  return check_report("parse");
}

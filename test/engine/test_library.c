/* Opening libraries, finding symbols, unloading. The argument is the path of the fixture library. */
#include "check.h"
#include "ristretto.h"

typedef int add_fn(int, int);

static add_fn *as_add(void *address)
{
  add_fn *function;

  memcpy(&function, &address, sizeof function);
  return function;
}

static void test_open(const char *path)
{
  rs_error err = {0};
  rs_lib *lib = rs_lib_open(path, 0, &err);
  void *address;

  if (!CHECK(lib != NULL)) {
    fprintf(stderr, "%s\n", err.text);
    return;
  }
  CHECK_TEXT(lib->path, path);
  address = rs_lib_symbol(lib, "add", &err);
  CHECK(address && as_add(address)(2, 3) == 5);
  CHECK(!rs_lib_symbol(lib, " add", &err));
  CHECK_NUMBER(err.code, RS_E_SYMBOL);
  CHECK(strstr(err.text, path) && strstr(err.text, "' add'"));
  err = (rs_error){0};
  CHECK(!rs_lib_symbol(lib, "", &err));
  CHECK_NUMBER(err.code, RS_E_SYMBOL);
  rs_lib_unref(lib);
}

/* An unloaded library answers nothing any more; another handle on it is not concerned. */
static void test_unload(const char *path)
{
  rs_error err = {0};
  rs_lib *lib = rs_lib_open(path, RS_OPEN_LAZY, &err), *other = rs_lib_open(path, RS_OPEN_LAZY, &err);

  CHECK(lib && other);
  CHECK(rs_lib_ref(lib) == lib);
  rs_lib_unload(lib, false);
  rs_lib_unload(lib, false);
  CHECK(!rs_lib_symbol(lib, "add", &err));
  CHECK_NUMBER(err.code, RS_E_UNLOADED);
  CHECK_NUMBER(err.js_class, RS_CLASS_ERROR);
  CHECK(strstr(err.text, path) && strstr(err.text, "'add'"));
  err = (rs_error){0};
  CHECK(as_add(rs_lib_symbol(other, "add", &err))(20, 3) == 23);
  rs_lib_unref(lib);
  rs_lib_unref(lib);
  rs_lib_unref(other);
}

static void test_running_program(void)
{
  rs_error err = {0};
  rs_lib *lib = rs_lib_open(NULL, 0, &err);

  CHECK(lib && !lib->path);
  CHECK(rs_lib_symbol(lib, "strlen", &err) != NULL);
  CHECK(!rs_lib_symbol(lib, "no_such_symbol_here", &err));
  CHECK(strstr(err.text, "the running program"));
  rs_lib_unload(lib, false); /* has no effect */
  err = (rs_error){0};
  CHECK(rs_lib_symbol(lib, "strlen", &err) != NULL);
  rs_lib_unref(lib);
}

static void test_failures(const char *other_file)
{
  static const char *const paths[] = {"./no/such/library.so", "libdoes_not_exist_anywhere.so.7", "/"};
  char subject[64];

  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    rs_error err = {0};
    rs_lib *lib = rs_lib_open(paths[i], 0, &err);

    (void)snprintf(subject, sizeof subject, "'%s'", paths[i]);
    check_subject = subject;
    CHECK(!lib);
    CHECK_NUMBER(err.code, RS_E_LOAD);
    CHECK(strstr(err.text, subject) != NULL);
    CHECK(strlen(err.text) > strlen("cannot load '': ") + strlen(paths[i])); /* the loader's reason */
  }
  check_subject = "a file that is no library";
  {
    rs_error err = {0};

    CHECK(!rs_lib_open(other_file, 0, &err));
    CHECK_NUMBER(err.code, RS_E_LOAD);
  }
  check_subject = NULL;
  rs_lib_unref(NULL);
}

int main(int argc, char **argv)
{
  if (argc != 3) {
    fprintf(stderr, "usage: test_library LIBRARY OTHER_FILE\n");
    return 2;
  }
  test_open(argv[1]);
  test_unload(argv[1]);
  test_running_program();
  test_failures(argv[2]);
  return check_report("library");
}

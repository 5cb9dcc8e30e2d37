/* The error record: first failure kept, whole sentences, places. */
#include "check.h"
#include "ristretto.h"

static void test_first_failure_stays(void)
{
  rs_error err = {0};

  CHECK(!rs_fail(&err, RS_E_SYNTAX, "first %d", 1));
  CHECK(!rs_fail(&err, RS_E_MEMORY, "second"));
  CHECK(!rs_fail_at(&err, RS_E_MEMORY, 7, "third"));
  CHECK_NUMBER(err.code, RS_E_SYNTAX);
  CHECK_NUMBER(err.js_class, RS_CLASS_ERROR);
  CHECK_NUMBER(err.at, -1);
  CHECK_TEXT(err.text, "first 1");
}

static void test_place(void)
{
  rs_error err = {0};

  CHECK(!rs_error_at(&err, 3)); /* nothing failed: nothing to place */
  CHECK_NUMBER(err.code, RS_OK);
  CHECK(!rs_fail_at(&err, RS_E_UNKNOWN_TYPE, 5, "unknown type '%s'", "x"));
  CHECK_TEXT(err.text, "unknown type 'x' at column 6");
  CHECK_NUMBER(err.at, 5);
  CHECK(!rs_error_at(&err, 9)); /* the first place stays, too */
  CHECK_TEXT(err.text, "unknown type 'x' at column 6");
}

static void test_context_and_class(void)
{
  rs_error err = {0};

  rs_fail(&err, RS_E_VALUE, "expected int, got string");
  rs_error_context(&err, "%s(): argument %d", "add", 2);
  CHECK_TEXT(err.text, "add(): argument 2: expected int, got string");
  CHECK_NUMBER(err.js_class, RS_CLASS_TYPE);
  rs_error_reclass(&err, RS_CLASS_ERROR);
  CHECK_NUMBER(err.js_class, RS_CLASS_ERROR);
}

static void test_long_texts(void)
{
  char long_text[2000];
  rs_error err = {0};

  memset(long_text, 'x', sizeof long_text - 1);
  long_text[sizeof long_text - 1] = 0;
  rs_fail(&err, RS_E_VALUE, "%s", long_text);
  CHECK_NUMBER(strlen(err.text), sizeof err.text - 1);
  rs_error_context(&err, "%s", "f()");
  CHECK(strncmp(err.text, "f(): xxx", 8) == 0);
  CHECK_NUMBER(strlen(err.text), sizeof err.text - 1);
  rs_error_at(&err, 41);
  CHECK_NUMBER(strlen(err.text), sizeof err.text - 1);
  CHECK_TEXT(strstr(err.text, " at"), " at column 42");

  /* a cut never leaves a part of a character: 2 bytes each here, from an odd offset */
  err = (rs_error){0};
  for (size_t i = 0; i + 2 < sizeof long_text; i += 2)
    memcpy(long_text + i, "\xc3\xa9", 2);
  rs_fail(&err, RS_E_VALUE, "y%s", long_text);
  rs_error_at(&err, 0);
  CHECK((unsigned char)strstr(err.text, " at")[-1] == 0xa9);
}

static void test_codes(void)
{
  CHECK(rs_code_name(RS_OK) == NULL);
  CHECK(rs_code_name(RS_CODE_COUNT) == NULL);
  for (int a = RS_OK + 1; a < RS_CODE_COUNT; a++) {
    CHECK(strncmp(rs_code_name((rs_code)a), "ERR_RISTRETTO_", 14) == 0);
    for (int b = a + 1; b < RS_CODE_COUNT; b++)
      CHECK(strcmp(rs_code_name((rs_code)a), rs_code_name((rs_code)b)) != 0);
  }
}

int main(void)
{
  test_first_failure_stays();
  test_place();
  test_context_and_class();
  test_long_texts();
  test_codes();
  return check_report("error");
}

/* check.h - what the engine's tests share: counted checks that print where they failed. A test program calls
 * checks and ends with `return check_report("name");`. */
#ifndef RS_TEST_CHECK_H
#define RS_TEST_CHECK_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct {
  unsigned passed, failed;
} check_counts;

/* What is being tested, printed with failures inside tables; NULL for nothing. */
static const char *check_subject;

static inline bool check_that(bool good, const char *file, int line, const char *format, ...)
{
  va_list args;

  if (good) {
    check_counts.passed++;
    return true;
  }
  check_counts.failed++;
  fprintf(stderr, "%s:%d: ", file, line);
  if (check_subject)
    fprintf(stderr, "[%s] ", check_subject);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  return false;
}

static inline bool check_text(const char *got, const char *wanted, const char *file, int line)
{
  bool good = got == wanted || (got && wanted && strcmp(got, wanted) == 0);

  return check_that(good, file, line, "got \"%s\", wanted \"%s\"", got ? got : "NULL",
                    wanted ? wanted : "NULL");
}

static inline bool check_number(int64_t got, int64_t wanted, const char *file, int line, const char *what)
{
  return check_that(got == wanted, file, line, "%s is %" PRId64 ", wanted %" PRId64, what, got, wanted);
}

#define CHECK(condition)          check_that((condition), __FILE__, __LINE__, "%s", #condition)
#define CHECK_TEXT(got, wanted)   check_text((got), (wanted), __FILE__, __LINE__)
#define CHECK_NUMBER(got, wanted) check_number((int64_t)(got), (int64_t)(wanted), __FILE__, __LINE__, #got)

/* Prints "name: N passed, N failed"; the value is main's. */
static inline int check_report(const char *name)
{
  printf("%s: %u passed, %u failed\n", name, check_counts.passed, check_counts.failed);
  return check_counts.failed != 0;
}

#endif

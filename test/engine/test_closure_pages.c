/* test_closure_pages.c - where trampolines live: sealed pages, or the assembled table where those are
 * refused. Each case is a process of its own, because the pool of closures is the process's. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "closure_world.h"

enum { SKIPPED = 77 }; /* a child's status */

static bool skipped;

static void skip(const char *what, const char *why)
{
  printf("skipped: %s: %s\n", what, why);
  skipped = true;
}

static bool in_table(rs_fn fn)
{
  size_t offset = (size_t)(code_of(fn) - rs_trampoline_table);

  return offset < (size_t)RS_TRAMPOLINE_TABLE_COUNT * RS_TRAMPOLINE_BYTES;
}

/* "r-xp" of the mapping that holds an address; "" when none does. */
static const char *permissions_of(const void *address)
{
  static char permissions[8];
  unsigned long from, to;
  char line[512];
  FILE *maps = fopen("/proc/self/maps", "r");

  permissions[0] = 0;
  while (maps && fgets(line, sizeof line, maps))
    if (sscanf(line, "%lx-%lx %7s", &from, &to, permissions) == 3 && (uintptr_t)address >= from
        && (uintptr_t)address < to)
      break;
    else
      permissions[0] = 0;
  if (maps)
    (void)fclose(maps);
  return permissions;
}

static void pages_are_never_writable_and_executable(void)
{
  rs_error err = {0};
  rs_closure *closure = adder_new(FIRST, 1, &err);
  unsigned char *writable = rs_os_pages_new(rs_os_page_size(), 0);

  if (!CHECK(closure && writable))
    return;
  CHECK(!in_table(closure->fn));
  CHECK_TEXT(permissions_of(code_of(closure->fn)), "r-xp");
  CHECK_TEXT(permissions_of(closure->slot), "rw-p");
  CHECK_TEXT(permissions_of(writable), "rw-p");
  CHECK(rs_os_pages_seal(writable, rs_os_page_size()));
  CHECK_TEXT(permissions_of(writable), "r-xp");
  rs_os_pages_free(writable, rs_os_page_size());
  CHECK_NUMBER(adder_call(FIRST, closure->fn, 2), 3);
}

/* All of the table, no more, and again after a release. */
static void the_table_serves(void)
{
  static rs_closure *made[RS_TRAMPOLINE_TABLE_COUNT];
  rs_error err = {0};
  size_t count = 0, elsewhere = 0, wrong = 0;
  rs_closure *again;

  while (count < RS_TRAMPOLINE_TABLE_COUNT && (made[count] = adder_new((int)(count % 2), (long)count, &err)))
    elsewhere += !in_table(made[count++]->fn);
  CHECK_NUMBER(count, RS_TRAMPOLINE_TABLE_COUNT);
  CHECK_NUMBER(elsewhere, 0);
  for (size_t i = 0; i < count; i++)
    wrong += adder_call((int)(i % 2), made[i]->fn, 10) != (long)i + 10
             || rs_closure_find(code_of(made[i]->fn)) != made[i];
  CHECK_NUMBER(wrong, 0);
  CHECK(!adder_new(FIRST, 0, &err));
  CHECK_NUMBER(err.code, RS_E_LIMIT);
  CHECK_TEXT(err.text, "no more callbacks can be made: all 1024 are in use, and the system allows no more");
  if (count < 8)
    return;
  rs_closure_free(made[7], run_stale);
  CHECK_NUMBER(adder_call(1, made[7]->fn, 10), 0);
  err = (rs_error){0};
  again = adder_new(FIRST, 100, &err);
  CHECK(again && again == made[7]);
  CHECK_NUMBER(adder_call(FIRST, made[7]->fn, 10), 110);
}

static void the_table_is_used_when_asked(void)
{
  CHECK_TEXT(permissions_of(rs_trampoline_table), "r-xp");
  rs_closure_use_table(true);
  the_table_serves();
  rs_closure_use_table(false); /* pages can be had after all */
  CHECK(adder_new(FIRST, 0, &(rs_error){0}));
}

/* The test's own page is refused too, or the case proves nothing. */
static void refused_pages_lead_to_the_table(void)
{
  void *page = rs_os_pages_new(rs_os_page_size(), 0);

  CHECK(page && !rs_os_pages_seal(page, rs_os_page_size()));
  rs_os_pages_free(page, rs_os_page_size());
  the_table_serves();
}

static void memory_deny_write_execute(void)
{
#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif
  const char *preload = getenv("LD_PRELOAD");

  if (preload && strstr(preload, "vgpreload")) {
    skip("PR_SET_MDWE", "valgrind makes code itself");
    return;
  }
  if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
    skip("PR_SET_MDWE", strerror(errno));
    return;
  }
  refused_pages_lead_to_the_table();
}

static void a_filter_refuses_mprotect(void)
{
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};

  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    skip("seccomp", strerror(errno));
    return;
  }
  refused_pages_lead_to_the_table();
}

/* Runs a case in a child, whose checks the parent cannot count: it is one more check here. */
static bool run_alone(const char *name, void (*test)(void))
{
  int status = 0;
  pid_t child;

  (void)fflush(NULL);
  child = fork();
  if (child == 0) {
    check_subject = name;
    closure_world_open();
    test();
    closure_world_close();
    exit(skipped ? SKIPPED : check_counts.failed != 0);
  }
  check_subject = name;
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
    return false;
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return true;
}

int main(void)
{
  int refusals = 0;

  run_alone("pages", pages_are_never_writable_and_executable);
  run_alone("table", the_table_is_used_when_asked);
  refusals += run_alone("PR_SET_MDWE", memory_deny_write_execute);
  refusals += run_alone("seccomp", a_filter_refuses_mprotect);
  check_subject = NULL;
  if (!refusals)
    printf("skipped: this kernel has no way to refuse executable pages\n");
  return check_report("engine_closure_pages");
}

#define _GNU_SOURCE
#include "system.h"

#include <ctype.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loader.h"

/* errno stays Linux's, so that it agrees with Node.js. These return their error, and callers compare it. */
static int mac_error(int error)
{
  enum { MAC_EAGAIN = 35, MAC_ETIMEDOUT = 60 };

  return error == EAGAIN ? MAC_EAGAIN : error == ETIMEDOUT ? MAC_ETIMEDOUT : error;
}

/* Memory. Apple's 64-bit CPUs have pages of 16 KB, and code that was not signed runs in MAP_JIT memory alone,
 * which each thread may either write or execute. Here it becomes writable for all threads at once, and stays
 * executable. */

enum {
  MAC_MAP_FIXED = 0x10,
  MAC_MAP_JIT = 0x800,
  MAC_MAP_ANON = 0x1000,
#if defined(__aarch64__)
  PAGE = 16384
#else
  PAGE = 4096
#endif
};

static struct {
  pthread_mutex_t lock;
  size_t count;
  struct range {
    char *at;
    size_t bytes;
  } * ranges;
} jit = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool add_jit(void *at, size_t bytes)
{
  struct range *more;

  pthread_mutex_lock(&jit.lock);
  if ((more = realloc(jit.ranges, (jit.count + 1) * sizeof *more))) {
    jit.ranges = more;
    jit.ranges[jit.count++] = (struct range){at, bytes};
  }
  pthread_mutex_unlock(&jit.lock);
  return more;
}

static void mac_pthread_jit_write_protect_np(int protected)
{
  pthread_mutex_lock(&jit.lock);
  for (size_t i = 0; i < jit.count; i++)
    (void)mprotect(jit.ranges[i].at, jit.ranges[i].bytes,
                   PROT_READ | PROT_EXEC | (protected ? 0 : PROT_WRITE));
  pthread_mutex_unlock(&jit.lock);
}

static int mac_munmap(void *at, size_t bytes)
{
  pthread_mutex_lock(&jit.lock);
  for (size_t i = 0; i < jit.count; i++)
    if (jit.ranges[i].at == at)
      jit.ranges[i--] = jit.ranges[--jit.count];
  pthread_mutex_unlock(&jit.lock);
  return munmap(at, bytes);
}

/* Fresh pages at multiples of PAGE. */
static void *map_pages(void *hint, size_t bytes, int protection, int flags)
{
  char *at = mmap(hint, bytes, protection, flags, -1, 0), *start;

  if (at == MAP_FAILED || (uintptr_t)at % PAGE == 0)
    return at;
  (void)munmap(at, bytes);
  if ((at = mmap(NULL, bytes + PAGE, protection, flags, -1, 0)) == MAP_FAILED)
    return at;
  start = at + (PAGE - (uintptr_t)at % PAGE) % PAGE;
  if (start > at)
    (void)munmap(at, (size_t)(start - at));
  (void)munmap(start + bytes, PAGE - (size_t)(start - at));
  return start;
}

static void *mac_mmap(void *hint, size_t bytes, int protection, int flags, int file, off_t offset)
{
  int wanted = flags & (MAP_SHARED | MAP_PRIVATE | MAP_FIXED); /* which are numbered alike */
  void *at;

  bytes = (bytes + PAGE - 1) / PAGE * PAGE;
  if (!(flags & MAC_MAP_ANON))
    return mmap(hint, bytes, protection, wanted, file, offset);
  if (!(flags & MAC_MAP_JIT))
    return map_pages(hint, bytes, protection, wanted | MAP_ANONYMOUS);
  if (flags & MAC_MAP_FIXED) { /* mmap(2) of macOS: not with MAP_JIT */
    errno = EINVAL;
    return MAP_FAILED;
  }
  at = map_pages(hint, bytes, PROT_READ | PROT_EXEC, wanted | MAP_ANONYMOUS);
  if (at == MAP_FAILED || add_jit(at, bytes))
    return at;
  (void)munmap(at, bytes);
  errno = ENOMEM;
  return MAP_FAILED;
}

static void mac_sys_icache_invalidate(void *at, size_t bytes)
{
  __builtin___clear_cache(at, (char *)at + bytes);
}

static long mac_sysconf(int what)
{
  enum { MAC_SC_PAGESIZE = 29, MAC_SC_NPROCESSORS_ONLN = 58 };

  return what == MAC_SC_PAGESIZE           ? PAGE
         : what == MAC_SC_NPROCESSORS_ONLN ? sysconf(_SC_NPROCESSORS_ONLN)
                                           : -1;
}

/* Threads. What is made by an initializer holds a mark, and zeros behind it, which are Linux's initializers.
 * A mutex and pthread_once_t have room for Linux's there; a condition has not. */

typedef struct mac_mutex {
  uint64_t mark;
  pthread_mutex_t mutex;
} mac_mutex;

typedef struct mac_once {
  uint64_t mark;
  pthread_once_t once;
} mac_once;

enum { MAC_MUTEX_BYTES = 64, MAC_COND_BYTES = 48, MAC_ONCE_BYTES = 16, MAC_ATTR_BYTES = 64 };
_Static_assert(sizeof(mac_mutex) <= MAC_MUTEX_BYTES && sizeof(mac_once) <= MAC_ONCE_BYTES, "they fit");
_Static_assert(sizeof(pthread_cond_t) <= MAC_COND_BYTES && sizeof(pthread_attr_t) <= MAC_ATTR_BYTES,
               "they fit");

static int mac_mutex_init(mac_mutex *m, const void *attributes)
{
  (void)attributes; /* nobody here uses them */
  return pthread_mutex_init(&m->mutex, NULL);
}

static int mac_mutex_destroy(mac_mutex *m)
{
  return pthread_mutex_destroy(&m->mutex);
}

static int mac_mutex_lock(mac_mutex *m)
{
  return pthread_mutex_lock(&m->mutex);
}

static int mac_mutex_unlock(mac_mutex *m)
{
  return pthread_mutex_unlock(&m->mutex);
}

static int mac_cond_init(pthread_cond_t *cond, const void *attributes)
{
  (void)attributes;
  return pthread_cond_init(cond, NULL);
}

/* After PTHREAD_COND_INITIALIZER the first use clears the mark. */
static pthread_cond_t *cond_of(pthread_cond_t *cond)
{
  static const uint64_t initialized = 0x3cb0b1bb;
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

  pthread_mutex_lock(&lock);
  if (memcmp(cond, &initialized, sizeof initialized) == 0)
    (void)pthread_cond_init(cond, NULL);
  pthread_mutex_unlock(&lock);
  return cond;
}

static int mac_cond_signal(pthread_cond_t *cond)
{
  return pthread_cond_signal(cond_of(cond));
}

static int mac_cond_broadcast(pthread_cond_t *cond)
{
  return pthread_cond_broadcast(cond_of(cond));
}

static int mac_cond_wait(pthread_cond_t *cond, mac_mutex *m)
{
  return pthread_cond_wait(cond_of(cond), &m->mutex);
}

static int mac_cond_timedwait(pthread_cond_t *cond, mac_mutex *m, const struct timespec *until)
{
  return mac_error(pthread_cond_timedwait(cond_of(cond), &m->mutex, until));
}

static int mac_cond_timedwait_relative_np(pthread_cond_t *cond, mac_mutex *m, const struct timespec *time)
{
  enum { SECOND = 1000000000 };
  struct timespec until;

  (void)clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += time->tv_sec + (until.tv_nsec + time->tv_nsec) / SECOND;
  until.tv_nsec = (until.tv_nsec + time->tv_nsec) % SECOND;
  return mac_error(pthread_cond_clockwait(cond_of(cond), &m->mutex, CLOCK_MONOTONIC, &until));
}

static int mac_once_run(mac_once *o, void (*run)(void))
{
  return pthread_once(&o->once, run);
}

static int mac_key_create(unsigned long *key, void (*at_end)(void *))
{
  pthread_key_t made;
  int error = pthread_key_create(&made, at_end);

  *key = made;
  return mac_error(error);
}

static int mac_setspecific(unsigned long key, const void *data)
{
  return pthread_setspecific((pthread_key_t)key, data);
}

static void *mac_getspecific(unsigned long key)
{
  return pthread_getspecific((pthread_key_t)key);
}

static int mac_attr_setdetachstate(pthread_attr_t *attr, int state)
{
  enum { MAC_DETACHED = 2 };

  return pthread_attr_setdetachstate(attr, state == MAC_DETACHED ? PTHREAD_CREATE_DETACHED
                                                                 : PTHREAD_CREATE_JOINABLE);
}

static int mac_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *data)
{
  return mac_error(pthread_create(thread, attr, run, data));
}

static char *stack_of(pthread_t thread, size_t *size)
{
  pthread_attr_t attr;
  void *low = NULL;

  *size = 0;
  if (pthread_getattr_np(thread, &attr) != 0)
    return NULL;
  (void)pthread_attr_getstack(&attr, &low, size);
  (void)pthread_attr_destroy(&attr);
  return low;
}

/* The highest address. */
static void *mac_get_stackaddr_np(pthread_t thread)
{
  size_t size;
  char *low = stack_of(thread, &size);

  return low + size;
}

static size_t mac_get_stacksize_np(pthread_t thread)
{
  size_t size;

  (void)stack_of(thread, &size);
  return size;
}

/* Signals. */

static const struct {
  int mac, here;
} signals[] = {{1, SIGHUP},     {2, SIGINT},   {3, SIGQUIT},   {4, SIGILL},   {5, SIGTRAP},  {6, SIGABRT},
               {8, SIGFPE},     {9, SIGKILL},  {10, SIGBUS},   {11, SIGSEGV}, {12, SIGSYS},  {13, SIGPIPE},
               {14, SIGALRM},   {15, SIGTERM}, {16, SIGURG},   {17, SIGSTOP}, {18, SIGTSTP}, {19, SIGCONT},
               {20, SIGCHLD},   {21, SIGTTIN}, {22, SIGTTOU},  {23, SIGIO},   {24, SIGXCPU}, {25, SIGXFSZ},
               {26, SIGVTALRM}, {27, SIGPROF}, {28, SIGWINCH}, {30, SIGUSR1}, {31, SIGUSR2}};

enum { SIGNALS = sizeof signals / sizeof *signals };

static int mac_sigmask(int how, const uint32_t *set, uint32_t *before)
{
  enum { MAC_SIG_BLOCK = 1, MAC_SIG_UNBLOCK = 2 };
  sigset_t wanted, old;
  int error;

  (void)sigemptyset(&wanted);
  for (unsigned i = 0; set && i < SIGNALS; i++)
    if (*set >> (signals[i].mac - 1) & 1)
      (void)sigaddset(&wanted, signals[i].here);
  how = how == MAC_SIG_BLOCK ? SIG_BLOCK : how == MAC_SIG_UNBLOCK ? SIG_UNBLOCK : SIG_SETMASK;
  error = pthread_sigmask(how, set ? &wanted : NULL, &old);
  if (error == 0 && before) {
    *before = 0;
    for (unsigned i = 0; i < SIGNALS; i++)
      if (sigismember(&old, signals[i].here) == 1)
        *before |= (uint32_t)1 << (signals[i].mac - 1);
  }
  return error;
}

static void (*mac_signal(int number, void (*handler)(int)))(int)
{
  for (unsigned i = 0; i < SIGNALS; i++)
    if (signals[i].mac == number)
      return signal(signals[i].here, handler);
  errno = EINVAL;
  return SIG_ERR;
}

/* Files and time. */

typedef struct mac_stat {
  int32_t device;
  uint16_t mode, links;
  uint64_t number;
  uint32_t user, group;
  int32_t special;
  struct timespec accessed, modified, changed, created;
  int64_t size, blocks;
  int32_t block_size;
  uint32_t flags, generation;
  int32_t reserved;
  int64_t more[2];
} mac_stat;

static int mac_fstat(int file, mac_stat *out)
{
  struct stat s;

  if (fstat(file, &s) != 0)
    return -1;
  *out = (mac_stat){.mode = (uint16_t)s.st_mode,
                    .links = (uint16_t)s.st_nlink,
                    .number = s.st_ino,
                    .user = s.st_uid,
                    .group = s.st_gid,
                    .accessed = s.st_atim,
                    .modified = s.st_mtim,
                    .changed = s.st_ctim,
                    .size = s.st_size,
                    .blocks = s.st_blocks,
                    .block_size = (int32_t)s.st_blksize};
  return 0;
}

static int mac_clock_gettime(int clock, struct timespec *out)
{
  return clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, out);
}

/* Variables and what compilers call. */

static uintptr_t stack_guard = (uintptr_t)0x595e9fbd94fda766;

static void mac_stack_chk_fail(void)
{
  fprintf(stderr, "code for macOS overran its stack\n");
  abort();
}

static int mac_atexit(void (*run)(void))
{
  return atexit(run);
}

static unsigned rune_locale[1024]; /* _RuneLocale: <runetype.h> */

/* Kinds of characters are read from a table: <_ctype.h>. */
static void fill_runes(void)
{
  enum { RUNETYPE = 60 / sizeof *rune_locale, BYTES = 256 };

  for (int c = 0; c < BYTES; c++)
    rune_locale[RUNETYPE + c] =
        (isalpha(c) ? 0x100u : 0) | (iscntrl(c) ? 0x200u : 0) | (isdigit(c) ? 0x400u : 0)
        | (isgraph(c) ? 0x800u : 0) | (islower(c) ? 0x1000u : 0) | (ispunct(c) ? 0x2000u : 0)
        | (isspace(c) ? 0x4000u : 0) | (isupper(c) ? 0x8000u : 0) | (isxdigit(c) ? 0x10000u : 0)
        | (isblank(c) ? 0x20000u : 0) | (isprint(c) ? 0x40000u : 0);
}

static int mac_maskrune(int c, unsigned long mask)
{
  (void)c;
  (void)mask;
  return 0; /* beyond the table: of the "C" locale */
}

static const struct {
  const char *name;
  void *address;
} entries[] = {
    {"__bzero", (void *)bzero},
    {"__error", (void *)__errno_location},
    {"__maskrune", (void *)mac_maskrune},
    {"__stack_chk_fail", (void *)mac_stack_chk_fail},
    {"__stack_chk_guard", &stack_guard},
    {"__stdinp", &stdin},
    {"__stdoutp", &stdout},
    {"__stderrp", &stderr},
    {"_DefaultRuneLocale", rune_locale},
    {"atexit", (void *)mac_atexit},
    {"clock_gettime", (void *)mac_clock_gettime},
    {"dladdr", (void *)mac_dladdr},
    {"dlclose", (void *)mac_dlclose},
    {"dlerror", (void *)mac_dlerror},
    {"dlopen", (void *)mac_dlopen},
    {"dlsym", (void *)mac_dlsym},
    {"dyld_stub_binder", (void *)abort}, /* all is bound before it could be called */
    {"fstat", (void *)mac_fstat},
    {"malloc_size", (void *)malloc_usable_size},
    {"mmap", (void *)mac_mmap},
    {"munmap", (void *)mac_munmap},
    {"pthread_attr_setdetachstate", (void *)mac_attr_setdetachstate},
    {"pthread_cond_broadcast", (void *)mac_cond_broadcast},
    {"pthread_cond_init", (void *)mac_cond_init},
    {"pthread_cond_signal", (void *)mac_cond_signal},
    {"pthread_cond_timedwait", (void *)mac_cond_timedwait},
    {"pthread_cond_timedwait_relative_np", (void *)mac_cond_timedwait_relative_np},
    {"pthread_cond_wait", (void *)mac_cond_wait},
    {"pthread_create", (void *)mac_create},
    {"pthread_get_stackaddr_np", (void *)mac_get_stackaddr_np},
    {"pthread_get_stacksize_np", (void *)mac_get_stacksize_np},
    {"pthread_getspecific", (void *)mac_getspecific},
    {"pthread_jit_write_protect_np", (void *)mac_pthread_jit_write_protect_np},
    {"pthread_key_create", (void *)mac_key_create},
    {"pthread_mutex_destroy", (void *)mac_mutex_destroy},
    {"pthread_mutex_init", (void *)mac_mutex_init},
    {"pthread_mutex_lock", (void *)mac_mutex_lock},
    {"pthread_mutex_unlock", (void *)mac_mutex_unlock},
    {"pthread_once", (void *)mac_once_run},
    {"pthread_setspecific", (void *)mac_setspecific},
    {"pthread_sigmask", (void *)mac_sigmask},
    {"signal", (void *)mac_signal},
    {"sys_icache_invalidate", (void *)mac_sys_icache_invalidate},
    {"sysconf", (void *)mac_sysconf},
};

void *system_find(const char *name)
{
  static pthread_once_t filled = PTHREAD_ONCE_INIT;
  size_t length = strcspn(name, "$"); /* fstat$INODE64: versions of a function */

  (void)pthread_once(&filled, fill_runes);
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    if (strncmp(entries[i].name, name, length) == 0 && entries[i].name[length] == '\0')
      return entries[i].address;
  return variadic_find(name);
}

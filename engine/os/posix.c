#define _GNU_SOURCE
#include "os/os.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <libkern/OSCacheControl.h>
#elif defined(__FreeBSD__)
#include <pthread_np.h>
#elif defined(__OpenBSD__)
#include <pthread_np.h>
#include <signal.h>
#endif

#include "abi/host.h"

#ifdef __APPLE__
const char rs_os_extension[] = ".dylib";
#else
const char rs_os_extension[] = ".so";
#endif

void *rs_os_open(const char *path, unsigned flags, rs_error *err)
{
  int mode = flags & RS_OPEN_LAZY ? RTLD_LAZY : RTLD_NOW;
  void *handle;
  const char *reason;

  mode |= flags & RS_OPEN_GLOBAL ? RTLD_GLOBAL : RTLD_LOCAL;
#ifdef RTLD_DEEPBIND
  if (flags & RS_OPEN_DEEP)
    mode |= RTLD_DEEPBIND;
#endif
  handle = dlopen(path, mode);
  if (!handle) {
    reason = dlerror();
    rs_fail(err, RS_E_LOAD, "cannot load '%s': %s", path ? path : "the running program",
            reason ? reason : "the loader gives no reason");
  }
  return handle;
}

void rs_os_close(void *handle)
{
  if (handle)
    (void)dlclose(handle);
}

void rs_os_pin(const void *code)
{
  Dl_info info;

  int mode = RTLD_NOW;

#if defined(RTLD_NOLOAD) && defined(RTLD_NODELETE)
  mode |= RTLD_NOLOAD | RTLD_NODELETE;
#endif
  if (dladdr(code, &info) != 0 && info.dli_fname) /* the handle is never closed */
    (void)dlopen(info.dli_fname, mode);
}

void *rs_os_symbol(void *handle, const char *name, rs_error *err)
{
  void *address;
  const char *reason;

  (void)dlerror();
  address = dlsym(handle, name);
  if (!address) {
    reason = dlerror();
    rs_fail(err, RS_E_SYMBOL, "%s", reason ? reason : "the symbol's value is NULL");
  }
  return address;
}

/* The lowest address of this thread's stack; 0 when the platform cannot say. */
static uintptr_t stack_low(void)
{
#if defined(__APPLE__)
  pthread_t self = pthread_self();

  return (uintptr_t)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#elif defined(__OpenBSD__)
  stack_t stack;

  return pthread_stackseg_np(pthread_self(), &stack) == 0 ? (uintptr_t)stack.ss_sp - stack.ss_size : 0;
#else
  pthread_attr_t attr;
  void *base = NULL;
  size_t size = 0;

#if defined(__FreeBSD__)
  if (pthread_attr_init(&attr) != 0)
    return 0;
  if (pthread_attr_get_np(pthread_self(), &attr) != 0 || pthread_attr_getstack(&attr, &base, &size) != 0)
    base = NULL;
#else
  if (pthread_getattr_np(pthread_self(), &attr) != 0)
    return 0;
  if (pthread_attr_getstack(&attr, &base, &size) != 0)
    base = NULL;
#endif
  (void)pthread_attr_destroy(&attr);
  return (uintptr_t)base;
#endif
}

size_t rs_os_stack_left(void)
{
  char here;
  uintptr_t low = stack_low();

  if (!low)
    return SIZE_MAX;
  return (uintptr_t)&here > low ? (uintptr_t)&here - low : 0;
}

size_t rs_os_page_size(void)
{
  return (size_t)sysconf(_SC_PAGESIZE);
}

/* Whether memory may become executable later is settled here where `vm.imply_prot_max` is set (FreeBSD,
 * mmap(2)). */
#ifdef PROT_MAX
enum { WRITABLE = PROT_READ | PROT_WRITE | PROT_MAX(PROT_READ | PROT_WRITE | PROT_EXEC) };
#else
enum { WRITABLE = PROT_READ | PROT_WRITE };
#endif

static void *map(void *at, size_t bytes, int protection, int flags)
{
  void *pages = mmap(at, bytes, protection, MAP_PRIVATE | MAP_ANON | flags, -1, 0);

  return pages == MAP_FAILED ? NULL : pages;
}

void rs_os_pages_free(void *pages, size_t bytes)
{
  if (pages)
    (void)munmap(pages, bytes);
}

#if RS_ON_APPLE && RS_ON_A64

/* Code that was not signed runs in MAP_JIT memory alone, which each thread may either write or execute; a
 * program with the hardened runtime needs com.apple.security.cs.allow-jit for it. (Apple, "Porting
 * just-in-time compilers to Apple silicon".) It takes the place of the first pages: MAP_JIT excludes
 * MAP_FIXED. */
void *rs_os_pages_new(size_t code, size_t data)
{
  char *pages = map(NULL, code + data, WRITABLE, 0);
  void *jit;

  if (!pages)
    return NULL;
  rs_os_pages_free(pages, code);
  jit = map(pages, code, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_JIT);
  if (jit != pages) {
    rs_os_pages_free(jit, code);
    rs_os_pages_free(pages + code, data);
    return NULL;
  }
  pthread_jit_write_protect_np(0);
  return pages;
}

bool rs_os_pages_seal(void *pages, size_t code)
{
  pthread_jit_write_protect_np(1);
  sys_icache_invalidate(pages, code);
  return true;
}

#else

void *rs_os_pages_new(size_t code, size_t data)
{
  return map(NULL, code + data, WRITABLE, 0);
}

/* New code must not be hidden by what the instruction cache holds. On Power gcc's builtin does nothing, but
 * Power ISA 3.0B, book II, 1.8, asks for this. A block is at least that long. */
static void flush_code(void *pages, size_t bytes)
{
#if defined(__powerpc64__)
  enum { BLOCK = 16 };

  for (char *at = pages; at < (char *)pages + bytes; at += BLOCK)
    __asm__ volatile("dcbst 0, %0" : : "r"(at) : "memory");
  __asm__ volatile("sync" : : : "memory");
  for (char *at = pages; at < (char *)pages + bytes; at += BLOCK)
    __asm__ volatile("icbi 0, %0" : : "r"(at) : "memory");
  __asm__ volatile("sync\n\tisync" : : : "memory");
#else
  __builtin___clear_cache(pages, (char *)pages + bytes); /* nothing where caches are coherent */
#endif
}

/* Never writable and executable at once, so that systems which enforce this allow it. */
bool rs_os_pages_seal(void *pages, size_t code)
{
  flush_code(pages, code);
  return mprotect(pages, code, PROT_READ | PROT_EXEC) == 0;
}

#endif

#define _GNU_SOURCE
#include "os/os.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

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

  if (dladdr(code, &info) != 0 && info.dli_fname) /* the handle is never closed */
    (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
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

size_t rs_os_stack_left(void)
{
  char here;
#ifdef __APPLE__
  pthread_t self = pthread_self();
  uintptr_t low = (uintptr_t)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#else
  pthread_attr_t attr;
  void *base = NULL;
  size_t size = 0;
  uintptr_t low;

  if (pthread_getattr_np(pthread_self(), &attr) != 0)
    return SIZE_MAX;
  if (pthread_attr_getstack(&attr, &base, &size) != 0)
    base = NULL;
  (void)pthread_attr_destroy(&attr);
  if (!base)
    return SIZE_MAX;
  low = (uintptr_t)base;
#endif
  return (uintptr_t)&here > low ? (uintptr_t)&here - low : 0;
}

size_t rs_os_page_size(void)
{
  return (size_t)sysconf(_SC_PAGESIZE);
}

void *rs_os_pages_new(size_t bytes)
{
  void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return pages == MAP_FAILED ? NULL : pages;
}

void rs_os_pages_free(void *pages, size_t bytes)
{
  if (pages)
    (void)munmap(pages, bytes);
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
bool rs_os_pages_seal(void *pages, size_t bytes)
{
  flush_code(pages, bytes);
  return mprotect(pages, bytes, PROT_READ | PROT_EXEC) == 0;
}

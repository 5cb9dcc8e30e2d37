/* os.h - what a platform provides to the engine: dynamic libraries, the bounds of the current
 * stack, executable pages. Threads are thread.h.
 * One implementation per platform: posix.c, windows.c. */
#ifndef RS_OS_OS_H
#define RS_OS_OS_H

#include <stdint.h>

#include "core/error.h"

enum { RS_OPEN_LAZY = 1, RS_OPEN_GLOBAL = 2, RS_OPEN_DEEP = 4 };

/* Opens a shared library, or the running program when `path` is NULL. Returns a handle for rs_os_close, or
 * NULL with RS_E_LOAD: the text holds the file and the loader's own reason. */
void *rs_os_open(const char *path, unsigned flags, rs_error *err);
void rs_os_close(void *handle); /* takes NULL */
/* Keeps the library that holds `code` in memory until the process ends, however often it is closed. */
void rs_os_pin(const void *code);
/* The address of an exported symbol, or NULL with RS_E_SYMBOL. */
void *rs_os_symbol(void *handle, const char *name, rs_error *err);

/* Bytes of stack left below the caller on this thread; SIZE_MAX when the platform cannot say. */
size_t rs_os_stack_left(void);

/* Fresh zeroed memory: `code` bytes, which this thread writes before anything else happens, then
 * rs_os_pages_seal makes them executable and read-only for good; behind them `data` bytes, which stay
 * writable. Both are multiples of rs_os_page_size. NULL, or false, where the system refuses. */
size_t rs_os_page_size(void);
void *rs_os_pages_new(size_t code, size_t data);
bool rs_os_pages_seal(void *pages, size_t code);
void rs_os_pages_free(void *pages, size_t bytes); /* takes NULL */

#ifdef _WIN32
/* What GetLastError() answers on this thread. */
uint32_t rs_os_last_error(void);
void rs_os_set_last_error(uint32_t error);
#endif

/* ".so", ".dylib" or ".dll". */
extern const char rs_os_extension[];

#endif

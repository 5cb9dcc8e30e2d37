/* library.h - a loaded shared library with a reference count, so that functions made from it keep it mapped.
 * The platform's part is os/os.h. */
#ifndef RS_CORE_LIBRARY_H
#define RS_CORE_LIBRARY_H

#include <stddef.h>

#include "core/signature.h"

typedef struct rs_lib {
  char *path;    /* as given; NULL for the running program */
  void *handle;  /* platform handle; NULL once unloaded */
  size_t refs;   /* the handle object and each function hold one */
  bool unloaded; /* by an explicit rs_lib_unload */
  bool pinned;   /* never closed when the last reference goes: a symbol's bare address was handed out */
} rs_lib;

/* Returns a library with one reference, or NULL with `err` set. `path` NULL: the running program.
 * `flags`: RS_OPEN_* (os.h). */
rs_lib *rs_lib_open(const char *path, unsigned flags, rs_error *err);
rs_lib *rs_lib_ref(rs_lib *lib);
void rs_lib_unref(rs_lib *lib); /* closes with the last reference; takes NULL */
/* Unloads now; later lookups fail with RS_E_UNLOADED. No-op for the running program and when done already.
 * `keep_mapped`: its code is being executed, so it stays in memory for ever. */
void rs_lib_unload(rs_lib *lib, bool keep_mapped);
/* Address of a symbol, or NULL with RS_E_SYMBOL or RS_E_UNLOADED. */
void *rs_lib_symbol(rs_lib *lib, const char *name, rs_error *err);
/* As rs_lib_symbol. On 32-bit Windows also by the names that compilers give to functions of the signature's
 * convention:
 * `_name`, and for __stdcall `_name@n` or `name@n`, for __fastcall `@name@n`, n being the bytes of the
 * arguments. (Microsoft Learn, "Decorated names", Format of a C decorated name; without the underscore by
 * MinGW-w64.) */
void *rs_lib_function(rs_lib *lib, const char *name, const rs_signature *signature, rs_error *err);

#endif

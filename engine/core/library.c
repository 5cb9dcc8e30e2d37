#include "core/library.h"

#include <stdlib.h>

#include "os/os.h"

rs_lib *rs_lib_open(const char *path, unsigned flags, rs_error *err)
{
  rs_lib *lib = rs_zalloc(sizeof *lib, err);

  if (lib) {
    lib->refs = 1;
    if ((!path || (lib->path = rs_strdup(path, err))) && (lib->handle = rs_os_open(path, flags, err)))
      return lib;
  }
  rs_lib_unref(lib);
  return NULL;
}

rs_lib *rs_lib_ref(rs_lib *lib)
{
  lib->refs++;
  return lib;
}

void rs_lib_unref(rs_lib *lib)
{
  if (!lib || --lib->refs)
    return;
  if (!lib->pinned)
    rs_os_close(lib->handle);
  free(lib->path);
  free(lib);
}

void rs_lib_unload(rs_lib *lib, bool keep_mapped)
{
  if (!lib->path || lib->unloaded)
    return;
  if (!keep_mapped)
    rs_os_close(lib->handle);
  lib->handle = NULL;
  lib->unloaded = true;
}

void *rs_lib_symbol(rs_lib *lib, const char *name, rs_error *err)
{
  void *address;
  rs_error local = {0};

  if (lib->unloaded) {
    rs_fail(err, RS_E_UNLOADED, "cannot look up '%s': the library '%s' has been unloaded", name, lib->path);
    return NULL;
  }
  address = *name ? rs_os_symbol(lib->handle, name, &local) : NULL;
  if (!address)
    rs_fail(err, RS_E_SYMBOL, "'%s' has no symbol '%s'%s%s", lib->path ? lib->path : "the running program",
            name, *local.text ? ": " : "", local.text);
  return address;
}

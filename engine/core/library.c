#include "core/library.h"

#include <stdio.h>
#include <stdlib.h>

#include "abi/host.h"
#include "core/layout.h"
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

#if RS_ON_WINDOWS && RS_ON_X86

static size_t argument_bytes(const rs_signature *signature)
{
  size_t bytes = 0;

  for (size_t i = 0; i < signature->count; i++)
    bytes += rs_round_up(signature->params[i].type->size, sizeof(void *));
  return bytes;
}

static void *find_decorated(rs_lib *lib, const char *name, const rs_signature *signature)
{
  static const struct {
    rs_convention convention;
    const char *format;
  } rows[] = {{RS_STDCALL, "_%s@%zu"}, {RS_STDCALL, "%s@%zu"}, {RS_FASTCALL, "@%s@%zu"}, {RS_CDECL, "_%s"}};
  void *address = NULL;

  for (size_t i = 0; !address && i < sizeof rows / sizeof *rows; i++) {
    rs_error unknown = {0};
    char decorated[512];

    if (rows[i].convention == signature->convention
        && snprintf(decorated, sizeof decorated, rows[i].format, name, argument_bytes(signature))
               < (int)sizeof decorated)
      address = rs_lib_symbol(lib, decorated, &unknown);
  }
  return address;
}

#endif

void *rs_lib_function(rs_lib *lib, const char *name, const rs_signature *signature, rs_error *err)
{
  rs_error failure = {0};
  void *address = rs_lib_symbol(lib, name, &failure);

#if RS_ON_WINDOWS && RS_ON_X86
  if (!address && *name)
    address = find_decorated(lib, name, signature);
#else
  (void)signature;
#endif
  if (!address)
    rs_fail(err, failure.code, "%s", failure.text);
  return address;
}

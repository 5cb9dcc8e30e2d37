/* node_windows.c - finds Node's functions when the addon is loaded. An import library would tie it to a
 * program with the name node.exe; but Electron and programs made with Node.js have names of their own. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <string.h>

#include "abi/host.h"
#include "uv.h"

/* The assembler's name of a slot has one more underscore on 32-bit x86, which the compiler puts there. */
#if RS_ON_X86
#define SLOT(name) _imp__##name
#else
#define SLOT(name) __imp_##name
#endif

#define NB_NODE(name)    extern FARPROC SLOT(name);
#define NB_NODE_UV(name) NB_NODE(name)
#include "node_windows.def"
#undef NB_NODE
#undef NB_NODE_UV

static const struct {
  const char *name;
  FARPROC *slot;
  bool uv;
} functions[] = {
#define NB_NODE(name)    {#name, &SLOT(name), false},
#define NB_NODE_UV(name) {#name, &SLOT(name), true},
#include "node_windows.def"
#undef NB_NODE
#undef NB_NODE_UV
};

bool nb_has_uv = true;

/* The program has them, or a DLL that it is linked to. */
static FARPROC find(const char *name)
{
  static const wchar_t *const modules[] = {NULL, L"libnode.dll", L"node.dll"};
  FARPROC found = NULL;

  for (size_t i = 0; !found && i < sizeof modules / sizeof *modules; i++) {
    HMODULE module = GetModuleHandleW(modules[i]);

    if (module)
      found = GetProcAddress(module, name);
  }
  return found;
}

/* FALSE makes the system refuse to load the addon. */
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
  (void)instance;
  (void)reserved;
  if (reason != DLL_PROCESS_ATTACH)
    return TRUE;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    *functions[i].slot = find(functions[i].name);
    if (*functions[i].slot)
      continue;
    if (!functions[i].uv)
      return FALSE;
    nb_has_uv = false;
  }
  return TRUE;
}

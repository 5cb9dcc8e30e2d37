/* library.c - where DLLs begin that have no DllMain of their own. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
  (void)instance;
  (void)reason;
  (void)reserved;
  return TRUE;
}

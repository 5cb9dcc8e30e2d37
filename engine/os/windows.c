/* Windows 10 and newer. Text is UTF-8 on our side, UTF-16 on the system's. */
#include "os/os.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char rs_os_extension[] = ".dll";

/* The handle of the running program: no module's. Its symbols are those of the program itself, the C library
 * and the system, as elsewhere. */
static const char running_program;
static const wchar_t *const base_libraries[] = {L"ucrtbase.dll", L"kernel32.dll", L"ntdll.dll"};

/* Free with free(); NULL without memory, or when the text is not UTF-8. */
static wchar_t *widen(const char *text)
{
  int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
  wchar_t *wide = length > 0 ? malloc((size_t)length * sizeof *wide) : NULL;

  if (wide)
    (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
  return wide;
}

/* The system's words for an error, in one line without a full stop. They may name a file, as %1. */
static void describe(DWORD error, char *out, size_t size)
{
  enum { INSERTS = 4 };
  static const wchar_t *const inserts[INSERTS] = {L"the file", L"the file", L"the file", L"the file"};
  wchar_t wide[256];
  DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ARGUMENT_ARRAY | FORMAT_MESSAGE_MAX_WIDTH_MASK;
  DWORD length =
      FormatMessageW(flags, NULL, error, 0, wide, sizeof wide / sizeof *wide, (va_list *)(uintptr_t)inserts);

  while (length && (wide[length - 1] == L' ' || wide[length - 1] == L'.'))
    length--;
  wide[length < sizeof wide / sizeof *wide ? length : 0] = 0;
  if (!length || !WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, (int)size, NULL, NULL))
    (void)snprintf(out, size, "error %lu of the system", error);
}

/* A file is loaded by its whole path, because only then the libraries it needs are looked for beside it. Bare
 * names are searched for as the system does. */
static HMODULE load(const wchar_t *path)
{
  wchar_t *whole;
  DWORD length;
  HMODULE module = NULL;

  if (!wcspbrk(path, L"/\\"))
    return LoadLibraryExW(path, NULL, 0);
  if (!(length = GetFullPathNameW(path, 0, NULL, NULL)))
    return NULL;
  if (!(whole = malloc(length * sizeof *whole))) {
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return NULL;
  }
  if (GetFullPathNameW(path, length, whole, NULL))
    module = LoadLibraryExW(whole, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  free(whole);
  return module;
}

void *rs_os_open(const char *path, unsigned flags, rs_error *err)
{
  wchar_t *wide;
  HMODULE module = NULL;
  DWORD error = ERROR_NO_UNICODE_TRANSLATION, mode;
  char reason[256];

  (void)flags; /* symbols are bound eagerly, and by library */
  if (!path)
    return (void *)(uintptr_t)&running_program;
  if ((wide = widen(path))) {
    (void)SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode); /* no dialog box */
    module = load(wide);
    error = GetLastError();
    (void)SetThreadErrorMode(mode, NULL);
    free(wide);
  }
  if (!module) {
    describe(error, reason, sizeof reason);
    rs_fail(err, RS_E_LOAD, "cannot load '%s': %s", path, reason);
  }
  return module;
}

void rs_os_close(void *handle)
{
  if (handle && handle != &running_program)
    (void)FreeLibrary(handle);
}

void rs_os_pin(const void *code)
{
  HMODULE module;

  (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN, code,
                           &module);
}

static FARPROC find_in_program(const char *name)
{
  FARPROC found = GetProcAddress(GetModuleHandleW(NULL), name);

  for (size_t i = 0; !found && i < sizeof base_libraries / sizeof *base_libraries; i++) {
    HMODULE module = LoadLibraryExW(base_libraries[i], NULL, LOAD_LIBRARY_SEARCH_SYSTEM32); /* stays loaded */

    if (module)
      found = GetProcAddress(module, name);
  }
  return found;
}

void *rs_os_symbol(void *handle, const char *name, rs_error *err)
{
  FARPROC found = handle == &running_program ? find_in_program(name) : GetProcAddress(handle, name);
  void *address = NULL;
  char reason[256];

  if (found) {
    memcpy(&address, &found, sizeof address); /* ISO C has no cast between functions and data */
  } else {
    describe(GetLastError(), reason, sizeof reason);
    rs_fail(err, RS_E_SYMBOL, "%s", reason);
  }
  return address;
}

uint32_t rs_os_last_error(void)
{
  return GetLastError();
}

void rs_os_set_last_error(uint32_t error)
{
  SetLastError(error);
}

size_t rs_os_stack_left(void)
{
  ULONG_PTR low, high;
  char here;

  GetCurrentThreadStackLimits(&low, &high);
  return (uintptr_t)&here > low ? (uintptr_t)&here - low : 0;
}

size_t rs_os_page_size(void)
{
  SYSTEM_INFO info;

  GetSystemInfo(&info);
  return info.dwPageSize;
}

void *rs_os_pages_new(size_t code, size_t data)
{
  return VirtualAlloc(NULL, code + data, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void rs_os_pages_free(void *pages, size_t bytes)
{
  (void)bytes;
  if (pages)
    (void)VirtualFree(pages, 0, MEM_RELEASE);
}

/* Never writable and executable at once, so that systems which enforce this allow it. Under Control Flow
 * Guard pages that become executable are valid targets of calls. */
bool rs_os_pages_seal(void *pages, size_t code)
{
  DWORD before;

  return VirtualProtect(pages, code, PAGE_EXECUTE_READ, &before)
         && FlushInstructionCache(GetCurrentProcess(), pages, code);
}

/* start.c - where programs for Windows begin that MinGW-w64 has no start files for: ../clang.cmake. The C
 * library is that of Windows 10; nothing here has constructors or thread-local variables. */
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

enum { ARGV_UNEXPANDED = 1, CONSOLE_PROGRAM = 1 };

int main(int argc, char **argv, char **envp);

int _configure_narrow_argv(int mode);
int _initialize_narrow_environment(void);
char **_get_initial_narrow_environment(void);
void _set_app_type(int type);
int _seh_filter_exe(unsigned long code, EXCEPTION_POINTERS *pointers);

/* Has the C library's signal() get what is its to handle. */
static LONG WINAPI on_exception(EXCEPTION_POINTERS *pointers)
{
  return _seh_filter_exe(pointers->ExceptionRecord->ExceptionCode, pointers);
}

void mainCRTStartup(void)
{
  (void)SetUnhandledExceptionFilter(on_exception);
  _set_app_type(CONSOLE_PROGRAM);
  (void)_configure_narrow_argv(ARGV_UNEXPANDED);
  (void)_initialize_narrow_environment();
  exit(main(__argc, __argv, _get_initial_narrow_environment()));
}

/* format.c - functions that print and scan, which the C library of Windows 10 has in other words. */
#include <stdarg.h>
#include <stdio.h>

static const unsigned long long by_standard = _CRT_INTERNAL_PRINTF_STANDARD_SNPRINTF_BEHAVIOR;

int vsnprintf(char *text, size_t bytes, const char *format, va_list list)
{
  return __stdio_common_vsprintf(by_standard, text, bytes, format, NULL, list);
}

int snprintf(char *text, size_t bytes, const char *format, ...)
{
  va_list list;
  int length;

  va_start(list, format);
  length = vsnprintf(text, bytes, format, list);
  va_end(list);
  return length;
}

int vfprintf(FILE *file, const char *format, va_list list)
{
  return __stdio_common_vfprintf(by_standard, file, format, NULL, list);
}

int fprintf(FILE *file, const char *format, ...)
{
  va_list list;
  int length;

  va_start(list, format);
  length = vfprintf(file, format, list);
  va_end(list);
  return length;
}

int printf(const char *format, ...)
{
  va_list list;
  int length;

  va_start(list, format);
  length = vfprintf(stdout, format, list);
  va_end(list);
  return length;
}

int sscanf(const char *text, const char *format, ...)
{
  va_list list;
  int fields;

  va_start(list, format);
  fields = __stdio_common_vsscanf(0, text, (size_t)-1, format, NULL, list);
  va_end(list);
  return fields;
}

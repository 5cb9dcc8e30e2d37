/* variadic.c - printf() and its like. On ARM64 Apple's variable arguments are all on the stack, in slots of 8
 * bytes, and a va_list is their address; Linux reads registers first. (Apple, "Writing ARM64 code for Apple
 * platforms".) */
#define _GNU_SOURCE
#include "system.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__aarch64__)

/* A va_list of Linux whose arguments are all on the stack (AAPCS64, "Variable argument lists"). */
typedef struct on_stack {
  const void *stack, *general_top, *vector_top;
  int general_offset, vector_offset;
} on_stack;

#define LIST(name, stack) \
  va_list name; \
  memcpy(&name, &(on_stack){stack, NULL, NULL, 0, 0}, sizeof name)

static int list_fprintf(FILE *file, const char *format, const void *stack)
{
  LIST(list, stack);
  return vfprintf(file, format, list);
}

static int list_printf(const char *format, const void *stack)
{
  return list_fprintf(stdout, format, stack);
}

static int list_snprintf(char *out, size_t size, const char *format, const void *stack)
{
  LIST(list, stack);
  return vsnprintf(out, size, format, list);
}

static int list_sprintf(char *out, const char *format, const void *stack)
{
  LIST(list, stack);
  return vsprintf(out, format, list);
}

static int list_snprintf_chk(char *out, size_t size, int flags, size_t room, const char *format,
                             const void *stack)
{
  (void)flags;
  return list_snprintf(out, size < room ? size : room, format, stack);
}

static int list_sscanf(const char *text, const char *format, const void *stack)
{
  LIST(list, stack);
  return vsscanf(text, format, list);
}

/* NAME(fixed arguments, ...): hands on the address of the others as one argument more, the INDEXth. */
#define TAKES_MORE(name, index) \
  void more_##name(void); \
  __asm__(".pushsection .text\n\t.p2align 2\n\t.hidden more_" #name "\n\t.globl more_" #name "\nmore_" #name \
          ":\n\t" \
          "mov x" #index ", sp\n\tb list_" #name "\n\t.popsection");

TAKES_MORE(fprintf, 2)
TAKES_MORE(printf, 1)
TAKES_MORE(snprintf, 3)
TAKES_MORE(snprintf_chk, 5)
TAKES_MORE(sprintf, 2)
TAKES_MORE(sscanf, 2)

static const struct {
  const char *name;
  void *address;
} entries[] = {
    {"__snprintf_chk", (void *)more_snprintf_chk},
    {"__vsnprintf_chk", (void *)list_snprintf_chk},
    {"fprintf", (void *)more_fprintf},
    {"printf", (void *)more_printf},
    {"snprintf", (void *)more_snprintf},
    {"sprintf", (void *)more_sprintf},
    {"sscanf", (void *)more_sscanf},
    {"vfprintf", (void *)list_fprintf},
    {"vprintf", (void *)list_printf},
    {"vsnprintf", (void *)list_snprintf},
    {"vsprintf", (void *)list_sprintf},
    {"vsscanf", (void *)list_sscanf},
};

void *variadic_find(const char *name)
{
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    if (strcmp(entries[i].name, name) == 0)
      return entries[i].address;
  return NULL;
}

#else

void *variadic_find(const char *name)
{
  (void)name;
  return NULL;
}

#endif

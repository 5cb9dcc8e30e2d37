#include "core/target.h"

#include <string.h>
#include <stddef.h>

static const rs_target targets[] = {
    /* name, pointer, long, wchar_t, align of int64 and double, size and align of long double, byte order */
    {"linux-x64", 8, 8, 4, 8, 8, 16, 16, false}, /* System V AMD64 ABI 1.0, figure 3.1 */
    {"win-x64", 8, 4, 2, 8, 8, 8, 8, false},     /* Microsoft "x64 ABI conventions", types and storage */
};

const rs_target *rs_target_find(const char *name)
{
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
    if (strcmp(targets[i].name, name) == 0)
      return &targets[i];
  return NULL;
}

const rs_target *rs_target_host(void)
{
#if defined(__x86_64__) && defined(_WIN32)
  return &targets[1];
#elif defined(__x86_64__)
  return &targets[0];
#else
#error "this platform has no row in targets[] yet"
#endif
}

#include "abi/abi.h"

#include <stdio.h>
#include <string.h>

#include "abi/a32.h"
#include "abi/a64.h"
#include "abi/host.h"
#include "abi/rv64.h"
#include "abi/ppc64.h"
#include "abi/s390x.h"
#include "abi/x64_sysv.h"
#include "abi/x64_win.h"
#include "abi/x86.h"

#define RS_ABI(id, name, target, planner, caller, entry, receive, loads, results_at, results_bytes, \
               runnable) \
  bool planner(rs_planner *); \
  void caller(void *, rs_fn); \
  void entry(void);
#include "abi/abi_list.def"
#undef RS_ABI

void rs_receive_x64_win(void *frame);
extern const rs_loads rs_loads_a64, rs_loads_x64_sysv;

/* Where `runnable` is 0 the compiler folds the references to the stubs away, so they need not exist. */
static const rs_abi abis[] = {
#define RS_ABI(id, name, target, planner, caller, entry, receive, loads, results_at, results_bytes, \
               runnable) \
  {name, \
   target, \
   planner, \
   (runnable) ? caller : NULL, \
   (runnable) ? entry : NULL, \
   receive, \
   (runnable) ? loads : NULL, \
   results_at, \
   results_bytes},
#include "abi/abi_list.def"
#undef RS_ABI
};

size_t rs_abi_count(void)
{
  return sizeof abis / sizeof *abis;
}

const rs_abi *rs_abi_at(size_t index)
{
  return &abis[index];
}

const rs_abi *rs_abi_find(const char *name)
{
  for (size_t i = 0; i < rs_abi_count(); i++)
    if (strcmp(abis[i].name, name) == 0)
      return &abis[i];
  return NULL;
}

const rs_abi *rs_abi_for(const rs_target *target, rs_convention convention)
{
  static const char *const keywords[] = {"cdecl", "stdcall", "fastcall", "thiscall"};
  const rs_abi *only = rs_abi_find(target->abi);
  char name[24];

  if (only) /* compilers ignore the keywords where there is only one convention */
    return only;
  (void)snprintf(name, sizeof name, "%s-%s", target->abi, keywords[convention]);
  return rs_abi_find(name);
}

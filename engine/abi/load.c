#include "abi/load.h"

#include "abi/abi.h"

bool rs_load_choose(const rs_plan *plan, rs_loader *out)
{
  return plan->abi->loads && plan->abi->loads->choose(plan, out);
}

int rs_load_bit(const rs_plan *plan, const rs_type *type, uint32_t frame_offset)
{
  return plan->abi->loads ? plan->abi->loads->bit(type, frame_offset) : -1;
}

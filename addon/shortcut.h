/* shortcut.h - calls whose arguments are plain numbers, addresses, buffers and short strings: nothing that
 * runs user code, needs memory of its own or is copied back. They skip the bookkeeping of a conversion
 * (nb_call), not its rules: whatever is not plainly such a value is refused here and goes the full way, which
 * alone decides. */
#ifndef NB_SHORTCUT_H
#define NB_SHORTCUT_H

#include "function_impl.h"

typedef struct nb_shortcut nb_shortcut;

/* Bytes that the shortcut of a function with `count` parameters takes. */
size_t nb_shortcut_size(size_t count);
/* Fills in the shortcut of a function with this plan. False when its calls cannot take one. */
bool nb_shortcut_prepare(nb_shortcut *shortcut, const rs_plan *plan);
/* What JavaScript calls, for a function with a shortcut; its data is the nb_function. */
napi_callback nb_shortcut_entry(const nb_function *f);

#endif

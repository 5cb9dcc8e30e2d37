/* compiled_impl.h - what compiled.c (which functions have wrappers), entries.c and copies.c (how these enter
 * C) and puts.c (what the entries read) share. Nobody else includes it. */
#ifndef NB_COMPILED_IMPL_H
#define NB_COMPILED_IMPL_H

#include "compiled.h"
#include "v8.h"

enum { NB_MOST_COMPILED = 1 << 16 }; /* functions of the process with a wrapper */

/* By index. Entries may run on any environment's thread, each for its own functions only. */
extern nb_function *nb_compiled_at[NB_MOST_COMPILED];
extern const char *const nb_level_names[]; /* by nb_level */

/* The function whose index V8 gave as a word. */
static inline nb_function *nb_function_of(uint64_t word)
{
  return nb_compiled_at[(uint32_t)nb_v8_small(word)];
}

/* Gives `f` an index; false when there is none left. */
bool nb_compiled_take(nb_function *f);
/* Makes nb->own: how entries that belong to no function find the environment. */
bool nb_compiled_open(nb_env *nb, rs_error *err);

/* Read the arguments of f->puts into the frame; what is a small integer was written by the wrapper. Text goes
 * to call memory, whose `top` is raised. False when one needs the reference. Words are those of V8's values,
 * which `may_allocate` lets Node-API read too; outside of V8's own callbacks values are handles. */
bool nb_put_words(nb_function *f, uint64_t *words, size_t count, bool may_allocate);
bool nb_put_values(nb_function *f, const napi_value *values, size_t count);

/* (index of the environment's own entry in the table, size, place in call memory): copies.c. */
void nb_enter_raw_fetch(const void *info);
void nb_enter_raw_store(const void *info);
napi_value nb_enter_plain_fetch(napi_env env, napi_callback_info info);
napi_value nb_enter_plain_store(napi_env env, napi_callback_info info);

#endif

#include "compiled_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"
#include "value.h"

/* The functions that entries find by the index that their wrappers give. An entry may run on any thread of an
 * environment, for its own functions only; slots change under the lock. */
static struct {
  rs_mutex lock;
  uint32_t used;  /* indexes below were given out */
  uint32_t freed; /* of them are free again: a list through `next_free` */
} table = {.lock = RS_MUTEX_INIT};

/* Not in `table`: a lock whose initial value is not zero would put it into the file. */
static uint32_t next_free[NB_MOST_COMPILED];

nb_function *nb_compiled_at[NB_MOST_COMPILED];

bool nb_compiled_take(nb_function *f)
{
  uint32_t index = 0;

  rs_mutex_lock(&table.lock);
  if (table.freed) {
    index = table.freed;
    table.freed = next_free[index];
  } else if (table.used + 1 < NB_MOST_COMPILED) {
    index = ++table.used; /* 0 is no index */
  }
  if (index)
    nb_compiled_at[index] = f;
  rs_mutex_unlock(&table.lock);
  f->index = index;
  return index != 0;
}

void nb_compiled_forget(nb_function *f)
{
  if (!f->index)
    return;
  rs_mutex_lock(&table.lock);
  nb_compiled_at[f->index] = NULL;
  next_free[f->index] = table.freed;
  table.freed = f->index;
  rs_mutex_unlock(&table.lock);
  f->index = 0;
}

bool nb_compiled_unload(nb_env *nb, const rs_lib *lib, rs_error *err)
{
  rs_mutex_lock(&table.lock);
  for (uint32_t i = 1; i <= table.used; i++)
    if (nb_compiled_at[i] && nb_compiled_at[i]->lib == lib)
      nb_compiled_at[i]->refused = true;
  rs_mutex_unlock(&table.lock);
  /* They throw, which a pure fast call must not. */
  return !nb->hooks[NB_HOOK_LEAVE_FAST] || nb_call_hook(nb, NB_HOOK_LEAVE_FAST, 0, NULL, err);
}

const char *const nb_level_names[] = {"plain", "raw", "fast"};

/* A row of the table for the environment itself: how entries that belong to no function find it. */
bool nb_compiled_open(nb_env *nb, rs_error *err)
{
  nb_function *own = rs_zalloc(sizeof *own, err);

  if (!own)
    return false;
  own->nb = nb;
  nb->own = own;
  return nb_compiled_take(own) || rs_fail(err, RS_E_LIMIT, "too many functions are compiled");
}

void nb_compiled_close(nb_env *nb)
{
  if (nb->own)
    nb_compiled_forget(nb->own);
  free(nb->own);
}

/* Wrappers */

/* Whether the CPU is one of those in lib/entry.js. */
#define COMPILES (sizeof(void *) == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* NULL, or why calls of `f` are not compiled. */
static const char *describe(nb_function *f, char *text)
{
  nb_put puts[NB_MOST_PUTS];
  unsigned count;
  const char *why;

  if (!f->nb->hooks[NB_HOOK_COMPILE])
    return COMPILES ? "RISTRETTO_FILLER is reference" : "this CPU is not a little-endian one of 64 bits";
  if (f->strict)
    return "strict mode looks at every number";
  if (f->signature->variadic)
    return "it is variadic";
  if (!rs_load_choose(f->plan, &f->loader))
    return "its calling convention has no loader here";
  if (f->plan->frame_bytes > NB_FRAME_BYTES)
    return "its arguments take too much memory";
  if ((why = nb_describe_function(f->plan, &f->loader, text, puts, &count)))
    return why;
  if (count && !(f->puts = malloc(count * sizeof *f->puts)))
    return "out of memory";
  if (count)
    memcpy(f->puts, puts, count * sizeof *f->puts);
  for (unsigned i = 0; i < count; i++)
    f->has_callbacks |= puts[i].takes == NB_TAKES_FUNCTION;
  f->put_count = (uint8_t)count;
  if (f->plan->result.direct)
    f->result_at = f->plan->parts[f->plan->result.first_part].frame_offset;
  return nb_compiled_take(f) ? NULL : "too many functions are compiled";
}

/* The level of the entry that the wrapper of `f` uses. */
static nb_level level_of(const nb_function *f)
{
  nb_level level = (nb_level)f->nb->level;
  bool text = f->plan->result.type->kind == RS_STRING; /* made in V8's heap after the call */

  if (level == NB_FAST
      && (text || f->has_callbacks || f->put_count > NB_MOST_FAST_VALUES
          || !(f->pure || nb_v8_fast_rule() == NB_FAST_ANY)))
    level = NB_RAW;
  return level;
}

bool nb_compiled_describe(nb_function *f, char *text)
{
  if ((f->why = describe(f, text)))
    return false;
  f->pure &= level_of(f) == NB_FAST && nb_v8_fast_rule() == NB_FAST_PURE;
  return true;
}

napi_value nb_compile(nb_function *f, const char *text, napi_value info, rs_error *err)
{
  nb_env *nb = f->nb;
  napi_value arguments[] = {nb_string(nb, text), nb_number(nb, f->index), nb_string(nb, f->name),
                            nb_string(nb, f->pure ? "pure" : nb_level_names[level_of(f)]), info};
  napi_value function = nb_call_hook(nb, NB_HOOK_COMPILE, 5, arguments, err);

  if (function && nb_typeof(nb, function) != napi_function) {
    nb_compiled_forget(f);
    f->why = "code for its types is not generated";
  }
  return function;
}

nb_function *nb_compiled_function(napi_env env, napi_value index)
{
  uint32_t number = 0;

  (void)napi_get_value_uint32(env, index, &number);
  return nb_compiled_at[number];
}

static const char *why_not_fast(const nb_function *f)
{
  nb_level level = level_of(f);

  if (level == NB_PLAIN)
    return f->nb->level_why;
  if (level == NB_FAST)
    return NULL;
  if (f->plan->result.type->kind == RS_STRING)
    return "it returns a string";
  if (f->has_callbacks)
    return "it takes a callback";
  if (f->put_count > NB_MOST_FAST_VALUES)
    return "it takes more than two addresses";
  return f->nb->level == NB_RAW ? "RISTRETTO_ENTRY, or this version of Node.js, allows no more"
                                : "fast calls must not run JavaScript on this version of Node.js: "
                                  "see load(path, { fast: true })";
}

napi_value nb_compiled_path(const nb_function *f, rs_error *err)
{
  nb_env *nb = f->nb;
  const char *why = f->index ? why_not_fast(f) : f->why;
  napi_value path;

  if (nb_check(nb, napi_create_object(nb->env, &path), err)
      && ((nb_set(nb, path, "filler", nb_string(nb, f->index ? "compiled" : "reference"))
           && nb_set(nb, path, "entry", nb_string(nb, nb_level_names[f->index ? level_of(f) : NB_PLAIN]))
           && (!why || nb_set(nb, path, "why", nb_string(nb, why))))
          || nb_check(nb, napi_generic_failure, err)))
    return path;
  return NULL;
}

/* describeType(type): its description, or undefined. */
napi_value js_describe_type(napi_env env, napi_callback_info info)
{
  nb_args args;
  const rs_type *type;
  char text[NB_DESCRIPTION];

  if (!nb_args_read(env, info, &args))
    return NULL;
  type = nb_spec_object(args.nb, args.at[0]);
  return type && nb_describe_type(type, text) ? nb_string(args.nb, text) : NULL;
}

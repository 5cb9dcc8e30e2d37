/* entries.c - how wrappers come back into C, by V8 or by Node-API; see compiled.h. */
#include <stdatomic.h>
#include <string.h>

#include "active.h"
#include "compiled_impl.h"
#include "decode.h"
#include "text.h"
#include "value.h"

/* Calls */

/* How the entry was entered: says how to throw. */
typedef enum door { BY_NODE_API, BY_V8 } door;

static void throw_by(nb_env *nb, door by, const rs_error *err)
{
  napi_handle_scope scope;
  napi_value exception;

  if (by == BY_NODE_API) {
    (void)nb_throw(nb, err);
    return;
  }
  if (napi_open_handle_scope(nb->env, &scope) != napi_ok) /* a fast call has none */
    return;
  /* Node-API's own exceptions surface at its next function, not here. */
  if ((exception = nb_take_exception(nb, err)))
    nb_v8_throw(exception);
  (void)napi_close_handle_scope(nb->env, scope);
}

/* What lies on the stack while C runs limits how deep calls and callbacks nest: errors, which are large,
 * belong to functions that are not inlined. */

static __attribute__((noinline)) bool end_call(nb_function *f, door by, const nb_active *active)
{
  NB_NO_ERROR(err);

  if (nb_active_end(active, f->nb, &err))
    return true;
  if (active->failure != NB_LEFT) /* else V8 has it */
    throw_by(f->nb, by, &err);
  return false;
}

/* Where callbacks may run. They may drop the function, and what they return lives until the outermost call
 * ends. */
static bool call_watched(nb_function *f, door by, unsigned char *frame)
{
  nb_env *nb = f->nb;
  nb_active active;
  bool ok = true;

  nb_function_ref(f);
  nb_active_begin(&active, nb, f->name);
  active.by_v8 = by == BY_V8;
  nb_errors_give(nb->errors, nb->error_number);
  f->loader.run(&f->loader, frame, f->address);
  nb->errors = nb_errors_take(nb->error_number);
  if (nb_active_is_used(&active))
    ok = end_call(f, by, &active);
  else
    nb_active_leave(&active, nb);
  nb_function_unref(f);
  return ok;
}

static __attribute__((noinline)) void throw_unloaded(const nb_function *f, door by)
{
  NB_NO_ERROR(err);

  (void)nb_check_loaded(f, &err);
  throw_by(f->nb, by, &err);
}

static __attribute__((noinline)) bool call_carefully(nb_function *f, door by, unsigned char *frame)
{
  if (!f->refused)
    return call_watched(f, by, frame);
  throw_unloaded(f, by);
  return false;
}

/* Calls with what is in the frame. False with an exception thrown. */
static inline __attribute__((always_inline)) bool call(nb_function *f, door by)
{
  nb_env *nb = f->nb;
  unsigned char *frame = (unsigned char *)nb->memory + NB_FRAME_AT;

  if (__builtin_expect(atomic_load_explicit(&nb_inbox_any, memory_order_relaxed) | f->refused, 0))
    return call_carefully(f, by, frame);
  nb_errors_give(nb->errors, nb->error_number);
  f->loader.run(&f->loader, frame, f->address);
  nb->errors = nb_errors_take(nb->error_number);
  return true;
}

static void leave(nb_function *f)
{
  if (f->has_callbacks)
    nb_leave(f->nb);
}

/* Functions that take callbacks are calls of the API like the reference's: they keep what callbacks need. */
static void enter(nb_function *f)
{
  if (f->has_callbacks)
    nb_enter(f->nb);
}

/* A call with such arguments. */
static inline __attribute__((always_inline)) bool call_with(nb_function *f, door by, uint64_t *words,
                                                            size_t count, bool may_allocate)
{
  nb_memory *memory = f->nb->memory;
  size_t mark = memory->top;
  bool ok = false;

  enter(f);
  if (nb_put_words(f, words, count, may_allocate))
    ok = call(f, by);
  else
    memory->status = NB_STATUS_REFERENCE;
  memory->top = mark;
  leave(f);
  return ok;
}

/* The C string that a function returned, as a napi_value; NULL with an exception thrown. */
static __attribute__((noinline)) napi_value take_text(nb_function *f, door by, void *isolate)
{
  enum { SHORT = 1 << 20 };
  nb_env *nb = f->nb;
  const unsigned char *frame = (unsigned char *)nb->memory + NB_FRAME_AT;
  const unsigned char *slot = frame + f->result_at;
  NB_NO_ERROR(err);
  const unsigned char *text;
  napi_value value;

  memcpy(&text, slot, sizeof text);
  if (isolate && text) {
    size_t length = strlen((const char *)text);

    if (length < SHORT && nb_is_ascii(text, length))
      return nb_v8_string(isolate, text, (int)length);
  }
  if (!(value = nb_decode(nb, f->plan->result.type, slot, &err)))
    throw_by(nb, by, &err);
  return value;
}

/* What callbacks returned, when no outer call of the API needs it. */
static void release_kept(nb_env *nb)
{
  if (nb->depth == 0 && !nb_keep_is_empty(&nb->keep))
    nb_keep_release(&nb->keep);
}

/* Entries by V8. The first argument is the index, the others are values for nb_function.puts. */

static void enter_raw(const void *info)
{
  nb_v8_call v8 = nb_v8_read(info);

  (void)call(nb_function_of(v8.arguments[0]), BY_V8);
}

static void enter_raw_with(const void *info)
{
  nb_v8_call v8 = nb_v8_read(info);

  (void)call_with(nb_function_of(v8.arguments[0]), BY_V8, v8.arguments + 1, (size_t)v8.argc - 1, true);
}

static void enter_raw_text(const void *info)
{
  nb_v8_call v8 = nb_v8_read(info);
  nb_function *f = nb_function_of(v8.arguments[0]);
  napi_value text;

  if (call_with(f, BY_V8, v8.arguments + 1, (size_t)v8.argc - 1, true)
      && (text = take_text(f, BY_V8, v8.isolate)))
    memcpy(v8.result, text, sizeof *v8.result);
  release_kept(f->nb);
}

/* Fast calls: nothing may be allocated before C runs; what may happen then is nb_v8_fast_rule's. Where a
 * callback would be fatal, the mark lets it end the process with a message (callback.c). */

static inline void call_fast(nb_function *f, uint64_t *words, size_t count)
{
  if (f->pure)
    f->nb->in_pure_call = true;
  (void)(count ? call_with(f, BY_V8, words, count, false) : call(f, BY_V8));
  if (f->pure)
    f->nb->in_pure_call = false;
}

static void enter_fast(void *receiver, int32_t index)
{
  (void)receiver;
  call_fast(nb_compiled_at[index], NULL, 0);
}

static void enter_fast_1(void *receiver, int32_t index, uint64_t *value)
{
  uint64_t word = *value;

  (void)receiver;
  call_fast(nb_compiled_at[index], &word, 1);
}

static void enter_fast_2(void *receiver, int32_t index, uint64_t *first, uint64_t *second)
{
  uint64_t words[2] = {*first, *second};

  (void)receiver;
  call_fast(nb_compiled_at[index], words, 2);
}

/* Entries by Node-API */

/* The index is in memory: a Node-API function without arguments is much cheaper than one with. */
static napi_value enter_plain(napi_env env, napi_callback_info info)
{
  void *data;
  nb_env *nb;

  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok)
    return NULL;
  nb = data;
  (void)call(nb_compiled_at[nb->memory->index], BY_NODE_API);
  return NULL;
}

static napi_value enter_with(napi_env env, napi_callback_info info, bool text)
{
  napi_value values[NB_MOST_PUTS], result = NULL;
  size_t count = NB_MOST_PUTS, mark;
  void *data;
  nb_env *nb;
  nb_function *f;

  if (napi_get_cb_info(env, info, &count, values, NULL, &data) != napi_ok)
    return NULL;
  nb = data;
  f = nb_compiled_at[nb->memory->index];
  mark = nb->memory->top;
  enter(f);
  if (!nb_put_values(f, values, count))
    nb->memory->status = NB_STATUS_REFERENCE;
  else if (call(f, BY_NODE_API) && text)
    result = take_text(f, BY_NODE_API, NULL);
  nb->memory->top = mark;
  leave(f);
  if (text)
    release_kept(nb);
  return result;
}

static napi_value enter_plain_with(napi_env env, napi_callback_info info)
{
  return enter_with(env, info, false);
}

static napi_value enter_plain_text(napi_env env, napi_callback_info info)
{
  return enter_with(env, info, true);
}

/* Opening the entries */

static bool text_argument(nb_env *nb, napi_value value, char *text, size_t size)
{
  size_t length;

  return napi_get_value_string_utf8(nb->env, value, text, size, &length) == napi_ok;
}

static bool open_plain(nb_env *nb, napi_value out)
{
  static const struct {
    const char *name;
    napi_callback callback;
  } entries[] = {{"plain", enter_plain},
                 {"plainWith", enter_plain_with},
                 {"plainText", enter_plain_text},
                 {"plainFetch", nb_enter_plain_fetch},
                 {"plainStore", nb_enter_plain_store}};

  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    if (!nb_define(nb, out, entries[i].name, entries[i].callback))
      return false;
  return true;
}

static bool open_v8(nb_env *nb, napi_value out, nb_level level)
{
  static const struct {
    const char *name;
    void (*callback)(const void *info);
    rs_fn fast;
    unsigned values;
  } entries[] = {
      {"raw", enter_raw, NULL, 0},
      {"rawWith", enter_raw_with, NULL, 0},
      {"rawText", enter_raw_text, NULL, 0},
      {"rawFetch", nb_enter_raw_fetch, NULL, 0},
      {"rawStore", nb_enter_raw_store, NULL, 0},
      {"fast", enter_raw, (rs_fn)enter_fast, 0},
      {"fast1", enter_raw_with, (rs_fn)enter_fast_1, 1},
      {"fast2", enter_raw_with, (rs_fn)enter_fast_2, 2},
  };

  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    const void *fast;
    napi_value function;

    if (entries[i].fast && level != NB_FAST)
      continue;
    memcpy(&fast, &entries[i].fast, sizeof fast);
    if (!(function = nb_v8_function(nb, entries[i].callback, fast, entries[i].values))
        || !nb_set(nb, out, entries[i].name, function))
      return false;
  }
  return true;
}

/* The most that the caller wants. */
static nb_level level_argument(nb_env *nb, napi_value value)
{
  char text[8] = "";
  nb_level level = NB_FAST;

  (void)text_argument(nb, value, text, sizeof text);
  while (level > NB_PLAIN && strcmp(nb_level_names[level], text) != 0)
    level--;
  return level;
}

static void choose_level(nb_env *nb, const nb_args *args)
{
  char modules[16] = "", version[32] = "";
  nb_level most = level_argument(nb, args->at[0]), found;

  nb->level = NB_PLAIN;
  if (most == NB_PLAIN) {
    nb->level_why = "RISTRETTO_ENTRY, or the runtime, wants Node-API alone";
    return;
  }
  if (!text_argument(nb, args->at[1], modules, sizeof modules)
      || !text_argument(nb, args->at[2], version, sizeof version))
    return;
  found = nb_v8_open(nb, modules, version, &nb->level_why);
  nb->level = (uint8_t)(found < most ? found : most);
  if (found > NB_PLAIN)
    nb_v8_calibrate(nb, args->at + 3);
}

static napi_value open_entries(nb_env *nb, const nb_args *args, rs_error *err)
{
  napi_value out, memory;

  choose_level(nb, args);
  if (!nb_compiled_open(nb, err))
    return NULL;
  if (nb_check(nb, napi_create_object(nb->env, &out), err)
      && nb_check(nb, napi_get_reference_value(nb->env, nb->memory_buffer, &memory), err)
      && ((nb_set(nb, out, "memory", memory) && nb_set(nb, out, "own", nb_number(nb, nb->own->index))
           && nb_set(nb, out, "base", nb_number(nb, (double)(uintptr_t)nb->memory->base))
           && open_plain(nb, out) && (nb->level == NB_PLAIN || open_v8(nb, out, (nb_level)nb->level)))
          || nb_check(nb, napi_generic_failure, err)))
    return out;
  return NULL;
}

/* openEntries(most, modules, version, ...samples): the entries, call memory and its address, for wrappers.
 * `most` is the highest level to use; the samples are nb_v8_calibrate's. */
napi_value js_open_entries(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value out;

  if (!nb_args_read(env, info, &args))
    return NULL;
  out = open_entries(args.nb, &args, &err);
  return out ? out : nb_throw(args.nb, &err);
}

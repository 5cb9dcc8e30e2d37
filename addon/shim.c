#include "shim.h"

#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "describe.h"
#include "v8.h"
#include "value.h"

enum {
  SHIM_AFTER = 2, /* calls: transient callbacks are often called once */
  MAKERS = 16,
  NEVER = 1u << 30 /* nb_callback.calls of one that cannot have a shim */
};

/* Makers of shims by the descriptions of callbacks: asking JavaScript for one costs as much as several calls.
 */
typedef struct nb_shim_cache {
  struct maker {
    char *description; /* NULL: free */
    napi_ref function; /* NULL: there is none */
  } makers[MAKERS];
} nb_shim_cache;

static void forget(nb_env *nb, struct maker *maker)
{
  if (maker->function)
    (void)napi_delete_reference(nb->env, maker->function);
  free(maker->description);
  *maker = (struct maker){0};
}

void nb_shim_close(nb_env *nb)
{
  for (size_t i = 0; nb->shims && i < MAKERS; i++)
    forget(nb, &nb->shims->makers[i]);
  free(nb->shims);
  nb->shims = NULL;
}

/* A place in the cache for a description, by its hash (FNV-1a). */
static struct maker *place_of(nb_env *nb, const char *description)
{
  uint32_t hash = 2166136261u;

  if (!nb->shims && !(nb->shims = calloc(1, sizeof *nb->shims)))
    return NULL;
  for (const char *c = description; *c; c++)
    hash = (hash ^ (unsigned char)*c) * 16777619u;
  return &nb->shims->makers[hash % MAKERS];
}

static napi_value find_maker(nb_env *nb, const char *description)
{
  struct maker *maker = place_of(nb, description);
  NB_NO_ERROR(err);
  napi_value text, function = NULL;

  if (!maker)
    return NULL;
  if (maker->description && strcmp(maker->description, description) == 0) {
    if (maker->function)
      (void)napi_get_reference_value(nb->env, maker->function, &function);
    return function;
  }
  text = nb_string(nb, description);
  if (!(function = nb_call_hook(nb, NB_HOOK_SHIM, 1, &text, &err)))
    return NULL;
  if (nb_typeof(nb, function) != napi_function)
    function = NULL;
  forget(nb, maker);
  if (!(maker->description = strdup(description))
      || (function && napi_create_reference(nb->env, function, 1, &maker->function) != napi_ok))
    forget(nb, maker);
  return function;
}

static bool make(nb_callback *callback)
{
  nb_env *nb = callback->nb;
  NB_NO_ERROR(err);
  char text[NB_DESCRIPTION];
  napi_value maker, function, shim, exception;

  callback->calls = NEVER;
  if (callback->receiver || nb->settings.strict || !nb->hooks[NB_HOOK_SHIM]
      || callback->plan->frame_bytes > NB_FRAME_BYTES - sizeof(uint64_t)
      || !nb_describe_callback(callback->plan, text) || !nb_callback_function(callback, &function, &err))
    return false;
  if ((maker = find_maker(nb, text))
      && napi_call_function(nb->env, nb_undefined(nb), maker, 1, &function, &shim) == napi_ok)
    return napi_create_reference(nb->env, shim, 1, &callback->shim) == napi_ok;
  (void)napi_get_and_clear_last_exception(nb->env, &exception);
  return false;
}

bool nb_shim_ready(nb_callback *callback)
{
  return callback->shim || (++callback->calls == SHIM_AFTER && make(callback));
}

/* Arguments, as wide as the entry stub stored them: what lies beside a part in its slot is of no account, nor
 * behind the last one. */
static inline void copy_arguments(const rs_plan *plan, unsigned char *to, const unsigned char *from)
{
  const rs_part *part = plan->parts, *result = part + plan->result.first_part, *end = part + plan->part_count;

  for (; part != end; part++) {
    if (part == result && plan->result.part_count) {
      part += plan->result.part_count - 1;
    } else if (part->size > sizeof(uint64_t)) {
      memcpy(to + part->frame_offset, from + part->frame_offset, part->size);
    } else {
      memcpy(to + part->frame_offset, from + part->frame_offset, sizeof(uint64_t));
    }
  }
}

/* What callers of conventions such as RISC-V's rely on: all of the register. */
static inline uint64_t extend(const rs_part *part, uint32_t narrow)
{
  unsigned rest = 64 - 8 * part->size;
  uint64_t top = (uint64_t)narrow << rest;

  switch (part->extend) {
  case RS_EXTEND_SIGN: return (uint64_t)((int64_t)top >> rest);
  case RS_EXTEND_ZERO: return top >> rest;
  default: return narrow;
  }
}

/* A result, as wide as the shim stored it and the entry stub loads it. */
static inline void copy_result(const rs_plan *plan, unsigned char *to, const unsigned char *from)
{
  const rs_part *part = &plan->parts[plan->result.first_part];
  uint64_t wide;
  uint32_t narrow;

  for (uint16_t i = 0; i < plan->result.part_count; i++, part++) {
    if (part->size > sizeof wide) {
      memcpy(to + part->frame_offset, from + part->frame_offset, part->size);
      continue;
    }
    if (part->size > sizeof narrow) {
      memcpy(&wide, from + part->frame_offset, sizeof wide);
    } else {
      memcpy(&narrow, from + part->frame_offset, sizeof narrow);
      wide = extend(part, narrow);
    }
    memcpy(to + part->frame_offset, &wide, sizeof wide);
  }
}

/* False when a handle cannot be had. */
static bool fetch(const nb_callback *callback, const nb_active *active, nb_handles *handles)
{
  nb_env *nb = callback->nb;

  if (handles->owner != active) {
    handles->owner = active;
    handles->last = NULL;
    handles->context = active->by_v8 ? nb_v8_context() : NULL;
    handles->undefined = nb_undefined(nb);
  }
  if (handles->last == callback)
    return true;
  handles->last = NULL;
  if (napi_get_reference_value(nb->env, callback->shim, &handles->shim) != napi_ok)
    return false;
  handles->last = callback;
  return true;
}

static napi_value call(nb_env *nb)
{
  const nb_handles *handles = &nb->handles;
  napi_value result;

  if (handles->context)
    return nb_v8_call_function(handles->context, handles->shim, handles->undefined);
  return napi_call_function(nb->env, handles->undefined, handles->shim, 0, NULL, &result) == napi_ok ? result
                                                                                                     : NULL;
}

nb_shim_end nb_shim_run(const nb_callback *callback, const nb_active *active, unsigned char *frame,
                        napi_value *result)
{
  nb_env *nb = callback->nb;
  const rs_plan *plan = callback->plan;
  unsigned char *shared = (unsigned char *)nb->memory + NB_FRAME_AT;

  copy_arguments(plan, shared, frame);
  if (!fetch(callback, active, &nb->handles) || !(*result = call(nb)))
    return active->by_v8 ? NB_SHIM_LEFT : NB_SHIM_THREW;
  if (nb->memory->status) {
    nb->memory->status = NB_STATUS_DONE;
    return NB_SHIM_VALUE;
  }
  copy_result(plan, frame, shared);
  return NB_SHIM_DONE;
}

#include "shim.h"

#include <string.h>

#include "compiled.h"
#include "describe.h"
#include "v8.h"
#include "value.h"

enum {
  SHIM_AFTER = 2,  /* calls: transient callbacks are often called once */
  NEVER = 1u << 30 /* nb_callback.calls of one that cannot have a shim */
};

static bool make(nb_callback *callback)
{
  nb_env *nb = callback->nb;
  NB_NO_ERROR(err);
  char text[NB_DESCRIPTION];
  napi_value arguments[2], shim, exception;

  callback->calls = NEVER;
  if (callback->receiver || nb->settings.strict || !nb->hooks[NB_HOOK_SHIM]
      || callback->plan->frame_bytes > NB_FRAME_BYTES || !nb_describe_callback(callback->plan, text))
    return false;
  if (!nb_callback_function(callback, &arguments[0], &err))
    return false;
  arguments[1] = nb_string(nb, text);
  if (!(shim = nb_call_hook(nb, NB_HOOK_SHIM, 2, arguments, &err))) {
    (void)napi_get_and_clear_last_exception(nb->env, &exception);
    return false;
  }
  return nb_typeof(nb, shim) == napi_function
         && napi_create_reference(nb->env, shim, 1, &callback->shim) == napi_ok;
}

bool nb_shim_ready(nb_callback *callback)
{
  return callback->shim || (++callback->calls == SHIM_AFTER && make(callback));
}

/* A part as wide as it is read. */
static inline void copy_part(unsigned char *to, const unsigned char *from, size_t size)
{
  uint64_t wide;
  uint32_t narrow;

  if (size > sizeof wide) {
    memcpy(to, from, size);
  } else if (size > sizeof narrow) {
    memcpy(&wide, from, sizeof wide);
    memcpy(to, &wide, sizeof wide);
  } else {
    memcpy(&narrow, from, sizeof narrow);
    memcpy(to, &narrow, sizeof narrow);
  }
}

static inline void copy_parts(const rs_plan *plan, const rs_place *place, unsigned char *to,
                              const unsigned char *from)
{
  const rs_part *part = &plan->parts[place->first_part];

  for (uint16_t i = 0; i < place->part_count; i++, part++)
    copy_part(to + part->frame_offset, from + part->frame_offset, part->size);
}

static napi_value call(nb_env *nb, nb_active *active, napi_value shim)
{
  napi_value result;

  if (!active->by_v8)
    return napi_call_function(nb->env, nb_undefined(nb), shim, 0, NULL, &result) == napi_ok ? result : NULL;
  if (!active->context)
    active->context = nb_v8_context();
  return nb_v8_call_function(active->context, shim, nb_undefined(nb));
}

nb_shim_end nb_shim_run(const nb_callback *callback, nb_active *active, unsigned char *frame,
                        napi_value *result)
{
  nb_env *nb = callback->nb;
  const rs_plan *plan = callback->plan;
  unsigned char *shared = (unsigned char *)nb->memory + NB_FRAME_AT;
  napi_value shim;

  for (size_t i = 0; i < plan->argc; i++)
    copy_parts(plan, &plan->args[i], shared, frame);
  if (napi_get_reference_value(nb->env, callback->shim, &shim) != napi_ok
      || !(*result = call(nb, active, shim)))
    return active->by_v8 ? NB_SHIM_LEFT : NB_SHIM_THREW;
  if (nb->memory->status) {
    nb->memory->status = NB_STATUS_DONE;
    return NB_SHIM_VALUE;
  }
  copy_parts(plan, &plan->result, frame, shared);
  return NB_SHIM_DONE;
}

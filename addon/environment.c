#include "environment.h"

#include <errno.h>
#include <stdlib.h>

#include "callback.h"
#include "cast.h"
#include "compiled.h"
#include "inbox.h"
#include "persistent.h"
#include "shim.h"
#include "spec.h"
#include "value.h"

#define CALL_MEMORY_SIZE (1u << 20) /* bytes; pages are touched only when used */

static void free_environment(nb_env *nb)
{
  nb_compiled_close(nb);
  nb_cast_free_all(nb);
  nb_spec_free(nb);
  rs_registry_free(nb->reg);
  free(nb);
}

void nb_env_add_function(nb_env *nb)
{
  nb->functions++;
}

void nb_env_remove_function(nb_env *nb)
{
  if (--nb->functions == 0 && nb->closed)
    free_environment(nb);
}

static void destroy(napi_env env, void *data, void *hint)
{
  nb_env *nb = data;
  napi_ref references[] = {nb->exports, nb->library_class, nb->poll_class, nb->memory_buffer};

  (void)hint;
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (references[i])
      (void)napi_delete_reference(env, references[i]);
  for (size_t i = 0; i < NB_HOOK_COUNT; i++)
    if (nb->hooks[i])
      (void)napi_delete_reference(env, nb->hooks[i]);
  nb_callback_release_all(nb);
  nb_shim_close(nb);
  nb_keep_release(&nb->keep);
  nb_keep_release(&nb->loop_keep);
  nb_inbox_retire(nb->inbox);
  nb_persistent_free_all(nb);
  nb->closed = true;
  if (nb->functions == 0) /* Bun 1.4 finalizes them afterwards */
    free_environment(nb);
}

static void on_cleanup(void *data)
{
  nb_env *nb = data;

  nb->closing = true;
}

/* The block is an ArrayBuffer so that JavaScript can fill frames, too. */
_Static_assert(sizeof(nb_memory) <= NB_FRAME_AT && NB_FRAME_AT % 16 == 0,
               "the header ends where the frame starts");

static bool make_call_memory(nb_env *nb)
{
  void *data = NULL;
  napi_value buffer;

  if (napi_create_arraybuffer(nb->env, CALL_MEMORY_SIZE, &data, &buffer) != napi_ok
      || napi_create_reference(nb->env, buffer, 1, &nb->memory_buffer) != napi_ok)
    return false;
  nb->memory = data;
  *nb->memory = (nb_memory){.base = data, .size = CALL_MEMORY_SIZE, .top = NB_FRAME_AT + NB_FRAME_BYTES};
  return true;
}

nb_env *nb_env_new(napi_env env)
{
  NB_NO_ERROR(err);
  nb_env *nb = calloc(1, sizeof *nb);

  if (!nb || !(nb->reg = rs_registry_new(rs_target_host(), &err)) || !(nb->inbox = nb_inbox_new(nb, &err))) {
    if (nb)
      rs_registry_free(nb->reg);
    free(nb);
    napi_throw_error(env, rs_code_name(RS_E_MEMORY), "out of memory");
    return NULL;
  }
  nb->env = env;
  nb->error_number = &errno;
  nb_settings_init(&nb->settings);
  rs_registry_on_release(nb->reg, nb_type_release, nb);
  /* Set before any other finalizer exists: Node runs them last in, first out when the environment goes, so
   * that finalizers of functions and types still find everything in place. */
  if (napi_set_instance_data(env, nb, destroy, NULL) != napi_ok
      || napi_add_env_cleanup_hook(env, on_cleanup, nb) != napi_ok || !make_call_memory(nb)) {
    napi_throw_error(env, rs_code_name(RS_E_MEMORY), "ristretto cannot set up its environment");
    return NULL;
  }
  return nb;
}

void nb_collect(nb_env *nb)
{
  if (nb->depth == 0 && rs_registry_should_collect(nb->reg)) {
    nb_spec_forget(nb);
    rs_registry_collect(nb->reg);
  }
}

void nb_env_hold(nb_env *nb, bool hold)
{
  if (hold ? nb->holds++ == 0 : --nb->holds == 0)
    nb_inbox_keep_alive(nb->inbox, hold);
}

bool nb_env_async_context(nb_env *nb)
{
  return nb->async_context
         || napi_async_init(nb->env, NULL, nb_string(nb, "ristretto"), &nb->async_context) == napi_ok;
}

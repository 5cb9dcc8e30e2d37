/* addon.c - runs the Node-API entry point of an addon for macOS. Its environment is that of this addon, which
 * hook.cjs loads anew for each: `exports.image` is the path of the other. */
#include <limits.h>
#include <stdint.h>

#include <node_api.h>

#include "loader.h"

typedef napi_value entry(napi_env env, napi_value exports);

static napi_value fail(napi_env env, const char *text)
{
  (void)napi_throw_error(env, NULL, text);
  return NULL;
}

NAPI_MODULE_INIT()
{
  char path[PATH_MAX], text[512];
  napi_value image_path, own;
  size_t length;
  image *m;
  int32_t (*version)(void);
  entry *init;

  if (napi_get_named_property(env, exports, "image", &image_path) != napi_ok
      || napi_get_value_string_utf8(env, image_path, path, sizeof path, &length) != napi_ok)
    return fail(env, "exports.image is the path of an addon");
  if (!(m = loader_open(path, text, sizeof text)))
    return fail(env, text);
  version = (int32_t(*)(void))image_symbol(m, "node_api_module_get_api_version_v1");
  init = (entry *)image_symbol(m, "napi_register_module_v1");
  if (!init || (version && version() != NAPI_VERSION))
    return fail(env, "this is no addon, or of another version of Node-API than this one");
  if (napi_create_object(env, &own) != napi_ok)
    return NULL;
  return init(env, own);
}

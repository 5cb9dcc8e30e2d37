/* os, node, extension, version: what the exports object holds besides functions. */
#include <errno.h>
#include <stdio.h>

#include "module.h"
#include "reference.h"
#include "spec.h"
#include "value.h"

static const struct {
  const char *name;
  int value;
} errors[] = {
#define NB_ERRNO(name) {#name, name},
#include "errno.def"
#undef NB_ERRNO
};

static bool unavailable(const char *what, rs_error *err)
{
  return rs_fail(err, RS_E_UNSUPPORTED, "%s not available yet in this version", what);
}

static napi_value make_os(nb_env *nb)
{
  napi_value os, codes;

  if (napi_create_object(nb->env, &os) != napi_ok || napi_create_object(nb->env, &codes) != napi_ok)
    return NULL;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (!nb_set(nb, codes, errors[i].name, nb_number(nb, errors[i].value)))
      return NULL;
  return nb_set(nb, os, "errno", codes) ? os : NULL;
}

/* new PollHandle(): handles come from poll(). */
static napi_value construct_poll_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  napi_value target = NULL;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  rs_fail(&err, RS_E_CONSTRUCT, "PollHandle cannot be constructed: poll() makes handles");
  if (napi_get_new_target(env, info, &target) == napi_ok && !target)
    rs_error_reclass(&err, RS_CLASS_TYPE);
  return nb_throw(args.nb, &err);
}

/* node.poll(fd, [options], callback). */
static napi_value js_poll(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_args_least(&args, "poll", 2, &err))
    unavailable("poll() is", &err);
  return nb_throw(args.nb, &err);
}

static napi_value make_node(nb_env *nb)
{
  napi_value node, env, handle;

  if (napi_create_object(nb->env, &node) != napi_ok
      || napi_create_bigint_uint64(nb->env, (uint64_t)(uintptr_t)nb->env, &env) != napi_ok
      || napi_define_class(nb->env, "PollHandle", NAPI_AUTO_LENGTH, construct_poll_handle, nb, 0, NULL,
                           &handle)
             != napi_ok)
    return NULL;
  return nb_set(nb, node, "env", env) && nb_define(nb, node, "poll", js_poll)
                 && nb_set(nb, node, "PollHandle", handle)
             ? node
             : NULL;
}

bool nb_init_services(nb_env *nb, napi_value exports, rs_error *err)
{
  if (nb_set(nb, exports, "os", make_os(nb)) && nb_set(nb, exports, "node", make_node(nb))
      && nb_set(nb, exports, "extension", nb_string(nb, rs_os_extension))
      && nb_set(nb, exports, "version", nb_string(nb, RISTRETTO_VERSION)))
    return true;
  return nb_check(nb, napi_generic_failure, err);
}

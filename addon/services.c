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

static napi_value make_node(nb_env *nb, rs_error *err)
{
  napi_value node, env;

  if (napi_create_object(nb->env, &node) != napi_ok
      || napi_create_bigint_uint64(nb->env, (uint64_t)(uintptr_t)nb->env, &env) != napi_ok)
    return NULL;
  return nb_set(nb, node, "env", env) && nb_init_poll(nb, node, err) ? node : NULL;
}

bool nb_init_services(nb_env *nb, napi_value exports, rs_error *err)
{
  if (nb_set(nb, exports, "os", make_os(nb)) && nb_set(nb, exports, "node", make_node(nb, err))
      && nb_set(nb, exports, "extension", nb_string(nb, rs_os_extension))
      && nb_set(nb, exports, "version", nb_string(nb, RISTRETTO_VERSION)))
    return true;
  return nb_check(nb, napi_generic_failure, err);
}

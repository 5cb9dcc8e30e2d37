#include "lane.h"

#include <stdlib.h>

#include "module.h"
#include "value.h"

static const napi_type_tag lane_tag = {0x6c616e655f6f6e65u, 0x7269737472657474u};

/* What a Lane wraps. */
typedef struct nb_lane {
  nb_pool *pool; /* of one thread; NULL once closed */
} nb_lane;

static void finalize(napi_env env, void *data, void *hint)
{
  nb_lane *lane = data;

  (void)env;
  (void)hint;
  nb_pool_close(lane->pool);
  free(lane);
}

static nb_lane *lane_of(nb_env *nb, napi_value value)
{
  void *data = NULL;
  bool ours = false;

  if (nb_typeof(nb, value) == napi_object
      && napi_check_object_type_tag(nb->env, value, &lane_tag, &ours) == napi_ok && ours
      && napi_unwrap(nb->env, value, &data) == napi_ok)
    return data;
  return NULL;
}

bool nb_is_lane(nb_env *nb, napi_value value)
{
  return lane_of(nb, value) != NULL;
}

nb_pool *nb_lane_pool(nb_env *nb, napi_value value, const char *name, rs_error *err)
{
  const nb_lane *lane = lane_of(nb, value);
  char kind[64];

  if (!lane)
    rs_fail(err, RS_E_ARGUMENT, "%s(): lane expects a Lane, got %s", name,
            nb_describe(nb, value, kind, sizeof kind));
  else if (!lane->pool)
    rs_fail(err, RS_E_CLOSED, "%s(): the lane has been closed", name);
  else
    return lane->pool;
  return NULL;
}

/* new Lane(). */
static napi_value js_lane(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value target = NULL;
  nb_lane *lane;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (napi_get_new_target(env, info, &target) != napi_ok || !target) {
    rs_fail(&err, RS_E_CONSTRUCT, "Lane is a class: use lane(), or new Lane()");
    rs_error_reclass(&err, RS_CLASS_TYPE);
    return nb_throw(args.nb, &err);
  }
  if (!(lane = rs_zalloc(sizeof *lane, &err)) || !(lane->pool = nb_pool_new(1, &err))
      || !nb_check(args.nb, napi_type_tag_object(env, args.self, &lane_tag), &err)
      || !nb_check(args.nb, napi_wrap(env, args.self, lane, finalize, NULL, NULL), &err)) {
    if (lane)
      finalize(env, lane, NULL);
    return nb_throw(args.nb, &err);
  }
  return args.self;
}

/* isLane(value): made by the constructor, whatever its prototype says. */
napi_value js_is_lane(napi_env env, napi_callback_info info)
{
  nb_args args;

  return nb_args_read(env, info, &args) ? nb_bool(args.nb, nb_is_lane(args.nb, args.at[0])) : NULL;
}

/* close(): no more calls; those that were made still run, then the thread ends. */
static napi_value js_close(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_lane *lane;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(lane = lane_of(args.nb, args.self))) {
    rs_fail(&err, RS_E_RECEIVER, "close(): called on something that is not a Lane");
    return nb_throw(args.nb, &err);
  }
  nb_pool_close(lane->pool);
  lane->pool = NULL;
  return NULL;
}

bool nb_init_lane(nb_env *nb, napi_value exports, rs_error *err)
{
  napi_value class, prototype, symbol = nb_dispose_symbol(nb);
  napi_property_descriptor methods[] = {
      {.utf8name = "close", .method = js_close, .attributes = napi_default_method, .data = nb},
      {.name = symbol, .method = js_close, .attributes = napi_default_method, .data = nb},
  };

  return nb_check(nb, napi_define_class(nb->env, "Lane", NAPI_AUTO_LENGTH, js_lane, nb, 0, NULL, &class), err)
         && nb_check(nb, napi_get_named_property(nb->env, class, "prototype", &prototype), err)
         && nb_check(nb, napi_define_properties(nb->env, prototype, symbol ? 2 : 1, methods), err)
         && nb_set(nb, exports, "Lane", class);
}

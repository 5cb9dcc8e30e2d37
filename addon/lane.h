/* lane.h - lanes: one native thread each, on which asynchronous calls run in order. For libraries that want
 * all calls on the thread that made an object (OpenGL, COM, SQLite in some modes). */
#ifndef NB_LANE_H
#define NB_LANE_H

#include "environment.h"
#include "pool.h"

bool nb_is_lane(nb_env *nb, napi_value value);
/* The pool of `value`, a Lane object, for a call of `name`; NULL with RS_E_ARGUMENT when it is none, with
 * RS_E_CLOSED after close(). */
nb_pool *nb_lane_pool(nb_env *nb, napi_value value, const char *name, rs_error *err);

napi_value js_is_lane(napi_env env, napi_callback_info info);

#endif

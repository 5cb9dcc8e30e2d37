/* module.h - the entry points that JavaScript sees, one row each in exports.def, and the parts of the exports
 * object that are not functions. */
#ifndef NB_MODULE_H
#define NB_MODULE_H

#include "environment.h"

#define NB_EXPORT(name, function) napi_value function(napi_env env, napi_callback_info info);
#include "exports.def"
#undef NB_EXPORT

/* Classes and objects; each defines its properties on `exports`. False with `err` set. */
bool nb_init_types(nb_env *nb, napi_value exports, rs_error *err);    /* TypeObject, types */
bool nb_init_library(nb_env *nb, napi_value exports, rs_error *err);  /* LibraryHandle */
bool nb_init_decode(nb_env *nb, napi_value exports, rs_error *err);   /* decode.int and its siblings */
bool nb_init_lane(nb_env *nb, napi_value exports, rs_error *err);     /* Lane */
bool nb_init_poll(nb_env *nb, napi_value node, rs_error *err);        /* poll, PollHandle; on `node` */
bool nb_init_services(nb_env *nb, napi_value exports, rs_error *err); /* os, node, extension, version */

#endif

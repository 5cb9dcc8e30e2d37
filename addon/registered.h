/* registered.h - register(), unregister(), ref(), unref() (module.h), and what lib/ calls for callbacks from
 * other threads. */
#ifndef NB_REGISTERED_H
#define NB_REGISTERED_H

#include "environment.h"

/* drainInbox(): runs callbacks that other threads have posted. shutInbox(): answers zero to them from now on.
 */
napi_value js_drain_inbox(napi_env env, napi_callback_info info);
napi_value js_shut_inbox(napi_env env, napi_callback_info info);
/* settleCallback(id, fulfilled, value): the promise that a callback returned to another thread has settled.
 */
napi_value js_settle_callback(napi_env env, napi_callback_info info);
/* tagHandle(object, address): makes it a CallbackHandle, which stands for the address until unregister(). */
napi_value js_tag_handle(napi_env env, napi_callback_info info);
/* handleAddress(handle): that address, or null. */
napi_value js_handle_address(napi_env env, napi_callback_info info);

/* The address of a CallbackHandle; false for everything else, NULL after unregister(). */
bool nb_handle_address(nb_env *nb, napi_value value, void **address);

#endif

/* persistent.h - copies that encode() leaves behind: strings and arrays that a pointer slot in C memory leads
 * to. A copy is tied to the slot's address: encoding another value there releases it. Slots inside a
 * JavaScript buffer go with the buffer; slots at bare addresses stay until overwritten or free()d through the
 * package. */
#ifndef NB_PERSISTENT_H
#define NB_PERSISTENT_H

#include "environment.h"

/* Says whose memory the slots of the following nb_persistent_alloc lie in: a raw buffer's, or with NULL that
 * of a bare address. Calls a hook, so it comes before addresses are taken. */
bool nb_persistent_begin(nb_env *nb, napi_value buffer, rs_error *err);
/* Memory (zeroed, freed by this module) for what the pointer stored at `slot` will lead to; releases what it
 * led to before. Slots themselves may lie in such memory; it goes together with the slot above it. NULL with
 * `err` set. */
void *nb_persistent_alloc(nb_env *nb, const void *slot, size_t bytes, rs_error *err);
/* Releases what all slots in [address, address + size) lead to. */
void nb_persistent_drop_range(nb_env *nb, const void *address, size_t size);
/* As nb_persistent_drop_range before `bytes` is copied to `address`: keeps copies that the new bytes lead to
 * again. */
void nb_persistent_replace(nb_env *nb, const void *address, const void *bytes, size_t size);
/* True while there are copies. */
bool nb_persistent_any(const nb_env *nb);
void nb_persistent_free_all(nb_env *nb);

/* makeBufferOwner() -> External for NB_HOOK_BUFFER_OWNER; the copies of its buffer go when it is collected.
 */
napi_value js_make_buffer_owner(napi_env env, napi_callback_info info);

#endif

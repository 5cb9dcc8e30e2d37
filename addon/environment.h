/* environment.h - everything that belongs to one Node environment (the main thread or a worker). Made when
 * the addon is loaded into it, destroyed by its cleanup hook; used on its thread only. Nothing is shared
 * between environments but read-only code. */
#ifndef NB_ENVIRONMENT_H
#define NB_ENVIRONMENT_H

#include <node_api.h>

#include "ristretto.h"

/* The settings of config(); see config.c for ranges. */
typedef struct nb_settings {
  int64_t sync_stack_size, sync_heap_size, async_stack_size, async_heap_size; /* bytes */
  int64_t resident_async_pools, max_async_calls, max_type_size;
  bool strict; /* libraries loaded from now on check their arguments strictly */
} nb_settings;

void nb_settings_init(nb_settings *out); /* config.c */

/* JavaScript functions that lib/ hands to the addon at start (lib/hooks.js), for what Node-API cannot do. */
typedef enum nb_hook {
  NB_HOOK_IS_EXOTIC,      /* (value) -> bool: a built-in object that must not be taken for a struct */
  NB_HOOK_DESCRIBE,       /* (value) -> string: its kind for an error message, e.g. "Map" */
  NB_HOOK_CHECK_WRITABLE, /* (object, keys | undefined): throws when the keys cannot be assigned */
  NB_HOOK_MAKE_FACTORY,   /* (names) -> function of as many values, returning the object literal */
  NB_HOOK_UNION_READ,     /* (value) -> undefined, or [type, index, value] or [type, -1, bytes] of a Union;
                             [type, -1, undefined] of an empty one */
  NB_HOOK_UNION_MAKE,     /* (type, bytes) -> Union holding C data */
  NB_HOOK_UNION_FILL,     /* (union, bytes): a Union given as output receives C data */
  NB_HOOK_BUFFER_OWNER,   /* (arrayBuffer) -> External kept alive by the buffer; made on first use */
  NB_HOOK_WARN,           /* (code, text): a deprecation warning, once per code */
  NB_HOOK_UNION_TYPE,     /* (value) -> the TypeObject of a Union, undefined for anything else */
  NB_HOOK_NOTHING,        /* (): V8 calls it only where its stack has room; see nb_stack_has_room */
  NB_HOOK_COUNT
} nb_hook;

typedef struct nb_chunk nb_chunk;

/* Call memory: a block that JavaScript can write too (the backing store of an ArrayBuffer), used as a stack.
 * Nested calls allocate above the calls they are nested in. */
typedef struct nb_memory {
  unsigned char *base;
  size_t size; /* bytes */
  size_t top;  /* bytes in use; raised and restored by nb_call (encode.h) */
  napi_ref buffer;
} nb_memory;

typedef struct nb_env {
  napi_env env;
  rs_registry *reg;
  nb_memory memory;
  nb_settings settings;
  bool loaded;                   /* a library was loaded: config() is locked */
  int last_errno;                /* of the last C call, whatever V8 did since */
  int64_t disposed;              /* stats().disposed */
  unsigned depth;                /* API calls on the stack; types are collected only at 0 */
  napi_ref hooks[NB_HOOK_COUNT]; /* NULL until lib/ set them */
  napi_ref exports;              /* the module's exports */
  napi_ref type_class, library_class;
  void *constructing;               /* library.c: what the next LibraryHandle wraps */
  napi_ref async_stub;              /* `async` of every function */
  struct nb_persistent *persistent; /* persistent.c: copies made by encode() */
  struct nb_spec_cache *specs;      /* spec.c: type strings already resolved */
  struct nb_cast_set *casts;        /* cast.c: live values of as(), in(), out(), inout() */
} nb_env;

/* Makes the environment and attaches it to `env`; NULL with an exception pending on failure. */
nb_env *nb_env_new(napi_env env);

/* Begins and ends an API call that may run user code; types are not collected in between. */
static inline void nb_enter(nb_env *nb)
{
  nb->depth++;
}
static inline void nb_leave(nb_env *nb)
{
  nb->depth--;
}

/* Releases unreachable types when it is worthwhile and no API call is on the stack. Call it at the start of
 * entry points that make types. */
void nb_collect(nb_env *nb);

#endif

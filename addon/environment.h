/* environment.h - everything that belongs to one Node environment (the main thread or a worker). Made when
 * the addon is loaded into it, destroyed by its cleanup hook; used on its thread only. Nothing is shared
 * between environments but read-only code. */
#ifndef NB_ENVIRONMENT_H
#define NB_ENVIRONMENT_H

#include <node_api.h>

#include "errors.h"
#include "keep.h"
#include "ristretto.h"

/* The settings of config(); see config.c for ranges. */
typedef struct nb_settings {
  int64_t sync_stack_size, sync_heap_size, async_stack_size, async_heap_size; /* bytes */
  int64_t resident_async_pools, max_async_calls, max_type_size;
  int64_t async_threads; /* of the pool that asynchronous calls run on */
  int64_t
      deadlock_warning; /* milliseconds that another thread waits before a deadlock is reported; 0: never */
  bool async_limited;   /* the user set max_async_calls */
  bool strict;          /* libraries loaded from now on check their arguments strictly */
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
  NB_HOOK_WATCH_EXIT,     /* (): has drainInbox() and shutInbox() called when the process or worker ends */
  NB_HOOK_AWAIT,          /* (promise, id): has settleCallback(id, fulfilled, value) called */
  NB_HOOK_WARN_DEADLOCK,  /* (callback): the warning of a wait that looked like a deadlock */
  NB_HOOK_WATCH_SIGNAL,   /* (signal, call): has cancelCall(call, reason) called on abort; -> function to stop
                             watching, or [reason] of a signal that is aborted already */
  NB_HOOK_BIND,           /* (callback) -> the same in the asynchronous context of now; to be called once */
  NB_HOOK_ON,             /* `on` of every function */
  NB_HOOK_COMPILE,        /* (description, index, name, entry, info) -> function; undefined: there is none */
  NB_HOOK_SHIM, /* (description) -> function(function) -> function without arguments that calls it, which
                   reads the frame in call memory and writes the result there; undefined: there is none */
  NB_HOOK_LEAVE_FAST, /* (): no fast calls of this environment any more where they must not be re-entered */
  NB_HOOK_NOTHING,    /* (): V8 calls it only where its stack has room; see nb_stack_has_room */
  NB_HOOK_COUNT
} nb_hook;

/* Call memory: a block used as a stack. Nested calls allocate above the calls they are nested in. The
 * environment's is the backing store of an ArrayBuffer that JavaScript writes too (lib/memory.js); it starts
 * with this header and one frame. One frame is enough: it is filled with no user code in between, loaded
 * before C runs, and its result is taken at once. */
typedef struct nb_memory {
  unsigned char *base;
  size_t size;     /* bytes */
  size_t top;      /* bytes in use; raised and restored by nb_call (encode.h) and by compiled wrappers */
  uint32_t status; /* compiled.h: an nb_status that C leaves for JavaScript */
  uint32_t index;  /* of the function that enter_plain calls */
} nb_memory;

enum {
  NB_FRAME_AT = 64,      /* offset of the frame in the environment's call memory */
  NB_FRAME_BYTES = 2048, /* most that it takes; functions with larger frames have no compiled wrapper */
};

/* What shims are called with: fetched once for the callbacks that share a scope. Not in nb_active, which
 * limits how deep calls and callbacks nest. */
typedef struct nb_handles {
  const struct nb_active *owner;  /* the call whose scope they live in; NULL when there are none */
  void *context;                  /* of V8; NULL where Node-API is used */
  napi_value undefined;           /* receiver */
  const struct nb_callback *last; /* whose shim is `shim` */
  napi_value shim;
} nb_handles;

typedef struct nb_env {
  napi_env env;
  rs_registry *reg;
  nb_memory *memory;      /* in its own block */
  napi_ref memory_buffer; /* which JavaScript sees as this */
  nb_settings settings;
  size_t functions;              /* alive: their finalizers need this */
  struct nb_function *own;       /* compiled.c: stands for the environment where entries want a function */
  const char *level_why;         /* it is NB_PLAIN; NULL else */
  bool watched;                  /* other threads can reach us: they look at what we call (inbox.h) */
  bool in_pure_call;             /* inside a fast call that must run no JavaScript; compiled.c */
  bool closing;                  /* the environment is being torn down */
  bool closed;                   /* only `functions` keep this */
  unsigned holds;                /* reasons to keep the event loop alive */
  bool has_handles;              /* a CallbackHandle was made */
  bool loaded;                   /* a library was loaded: config() is locked */
  bool polls_ending;             /* poll.c: polls are being closed for good */
  uint8_t level;                 /* nb_level of its entries (v8.h) */
  int *error_number;             /* &errno of the environment's thread: finding it takes a call */
  int64_t disposed;              /* stats().disposed */
  nb_errors errors;              /* of the last C call, whatever V8 did since */
  unsigned depth;                /* API calls on the stack; types are collected only at 0 */
  napi_ref hooks[NB_HOOK_COUNT]; /* NULL until lib/ set them */
  napi_ref exports;              /* the module's exports */
  napi_ref type_class, library_class, poll_class;
  void *constructing;               /* what the next LibraryHandle or PollHandle wraps */
  struct nb_active *active;         /* the innermost C call in progress on this thread; active.h */
  nb_keep keep;                     /* what C may use until the outermost API call ends */
  nb_keep loop_keep;                /* the same for callbacks from the event loop, until the next of them */
  struct nb_inbox *inbox;           /* inbox.h */
  struct nb_callback *callbacks;    /* all live ones */
  int64_t callback_count;           /* of them; stats().callbacks */
  napi_async_context async_context; /* of callbacks from the event loop; NULL before the first */
  struct nb_pool *pool;             /* of asynchronous calls; NULL before the first */
  struct nb_job *jobs;              /* asynchronous calls in flight */
  int64_t job_count;                /* of them */
  struct nb_poll *polls;            /* poll.c: all that libuv has not closed yet */
  struct uv_prepare_s *poll_guard;  /* looks at descriptors before the loop waits for them */
  napi_async_cleanup_hook_handle poll_hook; /* that closes them; NULL before the first */
  struct nb_persistent *persistent;         /* persistent.c: copies made by encode() */
  struct nb_spec_cache *specs;              /* spec.c: type strings already resolved */
  struct nb_cast_set *casts;                /* cast.c: live values of as(), in(), out(), inout() */
  struct nb_shim_cache *shims;              /* shim.c: makers of shims; NULL before the first */
  nb_handles handles;                       /* shim.c */
} nb_env;

/* Called as each nb_function comes and goes. */
void nb_env_add_function(nb_env *nb);
void nb_env_remove_function(nb_env *nb);

/* Makes the environment and attaches it to `env`; NULL with an exception pending on failure. */
nb_env *nb_env_new(napi_env env);

/* `bytes` of call memory, aligned to 16, for what would use up the stack where calls and callbacks nest: they
 * then nest some three times as deep. NULL when there is no room. Restore `memory->top` afterwards. */
static inline void *nb_memory_push(nb_env *nb, size_t bytes)
{
  nb_memory *memory = nb->memory;
  size_t start = (memory->top + 15) & ~(size_t)15; /* the block itself is aligned */

  if (start > memory->size || bytes > memory->size - start)
    return NULL;
  memory->top = start + bytes;
  return memory->base + start;
}

/* Begins and ends an API call that may run user code; types are not collected in between. */
static inline void nb_enter(nb_env *nb)
{
  nb->depth++;
}
static inline void nb_leave(nb_env *nb)
{
  if (--nb->depth == 0 && !nb_keep_is_empty(&nb->keep))
    nb_keep_release(&nb->keep);
}

/* Takes or drops a reason to keep the event loop alive. */
void nb_env_hold(nb_env *nb, bool hold);
/* The context in which callbacks from the event loop run, made on first use; false when it cannot be. */
bool nb_env_async_context(nb_env *nb);

/* Releases unreachable types when it is worthwhile and no API call is on the stack. Call it at the start of
 * entry points that make types. */
void nb_collect(nb_env *nb);

#endif

/* node.poll() and PollHandle: file descriptors watched by libuv. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#ifndef _WIN32
#include <sys/stat.h>
#endif

#include "callback.h"
#include "module.h"
#include "uv.h"
#include "value.h"

/* Runtimes without libuv may lack these, too. */
#ifndef _WIN32
#pragma weak napi_get_uv_event_loop
#pragma weak napi_add_async_cleanup_hook
#pragma weak napi_remove_async_cleanup_hook
#endif

static const napi_type_tag poll_tag = {0x706f6c6c5f666421u, 0x7269737472657474u};

/* What keeps the handle and its callback from being collected. */
typedef struct roots {
  napi_ref handle, callback;
} roots;

/* What a PollHandle wraps. Belongs to the PollHandle and to libuv: freed when both have let go of it. */
typedef struct nb_poll {
  nb_env *nb;
  struct nb_poll *next, **link; /* of the environment; until libuv has closed it */
  napi_async_context context;   /* that of poll() */
  roots roots;                  /* while it watches; an idle handle may be collected */
  int fd;
  int events;                          /* that were asked for */
  bool fresh;                          /* started, but the loop has not waited for it yet */
  bool closing;                        /* close() was called */
  bool closed;                         /* libuv has let go of it */
  bool wrapped;                        /* a PollHandle holds it */
  _Alignas(16) unsigned char handle[]; /* a uv_poll_t */
} nb_poll;

static uv_poll_t *watcher(nb_poll *poll)
{
  return (uv_poll_t *)(void *)poll->handle;
}

static uv_handle_t *handle_of(nb_poll *poll)
{
  return (uv_handle_t *)(void *)poll->handle;
}

static bool refuse(const char *name, int fd, int status, rs_error *err)
{
  return rs_fail(err, RS_E_SYSTEM, "%s(): file descriptor %d cannot be watched: %s (%s)", name, fd,
                 uv_strerror(status), uv_err_name(status));
}

/* Roots */

static void release(nb_env *nb, roots *held)
{
  if (held->handle)
    (void)napi_delete_reference(nb->env, held->handle);
  if (held->callback)
    (void)napi_delete_reference(nb->env, held->callback);
  *held = (roots){0};
}

static bool hold(nb_env *nb, napi_value handle, napi_value callback, roots *out, rs_error *err)
{
  *out = (roots){0};
  if (nb_check(nb, napi_create_reference(nb->env, handle, 1, &out->handle), err)
      && nb_check(nb, napi_create_reference(nb->env, callback, 1, &out->callback), err))
    return true;
  release(nb, out);
  return false;
}

/* Closing */

/* The environment's loop must see every handle closed before it ends: Node aborts when one is open. */
static void end_when_closed(nb_env *nb)
{
  if (nb->polls_ending && !nb->polls && !nb->poll_guard) {
    (void)napi_remove_async_cleanup_hook(nb->poll_hook);
    nb->poll_hook = NULL;
  }
}

static void on_close(uv_handle_t *handle)
{
  nb_poll *poll = uv_handle_get_data(handle);
  nb_env *nb = poll->nb;

  if ((*poll->link = poll->next))
    poll->next->link = poll->link;
  if (poll->context)
    (void)napi_async_destroy(nb->env, poll->context);
  poll->closed = true;
  if (!poll->wrapped)
    free(poll);
  end_when_closed(nb); /* may let the environment go */
}

static void on_guard_close(uv_handle_t *handle)
{
  nb_env *nb = uv_handle_get_data(handle);

  free(handle);
  nb->poll_guard = NULL;
  end_when_closed(nb);
}

static void close_poll(nb_poll *poll)
{
  if (poll->closing)
    return;
  poll->closing = true;
  release(poll->nb, &poll->roots);
  uv_close(handle_of(poll), on_close);
}

static void on_cleanup(napi_async_cleanup_hook_handle hook, void *data)
{
  nb_env *nb = data;

  (void)hook;
  nb->polls_ending = true;
  for (nb_poll *poll = nb->polls; poll; poll = poll->next)
    close_poll(poll);
  uv_close((uv_handle_t *)nb->poll_guard, on_guard_close); /* which ends the rest, too */
}

static void finalize(napi_env env, void *data, void *hint)
{
  nb_poll *poll = data;

  (void)env;
  (void)hint;
  poll->wrapped = false;
  if (poll->closed)
    free(poll);
  else
    close_poll(poll);
}

/* Events */

static const struct {
  const char *name;
  int bit;
} conditions[] = {{"readable", UV_READABLE}, {"writable", UV_WRITABLE}, {"disconnect", UV_DISCONNECT}};

static napi_value make_events(nb_env *nb, int events)
{
  napi_value object;

  if (napi_create_object(nb->env, &object) != napi_ok)
    return NULL;
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
    if (!nb_set(nb, object, conditions[i].name, nb_bool(nb, events & conditions[i].bit)))
      return NULL;
  return object;
}

static void deliver(nb_poll *poll, int status, int events)
{
  nb_env *nb = poll->nb;
  NB_NO_ERROR(err);
  napi_value callback, resource, arguments[] = {nb_number(nb, status), make_events(nb, events)};
  napi_callback_scope scope;

  if (!arguments[0] || !arguments[1]
      || napi_get_reference_value(nb->env, poll->roots.callback, &callback) != napi_ok
      || napi_create_object(nb->env, &resource) != napi_ok)
    return;
  if (!uv_is_active(handle_of(poll))) /* libuv stops after an error */
    release(nb, &poll->roots);
  if (napi_open_callback_scope(nb->env, resource, poll->context, &scope) != napi_ok)
    return;
  if (!nb_check(nb, napi_call_function(nb->env, nb_undefined(nb), callback, 2, arguments, NULL), &err)
      && err.code == NB_E_PENDING)
    nb_uncaught(nb, nb_take_exception(nb, &err));
  (void)napi_close_callback_scope(nb->env, scope);
}

static void on_event(uv_poll_t *handle, int status, int events)
{
  nb_poll *poll = uv_handle_get_data((uv_handle_t *)handle);
  napi_env env = poll->nb->env;
  napi_handle_scope scope;

  if (napi_open_handle_scope(env, &scope) != napi_ok)
    return;
  deliver(poll, status, events & poll->events);
  (void)napi_close_handle_scope(env, scope);
}

/* Descriptors that went away */

/* 0, or the error that the system would give to libuv when it next waits; libuv ends the process then. */
static int check_descriptor(int fd)
{
#ifdef _WIN32
  (void)fd;
  return 0;
#else
  struct stat info;

  if (fstat(fd, &info) != 0)
    return -errno;
  return S_ISREG(info.st_mode) || S_ISDIR(info.st_mode) ? -EPERM : 0;
#endif
}

/* The last thing before the loop waits: a fresh handle whose descriptor was closed since gets the error as
 * its status. Callbacks may close further descriptors, so after each the search begins anew. */
static void on_guard(uv_prepare_t *guard)
{
  nb_env *nb = uv_handle_get_data((uv_handle_t *)guard);
  nb_poll *poll = nb->polls;

  while (poll) {
    int status = poll->fresh && uv_is_active(handle_of(poll)) ? check_descriptor(poll->fd) : 0;

    if (status) {
      (void)uv_poll_stop(watcher(poll));
      on_event(watcher(poll), status, 0);
      poll = nb->polls;
    } else {
      poll = poll->next;
    }
  }
  for (poll = nb->polls; poll; poll = poll->next)
    poll->fresh = false;
  (void)uv_prepare_stop(guard);
}

static bool make_guard(nb_env *nb, rs_error *err)
{
  uv_loop_t *loop;
  uv_prepare_t *guard;

  if (!nb_check(nb, napi_get_uv_event_loop(nb->env, &loop), err)
      || !(guard = rs_zalloc(uv_handle_size(UV_PREPARE), err)))
    return false;
  if (!nb_check(nb, napi_add_async_cleanup_hook(nb->env, on_cleanup, nb, &nb->poll_hook), err)) {
    free(guard);
    return false;
  }
  (void)uv_prepare_init(loop, guard); /* never fails */
  uv_handle_set_data((uv_handle_t *)guard, nb);
  uv_unref((uv_handle_t *)guard);
  nb->poll_guard = guard;
  return true;
}

/* What poll() and start() are given: [options], callback. */
typedef struct request {
  napi_value callback;
  int events;
} request;

static bool read_options(nb_env *nb, napi_value options, int *events, rs_error *err)
{
  *events = 0;
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
    napi_value value;
    bool wanted;

    if (!nb_check(nb, napi_get_named_property(nb->env, options, conditions[i].name, &value), err)
        || !nb_check(nb, napi_coerce_to_bool(nb->env, value, &value), err)
        || !nb_check(nb, napi_get_value_bool(nb->env, value, &wanted), err))
      return false;
    if (wanted)
      *events |= conditions[i].bit;
  }
  return true;
}

static bool is_function(nb_env *nb, napi_value value)
{
  return nb_typeof(nb, value) == napi_function;
}

/* `at` is the index of the first argument that belongs to the request. */
static bool read_request(const nb_args *args, const char *name, size_t at, request *out, rs_error *err)
{
  nb_env *nb = args->nb;
  char kind[64];

  out->events = UV_READABLE;
  if (args->count > at + 1 && !is_function(nb, args->at[at])) {
    if (nb_typeof(nb, args->at[at]) != napi_object || nb_is_array(nb, args->at[at]))
      return rs_fail(err, RS_E_ARGUMENT, "%s(): argument %zu (options) expects an object, got %s", name,
                     at + 1, nb_describe(nb, args->at[at], kind, sizeof kind));
    if (!read_options(nb, args->at[at++], &out->events, err))
      return false;
  }
  out->callback = args->at[at];
  return is_function(nb, out->callback)
         || rs_fail(err, RS_E_ARGUMENT, "%s(): argument %zu (callback) expects a function, got %s", name,
                    at + 1, nb_describe(nb, out->callback, kind, sizeof kind));
}

/* On failure everything stays as it was. */
static bool start(nb_poll *poll, const char *name, napi_value handle, const request *r, rs_error *err)
{
  roots held = {0};
  int status;

  if (r->events && !hold(poll->nb, handle, r->callback, &held, err))
    return false;
  if ((status = check_descriptor(poll->fd)) || (status = uv_poll_start(watcher(poll), r->events, on_event))) {
    release(poll->nb, &held);
    return refuse(name, poll->fd, status, err);
  }
  release(poll->nb, &poll->roots);
  poll->roots = held;
  poll->events = r->events;
  poll->fresh = true;
  (void)uv_prepare_start(poll->nb->poll_guard, on_guard); /* never fails */
  return true;
}

/* poll() */

/* Bun defines libuv's functions, but most of them end the process. */
static bool is_bun(nb_env *nb)
{
  napi_value value;
  static const char *const path[] = {"process", "versions", "bun"};

  if (napi_get_global(nb->env, &value) != napi_ok)
    return false;
  for (size_t i = 0; i < sizeof path / sizeof *path; i++)
    if (nb_is_nullish(nb, value) || napi_get_named_property(nb->env, value, path[i], &value) != napi_ok)
      return false;
  return !nb_is_nullish(nb, value);
}

static bool has_libuv(nb_env *nb)
{
#ifdef _WIN32
  return nb_has_uv && !is_bun(nb);
#else
  return napi_get_uv_event_loop && napi_add_async_cleanup_hook && napi_remove_async_cleanup_hook
         && uv_handle_size && uv_prepare_init && uv_prepare_start && uv_prepare_stop && uv_poll_init
         && uv_poll_start && uv_poll_stop && uv_close && uv_ref && uv_unref && uv_is_active
         && uv_handle_get_data && uv_handle_set_data && uv_err_name && uv_strerror && !is_bun(nb);
#endif
}

static bool prepare(nb_env *nb, rs_error *err)
{
  if (nb->poll_hook)
    return true;
  if (!has_libuv(nb))
    return rs_fail(err, RS_E_UNSUPPORTED, "poll(): this JavaScript runtime has no event loop of libuv");
  return make_guard(nb, err);
}

static bool read_fd(const nb_args *args, int *out, rs_error *err)
{
  int64_t fd;
  char kind[64];

  if (nb_typeof(args->nb, args->at[0]) != napi_number)
    return rs_fail(err, RS_E_ARGUMENT, "poll(): argument 1 (fd) expects a number, got %s",
                   nb_describe(args->nb, args->at[0], kind, sizeof kind));
  if (!nb_integer(args->nb, args->at[0], "poll(): argument 1 (fd)", &fd, err))
    return false;
  *out = fd < 0 || fd > INT_MAX ? -1 : (int)fd; /* libuv says that this is no file descriptor */
  return true;
}

static nb_poll *open_poll(nb_env *nb, int fd, rs_error *err)
{
  uv_loop_t *loop;
  nb_poll *poll;
  int status;

  if (!nb_check(nb, napi_get_uv_event_loop(nb->env, &loop), err)
      || !(poll = rs_zalloc(sizeof *poll + uv_handle_size(UV_POLL), err)))
    return NULL;
  poll->nb = nb;
  poll->fd = fd;
  if ((status = uv_poll_init(loop, watcher(poll), fd))) {
    free(poll);
    refuse("poll", fd, status, err);
    return NULL;
  }
  uv_handle_set_data(handle_of(poll), poll);
  if ((poll->next = nb->polls))
    poll->next->link = &poll->next;
  poll->link = &nb->polls;
  nb->polls = poll;
  return poll;
}

/* The class's constructor takes `poll` from nb->constructing, as library.c does. */
static bool make_handle(nb_poll *poll, napi_value *out, rs_error *err)
{
  nb_env *nb = poll->nb;
  napi_value class;
  bool ok;

  nb->constructing = poll;
  ok = nb_check(nb, napi_async_init(nb->env, NULL, nb_string(nb, "ristretto.poll"), &poll->context), err)
       && nb_check(nb, napi_get_reference_value(nb->env, nb->poll_class, &class), err)
       && nb_check(nb, napi_new_instance(nb->env, class, 0, NULL, out), err);
  nb->constructing = NULL;
  return ok;
}

/* poll(fd, [options], callback). */
static napi_value js_poll(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  int fd = -1; /* gcc 12 cannot see that it is read before it is used */
  request r;
  nb_poll *poll;
  napi_value handle;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_args_least(&args, "poll", 2, &err) && read_fd(&args, &fd, &err)
      && read_request(&args, "poll", 1, &r, &err) && prepare(args.nb, &err)
      && (poll = open_poll(args.nb, fd, &err))) {
    if (make_handle(poll, &handle, &err) && start(poll, "poll", handle, &r, &err))
      return handle;
    close_poll(poll);
  }
  return nb_throw(args.nb, &err);
}

/* PollHandle */

/* new PollHandle(): handles come from poll(). */
static napi_value js_poll_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  napi_value target = NULL;
  NB_NO_ERROR(err);
  nb_poll *poll;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(poll = args.nb->constructing)) {
    rs_fail(&err, RS_E_CONSTRUCT, "PollHandle cannot be constructed: poll() makes handles");
    if (napi_get_new_target(env, info, &target) == napi_ok && !target)
      rs_error_reclass(&err, RS_CLASS_TYPE);
    return nb_throw(args.nb, &err);
  }
  if (!nb_check(args.nb, napi_type_tag_object(env, args.self, &poll_tag), &err)
      || !nb_check(args.nb, napi_wrap(env, args.self, poll, finalize, NULL, NULL), &err))
    return nb_throw(args.nb, &err);
  poll->wrapped = true;
  return args.self;
}

/* The receiver of a method; NULL with `err` set. */
static nb_poll *receiver(const nb_args *args, const char *name, rs_error *err)
{
  void *data = NULL;
  bool ours = false;

  if (nb_typeof(args->nb, args->self) == napi_object
      && napi_check_object_type_tag(args->nb->env, args->self, &poll_tag, &ours) == napi_ok && ours
      && napi_unwrap(args->nb->env, args->self, &data) == napi_ok)
    return data;
  rs_fail(err, RS_E_RECEIVER, "%s(): called on something that is not a PollHandle", name);
  return NULL;
}

static bool check_open(const nb_poll *poll, const char *name, rs_error *err)
{
  return !poll->closing || rs_fail(err, RS_E_CLOSED, "%s(): the PollHandle has been closed", name);
}

/* start([options], callback). A getter of the options may close the handle: looked at last. */
static napi_value js_start(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  request r;
  nb_poll *poll;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if ((poll = receiver(&args, "start", &err)) && nb_args_least(&args, "start", 1, &err)
      && read_request(&args, "start", 0, &r, &err) && check_open(poll, "start", &err)
      && start(poll, "start", args.self, &r, &err))
    return NULL;
  return nb_throw(args.nb, &err);
}

static napi_value js_close(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_poll *poll;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(poll = receiver(&args, "close", &err)))
    return nb_throw(args.nb, &err);
  close_poll(poll);
  return NULL;
}

static void stop(nb_poll *poll)
{
  (void)uv_poll_stop(watcher(poll)); /* never fails */
  release(poll->nb, &poll->roots);
}

static void ref(nb_poll *poll)
{
  uv_ref(handle_of(poll));
}

static void unref(nb_poll *poll)
{
  uv_unref(handle_of(poll));
}

static napi_value run(napi_env env, napi_callback_info info, const char *name, void (*action)(nb_poll *))
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_poll *poll;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(poll = receiver(&args, name, &err)) || !check_open(poll, name, &err))
    return nb_throw(args.nb, &err);
  action(poll);
  return NULL;
}

#define METHOD(name) \
  static napi_value js_handle_##name(napi_env env, napi_callback_info info) \
  { \
    return run(env, info, #name, name); \
  }
METHOD(stop)
METHOD(ref)
METHOD(unref)
#undef METHOD

static bool define_class(nb_env *nb, napi_value *class, rs_error *err)
{
  napi_value prototype, symbol = nb_dispose_symbol(nb);
#define ROW(key, function) {key, .method = function, .attributes = napi_default_method, .data = nb}
  napi_property_descriptor methods[] = {
      ROW("start", js_start),    ROW("stop", js_handle_stop),   ROW("close", js_close),
      ROW("ref", js_handle_ref), ROW("unref", js_handle_unref), ROW(.name = symbol, js_close),
  };
#undef ROW
  size_t count = sizeof methods / sizeof *methods;

  return nb_check(
             nb,
             napi_define_class(nb->env, "PollHandle", NAPI_AUTO_LENGTH, js_poll_handle, nb, 0, NULL, class),
             err)
         && nb_check(nb, napi_get_named_property(nb->env, *class, "prototype", &prototype), err)
         && nb_check(nb, napi_define_properties(nb->env, prototype, symbol ? count : count - 1, methods), err)
         && nb_check(nb, napi_create_reference(nb->env, *class, 1, &nb->poll_class), err);
}

bool nb_init_poll(nb_env *nb, napi_value node, rs_error *err)
{
  napi_value class;

  return define_class(nb, &class, err)
         && ((nb_define(nb, node, "poll", js_poll) && nb_set(nb, node, "PollHandle", class))
             || nb_check(nb, napi_generic_failure, err));
}

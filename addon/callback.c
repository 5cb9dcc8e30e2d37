#include "callback.h"

#include <errno.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "decode.h"
#include "encode_impl.h"
#include "shim.h"
#include "thread.h"
#include "v8.h"

enum {
  SCOPE_USES = 64, /* callbacks that share a handle scope: opening one costs a third of a callback */
  UNCHECKED_STACK = 16 << 10, /* bytes of C's stack below the call after which V8 is asked for room */
  SMALL_VALUE = 64            /* bytes of a value in several parts that needs no memory of its own */
};

/* Making and releasing */

static void relay(rs_closure *closure, void *frame);
static void relay_stale(rs_closure *closure, void *frame);

static nb_slot argument_slot(const rs_plan *plan, const rs_place *place)
{
  const rs_type *type = place->type;
  nb_slot slot = {.how = NB_OTHER};

  if (place->direct && plan->slot_size == 8) {
    slot.offset = plan->parts[place->first_part].frame_offset;
    slot.how = (uint8_t)(type->kind == RS_POINTER && !(type->flags & RS_T_DISPOSABLE) ? NB_ADDRESS
                                                                                      : nb_how_scalar(type));
  }
  return slot;
}

static nb_slot result_slot(const rs_plan *plan)
{
  const rs_place *place = &plan->result;
  nb_slot slot = {.how = NB_OTHER};

  if (place->type->kind == RS_VOID)
    slot.how = NB_NOTHING;
  else if (place->direct && plan->slot_size == 8) {
    slot.offset = plan->parts[place->first_part].frame_offset;
    slot.how = (uint8_t)nb_how_scalar(place->type);
  }
  return slot;
}

static void destroy(nb_callback *callback)
{
  nb_env *nb = callback->nb;

  if (nb->handles.last == callback)
    nb->handles.last = NULL;
  rs_closure_free(callback->closure, relay_stale);
  nb_inbox_forget(nb->inbox, callback->closure); /* they refer to the callback */
  nb_callback_keep_alive(callback, false);
  nb_keep_release(&callback->returned);
  if (callback->function)
    (void)napi_delete_reference(nb->env, callback->function);
  if (callback->receiver)
    (void)napi_delete_reference(nb->env, callback->receiver);
  if (callback->shim)
    (void)napi_delete_reference(nb->env, callback->shim);
  rs_type_unref(callback->type);
  free(callback);
}

void nb_callback_release(nb_callback *callback)
{
  if (callback->released)
    return;
  callback->released = true;
  callback->nb->callback_count--;
  if ((*callback->link = callback->next))
    callback->next->link = callback->link;
  atomic_store_explicit(&callback->closure->run, relay_stale, memory_order_release);
  if (!callback->runs) /* the closure stays ours while something runs that refers to it */
    destroy(callback);
}

void nb_callback_release_all(nb_env *nb)
{
  nb_callback *callback;

  while ((callback = nb->callbacks)) {
    callback->runs = 0; /* the promise that it waits for will not settle any more */
    nb_callback_release(callback);
    assert(nb->callbacks != callback);
  }
}

static bool check_convention(const rs_signature *signature, rs_error *err)
{
  return (signature->convention != RS_FASTCALL && signature->convention != RS_THISCALL)
         || rs_fail(err, RS_E_UNSUPPORTED,
                    "is a JavaScript function, which cannot be called by the convention %s",
                    signature->convention == RS_FASTCALL ? "__fastcall" : "__thiscall");
}

static nb_callback *make(nb_env *nb, const rs_type *prototype, rs_error *err)
{
  const rs_signature *signature = prototype->signature;
  const rs_plan *plan = rs_signature_plan(nb->reg, signature, err);
  nb_callback *callback;

  if (!plan || !check_convention(signature, err) || !nb_inbox_open(nb->inbox, err)
      || !(callback = rs_malloc(sizeof *callback + plan->argc * sizeof *callback->args, err)))
    return NULL;
  memset(callback, 0, sizeof *callback);
  if (!(callback->closure = rs_closure_new(plan, relay, callback, nb->inbox, err))) {
    free(callback);
    return NULL;
  }
  callback->nb = nb;
  callback->type = prototype;
  callback->plan = plan;
  callback->name = prototype->name;
  callback->result = result_slot(plan);
  for (size_t i = 0; i < plan->argc; i++)
    callback->args[i] = argument_slot(plan, &plan->args[i]);
  rs_type_ref(prototype);
  if ((callback->next = nb->callbacks))
    callback->next->link = &callback->next;
  callback->link = &nb->callbacks;
  nb->callbacks = callback;
  nb->callback_count++;
  return callback;
}

static void *address_of(const nb_callback *callback)
{
  void *address;

  memcpy(&address, &callback->closure->fn, sizeof address);
  return address;
}

void *nb_callback_transient(nb_env *nb, const rs_type *prototype, napi_value function, bool handle_lives,
                            nb_keep *keep, rs_error *err)
{
  nb_callback *callback = make(nb, prototype, err);

  if (!callback)
    return NULL;
  if (handle_lives) {
    callback->value = function;
  } else if (!nb_check(nb, napi_create_reference(nb->env, function, 1, &callback->function), err)) {
    nb_callback_release(callback);
    return NULL;
  }
  callback->next_kept = keep->callbacks;
  keep->callbacks = callback;
  return address_of(callback);
}

nb_callback *nb_callback_register(nb_env *nb, const rs_type *prototype, napi_value function,
                                  napi_value receiver, rs_error *err)
{
  nb_callback *callback = make(nb, prototype, err);

  if (!callback)
    return NULL;
  callback->registered = true;
  if (nb_check(nb, napi_create_reference(nb->env, function, 1, &callback->function), err)
      && (!receiver || nb_hold(nb, receiver, &callback->receiver, err)))
    return callback;
  nb_callback_release(callback);
  return NULL;
}

nb_callback *nb_callback_at(nb_env *nb, const void *address)
{
  rs_closure *closure = rs_closure_find(address);
  nb_callback *callback;

  if (!closure || atomic_load_explicit(&closure->owner, memory_order_acquire) != nb->inbox)
    return NULL;
  callback = closure->data;
  return callback->registered && !callback->released ? callback : NULL;
}

void nb_callback_keep_alive(nb_callback *callback, bool alive)
{
  if (callback->keeps_alive == alive)
    return;
  callback->keeps_alive = alive;
  nb_env_hold(callback->nb, alive);
}

/* Arguments and results */

/* A value in several parts is put together first. Some conventions split values of any size at the end of the
 * registers (ppc64-elfv2, a32). */
static __attribute__((noinline)) napi_value decode_parts(const nb_callback *callback, size_t index,
                                                         const unsigned char *frame, rs_error *err)
{
  const rs_type *type = callback->plan->args[index].type;
  _Alignas(16) unsigned char small[SMALL_VALUE];
  unsigned char *value = type->size <= sizeof small ? small : rs_malloc(type->size, err);
  napi_value made = NULL;

  if (value) {
    memset(value, 0, type->size);
    rs_frame_get(callback->plan, frame, index, value);
    made = nb_decode_owned(callback->nb, type, value, err);
  }
  if (value != small)
    free(value);
  return made;
}

static __attribute__((noinline)) napi_value decode_argument(const nb_callback *callback, size_t index,
                                                            const unsigned char *frame, rs_error *err)
{
  const rs_plan *plan = callback->plan;
  const rs_place *place = &plan->args[index];
  const void *source;

  if (!place->by_reference && place->part_count != 1)
    return decode_parts(callback, index, frame, err);
  source = place->by_reference ? rs_frame_reference(plan, frame, index)
                               : (const void *)(frame + plan->parts[place->first_part].frame_offset);
  return nb_decode_owned(callback->nb, place->type, source, err);
}

/* The arguments in the frame as JavaScript values, in call memory; NULL with `err` set. */
static __attribute__((noinline)) napi_value *take_arguments(const nb_callback *callback,
                                                            const unsigned char *frame, rs_error *err)
{
  nb_env *nb = callback->nb;
  size_t argc = callback->plan->argc;
  napi_value *argv = nb_memory_push(nb, argc * sizeof *argv);

  if (!argv)
    rs_fail(err, RS_E_TOO_DEEP, "callback %s: calls and callbacks are nested too deeply", callback->name);
  for (size_t i = 0; argv && i < argc; i++) {
    nb_slot slot = callback->args[i];

    argv[i] = slot.how == NB_OTHER ? decode_argument(callback, i, frame, err)
                                   : nb_slot_take(nb, (nb_how)slot.how, frame + slot.offset);
    if (!argv[i]) {
      rs_error_context(err, "callback %s: argument %zu", callback->name, i + 1);
      return NULL;
    }
  }
  return argv;
}

bool nb_callback_function(const nb_callback *callback, napi_value *out, rs_error *err)
{
  *out = callback->value;
  return *out
         || nb_check(callback->nb, napi_get_reference_value(callback->nb->env, callback->function, out), err);
}

/* Calls the function with the arguments in the frame; NULL with `err` set. What lies on the stack here limits
 * how deep calls and callbacks nest: so it is inlined, what it calls is not, and arrays are in call memory.
 */
static inline __attribute__((always_inline)) napi_value
call_function(const nb_callback *callback, const unsigned char *frame, rs_error *err)
{
  nb_env *nb = callback->nb;
  napi_value *argv = take_arguments(callback, frame, err);
  napi_value function, receiver = nb_undefined(nb), result = NULL;

  if (!argv || !nb_callback_function(callback, &function, err)
      || (callback->receiver && !nb_held(nb, callback->receiver, &receiver, err))
      || !nb_check(nb, napi_call_function(nb->env, receiver, function, callback->plan->argc, argv, &result),
                   err))
    return NULL;
  return result;
}

static bool is_promise(nb_env *nb, napi_value value)
{
  bool yes = false;

  return napi_is_promise(nb->env, value, &yes) == napi_ok && yes;
}

/* Converts a result by the rules of encode(). `value` has room for the result's type. */
static bool encode_result(const nb_callback *callback, napi_value result, void *value, nb_keep *keep,
                          rs_error *err)
{
  nb_call call;
  bool ok;

  nb_call_begin(&call, callback->nb, callback->nb->settings.strict, err);
  call.lasting = true;
  call.keep = keep;
  ok = nb_encode(&call, callback->plan->result.type, result, value, RS_IN) && nb_call_settle(&call);
  if (ok) {
    nb_keep chunks = {.chunks = call.chunks};

    nb_keep_take(keep, &chunks);
    call.chunks = NULL;
  } else {
    nb_call_blame(&call, "callback %s: result", callback->name);
  }
  nb_call_end(&call);
  return ok;
}

static bool refuse_promise(const nb_callback *callback, rs_error *err)
{
  return rs_fail(
      err, RS_E_VALUE,
      "callback %s: the function returned a Promise, and C waits for the result on this very thread: "
      "only callbacks that another thread calls may return one",
      callback->name);
}

static __attribute__((noinline)) bool answer_any(const nb_callback *callback, napi_value result, void *frame,
                                                 nb_keep *keep, rs_error *err)
{
  const rs_type *type = callback->plan->result.type;
  _Alignas(16) unsigned char small[256];
  void *value = type->size <= sizeof small ? small : malloc(type->size);
  bool ok;

  if (!value)
    return rs_fail(err, RS_E_MEMORY, "callback %s: cannot allocate %zu bytes", callback->name, type->size);
  memset(value, 0, type->size);
  ok = is_promise(callback->nb, result) ? refuse_promise(callback, err)
                                        : encode_result(callback, result, value, keep, err);
  if (ok)
    rs_frame_answer(callback->plan, frame, value);
  if (value != small)
    free(value);
  return ok;
}

static __attribute__((noinline)) bool answer(const nb_callback *callback, napi_value result,
                                             unsigned char *frame, nb_keep *keep, rs_error *err)
{
  unsigned char *slot = frame + callback->result.offset;
  nb_how how = (nb_how)callback->result.how;
  napi_env env = callback->nb->env;

  if (how == NB_NOTHING)
    return true;
  if (!callback->nb->settings.strict) {
    if ((how == NB_F64 || how == NB_F32) && nb_slot_put_float(env, how, result, slot))
      return true;
    if (how < NB_F32 && nb_slot_put_integer(env, how, result, slot))
      return true;
  }
  if (how == NB_BOOL && nb_slot_put_bool(env, result, slot))
    return true;
  return answer_any(callback, result, frame, keep, err);
}

/* Failures */

static __attribute__((noinline)) void remember(nb_active *active, nb_env *nb, const rs_error *failure)
{
  NB_NO_ERROR(err);
  napi_value exception = nb_take_exception(nb, failure);

  active->failure = NB_THROWN;
  active->thrown = NULL;
  if (exception)
    (void)nb_hold(nb, exception, &active->thrown, &err);
}

bool nb_callback_fail_stale(const char *name, rs_error *err)
{
  return rs_fail(
      err, RS_E_CALLBACK,
      "%s(): C called a callback that is not registered any more, or that was only good for an earlier "
      "call: use register()",
      name);
}

bool nb_active_fail(nb_env *nb, const nb_active *active, rs_error *err)
{
  NB_NO_ERROR(local);
  napi_value exception;

  switch (active->failure) {
  case NB_NO_ROOM:
    return rs_fail(err, RS_E_TOO_DEEP, "%s(): calls and callbacks are nested too deeply for the stack",
                   active->name);
  case NB_STALE: return nb_callback_fail_stale(active->name, err);
  case NB_LEFT: err->code = NB_E_PENDING; return false;
  default: break;
  }
  if (active->thrown && nb_held(nb, active->thrown, &exception, &local))
    nb_throw_value(nb, exception);
  else
    nb_v8_terminate();
  if (active->thrown)
    (void)napi_delete_reference(nb->env, active->thrown);
  err->code = NB_E_PENDING;
  return false;
}

void nb_uncaught(nb_env *nb, napi_value exception)
{
  if (exception)
    (void)napi_fatal_exception(nb->env, exception);
}

/* Runs */

static void begin_run(nb_callback *callback)
{
  callback->runs++;
}

static void end_run(nb_callback *callback)
{
  if (--callback->runs == 0 && callback->released)
    destroy(callback);
}

static inline bool has_stack(nb_env *nb, const nb_active *active)
{
  char here;
  size_t used = (size_t)((uintptr_t)active - (uintptr_t)&here);

  return used <= (size_t)UNCHECKED_STACK || nb_stack_has_room(nb);
}

static bool enter_scope(nb_env *nb, nb_active *active)
{
  if (active->scope && active->callbacks++ < SCOPE_USES)
    return true;
  if (active->scope)
    (void)napi_close_handle_scope(nb->env, active->scope);
  active->callbacks = 1;
  nb_active_drop_handles(active, nb);
  if (napi_open_handle_scope(nb->env, &active->scope) == napi_ok)
    return true;
  active->scope = NULL;
  return false;
}

static __attribute__((noinline)) void refuse_run(nb_active *active, rs_closure *closure, void *frame)
{
  if (!active->failure)
    active->failure = NB_NO_ROOM;
  rs_closure_zero(closure, frame);
}

static __attribute__((noinline)) bool can_run(nb_env *nb, nb_active *active)
{
  return !active->failure && has_stack(nb, active) && enter_scope(nb, active);
}

/* Through the shim. False with `err` set, or with the failure noted. */
static bool run_shim(const nb_callback *callback, unsigned char *frame, rs_error *err)
{
  nb_env *nb = callback->nb;
  napi_value result;

  switch (nb_shim_run(callback, nb->active, frame, &result)) {
  case NB_SHIM_DONE: return true;
  case NB_SHIM_VALUE: return answer(callback, result, frame, &nb->keep, err);
  case NB_SHIM_THREW: err->code = NB_E_PENDING; break;
  case NB_SHIM_LEFT: nb->active->failure = NB_LEFT; break;
  }
  return false;
}

static bool run_reference(const nb_callback *callback, unsigned char *frame, rs_error *err)
{
  napi_value result = call_function(callback, frame, err);

  return result && answer(callback, result, frame, &callback->nb->keep, err);
}

/* For a C call of ours, which throws what went wrong. */
static inline __attribute__((always_inline)) void run_in_call(nb_callback *callback, void *frame)
{
  nb_env *nb = callback->nb;
  size_t mark = nb->memory->top;
  rs_error *err = nb_memory_push(nb, sizeof *err);

  if (!err || !can_run(nb, nb->active)) {
    refuse_run(nb->active, callback->closure, frame);
  } else {
    err->code = RS_OK;
    rs_closure_receive(callback->closure, frame);
    begin_run(callback);
    nb_inbox_out_of_call(nb->inbox, NULL);
    if (!(nb_shim_ready(callback) ? run_shim : run_reference)(callback, frame, err)) {
      rs_closure_zero(callback->closure, frame);
      if (nb->active->failure != NB_LEFT)
        remember(nb->active, nb, err);
    }
    nb_inbox_in_call(nb->inbox, nb->active->name);
    end_run(callback);
  }
  nb->memory->top = mark;
}

/* From the event loop or another addon: like any entry of JavaScript from native code. */
static void run_in_scope(nb_callback *callback, rs_closure *closure, void *frame)
{
  nb_env *nb = callback->nb;
  NB_NO_ERROR(err);
  napi_callback_scope scope = NULL;
  napi_value result, resource;

  nb_keep_release(&nb->loop_keep);
  (void)(napi_create_object(nb->env, &resource) == napi_ok
         && napi_open_callback_scope(nb->env, resource, nb->async_context, &scope) == napi_ok);
  result = call_function(callback, frame, &err);
  if (!result || !answer(callback, result, frame, &nb->loop_keep, &err)) {
    rs_closure_zero(closure, frame);
    nb_uncaught(nb, nb_take_exception(nb, &err));
  }
  if (scope)
    (void)napi_close_callback_scope(nb->env, scope);
}

static __attribute__((noinline)) void run_outside_call(nb_callback *callback, rs_closure *closure,
                                                       void *frame)
{
  nb_env *nb = callback->nb;
  size_t mark = nb->memory->top;
  napi_handle_scope scope;

  if (napi_open_handle_scope(nb->env, &scope) != napi_ok) {
    rs_closure_zero(closure, frame);
    return;
  }
  if (nb_env_async_context(nb)) {
    rs_closure_receive(closure, frame);
    begin_run(callback);
    run_in_scope(callback, closure, frame);
    end_run(callback);
  } else {
    rs_closure_zero(closure, frame);
  }
  (void)napi_close_handle_scope(nb->env, scope);
  nb->memory->top = mark;
}

/* On the versions where a fast call must not run JavaScript, V8 would end the process without a word, or go
 * on with a damaged heap. The user said that the library never calls back. */
static __attribute__((noinline, noreturn)) void die_in_pure_call(void)
{
  (void)fputs(
      "ristretto: C ran a callback during a call of a library that was loaded with { fast: true }, which "
      "promises that it never does on its own. Load it without.\n",
      stderr);
  abort();
}

/* On the thread of the environment. errno is C's before and after; in between it is errno()'s. */
static inline __attribute__((always_inline)) void run(nb_callback *callback, rs_closure *closure, void *frame)
{
  nb_env *nb = callback->nb;

  if (nb->in_pure_call)
    die_in_pure_call();
  nb->errors = nb_errors_take(nb->error_number);
  if (nb->active)
    run_in_call(callback, frame);
  else
    run_outside_call(callback, closure, frame);
  nb_errors_give(nb->errors, nb->error_number);
}

/* On any other: a thread that waits may lose its errno. */
static __attribute__((noinline)) void post(nb_inbox *inbox, rs_closure *closure, void *frame)
{
  nb_errors errors = nb_errors_take(&errno);

  nb_inbox_call(inbox, closure, frame);
  nb_errors_give(errors, &errno);
}

static void relay(rs_closure *closure, void *frame)
{
  nb_inbox *inbox = atomic_load_explicit(&closure->owner, memory_order_acquire);

  if (!inbox) /* released just now */
    rs_closure_zero(closure, frame);
  else if (atomic_load_explicit(&inbox->thread, memory_order_acquire) == rs_thread_self())
    run(closure->data, closure, frame);
  else
    post(inbox, closure, frame);
}

static void relay_stale(rs_closure *closure, void *frame)
{
  nb_env *nb = nb_this_env();

  rs_closure_zero(closure, frame);
  if (nb && nb->active && !nb->active->failure)
    nb->active->failure = NB_STALE;
  else if (!nb)
    nb_thread_note_stale();
}

/* Foreign threads */

/* Converts and hands over a result. */
static bool answer_request(nb_callback *callback, uint64_t id, napi_value result, rs_error *err)
{
  nb_env *nb = callback->nb;
  const rs_type *type = callback->plan->result.type;
  nb_keep keep = {0};
  void *value = calloc(1, type->size ? type->size : 1);
  bool ok = value != NULL || rs_fail(err, RS_E_MEMORY, "callback %s: out of memory", callback->name);

  if (ok && type->kind != RS_VOID)
    ok = encode_result(callback, result, value, &keep, err);
  if (ok && nb_inbox_answer(nb->inbox, id, callback->plan, value, &keep)) {
    nb_keep_release(&callback->returned);
    nb_keep_take(&callback->returned, &keep);
  }
  nb_keep_release(&keep); /* what nobody took */
  free(value);
  return ok;
}

static void answer_zero(nb_env *nb, uint64_t id)
{
  nb_keep nothing = {0};

  (void)nb_inbox_answer(nb->inbox, id, NULL, NULL, &nothing);
}

/* The thread gets its zero first: a handler of uncaught exceptions may take its time, or end the process. */
static void fail_request(nb_env *nb, uint64_t id, napi_value exception)
{
  answer_zero(nb, id);
  nb_uncaught(nb, exception);
}

static void warn_deadlock(nb_env *nb, const nb_callback *callback)
{
  NB_NO_ERROR(err);
  napi_value name = nb_string(nb, callback->name), exception;

  if (!nb_call_hook(nb, NB_HOOK_WARN_DEADLOCK, 1, &name, &err) && err.code == NB_E_PENDING)
    (void)napi_get_and_clear_last_exception(nb->env, &exception);
}

static bool await_promise(nb_env *nb, uint64_t id, napi_value promise, rs_error *err)
{
  napi_value arguments[] = {promise, nb_number(nb, (double)id)};

  return nb_call_hook(nb, NB_HOOK_AWAIT, 2, arguments, err) != NULL;
}

static bool is_callable(const nb_env *nb, const nb_request *request)
{
  const rs_closure *closure = request->closure;

  return atomic_load_explicit(&closure->generation, memory_order_relaxed) == request->generation
         && atomic_load_explicit(&closure->owner, memory_order_acquire) == nb->inbox
         && !((const nb_callback *)closure->data)->released;
}

void nb_callback_serve(nb_env *nb, nb_request *request)
{
  nb_callback *callback = request->closure->data;
  uint64_t id = request->id;
  size_t mark = nb->memory->top;
  NB_NO_ERROR(err);
  napi_value result;

  if (!is_callable(nb, request)) { /* released since it was called */
    answer_zero(nb, id);
    return;
  }
  begin_run(callback);
  if (request->reported)
    warn_deadlock(nb, callback);
  rs_closure_receive(request->closure, request->frame);
  result = call_function(callback, request->frame, &err);
  nb->memory->top = mark;
  /* The function may have ended the environment: from here on the request is known by its id. */
  if (result && is_promise(nb, result) && await_promise(nb, id, result, &err))
    return; /* nb_callback_settle ends the run */
  if (!result || err.code != RS_OK || !answer_request(callback, id, result, &err))
    fail_request(nb, id, nb_take_exception(nb, &err));
  end_run(callback);
}

void nb_callback_settle(nb_env *nb, uint64_t id, bool fulfilled, napi_value value)
{
  nb_callback *callback = nb_inbox_callback(nb->inbox, id);
  NB_NO_ERROR(err);

  if (!callback) /* answered with zero: the environment is going down */
    return;
  if (!fulfilled)
    fail_request(nb, id, value);
  else if (!answer_request(callback, id, value, &err))
    fail_request(nb, id, nb_take_exception(nb, &err));
  end_run(callback);
}

/* function_impl.h - a declared C function as function.c makes it and shortcut.c calls it. */
#ifndef NB_FUNCTION_IMPL_H
#define NB_FUNCTION_IMPL_H

#include "describe.h"
#include "environment.h"

struct nb_shortcut;

typedef struct nb_function {
  nb_env *nb;
  rs_lib *lib; /* NULL for bare addresses */
  rs_fn address;
  const rs_signature *signature; /* pinned */
  const rs_plan *plan;           /* of the fixed parameters; the signature keeps it */
  char **param_names;            /* NULL, or one per parameter */
  bool strict;
  unsigned refs;    /* the JavaScript functions that it is the data of, and asynchronous calls in flight */
  const char *name; /* lies behind the shortcut */
  struct nb_shortcut *shortcut; /* NULL: every call goes the full way */

  /* For a compiled wrapper; compiled.h. */
  rs_loader loader;
  bool refused;       /* by its entries: the library was unloaded */
  bool pure;          /* its user says that the library never runs JavaScript: load({ fast: true }) */
  bool has_callbacks; /* among its arguments */
  uint8_t put_count;  /* of `puts` */
  uint32_t result_at; /* frame offset of a direct result */
  uint32_t index;     /* by which entries find it; 0: it has no wrapper */
  nb_put *puts;       /* arguments that the entries read */
  const char *why;    /* it has no wrapper */
} nb_function;

static inline bool nb_function_is_unloaded(const nb_function *f)
{
  return f->lib && f->lib->unloaded;
}

struct nb_call;

/* The memory of one call: its frame, and where a result goes that is returned through memory or in parts. */
typedef struct nb_frame {
  unsigned char *frame;
  void *memory;
} nb_frame;

/* arguments.c. All fail with `err` (or the call's) set, naming function and argument. */
bool nb_check_loaded(const nb_function *f, rs_error *err);
bool nb_check_count(const nb_function *f, size_t argc, rs_error *err);
/* Whether that many bytes of stack words fit the current thread's stack. */
bool nb_check_stack(const char *name, uint32_t bytes, rs_error *err);
/* The plan of one variadic call; `values` (RS_MAX_PARAMS) receives what to encode. */
const rs_plan *nb_plan_variadic(const nb_function *f, size_t argc, const napi_value *argv, napi_value *values,
                                rs_error *err);
/* Encodes plan->argc values into memory of the call. Afterwards no user code runs until C has been called. */
bool nb_fill_frame(const nb_function *f, struct nb_call *call, const rs_plan *plan, const napi_value *values,
                   nb_frame *out);
napi_value nb_take_result(nb_env *nb, const rs_plan *plan, const unsigned char *frame, void *memory,
                          rs_error *err);

/* Holds a function, which JavaScript may have dropped, for an asynchronous call. */
void nb_function_ref(nb_function *f);
void nb_function_unref(nb_function *f);

/* The full way: any argument, any result. Returns NULL for void and with an exception pending. */
napi_value nb_function_run(const nb_function *f, size_t argc, const napi_value *argv);

#endif

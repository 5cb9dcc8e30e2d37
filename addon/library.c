/* library.c - load() and LibraryHandle. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "declare.h"
#include "function.h"
#include "inbox.h"
#include "module.h"
#include "value.h"

static const napi_type_tag library_tag = {0x6c69627261727921u, 0x7269737472657474u};

/* What a LibraryHandle wraps. */
typedef struct nb_library {
  rs_lib *lib;
  bool strict;
  bool pure; /* load({ fast: true }) */
} nb_library;

void nb_library_unref(nb_env *nb, rs_lib *lib)
{
  if (lib && (nb->closing || nb->inbox->wake))
    lib->pinned = true;
  rs_lib_unref(lib);
}

static void finalize(napi_env env, void *data, void *nb)
{
  nb_library *handle = data;

  (void)env;
  nb_library_unref(nb, handle->lib);
  free(handle);
}

/* The library of a method's receiver; NULL with RS_E_RECEIVER. */
static nb_library *receiver(const nb_args *args, const char *method, rs_error *err)
{
  napi_env env = args->nb->env;
  void *data = NULL;
  bool ours = false;

  if (nb_typeof(args->nb, args->self) == napi_object
      && napi_check_object_type_tag(env, args->self, &library_tag, &ours) == napi_ok && ours
      && napi_unwrap(env, args->self, &data) == napi_ok)
    return data;
  rs_fail(err, RS_E_RECEIVER, "%s(): called on something that is not a LibraryHandle", method);
  return NULL;
}

/* Functions */

static napi_value make_function(const nb_args *args, nb_library *handle, rs_prototype *declared,
                                rs_error *err)
{
  nb_function_spec spec = {.lib = handle->lib,
                           .name = declared->name,
                           .signature = declared->signature,
                           .param_names = declared->param_names,
                           .strict = handle->strict,
                           .pure = handle->pure};
  void *address = rs_lib_function(handle->lib, declared->name, declared->signature, err);

  if (!address) {
    rs_error_context(err, "func()");
    return NULL;
  }
  memcpy(&spec.address, &address, sizeof address);
  declared->param_names = NULL; /* taken over */
  return nb_function_new(args->nb, &spec, err);
}

static napi_value declare_function(napi_env env, napi_callback_info info, const char *method,
                                   rs_convention convention, unsigned flags)
{
  nb_args args;
  NB_NO_ERROR(err);
  rs_prototype declared = {0};
  nb_library *handle;
  napi_value function = NULL;

  if (!nb_args_read(env, info, &args))
    return NULL;
  nb_collect(args.nb);
  nb_enter(args.nb);
  if ((handle = receiver(&args, method, &err))
      && nb_declare(args.nb, method, args.count < NB_MAX_ARGS ? args.count : NB_MAX_ARGS, args.at, flags,
                    convention, &declared, &err)) {
    function = make_function(&args, handle, &declared, &err);
    rs_prototype_clear(&declared);
  }
  nb_leave(args.nb);
  return function ? function : nb_throw(args.nb, &err);
}

static napi_value js_func(napi_env env, napi_callback_info info)
{
  return declare_function(env, info, "func", RS_CDECL, 0);
}

static bool warn_method(napi_env env, napi_callback_info info, const char *code, const char *name)
{
  nb_args args;
  NB_NO_ERROR(err);
  char text[80];

  if (!nb_args_read(env, info, &args))
    return false;
  (void)snprintf(text, sizeof text, "lib.%s() is deprecated: use lib.func('__%s', ...)", name, name);
  if (nb_warn(args.nb, code, text, &err))
    return true;
  nb_throw(args.nb, &err);
  return false;
}

#define METHOD(name, convention, code) \
  static napi_value js_##name(napi_env env, napi_callback_info info) \
  { \
    return warn_method(env, info, code, #name) \
               ? declare_function(env, info, #name, convention, NB_DECLARE_METHOD) \
               : NULL; \
  }
METHOD(cdecl, RS_CDECL, "RISTRETTO003")
METHOD(stdcall, RS_STDCALL, "RISTRETTO004")
METHOD(fastcall, RS_FASTCALL, "RISTRETTO005")
METHOD(thiscall, RS_THISCALL, "RISTRETTO006")
#undef METHOD

/* Symbols and unloading */

static napi_value find_symbol(const nb_args *args, rs_error *err)
{
  nb_library *handle = receiver(args, "symbol", err);
  char room[256], *name;
  size_t length;
  void *address = NULL;

  if (!handle || !nb_args_least(args, "symbol", 1, err)
      || !(name = nb_text(args->nb, args->at[0], "symbol(): name", room, sizeof room, &length, err)))
    return NULL;
  if (memchr(name, 0, length))
    rs_fail(err, RS_E_ARGUMENT, "symbol(): a name cannot contain NUL");
  else if (!(address = rs_lib_symbol(handle->lib, name, err)))
    rs_error_context(err, "symbol()");
  nb_text_free(name, room);
  if (!address)
    return NULL;
  /* A bare address cannot keep the library loaded, so from now on only unload() unloads it. */
  handle->lib->pinned = true;
  return nb_pointer(args->nb, address);
}

static napi_value js_symbol(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  napi_value address;

  if (!nb_args_read(env, info, &args))
    return NULL;
  address = find_symbol(&args, &err);
  return address ? address : nb_throw(args.nb, &err);
}

static napi_value js_unload(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  nb_library *handle;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!(handle = receiver(&args, "unload", &err)))
    return nb_throw(args.nb, &err);
  /* A call that is running would return into nothing. */
  rs_lib_unload(handle->lib, args.nb->active != NULL || args.nb->jobs != NULL);
  if (handle->lib->unloaded && !nb_compiled_unload(args.nb, handle->lib, &err))
    return nb_throw(args.nb, &err);
  return NULL;
}

/* load() */

/* Leaves `*flag` alone when the option is not given. */
static bool read_flag(nb_env *nb, napi_value options, const char *name, bool *flag, rs_error *err)
{
  napi_value value, truth;

  return nb_check(nb, napi_get_named_property(nb->env, options, name, &value), err)
         && (nb_typeof(nb, value) == napi_undefined
             || (nb_check(nb, napi_coerce_to_bool(nb->env, value, &truth), err)
                 && nb_check(nb, napi_get_value_bool(nb->env, truth, flag), err)));
}

typedef struct load_options {
  bool lazy, global, deep, strict, fast;
} load_options;

static bool read_options(const nb_args *args, load_options *out, rs_error *err)
{
  napi_value options = args->at[1];
  char kind[64];

  *out = (load_options){.strict = args->nb->settings.strict};
  if (args->count < 2)
    return true;
  if (nb_typeof(args->nb, options) != napi_object || nb_is_array(args->nb, options))
    return rs_fail(err, RS_E_ARGUMENT, "load(): options must be an object, got %s",
                   nb_describe(args->nb, options, kind, sizeof kind));
  return read_flag(args->nb, options, "lazy", &out->lazy, err)
         && read_flag(args->nb, options, "global", &out->global, err)
         && read_flag(args->nb, options, "deep", &out->deep, err)
         && read_flag(args->nb, options, "strict", &out->strict, err)
         && read_flag(args->nb, options, "fast", &out->fast, err);
}

static rs_lib *open_path(const nb_args *args, const load_options *options, rs_error *err)
{
  unsigned flags = (options->lazy ? RS_OPEN_LAZY : 0u) | (options->global ? RS_OPEN_GLOBAL : 0u)
                   | (options->deep ? RS_OPEN_DEEP : 0u);
  char room[512], *path;
  size_t length;
  rs_lib *lib = NULL;

  if (nb_is_nullish(args->nb, args->at[0]))
    return rs_lib_open(NULL, flags, err);
  if (!(path = nb_text(args->nb, args->at[0], "load(): path", room, sizeof room, &length, err)))
    return NULL;
  if (memchr(path, 0, length))
    rs_fail(err, RS_E_ARGUMENT, "load(): a path cannot contain NUL");
  else if (!length)
    rs_fail(err, RS_E_LOAD, "load(): the path is empty; use null for the running program");
  else if (!(lib = rs_lib_open(path, flags, err)))
    rs_error_context(err, "load()");
  nb_text_free(path, room);
  return lib;
}

static bool add_methods(nb_env *nb, napi_value handle, rs_error *err)
{
  static const struct {
    const char *name;
    napi_callback callback;
  } methods[] = {
      {"cdecl", js_cdecl}, {"stdcall", js_stdcall}, {"fastcall", js_fastcall}, {"thiscall", js_thiscall}};

  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (!nb_define(nb, handle, methods[i].name, methods[i].callback))
      return nb_check(nb, napi_generic_failure, err);
  return true;
}

/* Constructs the handle. The class's constructor takes the library from nb->constructing; calls from
 * JavaScript find nothing there. */
static napi_value make_handle(nb_env *nb, rs_lib *lib, const load_options *options, rs_error *err)
{
  nb_library *library = rs_malloc(sizeof *library, err);
  napi_value class, handle = NULL;

  if (!library) {
    rs_lib_unref(lib);
    return NULL;
  }
  *library = (nb_library){.lib = lib, .strict = options->strict, .pure = options->fast};
  nb->constructing = library;
  if (!nb_check(nb, napi_get_reference_value(nb->env, nb->library_class, &class), err)
      || !nb_check(nb, napi_new_instance(nb->env, class, 0, NULL, &handle), err)
      || !add_methods(nb, handle, err))
    handle = NULL;
  if (nb->constructing) /* nobody took it */
    finalize(nb->env, nb->constructing, nb);
  nb->constructing = NULL;
  return handle;
}

static napi_value js_library_handle(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (!args.nb->constructing) {
    rs_fail(&err, RS_E_CONSTRUCT, "LibraryHandle cannot be constructed: use load()");
    return nb_throw(args.nb, &err);
  }
  if (!nb_check(args.nb, napi_type_tag_object(env, args.self, &library_tag), &err)
      || !nb_check(args.nb, napi_wrap(env, args.self, args.nb->constructing, finalize, args.nb, NULL), &err))
    return nb_throw(args.nb, &err);
  args.nb->constructing = NULL;
  return args.self;
}

napi_value js_load(napi_env env, napi_callback_info info)
{
  nb_args args;
  NB_NO_ERROR(err);
  load_options options;
  rs_lib *lib;
  napi_value handle = NULL;

  if (!nb_args_read(env, info, &args))
    return NULL;
  if (nb_args_least(&args, "load", 1, &err) && read_options(&args, &options, &err)
      && (lib = open_path(&args, &options, &err)))
    handle = make_handle(args.nb, lib, &options, &err);
  if (!handle)
    return nb_throw(args.nb, &err);
  args.nb->loaded = true;
  return handle;
}

/* Methods are plain functions on the prototype: as class methods V8 itself would refuse other receivers, with
 * an error that has no code. */
bool nb_init_library(nb_env *nb, napi_value exports, rs_error *err)
{
  napi_value class, prototype, symbol = nb_dispose_symbol(nb);
  napi_property_descriptor methods[] = {
      {.utf8name = "func", .method = js_func, .data = nb},
      {.utf8name = "symbol", .method = js_symbol, .data = nb},
      {.utf8name = "unload", .method = js_unload, .data = nb},
      {.name = symbol, .method = js_unload, .data = nb},
  };

  return nb_check(nb,
                  napi_define_class(nb->env, "LibraryHandle", NAPI_AUTO_LENGTH, js_library_handle, nb, 0,
                                    NULL, &class),
                  err)
         && nb_check(nb, napi_get_named_property(nb->env, class, "prototype", &prototype), err)
         && nb_check(nb, napi_define_properties(nb->env, prototype, symbol ? 4 : 3, methods), err)
         && nb_check(nb, napi_create_reference(nb->env, class, 1, &nb->library_class), err)
         && nb_set(nb, exports, "LibraryHandle", class);
}

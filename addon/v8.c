#include "v8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/host.h"
#include "value.h"

/* What differs between the versions. Sources: the headers of each release, and the programs themselves. */
typedef struct version {
  const char *modules, *v8; /* process.versions; V8 by its first two numbers */
  bool flat_info;           /* v8-function-callback.h: FunctionCallbackInfo is a view of the exit frame */
  uint8_t type_size;        /* bytes of a CTypeInfo */
  bool represents_int64;    /* CFunctionInfo has an Int64Representation */
  nb_fast_rule fast;
  /* Offsets in JSTypedArray (the base pointer follows the external one) and JSArrayBuffer, from the starts of
   * the objects, without pointer compression; nb_v8_calibrate compares them with samples. */
  uint8_t view_buffer, view_flags, view_size, view_data, buffer_size;
} version;

static const version versions[] = {
    {"108", "10.2.", false, 3, false, NB_FAST_NEVER, 24, 48, 40, 64,
     24}, /* Node 18: fast calls are off by default */
    {"115", "11.3.", false, 3, false, NB_FAST_PURE, 24, 48, 40, 64, 32}, /* Node 20 */
    {"127", "12.4.", false, 3, true, NB_FAST_PURE, 24, 48, 40, 64, 32},  /* Node 22 */
    {"131", "12.9.", false, 3, true, NB_FAST_PURE, 32, 40, 56, 72, 40},  /* Node 23 */
    {"137", "13.6.", false, 3, true, NB_FAST_PURE, 32, 40, 56, 72, 40},  /* Node 24 */
    {"141", "14.1.", false, 2, true, NB_FAST_ANY, 32, 40, 56, 72, 40},   /* Node 25 */
    {"147", "14.6.", true, 2, true, NB_FAST_ANY, 32, 40, 56, 72, 40},    /* Node 26 */
};

/* Types of fast functions: v8-fast-api-calls.h. */
enum { C_VOID = 0, C_INT32 = 3, C_VALUE = 10 };

typedef struct function_info {
  uint64_t head; /* return type, Int64Representation, argument count: written by V8 */
  const void *arguments;
} function_info;

typedef struct c_function {
  const void *address;
  const function_info *info;
} c_function;

/* Optimized code and the compiler's threads read these as long as the process lives. */
static uint8_t argument_types[3 * (2 + NB_MOST_FAST_VALUES)];
static function_info function_infos[1 + NB_MOST_FAST_VALUES];

static struct v8 {
  void *(*template_new)(void *isolate, void (*callback)(const void *), void *data, void *signature,
                        int length, int constructor, int side_effect, const c_function *fast, uint16_t,
                        uint16_t, uint16_t);
  void *(*template_function)(void *self, void *context);
  void (*info_plain)(function_info *self, const void *result, unsigned count, const void *arguments);
  void (*info_int64)(function_info *self, const void *result, unsigned count, const void *arguments,
                     uint8_t representation);
  const void *(*info_argument)(const function_info *self, unsigned index);
  void *(*isolate)(void);
  void *(*context)(void *isolate);
  void *(*throw_exception)(void *isolate, void *value);
  void *(*call)(void *self, void *context, void *receiver, int argc, void **argv);
  void *(*string)(void *isolate, const uint8_t *text, int type, int length);
} v8;

static const version *running; /* NULL until the self-test has passed */
bool nb_v8_flat_info;

/* Symbols */

#define LOCAL_VALUE "NS_5LocalINS_5ValueEEE"

static const struct {
  void *slot;
  const char *name;
} symbols[] = {
    {&v8.template_new,
     "_ZN2v816FunctionTemplate3NewEPNS_7IsolateEPFvRKNS_20FunctionCallbackInfoINS_5ValueEEEENS_"
     "5LocalIS4_EENSA_INS_9SignatureEEEiNS_19ConstructorBehaviorENS_14SideEffectTypeEPKNS_9CFunctionEttt"},
    {&v8.template_function, "_ZN2v816FunctionTemplate11GetFunctionENS_5LocalINS_7ContextEEE"},
    {&v8.info_argument, "_ZNK2v813CFunctionInfo12ArgumentInfoEj"},
    {&v8.isolate, "_ZN2v87Isolate10GetCurrentEv"},
    {&v8.context, "_ZN2v87Isolate17GetCurrentContextEv"},
    {&v8.throw_exception, "_ZN2v87Isolate14ThrowExceptionE" LOCAL_VALUE},
    {&v8.call, "_ZN2v88Function4CallENS_5LocalINS_7ContextEEENS1_INS_5ValueEEEiPS5_"},
    {&v8.string, "_ZN2v86String14NewFromOneByteEPNS_7IsolateEPKhNS_13NewStringTypeEi"},
};

static void *find(const char *name)
{
  rs_error unknown = {0};
  void *program = rs_os_open(NULL, 0, &unknown), *address = rs_os_symbol(program, name, &unknown);

  rs_os_close(program);
  return address;
}

static bool find_symbols(const version *v)
{
  void *plain = find("_ZN2v813CFunctionInfoC1ERKNS_9CTypeInfoEjPS2_");
  void *int64 = find("_ZN2v813CFunctionInfoC1ERKNS_9CTypeInfoEjPS2_NS0_19Int64RepresentationE");

  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *address = find(symbols[i].name);

    if (!address)
      return false;
    memcpy(symbols[i].slot, &address, sizeof address);
  }
  memcpy(&v8.info_plain, &plain, sizeof plain);
  memcpy(&v8.info_int64, &int64, sizeof int64);
  return v->represents_int64 ? int64 && !plain : plain && !int64;
}

/* Functions */

napi_value nb_v8_function(nb_env *nb, void (*callback)(const void *info), const void *fast, unsigned values)
{
  void *isolate = v8.isolate();
  const c_function function = {fast, &function_infos[values]};
  void *template = v8.template_new(isolate, callback, NULL, NULL, 0, 0, 0, fast ? &function : NULL, 0, 0, 0);

  (void)nb;
  return template ? v8.template_function(template, v8.context(isolate)) : NULL;
}

void nb_v8_terminate(void)
{
  void *(*current)(void);
  void (*terminate)(void *isolate);
  void *address = find("_ZN2v87Isolate10GetCurrentEv");

  memcpy(&current, &address, sizeof address);
  address = find("_ZN2v87Isolate18TerminateExecutionEv");
  memcpy(&terminate, &address, sizeof address);
  if (current && terminate)
    terminate(current());
}

void nb_v8_throw(napi_value exception)
{
  (void)v8.throw_exception(v8.isolate(), exception);
}

void *nb_v8_context(void)
{
  return v8.context(v8.isolate());
}

napi_value nb_v8_call_function(void *context, napi_value function, napi_value receiver)
{
  return v8.call(function, context, receiver, 0, NULL);
}

napi_value nb_v8_string(void *isolate, const void *text, int length)
{
  return v8.string(isolate, text, 0, length);
}

/* Objects. Offsets from the object's start, which is one below its word; no pointer compression. */

enum {
  MAP_TYPE = 12, /* uint16_t in the map: the instance type */
  STRING_LENGTH = 12,
  STRING_TEXT = 16,
  VIEW_RESIZABLE =
      3,           /* in the flags: length-tracking, backed by a resizable buffer; the rest may be anything */
  STRING_KINDS = 2 /* internalized or not */
};

static bool calibrated;
static uint16_t text_types[STRING_KINDS], array_type;

static inline uint64_t word_at(uint64_t object, unsigned offset)
{
  uint64_t word;

  memcpy(&word, (const char *)(uintptr_t)(object - 1 + offset), sizeof word);
  return word;
}

static inline uint32_t half_at(uint64_t object, unsigned offset)
{
  uint32_t half;

  memcpy(&half, (const char *)(uintptr_t)(object - 1 + offset), sizeof half);
  return half;
}

static inline uint16_t type_of(uint64_t object)
{
  return (uint16_t)half_at(word_at(object, 0), MAP_TYPE);
}

bool nb_v8_text(uint64_t word, const unsigned char **text, uint32_t *length)
{
  uint16_t type;

  if (!calibrated || nb_v8_is_small(word))
    return false;
  type = type_of(word);
  if (type != text_types[0] && type != text_types[1])
    return false;
  *text = (const unsigned char *)(uintptr_t)(word - 1 + STRING_TEXT);
  *length = half_at(word, STRING_LENGTH);
  return true;
}

/* Views of memory in V8's heap, of buffers that can change their size or are gone, and without bytes, are for
 * Node-API. */
static bool read_view(uint64_t view, void **data)
{
  const version *v = running;

  if (half_at(view, v->view_flags) & VIEW_RESIZABLE || word_at(view, v->view_data + sizeof(void *))
      || !word_at(view, v->view_size) || !word_at(word_at(view, v->view_buffer), v->buffer_size))
    return false;
  *data = (void *)(uintptr_t)word_at(view, v->view_data);
  return true;
}

bool nb_v8_bytes(uint64_t word, void **data)
{
  return calibrated && !nb_v8_is_small(word) && type_of(word) == array_type && read_view(word, data);
}

static uint64_t word_of(napi_value value)
{
  uint64_t word;

  memcpy(&word, value, sizeof word);
  return word;
}

static bool agrees_on_text(nb_env *nb, napi_value sample, uint16_t *type)
{
  char expected[64];
  size_t length;
  uint64_t word = word_of(sample);

  if (napi_get_value_string_latin1(nb->env, sample, expected, sizeof expected, &length) != napi_ok
      || nb_v8_is_small(word))
    return false;
  *type = type_of(word);
  return half_at(word, STRING_LENGTH) == length
         && memcmp((const char *)(uintptr_t)(word - 1 + STRING_TEXT), expected, length) == 0;
}

static bool agrees_on_bytes(nb_env *nb, napi_value sample, size_t whole)
{
  void *data, *read;
  size_t size;
  uint64_t word = word_of(sample);

  return napi_get_buffer_info(nb->env, sample, &data, &size) == napi_ok && !nb_v8_is_small(word)
         && type_of(word) == array_type && word_at(word, running->view_size) == size
         && word_at(word_at(word, running->view_buffer), running->buffer_size) == whole
         && read_view(word, &read) && read == data;
}

void nb_v8_calibrate(nb_env *nb, const napi_value *samples)
{
  const char *wanted = getenv("RISTRETTO_V8_OBJECTS");
  uint16_t types[STRING_KINDS];
  size_t whole;
  void *data;

  if (calibrated || !running || (wanted && !strcmp(wanted, "0")))
    return;
  if (napi_get_buffer_info(nb->env, samples[2], &data, &whole) != napi_ok
      || nb_v8_is_small(word_of(samples[2])))
    return;
  array_type = type_of(word_of(samples[2]));
  if (!agrees_on_text(nb, samples[0], &types[0]) || !agrees_on_text(nb, samples[1], &types[1])
      || !agrees_on_bytes(nb, samples[2], whole) || !agrees_on_bytes(nb, samples[3], whole))
    return;
  memcpy(text_types, types, sizeof types);
  calibrated = true;
}

/* Self-test */

static void put_type(uint8_t *at, const version *v, uint8_t type)
{
  memset(at, 0, v->type_size);
  *at = type;
}

static void describe(const version *v, function_info *info, const void *result, unsigned count)
{
  if (v->represents_int64)
    v8.info_int64(info, result, count, argument_types, 0);
  else
    v8.info_plain(info, result, count, argument_types);
}

/* Describes the fast functions and reads back what V8 made of it. */
static bool describe_fast(const version *v)
{
  uint8_t nothing[3];

  put_type(nothing, v, C_VOID);
  for (unsigned i = 0; i < 2 + NB_MOST_FAST_VALUES; i++)
    put_type(argument_types + i * v->type_size, v, i == 1 ? C_INT32 : C_VALUE);
  for (unsigned values = 0; values <= NB_MOST_FAST_VALUES; values++) {
    function_info *info = &function_infos[values];
    const char *first, *second;

    describe(v, info, nothing, 2 + values);
    first = v8.info_argument(info, 0);
    second = v8.info_argument(info, 1);
    if ((uint32_t)(info->head >> 32) != 2 + values || info->arguments != argument_types
        || second - first != v->type_size || first != (const char *)argument_types
        || (v->represents_int64 && (uint8_t)(info->head >> (8 * v->type_size)) != 0))
      return false;
  }
  return true;
}

/* What the callback of the self-test saw. */
static struct probe {
  bool called, right;
} probe;

static void on_probe(const void *info)
{
  nb_v8_call call = nb_v8_read(info);

  probe.called = true;
  probe.right = call.isolate == v8.isolate() && call.argc == 3 && call.arguments[0] == (uint64_t)5 << 32
                && !nb_v8_is_small(call.arguments[1]) && !nb_v8_is_small(call.arguments[2]);
  if (probe.right)
    *call.result = call.arguments[2];
}

static void on_throw(const void *info)
{
  nb_v8_call call = nb_v8_read(info);

  if (call.argc == 1)
    (void)v8.throw_exception(call.isolate, call.arguments);
}

static bool test_word(nb_env *nb)
{
  napi_value five;

  return napi_create_int32(nb->env, 5, &five) == napi_ok && word_of(five) == (uint64_t)5 << 32;
}

static bool test_call(nb_env *nb)
{
  napi_value function = nb_v8_function(nb, on_probe, NULL, 0), argv[3], result = NULL;
  bool same = false;

  return function && napi_create_int32(nb->env, 5, &argv[0]) == napi_ok
         && napi_create_double(nb->env, 1.5, &argv[1]) == napi_ok
         && napi_create_object(nb->env, &argv[2]) == napi_ok
         && napi_call_function(nb->env, nb_undefined(nb), function, 3, argv, &result) == napi_ok
         && probe.called && probe.right && napi_strict_equals(nb->env, result, argv[2], &same) == napi_ok
         && same;
}

static bool test_throw(nb_env *nb)
{
  napi_value function = nb_v8_function(nb, on_throw, NULL, 0), thrown, caught, result;
  bool same = false;

  if (!function || napi_create_object(nb->env, &thrown) != napi_ok
      || napi_call_function(nb->env, nb_undefined(nb), function, 1, &thrown, &result)
             != napi_pending_exception)
    return false;
  return napi_get_and_clear_last_exception(nb->env, &caught) == napi_ok
         && napi_strict_equals(nb->env, thrown, caught, &same) == napi_ok && same;
}

/* Gate */

static const version *find_version(const char *modules, const char *text)
{
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
    if (!strcmp(versions[i].modules, modules))
      return strncmp(versions[i].v8, text, strlen(versions[i].v8)) ? NULL : &versions[i];
  return NULL;
}

static const char *decide(nb_env *nb, const version *v)
{
  if (!v)
    return "this version of Node.js is not in the table of known ones";
  if (!(RS_ON_X64 || RS_ON_A64) || !RS_ON_LINUX)
    return "V8's own callbacks are not used on this platform";
  if (!find_symbols(v))
    return "the program does not export the functions of V8 that are needed";
  nb_v8_flat_info = v->flat_info;
  if (!test_word(nb) || !describe_fast(v) || !test_call(nb) || !test_throw(nb))
    return "V8 is not as expected: the self-test failed";
  running = v;
  return NULL;
}

nb_level nb_v8_open(nb_env *nb, const char *modules, const char *v8_version, const char **why)
{
  static rs_mutex lock = RS_MUTEX_INIT;
  static bool decided;
  static const char *reason;

  rs_mutex_lock(&lock);
  if (!decided)
    reason = decide(nb, find_version(modules, v8_version));
  decided = true;
  rs_mutex_unlock(&lock);
  *why = reason;
  return !running ? NB_PLAIN : running->fast == NB_FAST_NEVER ? NB_RAW : NB_FAST;
}

nb_fast_rule nb_v8_fast_rule(void)
{
  return running ? running->fast : NB_FAST_NEVER;
}

'use strict';
// What every page can use: the module, the fixture library, its types and its functions.

const v8 = require('node:v8');
const vm = require('node:vm');
const { loadFixtures } = require('../fixtures');
const { runScript } = require('./script');

function defineTypes(k) {
  k.struct('S3', { a: 'int', b: 'char', c: 'double' });
  k.struct('T3', { a: 'int', b: 'char', c: 'double' });
  k.pack('P2', { a: 'int8_t', b: 'int16_t' });
  k.struct('SA', { x: 'int', arr: k.array('int', 4), name: k.array('char', 8) });
  k.struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' });
  k.union('U', { i: 'int64_t', d: 'double', raw: k.array('uint8_t', 8) });
  k.struct('TU', { tag: 'int', u: 'U' });
  k.struct('Flex', { count: 'int64_t', numbers: k.array('int', 'count', 8) });
  k.struct('Dyn', { n: 'int', p: k.pointer(null, 'int', 'n') });
  k.struct('Node', { v: 'int', next: 'Node *' });
  k.struct('V3', { x: 'float', y: 'float', z: 'float' });
  k.struct('C3', { c: k.array('char', 3) });
  k.struct('L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });
  k.struct('Foo', { i: 'int', a16: k.array('int16_t', 2) });
  k.struct('Nested', { a: 'int', b: 'char', c: 'str', d: k.struct({ d1: 'double', d2: 'double' }) });
  k.opaque('Opq');
  k.pointer('HANDLE', k.opaque());
  k.enumeration('Enum', { EA: 0, EB: 5, EC: -1 });
  k.pointer('IntArray3', k.array('int', 3));
  k.proto('int IntCb(int v)');
  k.proto('int AddFn(int a, int b)');
  k.struct('CbS', { cb: 'IntCb *', v: 'int' });
}

/** Callback types that only the pages about callbacks need: a set-up. */
function defineCallbacks(k) {
  `const char *StrCb(const char *s)
  str16 Str16Cb(str16 s)
  str32 Str32Cb(str32 s)
  double DblCb(double a, float b)
  float FltCb(float v)
  int8_t I8Cb(int8_t v)
  int64_t I64Cb(int64_t a, uint64_t b)
  bool BoolCb(bool b)
  void VoidCb(int v)
  void *PtrCb(void *p)
  void OutCb(int *p)
  S3 S3Cb(S3 s)
  int S3PtrCb(S3 *s)
  U UCb(U u)
  IntCb *GetCb(int v)
  int *IntsCb(int n)
  int64_t RecI64(int v)
  double RecDbl(int v)
  float RecFlt(int v)
  void *RecPtr(int v)
  bool RecBool(int v)
  S3 RecS3(int v)
  L4 RecL4(int v)
  str16 GetStr16(int v)
  str32 GetStr32(int v)
  S3 *GetS3(int v)`
    .split('\n')
    .forEach((prototype) => k.proto(prototype.trim()));
}

const SCALARS = {
  bool: 'bool',
  int8: 'int8_t',
  uint8: 'uint8_t',
  int16: 'int16_t',
  uint16: 'uint16_t',
  int32: 'int32_t',
  uint32: 'uint32_t',
  int64: 'int64_t',
  uint64: 'uint64_t',
  float: 'float',
  double: 'double',
  char: 'char',
  long: 'long',
  ulong: 'unsigned long',
};

const PROTOTYPES = {};

for (const [name, type] of Object.entries(SCALARS)) {
  declare(`${type} id_${name}(${type} v)`);
  declare(`${type} deref_${name}(const ${type} *p)`);
  declare(`void set_${name}(${type} *p, ${type} v)`);
  declare(`void put_${name}(${type} v)`);
  declare(`${type} *addr_${name}()`);
}

`const char *id_str(const char *s)
const char16_t *id_str16(const char16_t *s)
const char32_t *id_str32(const char32_t *s)
int str_null(const void *s)
int str_len(const char *s)
int str_byte(const char *s, int i)
int str16_len(const char16_t *s)
int str16_at(const char16_t *s, int i)
int str32_len(const char32_t *s)
unsigned int str32_at(const char32_t *s, int i)
str! dup_str(const char *s)
const char *ret_bytes(int k)
const char16_t *ret_b16(int k)
const char32_t *ret_b32(int k)
void *ret_ptr(void *p)
uint64_t ptr_val(const void *p)
void *make_ptr(uint64_t v)
void nothing()
int add(int a, int b)
int sum_ints(const int *p, int n)
double sum_dbl(const double *p, int n)
int64_t sum_i64(const int64_t *p, int n)
int sum_u8(const uint8_t *p, int n)
void fill_ints(_Out_ int *p, int n, int start)
void fill_u8(_Out_ uint8_t *p, int n, int start)
void fill_dbl(_Out_ double *p, int n, double start)
void inc_ints(_Inout_ int *p, int n)
void inc_i64(_Inout_ int64_t *p, int n)
void upper(_Inout_ char *s)
void put_str(_Out_ char *out, const char *s)
void set_strp(_Out_ const char **out, const char *s)
void set_strdup(_Out_ str! *out, const char *s)
S3 id_S3(S3 s)
S3 mk_S3(int a, char b, double c)
void fill_S3(_Out_ S3 *s, int a, char b, double c)
int S3_a(const S3 *s)
void inc_S3(_Inout_ S3 *s)
int S3_sum_arr(const S3 *s, int n)
void S3_inc_arr(_Inout_ S3 *s, int n)
S3 *addr_S3()
P2 id_P2(P2 s)
SA id_SA(SA s)
void fill_SA(_Out_ SA *s)
int SA_namebyte(const SA *s, int i)
int SA_arr(const SA *s, int i)
SP id_SP(SP s)
void fill_SP(_Out_ SP *s)
int SP_len(const SP *s)
uint64_t SP_p(const SP *s)
int SP_ip(const SP *s, int i)
U id_U(U u)
void setU_i(int64_t i, _Out_ U *u)
void setU_d(double d, _Out_ U *u)
int64_t getU_i(const U *u)
double getU_d(const U *u)
int64_t U_i(U u)
double U_d(U u)
TU id_TU(TU t)
void fill_TU(_Out_ TU *t)
int64_t TU_i(TU t)
void flex_append(_Inout_ Flex *f, size_t count, int start, int step)
int flex_sum(const Flex *f)
int dyn_sum(const Dyn *d)
int dyn_n(const Dyn *d)
void fill_dyn(_Out_ Dyn *d)
int node_sum(const Node *n)
Node *mk_nodes()
Opq *opq_new(int v)
int opq_get(const Opq *o)
void opq_free(Opq *o)
int opq_new_out(_Out_ Opq **out, int v)
int opq_null_out(_Out_ Opq **out)
int call_int(IntCb *cb, int v)
void *get_fn(const char *n)
int call_cbs(const CbS *s)
int set_errno(int v)
int vsum(int n, ...)
double vsumd(int n, ...)
int vfmt(_Out_ char *buf, const char *f, ...)
int vS3(int n, ...)
int deref2(int **pp)
int strs_total(const char **p)
void strs_rev(_Inout_ const char **p, int n)
void set_pp(_Out_ int **pp)
int count_null(void **p, int n)
Enum id_E(Enum e)
V3 id_V3(V3 v)
C3 id_C3(C3 c)
wchar_t *id_wstr(wchar_t *w)
int wlen(const wchar_t *w)
void fill_str(_Out_ char *out, int n, char c)
void fill_str16(_Out_ char16_t *out, int n, char16_t c)
void *static_ptr()
void my_dispose(void *p)
int get_dispose()
S3 *heap_S3(int a)
uint16_t raw16(uint16_t v)
uint32_t raw32(uint32_t v)
uint64_t raw64(uint64_t v)
Foo ReturnFoo(Foo p)
Nested id_nested(Nested v)
int call_twice(IntCb *cb, int v)
int call_n(IntCb *cb, int n)
int call_then_len(IntCb *cb, const char *s)
int call_str(StrCb *cb, const char *s)
const char *call_str_ret(StrCb *cb, const char *s)
double call_dbl(DblCb *cb, double a, float b)
float call_f(FltCb *cb, float v)
int call_i8(I8Cb *cb, int8_t v)
int64_t call_i64(I64Cb *cb, int64_t a, uint64_t b)
int call_bool(BoolCb *cb, bool b)
void call_void(VoidCb *cb, int v)
void *call_p(PtrCb *cb, void *p)
int call_out(OutCb *cb, int v)
S3 call_S3(S3Cb *cb, S3 s)
int call_S3P(S3PtrCb *cb, int a)
U call_U(UCb *cb, U u)
int call_getcb(GetCb *g, int v)
int call_first(IntsCb *cb, int n)
int call_str16(GetStr16 *cb, int v)
int call_str32(GetStr32 *cb, int v)
int call_S3_ptr(GetS3 *cb, int v)
void keep_str(StrCb *cb)
int kept_len()
int call_each(IntCb **list, int n, int v)
int call_variadic(int v, ...)
void store_cb(IntCb *cb)
int call_stored(int v)
void rec_int(IntCb *cb)
int64_t get_int()
void rec_i64(RecI64 *cb)
void rec_dbl(RecDbl *cb)
double get_dbl()
void rec_flt(RecFlt *cb)
void rec_ptr(RecPtr *cb)
uint64_t get_ptr()
void rec_bool(RecBool *cb)
void rec_s3(RecS3 *cb)
S3 get_s3()
void rec_l4(RecL4 *cb)
L4 get_l4()
int out_then_cb(_Out_ int *out, IntCb *cb)
int cb_twice_err(IntCb *cb, _Out_ int *n)
int start_thread(VoidCb *cb)
int start_thread_int(IntCb *cb)
int start_thread_len(StrCb *cb)
int start_thread_n(IntCb *cb)
int start_thread_gate(IntCb *cb)
int join_thread()
int thread_res()
int sleep_ms(int ms)
void set_gate(bool open)
int at_gate()
int wait_gate(int v)
int gate_sum(const int *p, int n)
int gate_len(const char *s)
int gate_S3_a(const S3 *s)
int gate_errno(int v)
int gate_call(IntCb *cb, int v)`
  .split('\n')
  .forEach(declare);

function declare(prototype) {
  const name = /(\w+)\s*\(/.exec(prototype)[1];
  PROTOTYPES[name] = prototype;
}

/** Resolves when `condition` holds; meanwhile the event loop runs. */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Collects garbage, and runs what that leaves to do. */
async function collect() {
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What reaches 'uncaughtException' while `run` runs. */
async function uncaught(run) {
  const seen = [];
  const note = (error) => seen.push(error);
  process.on('uncaughtException', note);
  try {
    await run(seen);
  } finally {
    process.off('uncaughtException', note);
  }
  return seen;
}

/** The arguments that the callback of an asynchronous call is given. */
function completion(call, ...args) {
  return new Promise((resolve) => call(...args, (...given) => resolve(given)));
}

/** The result of an asynchronous call. */
async function result(call, ...args) {
  const [error, value] = await completion(call, ...args);
  if (error) throw error;
  return value;
}

/** `name` is koffi, a dev dependency, or ristretto, the package that this file is in. */
function makeWorld(name) {
  const k = require(name);
  const declared = new Map();
  let handle = null;

  /** Loaded on first use: config() must still be possible before. */
  const lib = () => (handle ??= loadFixtures(k));

  function f(prototype) {
    if (!declared.has(prototype)) declared.set(prototype, lib().func(prototype));
    return declared.get(prototype);
  }

  const fn = new Proxy({}, { get: (_, name) => f(PROTOTYPES[name]) });

  return {
    name,
    k,
    lib,
    f,
    fn,
    fixtures: () => loadFixtures(k), // a handle of its own
    current: -1,
    defineTypes: () => defineTypes(k),
    defineCallbacks: () => defineCallbacks(k),
    script: (run, options) => runScript(name, run, options),
    until,
    collect,
    uncaught,
    completion,
    result,
  };
}

module.exports = { makeWorld };

'use strict';
// Every public function with input that is wrong. Each row says what is done and which exception follows; after each
// the process lives and a plain call still works. Rows whose class is null only must not end the process: a result
// and an exception of ristretto are both right.
const { test, after } = require('node:test');
const { RECORDS_BY_ADDRESS, WORD, assert, ristretto, fixtures, define, detached, poke } = require('./support');
const { fixturePath } = require('../fixtures');
const {
  LibraryHandle, TypeObject, Union, address, alias, alignof, alloc, array, as, call, config, decode, disposable, encode,
  enumeration, errno, free, inout, lane, Lane, load, node, offsetof, opaque, out, pack, pointer, proto, register, reset, sizeof,
  stats, struct, type, types, union, unregister, view,
} = ristretto; // prettier-ignore

const lib = fixtures();
const NAMES = ['S3', 'SA', 'SP', 'U', 'TU', 'Opq', 'Node', 'Flex', 'Dyn', 'E', 'IntCb', 'AddFn'];
const U = define(...NAMES)[3];

const TE = TypeError;
const E = Error;
const RE = RangeError;
const add = lib.func('int add(int a, int b)');
const MINE = new Error('thrown by user code');
const USER = 'user code'; // the exception of user code itself, unchanged

let rows = 0;

function check(run, Class, code) {
  let thrown;

  try {
    run();
    if (Class !== null) assert.fail('nothing was thrown');
    return;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    thrown = error;
  }
  const shown = `${thrown?.constructor?.name} ${thrown?.code}: ${thrown?.message}`;
  if (code === USER) {
    assert.equal(thrown, MINE, shown);
    return;
  }
  if (Class) assert.ok([Class].flat().includes(thrown?.constructor), `expected ${[Class].flat().map((c) => c.name)}, got ${shown}`);
  if (code === 'any') return;
  assert.match(String(thrown?.code), /^ERR_RISTRETTO_/, shown);
  if (code) assert.ok([code].flat().map((name) => `ERR_RISTRETTO_${name}`).includes(thrown.code), `expected ${code}, got ${shown}`);
}

// One case. `code` is that of the exception, several possible ones, USER, 'any', or undefined for any of ristretto's.
function row(what, run, Class, code) {
  rows++;
  test(what, () => {
    check(run, Class, code);
    assert.equal(add(1, 2), 3, 'a plain call still works');
  });
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

// A proxy of which every trap throws.
function hostile(target) {
  const trap = () => {
    throw MINE;
  };
  const names = Object.getOwnPropertyNames(Reflect).filter((name) => typeof Reflect[name] === 'function');
  return new Proxy(target, Object.fromEntries(names.map((name) => [name, trap])));
}

const JUNK = {
  undefined: undefined,
  null: null,
  true: true,
  'a number': 12.5,
  NaN: NaN,
  Infinity: Infinity,
  'a BigInt': 2n ** 70n,
  'a symbol': Symbol('junk'),
  'an unknown name': 'no such type',
  'an object': {},
  'an array': [],
  'a function': () => {},
  'a Date': new Date(0),
  'a Map': new Map(),
  'a detached buffer': detached(),
  'a revoked proxy': revoked({}),
  'a hostile proxy': hostile({}),
  'an object with a hostile toString': {
    toString() {
      throw MINE;
    },
    valueOf() {
      throw MINE;
    },
    [Symbol.toPrimitive]() {
      throw MINE;
    },
  },
};

// Rows for each kind of junk that `run` must refuse; `accepts` names those that are legal in this place.
function refusesJunk(place, run, accepts = [], Class = TE, code = undefined) {
  for (const [kind, value] of Object.entries(JUNK)) {
    if (!accepts.includes(kind)) row(`${place}: ${kind}`, () => run(value), Class, code);
  }
}

// ------------------------------------------------------------------------------------------ types

refusesJunk('sizeof of', (v) => sizeof(v));
refusesJunk('alignof of', (v) => alignof(v));
refusesJunk('offsetof: type', (v) => offsetof(v, 'a'));
refusesJunk('offsetof: member', (v) => offsetof('S3', v));
refusesJunk('type of', (v) => type(v));
refusesJunk('alias: name', (v) => alias(v, 'int'), [], [TE, E]);
refusesJunk('alias: type', (v) => alias('Never1', v));
refusesJunk('struct: name', (v) => struct(v, { a: 'int' }), ['undefined', 'null'], [TE, E]);
refusesJunk('struct: members', (v) => struct('Never2', v), ['a hostile proxy', 'a revoked proxy'], [TE, E]);
refusesJunk('struct: type of a member', (v) => struct('Never3', { a: v }), ['an array'], [TE, E]);
refusesJunk('pack: members', (v) => pack('Never4', v), ['a hostile proxy', 'a revoked proxy'], [TE, E]);
refusesJunk('union: type of a member', (v) => union('Never5', { a: v }), ['an array'], [TE, E]);
refusesJunk('opaque: name', (v) => opaque(v), ['undefined', 'null'], [TE, E]);
refusesJunk('array: element', (v) => array(v, 4));
refusesJunk('array: length', (v) => array('int', v), ['a number']);
refusesJunk('array: hint', (v) => array('int', 4, v), ['undefined', 'null'], [TE, E]);
refusesJunk('enumeration: values', (v) => enumeration('Never6', v), ['an object', 'a Date', 'a Map', 'a detached buffer', 'a hostile proxy', 'a revoked proxy', 'an object with a hostile toString'], [TE, E]); // prettier-ignore
refusesJunk('enumeration: a value', (v) => enumeration({ A: v }), ['a BigInt'], [TE, E]);
refusesJunk('enumeration: storage', (v) => enumeration({ A: 1 }, v), ['undefined', 'null']);
refusesJunk('pointer to', (v) => pointer(v));
refusesJunk('pointer: count', (v) => pointer('int', v), ['undefined']);
refusesJunk('as: type', (v) => as(1n, v));
refusesJunk('in', (v) => ristretto.in(v));
refusesJunk('out', (v) => out(v));
refusesJunk('inout', (v) => inout(v));
refusesJunk('disposable of', (v) => disposable(v));
refusesJunk('disposable: disposer', (v) => disposable('str', v), ['undefined', 'null', 'a function']);
refusesJunk('proto', (v) => proto(v), [], [TE, E]);
refusesJunk('proto: result', (v) => proto('Never7', v, []));
refusesJunk('proto: parameters', (v) => proto('Never7', 'int', v), ['an array']);
refusesJunk('proto: a parameter', (v) => proto('Never7', 'int', [v]));
refusesJunk('new Union of', (v) => new Union(v));

row('struct: hostile members', () => struct('Never8', hostile({ a: 'int' })), undefined, USER);
row('struct: revoked members', () => struct('Never8', revoked({ a: 'int' })), TE, 'any');
row('struct: a getter that throws', () => struct('Never8', { get a() { throw MINE; } }), undefined, USER); // prettier-ignore
row('struct: a getter that defines the same name', () => struct('Taken', { get a() { struct('Taken', { b: 'int' }); return 'int'; } }), null); // prettier-ignore
row('struct: a getter that resets', () => struct('Resetting', { get a() { reset(); define(...NAMES); return 'int'; } }), null); // prettier-ignore
row('struct: hostile alignment pair', () => struct('Never8', { a: hostile([4, 'int']) }), [TE, E], 'any');
row('enumeration: hostile values', () => enumeration('Never6', hostile({ A: 1 })), undefined, USER);
row('enumeration: revoked values', () => enumeration('Never6', revoked({ A: 1 })), TE, 'any');
row('a member list with itself', () => { const members = {}; members.a = members; struct('Never8', members); }, TE); // prettier-ignore
row('recursive by value', () => struct('Loop', { v: 'Loop' }), TE);
row('recursive through an array', () => struct('Loop', { v: 'Loop[3]' }), TE);
row('recursive through a completed opaque type', () => { const O = opaque(); struct(O, { v: O }); }, TE); // prettier-ignore
row('a union that holds itself', () => union('Loop', { v: 'Loop' }), TE);
row('a struct without members', () => struct('Never8', {}), E, 'BAD_MEMBER');
row('a struct of nothing but symbols', () => struct('Never8', { [Symbol('a')]: 'int' }), E, 'BAD_MEMBER');
row('an empty member name', () => struct('Never8', { '': 'int' }), E);
row('a member name with a NUL', () => struct('Never8', { 'a\0b': 'int' }), E);
row('a member name that is a lone surrogate', () => struct('Never8', { '\ud800': 'int' }), E);
row('a member name of 10 MB', () => struct({ ['x'.repeat(1e7)]: 'int' }), null);
row('an empty name', () => struct('', { a: 'int' }), E, 'BAD_NAME');
row('a name of spaces', () => opaque('  '), E, 'BAD_NAME');
row('a name of 10 MB', () => opaque('y'.repeat(1e7)), null);
row('a name of a built-in type', () => opaque('unsigned int'), E);
row('a duplicated name', () => struct('S3', { a: 'int' }), E, 'DUPLICATE');
row('a duplicated prototype', () => proto('void AddFn()'), E, 'DUPLICATE');
row('a duplicated enumeration', () => enumeration('E', { A: 1 }), E, 'DUPLICATE');
row('a duplicated pointer', () => pointer('E', 'int'), E, 'DUPLICATE');
row('a duplicated disposable', () => disposable('E', 'str'), E, 'DUPLICATE');
row('an array of 2^53 elements', () => array('char', 2 ** 53), TE);
row('an array of -1 elements', () => array('int', -1), TE);
row('an array of -Infinity elements', () => array('int', -Infinity), TE);
row('an array that overflows 64 bits', () => array('int64', 2 ** 61), TE);
row('an array of 64 MiB and one byte', () => array('char', 67108865), TE);
row('arrays of arrays beyond the limit', () => array(array('int', 4096), 65536), TE);
row('a struct beyond the limit', () => struct({ a: array('char', 67108864), b: 'char' }), E, 'TOO_LARGE');
row('a packed struct beyond the limit', () => pack({ a: array('char', 67108864), b: 'char' }), E, 'TOO_LARGE');
row('a counted array of 2^40', () => array('int', 'n', 2 ** 40), TE);
row('a counted array without a maximum', () => array('int', 'n'), TE);
row('a counted array of a counter that is no name', () => struct({ n: 'int', a: array('int', 'no such', 4) }), E);
row('10,000 stars', () => type(`int ${'*'.repeat(10000)}`), undefined);
row('10,000 nested pointer() calls', () => { let T = 'int'; for (let i = 0; i < 10000; i++) T = pointer(T); }, undefined); // prettier-ignore
row('10,000 nested arrays', () => { let T = 'int'; for (let i = 0; i < 10000; i++) T = array(T, 1); }, undefined); // prettier-ignore
row('10,000 nested structs', () => { let T = 'int'; for (let i = 0; i < 10000; i++) T = struct({ a: T }); }, undefined); // prettier-ignore
row('100,000 parentheses', () => type('('.repeat(100000)), undefined);
row('100,000 parentheses around a parameter', () => proto(`void Never9(int ${'('.repeat(100000)})`), undefined);
row('nested function pointers', () => proto(`void Never9(${'void (*)('.repeat(20000)}`), undefined);
row('a type of 10 MB', () => type('int '.repeat(2500000)), undefined);
row('a comment without an end', () => type('int /*'), undefined);
row('a type that ends in the middle', () => type('unsigned'), null);
row('a type of NULs', () => type('\0\0\0'), undefined);
row('a type with a NUL', () => type('int\0 *'), undefined);
row('a type with lone surrogates', () => type('int \ud800'), undefined);
row('a type with an astral character', () => type('😀 *'), undefined);
row('an array suffix of 100 digits', () => type(`int[${'9'.repeat(100)}]`), TE);
row('a disposable of a disposable', () => disposable(disposable('str')), TE);
row('a disposable of a callback', () => disposable('AddFn *'), TE);
row('an out marker of a struct', () => out('S3'), TE);
row('128 parameters', () => proto('Never9', 'int', new Array(128).fill('int')), TE);
row('a million parameters', () => proto('Never9', 'int', new Array(1e6).fill('int')), TE);
row('a million parameters in text', () => proto(`int Never9(${'int,'.repeat(1e6)}int)`), undefined);
row('parameters with a hole', () => proto('Never9', 'int', ['int', , 'int']), TE); // eslint-disable-line
row('hostile parameters', () => proto('Never9', 'int', hostile(['int'])), undefined, 'any');
row('parameters whose getter throws', () => proto('Never9', 'int', Object.defineProperty(['int'], 0, { get() { throw MINE; } })), undefined, USER); // prettier-ignore
row('a struct by a wrong receiver', () => Reflect.construct(struct, ['Built', { a: 'int' }]), null);
row('new TypeObject', () => new TypeObject('int'), E, 'CONSTRUCT');
row('a copied type', () => sizeof({ ...types.int }), TE);
row('a type as prototype', () => sizeof(Object.create(types.int)), TE);
row('a proxy of a type', () => sizeof(new Proxy(types.int, {})), TE);
row('a marker where a name is wanted', () => alias(out('int *'), 'int'), TE);
row('no arguments: sizeof', () => sizeof(), TE, 'ARGUMENT_COUNT');
row('no arguments: alignof', () => alignof(), TE, 'ARGUMENT_COUNT');
row('no arguments: offsetof', () => offsetof(), TE, 'ARGUMENT_COUNT');
row('no arguments: type', () => type(), TE, 'ARGUMENT_COUNT');
row('no arguments: struct', () => struct(), TE);
row('no arguments: pack', () => pack(), TE);
row('no arguments: union', () => union(), TE);
row('no arguments: array', () => array(), TE);
row('no arguments: enumeration', () => enumeration(), TE);
row('no arguments: pointer', () => pointer(), TE);
row('no arguments: as', () => as(), TE);
row('no arguments: in', () => ristretto.in(), TE);
row('no arguments: out', () => out(), TE);
row('no arguments: inout', () => inout(), TE);
row('no arguments: disposable', () => disposable(), TE);
row('no arguments: alias', () => alias(), TE);
row('no arguments: proto', () => proto(), TE);
row('no arguments: new Union', () => new Union(), TE);
row('Union without new', () => Union('U'), TE);

// ------------------------------------------------------------------------------------------ libraries

refusesJunk('load: path', (v) => load(v), ['undefined', 'null'], [TE, E]);
refusesJunk('load: options', (v) => load(fixturePath(), v), ['an object', 'a Date', 'a Map', 'a detached buffer', 'a function', 'a revoked proxy', 'a hostile proxy', 'an object with a hostile toString']); // prettier-ignore
row('load: hostile options', () => load(fixturePath(), hostile({})), undefined, 'any');
row('load: revoked options', () => load(fixturePath(), revoked({})), TE, 'any');
row('load: a path of 10 MB', () => load(`/${'x'.repeat(1e7)}`), E, 'LOAD');
row('load: a path with a NUL', () => load(`${fixturePath()}\0`), TE);
row('load: a lone surrogate', () => load('/\ud800'), E, 'LOAD');
row('load: an empty path', () => load(''), E, 'LOAD');
row('load: a folder', () => load(__dirname), E, 'LOAD');
row('load: a script', () => load(__filename), E, 'LOAD');
row('load: no arguments', () => load(), TE, 'ARGUMENT_COUNT');
row('new LibraryHandle', () => new LibraryHandle(), E, 'CONSTRUCT');
refusesJunk('symbol: name', (v) => lib.symbol(v), [], [TE, E]);
row('symbol: a name of 10 MB', () => lib.symbol('x'.repeat(1e7)), E, 'SYMBOL');
row('symbol: a name with a NUL', () => lib.symbol('my_int\0'), TE);
row('symbol: a lone surrogate', () => lib.symbol('\udc00'), E, 'SYMBOL');
row('symbol: no arguments', () => lib.symbol(), TE, 'ARGUMENT_COUNT');
refusesJunk('func: prototype', (v) => lib.func(v), [], [TE, E]);
refusesJunk('func: name', (v) => lib.func(v, 'int', ['int']), [], [TE, E]);
refusesJunk('func: result', (v) => lib.func('add', v, ['int']));
refusesJunk('func: parameters', (v) => lib.func('add', 'int', v), ['an array']);
refusesJunk('func: a parameter', (v) => lib.func('add', 'int', [v]));
refusesJunk('func: convention', (v) => lib.func(v, 'add', 'int', ['int']), []);
row('func: two arguments', () => lib.func('add', 'int'), TE);
row('func: no arguments', () => lib.func(), TE);
row('func: a prototype of 10 MB', () => lib.func(`int add(${'int, '.repeat(2e6)}int)`), undefined);
row('func: a prototype of stars', () => lib.func(`int ${'*'.repeat(1e6)}add()`), E);
row('func: hostile parameters', () => lib.func('add', 'int', hostile(['int'])), undefined, 'any');
row('func: parameters that grow while they are read', () => {
  const list = ['int'];
  Object.defineProperty(list, 0, { get() { for (let i = 0; i < 1000; i++) list.push('int'); return 'int'; } }); // prettier-ignore
  lib.func('add', 'int', list);
}, null); // prettier-ignore
row('func: parameters that shrink while they are read', () => {
  const list = ['int', 'int', 'int'];
  Object.defineProperty(list, 0, { get() { list.length = 1; return 'int'; }, configurable: true }); // prettier-ignore
  lib.func('add', 'int', list);
}, null); // prettier-ignore
row('func: a getter that unloads', () => {
  const own = load(fixturePath());
  own.func('add', 'int', Object.defineProperty(['int'], 0, { get() { own.unload(); return 'int'; } })); // prettier-ignore
}, E, 'UNLOADED'); // prettier-ignore
row('func of an unloaded library', () => { const own = load(fixturePath()); own.unload(); own.func('int add(int, int)'); }, E, 'UNLOADED'); // prettier-ignore
row('symbol of an unloaded library', () => { const own = load(fixturePath()); own.unload(); own.symbol('my_int'); }, E, 'UNLOADED'); // prettier-ignore
row('a function of an unloaded library', () => { const own = load(fixturePath()); const f = own.func('int add(int, int)'); own.unload(); f(1, 2); }, E, 'UNLOADED'); // prettier-ignore
row('a variadic function of an unloaded library', () => { const own = load(fixturePath()); const f = own.func('int vsum(int, ...)'); own.unload(); f(1, 'int', 2); }, E, 'UNLOADED'); // prettier-ignore
row('a library unloaded while arguments are read', () => { const own = load(fixturePath()); const f = own.func('int S3_a(S3 *s)'); f({ get a() { own.unload(); return 1; } }); }, E, 'UNLOADED'); // prettier-ignore
for (const name of ['func', 'symbol', 'unload']) {
  for (const [kind, receiver] of [['undefined', undefined], ['an object', {}], ['a type', types.int], ['a proxy', new Proxy(lib, {})], ['a prototype', LibraryHandle.prototype]]) { // prettier-ignore
    row(`${name} on ${kind}`, () => LibraryHandle.prototype[name].call(receiver, 'int add(int, int)'), TE, 'RECEIVER');
  }
}

// ------------------------------------------------------------------------------------------ calls

const S3_a = lib.func('int S3_a(S3 *s)');
const id_S3 = lib.func('S3 id_S3(S3 s)');
const id_SA = lib.func('SA id_SA(SA s)');
const id_SP = lib.func('SP id_SP(SP s)');
const id_TU = lib.func('TU id_TU(TU t)');
const U_i = lib.func('int64_t U_i(U u)');
const sum = lib.func('int sum_ints(int *p, int n)');
const len = lib.func('int str_len(const char *s)');
const nodes = lib.func('int node_sum(Node *n)');
const flex = lib.func('int flex_sum(Flex *f)');
const fill = lib.func('void fill_ints(_Out_ int *p, int n, int start)');
const fill_S3 = lib.func('void fill_S3(_Out_ S3 *s, int a, char b, double c)');
const inc_S3 = lib.func('void inc_S3(_Inout_ S3 *s)');
const vsum = lib.func('int vsum(int n, ...)');

refusesJunk('an int argument', (v) => add(1, v), ['a number', 'NaN', 'Infinity', 'a BigInt'], TE, 'VALUE');
refusesJunk('a struct argument', (v) => id_S3(v), ['an object', 'a revoked proxy', 'a hostile proxy', 'an object with a hostile toString', 'a detached buffer'], TE, 'VALUE'); // prettier-ignore
refusesJunk('a string argument', (v) => len(v), ['undefined', 'null', 'an unknown name', 'an array', 'a BigInt', 'a detached buffer'], TE, 'VALUE'); // prettier-ignore
refusesJunk('a callback argument', (v) => lib.func('int call_int(IntCb *cb, int v)')(v, 1), ['undefined', 'null', 'a BigInt', 'a function', 'a detached buffer'], TE, 'VALUE'); // prettier-ignore
refusesJunk('an output argument', (v) => fill(v, 0, 1), ['undefined', 'null', 'an array', 'a BigInt', 'a detached buffer'], TE, 'VALUE'); // prettier-ignore
row('no arguments', () => add(), TE, 'ARGUMENT_COUNT');
row('one argument of two', () => add(1), TE, 'ARGUMENT_COUNT');
row('a thousand surplus arguments', () => add(1, 2, ...new Array(1000).fill({})), null);
row('a member that throws', () => S3_a({ get a() { throw MINE; } }), undefined, USER); // prettier-ignore
row('a member that throws, by value', () => id_S3({ a: 1, get b() { throw MINE; } }), undefined, USER); // prettier-ignore
row('a hostile struct', () => S3_a(hostile({})), undefined, 'any');
row('a revoked struct', () => S3_a(revoked({})), TE, 'any');
row('a hostile union', () => U_i(hostile({ i: 1 })), undefined, 'any');
row('a revoked union', () => U_i(revoked({ i: 1 })), TE, 'any');
row('a hostile array', () => sum(hostile([1]), 1), undefined, 'any');
row('a revoked array', () => sum(revoked([1]), 1), TE, 'any');
row('an array element that throws', () => sum(Object.defineProperty([1], 0, { get() { throw MINE; } }), 1), undefined, USER); // prettier-ignore
row('an array that shrinks while it is read', () => {
  const list = new Array(1000).fill(1);
  Object.defineProperty(list, 0, { get() { list.length = 1; return 5; }, configurable: true }); // prettier-ignore
  sum(list, 1);
}, null); // prettier-ignore
row('an array that grows while it is read', () => {
  const list = [1, 2];
  Object.defineProperty(list, 0, { get() { for (let i = 0; i < 100000; i++) list.push(9); return 5; }, configurable: true }); // prettier-ignore
  sum(list, 2);
}, null); // prettier-ignore
row('a cyclic struct', () => { const n = { v: 1 }; n.next = n; nodes(n); }, RE, 'TOO_DEEP'); // prettier-ignore
row('a long cycle', () => { const a = { v: 1 }; const b = { v: 2, next: a }; a.next = b; nodes(a); }, RE, 'TOO_DEEP'); // prettier-ignore
row('a cycle through arrays', () => { const n = { v: 1 }; n.next = [n]; nodes(n); }, RE, 'TOO_DEEP'); // prettier-ignore
row('a cyclic array', () => { const list = []; list.push(list); sum(list, 1); }, TE, 'VALUE'); // prettier-ignore
row('a cyclic array of pointers', () => { const list = []; list.push(list); lib.func('deref2', 'int', ['int ********'])(list); }, undefined); // prettier-ignore
row('a list of 100,000 nodes', () => { let n = null; for (let i = 0; i < 100000; i++) n = { v: 1, next: n }; nodes(n); }, null); // prettier-ignore
row('a cycle of as()', () => { const list = [null]; const cast = as(list, 'void **'); list[0] = cast; lib.func('deref2', 'int', ['void *'])(cast); }, RE); // prettier-ignore
row('a getter that calls until the stack ends', () => { const again = () => ({ get a() { return S3_a(again()); } }); S3_a(again()); }, [RE, E], 'any'); // prettier-ignore
row('null for a struct by value', () => id_S3(null), TE, 'VALUE');
row('null in a nested struct', () => id_TU({ tag: 1, u: null }), TE, 'VALUE');
row('null for a nested array', () => id_SA({ arr: null }), TE, 'VALUE');
row('a wrong element of a nested array', () => id_SA({ arr: [1, {}] }), TE, 'VALUE');
row('a wrong string member', () => id_SP({ s: {} }), TE, 'VALUE');
row('a union literal without members', () => U_i({}), E, 'UNION');
row('a union literal with two members', () => U_i({ i: 1, d: 2 }), E, 'UNION');
row('a union with a wrong member', () => U_i({ i: 'x' }), TE, 'VALUE');
row('an empty Union', () => U_i(new Union(U)), E, 'UNION');
row('an inactive member', () => { const u = new Union(U); u.i = 1; u.d; }, E, 'UNION'); // prettier-ignore
row('a Union member on a wrong receiver', () => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(new Union(U)), 'i').get.call({}), undefined, 'any'); // prettier-ignore
row('a count of NaN', () => flex({ count: NaN, numbers: [1] }), undefined);
row('a count of Infinity', () => flex({ count: Infinity, numbers: [1] }), undefined);
row('a negative count', () => flex({ count: -1, numbers: [] }), E, 'COUNT');
row('a count beyond the maximum', () => flex({ count: 2 ** 40, numbers: [1] }), E, 'COUNT');
row('a count that is no number', () => flex({ count: 'x', numbers: [1] }), TE, 'VALUE');
row('a counted array that is longer than its maximum', () => flex({ numbers: new Array(100).fill(1) }), E, 'COUNT');
row('a buffer smaller than the struct', () => S3_a(Buffer.alloc(15)), E, 'BUFFER_SIZE');
row('a buffer smaller than the struct, by value', () => id_S3(Buffer.alloc(15)), E, 'BUFFER_SIZE');
row('a detached buffer for a struct, by value', () => id_S3(detached()), [E, TE]);
row('an empty buffer for a struct, by value', () => id_S3(new Uint8Array(0)), [E, TE]);
row('a frozen output array', () => fill(Object.freeze([0]), 1, 5), TE);
row('a frozen output object', () => fill_S3(Object.freeze({}), 1, 2, 3), TE);
row('an output object whose setter throws', () => fill_S3({ set a(v) { throw MINE; } }, 1, 2, 3), undefined, USER); // prettier-ignore
row('an output object without a setter', () => fill_S3({ get a() { return 1; } }, 1, 2, 3), TE, 'any'); // prettier-ignore
row('a hostile output object', () => fill_S3(hostile({}), 1, 2, 3), undefined, 'any');
row('a revoked output object', () => fill_S3(revoked({}), 1, 2, 3), TE, 'any');
row('an output proxy that refuses', () => fill_S3(new Proxy({}, { set: () => false, defineProperty: () => false }), 1, 2, 3), null);
row('an output array that shrinks in a setter', () => {
  const list = [{}, {}, {}];
  Object.defineProperty(list, 0, { set() { list.length = 1; }, get: () => ({}), configurable: true }); // prettier-ignore
  fill_S3(list, 1, 2, 3);
}, null); // prettier-ignore
row('an output buffer that is too small', () => fill_S3(Buffer.alloc(8), 1, 2, 3), E, 'BUFFER_SIZE');
row('an inout object with a wrong member', () => inc_S3({ b: 'x' }), TE, 'VALUE');
row('an inout array of null', () => inc_S3([null]), TE, 'VALUE');
row('an output array of 2^32-1 elements', () => fill(new Array(2 ** 32 - 1), 1, 5), undefined);
row('a sparse array of 2^32-1 elements', () => sum(new Array(2 ** 32 - 1), 1), undefined);
row('a string of 10 MB', () => assert.equal(len('é'.repeat(5e6)), 1e7), null);
row('a string of lone surrogates', () => assert.equal(len('\ud800'.repeat(1000)), 3000), null);
row('a type value for a pointer', () => lib.func('void *ret_ptr(void *p)')(types.int), TE, 'VALUE');
row('a marker for a pointer', () => lib.func('void *ret_ptr(void *p)')(out('int *')), TE, 'VALUE');
row('a library for a pointer', () => lib.func('void *ret_ptr(void *p)')(lib), TE, 'VALUE');
row('a function for a data pointer', () => lib.func('void *ret_ptr(void *p)')(add), TE, 'VALUE');
row('a fraction for a pointer', () => lib.func('void *ret_ptr(void *p)')(0.5), TE, 'VALUE');
row('NaN for a pointer', () => lib.func('void *ret_ptr(void *p)')(NaN), TE, 'VALUE');
row('an argument of 32 MiB by value', () => {
  const Big = struct({ data: array('uint8', 32 * 1024 * 1024) });
  lib.func('str_null', 'int', [Big])({});
}, RECORDS_BY_ADDRESS ? null : E); // prettier-ignore
row('many large arguments by value', () => {
  const Big = struct({ data: array('uint8', 256 * 1024) });
  lib.func('str_null', 'int', new Array(100).fill(Big))(...new Array(100).fill({}));
}, RECORDS_BY_ADDRESS ? null : E); // prettier-ignore
row('a function called as a constructor', () => new add(1, 2), null);
row('a variadic value without a type', () => vsum(1, 'int'), E, 'ARGUMENT_COUNT');
row('a variadic value of an unknown type', () => vsum(1, 'zork', 1), TE, 'UNKNOWN_TYPE');
row('a variadic void', () => vsum(1, 'void', 1), TE);
row('a variadic array', () => vsum(1, 'int[2]', [1, 2]), TE);
row('a variadic type of 10 MB', () => vsum(1, 'x'.repeat(1e7), 1), undefined);
row('too many variadic values', () => vsum(200, ...new Array(200).fill(['int', 1]).flat()), TE);
row('a hostile variadic value', () => lib.func('int vS3(int n, ...)')(1, 'S3', hostile({})), undefined, 'any');
refusesJunk('a variadic type', (v) => vsum(1, v, 1));
row('an asynchronous call with too few arguments', () => add.async(1), TE, 'ARGUMENT_COUNT');
row('an asynchronous call with a callback that is none', () => add.async(1, 2, 5), TE, 'ARGUMENT');
row('an asynchronous call with undefined for a callback', () => add.async(1, 2, undefined), TE, 'ARGUMENT');
row('an asynchronous call with a signal that is none', () => add.async(1, 2, { signal: {} }), TE, 'ARGUMENT');
row('an asynchronous call with a lane that is none', () => add.async(1, 2, { lane: {} }), TE, 'ARGUMENT');
row('on() with something else than a lane', () => add.on({}), TE, 'ARGUMENT');
row('on() of something else than a function', () => add.on.call({}, lane()), TE, 'RECEIVER');
row('a closed lane', () => { const closed = lane(); closed.close(); add.async(1, 2, { lane: closed }); }, E, 'CLOSED');
row('close() of something else than a lane', () => lane().close.call({}), TE, 'RECEIVER');
row('Lane without new', () => Lane(), TE, 'CONSTRUCT');
row('an asynchronous call without arguments', () => add.async(), undefined);
row('a callback whose result is of the wrong kind', () => lib.func('int call_int(IntCb *cb, int v)')(() => 'x', 1), TE, 'VALUE');
row('a callback in a struct whose result is of the wrong kind', () => { const C = struct({ cb: 'IntCb *', v: 'int' }); lib.func('call_cbs', 'int', [pointer(C)])({ cb: () => ({}), v: 1 }); }, TE, 'VALUE'); // prettier-ignore

// ------------------------------------------------------------------------------------------ memory

const REFERENCES = ['undefined', 'null', 'a BigInt', 'a detached buffer'];

refusesJunk('decode: reference', (v) => decode(v, 'int'), REFERENCES);
refusesJunk('decode: type', (v) => decode(Buffer.alloc(8), v), ['a number', 'NaN', 'Infinity', 'a BigInt']);
refusesJunk('decode: length', (v) => decode(lib.symbol('my_arr'), 'int', v), ['undefined', 'null', 'a number', 'a BigInt', 'Infinity']); // prettier-ignore
refusesJunk('encode: reference', (v) => encode(v, 'int', 1), REFERENCES);
refusesJunk('encode: type', (v) => encode(Buffer.alloc(8), v, 1), ['a number', 'NaN', 'Infinity', 'a BigInt']);
refusesJunk('encode: value', (v) => encode(Buffer.alloc(8), 'int', v), ['a number', 'NaN', 'Infinity', 'a BigInt'], TE, 'VALUE'); // prettier-ignore
refusesJunk('encode: length', (v) => encode(Buffer.alloc(64), 'int', [1], v), ['undefined', 'null', 'a number', 'a BigInt', 'Infinity']); // prettier-ignore
refusesJunk('alloc: type', (v) => alloc(v, 1));
refusesJunk('alloc: length', (v) => alloc('int', v), ['a number'], [TE, E]);
refusesJunk('free', (v) => free(v), ['undefined', 'null', 'a BigInt']);
refusesJunk('address of', (v) => address(v), [...REFERENCES]);
refusesJunk('view: reference', (v) => view(v, 4), REFERENCES);
refusesJunk('view: length', (v) => view(lib.symbol('my_arr'), v), ['a number', 'a BigInt', 'Infinity']);
refusesJunk('call: reference', (v) => call(v, 'AddFn', 1, 2), ['undefined', 'null', 'a BigInt']);
refusesJunk('call: type', (v) => call(lib.symbol('add'), v, 1, 2));
refusesJunk('errno', (v) => errno(v), ['a number', 'a BigInt', 'NaN', 'Infinity']);
for (const nothing of [null, undefined, 0, 0n]) {
  const name = typeof nothing === 'bigint' ? '0n' : String(nothing);

  row(`decode at ${name}`, () => decode(nothing, 'int'), E, 'NULL_REFERENCE');
  row(`decode at ${name} with an offset`, () => decode(nothing, 8, 'int'), E, 'NULL_REFERENCE');
  row(`decode.int at ${name}`, () => decode.int(nothing), E, 'NULL_REFERENCE');
  row(`encode at ${name}`, () => encode(nothing, 'int', 1), E, 'NULL_REFERENCE');
  row(`view at ${name}`, () => view(nothing, 4), E, 'NULL_REFERENCE');
  row(`call at ${name}`, () => call(nothing, 'AddFn', 1, 2), E, 'NULL_REFERENCE');
}
const small = Buffer.alloc(4);
for (const offset of [1, 4, 5, -1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300, 2n ** 63n, 2n ** 64n, 2n ** 200n, -(2n ** 63n), Infinity, -Infinity]) { // prettier-ignore
  const [from, to] = [() => decode(small, offset, 'int'), () => encode(small, offset, 'int', 1)];
  const name = typeof offset === 'bigint' ? `${offset}n`.slice(0, 24) : String(offset);

  row(`decode a buffer of 4 bytes at offset ${name}`, from, [E, TE]);
  row(`encode to a buffer of 4 bytes at offset ${name}`, to, [E, TE]);
}
row('offset NaN', () => decode(small, NaN, 'int'), null);
for (const length of [2, 2 ** 31, 2 ** 32 + 1, 2 ** 53, 1e300, 2n ** 62n, 2n ** 64n + 1n, Infinity]) {
  const name = typeof length === 'bigint' ? `${length}n` : String(length);

  row(`decode ${name} elements of a buffer of one`, () => decode(small, 'int', length), [E, TE]);
  row(`encode ${name} elements to a buffer of one`, () => encode(small, 'int', [1], length), [E, TE]);
  row(`view ${name} bytes more than there are`, () => view(small, length === 2 ? 5 : length), [E, TE]);
}
for (const name of ['string', 'string16', 'string32', 'wstring', 'int', 'double', 'uint64be']) {
  row(`decode.${name} without arguments`, () => decode[name](), TE, 'ARGUMENT_COUNT');
  row(`decode.${name} of a string`, () => decode[name]('x'), TE);
  row(`decode.${name} of a hostile proxy`, () => decode[name](hostile({})), TE);
}
for (const name of ['string', 'string16', 'string32']) {
  for (const length of [100, 2 ** 40, 1e300, 2n ** 63n, Infinity]) {
    row(`decode.${name} of ${length} units of a small buffer`, () => decode[name](small, length), [E, TE]);
  }
}
row('decode without a type', () => decode(small), TE, 'ARGUMENT_COUNT');
row('decode an offset without a type', () => decode(small, 4), TE);
row('decode void', () => decode(small, 'void'), TE);
row('decode several void', () => decode(small, 'void', 4), TE);
row('decode an opaque type', () => decode(small, 'Opq'), TE);
row('decode a counted array alone', () => decode(Buffer.alloc(64), array('int', 'n', 4)), TE);
row('decode a marker as reference', () => decode(out('int *'), 'int'), TE);
row('decode a cast', () => decode(as(small, 'int *'), 'int'), TE);
row('decode functions in a row', () => decode(lib.symbol('add'), 'AddFn', 2), TE);
row('decode an unterminated float', () => decode(small, 'float', -1), TE);
row('decode a struct from a small buffer', () => decode(small, 'S3'), E, 'BUFFER_SIZE');
row('decode a struct with a bad count', () => { const b = Buffer.alloc(16); poke(b, 0, 'Int32', -5); poke(b, WORD, 'pointer', lib.symbol('my_arr')); return decode(b, 'Dyn'); }, null); // prettier-ignore
row('decode a struct with an absurd count', () => { const b = Buffer.alloc(40); poke(b, 0, 'BigInt64', 2n ** 62n); return decode(b, 'Flex'); }, null); // prettier-ignore
row('decode from a detached buffer', () => decode(detached(), 'char'), E);
row('decode a list that is a cycle', () => { const b = Buffer.alloc(16); poke(b, WORD, 'pointer', address(b)); return decode(b, 'Node'); }, null); // prettier-ignore
row('encode to a detached buffer', () => encode(detached(), 'char', 1), E);
row('encode with a getter that detaches', () => {
  const bytes = new Uint8Array(16);
  encode(bytes, 'S3', { get a() { structuredClone(bytes.buffer, { transfer: [bytes.buffer] }); return 1; } }); // prettier-ignore
}, null); // prettier-ignore
row('encode with an element that detaches', () => {
  const bytes = new Uint8Array(16);
  const list = [1, 2, 3, 4];
  Object.defineProperty(list, 1, { get() { structuredClone(bytes.buffer, { transfer: [bytes.buffer] }); return 1; } }); // prettier-ignore
  encode(bytes, array('int', 4), list);
}, null); // prettier-ignore
row('encode without a value', () => encode(small, 'int'), TE, 'ARGUMENT_COUNT');
row('encode void', () => encode(small, 'void', 1), TE);
row('encode a prototype', () => encode(Buffer.alloc(8), 'AddFn', 1), TE);
row('encode a hostile struct', () => encode(Buffer.alloc(16), 'S3', hostile({})), undefined, 'any');
row('encode a revoked struct', () => encode(Buffer.alloc(16), 'S3', revoked({})), TE, 'any');
row('encode a cyclic struct', () => { const n = { v: 1 }; n.next = n; encode(Buffer.alloc(16), 'Node', n); }, RE, 'TOO_DEEP'); // prettier-ignore
row('encode a function', () => encode(Buffer.alloc(8), 'AddFn *', () => {}), E);
row('encode a string of 10 MB', () => encode(Buffer.alloc(8), 'str', 'x'.repeat(1e7)), null);
row('encode lone surrogates', () => encode(Buffer.alloc(8), array('char', 8), '\ud800\ud800\ud800'), null);
row('encode -1 elements to an address', () => encode(lib.symbol('my_arr'), 'int', [1], -1), TE);
row('alloc 0', () => alloc('int', 0), E);
row('alloc -1', () => alloc('int', -1), E);
row('alloc 2^40', () => alloc('int', 2 ** 40), E);
row('alloc 2^62 structs', () => alloc('S3', 2n ** 62n), undefined);
row('alloc void', () => alloc('void', 1), TE);
row('alloc an opaque type', () => alloc('Opq', 1), TE);
row('free a buffer', () => free(Buffer.alloc(8)), TE);
row('free a cast', () => free(as(null, 'int *')), TE);
row('view -1 bytes', () => view(lib.symbol('my_arr'), -1), TE);
row('view without a length', () => view(lib.symbol('my_arr')), TE, 'ARGUMENT_COUNT');
row('call a callback type', () => call(lib.symbol('add'), 'AddFn *', 1, 2), TE);
row('call with too few arguments', () => call(lib.symbol('add'), 'AddFn', 1), TE, 'ARGUMENT_COUNT');
row('call a buffer', () => call(Buffer.alloc(64), 'AddFn', 1, 2), TE);
row('call a function', () => call(add, 'AddFn', 1, 2), TE);
row('call a decoded function with too few arguments', () => decode(lib.symbol('add'), 'AddFn')(1), TE, 'ARGUMENT_COUNT');
if (typeof ArrayBuffer.prototype.resize === 'function') {
  const shrunk = () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
    const view = new Int32Array(buffer, 8, 2);
    buffer.resize(8);
    return { buffer, view };
  };

  row('decode from a view that its buffer shrank away from', () => decode(shrunk().view, 'int'), E);
  row('decode beyond a shrunk buffer', () => decode(shrunk().buffer, 8, 'int'), E, 'BUFFER_SIZE');
  row('encode to a view that its buffer shrank away from', () => encode(shrunk().view, 'int', 1), E);
  row('a shrunk view as an argument', () => lib.func('void *ret_ptr(void *p)')(shrunk().view), null);
  row('a shrunk buffer for a struct', () => S3_a(shrunk().buffer), E, 'BUFFER_SIZE');
  row('a buffer that shrinks while a struct is written', () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
    encode(buffer, 'S3', { get a() { buffer.resize(0); return 1; } }); // prettier-ignore
  }, null); // prettier-ignore
}

// ------------------------------------------------------------------------------------------ services

refusesJunk('config', (v) => config(v), [], [TE, E]);
row('config after load', () => config({}), E, 'CONFIG');
row('register without arguments', () => register(), undefined);
row('register something that is no function', () => register(5, 'IntCb *'), undefined);
row('unregister without arguments', () => unregister(), undefined);
row('unregister null', () => unregister(null), undefined);
row('unregister a string', () => unregister('x'), undefined);
row('unregister an address that is no callback', () => unregister(4096n), undefined);
row('poll without arguments', () => node.poll(), undefined);
row('poll of -1', () => node.poll(-1, () => {}), E, 'SYSTEM');
row('poll of NaN', () => node.poll(NaN, () => {}), TE, 'ARGUMENT');
row('poll of a huge descriptor', () => node.poll(2 ** 40, () => {}), E, 'SYSTEM');
row('poll of a string', () => node.poll('0', () => {}), TE, 'ARGUMENT');
row('poll without a function', () => node.poll(0, {}, {}), TE, 'ARGUMENT');
row('poll with options null', () => node.poll(0, null, () => {}), TE, 'ARGUMENT');
row('poll with options that throw', () => node.poll(0, { get readable() { throw MINE; } }, () => {}), Error, USER);
row('methods of PollHandle on something else', () => node.PollHandle.prototype.stop.call({}), TE, 'RECEIVER');
row('new PollHandle', () => new node.PollHandle(), E);
row('a write to a type', () => { types.int.size = 8; }, TE, 'any'); // prettier-ignore
row('a deleted member of a type', () => { delete type('S3').members; }, TE, 'any'); // prettier-ignore
row('stats with junk', () => stats(hostile({}), revoked({})), null);
row('reset with junk', () => { stats(); }, null); // prettier-ignore

test('there are at least 300 rows', () => {
  assert.ok(rows >= 300, `${rows} rows`);
});

test('nothing is half-done afterwards', () => {
  for (const name of ['Never1', 'Never2', 'Never3', 'Never4', 'Never5', 'Never6', 'Never7', 'Never8', 'Never9', 'Loop']) {
    assert.throws(() => type(name), { code: 'ERR_RISTRETTO_UNKNOWN_TYPE' }, name);
    assert.equal(struct(name, { a: 'int' }).size, 4, name);
  }
  assert.equal(stats().callbacks, 0);
  assert.deepEqual([...small], [0, 0, 0, 0]);
});

after(() => assert.equal(add(20, 22), 42));

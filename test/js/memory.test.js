'use strict';
// What is declared, encoded or loaded again and again is released: the process does not grow without bound.
// Each case runs in a process of its own, with event loop turns between batches so that finalizers can run.
// RISTRETTO_MEMORY_SHARE is the part of the rounds that is done (default 1); with less of them only larger leaks show.
const { test } = require('node:test');
const { GLIBC, assert, runOk } = require('./support');

const skip = Boolean(process.env.LD_PRELOAD); // a sanitizer keeps freed memory for a while
const MIB = 1 << 20;
const SHARE = Number(process.env.RISTRETTO_MEMORY_SHARE ?? 1);
const MANY = 100000 * SHARE;
const SOME = 30000 * SHARE;
const FEW = 5000 * SHARE;
// About 460 and 930 bytes in each measured round; Node 26 itself wanders by 20 MiB.
const LIMIT = { [MANY]: 40 * MIB, [SOME]: 24 * MIB };

// Bytes by which the process grew over the last nine tenths of `total` rounds of `body`, which sees `i`.
function growth(setup, body, total) {
  const out = runOk(
    `const r = ristretto;
     const fixturePath = require(${JSON.stringify(require.resolve('../fixtures'))}).fixturePath();
     ${setup}
     let i = 0;
     function batch(rounds) { for (const end = i + rounds; i < end; i++) { ${body} } }
     const turn = () => new Promise(setImmediate);
     async function settle() { for (let k = 0; k < 5; k++) { gc(); await turn(); } }
     (async () => {
       const size = ${total / 50};
       for (let k = 0; k < 5; k++) { batch(size); await turn(); }
       await settle();
       const before = process.memoryUsage().rss;
       for (let k = 0; k < 45; k++) { batch(size); await turn(); if (k % 9 === 8) gc(); }
       await settle();
       console.log(process.memoryUsage().rss - before);
     })();`,
    { flags: ['--expose-gc', '--no-deprecation', '--max-semi-space-size=4'] }
  );

  return Number(out.trim());
}

const CASES = {
  'the same function': [`const lib = fixtures();`, `lib.func('int add(int a, int b)');`],
  'the same function, classic form': [`const lib = fixtures();`, `lib.func('add', 'int', ['int', r.pointer('int')]);`],
  'the same function, called': [`const lib = fixtures();`, `lib.func('int str_len(const char *s)')('text');`],
  'the same variadic function, called': [`const lib = fixtures();`, `lib.func('int vsum(int n, ...)')(1, 'int', i);`],
  'one variadic function with changing types': [
    `const f = fixtures().func('int vsum(int n, ...)'); const T = ['int', 'char', 'double', 'str', 'void *', 'int64_t'];`,
    `f(0, T[i % 6], i % 6 === 3 ? 'x' : 1, T[(i >> 3) % 6], (i >> 3) % 6 === 3 ? 'x' : 1);`,
  ],
  'anonymous structs': ['', `r.struct({ a: 'int', b: 'char', c: 'double' });`],
  'anonymous structs that refer to themselves': ['', `const O = r.opaque(); r.struct(O, { v: 'int', next: r.pointer(O) });`],
  'anonymous structs used in functions': [
    `const lib = fixtures();`,
    `const S = r.struct({ a: 'int', b: 'char', c: 'double' }); if (i % 20 === 0) lib.func('S3_a', 'int', [r.pointer(S)])({ a: 1 });`,
  ],
  'anonymous unions and their values': ['', `const u = new r.Union(r.union({ i: 'int', d: 'double' })); u.i = 1;`],
  'anonymous enumerations': ['', `r.enumeration({ A: 1, B: 2, C: i });`],
  'anonymous prototypes': ['', `r.proto('int (int a, str b)'); r.pointer(r.proto('int', ['int']));`],
  disposables: ['', `r.disposable('str'); r.disposable('void *', () => {});`],
  'arrays with hints': ['', `r.array('int', 3, 'Array'); r.array('char', 3 + (i % 1000), 'Typed');`],
  'arrays of changing lengths': ['', `r.array('int', 1 + i); r.type('char[' + (1 + i) + ']');`],
  'type strings': ['', `r.type('const unsigned int *const *'); r.type('int[3][4] *'); r.sizeof('str!');`],
  'type strings that fail': ['', `try { r.type('zork' + i); } catch {} try { r.type('int &'); } catch {}`],
  'definitions that fail': [
    '',
    `try { r.struct('Bad', { a: 'int', b: 'zork' }); } catch {} try { r.proto('int Bad(zork)'); } catch {} try { r.union('Bad', {}); } catch {}`,
  ],
  'the same struct shape under one name': ['', `r.struct('Same', { a: 'int', b: 'char' }); r.reset();`],
  'names that are reset': ['', `r.struct('Again', { a: 'int', next: 'Again *' }); r.proto('int F(Again *a)'); r.reset();`],
  'strings encoded at one address': [`const place = r.alloc('str', 1);`, `r.encode(place, 'str', 'text '.repeat(50) + i);`],
  'strings encoded in one buffer': [`const place = Buffer.alloc(16);`, `r.encode(place, (i % 2) * 8, 'str', 'text '.repeat(50) + i);`],
  'strings encoded in new buffers': ['', `r.encode(Buffer.alloc(8), 'str', 'text '.repeat(20) + i);`],
  'arrays and structs encoded behind pointers': [
    `r.struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' }); const place = r.alloc('SP', 1);`,
    `r.encode(place, 'SP', { s: 'text', w: 'wide', ip: [1, 2, 3, i] });`,
  ],
  'encodings that fail half-way': [
    `r.struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' }); const place = Buffer.alloc(32);`,
    `try { r.encode(place, 'SP', { s: 'text '.repeat(50), w: 'x', p: {} }); } catch {}`,
  ],
  'memory from alloc, encoded and freed': ['', `const p = r.alloc('str', 2); r.encode(p, 'str', 'text '.repeat(20)); r.free(p);`],
  'calls that fail at an argument': [
    `const lib = fixtures(); r.struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' });
     const f = lib.func('int SP_len(SP *s)'); const g = lib.func('int str_len(const char *s)');`,
    `try { f({ s: 'x'.repeat(3000), p: {} }); } catch {} try { g({}); } catch {} try { g(); } catch {}`,
  ],
  'calls with large transient values': [
    `const lib = fixtures(); const f = lib.func('int str_len(const char *s)'); const g = lib.func('int sum_ints(int *p, int n)');
     const long = 'x'.repeat(200000), list = new Array(20000).fill(1);`,
    `if (i % 100 === 0) { f(long); g(list, 1); try { g([...list, 'x'], 1); } catch {} }`,
  ],
  'outputs of every kind': [
    `const lib = fixtures(); r.struct('SP', { s: 'str', w: 'str16', p: 'void *', ip: 'int *' });
     const f = lib.func('void fill_SP(_Out_ SP *s)'); const g = lib.func('void set_strdup(_Out_ str! *o, str s)');`,
    `f({}); f([{}]); g([null], 'text');`,
  ],
  'disposed strings': [`const f = fixtures().func('str! dup_str(str s)');`, `f('text '.repeat(100));`],
  'functions decoded from pointers': [`const p = fixtures().symbol('add'); r.proto('int Add(int, int)');`, `r.decode(p, 'Add')(1, 2); r.call(p, 'Add', 1, 2);`],
  casts: [`const f = fixtures().func('int str_len(void *s)');`, `f(r.as('text', 'char *'));`],
  views: [`const p = r.alloc('char', 64);`, `r.view(p, 64);`],
  unions: [`r.union('U', { i: 'int64', d: 'double' }); const f = fixtures().func('U id_U(U u)');`, `f({ d: 1.5 }).i; new r.Union('U').i = 1;`],
  'errors of the loader': ['', `if (i % 10 === 0) try { r.load('/no/such/file.so'); } catch {} `],
  'symbols, found and missing': [`const lib = fixtures();`, `lib.symbol('my_int'); try { lib.symbol('nope'); } catch {}`],
};

const OFTEN = [
  'the same function',
  'the same function, called',
  'anonymous structs',
  'anonymous prototypes',
  'disposables',
  'type strings',
  'strings encoded at one address',
  'the same struct shape under one name',
];

for (const [name, [setup, body]] of Object.entries(CASES)) {
  const rounds = OFTEN.includes(name) ? MANY : SOME;

  test(`${rounds} times: ${name}`, { skip }, () => {
    const bytes = growth(setup, body, rounds);

    assert.ok(bytes < LIMIT[rounds], `grew by ${(bytes / MIB).toFixed(1)} MiB`);
  });
}

test(`${FEW} times: loading and unloading`, { skip }, () => {
  const body = `const lib = r.load(fixturePath); lib.func('int add(int, int)')(1, 2); if (i % 2) lib.unload();`;
  const bytes = growth('', body, FEW);

  assert.ok(bytes < LIMIT[SOME], `grew by ${(bytes / MIB).toFixed(1)} MiB`);
});

test('a library without a symbol in use is closed when its handle and functions are collected', { skip: !GLIBC && 'closed libraries may stay mapped' }, () => {
  const out = runOk(
    `const fs = require('node:fs');
     const path = require('node:path');
     const fixturePath = require(${JSON.stringify(require.resolve('../fixtures'))}).fixturePath();
     const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'ristretto-'));
     const copy = path.join(folder, 'collected.so');
     fs.copyFileSync(fixturePath, copy);
     const mapped = () => fs.readFileSync('/proc/self/maps', 'utf8').includes('collected.so');
     (function () { ristretto.load(copy).func('int add(int, int)')(1, 2); })();
     const before = mapped();
     (async () => {
       for (let i = 0; i < 20 && mapped(); i++) { gc(); await new Promise(setImmediate); }
       console.log(before, mapped());
       fs.rmSync(folder, { recursive: true });
     })();`,
    { flags: ['--expose-gc'] }
  );

  assert.equal(out.trim(), 'true false');
});

test('a function keeps its library loaded', { skip: process.platform !== 'linux' }, () => {
  const out = runOk(
    `const add = (() => fixtures().func('int add(int, int)'))();
     (async () => {
       for (let i = 0; i < 10; i++) { gc(); await new Promise(setImmediate); }
       console.log(add(1, 2));
     })();`,
    { flags: ['--expose-gc'] }
  );

  assert.equal(out.trim(), '3');
});

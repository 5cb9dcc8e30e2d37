'use strict';
const { test } = require('node:test');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { assert, ristretto, throws } = require('./support');
const { fixturePath } = require('../fixtures');
const fixturesPath = fixturePath();
const WINDOWS = process.platform === 'win32';
const { load, LibraryHandle } = ristretto;

test('opens an absolute path', () => {
  const lib = load(fixturesPath);

  assert.ok(lib instanceof LibraryHandle);
  assert.equal(lib.func('int add(int, int)')(1, 2), 3);
});

test('gives a new handle for each load of the same file', () => {
  const one = load(fixturesPath);
  const two = load(fixturesPath);

  assert.notEqual(one, two);
  assert.equal(one.symbol('my_int'), two.symbol('my_int'));
});

test('resolves a relative path with a slash against the current directory', () => {
  const relative = `./${path.relative(process.cwd(), fixturesPath)}`;

  assert.equal(load(relative).func('int add(int, int)')(2, 2), 4);
});

test('leaves a name without a slash to the platform search', () => {
  if (WINDOWS) { // where the current directory is part of it
    assert.equal(load('kernel32.dll').func('uint32_t __stdcall GetCurrentProcessId()')(), process.pid);
    assert.equal(load('kernel32').func('uint32_t __stdcall GetCurrentProcessId()')(), process.pid);
    throws(() => load('no_such_library.dll'), Error, 'LOAD', /no_such_library\.dll/);
    return;
  }
  const before = process.cwd();

  process.chdir(path.dirname(fixturesPath));
  try {
    throws(() => load(path.basename(fixturesPath)), Error, 'LOAD');
  } finally {
    process.chdir(before);
  }
  if (process.platform === 'linux') {
    assert.equal(load('libc.so.6').func('int abs(int)')(-3), 3);
  }
});

test('opens paths with spaces and non-ASCII characters', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto é 日本 '));
  const copy = path.join(folder, `b ü${ristretto.extension}`);

  try {
    fs.copyFileSync(fixturesPath, copy);
    const lib = load(copy);
    assert.equal(lib.func('int add(int, int)')(3, 4), 7);
    lib.unload();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('null and undefined stand for the running program', () => {
  for (const program of [null, undefined]) {
    assert.equal(load(program).func(WINDOWS ? 'uint32_t __stdcall GetCurrentProcessId()' : 'int getpid()')(), process.pid);
    assert.equal(load(program).func('size_t strlen(str text)')('four'), 4);
  }
});

test('symbols are private to a library unless it is loaded with global', { skip: WINDOWS && 'options are ignored there' }, () => {
  const program = load(null);

  throws(() => program.symbol('my_int'), Error, 'SYMBOL', /my_int/);
  const lib = load(fixturesPath, { global: true });
  assert.equal(program.symbol('my_int'), lib.symbol('my_int'));
});

test('accepts every option and ignores unknown ones', () => {
  // RTLD_DEEPBIND ends a process that AddressSanitizer watches.
  const deep = /asan/.test(process.env.LD_PRELOAD) ? [] : [{ deep: true }, { lazy: 1, deep: 'x', other: 1 }];
  for (const options of [{}, { lazy: true }, { global: 0 }, ...deep]) {
    assert.equal(load(fixturesPath, options).func('int add(int, int)')(5, 5), 10);
  }
});

test('ignores arguments beyond the second', () => {
  assert.ok(load(fixturesPath, {}, 3, 'x') instanceof LibraryHandle);
});

test('binds eagerly unless lazy is set', { skip: WINDOWS && 'a DLL has no unresolved functions' }, () => {
  const unresolvedPath = fixturePath('unresolved');

  throws(() => load(unresolvedPath), Error, 'LOAD', /ristretto_missing_function/);
  assert.equal(load(unresolvedPath, { lazy: true }).func('int fine(void)')(), 3);
});

test('a failure names the file and the reason of the loader', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-'));
  const text = path.join(folder, 'text.so');

  fs.writeFileSync(text, 'this is not a library, but it is long enough to hold any header of a library '.repeat(9));
  try {
    throws(() => load('/no/such/file.so'), Error, 'LOAD', /\/no\/such\/file\.so.*(No such file|cannot open|not found|could not be found|cannot find)/);
    throws(() => load(folder), Error, 'LOAD', /ristretto-/);
    throws(() => load(text), Error, 'LOAD', /text\.so.*\S/);
    throws(() => load(`file://${fixturesPath}`), Error, 'LOAD', /file:/);
    throws(() => load(''), Error, 'LOAD');
    throws(() => load(`/${'x'.repeat(5000)}`), Error, 'LOAD');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('refuses what is not a path', () => {
  throws(() => load(), TypeError, 'ARGUMENT_COUNT', /load/);
  for (const value of [1, 1n, true, Symbol('x'), {}, [], [fixturesPath], () => {}]) {
    throws(() => load(value), TypeError, 'ARGUMENT', /load/);
  }
  throws(() => load(`${fixturesPath}\0x`), TypeError, 'ARGUMENT', /NUL/i);
});

test('refuses options that are not a plain object', () => {
  for (const options of [undefined, null, [], 1, 'lazy', true]) {
    throws(() => load(fixturesPath, options), TypeError, 'ARGUMENT', /load/);
  }
});

test('a getter of the options that throws is passed on', () => {
  const options = {
    get lazy() {
      throw new SyntaxError('mine');
    },
  };

  assert.throws(() => load(fixturesPath, options), { name: 'SyntaxError', message: 'mine' });
});

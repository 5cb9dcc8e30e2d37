'use strict';
// load(), library handles, unload, symbol.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { fixturePath } = require('../../fixtures');
const { TE, E, crash } = require('../probe');

module.exports = ({ probe, table, k, lib, fn }) => {
  const load = (...args) => k.load(fixturePath(), ...args);

  /** Runs with a copy of the fixture library under another name. */
  function copied(name, run) {
    const dir = fs.mkdtempSync(path.join(process.cwd(), 'lib-')); // the runner's scratch folder
    const file = path.join(dir, name);
    fs.copyFileSync(fixturePath(), file);
    const before = process.cwd();
    try {
      return run(file, dir);
    } finally {
      process.chdir(before);
      fs.rmSync(dir, { recursive: true });
    }
  }
  const works = (library) => library.func('int add(int a, int b)')(1, 2);

  /** Makes something from a library of its own, collects garbage, then uses it. */
  async function collected(make, use) {
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    const kept = copied('kept.so', make);
    for (let i = 0; i < 5; i++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return use(kept);
  }

  table('path', [
    ['absolute', () => works(load()), 3],
    ['relative', () => copied('t.so', (file, dir) => {
      process.chdir(dir);
      return works(k.load('./t.so'));
    }), 3],
    ['without a slash in the current directory', () => copied('t.so', (file, dir) => {
      process.chdir(dir);
      return k.load('t.so');
    }), E],
    ['spaces and non-ASCII', () => copied('é 日本.so', (file) => works(k.load(file))), 3],
    ['search rules', () => k.load('libc.so.6').func('int abs(int)')(-1), 1],
    ['null', () => k.load(null).func('int abs(int)')(-2), 2],
    ['undefined', () => k.load(undefined).func('int abs(int)')(-3), 3],
    ["''", () => k.load(''), E, 'Q-47'],
    ['no argument', () => k.load(), TE],
    ['Number', () => k.load(5), TE],
    ['BigInt', () => k.load(5n), TE],
    ['Boolean', () => k.load(true), TE],
    ['Symbol', () => k.load(Symbol('x')), TE],
    ['object', () => k.load({}), TE],
    ['Array', () => k.load([]), TE],
    ['function', () => k.load(() => 1), TE],
    ["'file:///…'", () => k.load(`file://${fixturePath()}`), E],
    ['missing file', () => k.load('/no/such/file.so'), E],
    ['directory', () => k.load(os.tmpdir()), E],
    ['not a library', () => k.load(__filename), E],
    ['with a NUL', () => k.load(`${fixturePath()}\0x`), TE, 'Q-47'],
    ['twice', () => load() === load(), false],
    ['third argument', () => works(load({}, 1)), 3],
  ]);

  table('options', [
    ['{}', () => works(load({})), 3],
    ['lazy', () => works(load({ lazy: true })), 3],
    ['deep', () => works(load({ deep: true })), 3],
    ['unknown member', () => works(load({ other: 1 })), 3],
    ['truthy', () => works(load({ lazy: 'yes' })), 3],
    ['eager refuses an unresolved symbol', () => k.load(fixturePath('unresolved')), E],
    ['lazy takes an unresolved symbol', () => k.load(fixturePath('unresolved'), { lazy: true }).func('int fine()')(), 3],
    ['undefined', () => load(undefined), TE],
    ['null', () => load(null), TE],
    ['Array', () => load([]), TE],
    ['Number', () => load(5), TE],
    ['string', () => load('lazy'), TE],
    ['Boolean', () => load(true), TE],
    ['local by default', () => load() && k.load(null).func('int sum_ints(int *p, int n)'), E],
    ['global', () => copied('global.so', (file) => {
      k.load(file, { global: true });
      return k.load(null).func('int add(int a, int b)')(3, 4);
    }), 7],
  ]);

  table('handle', [
    ['class', () => lib() instanceof k.LibraryHandle, true],
    ['construction', () => new k.LibraryHandle(), E],
    ['methods on the prototype', () => ['func', 'symbol', 'unload'].map((name) => {
      const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(k.LibraryHandle.prototype, name);
      return [writable, enumerable, configurable];
    }), Array(3).fill([false, false, false])],
    ['deprecated methods are own', () => ['cdecl', 'stdcall', 'fastcall', 'thiscall'].map((name) => {
      const { writable, enumerable } = Object.getOwnPropertyDescriptor(lib(), name);
      return [typeof lib()[name], writable, enumerable];
    }), Array(4).fill(['function', true, true])],
    ['detached func', () => {
      const { func } = lib();
      return func('int add(int, int)');
    }, TE],
    ['detached symbol', () => {
      const { symbol } = lib();
      return symbol('my_int');
    }, TE],
    ['detached unload', () => {
      const { unload } = load();
      return unload();
    }, TE],
    ['another receiver', () => k.LibraryHandle.prototype.func.call({}, 'int add(int, int)'), TE],
    ['as a pointer', () => fn.ptr_val(lib()), TE],
  ]);

  table('unload', [
    ['returns undefined', () => load().unload(), undefined],
    ['surplus arguments', () => load().unload(1, 2), undefined],
    ['twice', () => {
      const library = load();
      return [library.unload(), library.unload()];
    }, [undefined, undefined]],
    ['load(null) keeps working', () => {
      const library = k.load(null);
      library.unload();
      return library.func('int abs(int)')(-5);
    }, 5],
    ['another handle keeps working', () => {
      const first = load();
      const second = load();
      const add = second.func('int add(int, int)');
      first.unload();
      return add(1, 2);
    }, 3],
    ['a call after it', () => copied('gone.so', (file) => {
      const library = k.load(file);
      const add = library.func('int add(int, int)');
      library.unload();
      return add(1, 2);
    }), E, crash('Q-06')],
    ['func() after it', () => {
      const library = load();
      library.unload();
      return library.func('int getpid()')() > 0;
    }, E, 'Q-06'],
    ['symbol() after it', () => {
      const library = load();
      library.unload();
      return typeof library.symbol('getpid');
    }, E, 'Q-06'],
  ]);

  table('lifetime', [
    ['a function keeps its library', () => collected((file) => k.load(file).func('int add(int, int)'), (add) => add(1, 2)), 3],
    ['a symbol keeps its library', () => collected((file) => k.load(file).symbol('my_int'), (my) => k.decode(my, 'int')), 42, crash('Q-32')],
    ['a handle keeps its library', () => collected((file) => k.load(file), works), 3],
    ['dispose unloads', () => {
      const library = load();
      const dispose = Symbol.dispose ?? Symbol.for('nodejs.dispose');
      return [library[dispose]?.(), library.unload()];
    }, [undefined, undefined]],
  ]);

  table('symbol', [
    ['variable', () => k.decode(lib().symbol('my_int'), 'int'), 42],
    ['kind', () => typeof lib().symbol('my_int'), 'bigint'],
    ['with a type', () => k.decode(lib().symbol('my_int', 'int'), 'int'), 42],
    ['with an unknown type', () => typeof lib().symbol('my_int', 'no_such_type'), 'bigint'],
    ['with null as type', () => typeof lib().symbol('my_int', null), 'bigint'],
    ['missing', () => lib().symbol('no_such'), E],
    ["''", () => lib().symbol(''), E],
    ['no argument', () => lib().symbol(), TE],
    ['Number', () => lib().symbol(5), TE],
    ['null', () => lib().symbol(null), TE],
    ['twice', () => lib().symbol('my_int') === lib().symbol('my_int'), true],
    ['function with call()', () => k.call(lib().symbol('add'), 'AddFn', 1, 2), 3],
    ['function with decode()', () => k.decode(lib().symbol('add'), 'AddFn')(3, 4), 7],
    ['surplus arguments', () => typeof lib().symbol('my_int', 'int', 1), 'bigint'],
  ]);
};

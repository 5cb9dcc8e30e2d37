'use strict';
// The module: entry points, exports, warnings, config, stats, errno, reset, small services.

const { TE, E, crash } = require('../probe');

const NODE = Number(process.versions.node.split('.')[0]); // on 18, koffi's ES module `indirect` fails

module.exports = ({ name, probe, group, table, k, lib, fn, fresh }) => {
  // config() comes first: it is locked once a library has been loaded.

  const SETTINGS = {
    // default, least, most accepted by both
    sync_stack_size: [2097152, 65536, 16777216],
    sync_heap_size: [1048576, 1024, 16777216],
    async_stack_size: [131072, 65536, 16777216],
    async_heap_size: [131072, 1024, 16777216],
    resident_async_pools: [8, 0, 32],
    max_async_calls: [256, 8, 4096],
    max_type_size: [67108864, 32, 536870912],
  };
  const NAMES = Object.keys(SETTINGS);

  /** Applies settings, gives what `read` makes of the result, and restores the former ones. */
  const configured = (settings, read) => {
    const before = k.config();
    const own = Object.fromEntries(NAMES.map((name) => [name, before[name]]));
    try {
      return read(k.config(settings));
    } finally {
      k.config(own);
    }
  };

  group('config', () => {
    for (const [name, [byDefault, least, most]] of Object.entries(SETTINGS)) {
      probe(`${name} by default`, () => k.config()[name], byDefault);
      probe(`${name} least`, () => configured({ [name]: least }, (now) => now[name]), least);
      probe(`${name} most`, () => configured({ [name]: most }, (now) => now[name]), most);
      probe(`${name} above`, () => k.config({ [name]: most + 1 }), E);
      probe(`${name} negative`, () => k.config({ [name]: -1 }), E);
      probe(`${name} fraction`, () => configured({ [name]: least + 0.9 }, (now) => now[name]), least);
      probe(`${name} '5'`, () => k.config({ [name]: '5' }), TE);
      probe(`${name} null`, () => k.config({ [name]: null }), TE);
      probe(`${name} undefined`, () => k.config({ [name]: undefined }), TE);
      probe(`${name} BigInt`, () => k.config({ [name]: 70000n }), TE);
    }
  });

  table('config', [
    ['has the seven settings', () => NAMES.every((name) => name in k.config()), true],
    ['is fresh', () => k.config() === k.config(), false],
    ['keeps the others', () => configured({ max_type_size: 64 }, (now) => now.sync_stack_size), 2097152],
    ['sizes need no alignment', () => configured({ sync_stack_size: 1048577 }, (now) => now.sync_stack_size), 1048577],
    ["koffi 2's small stack", () => configured({ sync_stack_size: 1024 }, (now) => now.sync_stack_size), 1024, 'C-41'],
    ["koffi 2's small async stack", () => configured({ async_stack_size: 1024 }, (now) => now.async_stack_size), 1024, 'C-41'],
    ['no heap', () => configured({ sync_heap_size: 0 }, (now) => now.sync_heap_size), 0],
    ['unknown member', () => k.config({ other: 5 }), E],
    ['null', () => k.config(null), TE],
    ['undefined', () => k.config(undefined), TE],
    ['Number', () => k.config(5), TE],
    ['Array', () => k.config([]), TE],
    ['string', () => k.config('x'), TE],
    ['{}', () => k.config({}).max_type_size, 67108864],
    ['max_async_calls below the pools', () => k.config({ max_async_calls: 0 }), E],
    ['pools above max_async_calls', () => k.config({ max_async_calls: 4 }), E],
    ['a failed call changes nothing', () => {
      try {
        k.config({ max_type_size: 64, sync_stack_size: -1 });
      } catch {
        return k.config().max_type_size;
      }
    }, 67108864],
    ['max_type_size bounds arrays', () => {
      k.config({ max_type_size: 1024 });
      try {
        return k.array('uint8', 1025);
      } finally {
        k.config({ max_type_size: 67108864 });
      }
    }, TE],
    ['max_type_size bounds structs', () => {
      k.config({ max_type_size: 1024 });
      try {
        return k.struct({ a: k.array('uint8', 1000), b: k.array('uint8', 1000) });
      } finally {
        k.config({ max_type_size: 67108864 });
      }
    }, E],
    ['defining types does not lock', () => {
      k.struct({ a: 'int' });
      return k.config({}).max_async_calls;
    }, 256],
    ['load() locks', () => lib() && k.config({ max_type_size: 64 }), E],
    ['locked for {}', () => lib() && k.config({}), E],
    ['locked for null', () => lib() && k.config(null), E],
    ['locked for undefined', () => lib() && k.config(undefined), E],
    ['reading stays allowed', () => lib() && k.config().max_type_size, 67108864],
  ]);

  // -- exports ----------------------------------------------------------------------------------------------

  const FUNCTIONS = [
    'load', 'struct', 'pack', 'union', 'opaque', 'array', 'enumeration', 'pointer', 'as', 'in', 'out', 'inout', 'disposable', 'alloc',
    'free', 'decode', 'encode', 'address', 'view', 'call', 'proto', 'register', 'unregister', 'alias', 'sizeof', 'alignof', 'offsetof',
    'resolve', 'introspect', 'type', 'config', 'stats', 'errno', 'reset', 'LibraryHandle', 'TypeObject', 'Union',
  ];
  const OTHERS = { types: 'object', os: 'object', node: 'object', extension: 'string', version: 'string' };
  const exported = (name) => {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(k, name);
    return [typeof k[name], writable, enumerable, configurable];
  };

  group('export', () => {
    for (const name of FUNCTIONS) probe(name, () => exported(name), ['function', true, true, true]);
    for (const [name, kind] of Object.entries(OTHERS)) probe(name, () => exported(name), [kind, true, true, true]);
    for (const old of ['handle', 'callback']) probe(old, () => typeof k[old], 'function', 'C-47');
  });

  table('entry point', [
    ['prototype', () => Object.getPrototypeOf(k) === Object.prototype, true],
    ['default', () => [typeof k.default, k.default === k, k.default.load === k.load, 'default' in k.default], ['object', false, true, false]],
    ['default has the other members', () => Object.keys(k).filter((key) => key !== 'default' && !(key in k.default)), []],
    ['decode has the fast decoders', () => typeof k.decode.int, 'function'],
    ['new LibraryHandle()', () => new k.LibraryHandle(), E],
    ['new TypeObject()', () => new k.TypeObject(), E],
    ['extension', () => k.extension, { win32: '.dll', darwin: '.dylib' }[process.platform] ?? '.so'],
    ['version', () => /^\d+\.\d+\.\d+/.test(k.version), true],
  ]);

  const NAMED = ['struct', 'types', 'LibraryHandle', 'in', 'Union', 'version', 'decode'];
  const imported = () => import(name);
  table('import', [
    ['default', async () => (await imported()).default === k.default, true],
    ['named', async () => {
      const module = await imported();
      return NAMED.filter((key) => module[key] !== k[key]);
    }, []],
    ['load', async () => typeof (await imported()).load, 'function'],
    ['every name', async () => {
      const module = await imported();
      return Object.keys(k).filter((key) => !(key in module));
    }, []],
    ['indirect', () => Object.keys(k).filter((key) => !(key in require(`${name}/indirect`))), []],
    ['indirect shares the types', () => {
      const type = fresh('Shared');
      k.struct(type, { a: 'int' });
      return [require(`${name}/indirect`).sizeof(type), require(`${name}/indirect`).types.int === k.types.int];
    }, [4, true]],
    ...(NODE >= 20 ? [['indirect as an ES module', async () => (await import(`${name}/indirect`)).sizeof('int'), 4]] : []),
  ]);

  // -- warnings -------------------------------------------------------------------------------------------------

  /** The kinds of warnings that `run` gives, with whether they carry a code. */
  const warnings = async (run) => {
    const seen = [];
    const note = (warning) => seen.push([warning.name, typeof warning.code]);
    process.on('warning', note);
    run();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    return seen;
  };
  const twice = (run) => () => warnings(() => [run(), run()]);
  const ONE = [['DeprecationWarning', 'string']];

  table('warning', [
    ['type()', twice(() => k.type('int')), []],
    ['func()', twice(() => lib().func('int add(int, int)')), []],
    ['opaque()', twice(() => k.opaque()), []],
    ['resolve()', twice(() => k.resolve('int')), ONE],
    ['introspect()', twice(() => k.introspect('int')), ONE],
    ...['cdecl', 'stdcall', 'fastcall', 'thiscall'].map((convention) => [
      `${convention}()`,
      twice(() => lib()[convention]('add', 'int', ['int', 'int'])),
      ONE,
    ]),
    ['handle()', twice(() => k.handle()), ONE, 'C-47'],
    ['callback()', twice(() => k.callback('int (int a)')), ONE, 'C-47'],
    ['handle() is opaque()', () => k.handle(fresh('H')).primitive, 'Void', 'C-47'],
    ['callback() is proto()', () => k.callback(`int ${fresh('C')}(int a)`).primitive, 'Prototype', 'C-47'],
  ]);

  // -- stats ------------------------------------------------------------------------------------------------------

  table('stats', [
    ['kind', () => [typeof k.stats().disposed, typeof k.stats().callbacks], ['number', 'number']],
    ['fresh', () => k.stats() === k.stats(), false],
    ['no callbacks', () => k.stats().callbacks, 0],
    ['surplus arguments', () => typeof k.stats(1, 2), 'object'],
    ['a disposal counts', () => {
      const before = k.stats().disposed;
      fn.dup_str('x');
      return k.stats().disposed - before;
    }, 1],
    ['a disposal of NULL counts', () => {
      const before = k.stats().disposed;
      fn.dup_str(null);
      return k.stats().disposed - before;
    }, 1],
  ]);

  // -- errno --------------------------------------------------------------------------------------------------------

  table('errno', [
    ['set and get', () => [k.errno(9), k.errno()], [9, 9]],
    ['-1', () => k.errno(-1), -1],
    ['1.5', () => k.errno(1.5), 1],
    ['BigInt', () => k.errno(5n), 5],
    ['NaN', () => k.errno(NaN), TE, 'Q-54'],
    ['undefined', () => k.errno(undefined), TE],
    ['null', () => k.errno(null), TE],
    ['string', () => k.errno('5'), TE],
    ['true', () => k.errno(true), TE],
    ['object', () => k.errno({}), TE],
    ['of a call', () => {
      fn.set_errno(9);
      return k.errno();
    }, 9],
    ['is stable', () => {
      fn.set_errno(11);
      return [k.errno(), k.errno()];
    }, [11, 11]],
    ['other work of node does not change it', () => {
      fn.set_errno(9);
      require('node:fs').existsSync('/missing');
      try {
        require('node:fs').readFileSync('/missing');
      } catch {
        return k.errno();
      }
    }, 9, 'D-05'],
    ['is visible to C', () => {
      k.errno(42);
      return k.decode(k.load(null).func('void *__errno_location()')(), 'int');
    }, 42],
    ['os.errno', () => [k.os.errno.E2BIG, k.os.errno.EACCES, k.os.errno.EBADF, k.os.errno.EAGAIN], [7, 13, 9, 11]],
    ['os.errno aliases', () => [k.os.errno.EWOULDBLOCK, k.os.errno.ENOTSUP, k.os.errno.EOPNOTSUPP], [11, 95, 95]],
    ['os.errno has 134 names', () => Object.keys(k.os.errno).length, 134],
    ['os.errno as a whole', () => Object.entries(k.os.errno).sort()],
    ['os members', () => Object.keys(k.os), ['errno']],
    ['os is not frozen', () => [Object.isFrozen(k.os), Object.isFrozen(k.os.errno)], [false, false]],
  ]);

  // -- node -----------------------------------------------------------------------------------------------------------

  table('node', [
    ['env', () => typeof k.node.env, 'bigint'],
    ['env works as a pointer', () => {
      const version = [0];
      k.load(null).func('int napi_get_version(void *env, _Out_ uint32_t *v)')(k.node.env, version);
      return version[0] >= 8;
    }, true],
    ['poll', () => typeof k.node.poll, 'function'],
    ['PollHandle', () => typeof k.node.PollHandle, 'function'],
    ['new PollHandle()', () => new k.node.PollHandle(), E],
    ['poll that watches nothing', () => {
      const fds = [0, 0];
      k.load(null).func('int pipe(_Out_ int *fds)')(fds);
      const handle = k.node.poll(fds[0], {}, () => {});
      const is = handle instanceof k.node.PollHandle;
      return [is, handle.stop(), handle.unref(), handle.ref(), handle.close(), handle.close()];
    }, [true, undefined, undefined, undefined, undefined, undefined]],
    ['poll of a pipe', () => new Promise((resolve) => {
      const fds = [0, 0];
      k.load(null).func('int pipe(_Out_ int *fds)')(fds);
      const handle = k.node.poll(fds[0], (status, events) => {
        handle.close();
        resolve([status, events]);
      });
      k.load(null).func('long write(int fd, str text, size_t n)')(fds[1], 'x', 1);
    }), [0, { readable: true, writable: false, disconnect: false }]],
    ['poll of what is no descriptor', () => k.node.poll(-1, () => {}), E, crash('Q-08')],
    ['poll with one argument', () => k.node.poll(0), TE],
    ['poll without a function', () => k.node.poll(0, {}, 5), TE],
    ['poll with options null', () => k.node.poll(0, null, () => {}), TE],
    ['poll of a string', () => k.node.poll('0', () => {}), TE],
  ]);

  // -- limits ------------------------------------------------------------------------------------------------------------

  table('limit', [
    ['64 parameters of a prototype', () => k.proto(`int ${fresh('L')}(${Array(64).fill('int').join(', ')})`).proto.arguments.length, 64],
    ['65 parameters of a prototype', () => k.proto(`int ${fresh('L')}(${Array(65).fill('int').join(', ')})`).proto.arguments.length, 65, 'D-03'],
    ['64 output parameters', () => lib().func('nothing', 'void', Array(64).fill('_Out_ int *')).info.arguments.length, 64],
    ['alloc above the limit', () => k.alloc('int', 536870912), E],
    ['512 KiB by value', () => {
      const big = k.struct({ a: k.array('uint8', 512 * 1024) });
      return lib().func('nothing', 'void', [big])({});
    }, undefined],
  ]);

  // -- reset (last: it forgets the names of the page) ------------------------------------------------------------------------

  table('reset', [
    ['returns undefined', () => k.reset(), undefined],
    ['names are forgotten', () => {
      const name = fresh('R');
      k.struct(name, { a: 'int' });
      k.reset();
      return k.type(name);
    }, TE],
    ['names can be defined again', () => {
      const name = fresh('R');
      k.struct(name, { a: 'int' });
      k.reset();
      return k.struct(name, { a: 'double' }).size;
    }, 8],
    ['built-in names stay', () => {
      const before = k.types.int;
      k.reset();
      return [k.types.int === before, k.type('int') === before];
    }, [true, true]],
    ['repeatedly', () => [k.reset(), k.reset()], [undefined, undefined]],
    ['functions keep working', () => {
      const add = lib().func('int add(int, int)');
      k.reset();
      return add(1, 2);
    }, 3],
    ['sizeof of an old type', () => {
      const type = k.struct({ a: 'int', b: 'int' });
      k.reset();
      return k.sizeof(type);
    }, 8],
  ]);
};

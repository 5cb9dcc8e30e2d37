'use strict';
// Prototypes, transient and registered callbacks on the main thread: threads.js has the others.

const { TE, E, RE, throws, crash, unstable } = require('../probe');

module.exports = ({ table, setup, k, lib, f, fn, fresh, defineTypes, defineCallbacks, script, collect }) => {
  const named = (run) => () => run(fresh('Cb'));

  setup(defineCallbacks);

  // -- prototypes -----------------------------------------------------------------------------------------------

  table('proto', [
    ['string', named((name) => k.proto(`int ${name}(int a)`).name === name), true],
    ['registers the name', named((name) => k.proto(`int ${name}(int a)`) === k.type(name)), true],
    ['classic', named((name) => k.proto(name, 'int', ['int']).proto.arguments.length), 1],
    ['convention', named((name) => k.proto('__stdcall', name, 'int', ['int']).primitive), 'Prototype'],
    ['convention in a string', named((name) => k.proto(`int __stdcall ${name}(int a)`).primitive), 'Prototype'],
    ['anonymous string', () => k.proto('int (int a)').name, '<anonymous_1>'],
    ['anonymous without a space', () => k.proto('int(int a)').proto.arguments.length, 1],
    ['anonymous classic', () => k.proto('int', ['int']).name, '<anonymous_1>'],
    ['anonymous with a convention', () => k.proto('__cdecl', 'int', ['int']).name, '<anonymous_1>'],
    ['name null', () => k.proto(null, 'int', ['int']).name, '<anonymous_1>'],
    ['name undefined', () => k.proto(undefined, 'int', ['int']).name, '<anonymous_1>'],
    ['fifth argument', named((name) => k.proto('__cdecl', name, 'int', ['int'], 1).name === name), true],
    ['size', () => [k.type('IntCb').size, k.type('IntCb').alignment], [8, 8]],
    ['arguments', named((name) => k.proto(`void ${name}(int a, str b)`).proto.arguments.map((a) => [a.type.name, a.direction])), [['int', 'Input'], ['char *', 'Input']]],
    ['directions', named((name) => k.proto(`void ${name}(_Out_ int *a, _Inout_ S3 *b)`).proto.arguments.map((a) => a.direction)), ['Output', 'Input/Output']],
    ['result', () => k.type('IntCb').proto.result === k.types.int, true],
    ['variadic', named((name) => k.proto(`int ${name}(int a, ...)`).proto.arguments.length), 1],
    ['duplicate name', () => k.proto('int IntCb(int a)'), E],
    ['duplicate of a struct', () => k.proto('int S3(int a)'), E],
    ["name 'a b'", () => k.proto('a b', 'int', ['int']), E, 'Q-51'],
    ["name '1x'", () => k.proto('1x', 'int', ['int']), E, 'Q-51'],
    ['malformed', () => k.proto('int X('), E],
    ['unknown result', named((name) => k.proto(`zork ${name}(int a)`)), E],
    ['unknown classic result', named((name) => k.proto(name, 'zork', [])), TE],
    ['array parameter', named((name) => k.proto(name, 'int', ['int[2]'])), TE],
    ['void parameter', named((name) => k.proto(name, 'int', ['void'])), TE],
    ['params not an array', named((name) => k.proto(name, 'int', {})), TE],
    ['no argument', () => k.proto(), TE],
    ['Number', () => k.proto(5), TE],
    ['__fastcall', named((name) => k.proto(`int __fastcall ${name}(int a)`).primitive), 'Prototype', 'C-44'],
    ['__thiscall', named((name) => k.proto('__thiscall', name, 'int', ['int']).primitive), 'Prototype', 'C-44'],
    ['64 parameters', named((name) => k.proto(name, 'int', Array(64).fill('int')).proto.arguments.length), 64],
    ['65 parameters', named((name) => k.proto(name, 'int', Array(65).fill('int')).proto.arguments.length), 65, 'D-03'],
    ['a function for a __fastcall prototype', named((name) => {
      k.proto(`int __fastcall ${name}(int a)`);
      return k.register((a) => a, `${name} *`);
    }), E],
    ['a variadic prototype', named((name) => {
      k.proto(`int ${name}(int n, ...)`);
      const vsum = lib().symbol('vsum');
      return [k.call(vsum, name, 2, 'int', 3, 'int', 4), k.decode(vsum, name)(1, 'int', 5)];
    }), [7, 5]],
    ['directions in a decoded function', named((name) => {
      k.proto(`void ${name}(_Out_ int *p, int v)`);
      const holder = [null];
      k.decode(lib().symbol('set_int32'), name)(holder, 9);
      return holder;
    }), [9]],
    ['inside another prototype', named((name) => k.proto(`int ${name}(IntCb *cb, int v)`).proto.arguments[0].type.primitive), 'Callback'],
  ]);

  table('type', [
    ['pointer', () => k.type('IntCb *').primitive, 'Callback'],
    ['pointer()', () => k.pointer('IntCb') === k.type('IntCb *'), true],
    ['pointer to it', () => k.type('IntCb **').primitive, 'Pointer'],
    ['array of them', () => k.type('IntCb *[2]').size, 16],
    ['struct member', () => k.type('CbS').members.cb.type.primitive, 'Callback'],
    ['proto has equal content', () => k.type('IntCb *').proto.name, 'IntCb'],
    ['by value as a parameter', () => lib().func('call_int', 'int', ['IntCb', 'int']), TE],
    ['by value in a prototype', () => lib().func('int call_int(IntCb cb, int v)'), E],
    ['by value as a result', () => lib().func('get_fn', 'IntCb', ['str']), TE],
    ['by value as a member', () => k.struct({ cb: 'IntCb' }), TE],
    ['anonymous pointer', () => k.pointer(k.proto('int (int)')).primitive, 'Callback'],
    ['alias', named((name) => k.alias(name, 'IntCb *') === k.type('IntCb *')), true],
  ]);

  // -- values ---------------------------------------------------------------------------------------------------

  table('value', [
    ['null', () => fn.call_int(null, 5), -99],
    ['undefined', () => fn.call_int(undefined, 5), -99],
    ['0n', () => fn.call_int(0n, 5), -99],
    ['0', () => fn.call_int(0, 5), -99],
    ['C function', () => f('int call_int(AddFn *cb, int v)')(lib().symbol('id_int32'), 7), 7],
    ['C function as a Number', () => fn.call_int(Number(lib().symbol('id_int32')), 7), 7],
    ['struct member', () => fn.call_cbs({ cb: lib().symbol('id_int32'), v: 8 }), 8],
    ['NULL member', () => fn.call_cbs({ cb: null, v: 8 }), -7],
    ['empty buffer', () => fn.call_int(Buffer.alloc(0), 5), -99],
    ['string', () => fn.call_int('x', 5), TE],
    ['object', () => fn.call_int({}, 5), TE],
    ['array', () => fn.call_int([1], 5), TE],
    ['true', () => fn.call_int(true, 5), TE],
    ['Symbol', () => fn.call_int(Symbol('s'), 5), TE],
    ['result', () => typeof f('AddFn *get_fn(str name)')('add'), 'bigint'],
    ['NULL result', () => f('AddFn *get_fn(str name)')('none'), null],
    ['decode of the result', () => k.decode(f('AddFn *get_fn(str name)')('sub'), 'AddFn')(5, 3), 2],
    ['output through a prototype', () => {
      k.proto('void OutFn(_Out_ int *p, int v)');
      const holder = [null];
      k.call(lib().symbol('set_int32'), 'OutFn', holder, 9);
      return holder;
    }, [9]],
  ]);

  const double = (v) => v * 2;

  table('transient', [
    ['arrow function', () => fn.call_int((v) => v * 2, 5), 10],
    ['function', () => fn.call_int(function (v) { return v + 1; }, 5), 6],
    ['bound function', () => fn.call_int(((a, b) => a + b).bind(null, 100), 5), 105],
    ['Proxy of a function', () => fn.call_int(new Proxy(double, {}), 5), 10],
    ['function of C', () => fn.call_int(fn.id_int32, 5), 5],
    ['built-in function', () => fn.call_int(Math.abs, -5), 5],
    ['async function', () => fn.call_int(async (v) => v, 5), TE],
    ['generator', () => fn.call_int(function* (v) { yield v; }, 5), TE],
    ['class', () => fn.call_int(class {}, 5), TE],
    ['several calls', () => fn.call_twice(double, 5), 22],
    ['thousands of calls', () => fn.call_n((v) => v, 10000), 49995000],
    ['one after the other', () => [1, 2, 3].map((n) => fn.call_int((v) => v * n, 5)), [5, 10, 15]],
    ['pointer(proto)', () => lib().func('call_int', 'int', [k.pointer('IntCb'), 'int'])(double, 5), 10],
    ['anonymous prototype', () => lib().func('call_int', 'int', [k.pointer(k.proto('int (int v)')), 'int'])(double, 5), 10],
    ['named pointer', named((name) => {
      k.pointer(name, 'IntCb');
      return lib().func(`int call_int(${name} cb, int v)`)(double, 5);
    }), 10],
    ['alias', named((name) => {
      k.alias(name, 'IntCb *');
      return lib().func(`int call_int(${name} cb, int v)`)(double, 5);
    }), 10],
    ['inline function pointer', () => f('int call_int(int (*cb)(int v), int v)')(double, 5), 10, 'Q-49'],
    ['two in one call', () => {
      const said = [];
      f('void RegisterFunctions(StrCb *a, StrCb *b)')((s) => s, (s) => said.push(s));
      return said;
    }, []],
    ['struct member', () => fn.call_cbs({ cb: double, v: 8 }), 16],
    ['array', () => fn.call_each([double, null, (v) => v + 1], 3, 5), 1016],
    ['array member', () => {
      const list = k.pointer(k.struct({ all: k.array('IntCb *', 2) }));
      return lib().func('call_each', 'int', [list, 'int', 'int'])({ all: [double, (v) => v + 1] }, 2, 5);
    }, 16],
    ['in-out struct keeps its function', () => {
      const object = { cb: double, v: 8 };
      const r = f('int call_cbs(_Inout_ CbS *s)')(object);
      return [r, typeof object.cb, object.v];
    }, [16, 'function', 8], 'Q-61'],
    ['variadic', () => fn.call_variadic(5, 'IntCb *', double), 10],
    ['call()', () => k.call(lib().symbol('call_int'), k.proto('int (IntCb *cb, int v)'), double, 5), 10],
    ['decoded function', () => k.decode(lib().symbol('call_int'), k.proto('int (IntCb *cb, int v)'))(double, 5), 10],
    ['as() for a callback', () => fn.call_int(k.as(double, 'IntCb *'), 5), 10],
    ['as() for void *', () => f('int call_int(void *cb, int v)')(k.as(double, 'IntCb *'), 5), 10],
    ['as() is reusable', () => {
      const cast = k.as(double, 'IntCb *');
      return [fn.call_int(cast, 5), fn.call_int(cast, 6)];
    }, [10, 12]],
    ['as() in a struct', () => fn.call_cbs({ cb: k.as(double, 'IntCb *'), v: 8 }), 16],
    ['as() in an array', () => fn.call_each([k.as(double, 'IntCb *'), double], 2, 5), 20],
    ['as() in a variadic call', () => fn.call_variadic(5, 'IntCb *', k.as(double, 'IntCb *')), 10],
    ['as() of another type', () => fn.call_int(k.as([1], 'int *'), 5), TE],
    ['as() of an address as data', () => fn.call_int(k.as(lib().symbol('id_int32'), 'void *'), 5), 5],
    ['as() of NULL as data', () => fn.call_int(k.as(null, 'void *'), 5), -99],
    ['as() of a prototype', () => k.as(double, 'IntCb'), TE],
    ['function for as() of data', () => f('int str_null(void *p)')(k.as(double, 'int *')), TE],
    ['function for void *', () => f('int call_int(void *cb, int v)')(double, 5), TE],
    ['function for int *', () => fn.sum_ints(double, 1), TE],
    ['function for str', () => fn.str_len(double), TE],
    ['function for IntCb **', () => fn.call_each(double, 1, 5), TE],
    ['buffer with a C function', () => {
      const list = k.alloc('IntCb *', 1);
      k.encode(list, 'IntCb *', lib().symbol('id_int32'));
      return fn.call_each(list, 1, 5);
    }, 5],
    ['without call()', () => k.encode(Buffer.alloc(8), 'IntCb *', double), E],
  ]);

  /** Leaves a transient callback behind in C. */
  const leave = (callback) => fn.store_cb(callback);

  table('lifetime of a transient callback', [
    ['after its call', () => {
      leave(double);
      fn.call_stored(5);
    }, E],
    ['after its call, the next call works', () => {
      leave(double);
      try {
        fn.call_stored(5);
      } catch (error) {
        return [error.constructor.name, fn.add(1, 2)];
      }
    }, ['Error', 3]],
    ['its slot was taken by another', () => {
      leave(() => 1);
      return fn.call_int((v) => (v === 5 ? fn.call_stored(6) : 99), 5);
    }, E, 'Q-62'],
    ['within its call', () => fn.call_int((v) => {
      leave((w) => w * 3);
      return fn.call_stored(v);
    }, 5), 15, 'D-14'],
    ['until the outermost call ends', () => fn.call_n((v) => {
      if (v === 0) leave((w) => w * 3);
      return v === 0 ? 0 : fn.call_stored(v);
    }, 3), 9, 'D-14'],
    ['is released with its call', () => {
      const before = k.stats().callbacks;
      let during;
      fn.call_int(() => (during = k.stats().callbacks), 5);
      return [during - before, k.stats().callbacks - before];
    }, [1, 0]],
    ['is released after an exception', () => {
      const before = k.stats().callbacks;
      try {
        fn.call_int(() => { throw new Error('mine'); }, 5);
      } catch {
        return k.stats().callbacks - before;
      }
    }, 0],
    ['is released when a later argument fails', () => {
      const before = k.stats().callbacks;
      try {
        fn.call_int(double, 'x');
      } catch {
        return k.stats().callbacks - before;
      }
    }, 0],
    ['each use counts', () => {
      const before = k.stats().callbacks;
      let during;
      fn.call_each([() => (during = k.stats().callbacks), double], 2, 5);
      return [during - before, k.stats().callbacks - before];
    }, [2, 0]],
    ['more of them in turn than there are slots', () => {
      let sum = 0;
      for (let i = 0; i < 10000; i++) sum += fn.call_int(double, 1);
      return sum;
    }, 20000],
    ['collected garbage in between', async () => {
      const callback = k.register((v) => v * 4, 'IntCb *');
      await collect();
      const r = fn.call_int(callback, 5);
      k.unregister(callback);
      return r;
    }, 20],
  ]);

  // -- registered -------------------------------------------------------------------------------------------------

  /** Gives use(value) of a registered function. */
  function registered(use, callback = double, type = 'IntCb *') {
    const value = k.register(callback, type);
    try {
      return use(value);
    } finally {
      k.unregister(value);
    }
  }
  const unregistered = (callback = double) => {
    const value = k.register(callback, 'IntCb *');
    k.unregister(value);
    return value;
  };

  table('register', [
    ['gives a BigInt', () => registered((value) => typeof value), 'bigint'],
    ['pointer()', () => registered((value) => fn.call_int(value, 5), double, k.pointer('IntCb')), 10],
    ['anonymous prototype', () => registered((value) => fn.call_int(value, 5), double, k.pointer(k.proto('int (int)'))), 10],
    ['named pointer', named((name) => {
      k.pointer(name, 'IntCb');
      return registered((value) => fn.call_int(value, 5), double, name);
    }), 10],
    ['alias', named((name) => {
      k.alias(name, 'IntCb *');
      return registered((value) => fn.call_int(value, 5), double, name);
    }), 10],
    ['no argument', () => k.register(), TE],
    ['one argument', () => k.register(() => 1), TE],
    ['not a function', () => k.register(5, 'IntCb *'), TE],
    ['null', () => k.register(null, 'IntCb *'), TE],
    ['bare prototype', () => k.register(() => 1, 'IntCb'), TE],
    ['pointer to a callback', () => k.register(() => 1, 'IntCb **'), TE],
    ['data pointer', () => k.register(() => 1, 'void *'), TE],
    ['number type', () => k.register(() => 1, 'int'), TE],
    ['unknown type', () => k.register(() => 1, 'zork'), TE],
    ['class', () => registered((value) => fn.call_int(value, 5), class {}), TE],
    ['function of C', () => registered((value) => fn.call_int(value, 5), fn.id_int32), 5],
    ['twice gives two values', () => registered((a) => registered((b) => a === b)), false],
    ['twice, independent', () => registered((a) => {
      registered(() => 1);
      return fn.call_int(a, 5);
    }), 10],
    ['is counted', () => {
      const before = k.stats().callbacks;
      return [registered(() => k.stats().callbacks - before), k.stats().callbacks - before];
    }, [1, 0]],
    ['inside a callback', () => {
      let value;
      fn.call_int(() => {
        value = k.register((v) => v * 5, 'IntCb *');
        return 0;
      }, 1);
      const r = fn.call_int(value, 5);
      k.unregister(value);
      return r;
    }, 25, crash('D-14')],
    ['inside a callback, used there', () => fn.call_int((v) => {
      const value = k.register((w) => w * 5, 'IntCb *');
      const r = fn.call_int(value, v);
      k.unregister(value);
      return r;
    }, 5), 25],
    ['before any load()', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      const value = k.register((v) => v, 'IntCb *');
      say(typeof value);
      say(k.call(value, 'IntCb', 5));
      k.unregister(value);
    }), ['"bigint"', '5', 'exit 0']],
    ['config() stays possible', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      k.register((v) => v, 'IntCb *');
      say(typeof k.config({ sync_heap_size: 65536 }));
    }), ['"object"', 'exit 0'], 'D-15'],
    ['8192 at once', () => {
      const before = k.stats().callbacks;
      const values = Array.from({ length: 8192 - before }, (_, n) => k.register((v) => v + n, 'IntCb *'));
      const sample = [0, 1, 4095, values.length - 1].map((n) => fn.call_int(values[n], 1) - n);
      values.forEach((value) => k.unregister(value));
      return [new Set(values).size === values.length, sample, k.stats().callbacks - before];
    }, [true, [1, 1, 1, 1], 0]],
    ['10000 at once', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      const values = Array.from({ length: 10000 }, (_, n) => k.register(() => n, 'IntCb *'));
      say(k.call(values[9999], 'IntCb', 0));
    }), ['9999', 'exit 0'], 'D-13'],
    ['a transient callback beside 8192', () => script(({ k, fn, say, defineTypes }) => {
      defineTypes();
      for (let i = 0; i < 8192; i++) k.register((v) => v, 'IntCb *');
      try {
        say(fn.call_int((v) => v, 5) === 5);
      } catch (error) {
        say(error.constructor === Error);
      }
    }), ['true', 'exit 0'], 'Q-19'],
  ]);

  /** A function that gives what its `this` is. */
  const strict = function () {
    strict.seen = this;
    return 0;
  };
  const sloppy = new Function('return function sloppy() { sloppy.seen = this; return 0; }')();
  const receiver = (value, callback = strict) => {
    const registered = k.register(value, callback, 'IntCb *');
    fn.call_int(registered, 1);
    k.unregister(registered);
    return callback.seen;
  };
  const OBJECT = { some: 'object' };

  table('receiver', [
    ['object', () => receiver(OBJECT) === OBJECT, true],
    ['function', () => receiver(strict) === strict, true],
    ['Number', () => receiver(5), 5],
    ['string', () => receiver('text'), 'text'],
    ['null', () => receiver(null), null],
    ['undefined', () => receiver(undefined), undefined],
    ['undefined in a sloppy function', () => receiver(undefined, sloppy) === globalThis, true],
    ['null in a sloppy function', () => receiver(null, sloppy) === globalThis, true],
    ['Number in a sloppy function', () => typeof receiver(5, sloppy), 'object'],
    ['method', () => {
      const store = { factor: 7, times(v) { return v * this.factor; } };
      const value = k.register(store, store.times, 'IntCb *');
      const r = fn.call_int(value, 5);
      k.unregister(value);
      return r;
    }, 35],
    ['fourth argument', () => {
      const value = k.register(OBJECT, double, 'IntCb *', 1);
      const r = fn.call_int(value, 5);
      k.unregister(value);
      return r;
    }, 10],
    ['without a function', () => k.register(OBJECT, 5, 'IntCb *'), TE],
    ['without a type', () => k.register(OBJECT, double), TE],
    ['warns once', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      const codes = [];
      process.on('warning', (warning) => codes.push([warning.name, warning.code.slice(-3)]));
      for (let i = 0; i < 3; i++) k.register({}, (v) => v, 'IntCb *');
      setImmediate(() => codes.forEach(say));
    }), ['["DeprecationWarning", "009"]', 'exit 0'], 'Q-59'],
    ['no warning without one', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      process.on('warning', () => say('warned'));
      k.register((v) => v, 'IntCb *');
    }), ['exit 0']],
  ]);

  table('unregister', [
    ['returns undefined', () => k.unregister(k.register(double, 'IntCb *')), undefined],
    ['Number', () => k.unregister(Number(k.register(double, 'IntCb *'))), undefined],
    ['twice', () => k.unregister(unregistered()), E],
    ['a stranger', () => k.unregister(12345n), E],
    ['a C function', () => k.unregister(lib().symbol('id_int32')), E],
    ['null', () => k.unregister(null), E],
    ['0n', () => k.unregister(0n), E],
    ['a string', () => k.unregister('x'), TE],
    ['a function', () => k.unregister(double), TE],
    ['no argument', () => k.unregister(), TE],
    ['a surplus argument', () => k.unregister(k.register(double, 'IntCb *'), 1), undefined],
    ['of a transient callback', () => {
      let error;
      fn.call_int((v) => {
        leave(double);
        try {
          k.unregister(f('void *stored_ptr()')());
        } catch (e) {
          error = e;
        }
        return v;
      }, 5);
      return error?.constructor.name;
    }, 'Error'],
    ['call afterwards', () => fn.call_int(unregistered(), 5), E],
    ['call() afterwards', () => k.call(unregistered(), 'IntCb', 5), E],
    ['call afterwards gives C 0', () => {
      fn.rec_int(() => 8);
      try {
        fn.rec_int(unregistered());
      } catch (error) {
        return [error.constructor.name, fn.get_int()];
      }
    }, ['Error', 0], unstable('Q-18')],
    ['call afterwards gives C NULL', () => {
      fn.rec_ptr(() => 8n);
      const value = k.register(() => 8n, 'RecPtr *');
      k.unregister(value);
      try {
        fn.rec_ptr(value);
      } catch (error) {
        return [error.constructor.name, fn.get_ptr()];
      }
    }, ['Error', 0], unstable('Q-18')],
    ['call afterwards, another one registered', () => {
      const old = unregistered();
      return registered(() => fn.call_int(old, 5), () => 99);
    }, E, unstable('Q-62')],
    ['itself', () => {
      const value = k.register((v) => {
        k.unregister(value);
        return v * 2;
      }, 'IntCb *');
      return fn.call_int(value, 5);
    }, 10],
    ['itself, then called again', () => {
      const value = k.register((v) => {
        if (v === 5) k.unregister(value);
        return v;
      }, 'IntCb *');
      return fn.call_twice(value, 5);
    }, E, crash('Q-62')],
    ['another one inside a callback', () => {
      const other = k.register(double, 'IntCb *');
      fn.call_int(() => k.unregister(other) ?? 0, 1);
      return fn.call_int(other, 5);
    }, E],
  ]);

  table('registered value', [
    ['argument', () => registered((value) => [fn.call_int(value, 5), fn.call_int(value, 6)]), [10, 12]],
    ['Number', () => registered((value) => fn.call_int(Number(value), 5)), 10],
    ['void * argument', () => registered((value) => f('int call_int(void *cb, int v)')(value, 5)), 10],
    ['kept by C', () => registered((value) => {
      fn.store_cb(value);
      return [fn.call_stored(5), f('void *stored_ptr()')() === value];
    }), [10, true]],
    ['struct member', () => registered((value) => fn.call_cbs({ cb: value, v: 5 })), 10],
    ['struct member comes back', () => registered((value) => {
      const object = { cb: value, v: 5 };
      f('int call_cbs(_Inout_ CbS *s)')(object);
      return object.cb === value;
    }), true],
    ['array element', () => registered((value) => fn.call_each([value, value], 2, 5)), 20],
    ['call()', () => registered((value) => k.call(value, 'IntCb', 5)), 10],
    ['decode of a prototype', () => registered((value) => k.decode(value, 'IntCb')(5)), 10],
    ['encode and decode', () => registered((value) => {
      const place = k.alloc('IntCb *', 1);
      k.encode(place, 'IntCb *', value);
      return k.decode(place, 'IntCb *') === value;
    }), true],
    ['exported variable', () => registered((value) => {
      const my_cb = lib().symbol('my_cb');
      k.encode(my_cb, 'IntCb *', value);
      const r = k.call(k.decode(my_cb, 'IntCb *'), 'IntCb', 5);
      k.encode(my_cb, 'IntCb *', null);
      return r;
    }), 10],
    ['result of C', () => registered((value) => f('IntCb *ret_ptr(IntCb *p)')(value) === value), true],
    ['as()', () => registered((value) => fn.call_int(k.as(value, 'IntCb *'), 5)), 10],
    ['another prototype is not checked', () => registered((value) => fn.call_int(value, 5), (a) => a * 3, k.pointer('AddFn')), 15],
    ['keeps the function alive', async () => {
      const value = k.register(((factor) => (v) => v * factor)(6), 'IntCb *');
      await collect();
      const r = fn.call_int(value, 5);
      k.unregister(value);
      return r;
    }, 30],
    ['does not keep the process alive', () => script(({ k, say }) => {
      k.proto('int IntCb(int v)');
      say(typeof k.register((v) => v, 'IntCb *'));
    }), ['"bigint"', 'exit 0']],
    ['reset() in between', () => script(({ k, fn, say, defineTypes }) => {
      defineTypes();
      const value = k.register((v) => v * 2, 'IntCb *');
      fn.store_cb(value);
      k.reset();
      say(fn.call_stored(5));
      say(k.unregister(value));
    }), ['10', 'undefined', 'exit 0'], 'Q-33'],
    ['struct arguments after reset()', () => script(({ k, fn, say, defineTypes, defineCallbacks }) => {
      defineTypes();
      defineCallbacks();
      const { call_S3 } = fn;
      const value = k.register((s) => ({ ...s, a: s.a + 1 }), 'S3Cb *');
      k.reset();
      say(call_S3(value, { a: 1, b: 2, c: 3 }));
    }), ['{a: 2, b: 2, c: 3}', 'exit 0'], 'Q-33'],
  ]);

  // -- arguments ----------------------------------------------------------------------------------------------------

  /** What the callback is given when `start` passes it to C. */
  function given(start, result) {
    let seen;
    start((...args) => {
      seen = args;
      return result;
    });
    return seen;
  }
  /** Declares a fixture function for callbacks `type body`; $ stands for their name in its prototype. */
  const through = (type, body, prototype, ...args) => {
    const name = fresh('Cb');
    k.proto(`${type} ${name}${body}`);
    return (callback) => f(prototype.replaceAll('$', name))(callback, ...args);
  };

  table('argument', [
    ['int', () => given((cb) => fn.call_int(cb, -5), 0), [-5]],
    ['int8_t', () => given((cb) => fn.call_i8(cb, -3), 0), [-3]],
    ['bool', () => [true, false].map((b) => given((cb) => fn.call_bool(cb, b), true)), [[true], [false]]],
    ['float and double', () => given((cb) => fn.call_dbl(cb, 0.1, 0.5), 0), [0.1, 0.5]],
    ['float', () => given((cb) => fn.call_f(cb, 0.1), 0), [Math.fround(0.1)]],
    ['NaN', () => given((cb) => fn.call_dbl(cb, NaN, -Infinity), 0), [NaN, -Infinity]],
    ['-0', () => given((cb) => fn.call_dbl(cb, -0, -0), 0), [-0, -0]],
    ['small int64_t and uint64_t', () => given((cb) => fn.call_i64(cb, -5n, 5n), 0), [-5, 5]],
    ['2 ** 53', () => given((cb) => fn.call_i64(cb, 2 ** 53, 2 ** 53), 0), [2 ** 53, 2 ** 53]],
    ['large int64_t and uint64_t', () => given((cb) => fn.call_i64(cb, -(2n ** 63n), 2n ** 63n - 1n), 0), [-(2n ** 63n), 2n ** 63n - 1n]],
    ['uint64_t 2 ** 63', () => given((cb) => fn.call_i64(cb, 0, 2n ** 63n), 0), [0, 2n ** 63n], 'Q-10'],
    ['uint64_t 2 ** 64 - 1', () => given((cb) => fn.call_i64(cb, 0, 2n ** 64n - 1n), 0), [0, 2n ** 64n - 1n], 'Q-10'],
    ['char', () => given(through('char', '(char c)', 'int call_i8($ *cb, int8_t v)', 65), 65), [65]],
    ['uint8_t', () => given(through('int8_t', '(uint8_t c)', 'int call_i8($ *cb, uint8_t v)', 255), 0), [255]],
    ['uint32_t', () => given(through('int', '(uint32_t v)', 'int call_int($ *cb, uint32_t v)', 2 ** 32 - 1), 0), [2 ** 32 - 1]],
    ['enum', () => given(through('Enum', '(Enum e)', 'Enum call_int($ *cb, Enum v)', 5), 5), [5]],
    ['int32_be_t', () => given(through('int', '(int32_be_t v)', 'int call_int($ *cb, int v)', 0x01020304), 0), [0x04030201]],
    ['str', () => given((cb) => fn.call_str(cb, 'é text'), null), ['é text']],
    ['NULL str', () => given((cb) => fn.call_str(cb, null), null), [null]],
    ["str ''", () => given((cb) => fn.call_str(cb, ''), null), ['']],
    ['str16', () => given(through('void', '(str16 s)', 'void call_p($ *cb, str16 s)', 'é wide'), undefined), ['é wide']],
    ['NULL str16', () => given(through('void', '(str16 s)', 'void call_p($ *cb, str16 s)', null), undefined), [null]],
    ['str32', () => given(through('void', '(str32 s)', 'void call_p($ *cb, str32 s)', '😀'), undefined), ['😀']],
    ["str32 ''", () => given(through('void', '(str32 s)', 'void call_p($ *cb, str32 s)', ''), undefined), [''], 'Q-17'],
    ['NULL str32', () => given(through('void', '(str32 s)', 'void call_p($ *cb, str32 s)', null), undefined), [null]],
    ['wstring', () => given(through('void', '(wstring s)', 'void call_p($ *cb, wstring s)', 'wide'), undefined), ['wide']],
    ['disposable string', () => {
      const before = k.stats().disposed;
      const text = f('void *dup_str(str s)')('mine');
      const seen = given(through('void', '(str! s)', 'void call_p($ *cb, void *s)', text), undefined);
      return [seen, k.stats().disposed - before];
    }, [['mine'], 1]],
    ['void *', () => given((cb) => fn.call_p(cb, 16n), null), [16n]],
    ['NULL', () => given((cb) => fn.call_p(cb, null), null), [null]],
    ['high address', () => given((cb) => fn.call_p(cb, 2n ** 64n - 1n), null), [2n ** 64n - 1n]],
    ['int *', () => given((cb) => fn.call_out(cb, 5), undefined).map((p) => typeof p), ['bigint']],
    ['int * is decoded', () => {
      let seen;
      fn.call_out((p) => { seen = k.decode(p, 'int'); }, 5);
      return seen;
    }, 5],
    ['int * is written', () => fn.call_out((p) => k.encode(p, 'int', 9), 5), 9],
    ['directions are ignored', () => given(through('void', '(_Out_ int *p)', 'int call_out($ *cb, int v)', 5), undefined).map((p) => typeof p), ['bigint']],
    ['directions are ignored by what is written', () => through('void', '(_Inout_ int *p)', 'int call_out($ *cb, int v)', 5)((p) => k.encode(p, 'int', 7)), 7],
    ['IntCb *', () => {
      const id = lib().symbol('id_int32');
      return given(through('void', '(IntCb *cb)', 'void call_p($ *cb, IntCb *p)', id), undefined).map((cb) => cb === id);
    }, [true]],
    ['IntCb * made from a function', () => {
      let r;
      through('void', '(IntCb *cb)', 'void call_p($ *cb, IntCb *p)', double)((cb) => { r = k.call(cb, 'IntCb', 21); });
      return r;
    }, 42],
    ['struct', () => given((cb) => fn.call_S3(cb, { a: 1, b: 2, c: 3.5 }), {}), [{ a: 1, b: 2, c: 3.5 }]],
    ['struct pointer', () => given((cb) => fn.call_S3P(cb, 5), 0).map((p) => typeof p), ['bigint']],
    ['struct pointer is read and written', () => fn.call_S3P((p) => {
      const s = k.decode(p, 'S3');
      k.encode(p, 'S3', { ...s, a: s.a + 1 });
      return s.b;
    }, 5), 98006],
    ['union', () => given((cb) => fn.call_U(cb, { i: 5n }), { i: 0 }).map((u) => [u.constructor.name, u.i]), [['U', 5]]],
    ['union, other member', () => given((cb) => fn.call_U(cb, { d: 1.5 }), { i: 0 }).map((u) => u.d), [1.5]],
    ['union is a Union', () => given((cb) => fn.call_U(cb, { i: 5n }), { i: 0 })[0] instanceof k.Union, true, 'Q-42'],
    ['number of arguments', () => given((cb) => fn.call_i64(cb, 1, 2), 0).length, 2],
    ['void has none', () => given(through('int', '()', 'int call_int($ *cb, int v)', 5), 0), []],
    ['20 arguments', () => {
      const type = `(${'int, '.repeat(8)}${'double, '.repeat(9)}float, int8_t, int64_t)`;
      return given(through('int', type, 'int cb10($ *cb)'), 0);
    }, [1, 2, 3, 4, 5, 6, 7, 8, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, -3, 2 ** 40]],
    ['20 arguments and their result', () => {
      const type = `(${'int, '.repeat(8)}${'double, '.repeat(9)}float, int8_t, int64_t)`;
      return through('int', type, 'int cb10($ *cb)')((...args) => args.length);
    }, 20],
  ]);

  table('this', [
    ['strict function', () => {
      strict.seen = 'untouched';
      fn.call_int(strict, 5);
      return strict.seen;
    }, undefined],
    ['sloppy function', () => {
      sloppy.seen = 'untouched';
      fn.call_int(sloppy, 5);
      return sloppy.seen === globalThis;
    }, true],
    ['registered strict function', () => {
      strict.seen = 'untouched';
      registered((value) => fn.call_int(value, 5), strict);
      return strict.seen;
    }, undefined],
    ['registered sloppy function', () => {
      sloppy.seen = 'untouched';
      registered((value) => fn.call_int(value, 5), sloppy);
      return sloppy.seen === globalThis;
    }, true],
  ]);

  // -- aggregates by value ------------------------------------------------------------------------------------------

  /** A struct that goes through a callback; also what the callback saw. */
  const around = (type, value) => () => {
    const name = fresh('Cb');
    k.proto(`${type} ${name}(${type} v)`);
    let seen;
    const back = f(`${type} call_${type}(${name} *cb, ${type} v)`)((v) => (seen = v), value);
    return [seen, back];
  };
  const both = (value) => [value, value];

  table('by value', [
    ['mixed members', around('S3', { a: -1, b: 2, c: 3.5 }), both({ a: -1, b: 2, c: 3.5 })],
    ['arrays inside', around('SA', { x: 1, arr: [1, 2, 3, 4], name: 'bob' }), both({ x: 1, arr: Int32Array.of(1, 2, 3, 4), name: 'bob' })],
    ['pointers inside', around('SP', { s: 'text', w: 'wide', p: 16n, ip: null }), both({ s: 'text', w: 'wide', p: 16n, ip: null })],
    ['three floats', around('V3', { x: 1, y: 2.5, z: -3 }), both({ x: 1, y: 2.5, z: -3 })],
    ['three bytes', around('C3', { c: 'ab' }), both({ c: 'ab' })],
    ['32 bytes', around('L4', { a: 1, b: -2, c: 3, d: 2n ** 60n }), both({ a: 1, b: -2, c: 3, d: 2n ** 60n })],
    ['packed', around('P2', { a: 1, b: -2 }), both({ a: 1, b: -2 }), crash('Q-04')],
    ['union inside', () => around('TU', { tag: 3, u: { d: 1.5 } })().map((t) => [t.tag, t.u.d]), both([3, 1.5])],
  ]);

  // -- results --------------------------------------------------------------------------------------------------------

  const int = (value) => () => fn.call_int(() => value, 0);
  table('int result', [
    ['1.9', int(1.9), 1],
    ['-1.9', int(-1.9), -1],
    ['NaN', int(NaN), 0],
    ['Infinity', int(Infinity), 0],
    ['2 ** 32 + 5', int(2 ** 32 + 5), 5],
    ['BigInt', int(5n), 5],
    ['low bits of a BigInt', int(2n ** 32n + 5n), 5],
    ['undefined', int(undefined), TE],
    ['null', int(null), TE],
    ['string', int('5'), TE],
    ['true', int(true), TE],
    ['object', int({}), TE],
    ['array', int([5]), TE],
    ['function', int(() => 5), TE],
    ['Symbol', int(Symbol('s')), TE],
    ['Number object', int(new Number(5)), TE],
  ]);

  const i8 = (value) => () => fn.call_i8(() => value, 0);
  const i64 = (value) => () => fn.call_i64(() => value, 0, 0);
  const bool = (value) => () => fn.call_bool(() => value, true);
  const dbl = (value) => () => fn.call_dbl(() => value, 0, 0);
  const flt = (value) => () => fn.call_f(() => value, 0);
  table('number result', [
    ['int8_t', i8(-3), -3],
    ['int8_t wraps', i8(300), 44],
    ['int64_t', i64(-5), -5],
    ['int64_t, large', i64(2n ** 63n - 1n), 2n ** 63n - 1n],
    ['int64_t, too large a Number', i64(2 ** 63), 2n ** 63n - 1n],
    ['int64_t, low bits', i64(2n ** 64n + 7n), 7],
    ['bool true', bool(true), 1],
    ['bool false', bool(false), 0],
    ['bool 1', bool(1), TE],
    ['bool undefined', bool(undefined), TE],
    ['bool string', bool('true'), TE],
    ['double', dbl(0.1), 0.1],
    ['double NaN', dbl(NaN), NaN],
    ['double -0', dbl(-0), -0],
    ['double BigInt', dbl(5n), 5],
    ['double large BigInt', dbl(2n ** 63n), 2 ** 63, 'Q-12'],
    ['double string', dbl('1'), TE],
    ['double undefined', dbl(undefined), TE],
    ['float', flt(0.1), Math.fround(0.1)],
    ['float null', flt(null), TE],
    ['enum', () => through('Enum', '(int v)', 'Enum call_int($ *cb, int v)', 5)(() => -1), -1],
    ['enum string', () => through('Enum', '(int v)', 'Enum call_int($ *cb, int v)', 5)(() => 'EA'), TE],
    ['int32_be_t', () => through('int32_be_t', '(int v)', 'int call_int($ *cb, int v)', 5)(() => 0x01020304), 0x04030201],
    ['uint32_t', () => through('uint32_t', '(int v)', 'uint32_t call_int($ *cb, int v)', 5)(() => 2 ** 32 - 1), 2 ** 32 - 1],
    ['uint64_t', () => through('uint64_t', '(int64_t a, uint64_t b)', 'uint64_t call_i64($ *cb, int64_t a, uint64_t b)', 0, 0)(() => 2n ** 64n - 1n), 2n ** 64n - 1n],
  ]);

  const nothing = (value) => () => fn.call_void(() => value, 5);
  table('void result', [
    ['undefined', nothing(undefined), undefined],
    ['Number', nothing(5), undefined],
    ['string', nothing('x'), undefined],
    ['object', nothing({}), undefined],
    ['Symbol', nothing(Symbol('s')), undefined],
    ['Promise', nothing(Promise.resolve()), undefined],
  ]);

  const str = (value) => () => fn.call_str_ret(() => value, 'x');
  table('str result', [
    ['string', str('back'), 'back'],
    ['non-ASCII', str('é 日本 😀'), 'é 日本 😀'],
    ["''", str(''), ''],
    ['null', str(null), null],
    ['undefined', str(undefined), null],
    ['Buffer', str(Buffer.from('bytes\0')), 'bytes'],
    ['Uint8Array', str(Uint8Array.of(72, 105, 0)), 'Hi'],
    ['address', () => fn.call_str_ret(() => lib().symbol('my_buf'), 'x'), 'buffer'],
    ['its argument', () => fn.call_str_ret((s) => s, 'and back'), 'and back'],
    ['array of a string', str(['inside']), 'inside'],
    ['array of code units', str([72, 105]), 'Hi', 'Q-11'],
    ['NaN', str(NaN), TE, 'Q-23'],
    ['object', str({}), TE],
    ['true', str(true), TE],
    ['function', str(() => 'x'), TE],
    ['longer than any block', () => fn.call_str(() => 'x'.repeat(5 << 20), 'x'), 5 << 20],
    ['stays valid in nested calls', () => fn.call_str_ret((s) => (s === 'x' ? fn.call_str_ret(() => 'inner', 'y') : s), 'x'), 'inner'],
    ['stays valid until the outermost call ends', () => fn.call_int(() => {
      fn.keep_str(() => 'kept text');
      fn.str_len('z'.repeat(1000));
      fn.call_str(() => 'another', 'x');
      return fn.kept_len();
    }, 1), 9, unstable('D-14')],
    ['a disposable type is not disposed', () => {
      const before = k.stats().disposed;
      const r = through('str!', '(str s)', 'int call_str($ *cb, str s)', 'x')(() => 'four');
      return [r, k.stats().disposed - before];
    }, [4, 0]],
    ['str16', () => fn.call_str16(() => 'a😀', 0), 3],
    ['str16 null', () => fn.call_str16(() => null, 0), -1],
    ['str16 Uint16Array', () => fn.call_str16(() => Uint16Array.of(65, 66, 0), 0), 2],
    ['str16 object', () => fn.call_str16(() => ({}), 0), TE],
    ['str32', () => fn.call_str32(() => 'a😀', 0), 2],
    ['str32 null', () => fn.call_str32(() => null, 0), -1],
  ]);

  const ptr = (value) => () => fn.call_p(() => value, null);
  const bytes = Buffer.from('bytes');
  table('pointer result', [
    ['BigInt', ptr(16n), 16n],
    ['Number', ptr(16), 16n],
    ['-1', ptr(-1), 2n ** 64n - 1n],
    ['low bits of a BigInt', ptr(2n ** 64n + 16n), 16n],
    ['0n', ptr(0n), null],
    ['null', ptr(null), null],
    ['undefined', ptr(undefined), null],
    ['its argument', () => fn.call_p((p) => p, 16n), 16n],
    ['Buffer', () => fn.call_p(() => bytes, null) === k.address(bytes), true],
    ['ArrayBuffer', () => typeof fn.call_p(() => new ArrayBuffer(8), null), 'bigint'],
    ['string', () => typeof fn.call_p(() => 'text', null), 'bigint'],
    ['as()', () => typeof fn.call_p(() => k.as([1, 2], 'int *'), null), 'bigint'],
    ['NaN', ptr(NaN), TE, 'Q-23'],
    ['1.5', ptr(1.5), TE, 'Q-23'],
    ['array', ptr([1]), TE],
    ['object', ptr({}), TE],
    ['true', ptr(true), TE],
    ['function', ptr(() => 1), TE],
    ['int * from an array', () => fn.call_first(() => [1, 2, 3], 3), 6],
    ['int * from a typed array', () => fn.call_first(() => Int32Array.of(1, 2, 4), 3), 7],
    ['int * from an address', () => fn.call_first(() => lib().symbol('my_arr'), 4), 10],
    ['int * null', () => fn.call_first(() => null, 4), -1],
    ['int * from a wrong array', () => fn.call_first(() => ['x', 1], 2), TE],
    ['struct pointer from an object', () => fn.call_S3_ptr(() => ({ a: 5 }), 0), 5],
    ['struct pointer from an address', () => fn.call_S3_ptr(() => lib().symbol('my_S3'), 0), 5],
    ['struct pointer null', () => fn.call_S3_ptr(() => null, 0), -1],
    ['struct pointer from a small buffer', () => fn.call_S3_ptr(() => Buffer.alloc(4), 0), E, 'Q-24'],
    ['struct pointer from a string', () => fn.call_S3_ptr(() => 'text', 0), TE],
  ]);

  const ZERO = { a: 0, b: 0, c: 0 };
  const s3 = (value) => () => fn.call_S3(() => value, { a: 9, b: 9, c: 9 });
  const mine = () => { throw new RangeError('mine'); };
  table('struct result', [
    ['object', s3({ a: 1, b: 2, c: 3.5 }), { a: 1, b: 2, c: 3.5 }],
    ['its argument', () => fn.call_S3((s) => s, { a: 1, b: 2, c: 3.5 }), { a: 1, b: 2, c: 3.5 }],
    ['{}', s3({}), ZERO],
    ['some members', s3({ b: 2 }), { a: 0, b: 2, c: 0 }],
    ['surplus members', s3({ a: 1, z: 2 }), { a: 1, b: 0, c: 0 }],
    ['instance of a class', s3(new (class { a = 5; })()), { a: 5, b: 0, c: 0 }],
    ['null', s3(null), TE],
    ['undefined', s3(undefined), TE],
    ['Number', s3(5), TE],
    ['string', s3('x'), TE],
    ['function', s3(() => 1), TE],
    ['array', s3([1, 2, 3]), TE, 'C-14'],
    ['Map', s3(new Map()), TE, 'Q-22'],
    ['Date', s3(new Date(0)), TE, 'Q-22'],
    ['small Buffer', s3(Buffer.alloc(4)), E, 'Q-22'],
    ['Buffer', () => fn.call_S3(() => Buffer.from(Int32Array.of(7, 0, 0, 0).buffer), ZERO), { a: 7, b: 0, c: 0 }, 'Q-22'],
    ['wrong last member', s3({ a: 1, b: 2, c: 'x' }), TE],
    ['wrong first member', s3({ a: 'x', b: 2, c: 3 }), TE, crash('Q-01')],
    ['last getter throws', s3({ a: 1, get c() { return mine(); } }), RE],
    ['first getter throws', s3({ get a() { return mine(); } }), RE, crash('Q-01')],
    ['getter that calls C', () => fn.call_S3(() => ({ a: 1, get b() { return fn.add(1, 2); }, c: 3.5 }), ZERO), { a: 1, b: 3, c: 3.5 }],
    ['getter that is called back', () => fn.call_S3(() => ({ a: 1, get b() { return fn.call_int(double, 2); }, c: 3.5 }), ZERO), { a: 1, b: 4, c: 3.5 }],
    ['string member beside a getter that calls C', () => {
      k.proto(`SP ${fresh('Cb')}(SP v)`);
      const object = { s: 'hello', get w() { fn.str_len('z'.repeat(64)); return 'w'; } };
      const back = f(`SP call_SP(${fresh('Cb')} *cb, SP v)`)(() => object, {});
      return [back.s, back.w];
    }, ['hello', 'w'], 'Q-68'],
  ]);

  const union = (value) => () => fn.call_U(() => value(), { i: 9n }).i;
  table('union result', [
    ['literal', union(() => ({ i: 5n })), 5],
    ['other member', () => fn.call_U(() => ({ d: 1.5 }), { i: 9n }).d, 1.5],
    ['its argument', () => fn.call_U((u) => u, { i: 9n }).i, 9],
    ['Union', union(() => Object.assign(new k.Union('U'), { i: 6n })), 6],
    ['Union without a value', union(() => new k.Union('U')), E],
    ['{}', union(() => ({})), E],
    ['two members', union(() => ({ i: 1n, d: 1 })), E],
    ['unknown member', union(() => ({ z: 1 })), E],
    ['null', union(() => null), TE],
    ['Number', union(() => 5), TE],
  ]);

  table('callback result', [
    ['function', () => fn.call_getcb(() => (w) => w * 3, 7), 21, crash('Q-29')],
    ['another function each time', () => [2, 3].map((n) => fn.call_getcb(() => (w) => w * n, 7)), [14, 21], crash('Q-29')],
    ['function, released with the call', () => {
      const before = k.stats().callbacks;
      fn.call_getcb(() => (w) => w, 7);
      return k.stats().callbacks - before;
    }, 0, crash('Q-29')],
    ['registered', () => registered((value) => fn.call_getcb(() => value, 7)), 14],
    ['C function', () => fn.call_getcb(() => lib().symbol('id_int32'), 7), 7],
    ['as()', () => registered((value) => fn.call_getcb(() => k.as(value, 'IntCb *'), 7)), 14],
    ['null', () => fn.call_getcb(() => null, 7), -5],
    ['undefined', () => fn.call_getcb(() => undefined, 7), -5],
    ['string', () => fn.call_getcb(() => 'x', 7), TE],
    ['object', () => fn.call_getcb(() => ({}), 7), TE],
    ['true', () => fn.call_getcb(() => true, 7), TE],
  ]);

  // -- exceptions --------------------------------------------------------------------------------------------------------

  const fail = (value) => () => { throw value; };
  const thrown = (run) => {
    try {
      return ['returned', run()];
    } catch (error) {
      return error;
    }
  };
  const ERROR = new Error('mine');

  table('exception', [
    ['Error', () => fn.call_int(fail(ERROR), 5), E],
    ['is the same object', () => thrown(() => fn.call_int(fail(ERROR), 5)) === ERROR, true],
    ['subclass', () => fn.call_int(fail(new RangeError('mine')), 5), RE],
    ['own class', () => fn.call_int(fail(new (class Mine extends Error {})('mine')), 5), throws('Mine')],
    ['string', () => thrown(() => fn.call_int(fail('text'), 5)), 'text'],
    ['Number', () => thrown(() => fn.call_int(fail(5), 5)), 5],
    ['null', () => thrown(() => fn.call_int(fail(null), 5)), null],
    ['undefined', () => thrown(() => fn.call_int(fail(undefined), 5)), undefined],
    ['object', () => thrown(() => fn.call_int(fail(OBJECT), 5)) === OBJECT, true],
    ['in a void callback', () => fn.call_void(fail(ERROR), 5), E],
    ['in a str callback', () => fn.keep_str(fail(ERROR)), E],
    ['in a str callback whose result is used', () => fn.call_str(fail(ERROR), 'x'), E, { ...crash('Q-18'), ...unstable('Q-18') }],
    ['in a registered callback', () => registered((value) => fn.call_int(value, 5), fail(ERROR)), E],
    ['through call()', () => registered((value) => k.call(value, 'IntCb', 5), fail(ERROR)), E],
    ['the next call works', () => {
      thrown(() => fn.call_int(fail(ERROR), 5));
      return fn.call_int(double, 5);
    }, 10],
    ['only the first is reported', () => {
      let n = 0;
      return thrown(() => fn.call_n(() => { throw ++n; }, 5));
    }, 1],
    ['called only once', () => {
      let n = 0;
      thrown(() => fn.call_n(() => { n++; throw ERROR; }, 5));
      return n;
    }, 1],
    ['called only once after a wrong result', () => {
      let n = 0;
      thrown(() => fn.call_n(() => { n++; return 'x'; }, 5));
      return n;
    }, 1],
    ['no other callback is called either', () => {
      let n = 0;
      thrown(() => fn.call_each([fail(ERROR), () => n++], 2, 5));
      return n;
    }, 0],
    ['outputs are not copied back', () => {
      const holder = [null];
      const error = thrown(() => fn.out_then_cb(holder, fail(ERROR)));
      return [error === ERROR, holder];
    }, [true, [null]]],
    ['outputs are not copied back after a wrong result', () => {
      const holder = [null];
      const error = thrown(() => fn.out_then_cb(holder, () => 'x'));
      return [error.constructor.name, holder];
    }, ['TypeError', [null]]],
    ['outputs are copied back without one', () => {
      const holder = [null];
      return [fn.out_then_cb(holder, () => 1), holder];
    }, [9, [7]]],
    ['in the second of two calls', () => {
      const holder = [null];
      const error = thrown(() => fn.cb_twice_err((v) => (v === 2 ? fail(ERROR)() : v), holder));
      return [error === ERROR, holder];
    }, [true, [null]]],
    ['caught inside', () => fn.call_int(() => {
      try {
        throw ERROR;
      } catch {
        return 3;
      }
    }, 5), 3],
    ['nested, through every level', () => {
      const nested = (v) => (v === 0 ? fail(ERROR)() : fn.call_int(nested, v - 1));
      return thrown(() => fn.call_int(nested, 5)) === ERROR;
    }, true],
    ['nested, caught in between', () => fn.call_int((v) => {
      thrown(() => fn.call_int(fail(ERROR), v));
      return 4;
    }, 5), 4],
    ['nested, caught in between: the outer one goes on', () => {
      let n = 0;
      return [fn.call_n((v) => {
        n++;
        thrown(() => fn.call_int(fail(ERROR), v));
        return v;
      }, 4), n];
    }, [6, 4]],
    ['nested, of the conversion', () => fn.call_int((v) => fn.call_int(() => 'x', v), 5), TE],
    ['process.exit() inside', () => script(({ fn, say, defineTypes }) => {
      defineTypes();
      say('before');
      fn.call_int(() => process.exit(3), 5);
      say('after');
    }), ['"before"', 'exit 3']],
    ['process.exit() inside a nested call', () => script(({ fn, defineTypes }) => {
      defineTypes();
      fn.call_int((v) => fn.call_int(() => process.exit(4), v), 5);
    }), ['exit 4']],
  ]);

  /** What C got from a callback that fails, after one that gave something else. */
  const received = (rec, get, before, callback) => () => {
    rec()(before);
    const error = thrown(() => rec()(callback));
    return [error === ERROR || error.constructor.name, get()()];
  };
  const REC = [
    ['int', () => fn.rec_int, () => fn.get_int, 8, 0, 'x'],
    ['int64_t', () => fn.rec_i64, () => fn.get_int, 2n ** 60n, 0, 'x'],
    ['bool', () => fn.rec_bool, () => fn.get_int, true, 0, 5],
    ['double', () => fn.rec_dbl, () => fn.get_dbl, 1.5, 0, 'x'],
    ['float', () => fn.rec_flt, () => fn.get_dbl, 1.5, 0, 'x'],
    ['pointer', () => fn.rec_ptr, () => fn.get_ptr, 16n, 0, true],
    ['struct in registers', () => fn.rec_s3, () => fn.get_s3, { a: 1, b: 2, c: 3 }, ZERO, 'x'],
    ['struct in memory', () => fn.rec_l4, () => fn.get_l4, { a: 1, b: 2, c: 3, d: 4 }, { a: 0, b: 0, c: 0, d: 0 }, 'x'],
  ];
  table('C receives after an exception', REC.map(([type, rec, get, before, zero]) => [
    type, received(rec, get, () => before, fail(ERROR)), [true, zero], unstable('Q-18'),
  ]));
  table('C receives after a wrong result', REC.map(([type, rec, get, before, zero, wrong]) => [
    type, received(rec, get, () => before, () => wrong), ['TypeError', zero], unstable('Q-18'),
  ]));
  table('C receives', REC.map(([type, rec, get, value]) => [
    type, () => {
      rec()(() => value);
      return get()();
    }, { 'pointer': 16, 'bool': 1 }[type] ?? value,
  ]));
  table('C receives after a wrong result', [
    ['NULL for str', () => {
      fn.keep_str(() => 'before');
      const error = thrown(() => fn.keep_str(() => ({})));
      return [error.constructor.name, fn.kept_len()];
    }, ['TypeError', -1], unstable('Q-18')],
    ['zeros for a struct with a wrong member', () => {
      fn.rec_s3(() => ({ a: 1, b: 2, c: 3 }));
      const error = thrown(() => fn.rec_s3(() => ({ a: 5, b: 6, c: 'x' })));
      return [error.constructor.name, fn.get_s3()];
    }, ['TypeError', ZERO], unstable('Q-18')],
  ]);

  // -- nesting --------------------------------------------------------------------------------------------------------------

  table('nesting', [
    ['call inside a callback', () => fn.call_int((v) => fn.add(v, 1), 5), 6],
    ['five levels', () => {
      const nested = (v) => (v === 0 ? 100 : fn.call_int(nested, v - 1) + 1);
      return fn.call_int(nested, 5);
    }, 105],
    ['the same function object', () => fn.call_int((v) => (v > 0 ? fn.call_int(double, v) : 0), 5), 10],
    ['different results', () => fn.call_dbl((a) => fn.call_int((v) => v + 1, 5) + a, 0.5, 0), 6.5],
    ['strings of the outer call stay', () => fn.call_then_len(() => fn.str_len('z'.repeat(500)), 'outer text'), 500010],
    ['structs of the outer call stay', () => fn.call_S3((s) => {
      fn.id_S3({ a: 9, b: 9, c: 9 });
      fn.call_S3((t) => t, { a: 8, b: 8, c: 8 });
      return s;
    }, { a: 1, b: 2, c: 3 }), { a: 1, b: 2, c: 3 }],
    ['outputs of the outer call stay', () => {
      const holder = [null];
      const inner = [null];
      fn.out_then_cb(holder, () => fn.out_then_cb(inner, () => 1));
      return [holder, inner];
    }, [[15], [7]]],
    ['at least 350 deep', () => {
      const { call_int } = fn;
      let depth = 0;
      const nested = (v) => {
        depth++;
        return call_int(nested, v);
      };
      const error = thrown(() => call_int(nested, 1));
      return [depth >= 350, error.constructor.name];
    }, [true, 'RangeError'], 'Q-36'],
    ['too deep a recursion releases its callbacks', () => {
      const { call_int } = fn;
      const before = k.stats().callbacks;
      const nested = (v) => call_int(nested, v);
      thrown(() => call_int(nested, 1));
      return k.stats().callbacks - before;
    }, 0],
    ['works after too deep a recursion', () => {
      const { call_int } = fn;
      const nested = (v) => call_int(nested, v);
      thrown(() => call_int(nested, 1));
      return call_int(double, 5);
    }, 10],
    ['errno of an inner call', () => fn.call_int(() => {
      fn.set_errno(13);
      return k.errno();
    }, 1), 13],
  ]);

  // -- the documented uses -------------------------------------------------------------------------------------------------

  table('documented', [
    ['types, classic and by prototype', () => {
      const classic = k.proto(fresh('ExampleCallback'), 'void', ['int']);
      const parsed = k.proto(`double ${fresh('AddDoubleFloat')}(double d, float f)`);
      return [classic.proto.result.name, parsed.proto.arguments.map((a) => a.type.name)];
    }, ['void', ['double', 'float']]],
    ['types with a convention', () => {
      k.alias(fresh('HWND'), k.pointer(fresh('H'), k.opaque()));
      const parsed = k.proto(`bool __stdcall ${fresh('EnumA')} (${fresh('HWND')} hwnd, long lParam)`);
      const classic = k.proto('__stdcall', fresh('EnumB'), 'bool', [fresh('HWND'), 'long']);
      return [parsed, classic].map((type) => type.proto.arguments.length);
    }, [2, 2]],
    ['transient callback', () => {
      const said = [];
      const type = k.proto(`int ${fresh('TransferCallback')}(const char *str, int age)`);
      const transfer = lib().func('TransferToJS', 'int', ['str', 'int', k.pointer(type)]);
      const answer = transfer('Niels', 27, (str, age) => {
        said.push(str, age);
        return 42;
      });
      return [...said, answer];
    }, ['Hello Niels!', 27, 42]],
    ['registered callbacks', () => {
      const said = [];
      const get = k.proto(`const char *${fresh('GetCallback')}(const char *name)`);
      const print = fresh('PrintCallback');
      k.proto(`void ${print}(const char *str)`);
      const register = lib().func(`void RegisterFunctions(${get.name} *cb1, ${print} *cb2)`);
      const sayIt = lib().func('void SayIt(const char *name)');

      const cb1 = k.register((name) => `Hello ${name}!`, k.pointer(get));
      const cb2 = k.register((str) => said.push(str), `${print} *`);
      register(cb1, cb2);
      sayIt('Kyoto');
      sayIt('Nara');
      return [said, k.unregister(cb1), k.unregister(cb2)];
    }, [['Hello Kyoto!', 'Hello Nara!'], undefined, undefined]],
    ['console.log as a callback', () => script(({ k, lib, defineCallbacks, defineTypes }) => {
      defineTypes();
      defineCallbacks();
      k.proto('void PrintCallback(const char *str)');
      const greet = k.register((name) => `Hello ${name}!`, 'StrCb *');
      lib().func('void RegisterFunctions(StrCb *a, PrintCallback *b)')(greet, k.register(console.log, 'PrintCallback *'));
      lib().func('void SayIt(const char *name)')('Kyoto');
    }), ['Hello Kyoto!', 'exit 0']],
    ['qsort()', () => {
      const type = fresh('SortCallback');
      k.proto(`int ${type}(const void *first, const void *second)`);
      const qsort = k.load('libc.so.6').func(`void qsort(_Inout_ void *array, size_t count, size_t size, ${type} *cb)`);
      const array = ['foo', 'bar', '123', 'foobar'];

      qsort(k.as(array, 'char **'), array.length, k.sizeof('void *'), (ptr1, ptr2) =>
        k.decode(ptr1, 'char *').localeCompare(k.decode(ptr2, 'char *')));
      return array;
    }, ['123', 'bar', 'foo', 'foobar']],
    ['bsearch()', () => {
      const type = fresh('SearchCallback');
      k.proto(`int ${type}(const void *key, const void *item)`);
      const bsearch = k.load('libc.so.6').func(`void *bsearch(int *key, int *base, size_t n, size_t size, ${type} *cb)`);
      const table = Int32Array.of(10, 20, 30, 40);
      const found = bsearch([30], table, 4, 4, (a, b) => k.decode(a, 'int') - k.decode(b, 'int'));
      return Number(found - k.address(table));
    }, 8],
    ['call a function pointer', () => {
      const type = k.proto(`int ${fresh('BinaryIntFunc')}(int a, int b)`);
      const get = lib().func(`${type.name} *get_fn(const char *name)`);
      return [k.call(get('add'), type, 4, 5), k.call(get('sub'), type, 100, 58)];
    }, [9, 42]],
    ['decode a function pointer', () => {
      const type = k.proto(`int ${fresh('BinaryIntFunc')}(int a, int b)`);
      const get = lib().func(`${type.name} *get_fn(const char *name)`);
      return [k.decode(get('add'), type)(4, 5), k.decode(get('sub'), type)(100, 58)];
    }, [9, 42]],
    ['bind() instead of a receiver', () => {
      const store = { value: 5, get(v) { return this.value + v; } };
      return registered((value) => fn.call_int(value, 1), store.get.bind(store));
    }, 6],
  ]);
};

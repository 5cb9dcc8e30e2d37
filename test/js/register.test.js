'use strict';
// Registered callbacks: C may call them until they are unregistered.
const { test } = require('node:test');
const { GLIBC, assert, ristretto, fixtures, define, throws, run, runOk } = require('./support');
const { address, array, as, call, CallbackHandle, decode, encode, pointer, proto, ref, register, reset, stats, struct, unref, unregister } =
  ristretto; // prettier-ignore
const lib = fixtures();
const cb = fixtures('callbacks');

const [IntCb] = define('IntCb');

const call_int = lib.func('int call_int(IntCb *cb, int v)');
const store = lib.func('void store_cb(IntCb *cb)');
const stored = lib.func('int call_stored(int v)');

test('register gives an address that C calls until unregister', () => {
  const before = stats().callbacks;
  const callback = register((v) => v * 2, 'IntCb *');

  assert.equal(typeof callback, 'bigint');
  assert.equal(stats().callbacks, before + 1);
  assert.equal(call_int(callback, 21), 42);
  store(callback);
  for (let i = 0; i < 100; i++) assert.equal(stored(i), 2 * i);
  assert.equal(unregister(callback), undefined);
  assert.equal(stats().callbacks, before);
  throws(() => stored(1), Error, 'CALLBACK', /call_stored/);
});

test('the type is a pointer to a prototype in any form', () => {
  const Anonymous = proto('int', ['int']);

  for (const type of ['IntCb *', pointer(IntCb), pointer(Anonymous), 'int (*)(int)', pointer('NamedIntCb', IntCb)]) {
    const callback = register((v) => v + 1, type);
    assert.equal(call_int(callback, 1), 2);
    unregister(callback);
  }
});

test('refuses what is no function or no callback type', () => {
  const before = stats().callbacks;

  for (const wrong of [IntCb, 'IntCb', 'int', 'int *', 'void *', 'str', pointer('IntCb *')]) {
    throws(() => register(() => 1, wrong), TypeError, 'BAD_TYPE', /register/);
  }
  for (const wrong of [1, null, undefined, {}, [], true, Symbol('x')]) {
    assert.throws(() => register(() => 1, wrong), TypeError);
    throws(() => register(wrong, 'IntCb *'), TypeError, 'ARGUMENT', /register.*function/);
  }
  throws(() => register('x', 'IntCb *'), TypeError, 'ARGUMENT');
  throws(() => register(), TypeError, 'ARGUMENT_COUNT');
  throws(() => register(() => 1), TypeError, 'ARGUMENT_COUNT');
  throws(() => register(() => 1, 'NoSuchType *'), TypeError, 'UNKNOWN_TYPE');
  throws(() => register(() => 1, pointer(proto('__fastcall', 'int', ['int']))), Error, 'UNSUPPORTED', /__fastcall/);
  assert.equal(stats().callbacks, before);
});

test('a receiver is `this`, the very value', () => {
  process.removeAllListeners('warning');
  process.on('warning', () => {});
  const object = { name: 'receiver' };
  const symbol = Symbol('receiver');
  const strict = function () {
    seen = this;
    return 1;
  };
  let seen;

  for (const value of [object, 5, 'text', true, symbol, 7n, null, undefined, NaN, strict, []]) {
    const callback = register(value, strict, 'IntCb *');
    seen = 'not called';
    assert.equal(call_int(callback, 1), 1);
    assert.ok(Object.is(seen, value), String(value));
    unregister(callback);
  }
  const sloppy = register(5, new Function('globalThis.boxed = this; return 2'), 'IntCb *');
  assert.equal(call_int(sloppy, 1), 2);
  assert.ok(globalThis.boxed instanceof Number);
  delete globalThis.boxed;
  unregister(sloppy);
});

test('the receiver form warns once', () => {
  const { stderr } = run(`
    define('IntCb');
    for (let i = 0; i < 3; i++) ristretto.register({}, () => 1, 'IntCb *');`);

  assert.equal(stderr.match(/RISTRETTO009/g)?.length, 1, stderr);
});

test('a registered callback keeps its function and its receiver alive', () => {
  runOk(
    `define('IntCb');
     const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
     process.on('warning', () => {});
     const callbacks = [];
     for (let i = 0; i < 100; i++) {
       callbacks.push(ristretto.register((v) => v + i, 'IntCb *'));
       callbacks.push(ristretto.register({ i }, function (v) { return v + this.i; }, ristretto.pointer(ristretto.proto('int', ['int']))));
     }
     gc();
     setImmediate(() => {
       gc();
       callbacks.forEach((callback, i) => assert.equal(call_int(callback, 1), 1 + (i >> 1)));
       const weak = new WeakRef((() => { const f = (v) => v; callbacks.push(ristretto.register(f, 'IntCb *')); return f; })());
       setImmediate(() => {
         gc();
         assert.ok(weak.deref());
         ristretto.unregister(callbacks.pop());
         setImmediate(() => { gc(); assert.equal(weak.deref(), undefined); console.log('done'); });
       });
     });`,
    { flags: ['--expose-gc'] },
  );
});

test('the same function twice is two callbacks', () => {
  const fn = (v) => v;
  const one = register(fn, 'IntCb *');
  const two = register(fn, 'IntCb *');

  assert.notEqual(one, two);
  unregister(one);
  assert.equal(call_int(two, 5), 5);
  unregister(two);
});

test('unregister takes the address in every form, once', () => {
  const forms = [(c) => c, Number];

  for (const form of forms) {
    const callback = register((v) => v, 'IntCb *');
    unregister(form(callback), 'ignored');
    throws(() => unregister(callback), Error, 'CALLBACK', /not registered/);
  }
});

test('unregister refuses everything else', () => {
  const before = stats().callbacks;

  for (const wrong of [null, undefined, 0, 0n, 5, 5n, -1, 2n ** 64n - 1n, Buffer.alloc(8)]) {
    throws(() => unregister(wrong), Error, ['CALLBACK', 'NULL_REFERENCE']);
  }
  for (const wrong of ['x', '', true, {}, [], () => 1, Symbol('x'), new Map()]) throws(() => unregister(wrong), TypeError, undefined, /unregister/);
  throws(() => unregister(), TypeError, 'ARGUMENT_COUNT');
  const callback = register((v) => v, 'IntCb *');
  for (const near of [callback + 1n, callback - 1n, callback + 4096n]) throws(() => unregister(near), Error, 'CALLBACK');
  const func = lib.symbol('call_int');
  throws(() => unregister(func), Error, 'CALLBACK');
  assert.equal(call_int(callback, 3), 3);
  unregister(callback);
  assert.equal(stats().callbacks, before);
});

test('a transient callback cannot be unregistered', () => {
  const give = cb.func('int give_fn(int (*cb)(void *, int), int v)');

  store(null);
  assert.equal(call_int(() => {
    store((v) => v);
    throws(() => unregister(lib.func('void *stored_ptr()')()), Error, 'CALLBACK');
    return stored(6);
  }, 1), 6); // prettier-ignore
  assert.equal(give((f, v) => { throws(() => unregister(f), Error, 'CALLBACK'); return v; }, 3), 3); // prettier-ignore
});

test('unregister of itself inside its own run', () => {
  const before = stats().callbacks;
  const times = cb.func('int64_t call_times(IntCb *cb, int count)');
  const self = register((v) => {
    unregister(self);
    throws(() => unregister(self), Error, 'CALLBACK');
    for (let i = 0; i < 2000; i++) unregister(register((w) => w, 'IntCb *')); // would reuse its place
    global.gc?.();
    return v + 1;
  }, 'IntCb *');

  assert.equal(call_int(self, 1), 2, 'its result is still taken');
  assert.equal(stats().callbacks, before);
  throws(() => call_int(self, 1), Error, 'CALLBACK');
  const again = register(() => unregister(again) ?? 5, 'IntCb *');
  throws(() => times(again, 3), Error, 'CALLBACK', /call_times/);
});

test('unregister of itself from deeper levels of its run', () => {
  const before = stats().callbacks;
  let levels = 0;
  const self = register((v) => {
    if (++levels === 5) unregister(self);
    return levels < 5 ? call_int(self, v) + 1 : v;
  }, 'IntCb *');

  assert.equal(call_int(self, 1), 5);
  assert.equal(stats().callbacks, before);
});

test('unregister and throw', () => {
  const self = register(() => {
    unregister(self);
    throw new Error('and gone');
  }, 'IntCb *');

  assert.throws(() => call_int(self, 1), { message: 'and gone' });
});

test('register inside a run, and keep it', () => {
  let inner;

  assert.equal(call_int((v) => {
    inner = register((w) => w + 100, 'IntCb *');
    return call_int(inner, v);
  }, 1), 101); // prettier-ignore
  assert.equal(call_int(inner, 2), 102);
  unregister(inner);
  const swap = register(() => {
    unregister(inner2);
    inner2 = register(() => 2, 'IntCb *');
    return 1;
  }, 'IntCb *');
  let inner2 = register(() => 1, 'IntCb *');
  assert.equal(cb.func('int call_two(IntCb *a, IntCb *b, int v)')(swap, swap, 1), 1001);
  assert.equal(call_int(inner2, 1), 2);
  unregister(swap);
  unregister(inner2);
});

test('a hundred thousand pairs leave memory as it was', () => {
  runOk(
    `define('IntCb');
     const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
     const round = (count) => {
       for (let i = 0; i < count; i++) {
         const callback = ristretto.register((v) => v + i, 'IntCb *');
         if (i % 1000 === 0) assert.equal(call_int(callback, 1), 1 + i);
         ristretto.unregister(callback);
       }
       gc();
     };
     round(20000);
     const before = process.memoryUsage().rss;
     round(100000);
     const grown = process.memoryUsage().rss - before;
     assert.ok(grown < ${process.env.LD_PRELOAD ? 96e6 : 24e6}, grown + ' bytes');
     assert.equal(ristretto.stats().callbacks, 0);`,
    { flags: ['--expose-gc'] },
  );
});

test('ten thousand at once, all of them callable', () => {
  const before = stats().callbacks;
  const all = Array.from({ length: 10000 }, (_, i) => register((v) => v + i, 'IntCb *'));

  assert.equal(new Set(all).size, 10000);
  assert.equal(stats().callbacks, before + 10000);
  all.forEach((callback, i) => assert.equal(call_int(callback, 1), i + 1));
  assert.equal(call_int((v) => v, 7), 7, 'and transient ones besides');
  all.forEach((callback, i) => i % 2 && unregister(callback));
  all.forEach((callback, i) => {
    if (i % 2) throws(() => call_int(callback, 1), Error, 'CALLBACK');
    else assert.equal(call_int(callback, 1), i + 1);
  });
  all.forEach((callback, i) => i % 2 || unregister(callback));
  assert.equal(stats().callbacks, before);
});

test('C receives zero from a released callback, in results of every kind', () => {
  struct('L4', { a: 'int64_t', b: 'int64_t', c: 'int64_t', d: 'int64_t' });
  const released = (type, good) => {
    const callback = register(() => good, `${type} (*)(int)`);
    return [callback, () => unregister(callback)];
  };

  for (const [record, type, get, seenType, good, zero] of [
    ['rec_int', 'int', 'get_int', 'int64_t', 5, 0],
    ['rec_dbl', 'double', 'get_dbl', 'double', 2.5, 0],
    ['rec_ptr', 'void *', 'get_ptr', 'uint64_t', 0x1234, 0],
    ['rec_l4', 'L4', 'get_l4', 'L4', { a: 1, b: 2, c: 3, d: 4 }, { a: 0, b: 0, c: 0, d: 0 }],
  ]) {
    const fn = lib.func(`void ${record}(${type} (*cb)(int))`);
    const seen = lib.func(`${seenType} ${get}()`);
    const [callback, release] = released(type, good);
    fn(callback);
    assert.deepEqual(seen(), good);
    release();
    throws(() => fn(callback), Error, 'CALLBACK', new RegExp(record));
    assert.deepEqual(seen(), zero);
  }
});

test('reset() leaves callbacks as they are', () => {
  const callback = register((v) => v + 9, 'IntCb *');

  store(callback);
  reset();
  throws(() => register(() => 1, 'IntCb *'), TypeError, 'UNKNOWN_TYPE');
  global.gc?.();
  assert.equal(stored(1), 10);
  assert.equal(call_int(callback, 1), 10);
  define('IntCb');
  const newer = register((v) => v, 'IntCb *');
  assert.equal(call_int(newer, 1), 1);
  unregister(callback);
  unregister(newer);
});

test('works before any load()', () => {
  runOk(`
    define('IntCb');
    const callback = ristretto.register((v) => v + 1, 'IntCb *');
    assert.equal(ristretto.call(callback, 'IntCb', 4), 5);
    assert.equal(ristretto.decode(callback, 'IntCb')(5), 6);
    ristretto.config({ strict: false });`);
});

test('an address of another thread or of nowhere is not ours', () => {
  const other = register((v) => v, 'IntCb *');

  runOk(`
    const { Worker } = require('node:worker_threads');
    define('IntCb');
    const callback = ristretto.register((v) => v, 'IntCb *');
    new Worker(\`
      const { ristretto, throws } = require(\${JSON.stringify(${JSON.stringify(require.resolve('./support'))})});
      const { workerData } = require('node:worker_threads');
      throws(() => ristretto.unregister(workerData), Error, 'CALLBACK');
      throws(() => ristretto.ref(workerData), Error, 'CALLBACK');\`, { eval: true, workerData: callback });`);
  unregister(other);
});

/* Where the address goes */

test('the address is a value like any C function pointer', () => {
  const callback = register((v) => v + 3, 'IntCb *');
  struct('Holder', { s: 'str', f: 'IntCb *' });
  struct('Several', { count: 'int', cbs: array('IntCb *', 3) });

  assert.equal(call(callback, 'IntCb', 1), 4);
  assert.equal(decode(callback, 'IntCb')(2), 5);
  assert.equal(call_int(Number(callback), 1), 4);
  assert.equal(call_int(as(callback, 'IntCb *'), 1), 4);
  assert.equal(cb.func('int call_fn_member(Holder s, int v)')({ s: '', f: callback }, 4), 7);
  assert.equal(cb.func('int call_members(Several *s, int v)')({ count: 2, cbs: [callback, callback] }, 1), 16);
  assert.equal(cb.func('int call_array(IntCb **cbs, int count, int v)')([callback, callback], 2, 1), 8);
  assert.equal(lib.func('int call_getcb(IntCb *(*cb)(int), int v)')(() => callback, 1), 4);
  const slot = Buffer.alloc(8);
  encode(slot, 'IntCb *', callback);
  assert.equal(decode(slot, 'IntCb *'), callback);
  assert.equal(call_int(decode(slot, 'void *'), 2), 5);
  encode(slot, 'Holder *', null);
  assert.equal(address(slot) === callback, false);
  unregister(callback);
});

/* CallbackHandle */

test('{ handle: true } gives a CallbackHandle', () => {
  const before = stats().callbacks;
  const handle = register((v) => v * 3, 'IntCb *', { handle: true });

  assert.ok(handle instanceof CallbackHandle);
  assert.equal(typeof handle.address, 'bigint');
  assert.equal(stats().callbacks, before + 1);
  assert.equal(handle.ref(), handle);
  assert.equal(handle.unref(), handle);
  assert.equal(handle.unregister(), undefined);
  assert.equal(handle.address, null);
  assert.equal(stats().callbacks, before);
  for (const again of [() => handle.unregister(), () => unregister(handle), () => handle.ref(), () => handle.unref(), () => ref(handle)]) {
    throws(again, Error, 'CALLBACK', /not registered/);
  }
  assert.equal(register({}, () => 1, 'IntCb *', { handle: true }).unregister(), undefined);
  for (const options of [{}, { handle: false }, { handle: 1 }, null, undefined, 5, 'handle']) {
    const plain = register(() => 1, 'IntCb *', options);
    assert.equal(typeof plain, 'bigint');
    unregister(plain);
  }
});

test('a CallbackHandle stands for its address everywhere', () => {
  const handle = register((v) => v + 3, 'IntCb *', { handle: true });
  struct('Holder2', { s: 'str', f: 'IntCb *' });

  assert.equal(call_int(handle, 1), 4);
  assert.equal(call(handle, 'IntCb', 1), 4);
  assert.equal(decode(handle, 'IntCb')(2), 5);
  assert.equal(call_int(as(handle, 'IntCb *'), 1), 4);
  assert.equal(lib.func('void *ret_ptr(void *p)')(handle), handle.address);
  assert.equal(cb.func('int call_fn_member(Holder2 s, int v)')({ s: '', f: handle }, 4), 7);
  assert.equal(cb.func('int call_array(IntCb **cbs, int count, int v)')([handle, handle], 2, 1), 8);
  assert.equal(lib.func('int call_getcb(IntCb *(*cb)(int), int v)')(() => handle, 1), 4);
  const slot = Buffer.alloc(8);
  encode(slot, 'IntCb *', handle);
  assert.equal(decode(slot, 'IntCb *'), handle.address);
  unregister(handle);
  throws(() => call_int(handle, 1), Error, 'CALLBACK', /argument 1.*unregistered/);
  throws(() => call(handle, 'IntCb', 1), Error, ['CALLBACK', 'NULL_REFERENCE']);
});

test('a CallbackHandle cannot be made or faked', () => {
  const handle = register((v) => v, 'IntCb *', { handle: true });
  const fake = Object.create(CallbackHandle.prototype);

  throws(() => new CallbackHandle(), Error, 'CONSTRUCT');
  throws(() => new CallbackHandle(Symbol('make'), 5n), Error, 'CONSTRUCT');
  throws(() => new handle.constructor(undefined, handle.address), Error, 'CONSTRUCT');
  for (const name of ['ref', 'unref', 'unregister']) {
    assert.throws(() => fake[name](), TypeError);
    assert.throws(() => CallbackHandle.prototype[name].call({ address: handle.address }), TypeError);
    assert.throws(() => CallbackHandle.prototype[name].call(undefined), Error);
  }
  throws(() => fake.address, TypeError, 'RECEIVER');
  throws(() => call_int(fake, 1), TypeError, 'VALUE');
  Object.defineProperty(handle, 'address', { get: () => assert.fail('runs user code') });
  assert.equal(call_int(handle, 4), 4);
  assert.equal(call_int(Object.freeze(handle), 4), 4);
  handle.unregister();
});

if (Symbol.dispose) {
  test('Symbol.dispose unregisters, once or more', () => {
    const before = stats().callbacks;
    const handle = register((v) => v, 'IntCb *', { handle: true });

    assert.equal(handle[Symbol.dispose](), undefined);
    assert.equal(stats().callbacks, before);
    assert.equal(handle[Symbol.dispose](), undefined);
    const other = register((v) => v, 'IntCb *', { handle: true });
    other.unregister();
    other[Symbol.dispose]();
  });
}

test('`using` unregisters at the end of the block', (t) => {
  let body;

  try {
    body = new Function('register', 'call_int', '{ using cb = register((v) => v + 1, "IntCb *", { handle: true }); return [cb, call_int(cb, 1)]; }');
  } catch {
    t.skip('this Node has no `using` declarations');
    return;
  }
  const [handle, result] = body(register, call_int);
  assert.equal(result, 2);
  assert.equal(handle.address, null);
});

/* The event loop */

test('a registered callback does not keep the process alive; ref() does, and unref() undoes it', () => {
  const script = (middle) => `
    define('IntCb');
    const callback = ristretto.register((v) => v, 'IntCb *');
    const handle = ristretto.register((v) => v, 'IntCb *', { handle: true });
    setTimeout(() => console.log('late'), 2000).unref();
    ${middle}`;
  const output = (middle) => runOk(script(middle));
  const ends = ['', 'ristretto.ref(callback); ristretto.unref(callback);', 'ristretto.ref(callback); ristretto.ref(callback); ristretto.unref(callback);',
    'handle.ref().unref();', 'handle.ref(); ristretto.unref(handle);', 'handle.ref(); handle.unregister();', 'ristretto.unref(callback);',
    'ristretto.ref(callback); ristretto.unregister(callback);']; // prettier-ignore

  for (const middle of ends) assert.equal(output(middle), '', middle);
  assert.equal(output('ristretto.ref(callback); setTimeout(() => { console.log("held"); ristretto.unref(callback); }, 50).unref();'), 'held\n');
  assert.equal(output('handle.ref(); setTimeout(() => { console.log("held"); handle.unregister(); }, 50).unref();'), 'held\n');
  assert.equal(
    output('handle.ref(); ristretto.ref(callback); handle.unref(); setTimeout(() => { console.log("held"); ristretto.unref(callback); }, 50).unref();'),
    'held\n',
  );
});

test('ref() and unref() refuse what is not registered', () => {
  for (const fn of [ref, unref]) {
    for (const wrong of [5n, null, undefined]) throws(() => fn(wrong), Error, ['CALLBACK', 'NULL_REFERENCE']);
    throws(() => fn('x'), TypeError, undefined);
    throws(() => fn(), TypeError, 'ARGUMENT_COUNT');
  }
});

test('C calls a callback at the very end of the process', { skip: !GLIBC && 'its C library has no on_exit()' }, () => {
  const { status, signal, stderr } = run(`
    const callback = ristretto.register(() => console.log('must not run'), 'void (*)(void)');
    const atexit = ristretto.load(null).func('int on_exit(void *function, void *argument)');
    assert.equal(atexit(callback, null), 0);`);

  assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr);
});

test('a callback of a worker that ended gives zero', () => {
  runOk(`
    const { Worker } = require('node:worker_threads');
    define('IntCb');
    const call_int = fixtures().func('int call_int(IntCb *cb, int v)');
    const worker = new Worker(\`
      const { ristretto, define } = require(\${JSON.stringify(${JSON.stringify(require.resolve('./support'))})});
      define('IntCb');
      require('node:worker_threads').parentPort.postMessage(ristretto.register((v) => v + 1, 'IntCb *'));\`, { eval: true });
    let callback;
    worker.on('message', (value) => (callback = value));
    worker.on('exit', () => {
      throws(() => call_int(callback, 1), Error, 'CALLBACK');
      assert.equal(call_int((v) => v, 3), 3);
      console.log('done');
    });`);
});

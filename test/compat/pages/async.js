'use strict';
// Asynchronous calls: their form, data and scheduling. Callbacks in them are in threads.js.

const { promisify } = require('node:util');
const { TE, E, crash } = require('../probe');

module.exports = ({ table, setup, k, f, fn, lib, fresh, defineCallbacks, script, until, collect, uncaught, completion, result }) => {
  setup(defineCallbacks);

  const nothing = () => {};
  const settled = (promise) => promise.then((value) => ['resolved', value], (error) => ['rejected', error]);

  // -- form -----------------------------------------------------------------------------------------------------

  table('member', [
    ['function', () => typeof fn.add.async, 'function'],
    ['decoded functions have it', () => typeof k.decode(fn.get_fn('add'), 'AddFn').async, 'function'],
    ['call.async does not exist', () => k.call.async, undefined],
    ['stable', () => fn.add.async === fn.add.async, true],
    ['detached', () => {
      const { async } = fn.add;
      return completion(async, 1, 2);
    }, [null, 3]],
    ['with another receiver', () => completion((...args) => fn.add.async.call({}, ...args), 1, 2), [null, 3]],
    ['variadic functions', () => typeof fn.vsum.async, 'function', 'D-10'],
    ['call of a variadic function', () => completion(fn.vsum.async, 2, 'int', 3, 'int', 4), [null, 7], 'D-10'],
  ]);

  table('call', [
    ['result', () => completion(fn.add.async, 1, 2), [null, 3]],
    ['void', () => completion(fn.nothing.async), [null, undefined]],
    ['returns undefined', () => {
      let returned;
      return new Promise((resolve) => {
        returned = fn.add.async(1, 2, () => resolve(returned));
      });
    }, undefined],
    ['never synchronous', async () => {
      const order = [];
      const done = new Promise((resolve) => fn.add.async(1, 2, () => resolve(order.push('completion'))));
      fn.sleep_ms(30);
      order.push('rest of the turn');
      await Promise.resolve();
      order.push('microtask');
      await done;
      return order;
    }, ['rest of the turn', 'microtask', 'completion']],
    ['this', () => new Promise((resolve) => {
      fn.add.async(1, 2, function () { resolve(this); });
    }), undefined],
    ['callback of any kind', () => new Promise((resolve) => {
      fn.add.async(1, 2, async (error, sum) => resolve([error, sum]));
    }), [null, 3]],
    ['C function as the callback', () => fn.nothing.async(fn.nothing), undefined],
    ['missing callback', () => fn.add.async(1, 2), 3, 'D-09'],
    ['missing callback, void', () => fn.nothing.async(), undefined, 'D-09'],
    ['missing callback, wrong argument', () => settled(fn.add.async('x', 2)), ['rejected', new TypeError()], 'D-09'],
    ['missing callback and argument', () => fn.add.async(1), TE],
    ['no argument', () => fn.add.async(), TE],
    ['callback in place of an argument', async () => fn.add.async(1, nothing), TE],
    ['callback undefined', () => fn.add.async(1, 2, undefined), TE],
    ['callback null', () => fn.add.async(1, 2, null), TE],
    ['callback Number', () => fn.add.async(1, 2, 3), TE],
    ['callback string', () => fn.add.async(1, 2, 'x'), TE],
    ['callback true', () => fn.add.async(1, 2, true), TE],
    ['argument before the callback', () => fn.add.async(1, 2, 3, nothing), TE],
    ['wrong argument', () => completion(fn.add.async, 'x', 2), [new TypeError(), undefined]],
    ['wrong argument, never synchronous', async () => {
      const order = [];
      const done = new Promise((resolve) => fn.add.async('x', 2, () => resolve(order.push('completion'))));
      order.push('rest of the turn');
      await done;
      return order;
    }, ['rest of the turn', 'completion'], 'D-18'],
    ['wrong argument returns undefined', () => {
      let returned;
      return new Promise((resolve) => {
        returned = fn.add.async('x', 2, () => resolve([returned]));
      });
    }, [undefined]],
    ['wrong argument: C is not called', async () => {
      fn.put_int32(5);
      await completion(f('void set_int32(int *p, int v)').async, fn.addr_int32(), 'x');
      return k.decode(fn.addr_int32(), 'int');
    }, 5],
    ['undefined argument', () => completion(fn.add.async, 1, undefined), [new TypeError(), undefined]],
    ['wrong struct', () => completion(fn.id_S3.async, 5), [new TypeError(), undefined]],
    ['wrong first member', () => completion(fn.id_S3.async, { a: 'x', b: 1, c: 2 }), [new TypeError(), undefined], crash('Q-01')],
    ['wrong last member', () => completion(fn.id_S3.async, { a: 1, b: 1, c: 'x' }), [new TypeError(), undefined]],
    ['invalid union', () => completion(fn.U_i.async, {}), [new Error(), undefined]],
    ['getter that throws', () => completion(fn.id_S3.async, { get c() { throw new RangeError('mine'); } }), [new RangeError(), undefined], 'D-18'],
    ['getter that calls C', () => completion(fn.id_S3.async, { a: 1, b: 2, get c() { return fn.add(1, 2); } }), [null, { a: 1, b: 2, c: 3 }]],
    ['the next call works', async () => {
      await completion(fn.add.async, 'x', 2);
      return result(fn.add.async, 1, 2);
    }, 3],
    ['exception in the callback', () => uncaught((seen) => {
      fn.add.async(1, 2, () => { throw new RangeError('mine'); });
      return until(() => seen.length > 0);
    }), [new RangeError()]],
    ['exception in the callback after a wrong argument', () => uncaught((seen) => {
      fn.add.async('x', 2, (error) => { throw error; });
      return until(() => seen.length > 0);
    }), [new TypeError()], 'D-18'],
    ['exception in the callback ends the process', () => script(({ fn }) => {
      fn.add.async(1, 2, () => { throw new Error('mine'); });
    }), ['exit 1']],
    ['call inside the callback', () => new Promise((resolve) => {
      fn.add.async(1, 2, (_, sum) => fn.add.async(sum, 4, (error, total) => resolve([error, total])));
    }), [null, 7]],
    ['promisify()', () => promisify(fn.add.async)(1, 2), 3],
    ['promisify() of a wrong argument', () => promisify(fn.add.async)('x', 2), TE],
    ['promisify() of a void function', () => promisify(fn.nothing.async)(), undefined],
    ['promisify(), all at once', () => Promise.all([1, 2, 3].map((n) => promisify(fn.add.async)(n, 10))), [11, 12, 13]],
    ['decoded function', () => completion(k.decode(fn.get_fn('sub'), 'AddFn').async, 5, 3), [null, 2]],
    ['decoded registered callback', async () => {
      const value = k.register((v) => v * 2, 'IntCb *');
      const r = await completion(k.decode(value, 'IntCb').async, 5);
      k.unregister(value);
      return r;
    }, [null, 10]],
    ['decoded function with an output', async () => {
      const set = k.decode(lib().symbol('set_int32'), k.proto(`void ${fresh('Set')}(_Out_ int *p, int v)`));
      const holder = [null];
      await completion(set.async, holder, 9);
      return holder;
    }, [9]],
    ['63 parameters', () => completion(lib().func('nothing', 'void', Array(63).fill('int')).async, ...Array(63).fill(0)), [null, undefined]],
    ['64 parameters', () => {
      const weigh = f(`int weigh_64(${Array(64).fill('int').join(', ')})`);
      const args = Array.from({ length: 64 }, (_, n) => n + 1);
      return completion(weigh.async, ...args);
    }, [null, args64()], crash('Q-03')],
    ['64 parameters, promisify()', () => {
      const weigh = f(`int weigh_64(${Array(64).fill('int').join(', ')})`);
      return promisify(weigh.async)(...Array(64).fill(1));
    }, 2016, crash('Q-03')],
    ['an object after the callback', () => new Promise((resolve) => {
      fn.add.async(1, 2, (error, sum) => resolve([error, sum]), {});
    }), [null, 3]],
  ]);

  // -- data -------------------------------------------------------------------------------------------------------

  /** Starts a call that waits at the gate, does something, opens the gate, gives the result. */
  async function meanwhile(start, act) {
    fn.set_gate(false);
    const running = start();
    await until(() => fn.at_gate() === 1);
    await act();
    fn.set_gate(true);
    return running;
  }

  table('argument', [
    ['array is copied', () => {
      const array = [1, 2, 3];
      return meanwhile(() => result(fn.gate_sum.async, array, 3), () => { array[0] = 100; });
    }, 6],
    ['object is copied', () => {
      const object = { a: 5 };
      return meanwhile(() => result(fn.gate_S3_a.async, object), () => { object.a = 100; });
    }, 5],
    ['typed array is used in place', () => {
      const array = Int32Array.of(1, 2, 3);
      return meanwhile(() => result(fn.gate_sum.async, array, 3), () => { array[0] = 100; });
    }, 105],
    ['Buffer is used in place', () => {
      const buffer = Buffer.from('text\0');
      return meanwhile(() => result(fn.gate_len.async, buffer), () => { buffer[2] = 0; });
    }, 2],
    ['shared memory is used in place', () => {
      const array = new Int32Array(new SharedArrayBuffer(12));
      return meanwhile(() => result(fn.gate_sum.async, array, 3), () => { array[0] = 7; });
    }, 7],
    ['string outlives the call', () => meanwhile(() => result(fn.gate_len.async, 'x'.repeat(1000)), () => {
      for (let i = 0; i < 100; i++) fn.str_len('other'.repeat(i));
    }), 1000],
    ['array outlives the call', () => meanwhile(() => result(fn.gate_sum.async, [1, 2, 3], 3), () => {
      for (let i = 0; i < 100; i++) fn.sum_ints([7, 7, 7, 7], 4);
    }), 6],
    ['buffer is kept alive', () => meanwhile(() => result(fn.gate_sum.async, new Int32Array(1 << 16).fill(1), 1 << 16), async () => {
      await collect();
      for (let i = 0; i < 50; i++) new Int32Array(1 << 16).fill(9);
    }), 1 << 16],
    ['buffer inside as() is kept alive', () =>
      meanwhile(() => result(fn.gate_sum.async, k.as(new Int32Array(1 << 16).fill(1), 'int *'), 1 << 16), collect), 1 << 16],
    ['several calls at once keep their data', async () => {
      fn.set_gate(false);
      const running = [1, 2, 3].map((n) => result(fn.gate_sum.async, [n, n, n], 3));
      const texts = ['a', 'bb', 'ccc'].map((s) => result(fn.gate_len.async, s));
      fn.set_gate(true);
      return [await Promise.all(running), await Promise.all(texts)];
    }, [[3, 6, 9], [1, 2, 3]]],
    ['5 MiB string', () => result(fn.str_len.async, 'x'.repeat(5 << 20)), 5 << 20],
    ['5 MiB of non-ASCII text', () => result(fn.str_len.async, 'é'.repeat(5 << 19)), 5 << 20],
    ['large array', () => result(fn.sum_ints.async, Array(200000).fill(1), 200000), 200000],
    ['struct', () => result(fn.id_S3.async, { a: 1, b: 2, c: 3.5 }), { a: 1, b: 2, c: 3.5 }],
    ['struct with pointers', () => result(fn.id_SP.async, { s: 'text', w: 'wide', p: 16n, ip: null }), { s: 'text', w: 'wide', p: 16n, ip: null }],
    ['struct pointer', () => result(fn.node_sum.async, { v: 1, next: { v: 2, next: { v: 3 } } }), 6],
    ['string array', () => result(fn.strs_total.async, ['a', 'bb', 'ccc', null]), 6],
    ['union', () => result(fn.U_d.async, { d: 1.5 }), 1.5],
    ['as()', () => result(f('int str_len(const void *s)').async, k.as('text', 'char *')), 4],
    ['as() of an array', () => result(f('int sum_ints(const void *p, int n)').async, k.as([1, 2, 3], 'int *'), 3), 6],
    ['64-bit', () => result(fn.id_int64.async, -(2n ** 63n)), -(2n ** 63n)],
    ['bool', () => result(fn.id_bool.async, true), true],
    ['enum', () => result(fn.id_E.async, 5), 5],
    ['opaque', async () => {
      const object = await result(fn.opq_new.async, 42);
      const got = await result(fn.opq_get.async, object);
      fn.opq_free(object);
      return [typeof object, got];
    }, ['bigint', 42]],
    ['1 MiB by value', () => {
      const big = k.struct({ a: k.array('uint8', 1 << 20) });
      return settled(result(lib().func('nothing', 'void', [big]).async, {})).then(([how]) => typeof how);
    }, 'string', crash('Q-05')],
  ]);

  table('result', [
    ['string', () => result(fn.id_str.async, 'é text'), 'é text'],
    ['NULL string', () => result(fn.id_str.async, null), null],
    ['UTF-16 string', () => result(fn.id_str16.async, 'wide 😀'), 'wide 😀'],
    ['UTF-32 string', () => result(fn.id_str32.async, 'wide 😀'), 'wide 😀'],
    ['long string', async () => (await result(fn.id_str.async, 'x'.repeat(3 << 20))).length, 3 << 20],
    ['pointer', () => result(fn.ret_ptr.async, 16n), 16n],
    ['NULL', () => result(fn.ret_ptr.async, null), null],
    ['double', () => result(fn.id_double.async, -0), -0],
    ['float', () => result(fn.id_float.async, 0.1), Math.fround(0.1)],
    ['uint64_t', () => result(fn.id_uint64.async, 2n ** 64n - 1n), 2n ** 64n - 1n],
    ['struct', () => result(fn.mk_S3.async, 1, 2, 3.5), { a: 1, b: 2, c: 3.5 }],
    ['struct with arrays', () => result(fn.id_SA.async, { x: 1, arr: [1, 2, 3, 4], name: 'bob' }), { x: 1, arr: Int32Array.of(1, 2, 3, 4), name: 'bob' }],
    ['packed struct', () => result(fn.id_P2.async, { a: 1, b: -2 }), { a: 1, b: -2 }, crash('Q-04')],
    ['floats', () => result(fn.id_V3.async, { x: 1, y: 2.5, z: -3 }), { x: 1, y: 2.5, z: -3 }],
    ['union', async () => {
      const u = await result(fn.id_U.async, { i: 5n });
      return [u.constructor.name, u.i];
    }, ['U', 5]],
    ['disposable', async () => {
      const before = k.stats().disposed;
      const text = await result(fn.dup_str.async, 'mine');
      return [text, k.stats().disposed - before];
    }, ['mine', 1]],
    ['disposer runs here, before the callback', async () => {
      const order = [];
      const type = k.disposable('str', (pointer) => {
        order.push('disposer');
        fn.my_dispose(pointer);
      });
      const dup = lib().func('dup_str', type, ['str']);
      await result(dup.async, 'mine');
      return [...order, 'callback'];
    }, ['disposer', 'callback']],
  ]);

  table('output', [
    ['number', async () => {
      const holder = [null];
      await result(fn.set_int32.async, k.alloc('int', 1), 5);
      await result(f('void set_int32(_Out_ int *p, int v)').async, holder, 9);
      return holder;
    }, [9]],
    ['is there in the callback', () => new Promise((resolve) => {
      const holder = [null];
      f('void set_int32(_Out_ int *p, int v)').async(holder, 9, () => resolve([...holder]));
    }), [9]],
    ['is not there before', async () => {
      const holder = [null];
      const set = f('void set_int32(_Out_ int *p, int v)');
      const done = result(set.async, holder, 9);
      fn.sleep_ms(30);
      const before = [...holder];
      await done;
      return [before, holder];
    }, [[null], [9]]],
    ['array', async () => {
      const array = [0, 0, 0];
      await result(fn.fill_ints.async, array, 3, 7);
      return array;
    }, [7, 8, 9]],
    ['in and out', async () => {
      const array = [1, 2, 3];
      await result(fn.inc_ints.async, array, 3);
      return array;
    }, [2, 3, 4]],
    ['typed array', async () => {
      const array = new Int32Array(3);
      await result(fn.fill_ints.async, array, 3, 7);
      return array;
    }, Int32Array.of(7, 8, 9)],
    ['struct', async () => {
      const object = {};
      await result(fn.fill_S3.async, object, 1, 2, 3.5);
      return object;
    }, { a: 1, b: 2, c: 3.5 }],
    ['struct in and out', async () => {
      const object = { a: 1, b: 2, c: 3 };
      await result(fn.inc_S3.async, object);
      return object;
    }, { a: 2, b: 3, c: 4 }],
    ['structs', async () => {
      const list = [{ a: 1 }, { a: 2 }];
      await result(fn.S3_inc_arr.async, list, 2);
      return list.map((s) => s.a);
    }, [2, 3]],
    ['string', async () => {
      const holder = [null];
      await result(fn.set_strp.async, holder, 'text');
      return holder;
    }, ['text']],
    ['string in a holder', async () => {
      const holder = ['some text'];
      await result(fn.upper.async, holder);
      return holder;
    }, ['SOME TEXT']],
    ['space in a holder', async () => {
      const holder = ['\0'.repeat(32)];
      await result(fn.put_str.async, holder, 'text');
      return holder;
    }, ['text']],
    ['disposable string', async () => {
      const before = k.stats().disposed;
      const holder = [null];
      await result(fn.set_strdup.async, holder, 'mine');
      return [holder, k.stats().disposed - before];
    }, [['mine'], 1]],
    ['union', async () => {
      const u = new k.Union('U');
      await result(fn.setU_i.async, 5n, u);
      return u.i;
    }, 5],
    ['strings', async () => {
      const list = ['a', 'b', 'c'];
      await result(fn.strs_rev.async, list, 3);
      return list;
    }, ['c', 'b', 'a']],
    ['opaque', async () => {
      const holder = [null];
      const made = await result(fn.opq_new_out.async, holder, 42);
      const got = fn.opq_get(holder[0]);
      fn.opq_free(holder[0]);
      return [made, got];
    }, [1, 42]],
    ['counted array', async () => {
      const flex = { count: 0, numbers: [] };
      await result(fn.flex_append.async, flex, 3, 1, 2);
      return flex;
    }, { count: 3, numbers: Int32Array.of(1, 3, 5) }],
    ['as()', async () => {
      const object = {};
      await result(f('void fill_S3(_Out_ void *s, int a, char b, double c)').async, k.as(object, 'S3 *'), 1, 2, 3.5);
      return object;
    }, { a: 1, b: 2, c: 3.5 }],
    ['setter that throws', () => {
      const object = { set a(value) { throw new RangeError('mine'); } };
      return completion(fn.fill_S3.async, object, 1, 2, 3.5);
    }, [new RangeError(), undefined], crash('D-18')],
    ['disposer that throws', () => {
      const type = k.disposable('str', (pointer) => {
        fn.my_dispose(pointer);
        throw new RangeError('mine');
      });
      return completion(lib().func('dup_str', type, ['str']).async, 'mine');
    }, [new RangeError(), undefined], crash('D-18')],
    ['wrong argument after it leaves it alone', async () => {
      const holder = [null];
      await completion(f('void set_int32(_Out_ int *p, int v)').async, holder, 'x');
      return holder;
    }, [null], 'D-18'],
  ]);

  table('errno', [
    ['of the call, in its callback', () => new Promise((resolve) => fn.set_errno.async(9, () => resolve(k.errno()))), 9],
    ['of each call, many at once', () => Promise.all(Array.from({ length: 20 }, (_, n) => new Promise((resolve) => {
      fn.set_errno.async(n + 1, () => resolve(k.errno()));
    }))), Array.from({ length: 20 }, (_, n) => n + 1)],
    ['of calls that end together', async () => {
      fn.set_gate(false);
      const codes = [3, 5, 7].map((code) => new Promise((resolve) => fn.gate_errno.async(code, () => resolve(k.errno()))));
      await until(() => fn.at_gate() >= 1);
      fn.set_gate(true);
      return Promise.all(codes);
    }, [3, 5, 7]],
    ['a synchronous call in the callback changes it', () => new Promise((resolve) => fn.set_errno.async(9, () => {
      fn.set_errno(11);
      resolve(k.errno());
    })), 11],
  ]);

  // -- scheduling ---------------------------------------------------------------------------------------------------

  table('scheduling', [
    ['calls run beside JavaScript', () => meanwhile(() => result(fn.wait_gate.async, 5), nothing), 5],
    ['calls run beside synchronous calls', () => meanwhile(() => result(fn.wait_gate.async, 5), () => fn.sleep_ms(1)), 5],
    ['calls run beside one another', async () => {
      fn.set_gate(false);
      const running = [1, 2].map((n) => result(fn.wait_gate.async, n));
      await until(() => fn.at_gate() === 2);
      fn.set_gate(true);
      return Promise.all(running);
    }, [1, 2]],
    ['a quick call overtakes a waiting one', async () => {
      const order = [];
      fn.set_gate(false);
      const slow = result(fn.wait_gate.async, 5).then(() => order.push('slow'));
      await result(fn.add.async, 1, 2).then(() => order.push('quick'));
      fn.set_gate(true);
      await slow;
      return order;
    }, ['quick', 'slow']],
    ['a thousand, one after the other', async () => {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum = await result(fn.add.async, sum, 1);
      return sum;
    }, 1000],
    ['200 at once', async () => {
      const sums = await Promise.all(Array.from({ length: 200 }, (_, n) => result(fn.add.async, n, 1)));
      return sums.reduce((a, b) => a + b);
    }, 20100],
    ['a call keeps the process alive', () => script(({ fn, say }) => {
      fn.sleep_ms.async(100, (error, ms) => say([error, ms]));
    }), ['[null, 100]', 'exit 0']],
    ['the process ends afterwards', () => script(({ fn, say }) => {
      fn.add.async(1, 2, () => say('done'));
    }), ['"done"', 'exit 0']],
    ['process.exit() with a call running', () => script(({ fn, say }) => {
      fn.sleep_ms.async(300, () => say('not reached'));
      setTimeout(() => process.exit(3), 50);
    }), ['exit 3']],
    ['process.exit() in the callback', () => script(({ fn }) => {
      fn.add.async(1, 2, () => process.exit(3));
    }), ['exit 3']],
    ['the callback is called once', async () => {
      let calls = 0;
      await new Promise((resolve) => fn.add.async(1, 2, () => resolve(calls++)));
      await result(fn.add.async, 1, 2);
      return calls;
    }, 1],
    ['more than 256 calls', () => script(({ fn, say }) => {
      const results = [];
      fn.set_gate(false);
      for (let i = 0; i < 300; i++) {
        try {
          fn.wait_gate.async(i, (error, r) => results.push(r));
        } catch {
          results.push('throws');
        }
      }
      say(results.length);
      fn.set_gate(true);
      process.on('exit', () => say(results.length === 300 && results.every((r) => typeof r === 'number' && r >= 0)));
    }), ['0', 'true', 'exit 0'], 'D-11'],
    ['max_async_calls', () => script(({ k, fn, say }) => {
      k.config({ max_async_calls: 8, resident_async_pools: 8 });
      fn.set_gate(false);
      for (let i = 0; i < 8; i++) fn.wait_gate.async(i, () => {});
      try {
        fn.wait_gate.async(8, () => say('not reached'));
        say('accepted');
      } catch (error) {
        say(error.constructor === Error);
      }
      fn.set_gate(true);
    }), ['true', 'exit 0']],
    ['max_async_calls counts calls whose callback has not run', () => script(({ k, fn, say }) => {
      k.config({ max_async_calls: 8, resident_async_pools: 8 });
      for (let i = 0; i < 8; i++) fn.add.async(i, 1, () => {});
      fn.sleep_ms(100);
      try {
        fn.add.async(8, 1, () => say('not reached'));
        say('accepted');
      } catch (error) {
        say(error.constructor === Error);
      }
    }), ['true', 'exit 0']],
    ['max_async_calls, once they are done', () => script(({ k, fn, say }) => {
      k.config({ max_async_calls: 8, resident_async_pools: 8 });
      let left = 8;
      for (let i = 0; i < 8; i++) {
        fn.add.async(i, 1, () => {
          if (--left === 0) setImmediate(() => fn.add.async(8, 1, (error, sum) => say([error, sum])));
        });
      }
    }), ['[null, 9]', 'exit 0']],
    ['max_async_calls frees a place after a wrong argument', () => script(({ k, fn, say }) => {
      k.config({ max_async_calls: 8, resident_async_pools: 8 });
      let n = 0;
      const next = () => (n++ < 20 ? setImmediate(() => fn.add.async('x', 1, next)) : say('done'));
      next();
    }), ['"done"', 'exit 0']],
    ['small memory settings', () => script(({ k, fn, say }) => {
      k.config({ async_stack_size: 65536, async_heap_size: 1024, resident_async_pools: 0 });
      fn.str_len.async('x'.repeat(100000), (error, length) => say([error, length]));
    }), ['[null, 100000]', 'exit 0']],
    ['no heap', () => script(({ k, fn, say }) => {
      k.config({ async_heap_size: 0 });
      fn.str_len.async('text', (error, length) => say([error, length]));
    }), ['[null, 4]', 'exit 0'], 'C-41'],
    ['file access beside many waiting calls', () => script(({ fn, say }) => {
      fn.set_gate(false);
      for (let i = 0; i < 4; i++) fn.wait_gate.async(i, () => {});
      const timer = setTimeout(() => {
        say('nothing');
        fn.set_gate(true);
      }, 2000);
      require('node:fs').readFile('/dev/null', () => {
        say('file');
        clearTimeout(timer);
        fn.set_gate(true);
      });
    }), ['"file"', 'exit 0'], 'D-12'],
    ['UV_THREADPOOL_SIZE is respected', () => script(({ fn, say, until }) => {
      fn.set_gate(false);
      for (let i = 0; i < 2; i++) fn.wait_gate.async(i, () => {});
      const timer = setTimeout(() => fn.set_gate(true), 2000);
      until(() => fn.at_gate() === 2 || fn.at_gate() === 0).then(() => {
        say(fn.at_gate());
        clearTimeout(timer);
        fn.set_gate(true);
      });
    }, { env: { UV_THREADPOOL_SIZE: '1' } }), ['0', 'exit 0']],
  ]);

  table('lifetime', [
    ['reset() in between', () => script(({ k, fn, say }) => {
      const { add } = fn;
      add.async(1, 2, (error, sum) => {
        say([error, sum]);
        k.reset();
        add.async(3, 4, (e, s) => say([e, s]));
      });
    }), ['[null, 3]', '[null, 7]', 'exit 0']],
    ['reset() while a call is running', () => script(({ k, fn, say, until }) => {
      fn.set_gate(false);
      fn.wait_gate.async(5, (error, r) => say([error, r]));
      until(() => fn.at_gate() === 1).then(() => {
        k.reset();
        fn.set_gate(true);
      });
    }), ['[null, 5]', 'exit 0'], 'Q-33'],
    ['the library is kept while a call is running', () => script(({ say, fixtures, collect }) => {
      (() => {
        const lib = fixtures();
        lib.func('void set_gate(bool open)')(false);
        lib.func('int wait_gate(int v)').async(5, (error, r) => say([error, r]));
      })();
      collect().then(() => setTimeout(() => fixtures().func('void set_gate(bool open)')(true), 20));
    }), ['[null, 5]', 'exit 0']],
    ['unload() while a call is running', () => script(({ say, fixtures }) => {
      const lib = fixtures();
      lib.func('int sleep_ms(int ms)').async(200, (error, r) => say([error, r]));
      setTimeout(() => lib.unload(), 50);
    }), ['[null, 200]', 'exit 0'], 'Q-06'],
    ['the function is kept while a call is running', async () => meanwhile(() => {
      const wait = lib().func('int wait_gate(int v)');
      return result(wait.async, 5);
    }, collect), 5],
    ['the callback is kept while a call is running', () => meanwhile(() => new Promise((resolve) => {
      fn.wait_gate.async(5, ((factor) => (error, r) => resolve(r * factor))(3));
    }), collect), 15],
  ]);

  // -- the documented uses ---------------------------------------------------------------------------------------------

  table('documented', [
    ['atoi()', () => script(({ k }) => {
      const lib = k.load('libc.so.6');
      const atoi = lib.func('int atoi(const char *str)');

      atoi.async('1257', (err, res) => {
        console.log('Result:', res);
      });
      console.log('Hello World!');
    }), ['Hello World!', 'Result: 1257', 'exit 0']],
    ['promisify()', async () => {
      const atoi = k.load('libc.so.6').func('int atoi(const char *str)');
      return promisify(atoi.async)('1257');
    }, 1257],
    ['decoded function pointer', async () => {
      const type = k.proto(`int ${fresh('BinaryIntFunc')}(int a, int b)`);
      const get = lib().func(`${type.name} *get_fn(const char *name)`);
      return promisify(k.decode(get('sub'), type).async)(100, 58);
    }, 42],
    ['a callback in an asynchronous call', () => script(({ k, lib }) => {
      const type = k.proto('int TransferCallback(const char *str, int age)');
      const transfer = lib().func('TransferToJS', 'int', ['str', 'int', k.pointer(type)]);
      const answer = (str, age) => {
        console.log(str, age);
        return 42;
      };
      transfer.async('Niels', 27, answer, (err, res) => console.log(err, res));
    }), ['Hello Niels! 27', 'null 42', 'exit 0']],
    ['in a loop of awaits', async () => {
      const sleep = promisify(fn.sleep_ms.async);
      const slept = [];
      for (const ms of [1, 2, 3]) slept.push(await sleep(ms));
      return slept;
    }, [1, 2, 3]],
  ]);
};

/** The sum of n * (n + 1) for n from 0 to 63: what weigh_64 makes of 1 to 64. */
function args64() {
  let sum = 0;
  for (let n = 0; n < 64; n++) sum += n * (n + 1);
  return sum;
}

'use strict';
// Callbacks that C calls from other threads, in asynchronous calls, and in workers.

const { E, crash, unstable } = require('../probe');

module.exports = ({ table, setup, k, fn, defineCallbacks, script, until, collect, uncaught, completion, result }) => {
  setup(defineCallbacks);

  const double = (v) => v * 2;
  const ERROR = new Error('mine');
  const fail = () => { throw ERROR; };

  // -- threads of C -------------------------------------------------------------------------------------------

  /** Registers `callback`, starts a thread that calls it, and gives what that thread got. */
  async function fromThread(start, type, callback) {
    const value = k.register(callback, type);
    start(value);
    await until(() => fn.thread_res() !== -1);
    fn.join_thread();
    k.unregister(value);
    return fn.thread_res();
  }

  table('thread of C', [
    ['argument', async () => {
      let seen;
      const value = k.register((v) => { seen = v; }, 'VoidCb *');
      fn.start_thread(value);
      await until(() => seen !== undefined);
      fn.join_thread();
      k.unregister(value);
      return seen;
    }, 77],
    ['result', () => fromThread(fn.start_thread_int, 'IntCb *', double), 10],
    ['string argument and result', () => fromThread(fn.start_thread_len, 'StrCb *', (s) => `${s}!`), 14],
    ['NULL result', () => fromThread(fn.start_thread_len, 'StrCb *', () => null), -2],
    ['many calls', () => fromThread(fn.start_thread_n, 'IntCb *', (v) => v), 4950],
    ['waits for the event loop', async () => {
      const order = [];
      const running = fromThread(fn.start_thread_int, 'IntCb *', (v) => order.push('callback') && v);
      fn.sleep_ms(30);
      order.push('rest of the turn');
      await running;
      return order;
    }, ['rest of the turn', 'callback']],
    ['calls C', () => fromThread(fn.start_thread_int, 'IntCb *', (v) => fn.add(v, 1)), 6],
    ['calls C that calls back', () => fromThread(fn.start_thread_int, 'IntCb *', (v) => fn.call_int(double, v) + 1), 11],
    ['calls C at last with a string', () => fromThread(fn.start_thread_len, 'StrCb *', (s) => fn.call_str_ret((t) => `${t}?`, s)), 14],
    ['registers and unregisters', () => fromThread(fn.start_thread_int, 'IntCb *', (v) => {
      const inner = k.register(double, 'IntCb *');
      const r = fn.call_int(inner, v);
      k.unregister(inner);
      return r;
    }), 10],
    ['after collected garbage', async () => {
      const value = k.register(((factor) => (v) => v * factor)(6), 'IntCb *');
      await collect();
      fn.start_thread_int(value);
      await until(() => fn.thread_res() !== -1);
      fn.join_thread();
      k.unregister(value);
      return fn.thread_res();
    }, 30],
    ['an exception is uncaught', () => uncaught(() => fromThread(fn.start_thread_int, 'IntCb *', fail)).then((seen) => [seen.length, seen[0] === ERROR]), [1, true]],
    ['an exception gives C 0', async () => {
      let r;
      await uncaught(async () => (r = await fromThread(fn.start_thread_int, 'IntCb *', fail)));
      return r;
    }, 0, unstable('Q-18')],
    ['a wrong result is uncaught', () => uncaught(() => fromThread(fn.start_thread_int, 'IntCb *', () => 'x')), [new TypeError()]],
    ['a wrong result gives C 0', async () => {
      let r;
      await uncaught(async () => (r = await fromThread(fn.start_thread_int, 'IntCb *', () => 'x')));
      return r;
    }, 0, unstable('Q-18')],
    ['an exception gives C NULL', async () => {
      let r;
      await uncaught(async () => (r = await fromThread(fn.start_thread_len, 'StrCb *', fail)));
      return r;
    }, -2, { ...crash('Q-18'), unstable: true }],
    ['transient, called too late: C receives 0', () => script(({ fn, say, until, defineTypes }) => {
      defineTypes();
      process.on('uncaughtException', () => {});
      fn.set_gate(false);
      fn.start_thread_gate((v) => v);
      fn.set_gate(true);
      until(() => fn.thread_res() !== -1).then(() => say(fn.thread_res()));
    }, { limit: 3000 }), ['0', 'exit 0'], 'Q-62'],
    ['unregistered, called too late: C receives 0', () => script(({ k, fn, say, until, defineTypes }) => {
      defineTypes();
      process.on('uncaughtException', () => {});
      fn.set_gate(false);
      const value = k.register((v) => v, 'IntCb *');
      fn.start_thread_gate(value);
      k.unregister(value);
      fn.set_gate(true);
      until(() => fn.thread_res() !== -1).then(() => say(fn.thread_res()));
    }, { limit: 3000 }), ['0', 'exit 0'], 'Q-62'],
    ['an uncaught exception ends the process', () => script(({ k, fn, defineTypes }) => {
      defineTypes();
      fn.start_thread_int(k.register(() => { throw new Error('mine'); }, 'IntCb *'));
      setTimeout(() => {}, 5000);
    }), ['exit 1']],
    ['process.exit() inside', () => script(({ k, fn, defineTypes }) => {
      defineTypes();
      fn.start_thread_int(k.register(() => process.exit(3), 'IntCb *'));
      setTimeout(() => {}, 5000);
    }), ['exit 3']],
    ['the main thread waits in C for it: nobody can go on', () => script(({ k, fn, say, defineTypes }) => {
      defineTypes();
      fn.start_thread_int(k.register((v) => v, 'IntCb *'));
      say('joins');
      fn.join_thread();
      say('joined');
    }, { limit: 3000 }), ['"joins"', 'hangs']],
    ['a waiting call keeps the process alive', () => script(({ k, fn, say, defineTypes }) => {
      defineTypes();
      fn.start_thread_int(k.register((v) => {
        say(v);
        return v;
      }, 'IntCb *'));
      fn.sleep_ms(100);
    }), ['5', 'exit 0'], unstable('Q-30')],
    ['a waiting call at exit', () => script(({ k, fn, say, defineTypes }) => {
      defineTypes();
      fn.start_thread_int(k.register((v) => v, 'IntCb *'));
      fn.sleep_ms(100);
      say('leaves');
      process.exit(0);
    }), ['"leaves"', 'exit 0'], unstable('Q-30')],
  ]);

  table('event loop', [
    ['callback outside of any call', () => script(({ k, say, defineTypes }) => {
      defineTypes();
      const node = k.load(null);
      const timer = k.alloc('uint8_t', 1024);
      const callback = k.register((p) => say(p === timer), k.pointer(k.proto('void (void *p)')));
      node.func('int uv_timer_init(void *loop, void *timer)')(node.func('void *uv_default_loop()')(), timer);
      node.func('int uv_timer_start(void *timer, void *cb, uint64_t ms, uint64_t again)')(timer, callback, 10, 0);
    }), ['true', 'exit 0']],
    ['exception in one', () => script(({ k, say, defineTypes }) => {
      defineTypes();
      const node = k.load(null);
      const timer = k.alloc('uint8_t', 1024);
      const callback = k.register(() => { throw new RangeError('mine'); }, k.pointer(k.proto('void (void *p)')));
      process.on('uncaughtException', (error) => say(error));
      node.func('int uv_timer_init(void *loop, void *timer)')(node.func('void *uv_default_loop()')(), timer);
      node.func('int uv_timer_start(void *timer, void *cb, uint64_t ms, uint64_t again)')(timer, callback, 10, 0);
    }), ['[RangeError]', 'exit 0'], 'D-19'],
  ]);

  // -- asynchronous calls -----------------------------------------------------------------------------------------

  table('asynchronous call', [
    ['transient', () => result(fn.call_int.async, double, 5), 10],
    ['registered', async () => {
      const value = k.register(double, 'IntCb *');
      const r = await result(fn.call_int.async, value, 5);
      k.unregister(value);
      return r;
    }, 10],
    ['C function', () => result(fn.call_int.async, fn.id_int32, 5), 5],
    ['NULL', () => result(fn.call_int.async, null, 5), -99],
    ['struct member', () => result(fn.call_cbs.async, { cb: double, v: 5 }), 10],
    ['array', () => result(fn.call_each.async, [double, double], 2, 5), 20],
    ['as()', () => result(fn.call_int.async, k.as(double, 'IntCb *'), 5), 10],
    ['many calls', () => result(fn.call_n.async, (v) => v, 100), 4950],
    ['double and float', () => result(fn.call_dbl.async, (a, b) => a + b, 0.25, 0.5), 0.75],
    ['bool', () => result(fn.call_bool.async, (b) => !b, true), 0],
    ['int64_t', () => result(fn.call_i64.async, (a, b) => a - b, 2n ** 60n, 2n ** 59n), 2n ** 59n],
    ['string', () => result(fn.call_str_ret.async, (s) => `${s}!`, 'text'), 'text!'],
    ['long string argument', () => result(fn.call_str.async, (s) => String(s.length), 'x'.repeat(1 << 20)), 7],
    ['long string result', () => result(fn.call_str.async, () => 'x'.repeat(1 << 20), 'x'), 1 << 20, crash('D-16')],
    ['pointer', () => result(fn.call_p.async, (p) => p, 16n), 16n],
    ['struct', () => result(fn.call_S3.async, (s) => ({ ...s, a: s.a + 1 }), { a: 1, b: 2, c: 3.5 }), { a: 2, b: 2, c: 3.5 }],
    ['struct in memory', async () => {
      await result(fn.rec_l4.async, () => ({ a: 1, b: 2, c: 3, d: 4 }));
      return fn.get_l4();
    }, { a: 1, b: 2, c: 3, d: 4 }],
    ['struct pointer', () => result(fn.call_S3P.async, (p) => k.decode(p, 'S3').a, 5), 5005],
    ['union', async () => (await result(fn.call_U.async, (u) => ({ i: u.i * 2 }), { i: 5n })).i, 10],
    ['function as a result', () => result(fn.call_getcb.async, () => (w) => w * 3, 7), 21, { ...crash('Q-29'), unstable: true }],
    ['pointer argument is written', () => result(fn.call_out.async, (p) => k.encode(p, 'int', 9), 5), 9],
    ['with an output', async () => {
      const holder = [null];
      const r = await result(fn.out_then_cb.async, holder, () => 1);
      return [r, holder];
    }, [9, [7]]],
    ['calls C', () => result(fn.call_int.async, (v) => fn.call_int(double, v) + fn.add(1, 2), 5), 13],
    ['starts another asynchronous call', async () => {
      let inner;
      const r = await result(fn.call_int.async, (v) => {
        inner = result(fn.call_int.async, double, v);
        return v;
      }, 5);
      return [r, await inner];
    }, [5, 10]],
    ['several at once', () => Promise.all([1, 2, 3, 4, 5, 6].map((n) => result(fn.call_int.async, (v) => v * n, 5))), [5, 10, 15, 20, 25, 30]],
    ['runs before the completion', async () => {
      const order = [];
      await result(fn.call_int.async, (v) => order.push('callback') && v, 5);
      return [...order, 'completion'];
    }, ['callback', 'completion']],
    ['never synchronously', async () => {
      const order = [];
      const running = result(fn.call_int.async, (v) => order.push('callback') && v, 5);
      fn.sleep_ms(30);
      order.push('rest of the turn');
      await running;
      return order;
    }, ['rest of the turn', 'callback']],
    ['after collected garbage', async () => {
      fn.set_gate(false);
      const running = result(fn.gate_call.async, ((factor) => (v) => v * factor)(6), 5);
      await collect();
      fn.set_gate(true);
      return running;
    }, 30],
    ['counts until its completion', async () => {
      const before = k.stats().callbacks;
      fn.set_gate(false);
      const running = result(fn.gate_call.async, double, 5);
      const during = k.stats().callbacks;
      fn.set_gate(true);
      await running;
      return [during - before, k.stats().callbacks - before];
    }, [1, 0]],
    ['synchronous calls in between', async () => {
      fn.set_gate(false);
      const running = result(fn.gate_call.async, double, 5);
      const between = fn.call_int((v) => v + 1, 5);
      fn.set_gate(true);
      return [between, await running];
    }, [6, 10]],
    ['kept by C', async () => {
      await result(fn.store_cb.async, double);
      return fn.call_stored(5);
    }, E],
    ['exception: uncaught, and the call completes', async () => {
      let given;
      const seen = await uncaught(async () => (given = await completion(fn.call_void.async, fail, 5)));
      return [seen.length, seen[0] === ERROR, given];
    }, [1, true, [null, undefined]]],
    ['exception: C receives 0', async () => {
      let given;
      await uncaught(async () => (given = await completion(fn.call_int.async, fail, 5)));
      return given;
    }, [null, 0], unstable('Q-18')],
    ['exception: C receives 0 for a double', async () => {
      let given;
      await uncaught(async () => (given = await completion(fn.call_dbl.async, fail, 5, 6)));
      return given;
    }, [null, 0], unstable('Q-18')],
    ['exception: C receives zeros for a struct', async () => {
      let given;
      await uncaught(async () => (given = await completion(fn.call_S3.async, fail, { a: 1, b: 2, c: 3 })));
      return given;
    }, [null, { a: 0, b: 0, c: 0 }], unstable('Q-18')],
    ['exception: outputs are copied back', async () => {
      const holder = [null];
      await uncaught(() => completion(fn.out_then_cb.async, holder, fail));
      return holder;
    }, [6], unstable('Q-18')],
    ['wrong result: uncaught, and the call completes', async () => {
      let given;
      const seen = await uncaught(async () => (given = await completion(fn.call_bool.async, () => 1, true)));
      return [seen, given.length];
    }, [[new TypeError()], 2]],
    ['wrong result: C receives 0', async () => {
      let given;
      await uncaught(async () => (given = await completion(fn.call_int.async, () => 'x', 5)));
      return given;
    }, [null, 0], unstable('Q-18')],
    ['an uncaught exception ends the process', () => script(({ fn, defineTypes }) => {
      defineTypes();
      fn.call_int.async(() => { throw new Error('mine'); }, 5, () => {});
    }), ['exit 1']],
    ['process.exit() inside', () => script(({ fn, defineTypes }) => {
      defineTypes();
      fn.call_int.async(() => process.exit(3), 5, () => {});
    }, { limit: 5000 }), ['exit 3'], 'Q-30'],
    ['waitpid-like use: the callback comes while the loop is free', () => script(({ fn, say, defineTypes }) => {
      defineTypes();
      fn.set_gate(false);
      fn.gate_call.async((v) => {
        say('callback');
        return v;
      }, 5, (error, r) => say([error, r]));
      setTimeout(() => {
        say('timer');
        fn.set_gate(true);
      }, 20);
    }), ['"timer"', '"callback"', '[null, 5]', 'exit 0']],
  ]);

  // -- workers --------------------------------------------------------------------------------------------------------

  table('worker', [
    ['callbacks of its own', () => script(({ fn, k, say, worker, defineTypes }) => {
      defineTypes();
      const value = k.register((v) => v + 1, 'IntCb *');
      worker(({ fn, k, say, defineTypes }) => {
        defineTypes();
        const inner = k.register((v) => v + 2, 'IntCb *');
        say([fn.call_int(inner, 5), fn.call_int((v) => v + 3, 5)]);
      }).on('exit', (code) => {
        say(code);
        say(fn.call_int(value, 5));
      });
    }), ['[7, 8]', '0', '6', 'exit 0']],
    ['its callbacks are not counted elsewhere', () => script(({ k, say, worker, defineTypes }) => {
      defineTypes();
      k.register((v) => v, 'IntCb *');
      worker(({ k, say, defineTypes }) => {
        defineTypes();
        say(k.stats().callbacks);
        k.register((v) => v, 'IntCb *');
      }).on('exit', () => say(k.stats().callbacks));
    }), ['0', '1', 'exit 0'], 'D-17'],
    ['asynchronous calls', () => script(({ say, worker }) => {
      worker(({ fn, say, defineTypes }) => {
        defineTypes();
        fn.call_int.async((v) => v * 2, 5, (error, r) => say([error, r]));
      }).on('exit', say);
    }), ['[null, 10]', '0', 'exit 0']],
    ['threads of C', () => script(({ say, worker }) => {
      worker(({ fn, k, say, defineTypes }) => {
        defineTypes();
        const value = k.register((v) => {
          setImmediate(() => {
            fn.join_thread();
            say(fn.thread_res());
            clearInterval(alive);
          });
          return v * 2;
        }, 'IntCb *');
        const alive = setInterval(() => {}, 1000);
        fn.start_thread_int(value);
      }).on('exit', say);
    }), ['10', '0', 'exit 0']],
    ['its callback is called by the main thread', () => script(({ fn, k, say, worker, defineTypes }) => {
      defineTypes();
      const other = worker(({ fn, k, main, defineTypes }) => {
        const { parentPort } = require('node:worker_threads');
        defineTypes();
        parentPort.on('message', () => parentPort.close());
        parentPort.postMessage(k.register((v) => (main ? -1 : v * 2), 'IntCb *'));
      });
      other.once('message', (value) => {
        // Another turn: the worker has to be back in its event loop.
        setTimeout(() => {
          say(fn.call_int(value, 5));
          other.postMessage('end');
        }, 100);
      });
      other.on('exit', say);
    }), ['10', '0', 'exit 0']],
    ['its callback is called after its end', () => script(({ fn, say, worker, defineTypes }) => {
      defineTypes();
      let value;
      worker(({ k, defineTypes }) => {
        defineTypes();
        require('node:worker_threads').parentPort.postMessage(k.register((v) => v * 2, 'IntCb *'));
      })
        .on('message', (given) => (value = given))
        .on('exit', () => {
          try {
            say(fn.call_int(value, 5));
          } catch (error) {
            say(error.constructor === Error);
          }
        });
    }), ['true', 'exit 0'], 'Q-66'],
    ['its callback after its end gives C 0', () => script(({ fn, say, worker, defineTypes, defineCallbacks }) => {
      defineTypes();
      defineCallbacks();
      let value;
      fn.rec_int(() => 8);
      worker(({ k, defineTypes }) => {
        defineTypes();
        require('node:worker_threads').parentPort.postMessage(k.register((v) => v * 2, 'IntCb *'));
      })
        .on('message', (given) => (value = given))
        .on('exit', () => {
          try {
            fn.rec_int(value);
          } catch {
            // judged above
          }
          say(fn.get_int());
        });
    }), ['0', 'exit 0'], 'Q-66'],
    ['ended while a call is running', () => script(({ fn, say, worker, until, defineTypes }) => {
      defineTypes();
      fn.set_gate(false);
      const other = worker(({ fn, defineTypes }) => {
        defineTypes();
        fn.wait_gate.async(5, () => {});
      });
      until(() => fn.at_gate() === 1).then(() => {
        setTimeout(() => fn.set_gate(true), 100);
        other.terminate().then(() => say('ended'));
      });
    }), ['"ended"', 'exit 0']],
    ['ended while a thread waits for its callback', () => script(({ fn, say, worker, until, defineTypes }) => {
      defineTypes();
      const other = worker(({ fn, k, defineTypes }) => {
        defineTypes();
        fn.start_thread_int(k.register((v) => v, 'IntCb *'));
        require('node:worker_threads').parentPort.postMessage('started');
        for (;;); // never gives its event loop a turn
      });
      other.on('message', () => setTimeout(() => other.terminate().then(async () => {
        await until(() => fn.thread_res() !== -1);
        say(fn.thread_res());
      }), 100));
    }, { limit: 5000 }), ['0', 'exit 0'], unstable('Q-66')],
  ]);
};

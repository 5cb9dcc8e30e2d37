'use strict';
// Directions, holders, outputs of every kind.

const { TE, E, RE, unstable } = require('../probe');

module.exports = ({ probe, table, k, lib, f, fn }) => {
  const set7 = (value) => {
    f('void set_int32(_Out_ int *p, int v)')(value, 7);
    return value;
  };
  const inc = (value, n = 1) => {
    fn.inc_ints(value, n);
    return value;
  };

  // -- numbers -------------------------------------------------------------------------------------------

  class Holder extends Array {}
  const named = Object.assign([null], { extra: 5 });

  table('_Out_ int *', [
    ...[[null], [undefined], [0], [true], [5n], [1.5]].map((v) => [`[${String(v[0])}]`, () => set7(v), [7]]),
    ['Array(1)', () => set7(Array(1)), [7]],
    ['[1, 2, 3]', () => set7([1, 2, 3]), [7, 0, 0]],
    ['[null, null]', () => set7([null, null]), [7, 0]],
    ['Array(2)', () => set7(Array(2)), [7, 0]],
    ["['x']", () => set7(['x']), ['\u0007']],
    ['identity is kept', () => {
      const holder = [null];
      return set7(holder) === holder;
    }, true],
    ['extra properties are kept', () => set7(named).extra, 5],
    ['subclass', () => set7(Holder.from([null])) instanceof Holder, true],
    ['{}', () => set7({}), TE],
    ['array-like', () => set7({ length: 1, 0: 0 }), TE],
    ['string', () => set7('x'), TE],
    ['Int32Array', () => set7(new Int32Array(2)), new Int32Array([7, 0])],
    ['Int16Array', () => set7(new Int16Array(4)), new Int16Array([7, 0, 0, 0])],
    ['Float64Array', () => new Uint8Array(set7(new Float64Array(1)).buffer), new Uint8Array([7, 0, 0, 0, 0, 0, 0, 0])],
    ['Buffer', () => set7(Buffer.alloc(8)), Buffer.from([7, 0, 0, 0, 0, 0, 0, 0])],
    ['ArrayBuffer', () => new Uint8Array(set7(new ArrayBuffer(4))), new Uint8Array([7, 0, 0, 0])],
    ['DataView', () => set7(new DataView(new ArrayBuffer(4))).getInt32(0, true), 7],
    ['frozen array', () => set7(Object.freeze([0])), TE, 'Q-26'],
    ['null', () => f('int str_null(_Out_ int *p)')(null), 1],
    ['undefined', () => f('int str_null(_Out_ int *p)')(undefined), 1],
    ['address', () => {
      set7(fn.addr_int32());
      return k.decode(fn.addr_int32(), 'int');
    }, 7],
    ['Number address', () => {
      set7(Number(fn.addr_int32()));
      return k.decode(fn.addr_int32(), 'int');
    }, 7],
    ['[]', () => f('int str_null(_Out_ int *p)')([]), 0],
    ['memory starts at zero', () => {
      const holder = [5, 6];
      f('int str_len(_Out_ int *p)')(holder);
      return holder;
    }, [0, 0]],
    ['several elements', () => {
      const holder = [null, null, null];
      fn.fill_ints(holder, 3, 5);
      return holder;
    }, [5, 6, 7]],
  ]);

  table('_Inout_ int *', [
    ['[0]', () => inc([0]), [1]],
    ['[5n]', () => inc([5n]), [6]],
    ['[1.5]', () => inc([1.5]), [2]],
    ['[2 ** 40]', () => inc([2 ** 40]), [1]],
    ['[null]', () => inc([null]), TE],
    ['[undefined]', () => inc([undefined]), TE],
    ['[true]', () => inc([true]), TE],
    ['Array(2)', () => inc(Array(2)), TE],
    ["['x']", () => inc(['x']), ['y']],
    ['several', () => inc([1, 2, 3], 2), [2, 3, 3]],
    ['{}', () => inc({}), TE],
    ['Int32Array', () => inc(new Int32Array([1, 2]), 2), new Int32Array([2, 3])],
    ['frozen array', () => inc(Object.freeze([0])), TE, 'Q-26'],
    ['null', () => f('int str_null(_Inout_ int *p)')(null), 1],
  ]);

  table('other numbers', [
    ['int64 small', () => {
      const holder = [1];
      fn.inc_i64(holder, 1);
      return holder;
    }, [2]],
    ['int64 large', () => {
      const holder = [2n ** 60n];
      fn.inc_i64(holder, 1);
      return holder;
    }, [2n ** 60n + 1n]],
    ['bool', () => {
      const holder = [null];
      f('void set_bool(_Out_ bool *p, bool v)')(holder, true);
      return holder;
    }, [true]],
    ['double', () => {
      const holder = [0, 0];
      fn.fill_dbl(holder, 2, 1.5);
      return holder;
    }, [1.5, 2.5]],
    ['uint8', () => {
      const holder = [0, 0];
      fn.fill_u8(holder, 2, 255);
      return holder;
    }, [255, 0]],
    ['uint64', () => {
      const holder = [0];
      f('void set_uint64(_Out_ uint64_t *p, uint64_t v)')(holder, -1);
      return holder;
    }, [2n ** 64n - 1n]],
    ['byte order', () => {
      const holder = [0];
      f('void set_uint16(_Out_ uint16_be *p, uint16_be v)')(holder, 0x102);
      return holder;
    }, [0x102]],
    ['enum', () => {
      const holder = [0];
      f('void set_int32(_Out_ Enum *p, Enum v)')(holder, 5);
      return holder;
    }, [5]],
    ['out() marker', () => {
      const holder = [0];
      lib().func('set_int32', 'void', [k.out('int *'), 'int'])(holder, 9);
      return holder;
    }, [9]],
    ['inout() marker', () => {
      const holder = [1];
      lib().func('inc_ints', 'void', [k.inout('int *'), 'int'])(holder, 1);
      return holder;
    }, [2]],
    ["'_Out_ int *' in a classic list", () => {
      const holder = [0];
      lib().func('set_int32', 'void', ['_Out_ int *', 'int'])(holder, 9);
      return holder;
    }, [9]],
    ['in() marker', () => {
      const holder = [1];
      lib().func('inc_ints', 'void', [k.in('int *'), 'int'])(holder, 1);
      return holder;
    }, [1]],
    ['copied once, after the call', () => {
      const same = [1];
      f('void strs_rev(_Inout_ int *p, int n)')(same, 0);
      fn.inc_ints(same, 1);
      return same;
    }, [2]],
  ]);

  // -- structs ----------------------------------------------------------------------------------------------

  const fill = (value) => {
    fn.fill_S3(value, 1, 2, 3);
    return value;
  };
  const S = { a: 1, b: 2, c: 3 };
  class Target {
    constructor() {
      this.mine = 9;
    }
  }

  table('_Out_ S *', [
    ['{}', () => fill({}), S],
    ['other keys stay', () => fill({ z: 1 }), { z: 1, ...S }],
    ['class instance', () => fill(new Target()).a, 1],
    ['class instance keeps its own', () => fill(new Target()).mine, 9],
    ['null prototype', () => fill(Object.create(null)).b, 2],
    ['setters are called', () => {
      let seen = 0;
      fill({ set a(v) { seen = v; } });
      return seen;
    }, 1],
    ['Proxy', () => {
      const target = {};
      fill(new Proxy(target, {}));
      return target;
    }, S],
    ['[{}]', () => fill([{}]), [S]],
    ['[null]', () => fill([null]), [S]],
    ['[{}, {}]', () => fill([{}, {}]), [S, { a: 0, b: 0, c: 0 }]],
    ['elements are replaced', () => {
      const element = {};
      fill([element]);
      return element;
    }, {}],
    ['[] for an address', () => f('int str_null(_Out_ S3 *s)')([]), 0],
    ['Buffer', () => fill(Buffer.alloc(16)).readInt32LE(0), 1],
    ['small Buffer', () => f('int str_null(_Out_ S3 *s)')(Buffer.alloc(4)), E, 'Q-24'],
    ['null', () => f('int str_null(_Out_ S3 *s)')(null), 1],
    ['frozen object', () => fill(Object.freeze({ a: 0, b: 0, c: 0 })), TE, 'Q-26'],
    ['sealed object', () => fill(Object.seal({ a: 0, b: 0, c: 0 })), S],
    ['object that cannot be extended', () => fill(Object.preventExtensions({ a: 0 })), TE, 'Q-26'],
    ['getter only', () => fill(Object.defineProperty({}, 'a', { get: () => 5 })), TE, 'Q-26'],
    ['setter that throws', () => fill({ set a(v) { throw new RangeError('mine'); } }), RE],
    ['string', () => fill('x'), TE],
    ['Number outside', () => f('int str_null(_Out_ S3 *s)')(0), 1],
    ['Boolean', () => f('int str_null(_Out_ S3 *s)')(true), TE, 'Q-22'],
    ['Map', () => fill(new Map()), TE, 'Q-22'],
    ['Date', () => fill(new Date(0)), TE, 'Q-22'],
    ['function', () => fill(() => 1), TE, 'Q-22'],
    ['content is not read', () => fill({ get a() { return 'x'; }, set a(v) {} }).b, 2],
    ['arrays inside', () => {
      const out = {};
      fn.fill_SA(out);
      return out;
    }, { x: 9, arr: new Int32Array([0, 10, 20, 30]), name: 'bob' }],
    ['strings inside', () => {
      const out = {};
      fn.fill_SP(out);
      return out;
    }, { s: 'hello', w: 'wide', p: 0x1234n, ip: null }],
  ]);

  table('a call during copy-back', [
    ['in a setter', () => {
      const seen = {};
      const target = {
        set a(v) {
          fn.fill_S3({}, 9, 9, 9);
          seen.a = v;
        },
        set b(v) { seen.b = v; },
        set c(v) { seen.c = v; },
      };
      fill(target);
      return seen;
    }, S, 'Q-68'],
  ]);

  const incS = (value) => {
    fn.inc_S3(value);
    return value;
  };
  table('_Inout_ S *', [
    ['object', () => incS({ a: 1, b: 2, c: 3 }), { a: 2, b: 3, c: 4 }],
    ['{}', () => incS({}), { a: 1, b: 1, c: 1 }],
    ['partial object', () => incS({ c: 1.5 }), { c: 2.5, a: 1, b: 1 }],
    ['last member of a wrong kind', () => incS({ a: 1, b: 2, c: 'x' }), TE],
    ['array', () => incS([{ a: 1, b: 1, c: 1 }]), [{ a: 2, b: 2, c: 2 }]],
    ['array of two', () => {
      const list = [{ a: 1 }, { a: 5 }];
      fn.S3_inc_arr(list, 2);
      return list;
    }, [{ a: 2, b: 0, c: 0 }, { a: 6, b: 0, c: 0 }]],
    ['elements are replaced', () => {
      const element = { a: 1 };
      const list = incS([element]);
      return [element.a, list[0] === element];
    }, [1, false]],
    ['[null]', () => incS([null]), TE],
    ['null', () => f('int str_null(_Inout_ S3 *s)')(null), 1],
    ['nested members are replaced', () => {
      const arr = [1, 2, 3, 4];
      const object = { x: 1, arr, name: 'ab' };
      f('int SA_arr(_Inout_ SA *s, int i)')(object, 0);
      return [object.arr === arr, object];
    }, [false, { x: 1, arr: new Int32Array([1, 2, 3, 4]), name: 'ab' }]],
    ['string member', () => {
      const object = { s: 'text', w: null, p: null, ip: null };
      f('int SP_len(_Inout_ SP *s)')(object);
      return object;
    }, { s: 'text', w: null, p: null, ip: null }],
    ['pointer member given as an array stays', () => {
      const object = { s: 'text', w: null, p: null, ip: [1, 2] };
      f('int SP_len(_Inout_ SP *s)')(object);
      return object.ip;
    }, [1, 2], 'Q-61'],
  ]);

  // -- pointers -----------------------------------------------------------------------------------------------

  table('pointer output', [
    ['Opq ** [null]', () => {
      const holder = [null];
      fn.opq_new_out(holder, 5);
      const value = fn.opq_get(holder[0]);
      fn.opq_free(holder[0]);
      return [typeof holder[0], value];
    }, ['bigint', 5]],
    ['NULL', () => {
      const holder = [5n];
      fn.opq_null_out(holder);
      return holder;
    }, [null]],
    ['int **', () => {
      const holder = [null];
      fn.set_pp(holder);
      return k.decode(holder[0], 'int');
    }, 55],
    ['void **', () => {
      const holder = [null];
      f('void set_pp(_Out_ void **pp)')(holder);
      return k.decode(holder[0], 'int');
    }, 55],
    ['named pointer', () => {
      const holder = [null];
      f('int opq_null_out(_Out_ HANDLE *out)')(holder);
      return holder;
    }, [null]],
    ['Buffer', () => {
      const buffer = Buffer.alloc(8);
      fn.set_pp(buffer);
      return k.decode(k.decode(buffer, 'int *'), 'int');
    }, 55],
    ['BigUint64Array', () => {
      const array = new BigUint64Array(1);
      fn.set_pp(array);
      return k.decode(array[0], 'int');
    }, 55],
    ['_Out_ Opq * with an array', () => f('int str_null(_Out_ Opq *o)')([null]), TE],
    ['_Out_ Opq * with an object', () => f('int str_null(_Out_ Opq *o)')({}), TE],
    ['_Out_ Opq * with null', () => f('int str_null(_Out_ Opq *o)')(null), 1],
    ['_Inout_ int **', () => {
      const holder = [[5]];
      f('void set_pp(_Inout_ int **pp)')(holder);
      return k.decode(holder[0], 'int');
    }, 55],
    ['_Out_ pointer to an array', () => {
      const holder = [[0, 0, 0]];
      f('void fill_ints(_Out_ IntArray3 p, int n, int start)')(holder, 3, 5);
      return holder;
    }, [new Int32Array([5, 6, 7])]],
    ['_Out_ void * [null]', () => f('int str_null(_Out_ void *p)')([null]), TE],
    ['_Out_ void * {}', () => f('int str_null(_Out_ void *p)')({}), TE],
    ['_Out_ void * null', () => f('int str_null(_Out_ void *p)')(null), 1],
  ]);

  // -- strings --------------------------------------------------------------------------------------------------

  const put = (holder, text) => {
    fn.put_str(holder, text);
    return holder;
  };
  const fillChars = (holder, n) => {
    f('void fill_u8(_Out_ char *p, int n, int start)')(holder, n, 65);
    return holder;
  };
  table('_Out_ char *', [
    ["['\\0' * 8]", () => put(['\0'.repeat(8)], 'hi'), ['hi']],
    ["['abcdefgh']", () => put(['abcdefgh'], 'hi'), ['hi']],
    ['filled completely', () => fillChars(['\0'.repeat(4)], 4), ['ABCD']],
    ['size in UTF-8 bytes', () => put(['é'.repeat(4)], 'hi'), ['hi']],
    ['nothing written', () => {
      const holder = ['abc'];
      f('int str_null(_Out_ char *s)')(holder);
      return holder;
    }, ['abc']],
    ['code units', () => put([0, 0, 0, 0], 'hi'), [104, 105, 0, 0], unstable('Q-11')],
    ["['a', 'b']", () => put(['a', 'b'], ''), TE, 'Q-11'],
    ['[Buffer]', () => put([Buffer.alloc(4)], ''), TE, 'Q-11'],
    ['string', () => put('abc', ''), TE],
    ['object', () => put({}, ''), TE],
    ['Buffer', () => put(Buffer.alloc(3), 'hi'), Buffer.from('hi\0')],
    ['Int8Array', () => put(new Int8Array(3), 'hi'), new Int8Array([104, 105, 0])],
    ['Uint8Array', () => put(new Uint8Array(3), 'hi'), new Uint8Array([104, 105, 0])],
    ['null', () => f('int str_null(_Out_ char *s)')(null), 1],
    ['16-bit', () => {
      const holder = ['\0'.repeat(4)];
      fn.fill_str16(holder, 3, 0x41);
      return holder;
    }, ['AAA']],
    ['_Out_ int8_t *', () => {
      const holder = ['\0\0\0'];
      f('void fill_u8(_Out_ int8_t *p, int n, int start)')(holder, 2, 65);
      return holder;
    }, ['AB']],
    ['_Out_ void *', () => {
      const holder = ['\0\0\0'];
      f('void fill_u8(_Out_ void *p, int n, int start)')(holder, 2, 65);
      return holder;
    }, ['AB']],
    ['_Out_ uint8_t * is numeric', () => {
      const holder = ['\0\0'];
      f('void fill_u8(_Out_ uint8_t *p, int n, int start)')(holder, 1, 65);
      return holder;
    }, [65]],
    ['_Inout_ uint8_t * refuses text', () => f('void fill_u8(_Inout_ uint8_t *p, int n, int start)')(['a'], 1, 65), TE],
  ]);

  const upper = (holder, type = 'char *') => {
    f(`void upper(_Inout_ ${type} s)`)(holder);
    return holder;
  };
  const touch = (holder, type) => {
    f(`int str_null(${type} s)`)(holder);
    return holder;
  };
  table('_Inout_ text', [
    ['char *', () => upper(['hello']), ['HELLO']],
    ['non-ASCII', () => upper(['aé😀b']), ['Aé😀B']],
    ['str', () => upper(['hello'], 'str'), ['HELLO']],
    ['void *', () => upper(['hello'], 'void *'), ['HELLO']],
    ['Buffer', () => upper(Buffer.from('abc\0')), Buffer.from('ABC\0')],
    ['char16_t *', () => touch(['text'], '_Inout_ char16_t *'), ['text']],
    ['char32_t *', () => touch(['text'], '_Inout_ char32_t *'), ['text']],
    ['wchar_t *', () => touch(['text'], '_Inout_ wchar_t *'), ['text']],
    ['empty char *', () => touch([''], '_Inout_ char *'), ['']],
    ['empty char16_t *', () => touch([''], '_Inout_ char16_t *'), ['']],
    ['empty char32_t *', () => touch([''], '_Inout_ char32_t *'), [''], 'Q-17'],
    ['string without a holder', () => f('int str_null(_Inout_ char *s)')('abc'), TE],
  ]);

  table('str * output', [
    ['[null]', () => {
      const holder = [null];
      fn.set_strp(holder, 'yo');
      return holder;
    }, ['yo']],
    ['existing text', () => {
      const holder = ['some text'];
      fn.set_strp(holder, 'yo');
      return holder;
    }, ['yo']],
    ['disposable', () => {
      const holder = [null];
      const before = k.stats().disposed;
      fn.set_strdup(holder, 'yo');
      return [holder, k.stats().disposed - before];
    }, [['yo'], 1]],
    ['disposable outer pointer', () => {
      const holder = [null];
      const before = k.stats().disposed;
      f('void set_strp(_Out_ char **! out, const char *s)')(holder, 'yo');
      return [holder, k.stats().disposed - before];
    }, [['yo'], 0]],
    ['_Inout_ reversal', () => {
      const list = ['a', 'b', 'c'];
      fn.strs_rev(list, 3);
      return list;
    }, ['c', 'b', 'a']],
    ['Buffer', () => {
      const buffer = Buffer.alloc(8);
      fn.set_strp(buffer, 'yo');
      return k.decode(buffer, 'str');
    }, 'yo'],
    ['NULL', () => {
      const holder = ['x'];
      f('int opq_null_out(_Out_ str *out)')(holder);
      return holder;
    }, [null]],
    ['struct pointers', () => {
      const holder = [null];
      f('void set_pp(_Out_ S3 **pp)')(holder);
      return typeof holder[0];
    }, 'bigint'],
  ]);

  table('refused', [
    ['_Out_ int', () => f('void put_int32(_Out_ int v)'), E],
    ['_Inout_ struct', () => f('void put_int32(_Inout_ S3 v)'), E],
    ['_Out_ callback', () => f('void put_int32(_Out_ IntCb *v)'), E],
    ["classic '_Out_ int'", () => lib().func('put_int32', 'void', ['_Out_ int']), TE],
    ['out(int)', () => k.out('int'), TE],
    ['inout(struct)', () => k.inout('S3'), TE],
    ['in(int)', () => k.in('int'), TE],
    ['out(callback)', () => k.out('IntCb *'), TE],
    ['out() without argument', () => k.out(), TE],
    ['out(null)', () => k.out(null), TE],
    ["out('zork')", () => k.out('zork'), TE],
    ['markers nest', () => typeof k.out(k.inout('int *')), 'object'],
    ['out(out) is still output', () => {
      const holder = [0];
      lib().func('set_int32', 'void', [k.out(k.inout('int *')), 'int'])(holder, 9);
      return holder;
    }, [9]],
  ]);
};

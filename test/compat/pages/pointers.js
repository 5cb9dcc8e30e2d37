'use strict';
// Pointer types and the values that pointer parameters take.

const { TE, E, RE, crash, unstable } = require('../probe');

module.exports = ({ probe, group, table, k, lib, f, fn, fresh }) => {
  // -- representation ---------------------------------------------------------------------------------

  table('representation', [
    ['BigInt', () => typeof fn.addr_int32(), 'bigint'],
    ['NULL', () => fn.ret_ptr(null), null],
    ['equal addresses are equal', () => fn.addr_int32() === fn.addr_int32(), true],
    ['arithmetic', () => fn.ret_ptr(0x1000n) + 4n, 0x1004n],
    ['unsigned', () => fn.ret_ptr(2n ** 64n - 1n), 2n ** 64n - 1n],
    ['from symbol', () => typeof lib().symbol('my_int'), 'bigint'],
    ['from alloc', () => {
      const pointer = k.alloc('int', 1);
      k.free(pointer);
      return typeof pointer;
    }, 'bigint'],
    ['struct member', () => k.decode(new BigUint64Array([5n]), k.struct({ p: 'void *' })), { p: 5n }],
    ['NULL struct member', () => k.decode(new BigUint64Array(1), k.struct({ p: 'int *' })), { p: null }],
    ['char * is a string', () => k.type('char *').primitive, 'String'],
    ['prototype pointer is a callback', () => k.type('IntCb *').primitive, 'Callback'],
  ]);

  // -- pointer() ------------------------------------------------------------------------------------------

  table('pointer()', [
    ['same as the string', () => k.pointer('int') === k.type('int *'), true],
    ['levels', () => k.pointer('int', 3).name, 'int ***'],
    ['4 levels', () => k.pointer('int', 4).name, 'int ****'],
    ['1.5 levels', () => k.pointer('int', 1.5).name, 'int *'],
    ['0 levels', () => k.pointer('int', 0), TE],
    ['-1 levels', () => k.pointer('int', -1), TE],
    ['5 levels', () => k.pointer('int', 5), TE],
    ['more stars in a string', () => k.type('int *****').name, 'int *****'],
    ['NaN levels', () => k.pointer('int', NaN), TE],
    ['name', () => {
      const name = fresh('P');
      return [k.pointer(name, 'int').name === name, k.type(name).ref.name];
    }, [true, 'int']],
    ['name and levels', () => k.pointer(fresh('P'), 'int', 2).ref.name, 'int *'],
    ['name null', () => k.pointer(null, 'int').name, 'int *'],
    ['name undefined', () => k.pointer(undefined, 'int').name, 'int *'],
    ['char', () => k.pointer('char').primitive, 'String'],
    ['named char', () => k.pointer(fresh('P'), 'char').primitive, 'String'],
    ['prototype', () => k.pointer('IntCb').primitive, 'Callback'],
    ['pointer to a callback', () => k.pointer('IntCb', 2).ref.primitive, 'Callback'],
    ['void', () => k.pointer('void').name, 'void *'],
    ['opaque', () => k.pointer('Opq').name, 'Opq *'],
    ['struct', () => k.pointer('S3') === k.type('S3 *'), true],
    ['array', () => k.pointer('int[3]').ref.name, 'int[3]'],
    ['disposable', () => k.pointer('str!').primitive, 'Pointer'],
    ['marker', () => k.pointer(k.out('int *')).name, 'int **'],
    ['empty name', () => k.pointer('', 'int'), E],
    ['invalid name', () => k.pointer('a b', 'int'), E],
    ['duplicate name', () => k.pointer('S3', 'int'), E],
    ['no argument', () => k.pointer(), TE],
    ['unknown type', () => k.pointer('zork'), TE],
    ['null type', () => k.pointer(null), TE],
    ['object as count', () => k.pointer('int', {}), TE],
  ]);

  // -- the matrix: what a parameter of each type makes of a value -----------------------------------------

  const COLUMNS = {
    'void *': 'void *',
    'int *': 'int *',
    'S *': 'S3 *',
    'Opq *': 'Opq *',
    'Cb *': 'IntCb *',
    'int **': 'int **',
    'void **': 'void **',
    'str *': 'str *',
    'Opq **': 'Opq **',
    str: 'str',
    'U *': 'U *',
    'bool *': 'bool *',
  };

  /** 'NULL', 'ok', or the address when it is `known`. */
  function pass(column, value, known) {
    const address = BigInt(f(`uint64_t ptr_val(${COLUMNS[column]} p)`)(value));
    if (address === 0n) return 'NULL';
    return address === known ? 'in place' : 'ok';
  }

  const o = 'ok';
  const N = 'NULL';
  const names = Object.keys(COLUMNS);
  const every = (outcome) => names.map(() => outcome);

  //                        void * int *  S *   Opq *  Cb *  int ** void ** str *  Opq **  str   U *   bool *
  const MATRIX = {
    null: [() => null, every(N)],
    undefined: [() => undefined, every(N)],
    '0n': [() => 0n, every(N)],
    0: [() => 0, every(N)],
    '2n ** 64n': [() => 2n ** 64n, every(N)],
    true: [() => true, every(TE)],
    Symbol: [() => Symbol('s'), every(TE)],
    string: [() => 'text', [o, o, TE, TE, TE, TE, TE, TE, TE, o, TE, TE]],
    '{}': [() => ({}), [TE, TE, o, TE, TE, TE, TE, TE, TE, TE, E, TE]],
    '{ a: 1 }': [() => ({ a: 1 }), [TE, TE, o, TE, TE, TE, TE, TE, TE, TE, E, TE]],
    '[]': [() => [], [TE, o, o, TE, TE, o, o, o, o, o, o, o]],
    '[1, 2]': [() => [1, 2], [TE, o, TE, TE, TE, o, o, o, o, o, TE, TE]],
    '[1n]': [() => [1n], [TE, o, TE, TE, TE, o, o, o, o, o, TE, TE]],
    "['a']": [() => ['a'], [o, o, TE, TE, TE, o, o, o, TE, o, TE, TE]],
    "['a', 'b']": [() => ['a', 'b'], [TE, TE, TE, TE, TE, o, o, o, TE, TE, TE, TE]],
    '[null]': [() => [null], [TE, TE, TE, TE, TE, o, o, o, o, TE, TE, TE]],
    '[undefined]': [() => [undefined], [TE, TE, TE, TE, TE, o, o, o, o, TE, TE, TE]],
    '[[1]]': [() => [[1]], [TE, TE, TE, TE, TE, o, TE, null, TE, TE, null, TE]],
    '[{ a: 1 }]': [() => [{ a: 1 }], [TE, TE, o, TE, TE, TE, TE, TE, TE, TE, E, TE]],
    '[true]': [() => [true], [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, o]],
    function: [() => () => 1, [TE, TE, TE, TE, null, TE, TE, TE, TE, TE, TE, TE]],
    'zero-length buffer': [() => Buffer.alloc(0), every(N)],
    'bare SharedArrayBuffer': [() => new SharedArrayBuffer(64), [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, E, TE]],
    'Union instance': [() => new k.Union(k.union({ q: 'int' })), [TE, TE, TE, TE, TE, TE, TE, TE, TE, TE, null, TE]],
    "as(null, 'void *')": [() => k.as(null, 'void *'), names.map((name) => (name === 'Cb *' ? null : N))],
    "as({}, 'S3 *')": [() => k.as({}, 'S3 *'), names.map((name) => (name === 'Cb *' ? TE : o))],
    "as([1], 'int *')": [() => k.as([1], 'int *'), names.map((name) => (name === 'Cb *' ? TE : o))],
    marker: [() => k.out('int *'), every(TE)],
    'type object': [() => k.types.int, names.map((name) => ({ 'S *': TE, 'U *': E })[name] ?? TE)],
    'library handle': [() => lib(), names.map((name) => ({ 'U *': E })[name] ?? TE)],
  };

  const MATRIX_TAGS = {
    'bare SharedArrayBuffer': unstable('D-07'),
    '[[1]] S *': 'Q-22',
    'Union instance S *': 'Q-22',
    'type object S *': 'Q-22',
    'library handle S *': 'Q-22',
  };

  group('matrix', () => {
    for (const [value, [make, outcomes]] of Object.entries(MATRIX)) {
      names.forEach((column, i) => {
        if (outcomes[i] === null) return; // not part of the contract
        const name = `${value} → ${column}`;
        probe(name, () => pass(column, make()), outcomes[i], MATRIX_TAGS[`${value} ${column}`] ?? MATRIX_TAGS[value]);
      });
    }
  });

  const STORAGE = {
    Buffer: () => Buffer.alloc(64),
    Int32Array: () => new Int32Array(16),
    Float64Array: () => new Float64Array(8),
    BigUint64Array: () => new BigUint64Array(8),
    ArrayBuffer: () => new ArrayBuffer(64),
    DataView: () => new DataView(new ArrayBuffer(64)),
    'shared Uint8Array': () => new Uint8Array(new SharedArrayBuffer(64)),
    'offset view': () => new Int32Array(32).subarray(3),
    'resizable ArrayBuffer': () => new ArrayBuffer(64, { maxByteLength: 128 }),
    'WebAssembly memory': () => new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer),
  };

  group('in place', () => {
    for (const [name, make] of Object.entries(STORAGE)) {
      for (const column of names) {
        probe(`${name} → ${column}`, () => {
          const value = make();
          return pass(column, value, k.address(value));
        }, 'in place');
      }
    }
    probe('address 0x1234n is passed as it is', () => names.map((column) => pass(column, 0x1234n, 0x1234n)), every('in place'));
    probe('Number 0x1234 is passed as it is', () => names.map((column) => pass(column, 0x1234, 0x1234n)), every('in place'));
    probe('-1n is all ones', () => names.map((column) => pass(column, -1n, 2n ** 64n - 1n)), every('in place'));
    probe('-1 is all ones', () => fn.ptr_val(-1), 2n ** 64n - 1n);
    probe('detached buffer is NULL', () => {
      const buffer = new ArrayBuffer(8);
      structuredClone(buffer, { transfer: [buffer] });
      return fn.ptr_val(buffer);
    }, 0);
  });

  table('odd Numbers', [
    ['NaN', () => fn.ptr_val(NaN), TE, 'Q-23'],
    ['Infinity', () => fn.ptr_val(Infinity), TE, 'Q-23'],
    ['-Infinity', () => fn.ptr_val(-Infinity), TE, 'Q-23'],
    ['1.5', () => fn.ptr_val(1.5), TE, 'Q-23'],
    ['4096', () => fn.ptr_val(4096), 4096],
  ]);

  table('size of a buffer', [
    ['too small for a struct', () => fn.S3_a(Buffer.alloc(4)), E, 'Q-24'],
    ['too small for a union', () => fn.getU_i(Buffer.alloc(4)), E, 'Q-24'],
    ['too small for an array', () => f('int sum_ints(IntArray3 p, int n)')(Buffer.alloc(8), 2), E, 'Q-24'],
    ['large enough', () => fn.S3_a(Buffer.alloc(16)), 0],
    ['numbers are not checked', () => fn.sum_ints(Buffer.alloc(2), 0), 0],
  ]);

  // -- elements -----------------------------------------------------------------------------------------------

  class Numbers extends Array {}
  table('elements', [
    ['numbers', () => fn.sum_ints([1, 2, 3], 3), 6],
    ['typed array', () => fn.sum_ints(new Int32Array([1, 2, 3]), 3), 6],
    ['subarray', () => fn.sum_ints(new Int32Array([1, 2, 3]).subarray(1), 2), 5],
    ['u8 wraps', () => fn.sum_u8([300, 1], 2), 45],
    ['u8 negative', () => fn.sum_u8([-1], 1), 255],
    ['fraction', () => fn.sum_ints([1.9], 1), 1],
    ['NaN', () => fn.sum_ints([NaN], 1), 0],
    ['BigInts', () => fn.sum_ints([1n, 2n], 2), 3],
    ['int64', () => fn.sum_i64([1n, 2n, 2n ** 60n], 3), 1152921504606846979n],
    ['double', () => fn.sum_dbl([1.5, 2n], 2), 3.5],
    ['Float64Array', () => fn.sum_dbl(new Float64Array([1.5, 2]), 2), 3.5],
    ['null element', () => fn.sum_ints([1, null], 2), TE],
    ['string element', () => fn.sum_ints([1, 'x'], 2), TE],
    ['hole', () => fn.sum_ints([1, , 2], 3), TE],
    ['undefined element', () => fn.sum_ints([undefined], 1), TE],
    ['subclass', () => fn.sum_ints(Numbers.from([1, 2]), 2), 3],
    ['array-like', () => fn.sum_ints({ length: 1, 0: 5 }, 1), TE],
    ['Set', () => fn.sum_ints(new Set([1]), 1), TE],
    ['Proxy of an array', () => fn.sum_ints(new Proxy([1], {}), 1), TE],
    ['throwing accessor', () => {
      const array = [1];
      Object.defineProperty(array, 0, { get() { throw new RangeError('mine'); } });
      fn.sum_ints(array, 1);
    }, RE, crash('Q-01')],
    ['not copied back', () => {
      const array = [1];
      f('void inc_ints(int *p, int n)')(array, 1);
      return array;
    }, [1]],
    ['typed array is in place', () => {
      const array = new Int32Array([1]);
      f('void inc_ints(int *p, int n)')(array, 1);
      return array;
    }, new Int32Array([2])],
    ['1000 elements', () => fn.sum_ints(Array.from({ length: 1000 }, () => 1), 1000), 1000],
    ['deref', () => fn.deref_int32([7]), 7],
    ['deref bool', () => fn.deref_bool([true]), true],
    ['deref float', () => fn.deref_float([1.5]), 1.5],
    ['deref uint64', () => fn.deref_uint64([2n ** 64n - 1n]), 2n ** 64n - 1n],
  ]);

  table('user code', [
    ['a buffer detached by a later argument', () => {
      const buffer = new ArrayBuffer(64);
      const detaching = { get a() { structuredClone(buffer, { transfer: [buffer] }); return 1; } };
      try {
        return f('int str_null(void *p, S3 *s)')(buffer, detaching);
      } catch (error) {
        return error instanceof Error ? 1 : error;
      }
    }, 1, 'Q-67'],
  ]);

  table('pointers to pointers', [
    ['[[7]]', () => fn.deref2([[7]]), 7],
    ['[Int32Array]', () => fn.deref2([new Int32Array([8])]), 8],
    ['[Buffer]', () => fn.deref2([Buffer.from([9, 0, 0, 0])]), 9],
    ['[address]', () => {
      const array = new Int32Array([10]);
      return fn.deref2([k.address(array)]);
    }, 10],
    ['BigUint64Array of addresses', () => {
      const array = new Int32Array([11]);
      return fn.deref2(new BigUint64Array([k.address(array)]));
    }, 11],
    ['[as()]', () => fn.deref2([k.as([12], 'int *')]), 12],
    ['strings', () => fn.strs_total(['a', 'bb', null]), 3],
    ['code units as a string of a list', () => fn.strs_total([[97, 98, 0], null]), 2, 'Q-11'],
    ['count_null', () => fn.count_null([null, undefined, 0n, 5n], 4), 3],
    ['void ** with an array inside', () => fn.count_null([[1]], 1), TE],
    ['struct pointers', () => f('int str_null(S3 **s)')([{ a: 4 }]), 0],
    ['array of arrays for a pointer to an array', () => f('int sum_ints(IntArray3 p, int n)')([[1, 2, 3]], 3), 6],
    ['flat array for a pointer to an array', () => f('int sum_ints(IntArray3 p, int n)')([1, 2, 3], 3), TE],
    ['typed array for a pointer to an array', () => f('int sum_ints(IntArray3 p, int n)')(new Int32Array([1, 2, 3]), 3), 6],
    ['linked objects', () => fn.node_sum({ v: 1, next: { v: 2, next: { v: 3 } } }), 6],
    ['linked arrays', () => fn.node_sum({ v: 1, next: [{ v: 2 }] }), 3],
  ]);

  // -- as() -----------------------------------------------------------------------------------------------------

  const sum = (value, n) => f('int sum_ints(void *p, int n)')(value, n);
  table('as()', [
    ['array', () => sum(k.as([1, 2, 3], 'int *'), 3), 6],
    ['bytes', () => f('int sum_u8(void *p, int n)')(k.as([1, 2], 'uint8_t *'), 2), 3],
    ['object', () => f('int S3_a(void *p)')(k.as({ a: 5 }, 'S3 *')), 5],
    ['string', () => f('int str_len(void *p)')(k.as('four', 'char *')), 4],
    ['UTF-16 string', () => f('int str16_len(void *p)')(k.as('four', 'char16_t *')), 4],
    ['strings', () => f('int strs_total(void *p)')(k.as(['a', 'bb', null], 'str *')), 3],
    ['buffer', () => sum(k.as(new Int32Array([4]), 'int *'), 1), 4],
    ['null', () => fn.ptr_val(k.as(null, 'int *')), 0],
    ['undefined', () => fn.ptr_val(k.as(undefined, 'int *')), 0],
    ['BigInt', () => fn.ptr_val(k.as(0x1234n, 'int *')), 0x1234],
    ['Number', () => fn.ptr_val(k.as(0x1234, 'int *')), 0x1234],
    ['nested', () => sum(k.as(k.as([5], 'int *'), 'void *'), 1), 5],
    ['reused', () => {
      const cast = k.as([1, 2], 'int *');
      return sum(cast, 2) + sum(cast, 2);
    }, 6],
    ['read at each call', () => {
      const array = [1];
      const cast = k.as(array, 'int *');
      array[0] = 9;
      return sum(cast, 1);
    }, 9],
    ['marker', () => sum(k.as([1], k.out('int *')), 1), 1],
    ['type object', () => sum(k.as([1], k.pointer('int')), 1), 1],
    ['disposable', () => typeof k.as('x', 'str!'), 'object'],
    ['number type', () => k.as(1, 'int'), TE],
    ['struct type', () => k.as({}, 'S3'), TE],
    ['array type', () => k.as([1], 'int[2]'), TE],
    ['prototype', () => k.as(null, 'IntCb'), TE],
    ['unknown type', () => k.as(1, 'zork'), TE],
    ['null type', () => k.as(1, null), TE],
    ['one argument', () => k.as([1]), TE],
    ['no argument', () => k.as(), TE],
    ['for a number', () => fn.put_int32(k.as(1, 'int *')), TE],
    ['for a struct by value', () => fn.id_S3(k.as({}, 'S3 *')), TE],
    ['decode', () => k.decode(k.as([1], 'int *'), 'int'), TE],
    ['encode', () => k.encode(k.as([1], 'int *'), 'int', 1), TE],
    ['address', () => k.address(k.as([1], 'int *')), TE],
    ['view', () => k.view(k.as([1], 'int *'), 4), TE],
    ['free', () => k.free(k.as([1], 'int *')), TE],
    ['call', () => k.call(k.as([1], 'int *'), 'AddFn', 1, 2), TE],
    ['inner value of a wrong kind', () => sum(k.as(['x', 'y'], 'int *'), 1), TE],
    ['inner ambiguity', () => sum(k.as([1], 'void *'), 1), TE],
    ['out void * is copied back', () => {
      const array = [0, 0];
      f('void fill_ints(_Out_ void *p, int n, int start)')(k.as(array, 'int *'), 2, 5);
      return array;
    }, [5, 6]],
    ['out void * with an object', () => {
      const object = {};
      f('void fill_S3(_Out_ void *s, int a, char b, double c)')(k.as(object, 'S3 *'), 1, 2, 3);
      return object;
    }, { a: 1, b: 2, c: 3 }],
    ['inout void * with text', () => {
      const holder = ['text'];
      f('void upper(_Inout_ void *s)')(k.as(holder, 'char *'));
      return holder;
    }, ['TEXT']],
    ['plain void * is not copied back', () => {
      const array = [0, 0];
      f('void fill_ints(void *p, int n, int start)')(k.as(array, k.out('int *')), 2, 5);
      return array;
    }, [0, 0]],
    ['variadic', () => {
      const buffer = Buffer.alloc(256);
      fn.vfmt(buffer, '%s', 'void *', k.as('text', 'char *'));
      return buffer.toString('latin1', 0, 4);
    }, 'text'],
  ]);

  // -- byte order of pointees -----------------------------------------------------------------------------------

  const first = (value) => () => f('int str_byte(uint16_be *s, int i)')(value, 0);
  const fill = (value) => () => {
    f('void fill_u8(_Out_ uint16_be *p, int n, int start)')(value, 4, 1);
    return value;
  };
  table('uint16_be *', [
    ['array', first([0x102]), 1],
    ['Uint16Array', first(new Uint16Array([0x102])), 1],
    ['Buffer is raw', first(Buffer.from([1, 2])), 1, 'Q-15'],
    ['Uint8Array is raw', first(new Uint8Array([1, 2])), 1, 'Q-15'],
    ['DataView is raw', first(new DataView(new Uint8Array([1, 2]).buffer)), 1, 'Q-15'],
    ['ArrayBuffer is raw', first(new Uint8Array([1, 2]).buffer), 1, 'Q-15'],
    ['output array', fill([null, null]), [258, 772]],
    ['output Uint16Array', fill(new Uint16Array(2)), new Uint16Array([258, 772])],
    ['output Buffer is raw', fill(Buffer.alloc(4)), Buffer.from([1, 2, 3, 4]), 'Q-15'],
  ]);

  // -- returned pointers ------------------------------------------------------------------------------------------

  table('result', [
    ['int *', () => typeof fn.addr_int32(), 'bigint'],
    ['struct *', () => k.decode(fn.addr_S3(), 'S3'), { a: 7, b: 120, c: 2.5 }],
    ['void **', () => f('void **ret_ptr(void *p)')(16n), 16n],
    ['str *', () => f('str *ret_ptr(void *p)')(16n), 16n],
    ['named', () => f('HANDLE ret_ptr(void *p)')(16n), 16n],
    ['callback', () => f('IntCb *ret_ptr(void *p)')(16n), 16n],
    ['NULL callback', () => f('IntCb *ret_ptr(void *p)')(null), null],
    ['string', () => f('str ret_ptr(void *p)')(Buffer.from('text\0')), 'text'],
    ['NULL string', () => f('str ret_ptr(void *p)')(null), null],
  ]);
};

'use strict';
// Structs, packed structs, opaque types, unions.

const { TE, E, crash, throws } = require('../probe');

const ANONYMOUS = '<anonymous_1>'; // show() drops the number

class UserError extends Error {}

module.exports = ({ probe, group, table, k, lib, f, fn, fresh }) => {
  // -- definition ---------------------------------------------------------------------------------------

  const INT = { a: 'int' };

  table('definition', [
    ['struct', () => k.struct(fresh('S'), INT).primitive, 'Record'],
    ['pack', () => k.pack(fresh('S'), INT).primitive, 'Record'],
    ['union', () => k.union(fresh('S'), INT).primitive, 'Union'],
    ['opaque', () => k.opaque(fresh('S')).primitive, 'Void'],
  ]);

  table('anonymous', [
    ['struct', () => k.struct(INT).name, ANONYMOUS],
    ['pack', () => k.pack(INT).name, ANONYMOUS],
    ['union', () => k.union(INT).name, ANONYMOUS],
    ['opaque', () => k.opaque().name, ANONYMOUS],
    ['null name', () => k.struct(null, INT).name, ANONYMOUS],
    ['undefined name', () => k.struct(undefined, INT).name, ANONYMOUS],
    ['null union name', () => k.union(null, INT).name, ANONYMOUS],
    ['the name is unusable in strings', () => k.type(k.struct(INT).name), E],
    ['surplus arguments are ignored', () => k.struct(fresh('S'), INT, 1, 2).size, 4],
  ]);

  const NAMES = [
    ['', E],
    ['1a', E],
    ['a b', E],
    ['Foo *', E],
    ['a-b', E],
    ['a.b', E],
    ['a::b', E],
    ['a:b', E],
    ['_x', 'ok'],
    ['X1', 'ok'],
    ['é', 'ok', 'C-37'],
    ['π', 'ok', 'C-37'],
    ['日本', 'ok', 'C-37'],
    ['a$b', 'ok', 'C-37'],
    ['$x', 'ok', 'C-37'],
    ['struct', E, 'C-37'],
    ['enum', E, 'C-37'],
    ['const', E, 'C-37'],
    ['volatile', E, 'C-37'],
  ];
  const define = {
    struct: (name) => k.struct(name, INT),
    opaque: (name) => k.opaque(name),
    union: (name) => k.union(name, INT),
    alias: (name) => k.alias(name, 'int'),
    enumeration: (name) => k.enumeration(name, { A: 1 }),
    pointer: (name) => k.pointer(name, 'int'),
  };

  group('name', () => {
    for (const [name, expected, tag] of NAMES) {
      probe(`is '${name}'`, () => define.struct(name) && 'ok', expected, tag);
    }
    for (const maker of Object.keys(define)) {
      probe(`${maker} '1a'`, () => define[maker]('1a'), E);
      probe(`${maker} duplicate of a struct`, () => define[maker]('S3'), E);
      probe(`${maker} duplicate of a built-in`, () => define[maker]('int'), E);
      probe(`${maker} 'é${maker}'`, () => define[maker](`é${maker}`) && 'ok', 'ok', 'C-37');
    }
  });

  table('name', [
    ['Number', () => k.struct(5, INT), TE],
    ['BigInt', () => k.struct(5n, INT), TE],
    ['Boolean', () => k.struct(true, INT), TE],
    ['used by an alias', () => {
      const name = fresh('A');
      k.alias(name, 'int');
      k.struct(name, INT);
    }, E],
    ['used by a prototype', () => k.struct('IntCb', INT), E],
    ['free again after a failed definition', () => {
      const name = fresh('S');
      try {
        k.struct(name, { a: 'zork' });
      } catch {
        return k.struct(name, INT).size;
      }
    }, 4],
  ]);

  // -- members ------------------------------------------------------------------------------------------------

  const members = (object) => () => Object.keys(k.struct(object).members);

  table('members', [
    ['order of insertion', members({ b: 'int', a: 'char' }), ['b', 'a']],
    ['inherited keys are ignored', members(Object.create({ x: 'int' }, { a: { value: 'int', enumerable: true } })), ['a']],
    ['symbol keys are ignored', members({ a: 'int', [Symbol('s')]: 'int' }), ['a']],
    ['non-enumerable keys are ignored', members(Object.defineProperty({ a: 'int' }, 'b', { value: 'int' })), ['a']],
    ['null prototype', members(Object.assign(Object.create(null), { a: 'int' })), ['a']],
    ['{}', () => k.struct({}), E],
    ['{} in a union', () => k.union({}), E],
    ['{} with a name', () => k.struct(fresh('S'), {}), E],
    ['missing', () => k.struct(fresh('S')), TE],
    ['null', () => k.struct(fresh('S'), null), TE],
    ['an array of them', () => k.struct(fresh('S'), ['int']), TE],
    ['text', () => k.struct(fresh('S'), 'int'), TE],
    ['nothing at all', () => k.struct(), TE],
    ['null member', () => k.struct({ a: null }), TE],
    ['undefined member', () => k.struct({ a: undefined }), TE],
    ['Number member', () => k.struct({ a: 5 }), TE],
    ['unknown name', () => k.struct({ a: 'zork' }), TE],
    ['void', () => k.struct({ a: 'void' }), TE],
    ['opaque', () => k.struct({ a: 'Opq' }), TE],
    ['prototype', () => k.struct({ a: 'IntCb' }), TE],
    ['direction qualifier', () => k.struct({ a: '_Out_ int *' }), TE],
    ['direction marker', () => k.struct({ a: k.out('int *') }).members.a.type.name, 'int *'],
    ['pointer', () => k.struct({ a: 'int *' }).size, 8],
    ['callback pointer', () => k.struct({ a: 'IntCb *' }).size, 8],
    ['string', () => k.struct({ a: 'str', b: 'str16' }).size, 16],
    ['enum', () => k.struct({ a: 'Enum' }).size, 4],
    ['array', () => k.struct({ a: 'int[3]' }).size, 12],
    ['struct', () => k.struct({ a: 'S3' }).size, 16],
    ['union', () => k.struct({ a: 'U' }).size, 8],
    ['disposable string', () => k.struct({ a: 'str!' }).size, 8],
    ['name 1a', () => k.struct({ '1a': 'int' }), E],
    ['name with a space', () => k.struct({ 'a b': 'int' }), E],
    ['empty name', () => k.struct({ '': 'int' }), E],
    ['constructor', members({ constructor: 'int' }), ['constructor']],
    ['__proto__', members(JSON.parse('{"__proto__": "int", "a": "int"}')), ['a']],
    ['name é', members({ é: 'int' }), ['é'], 'C-37'],
    ['name a$b', members({ a$b: 'int' }), ['a$b'], 'C-37'],
    ['_ is padding', members({ a: 'char', _: 'char', b: 'char' }), ['a', 'b']],
    ['throwing getter', () => k.struct({ get a() { throw new UserError('x'); } }), throws('UserError'), crash('Q-01')],
  ]);

  table('alignment override', [
    ['1', () => k.struct({ a: 'char', b: [1, 'int'] }).size, 5],
    ['2', () => k.struct({ a: 'char', b: [2, 'int'] }).size, 6],
    ['4', () => k.struct({ a: 'char', b: [4, 'char'] }).size, 8],
    ['8', () => k.struct({ a: 'char', b: [8, 'char'] }).size, 16],
    ['1.5', () => k.struct({ a: 'char', b: [1.5, 'int'] }).size, 5],
    ['16', () => k.struct({ a: 'char', b: [16, 'int'] }).size, 32, 'Q-52'],
    ['64', () => k.struct({ a: 'char', b: [64, 'int'] }).alignment, 64, 'Q-52'],
    ['0', () => k.struct({ a: [0, 'int'] }), E],
    ['3', () => k.struct({ a: [3, 'int'] }), E],
    ['-1', () => k.struct({ a: [-1, 'int'] }), E],
    ['128', () => k.struct({ a: [128, 'int'] }), E],
    ["['4', 'int']", () => k.struct({ a: ['4', 'int'] }), E],
    ["['int', 4]", () => k.struct({ a: ['int', 4] }), E],
    ['[4]', () => k.struct({ a: [4] }), E],
    ["[4n, 'int']", () => k.struct({ a: [4n, 'int'] }), E],
    ['three elements', () => k.struct({ a: [4, 'int', 1] }), E],
    ['[]', () => k.struct({ a: [] }), E],
  ]);

  // -- layout ---------------------------------------------------------------------------------------------------

  const layout = (type) => [type.size, type.alignment, ...Object.values(type.members).map((m) => m.offset)];

  table('layout', [
    ['int char double', () => layout(k.struct({ a: 'int', b: 'char', c: 'double' })), [16, 8, 0, 4, 8]],
    ['pack', () => layout(k.pack({ a: 'int8_t', b: 'int16_t' })), [3, 1, 0, 1]],
    ['[8, int16_t]', () => layout(k.struct({ a: 'int8_t', b: [8, 'int16_t'] })), [16, 8, 0, 8]],
    ['[1, double]', () => layout(k.struct({ a: 'int8_t', b: [1, 'double'] })), [9, 1, 0, 1]],
    ['[2, double]', () => layout(k.struct({ a: 'int8_t', b: [2, 'double'], c: 'int8_t' })), [12, 2, 0, 2, 10]],
    ['pack with [4, int16_t]', () => layout(k.pack({ a: 'int8_t', b: [4, 'int16_t'], c: 'int8_t' })), [8, 4, 0, 4, 6]],
    ['struct in pack', () => layout(k.pack({ a: 'int8_t', b: k.struct({ x: 'int8_t', y: 'int' }) })), [9, 1, 0, 1]],
    ['pack in struct', () => layout(k.struct({ a: 'int8_t', b: k.pack({ x: 'int8_t', y: 'int' }), c: 'int' })), [12, 4, 0, 1, 8]],
    ['padding member', () => layout(k.struct({ a: 'char', _: k.array('uint8', 3), b: 'int' })), [8, 4, 0, 4]],
    ['union', () => layout(k.union({ i: 'int64', d: 'double', raw: k.array('uint8', 8) })), [8, 8, 0, 0, 0]],
    ['union with an odd array', () => layout(k.union({ a: 'int', b: k.array('char', 5) })), [8, 4, 0, 0]],
    ['union with an override', () => layout(k.union({ a: 'int', b: [8, 'char'] })), [8, 8, 0, 0]],
    ['1000 members', () => {
      const type = k.struct(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, 'int'])));
      return [type.size, type.alignment];
    }, [4000, 4]],
    ['too large', () => k.struct({ a: k.array('char', 40000000), b: k.array('char', 40000000) }), E],
  ]);

  table('self reference', [
    ['pointer', () => {
      const name = fresh('N');
      return k.struct(name, { next: `${name} *`, all: `${name} *[4]` }).size;
    }, 40],
    ['by value', () => {
      const name = fresh('N');
      k.struct(name, { next: name });
    }, TE],
    ['in an array', () => {
      const name = fresh('N');
      k.struct(name, { next: `${name}[2]` });
    }, TE],
    ['union', () => {
      const name = fresh('N');
      return k.union(name, { next: `${name} *`, i: 'int' }).size;
    }, 8],
  ]);

  // -- JavaScript to struct ---------------------------------------------------------------------------------------

  class Point {
    constructor() {
      this.a = 1;
      this.b = 2;
      this.c = 3;
    }
  }
  const FULL = { a: 1, b: 2, c: 3 };
  const throwing = { get a() { throw new UserError('x'); }, b: 2, c: 3 };
  const throwingLast = { a: 1, b: 2, get c() { throw new UserError('x'); } };

  table('by value', [
    ['object', () => fn.id_S3(FULL), FULL],
    ['class instance', () => fn.id_S3(new Point()), FULL],
    ['getters', () => fn.id_S3({ get a() { return 1; }, b: 2, c: 3 }), FULL],
    ['null prototype', () => fn.id_S3(Object.assign(Object.create(null), FULL)), FULL],
    ['inherited members', () => fn.id_S3(Object.create(FULL)), FULL],
    ['Proxy', () => fn.id_S3(new Proxy(FULL, {})), FULL],
    ['extra properties', () => fn.id_S3({ ...FULL, z: 'x' }), FULL],
    ['missing members', () => fn.id_S3({ b: 2 }), { a: 0, b: 2, c: 0 }],
    ['undefined members', () => fn.id_S3({ a: undefined, b: 2, c: undefined }), { a: 0, b: 2, c: 0 }],
    ['{}', () => fn.id_S3({}), { a: 0, b: 0, c: 0 }],
    ['null', () => fn.id_S3(null), TE],
    ['undefined', () => fn.id_S3(undefined), TE],
    ['missing argument', () => fn.id_S3(), TE],
    ['Number', () => fn.id_S3(5), TE],
    ['BigInt', () => fn.id_S3(5n), TE],
    ['string', () => fn.id_S3('x'), TE],
    ['function', () => fn.id_S3(() => 1), TE],
    ['Array', () => fn.id_S3([1, 2, 3]), TE, 'C-14'],
    ['[]', () => fn.id_S3([]), TE, 'C-14'],
    ['last member null', () => fn.id_S3({ a: 1, b: 2, c: null }), TE],
    ['last member of a wrong kind', () => fn.id_S3({ a: 1, b: 2, c: 'x' }), TE],
    ['first member null', () => fn.id_S3({ a: null, b: 2, c: 3 }), TE, crash('Q-01')],
    ['first member of a wrong kind', () => fn.id_S3({ a: 'x', b: 1, c: 2 }), TE, crash('Q-01')],
    ['Buffer of the right size', () => {
      const buffer = Buffer.alloc(16);
      buffer.writeInt32LE(7, 0);
      buffer.writeDoubleLE(2.5, 8);
      return fn.id_S3(buffer);
    }, { a: 7, b: 0, c: 2.5 }, 'Q-22'],
    ['typed array of the right size', () => fn.id_S3(new Float64Array([0, 2.5])), { a: 0, b: 0, c: 2.5 }, 'Q-22'],
    ['Buffer that is too small', () => fn.id_S3(Buffer.alloc(4)), E, 'Q-22'],
    ['Map', () => fn.id_S3(new Map()), TE, 'Q-22'],
    ['Set', () => fn.id_S3(new Set()), TE, 'Q-22'],
    ['Date', () => fn.id_S3(new Date(0)), TE, 'Q-22'],
    ['new Number()', () => fn.id_S3(new Number(5)), TE, 'Q-22'],
    ['SharedArrayBuffer', () => fn.id_S3(new SharedArrayBuffer(16)), TE, 'Q-22'],
    ['library handle', () => fn.id_S3(lib()), TE, 'Q-22'],
    ['type object', () => fn.id_S3(k.types.int), TE, 'Q-22'],
    ['Union', () => fn.id_S3(new k.Union('U')), TE, 'Q-22'],
    ['as()', () => fn.id_S3(k.as(FULL, 'S3 *')), TE],
  ]);

  table('by pointer', [
    ['object', () => fn.S3_a(FULL), 1],
    ['class instance', () => fn.S3_a(new Point()), 1],
    ['missing members', () => fn.S3_a({}), 0],
    ['null', () => fn.S3_a(null), -1],
    ['undefined', () => fn.S3_a(undefined), -1],
    ['address', () => fn.S3_a(fn.addr_S3()), 7],
    ['address as a Number', () => fn.S3_a(Number(fn.addr_S3())), 7],
    ['string', () => fn.S3_a('x'), TE],
    ['true', () => fn.S3_a(true), TE],
    ['array of objects', () => fn.S3_sum_arr([FULL, FULL], 2), 2],
    ['[]', () => fn.S3_sum_arr([], 0), 0],
    ['Buffer in place', () => {
      const buffer = Buffer.alloc(16);
      buffer.writeInt32LE(9, 0);
      return fn.S3_a(buffer);
    }, 9],
    ['last member of a wrong kind', () => fn.S3_a({ a: 1, b: 2, c: 'x' }), TE],
    ['first member of a wrong kind', () => fn.S3_a({ a: 'x', b: 2, c: 1 }), TE, crash('Q-01')],
    ['array of structs with a wrong member', () => fn.S3_sum_arr([{ a: 'x' }], 1), TE, crash('Q-01')],
    ['plain Map', () => fn.S3_a(new Map()), TE, 'Q-22'],
    ['Date', () => fn.S3_a(new Date(0)), TE, 'Q-22'],
    ['function', () => fn.S3_a(() => 1), TE],
    ['input is not copied back', () => {
      const object = { a: 1, b: 2, c: 3 };
      f('void inc_S3(S3 *s)')(object);
      return object;
    }, FULL],
  ]);

  table('user code', [
    ['throwing getter of the first member', () => fn.id_S3(throwing), throws('UserError'), crash('Q-01')],
    ['throwing getter of the last member', () => fn.id_S3(throwingLast), throws('UserError'), crash('Q-01')],
    ['throwing Proxy', () => fn.id_S3(new Proxy({}, { get() { throw new UserError('x'); } })), throws('UserError'), crash('Q-01')],
    ['later calls are unaffected', () => {
      try {
        fn.id_S3(throwing);
      } catch {
        return fn.id_S3(FULL);
      }
    }, FULL, crash('Q-01')],
    ['encode', () => k.encode(Buffer.alloc(16), 'S3', { a: 'x' }), TE, crash('Q-01')],
    ['a call inside a getter', () => {
      const object = { s: 'hello', get w() { fn.str_len('z'.repeat(200)); return 'w'; } };
      return fn.id_SP(object).s;
    }, 'hello', 'Q-68'],
    ['a call inside an array accessor', () => {
      const array = [1, 2, 3];
      Object.defineProperty(array, 1, { get() { fn.sum_ints([100, 200, 300, 400], 4); return 2; } });
      return fn.sum_ints(array, 3);
    }, 6, 'Q-68'],
  ]);

  // -- struct to JavaScript -----------------------------------------------------------------------------------------

  table('from C', [
    ['result', () => fn.mk_S3(5, 6, 7.5), { a: 5, b: 6, c: 7.5 }],
    ['prototype', () => Object.getPrototypeOf(fn.mk_S3(5, 6, 7.5)) === Object.prototype, true],
    ['properties are ordinary', () => Object.getOwnPropertyDescriptor(fn.mk_S3(5, 6, 7.5), 'a'), { value: 5, writable: true, enumerable: true, configurable: true }],
    ['fresh each time', () => fn.mk_S3(1, 2, 3) === fn.mk_S3(1, 2, 3), false],
    ['pointer and strings', () => {
      const out = {};
      fn.fill_SP(out);
      return out;
    }, { s: 'hello', w: 'wide', p: 4660n, ip: null }],
    ['arrays inside', () => fn.id_SA({ x: 1, arr: [1, 2, 3, 4], name: 'bob' }), { x: 1, arr: new Int32Array([1, 2, 3, 4]), name: 'bob' }],
    ['nested', () => fn.id_nested({ a: 5, b: 6, c: 'text', d: { d1: 1.5, d2: 2.5 } }), { a: 5, b: 6, c: 'text', d: { d1: 1.5, d2: 2.5 } }],
    ['nested undefined', () => fn.id_nested({ a: 5, b: 6, c: null }), { a: 5, b: 6, c: null, d: { d1: 0, d2: 0 } }],
    ['nested null', () => fn.id_nested({ a: 5, b: 6, c: 'text', d: null }), TE],
    ['three floats', () => fn.id_V3({ x: 1.5, y: 2.5, z: 3.5 }), { x: 1.5, y: 2.5, z: 3.5 }],
    ['three chars', () => fn.id_C3({ c: 'ab' }), { c: 'ab' }],
    ['int and int16[2]', () => fn.ReturnFoo({ i: 1, a16: [2, 3] }), { i: 1, a16: new Int16Array([2, 3]) }],
    ['packed by value', () => fn.id_P2({ a: 1, b: 2 }), { a: 1, b: 2 }, crash('Q-04')],
    ['variable', () => k.decode(lib().symbol('my_S3'), 'S3'), { a: 5, b: 113, c: 1.25 }],
    ['padding is skipped on decode', () => k.decode(Buffer.from([1, 2, 3, 4, 5, 0, 0, 0]), k.struct({ a: 'char', _: k.array('uint8', 3), b: 'int' })), { a: 1, b: 5 }],
    ['padding is zeroed on encode', () => {
      const buffer = Buffer.alloc(8, 0xff);
      k.encode(buffer, k.struct({ a: 'char', _: k.array('uint8', 3), b: 'int' }), { a: 1, _: 5, b: 2 });
      return buffer;
    }, Buffer.from([1, 0, 0, 0, 2, 0, 0, 0])],
    ['gaps are zeroed on encode', () => {
      const buffer = Buffer.alloc(8, 0xff);
      k.encode(buffer, k.struct({ a: 'char', b: 'int' }), { a: 1 });
      return buffer;
    }, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])],
  ]);

  table('pointer members', [
    ['nested objects', () => fn.node_sum({ v: 1, next: { v: 2, next: { v: 3 } } }), 6],
    ['null ends the chain', () => fn.node_sum({ v: 1, next: { v: 2, next: null } }), 3],
    ['array of one', () => fn.node_sum({ v: 1, next: [{ v: 2 }] }), 3],
    ['address', () => fn.node_sum({ v: 10, next: fn.mk_nodes() }), 13],
    ['array of numbers', () => fn.SP_ip({ ip: [5, 6, 7] }, 2), 7],
    ['typed array', () => fn.SP_ip({ ip: new Int32Array([5, 6]) }, 1), 6],
    ['Buffer', () => fn.SP_ip({ ip: Buffer.from([9, 0, 0, 0]) }, 0), 9],
    ['BigInt', () => fn.SP_p({ p: 0x1234n }), 0x1234],
    ['Number', () => fn.SP_p({ p: 0x1234 }), 0x1234],
    ['null', () => fn.SP_p({ p: null }), 0],
    ['as()', () => fn.SP_ip({ ip: k.as([4, 5], 'int *') }, 1), 5],
    ['NULL callback', () => fn.call_cbs({ cb: null, v: 1 }), -7],
    ['object for an opaque pointer', () => f('uint64_t SP_p(const SP *s)')({ p: {} }), TE],
    ['a cycle', () => {
      const node = { v: 1 };
      node.next = node;
      try {
        return fn.node_sum(node);
      } catch (error) {
        return error instanceof Error;
      }
    }, true, crash('Q-07')],
  ]);

  // -- opaque types ---------------------------------------------------------------------------------------------------

  table('opaque', [
    ['parameter', () => lib().func('add', 'int', ['Opq', 'int']), TE],
    ['result', () => lib().func('add', 'Opq', ['int']), TE],
    ['member', () => k.struct({ a: 'Opq' }), TE],
    ['array', () => k.array('Opq', 2), TE, crash('Q-02')],
    ['alloc', () => k.alloc('Opq', 1), TE],
    ['sizeof', () => [k.sizeof('Opq'), k.alignof('Opq')], [0, 0]],
    ['round trip', () => {
      const pointer = fn.opq_new(42);
      const value = fn.opq_get(pointer);
      fn.opq_free(pointer);
      return [typeof pointer, value];
    }, ['bigint', 42]],
    ['NULL', () => fn.opq_get(null), -1],
    ['object given for a pointer', () => fn.opq_get({}), TE],
    ['array given for a pointer', () => fn.opq_get([1]), TE],
    ['named pointer', () => k.type('HANDLE').ref.primitive, 'Void'],
  ]);

  const redefine = (run) => () => run(k.opaque(fresh('O')), fresh('O'));
  table('redefinition', [
    ['completes the type', redefine((O) => k.struct(O, { a: 'int', b: 'int' }).size), 8],
    ['pack', redefine((O) => k.pack(O, { a: 'char', b: 'int' }).size), 5],
    ['union', redefine((O) => k.union(O, { a: 'char', b: 'int' }).primitive), 'Union'],
    ['earlier pointers see the members', redefine((O, name) => {
      const pointer = k.pointer(O);
      k.struct(O, { a: 'int' });
      return k.decode(Buffer.from([7, 0, 0, 0]), name).a + k.sizeof(pointer);
    }), 15],
    ['by name', redefine((O, name) => k.struct(name, INT)), E],
    ['a struct', () => k.struct(k.struct(INT), INT), TE],
    ['a built-in', () => k.struct(k.types.int, INT), TE],
    ['void', () => k.struct(k.types.void, INT), TE],
    ['twice', redefine((O) => {
      k.struct(O, INT);
      k.struct(O, INT);
    }), TE],
    ['self reference by name', redefine((O, name) => k.struct(O, { v: 'int', next: `${name} *` }).size), 16],
    ['self reference by object', redefine((O) => k.struct(O, { v: 'int', next: k.pointer(O) }).size), 16],
    ['self by value', redefine((O) => k.struct(O, { o: O })), TE],
    ['failed and again', redefine((O) => {
      try {
        k.struct(O, { a: 'zork' });
      } catch {
        return k.struct(O, INT).size;
      }
    }), 4],
    ['anonymous', () => k.struct(k.opaque(), INT).size, 4],
    ['type(name) is the result', redefine((O, name) => {
      const result = k.struct(O, INT);
      return [k.type(name) === result, k.type(O) === result];
    }), [true, true]],
    ['sizeof the original', redefine((O) => {
      k.struct(O, INT);
      return k.sizeof(O);
    }), 4],
    ['same object', redefine((O) => k.struct(O, INT) === O), true, 'Q-41'],
    ['size of the original', redefine((O) => {
      k.struct(O, INT);
      return [O.size, O.primitive];
    }), [4, 'Record'], 'Q-41'],
    ['members of the original', redefine((O) => {
      k.struct(O, INT);
      return Object.keys(O.members ?? {});
    }), ['a'], 'Q-41'],
    ['ref of an earlier pointer', redefine((O) => {
      const pointer = k.pointer(O);
      k.struct(O, INT);
      return pointer.ref.size;
    }), 4, 'Q-41'],
    ['frozen', redefine((O) => Object.isFrozen(k.struct(O, INT))), true],
  ]);

  // -- unions -----------------------------------------------------------------------------------------------------------

  const union = (init) => {
    const u = new k.Union('U');
    for (const [name, value] of Object.entries(init)) u[name] = value;
    return u;
  };

  table('Union', [
    ['of a name', () => typeof new k.Union('U'), 'object'],
    ['of a type object', () => typeof new k.Union(k.type('U')), 'object'],
    ['of a struct', () => new k.Union('S3'), TE],
    ['of a number', () => new k.Union('int'), TE],
    ['of an unknown name', () => new k.Union('zork'), TE],
    ['without argument', () => new k.Union(), TE],
    ['without new', () => k.Union('U'), TE],
    ['surplus arguments', () => typeof new k.Union('U', 1), 'object'],
    ['class name', () => new k.Union('U').constructor.name, 'U'],
    ['keys', () => Object.keys(new k.Union('U')), []],
    ['JSON', () => JSON.stringify(union({ i: 5 })), '{}'],
    ['spread', () => ({ ...union({ i: 5 }) }), {}],
    ['in', () => ['i', 'd', 'raw', 'x'].map((m) => m in new k.Union('U')), [true, true, true, false]],
    ['instanceof', () => new k.Union('U') instanceof k.Union, true, 'Q-42'],
    ['assign and read', () => union({ i: 5 }).i, 5],
    ['the value is kept as it is', () => union({ i: 'text' }).i, 'text'],
    ['reading another member', () => union({ i: 5 }).d, E],
    ['reading an empty one', () => new k.Union('U').i, E],
    ['the last assignment counts', () => union({ i: 5, d: 1.5 }).d, 1.5],
    ['the former member is gone', () => union({ i: 5, d: 1.5 }).i, E],
    ['unknown property', () => {
      const u = union({ i: 5 });
      u.other = 7;
      return [u.other, fn.U_i(u)];
    }, [7, 5]],
  ]);

  const U_VALUES = {
    '{ i }': [() => ({ i: 5 }), 5],
    '{ d }': [() => ({ d: 1.5 }), 4609434218613702656n],
    '{ raw }': [() => ({ raw: [1, 1, 0, 0, 0, 0, 0, 0] }), 257],
    '{ i: undefined }': [() => ({ i: undefined }), 0],
    'class instance': [() => new (class { i = 7; })(), 7],
    'Union with i': [() => union({ i: 5 }), 5],
    'Union with d': [() => union({ d: 1.5 }), 4609434218613702656n],
    'Union with undefined': [() => union({ i: undefined }), 0],
    'Union from C': [() => fn.id_U({ i: 9 }), 9],
    'empty Union': [() => new k.Union('U'), E],
    '{}': [() => ({}), E],
    'two properties': [() => ({ i: 1, d: 1 }), E],
    'unknown property': [() => ({ z: 1 }), E],
    'string': [() => 'x', TE],
    'function': [() => () => 1, TE],
    'true': [() => true, TE],
    '{ i: null }': [() => ({ i: null }), TE, crash('Q-01')],
    "{ i: 'x' }": [() => ({ i: 'x' }), TE, crash('Q-01')],
    'Union with a wrong kind': [() => union({ i: 'x' }), TE, crash('Q-01')],
    'Union with null': [() => union({ i: null }), TE, crash('Q-01')],
    'another Union': [() => {
      const other = new k.Union(k.union({ i: 'int', q: 'char' }));
      other.i = 1;
      return other;
    }, TE],
  };

  group('union value', () => {
    for (const [name, [make, expected, tag]] of Object.entries(U_VALUES)) {
      probe(`by value: ${name}`, () => fn.U_i(make()), expected, tag);
      probe(`by pointer: ${name}`, () => fn.getU_i(make()), expected, tag);
    }
  });

  table('union values', [
    ['by value: null', () => fn.U_i(null), TE],
    ['by value: undefined', () => fn.U_i(undefined), TE],
    ['by value: Number', () => fn.U_i(5), TE],
    ['by value: BigInt', () => fn.U_i(5n), TE],
    ['by value: array', () => fn.U_i([1]), TE, 'C-14'],
    ['by pointer: null', () => f('int str_null(const U *u)')(null), 1],
    ['by pointer: address', () => fn.getU_i(lib().symbol('my_U')), 99],
    ['by pointer: array of unions', () => fn.getU_i([{ i: 3 }]), 3],
    ['by pointer: []', () => f('int str_null(const U *u)')([]), 0],
    ['by pointer: buffer', () => fn.getU_i(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0])), 4],
    ['ownKeys that throws', () => fn.U_i(new Proxy({}, { ownKeys() { throw new UserError('x'); } })), throws('UserError'), crash('Q-01')],
  ]);

  table('union from C', [
    ['result', () => {
      const u = fn.id_U({ i: 5 });
      return [u.i, u.raw];
    }, [5, new Uint8Array([5, 0, 0, 0, 0, 0, 0, 0])]],
    ['double', () => fn.id_U({ d: 1.5 }).d, 1.5],
    ['cached', () => {
      const u = fn.id_U({ i: 5 });
      return u.raw === u.raw;
    }, true],
    ['class name', () => fn.id_U({ i: 5 }).constructor.name, 'U'],
    ['instanceof', () => fn.id_U({ i: 5 }) instanceof k.Union, true, 'Q-42'],
    ['keys', () => Object.keys(fn.id_U({ i: 5 })), []],
    ['assignment switches', () => {
      const u = fn.id_U({ i: 5 });
      u.d = 2.5;
      return fn.U_d(u);
    }, 2.5],
    ['reading others after an assignment', () => {
      const u = fn.id_U({ i: 5 });
      u.d = 2.5;
      return u.i;
    }, E],
    ['passed back', () => fn.U_i(fn.id_U({ i: 5 })), 5],
    ['decode', () => k.decode(lib().symbol('my_U'), 'U').i, 99],
    ['snapshot', () => {
      const buffer = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
      const u = k.decode(buffer, 'U');
      buffer[0] = 9;
      return u.i;
    }, 1],
    ['struct member', () => {
      const t = fn.id_TU({ tag: 1, u: { d: 2.5 } });
      return [t.tag, t.u.d, t.u.constructor.name];
    }, [1, 2.5, 'U']],
    ['missing struct member', () => fn.TU_i({ tag: 1 }), 0],
    ['array of unions', () => k.decode(Buffer.alloc(16), k.array('U', 2)).map((u) => u.i), [0, 0]],
  ]);

  table('union output', [
    ['Union', () => {
      const u = new k.Union('U');
      fn.setU_i(7, u);
      return u.i;
    }, 7],
    ['Union gives every member', () => {
      const u = union({ i: 1 });
      fn.setU_d(1.5, u);
      return [u.d, u.i];
    }, [1.5, 4609434218613702656n]],
    ['[null]', () => {
      const holder = [null];
      fn.setU_i(7, holder);
      return holder[0].i;
    }, 7],
    ['null', () => f('int str_null(_Out_ U *u)')(null), 1],
    ['Buffer', () => {
      const buffer = Buffer.alloc(8);
      fn.setU_i(7, buffer);
      return buffer;
    }, Buffer.from([7, 0, 0, 0, 0, 0, 0, 0])],
    ['object', () => fn.setU_i(7, {}), TE],
    ['literal', () => fn.setU_i(7, { i: 1 }), TE],
    ['inout literal', () => f('void setU_i(int64_t i, _Inout_ U *u)')(7, { i: 1 }), TE],
    ['inout Union', () => {
      const u = union({ i: 1 });
      f('void inc_i64(_Inout_ U *u, int n)')(u, 1);
      return u.i;
    }, 2],
    ['inout empty Union', () => f('void inc_i64(_Inout_ U *u, int n)')(new k.Union('U'), 1), E],
    ['inout holder', () => {
      const holder = [{ i: 1 }];
      f('void inc_i64(_Inout_ U *u, int n)')(holder, 1);
      return holder[0].i;
    }, 2],
    ['inside a struct', () => {
      const t = {};
      fn.fill_TU(t);
      return [t.tag, t.u.d];
    }, [3, 1.5]],
    ['another Union', () => fn.setU_i(7, new k.Union(k.union({ z: 'int64_t' }))), TE, 'Q-42'],
  ]);
};

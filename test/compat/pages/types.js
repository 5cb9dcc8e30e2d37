'use strict';
// Type objects: their exact properties, identity, resolution, names.

const { TE, E } = require('../probe');
const { show } = require('../show');

module.exports = ({ probe, group, table, setup, k, fresh }) => {
  setup(() => k.struct('Dump', { a: 'int', b: 'char *', c: [8, 'double'] }));
  setup(() => k.proto('int DumpFn(int a, str b, ...)'));

  // -- exact dumps ------------------------------------------------------------------------------------------

  const INT = `TypeObject {name: "int", primitive: "Int32", size: 4, alignment: 4, disposable: false}`;
  const plain = (name, primitive, size, rest = '') =>
    `TypeObject {name: ${JSON.stringify(name)}, primitive: "${primitive}", size: ${size}, alignment: ${size}, disposable: false${rest}}`;
  const CHAR_POINTER = plain('char *', 'String', 8);
  const dump = (make) => () => show(make());
  const DUMP_MEMBERS =
    `members: {a: {name: "a", type: ${INT}, offset: 0}, b: {name: "b", type: ${CHAR_POINTER}, offset: 8}, ` +
    `c: {name: "c", type: ${plain('double', 'Float64', 8)}, offset: 16}}`;
  const DUMP = plain('Dump', 'Record', 24, `, ${DUMP_MEMBERS}`).replace('alignment: 24', 'alignment: 8');
  const DUMP_PROTO =
    `proto: {name: "DumpFn", arguments: [{type: ${INT}, direction: "Input"}, ` +
    `{type: ${CHAR_POINTER}, direction: "Input"}], result: ${INT}}`;

  table('dump', [
    ['int', dump(() => k.type('int')), INT],
    ['uint16_be', dump(() => k.type('uint16_be')), plain('uint16_be_t', 'UInt16S', 2)],
    ['void', dump(() => k.type('void')), plain('void', 'Void', 0)],
    ['str', dump(() => k.type('str')), CHAR_POINTER],
    ['const char **', dump(() => k.type('const char **')), plain('char **', 'Pointer', 8, `, ref: ${CHAR_POINTER}`)],
    ['void *', dump(() => k.type('void *')), plain('void *', 'Pointer', 8, `, ref: ${plain('void', 'Void', 0)}`)],
    ['int[3]', dump(() => k.type('int[3]')), `TypeObject {name: "int[3]", primitive: "Array", size: 12, alignment: 4, disposable: false, length: 3, hint: "Typed", ref: ${INT}}`],
    ['char[3]', dump(() => k.type('char[3]')), `TypeObject {name: "char[3]", primitive: "Array", size: 3, alignment: 1, disposable: false, length: 3, hint: "String", ref: ${plain('char', 'Int8', 1)}}`],
    ['Buffer hint', dump(() => k.array('uint8_t', 4, 'Buffer')), `TypeObject {name: "uint8_t[4]", primitive: "Array", size: 4, alignment: 1, disposable: false, length: 4, hint: "Buffer", ref: ${plain('uint8_t', 'UInt8', 1)}}`],
    ['struct', dump(() => k.type('Dump')), DUMP],
    ['struct *', dump(() => k.type('Dump *')), plain('Dump *', 'Pointer', 8, `, ref: ${DUMP}`)],
    ['struct[2]', dump(() => k.type('Dump[2]')), `TypeObject {name: "Dump[2]", primitive: "Array", size: 48, alignment: 8, disposable: false, length: 2, hint: "Array", ref: ${DUMP}}`],
    ['opaque', dump(() => k.type('Opq')), plain('Opq', 'Void', 0)],
    ['opaque **', dump(() => k.type('Opq **')), plain('Opq **', 'Pointer', 8, `, ref: ${plain('Opq *', 'Pointer', 8, `, ref: ${plain('Opq', 'Void', 0)}`)}`)],
    ['named pointer', dump(() => k.type('HANDLE')), plain('HANDLE', 'Pointer', 8, `, ref: ${plain('<anonymous>', 'Void', 0)}`)],
    ['disposable', dump(() => k.disposable('str')), plain('<anonymous>', 'String', 8).replace('disposable: false', 'disposable: true')],
    ['Opq *!', dump(() => k.type('Opq *!')), plain('<anonymous>', 'Pointer', 8, `, ref: ${plain('Opq', 'Void', 0)}`).replace('disposable: false', 'disposable: true')],
    ['enum', dump(() => k.type('Enum')), plain('Enum', 'Int32', 4, ', values: {EA: 0, EB: 5, EC: -1}')],
    ['prototype', dump(() => k.type('DumpFn')), plain('DumpFn', 'Prototype', 8, `, ${DUMP_PROTO}`)],
    ['callback pointer', dump(() => k.type('DumpFn *')), plain('DumpFn *', 'Callback', 8, `, ${DUMP_PROTO}`)],
    ['alias', dump(() => k.alias(fresh('MyInt'), 'int')), INT],
    ['union', () => {
      const { primitive, size, alignment, members } = k.union({ a: 'int', b: 'double' });
      return [primitive, size, alignment, Object.values(members).map((m) => m.offset)];
    }, ['Union', 8, 8, [0, 0]]],
    ['pack', () => {
      const { primitive, size, alignment } = k.pack({ a: 'char', b: 'int' });
      return [primitive, size, alignment];
    }, ['Record', 5, 1]],
  ]);

  // -- properties ---------------------------------------------------------------------------------------------

  const KEYS = {
    int: [],
    bool: [],
    void: [],
    Opq: [],
    str: [],
    'int[3]': ['length', 'hint', 'ref'],
    'int *': ['ref'],
    'void **': ['ref'],
    S3: ['members'],
    U: ['members'],
    IntCb: ['proto'],
    'IntCb *': ['proto'],
    Enum: ['values'],
    HANDLE: ['ref'],
    'str!': [],
    'int *!': ['ref'],
  };
  group('keys', () => {
    for (const [spec, more] of Object.entries(KEYS)) {
      probe(spec, () => Object.keys(k.type(spec)), ['name', 'primitive', 'size', 'alignment', 'disposable', ...more]);
    }
  });

  table('object', [
    ['instance', () => k.type('int') instanceof k.TypeObject, true],
    ['construction', () => new k.TypeObject(), E],
    ['frozen', () => ['int', 'S3', 'int *', 'IntCb', 'Enum', 'int[3]'].map((t) => Object.isFrozen(k.type(t))), Array(6).fill(true)],
    ['members frozen', () => Object.isFrozen(k.type('S3').members), true],
    ['proto frozen', () => Object.isFrozen(k.type('IntCb').proto), true],
    ['assignment in strict mode', () => { k.type('int').size = 5; }, TE],
    ['descriptor', () => {
      const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(k.type('int'), 'size');
      return [enumerable, writable, configurable];
    }, [true, false, false]],
    ['JSON', () => JSON.parse(JSON.stringify(k.type('int'))), { name: 'int', primitive: 'Int32', size: 4, alignment: 4, disposable: false }],
    ['structuredClone', () => structuredClone(k.type('int')), { name: 'int', primitive: 'Int32', size: 4, alignment: 4, disposable: false }],
    ['a clone is no type', () => k.sizeof(structuredClone(k.type('int'))), TE],
    ['a copy is no type', () => k.sizeof({ ...k.type('int') }), TE],
    ['an heir is no type', () => k.sizeof(Object.create(k.type('int'))), TE],
    ['a Proxy is no type', () => k.sizeof(new Proxy(k.type('int'), {})), TE],
    ['a look-alike is no type', () => k.sizeof({ name: 'int', primitive: 'Int32', size: 4, alignment: 4 }), TE],
    ['prototype has only constructor', () => Object.getOwnPropertyNames(Object.getPrototypeOf(k.type('int'))), ['constructor']],
  ]);

  // -- identity ---------------------------------------------------------------------------------------------------

  table('identity', [
    ['type(int) is types.int', () => k.type('int') === k.types.int, true],
    ['const', () => k.type('const int') === k.types.int, true],
    ['aliases', () => k.types.int32 === k.types.int32_t, true],
    ['int is not int32_t', () => k.types.int === k.types.int32_t, false],
    ['str', () => k.type('str') === k.type('char *'), true],
    ['pointer to a struct', () => [k.type('S3 *') === k.pointer('S3'), k.pointer(k.type('S3')) === k.pointer('S3')], [true, true]],
    ['pointer to an anonymous struct', () => {
      const type = k.struct({ a: 'int' });
      return k.pointer(type) === k.pointer(type);
    }, true],
    ['array', () => k.type('int[3]') === k.array('int', 3), true],
    ['ref', () => k.type('int[3]').ref === k.types.int, true],
    ['disposable in a string', () => k.type('str!') === k.type('str!'), true],
    ['array with a hint', () => k.array('int', 3, 'Array') === k.array('int', 3, 'Array'), false],
    ['alias', () => {
      const name = fresh('A');
      return [k.alias(name, k.types.int) === k.types.int, k.type(name) === k.types.int];
    }, [true, true]],
    ['member type', () => k.struct({ a: 'int' }).members.a.type === k.types.int, true],
    ['anonymous structs differ', () => k.struct({ a: 'int' }) === k.struct({ a: 'int' }), false],
    ['type(TypeObject)', () => k.type(k.types.int) === k.types.int, true],
    ['type(const pointer)', () => k.type('const S3 *') === k.type('S3 *'), true],
    ['enum in array', () => k.array('Enum', 2).ref === k.type('Enum'), true],
  ]);

  // -- resolution -------------------------------------------------------------------------------------------------

  const GOOD = {
    int: 'int', '  int  ': 'int', 'int*': 'int *', 'int * *': 'int **', 'const int': 'int', 'const const int': 'int',
    'const char *const *': 'char **', 'unsigned int': 'unsigned int', 'unsigned\tint': 'unsigned int',
    'unsigned  long long': 'unsigned long long', 'long long': 'long long', 'unsigned char': 'unsigned char',
    'unsigned short': 'unsigned short', 'unsigned long': 'unsigned long', 'int[3]': 'int[3]', 'int [3]': 'int[3]',
    'int[ 3 ]': 'int[3]', 'int[010]': 'int[10]', 'int *[2]': 'int *[2]', 'int[3] *': 'int[3] *', 'S3 *': 'S3 *',
    'int *****': 'int *****', 'char **': 'char **', 'str *': 'char **', 'void *': 'void *', 'uint8': 'uint8_t',
    'int\n*': 'int *', 'const str': 'char *', 'Enum *': 'Enum *', 'HANDLE *': 'HANDLE *',
  };
  const UNKNOWN = [
    '', ' ', 'zork', 'zork *', 'INT', 'Int', 'int x y', 'long double', 'va_list', 'float16', '_Out_ int *',
  ];
  const MALFORMED = ['5', 'int add(int a, int b)', '<anonymous_1>', 'int 4', 'int;', 'int &', 'int *x', 'int[', 'int[]', 'int[-1]', 'int[0x10]', 'int[1e2]', 'int[x]', 'int)', 'int,', 'int!', 'void!', 'const'];
  const SUPERSET = {
    'signed int': 'int', signed: 'int', unsigned: 'unsigned int', 'long int': 'long', 'long long int': 'long long',
    'short int': 'short', 'unsigned long int': 'unsigned long', 'unsigned short int': 'unsigned short',
    'long unsigned int': 'unsigned long', 'int unsigned': 'unsigned int', 'signed char': 'int8_t or char',
    'struct S3': 'S3', 'union U': 'U', 'enum Enum': 'Enum', 'int const': 'int', 'char const *': 'char *',
    'volatile int *': 'int *', 'int (*)[2]': 'int[2] *', 'int *const': 'int *', 'int *restrict': 'int *',
  };

  group('type()', () => {
    for (const [spec, name] of Object.entries(GOOD)) probe(JSON.stringify(spec), () => k.type(spec).name, name);
    for (const spec of UNKNOWN) probe(`unknown ${JSON.stringify(spec)}`, () => k.type(spec), TE);
    for (const spec of MALFORMED) probe(`malformed ${JSON.stringify(spec)}`, () => k.type(spec), E);
    for (const [spec, name] of Object.entries(SUPERSET)) {
      if (name.includes(' or ')) probe(`superset ${spec}`, () => k.type(spec).size, 1, 'Q-49');
      else probe(`superset ${spec}`, () => k.type(spec).name, name, spec === 'int *const' ? 'Q-02' : 'Q-49');
    }
    const NO_TYPES = { null: null, undefined: undefined, Number: 5, BigInt: 5n, object: {}, array: [], function: () => 1, true: true };
    for (const [name, value] of Object.entries(NO_TYPES)) probe(name, () => k.type(value), TE);
    for (const name of ['type', 'sizeof', 'alignof', 'resolve', 'introspect']) {
      probe(`${name}() without argument`, () => k[name](), TE);
      probe(`${name}() of an unknown name`, () => k[name]('zork'), TE);
      probe(`${name}() of an address`, () => k[name](16n), TE);
    }
  });

  table('type()', [
    ["'int[0]'", () => k.type('int[0]'), TE, 'Q-50'],
    ["'void[2]'", () => k.type('void[2]'), TE],
    ["'int[99999999999]'", () => k.type('int[99999999]'), TE],
    ['a failed name can be defined', () => {
      const name = fresh('Late');
      try {
        k.type(name);
      } catch {
        return k.struct(name, { a: 'int' }) === k.type(name);
      }
    }, true],
    ['resolve', () => k.resolve('int') === k.types.int, true],
    ['introspect', () => k.introspect('int') === k.types.int, true],
  ]);

  // -- sizes ----------------------------------------------------------------------------------------------------------

  table('sizes', [
    ['sizeof int', () => k.sizeof('int'), 4],
    ['sizeof object', () => k.sizeof(k.types.double), 8],
    ['sizeof struct', () => k.sizeof('S3'), 16],
    ['sizeof array', () => k.sizeof('int[3]'), 12],
    ['sizeof pointer', () => k.sizeof('S3 *'), 8],
    ['sizeof void', () => k.sizeof('void'), 0],
    ['sizeof opaque', () => k.sizeof('Opq'), 0],
    ['sizeof prototype', () => k.sizeof('IntCb'), 8],
    ['sizeof marker', () => k.sizeof(k.out('int *')), 8],
    ['sizeof a direction string', () => k.sizeof('_Out_ int *'), TE],
    ['alignof struct', () => k.alignof('S3'), 8],
    ['alignof array', () => k.alignof('int[3]'), 4],
    ['alignof void', () => k.alignof('void'), 0],
    ['offsetof', () => ['a', 'b', 'c'].map((m) => k.offsetof('S3', m)), [0, 4, 8]],
    ['offsetof an unknown member', () => k.offsetof('S3', 'z'), TE],
    ['offsetof a path', () => k.offsetof('TU', 'u.i'), TE],
    ['offsetof in a union', () => k.offsetof('U', 'i'), TE],
    ['offsetof in a number', () => k.offsetof('int', 'a'), TE],
    ['offsetof in a pointer', () => k.offsetof('S3 *', 'a'), TE],
    ['offsetof a Number', () => k.offsetof('S3', 5), TE],
    ['offsetof without a member', () => k.offsetof('S3'), TE],
    ['offsetof without arguments', () => k.offsetof(), TE],
  ]);

  // -- names ------------------------------------------------------------------------------------------------------------

  const alias = (type, run) => () => {
    const name = fresh('Al');
    k.alias(name, type);
    return run(name);
  };
  table('alias', [
    ['pointer to it', alias('S3', (name) => k.type(`${name} *`) === k.type('S3 *')), true],
    ['chain', alias('int', (name) => k.alias(`${name}b`, name) === k.types.int), true],
    ['of a pointer', alias('int *', (name) => k.type(name) === k.type('int *')), true],
    ['of an array', alias('int[2]', (name) => k.sizeof(name)), 8],
    ['in an array', alias('int', (name) => k.type(`${name}[2]`).ref === k.types.int), true],
    ['of an anonymous struct', () => {
      const name = fresh('Al');
      const type = k.struct({ a: 'int' });
      k.alias(name, type);
      return k.type(name) === type;
    }, true],
    ['duplicate', () => k.alias('S3', 'int'), E],
    ['bad name', () => k.alias('a b', 'int'), E],
    ['unknown type', () => k.alias(fresh('Al'), 'zork'), TE],
    ['Number as a name', () => k.alias(5, 'int'), TE],
    ['null as a name', () => k.alias(null, 'int'), TE],
    ['one argument', () => k.alias(fresh('Al')), TE],
    ['no argument', () => k.alias(), TE],
  ]);

  group('free for programs', () => {
    for (const name of ['ssize_t', 'ptrdiff_t', 'time_t', 'off_t', 'intmax_t', 'uintmax_t', '_Bool', 'byte', 'char8_t']) {
      probe(name, () => k.alias(name, 'int') === k.types.int, true);
    }
  });

  table('redefinition of a name', [
    ['struct', () => k.struct('S3', { a: 'int' }), E],
    ['built-in', () => k.struct('int', { a: 'int' }), E],
    ['opaque', () => k.opaque('Opq'), E],
    ['proto', () => k.proto('int IntCb(int a)'), E],
    ['pointer', () => k.pointer('HANDLE', 'int'), E],
    ['enumeration', () => k.enumeration('Enum', { A: 1 }), E],
    ['disposable', () => k.disposable('S3', 'str'), E],
  ]);
};

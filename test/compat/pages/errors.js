'use strict';
// Which class of error each kind of failure has, one probe per row of the contract's list.

const { TE, E, crash } = require('../probe');

module.exports = ({ table, k, lib, fn }) => {
  table('arguments', [
    ['wrong number for an API function', () => k.sizeof(), TE],
    ['wrong number for a C function', () => fn.add(1), TE],
    ['wrong kind for an API function', () => k.sizeof(5), TE],
    ['value that cannot be converted', () => fn.add('x', 1), TE],
    ['value in an array', () => fn.sum_ints(['x', 'y'], 1), TE],
    ['value in a struct', () => fn.id_S3({ c: 'x' }), TE],
    ['ambiguous array', () => fn.ptr_val([1]), TE],
    ['array for an opaque pointer', () => fn.opq_get([1]), TE],
    ['object for an opaque pointer', () => fn.opq_get({}), TE],
    ['function for a data pointer', () => fn.ptr_val(() => 1), TE],
    ['odd number of variadic extras', () => fn.vsum(1, 'int'), E],
  ]);

  table('unions and counts', [
    ['union literal without property', () => fn.U_i({}), E],
    ['union literal with several', () => fn.U_i({ i: 1, d: 1 }), E],
    ['union literal with an unknown one', () => fn.U_i({ z: 1 }), E],
    ['reading an undefined union value', () => new k.Union('U').i, E],
    ['passing an undefined union value', () => fn.U_i(new k.Union('U')), E],
    ['Union without new', () => k.Union('U'), TE],
    ['counted array mismatch', () => fn.flex_sum({ count: 1, numbers: [1, 2] }), E],
    ['counted pointer mismatch', () => fn.dyn_sum({ n: 1, p: [1, 2] }), E],
    ['missing counter', () => k.struct({ m: 'int', a: k.array('int', 'n', 3) }), E],
  ]);

  table('memory', [
    ['small buffer, decode', () => k.decode(Buffer.alloc(1), 'int'), E],
    ['small buffer, encode', () => k.encode(Buffer.alloc(1), 'int', 1), E],
    ['NULL, decode', () => k.decode(null, 'int'), E],
    ['NULL, encode', () => k.encode(null, 'int', 1), E],
    ['negative offset of a buffer', () => k.decode(Buffer.alloc(8), -1, 'int'), E],
    ['negative length of an unsupported type', () => k.decode(Buffer.alloc(8), 'double', -1), TE],
    ['negative length at an address', () => k.encode(k.address(Buffer.alloc(8)), 'int', [1], -1), TE],
    ['alloc of nothing', () => k.alloc('int', 0), E],
    ['alloc of too much', () => k.alloc('int', 2 ** 50), E],
    ['alloc of a type without size', () => k.alloc('void', 1), TE],
    ['by-value aggregate that does not fit', () => {
      const big = k.struct({ a: k.array('uint8', 32 * 1024 * 1024) });
      return lib().func('nothing', 'void', [big])({});
    }, E, crash('Q-05')],
  ]);

  table('types', [
    ['unknown name as a type', () => k.type('zork'), TE],
    ['unknown name in a classic definition', () => lib().func('add', 'zork', []), TE],
    ['unknown name in a prototype', () => lib().func('zork add()'), E],
    ['malformed type', () => k.type('int['), E],
    ['malformed prototype', () => lib().func('int add('), E],
    ['unusable parameter, classic', () => lib().func('add', 'int', ['void']), TE],
    ['unusable parameter, prototype', () => lib().func('int add(Opq o)'), E],
    ['unusable member', () => k.struct({ a: 'void' }), TE],
    ['unusable cast', () => k.as(1, 'int'), TE],
    ['not a union', () => new k.Union('S3'), TE],
    ['not a record', () => k.offsetof('int', 'a'), TE],
    ['not a callback type', () => k.register(() => 1, 'int'), TE],
    ['not disposable', () => k.disposable('int'), TE],
    ['invalid type name', () => k.struct('1a', { a: 'int' }), E],
    ['duplicate type name', () => k.struct('S3', { a: 'int' }), E],
    ['invalid member name', () => k.struct({ '1a': 'int' }), E],
    ['empty struct', () => k.struct({}), E],
    ['struct too large', () => k.struct({ a: k.array('int', 16777216), b: 'int' }), E],
    ['array length invalid', () => k.array('int', -1), TE],
    ['array too large', () => k.array('int', 2 ** 30), TE],
    ['bad alignment', () => k.struct({ a: [3, 'int'] }), E],
    ['unknown hint', () => k.array('int', 2, 'zork'), E],
    ['hint that does not apply', () => k.array('bool', 2, 'Typed'), E],
    ['hint that is no string', () => k.array('int', 2, 5), TE],
    ['redefinition of a type that is not opaque', () => k.struct(k.types.int, { a: 'int' }), TE],
    ['enum value of a wrong kind', () => k.enumeration({ A: 'x' }), TE],
    ['enum storage', () => k.enumeration({ A: 1 }, 'float'), TE],
    ['enum values that fit nowhere', () => k.enumeration({ A: 2n ** 64n }), E],
  ]);

  table('libraries and handles', [
    ['library that cannot be loaded', () => k.load('/no/such.so'), E],
    ['function not found', () => lib().func('int no_such()'), E],
    ['symbol not found', () => lib().symbol('no_such'), E],
    ['config after load', () => lib() && k.config({}), E],
    ['unregister of a stranger', () => k.unregister(12345n), E],
    ['unregister of a string', () => k.unregister('x'), TE],
    ['unregister without argument', () => k.unregister(), TE],
    ['LibraryHandle by hand', () => new k.LibraryHandle(), E],
    ['TypeObject by hand', () => new k.TypeObject(), E],
    ['PollHandle by hand', () => new k.node.PollHandle(), E],
    ['method on a wrong receiver', () => k.LibraryHandle.prototype.symbol.call({}, 'my_int'), TE],
  ]);

  table('shape', [
    ['TypeError is exactly that', () => thrown(() => k.sizeof()).constructor === TypeError, true],
    ['Error is exactly that', () => thrown(() => k.decode(null, 'int')).constructor === Error, true],
    ['message is a text', () => thrown(() => fn.add('x', 1)).message.length > 0, true],
    ['code is given', () => typeof thrown(() => fn.add('x', 1)).code, 'string', 'D-04'],
  ]);
};

function thrown(run) {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

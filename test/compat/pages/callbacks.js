'use strict';
// Prototypes and callback types. Passing JavaScript functions to C comes with a later version.

const { TE, E } = require('../probe');

module.exports = ({ probe, table, k, lib, f, fn, fresh }) => {
  const named = (run) => () => run(fresh('Cb'));

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

  table('value', [
    ['null', () => fn.call_int(null, 5), -99],
    ['undefined', () => fn.call_int(undefined, 5), -99],
    ['0n', () => fn.call_int(0n, 5), -99],
    ['0', () => fn.call_int(0, 5), -99],
    ['C function', () => f('int call_int(AddFn *cb, int v)')(lib().symbol('id_int32'), 7), 7],
    ['C function as a Number', () => fn.call_int(Number(lib().symbol('id_int32')), 7), 7],
    ['struct member', () => fn.call_cbs({ cb: lib().symbol('id_int32'), v: 8 }), 8],
    ['NULL member', () => fn.call_cbs({ cb: null, v: 8 }), -7],
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

  // Not in this version: the outcome is a clear Error instead of a working callback.
  table('not available yet', [
    ['transient callback', () => fn.call_int((v) => v * 2, 5), E, 'later'],
    ['callback in a struct', () => fn.call_cbs({ cb: (v) => v * 2, v: 5 }), E, 'later'],
    ['callback through as()', () => fn.call_int(k.as((v) => v * 2, 'IntCb *'), 5), E, 'later'],
    ['register', () => typeof k.register((v) => v, 'IntCb *'), E, 'later'],
    ['register with a receiver', () => typeof k.register({}, (v) => v, 'IntCb *'), E, 'later'],
  ]);

  table('register', [
    ['no argument', () => k.register(), TE],
    ['one argument', () => k.register(() => 1), TE],
    ['not a function', () => k.register(5, 'IntCb *'), TE],
    ['bare prototype', () => k.register(() => 1, 'IntCb'), TE],
    ['number type', () => k.register(() => 1, 'int'), TE],
    ['unknown type', () => k.register(() => 1, 'zork'), TE],
    ['unregister of a stranger', () => k.unregister(12345n), E],
    ['unregister of null', () => k.unregister(null), E],
    ['unregister of a string', () => k.unregister('x'), TE],
    ['unregister without argument', () => k.unregister(), TE],
  ]);
};

// RISC-V ELF psABI 1.0: "Integer Calling Convention", "Hardware Floating-Point Calling Convention"; and LoongArch's document of
// 20231219, whose rules are the same but for what is said here. Rules have no numbers there: they are named by their topic.
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const longs = (n) => struct(times(n, 'long'));

const INTEGER = [
  { rule: 'integer: scalars', text: 'a scalar of at most XLEN bits is in the next argument register, else on the stack',
    signatures: [call(null, ['char', 'int16_t', 'uint32_t', 'int64_t', 'void *', 'bool', 'int', 'long', 'int', 'char']),
      call('int', ['int', 'int']), call(null, [...times(9, 'uint8_t')])] },
  { rule: 'integer: 2 XLEN', text: 'up to 2 XLEN bits are in two registers, in the last one and on the stack, or on the stack',
    signatures: [call(null, ['int', 'long double', 'int']), call(null, [longs(2), longs(2), 'int']),
      call(null, [...times(7, 'long'), longs(2), 'int']), call(null, [...times(7, 'int'), 'long double', 'int']),
      call(null, [...times(8, 'int'), longs(2), 'char']), call(null, [chars(9), chars(16)])] },
  { rule: 'integer: by reference', text: 'what is wider than 2 XLEN is replaced by its address',
    signatures: [call(null, [longs(3), 'int']), call(null, [chars(17)]),
      call(null, [...times(8, 'int'), longs(3), longs(4), 'int']), call(null, [struct(['long double', 'char'])])] },
  { rule: 'integer: aggregates', text: 'smaller aggregates lie in registers as in memory',
    signatures: [call(null, [chars(1), chars(3), chars(8), 'int']),
      call(null, [struct(['int', 'char', 'int16_t']), union(['char', 'long']), union(['float', 'int'])]),
      call(null, [...times(8, 'int'), chars(3), chars(5)])] },
  { rule: 'integer: alignment', text: 'on the stack what is aligned to 2 XLEN starts at a multiple of that',
    signatures: [call(null, [...times(9, 'long'), 'long double', 'int']),
      call(null, [...times(9, 'long'), aligned('int', 16), 'int']), call(null, [...times(9, 'int'), aligned('char', 32)])] },
  { rule: 'integer: empty', text: 'empty structs and unions are ignored',
    signatures: [call(null, ['int', struct([]), 'int']), call(null, [union([]), 'long']), call(struct([]), ['int'])] },
  { rule: 'variadic: aligned pair', text: 'a variadic argument aligned to 2 XLEN starts at an even register',
    signatures: [call(null, ['int', 'long double', 'int'], 1), call(null, ['void *', aligned('long', 16), 'int'], 1),
      call(null, ['int', 'int', 'long double'], 2), call(null, [...times(7, 'int'), 'long double', 'int'], 7)] },
  { rule: 'variadic: integers', text: 'variadic arguments travel as integers',
    signatures: [call(null, ['int', 'double', 'int', 'double'], 1), call(null, ['double', 'double', 'double'], 1),
      call(null, ['void *', struct(['double', 'double']), struct(['float', 'int'])], 1),
      call(null, ['void *', ...times(9, 'double')], 1)] },
  { rule: 'results: registers', text: 'a result travels as a first named argument would',
    signatures: [...['bool', 'int8_t', 'uint32_t', 'int64_t', 'void *', 'long double'].map((t) => call(t, ['int'])),
      call(longs(2), ['int']), call(chars(3), []), call(chars(16), [])] },
  { rule: 'results: memory', text: 'or in memory whose address is the first argument',
    signatures: [call(longs(3), ['int']), call(chars(17), ['int', 'double']), call(longs(4), times(8, 'int'))] },
];

const FLOAT = [
  { rule: 'float: reals', text: 'a named real that is no wider than FLEN is in the next floating-point register',
    signatures: [call('float', ['float', 'double', 'float']), call('double', ['int', 'double', 'int', 'float']),
      call(null, times(8, 'double'))] },
  { rule: 'float: none left', text: 'or travels as an integer when none is left',
    signatures: [call(null, times(10, 'double')), call(null, [...times(9, 'float'), 'int']),
      call(null, [...times(8, 'double'), ...times(8, 'long'), 'float', 'double'])] },
  { rule: 'float: one real', text: 'a struct of one real travels as the real',
    signatures: [call(null, [struct(['float']), struct(['double']), 'float']),
      call(struct(['double']), [struct([struct(['double'])])]), call(null, [struct([array(scalar('float'), 1)])]),
      call(null, [aligned('float', 32), 'float'])] },
  { rule: 'float: two reals', text: 'a struct of two reals is in two floating-point registers, if there are two',
    signatures: [call(struct(['float', 'float']), [struct(['double', 'float']), struct(['float', 'double'])]),
      call(null, [struct([array(scalar('double'), 2)]), 'double']),
      call(null, [...times(7, 'double'), struct(['double', 'double']), 'float']),
      call(null, [struct([struct(['float']), 'double'])])] },
  { rule: 'float: real and integer', text: 'a struct of a real and an integer is in one register of each, if there are both',
    signatures: [call(struct(['float', 'int']), [struct(['double', 'char']), struct(['long', 'double'])]),
      call(null, [...times(8, 'int'), struct(['float', 'int']), 'float']),
      call(null, [...times(8, 'double'), struct(['float', 'int']), 'int']),
      call(null, [struct(['int16_t', 'float']), struct(['uint32_t', 'double'])])] },
  { rule: 'float: flattened', text: 'members of nested structs and arrays count one by one, empty ones not; two at most',
    signatures: [call(null, [struct([struct(['float', 'float']), 'float']), 'float']),
      call(null, [struct([struct([]), 'float', struct([])]), 'double']),
      call(null, [struct([array(scalar('float'), 3)]), 'float']),
      call(null, [struct([array(struct(['float']), 2)]), 'double']), call(null, [struct(['char', 'char', 'float'])])] },
  { rule: 'float: unions', text: 'a union is never flattened',
    signatures: [call(null, [union(['float', 'double']), 'double']), call(null, [union(['double']), 'float']),
      call(union(['float']), [struct([union(['float']), 'float'])])] },
];

module.exports = (abi) => (abi === 'rv64-lp64' ? [...INTEGER, { rule: 'soft-float', text: 'reals travel as integers of their size',
  signatures: [call('float', ['float', 'double', 'float']),
    call('double', ['int', 'double', struct(['double', 'double']), struct(['float'])]),
    call(struct(['float', 'float']), [struct(['float', 'int'])])] }]
  : [...INTEGER, ...FLOAT]);

// 64-Bit ELF V2 ABI Specification, Power Architecture, revision 1.5: 2.2.3 ("Parameter Passing", by its paragraphs) and 2.2.3.4
// ("Return Values").
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const longs = (n) => struct(times(n, 'long'));
const floats = (n) => struct(times(n, 'float'));
const doubles = (n) => struct(times(n, 'double'));

module.exports = () => [
  { rule: 'save area: doublewords', text: 'each argument takes whole doublewords of the parameter save area, one after the other',
    signatures: [call(null, ['char', 'int16_t', 'int', 'long', 'bool', 'void *']), call(null, [chars(1), chars(9), 'int']),
      call(null, [...times(8, 'int'), chars(3), chars(12), 'char'])] },
  { rule: 'save area: r3 to r10', text: 'the first eight doublewords are in r3 to r10',
    signatures: [call(null, times(8, 'long')), call(null, times(11, 'int')), call(null, [longs(3), longs(4), 'int', 'int'])] },
  { rule: 'save area: split', text: 'an aggregate may start in registers and go on on the stack',
    signatures: [call(null, [...times(7, 'long'), longs(2), 'int']), call(null, [...times(6, 'int'), longs(5), 'int']),
      call(null, [longs(10), 'int']), call(null, [...times(7, 'int'), chars(11)])] },
  { rule: 'save area: alignment', text: 'aggregates aligned to 16 start at an even doubleword',
    signatures: [call(null, ['int', aligned('int', 16), 'int']), call(null, ['int', aligned('char', 32), 'int']),
      call(null, [...times(9, 'int'), aligned('long', 16)]),
      call(null, ['int', union(['long double', array(scalar('int'), 4)])])] },
  { rule: 'save area: aggregates of any size', text: 'no aggregate is passed by reference',
    signatures: [call(null, [chars(40), 'int']), call(null, ['int', longs(9), 'int'])] },
  { rule: 'registers: floats', text: 'float and double are in f1 to f13, and their doublewords are skipped',
    signatures: [call(null, ['float', 'int', 'double', 'int']), call(null, [...times(13, 'double'), 'int']),
      call(null, ['int', 'float', 'long', 'float', 'char'])] },
  { rule: 'registers: long double', text: 'a long double (IBM) is in two of them',
    signatures: [call(null, ['long double', 'int', 'long double']), call(null, ['double', 'long double', 'float', 'int'])] },
  { rule: 'registers: homogeneous', text: 'an aggregate of one floating-point type, of up to eight registers, is in one per member',
    signatures: [call(null, [floats(2), 'float', doubles(3)]), call(null, [floats(8), 'int']),
      call(null, [doubles(8), 'int', doubles(5)]), call(null, [struct([array(scalar('float'), 4)]), 'double']),
      call(null, [struct(times(4, 'long double'))]), call(null, [union(['float', floats(3)]), 'int'])] },
  { rule: 'registers: not homogeneous', text: 'others are in doublewords',
    signatures: [call(null, [floats(9), 'float']), call(null, [struct(['float', 'double']), 'double']),
      call(null, [struct(['double', 'int']), 'float']), call(null, [struct(times(5, 'long double'))])] },
  { rule: 'registers: none left', text: 'what finds no register is in its doublewords',
    signatures: [call(null, [...times(14, 'double'), 'float', 'int']), call(null, [...times(12, 'float'), floats(4), 'int']),
      call(null, [doubles(8), doubles(7), 'double']), call(null, [...times(12, 'double'), 'long double', 'float']),
      call(null, [...times(13, 'float'), 'float', 'float'])] },
  { rule: 'variadic', text: 'arguments after `...` are in their doublewords',
    signatures: [call(null, ['int', 'double', 'int', 'long double'], 1), call(null, ['double', 'double', doubles(2)], 1),
      call(null, ['void *', ...times(10, 'double')], 1), call(null, ['void *', floats(3), longs(2), 'int'], 1)] },
  { rule: 'results: scalars', text: 'integers in r3, floats in f1, a long double in f1 and f2',
    signatures: ['bool', 'int8_t', 'uint16_t', 'int', 'uint32_t', 'int64_t', 'void *', 'float', 'double',
      'long double'].map((t) => call(t, ['int'])) },
  { rule: 'results: homogeneous', text: 'homogeneous aggregates from f1 on',
    signatures: [call(floats(1), []), call(floats(8), ['int']), call(doubles(8), []),
      call(struct(times(4, 'long double')), [])] },
  { rule: 'results: aggregates', text: 'others of up to 16 bytes in r3 and r4',
    signatures: [call(longs(2), ['int']), call(chars(3), []), call(chars(16), []), call(struct(['float', 'int']), ['float']),
      call(union(['double', 'long']), [])] },
  { rule: 'results: memory', text: 'else in memory, whose address is the first argument',
    signatures: [call(longs(3), ['int']), call(chars(17), ['double', 'int']), call(floats(9), []),
      call(struct(times(5, 'long double')), ['int'])] },
  { rule: 'empty', text: 'GNU C: an empty record is not passed',
    signatures: [call(null, ['int', struct([]), 'int']), call(struct([]), ['int'])] },
];

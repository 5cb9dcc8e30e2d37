// ELF ABI, s390x Supplement, version 1.6.1: "Parameter Passing" and "Return Values", by their paragraphs.
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const longs = (n) => struct(times(n, 'long'));

module.exports = () => [
  { rule: 'integers', text: 'integers and addresses are in r2 to r6, right-justified',
    signatures: [call(null, ['char', 'int16_t', 'int', 'long', 'void *']),
      call(null, ['bool', 'uint8_t', 'uint16_t', 'uint32_t', 'uint64_t'])] },
  { rule: 'integers: stack', text: 'else in stack words of 8 bytes, right-justified',
    signatures: [call(null, [...times(5, 'int'), 'char', 'int16_t', 'int', 'long', 'bool']), call(null, times(8, 'long'))] },
  { rule: 'floats', text: 'float and double are in f0, f2, f4, f6, a float at the left',
    signatures: [call(null, ['float', 'double', 'float', 'double']), call(null, ['int', 'float', 'int', 'double', 'int'])] },
  { rule: 'floats: stack', text: 'else in stack words, a float at the right',
    signatures: [call(null, times(7, 'float')), call(null, [...times(5, 'double'), 'float', 'int']),
      call(null, [...times(5, 'int'), ...times(4, 'double'), 'float', 'char'])] },
  { rule: 'records: 1, 2, 4, 8', text: 'a record of 1, 2, 4 or 8 bytes travels as an integer of its size',
    signatures: [call(null, [chars(1), chars(2), chars(4), chars(8), 'int']),
      call(null, [...times(5, 'int'), chars(1), chars(2), chars(4), chars(8)]),
      call(null, [struct(['float', 'float']), 'float']), call(null, [union(['float', 'int']), 'float']),
      call(null, [union(['double']), struct([array(scalar('float'), 1)])])] },
  { rule: 'records: one float', text: 'a struct whose one member is a float or double travels as that',
    signatures: [call(null, [struct(['float']), struct(['double']), 'float']),
      call(null, [struct([struct(['double'])]), 'int']), call(null, [...times(4, 'double'), struct(['float']), 'int'])] },
  { rule: 'by reference', text: 'anything else is copied, and its address passed as an integer',
    signatures: [call(null, [chars(3), chars(5), chars(9), longs(2), 'int']),
      call(null, ['long double', 'int', 'long double']), call(null, [...times(5, 'int'), longs(2), 'long double', 'int']),
      call(null, [struct(['float', 'double'])]), call(null, [aligned('double', 16)]),
      call(null, [struct(['long double'])])] },
  { rule: 'empty', text: 'GNU C: so is an empty record',
    signatures: [call(null, ['int', struct([]), 'int']), call(null, [struct([]), 'double', 'int']),
      call(struct([]), ['int'])] },
  { rule: 'variadic', text: 'arguments after `...` travel like the others',
    signatures: [call(null, ['int', 'double', 'int', 'long double'], 1),
      call(null, ['void *', ...times(6, 'double'), 'int'], 1), call(null, ['void *', ...times(6, 'int'), chars(8)], 1)] },
  { rule: 'results: integers', text: 'in r2',
    signatures: ['bool', 'int8_t', 'uint16_t', 'int', 'uint32_t', 'int64_t', 'void *'].map((t) => call(t, ['int'])) },
  { rule: 'results: floats', text: 'in f0', signatures: [call('float', ['int']), call('double', ['float'])] },
  { rule: 'results: memory', text: 'structs, unions and long doubles in memory, whose address is the first argument',
    signatures: [call('long double', ['int']), call(chars(1), ['int']), call(struct(['double']), ['double']),
      call(longs(2), times(5, 'int')), call(union(['int']), []), call(longs(4), ['double'])] },
];

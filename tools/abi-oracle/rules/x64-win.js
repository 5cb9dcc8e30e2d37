// Microsoft, "x64 calling convention": its sections; long double and empty records as MinGW-w64 has them.
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const chars = (n) => struct([array(scalar('char'), n)]);
const floats = ['float', 'double'];

module.exports = () => [
  { rule: 'parameters: integers', text: 'the first four are in rcx, rdx, r8, r9, by their position',
    signatures: [call(null, ['char', 'int16_t', 'int', 'long long', 'int']),
      call(null, ['double', 'int', 'float', 'void *', 'bool'])] },
  { rule: 'parameters: floats', text: 'or xmm0 to xmm3',
    signatures: [call(null, ['float', 'double', 'float', 'double', 'float']),
    call(null, ['int', 'double', 'int', 'float']), call(null, times(6, 'double'))] },
  { rule: 'parameters: stack', text: 'the others are on the stack, 8 bytes each',
    signatures: [call(null, times(9, 'int')),
    call(null, [...times(4, 'int'), 'float', 'char', 'double', chars(2)]),
      call(null, [...times(5, 'long'), chars(3), 'int'])] },
  { rule: 'parameters: small records', text: 'records of 1, 2, 4 or 8 bytes travel as integers',
    signatures: [call(null, [chars(1), chars(2), chars(4), chars(8)]),
      call(null, [struct(['float']), struct(['double']), struct(['float', 'float'])]),
      call(null, [union(['double', 'int']), ...times(3, 'int'), struct(['int', 'int'])])] },
  { rule: 'parameters: by reference', text: 'others by the address of a copy',
    signatures: [call(null, [chars(3), chars(5), chars(9), chars(16), chars(17)]),
      call(null, ['int', struct(['double', 'double'])]),
      call(null, ['long double', 'int', struct(['long double'])]),
        call(null, [record('struct', [{ name: 'a', type: scalar('int'), align: 32 }])])] },
  { rule: 'varargs', text: 'variadic floats are in the vector and the integer register of their position',
    signatures: [call('int', ['int', 'double', 'int', 'double', 'double'], 1), call('int', ['double', 'double'], 1),
      call(null, ['void *', chars(3), 'double'], 1)] },
  { rule: 'return values: rax', text: 'integers, and records of 1, 2, 4 or 8 bytes',
    signatures: [...['bool', 'int8_t', 'int', 'long', 'long long', 'void *'].map((t) => call(t, ['int'])), call(chars(1), []),
      call(struct(['float']), []),
      call(struct(['double']), ['int']), call(chars(8), [])] },
  { rule: 'return values: xmm0', text: 'float and double',
    signatures: floats.map((t) => call(t, ['int'])) },
  { rule: 'return values: memory', text: 'others: the address is the first argument, and comes back in rax',
    signatures: [call(chars(3), ['int']), call(struct(['double', 'double']), times(4, 'int')), call(chars(17), []),
      call('long double', ['double'])] },
  { rule: 'empty', text: 'GNU C: an empty record goes by reference',
    signatures: [call(null, [struct([]), 'int']), call(struct([]), ['int'])] },
];

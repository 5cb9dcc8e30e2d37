// AAPCS64, as in a64.js, and what "Writing ARM64 code for Apple platforms" changes.
'use strict';

const { array, call, record, scalar, struct, times } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const CHANGED = ['B.5', 'C.5', 'C.6', 'C.10', 'C.14', 'C.16', '6.8.2 variadic'];

module.exports = () => [...require('./a64.js')().filter(({ rule }) => !CHANGED.includes(rule)),
  { rule: 'Apple: odd registers', text: 'what is aligned to 16 starts at any x register, against C.10',
    signatures: [call(null, ['int', aligned('int', 16), 'int']), call(null, ['int', aligned('long', 16), aligned('char', 16)])] },
  { rule: 'Apple: stack', text: 'an argument on the stack takes the bytes of its type at its own alignment',
    signatures: [call(null, [...times(8, 'int'), 'char', 'char', 'int16_t', 'int', 'char', 'long']),
      call(null, [...times(8, 'double'), 'float', 'float', 'double', 'float']),
      call(null, [...times(8, 'int'), 'bool', 'void *', 'int8_t']),
      call(null, [...times(8, 'double'), 'float', struct(['float', 'float']), struct(['float', 'float', 'float']), 'float'])] },
  { rule: 'Apple: stack records', text: 'records that are not homogeneous take whole words of 8 bytes',
    signatures: [call(null, [...times(8, 'int'), 'char', chars(3), 'char', chars(9), 'char']),
      call(null, [...times(8, 'int'), 'char', struct(['int', 'char']), 'char']),
      call(null, [...times(8, 'int'), 'char', aligned('int', 16), 'char'])] },
  { rule: 'Apple: variadic', text: 'arguments after `...` are on the stack, in words of 8 bytes',
    signatures: [call('int', ['int', 'double', 'int', 'long double', 'void *'], 1),
      call(null, ['void *', ...times(10, 'double')], 1),
      call(null, ['void *', struct(['double', 'double']), struct(['long', 'long', 'long']), 'int'], 1),
      call(null, [...times(9, 'char'), 'int', 'long'], 9),
        call(null, ['void *', chars(3), chars(12), aligned('int', 16)], 1)] },
  { rule: 'Apple: long double', text: 'is a double',
    signatures: [call('long double', ['long double', 'float']),
      call(struct(['long double', 'double']), [struct(['long double', 'double'])])] },
];

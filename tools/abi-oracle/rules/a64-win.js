// AAPCS64, as in a64.js, and what Microsoft's "Overview of ARM64 ABI conventions" changes.
'use strict';

const { array, call, scalar, struct, times } = require('../choose.js');

const chars = (n) => struct([array(scalar('char'), n)]);

module.exports = () => [...require('./a64.js')().filter(({ rule }) => !['6.8.2 variadic', 'empty'].includes(rule)),
  { rule: 'Windows: variadic floats', text: 'in a function with `...` floating-point values are in x registers, before it, too',
    signatures: [call('int', ['double', 'double', 'int', 'float'].slice(0, 3), 1), call(null, ['float', 'int', 'double'], 1),
      call('double', ['void *', ...times(10, 'double')], 1), call(null, ['double', 'float', 'long', 'double'], 2)] },
  { rule: 'Windows: variadic records', text: 'there, homogeneous aggregates are records like others',
    signatures: [call(null, ['int', struct(['float', 'float']), struct(['double', 'double']), 'int'], 1),
      call(null, ['int', struct(times(3, 'double')), 'double'], 1), call(null, [struct(['double', 'double']), 'int'], 1),
      call(null, ['void *', chars(3), chars(12), 'int'], 1)] },
  { rule: 'Windows: variadic split', text: 'what lies across the end of the x registers is split',
    signatures: [call(null, [...times(7, 'int'), struct(['long long', 'long long']), 'int'], 1),
      call(null, [...times(7, 'int'), struct(['double', 'double']), 'double'], 7)] },
];

// System V, as in x64-sysv.js, and what compilers for macOS do otherwise (docs/abi/x64-apple.md).
'use strict';

const { call, struct, union } = require('../choose.js');

module.exports = () => [...require('./x64-sysv.js')(),
  { rule: 'Apple: no rule 5b', text: 'X87UP that does not follow X87 is SSE: the value is in registers',
    signatures: [call(null, [union(['long double', 'int']), 'int']), call(null, ['double', union(['long', 'long double'])]),
      call(union(['long double', 'int']), ['int']), call(struct([union(['char', 'long double'])]), [])] },
];

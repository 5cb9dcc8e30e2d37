'use strict';
// require('ristretto/indirect'): the same module, for programs that name it so.

module.exports = require('../dist/index.cjs');

'use strict';
// require('ristretto'): every member of the API, and `default`, a second object with the same members, which is what
// `import ristretto from 'ristretto'` gives. Programs load dist/index.cjs, which tools/bundle.js makes of this file.

const api = require('./api.js');

module.exports = { ...api, default: api };

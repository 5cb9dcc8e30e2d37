'use strict';
const { test } = require('node:test');
const { assert, ristretto, packagePath } = require('./support');

test('extension is that of shared libraries', () => {
  assert.equal(ristretto.extension, { win32: '.dll', darwin: '.dylib' }[process.platform] ?? '.so');
});

test('version is that of the package', () => {
  assert.equal(ristretto.version, require(`${packagePath}/package.json`).version);
});

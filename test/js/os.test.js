'use strict';
const { test } = require('node:test');
const nodeOs = require('node:os');
const { assert, ristretto } = require('./support');
const { os } = ristretto;

test('has one member, errno', () => {
  assert.deepEqual(Object.keys(os), ['errno']);
  assert.equal(Object.getPrototypeOf(os), Object.prototype);
  assert.equal(Object.getPrototypeOf(os.errno), Object.prototype);
  assert.ok(Object.isExtensible(os) && Object.isExtensible(os.errno));
});

const skip = process.env.RISTRETTO_MACHO_HOST && 'code for macOS has its numbers, and this Node.js those of Linux';

test('agrees with the numbers that Node knows', { skip }, () => {
  for (const [name, value] of Object.entries(nodeOs.constants.errno)) {
    if (!name.startsWith('WSA') && process.platform !== 'win32') assert.equal(os.errno[name], value, name);
  }
});

test('knows the platform', { skip: process.platform !== 'linux' }, () => {
  assert.ok(Object.keys(os.errno).length >= 130, `${Object.keys(os.errno).length} names`);
  assert.deepEqual([os.errno.EPERM, os.errno.E2BIG, os.errno.EACCES, os.errno.EBADF], [1, 7, 13, 9]);
  assert.equal(os.errno.EAGAIN, os.errno.EWOULDBLOCK);
  assert.equal(os.errno.ENOTSUP, os.errno.EOPNOTSUPP);
  for (const value of Object.values(os.errno)) assert.ok(Number.isInteger(value) && value > 0);
});

'use strict';
// Which platforms have a binary, and where it may be.

const fs = require('node:fs');
const path = require('node:path');

/** Platform -> npm package that holds its ristretto.node. */
const PACKAGES = {
  'linux-x64': '@ristretto/linux-x64',
  'linux-x64-musl': '@ristretto/linux-x64-musl',
};

const ROOT = path.join(__dirname, '..');
const BUILD = path.join(ROOT, 'build', 'release');

/** What `npx ristretto build` and `npm install` in a checkout make. */
const BUILT = path.join(BUILD, 'ristretto.node');

/** The interpreter that this program names in its ELF header tells its C library; reading it is much cheaper than
 * process.report. */
function isMusl() {
  const head = Buffer.alloc(4096);
  const file = fs.openSync(process.execPath, 'r');
  try {
    fs.readSync(file, head, 0, head.length, 0);
  } finally {
    fs.closeSync(file);
  }
  return head.includes('/ld-musl-');
}

/** 'linux-x64', 'linux-x64-musl', 'win32-arm64' ... */
function platformName() {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === 'linux' && isMusl() ? `${name}-musl` : name;
}

module.exports = { BUILD, BUILT, PACKAGES, ROOT, platformName };

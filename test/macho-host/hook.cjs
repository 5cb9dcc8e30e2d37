'use strict';
// Loaded first by Node.js: addons for macOS are loaded by way of RISTRETTO_MACHO_HOST (addon.c), and this is macOS.

const fs = require('node:fs');

const host = process.env.RISTRETTO_MACHO_HOST;
const { dlopen } = process;

/** Whether a file is a Mach-O image of 64 bits. */
function isImage(file) {
  const magic = Buffer.alloc(4);
  const opened = fs.openSync(file, 'r');
  try {
    fs.readSync(opened, magic, 0, 4, 0);
  } finally {
    fs.closeSync(opened);
  }
  return magic.readUInt32LE() === 0xfeedfacf;
}

process.dlopen = function (module, file, ...flags) {
  if (!isImage(file)) return dlopen.call(this, module, file, ...flags);
  const inner = { exports: { image: file } };
  dlopen.call(this, inner, host);
  module.exports = inner.exports;
};
Object.defineProperty(process, 'platform', { value: 'darwin', enumerable: true });

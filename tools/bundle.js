'use strict';
// Makes dist/index.cjs, which programs load, of the files in lib/: to find and read one file takes Node.js some 0.3 ms,
// however small it is.

const path = require('node:path');

const ROOT = path.join(__dirname, '..');

/** Writes the bundle. Throws when a module is missing or does not parse. */
function bundle() {
  const { buildSync } = require('esbuild'); // not there before `npm ci`
  buildSync({
    entryPoints: [path.join(ROOT, 'lib', 'index.cjs')],
    outfile: path.join(ROOT, 'dist', 'index.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node18',
    logLevel: 'warning',
  });
}

if (require.main === module) bundle();

module.exports = { bundle };

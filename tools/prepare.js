'use strict';
// npm's `prepare` script: `npm install` in a checkout makes the bundle and compiles the addon. npm runs it neither for a
// dependency from the registry nor for a tarball. It does for `npm pack` and, twice, in its temporary clone of a git
// dependency: no binary is kept there, so only the bundle is made.

const fs = require('node:fs');
const path = require('node:path');
const { BuildError, build } = require('../bin/build.js');
const { bundle } = require('./bundle.js');

const ROOT = path.join(__dirname, '..');
const { _PACOTE_NO_PREPARE_: inClone, npm_command: command, npm_config_local_prefix: project } = process.env;

function isCheckout() {
  if (inClone || command === 'pack' || command === 'publish') return false;
  return fs.existsSync(path.join(ROOT, '.git')) && (!project || fs.realpathSync(project) === fs.realpathSync(ROOT));
}

try {
  bundle();
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error('ristretto: esbuild makes dist/, and is missing; install it with: npm install --include=dev');
  process.exit(1);
}
if (isCheckout()) {
  build().catch((error) => {
    if (!(error instanceof BuildError)) throw error;
    console.error(`ristretto: ${error.message}`);
    process.exitCode = 1;
  });
}

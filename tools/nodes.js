'use strict';
// Other versions of Node.js, from the npm packages node-<platform>-<arch>; they stay in .cache/nodes. And the API tests.

const fs = require('node:fs');
const path = require('node:path');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The path of Node.js `major`, fetched on first use. */
function nodeProgram(major) {
  return packageFile(path.join('nodes', major), `${PACKAGE}@${major}`, path.join(PACKAGE, 'bin', 'node'), ['--ignore-scripts']);
}

function apiTests() {
  const folder = path.join(ROOT, 'test', 'js');
  return fs.readdirSync(folder).filter((name) => name.endsWith('.test.js')).map((name) => path.join(folder, name));
}

module.exports = { apiTests, nodeProgram };

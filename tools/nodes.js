'use strict';
// Other versions of Node.js, from the npm packages node-<platform>-<arch>; they stay in .cache/nodes.

const path = require('node:path');
const { packageFile } = require('./fetch.js');

const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The path of Node.js `major`, fetched on first use. */
function nodeProgram(major) {
  return packageFile(path.join('nodes', major), `${PACKAGE}@${major}`, path.join(PACKAGE, 'bin', 'node'), ['--ignore-scripts']);
}

module.exports = { nodeProgram };

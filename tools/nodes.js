'use strict';
// Other versions of Node.js, from the npm packages node-<platform>-<arch>; they stay in .cache/nodes. And the API tests.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, say } = require('./setup.js');

const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The path of Node.js `major`, fetched on first use. */
function nodeProgram(major) {
  const folder = path.join(ROOT, '.cache', 'nodes', major);
  const program = path.join(folder, 'node_modules', PACKAGE, 'bin', 'node');
  if (!fs.existsSync(program)) {
    say(`fetching ${PACKAGE}@${major}`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', [...args, '--loglevel=error', `${PACKAGE}@${major}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return program;
}

function apiTests() {
  const folder = path.join(ROOT, 'test', 'js');
  return fs.readdirSync(folder).filter((name) => name.endsWith('.test.js')).map((name) => path.join(folder, name));
}

module.exports = { apiTests, nodeProgram };

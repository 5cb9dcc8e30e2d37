'use strict';

// The packages of this folder alone: peers and the library that draws the chart. Installed when they are first needed.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** False when they cannot be had; `note(text)` is told. */
function ensurePackages(note) {
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(__dirname, 'package.json'), 'utf8'));
  const names = Object.keys(devDependencies);
  if (names.every((name) => fs.existsSync(path.join(__dirname, 'node_modules', name)))) return true;
  note(`installing ${names.join(', ')} into ${path.relative(process.cwd(), __dirname) || '.'}`);
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: __dirname, stdio: ['ignore', 'ignore', 'inherit'] });
    return true;
  } catch (error) {
    note(`cannot install them: ${error.message.split('\n')[0]}`);
    return false;
  }
}

module.exports = { ensurePackages };

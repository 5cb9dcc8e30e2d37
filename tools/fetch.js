'use strict';
// Programs that come from npm and stay in .cache.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, say } = require('./setup.js');

const OPTIONS = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
const LIMIT_MS = 15 * 60_000; // npm's own limits are for one answer of the registry

/** The file `inside` of an npm package, which is fetched on first use into .cache/`folder`. */
function packageFile(folder, spec, inside, options = []) {
  const full = path.join(ROOT, '.cache', folder);
  const file = path.join(full, 'node_modules', inside);
  if (!fs.existsSync(file)) {
    const made = `${full}.${process.pid}`;
    say(`fetching ${spec}`);
    fs.mkdirSync(made, { recursive: true });
    fs.writeFileSync(path.join(made, 'package.json'), '{ "private": true }\n');
    const stdio = ['ignore', 'ignore', 'inherit'];
    execFileSync('npm', ['install', '--prefix', made, ...OPTIONS, ...options, spec], { stdio, timeout: LIMIT_MS });
    if (!fs.existsSync(file)) { // else another process was quicker
      fs.rmSync(full, { recursive: true, force: true });
      fs.renameSync(made, full);
    }
    fs.rmSync(made, { recursive: true, force: true });
  }
  return file;
}

module.exports = { packageFile };

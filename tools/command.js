'use strict';
// Shell scripts that stand for programs of other systems.

const fs = require('node:fs');
const path = require('node:path');

/** Writes a shell script, unless it is there already: it may be running. */
function writeCommand(file, text) {
  const script = `#!/bin/sh\n${text}`;
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== script) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(file, { force: true }); // it may be a link
    fs.writeFileSync(file, script, { mode: 0o755 });
  }
  return file;
}

module.exports = { writeCommand };

'use strict';
// Finds and loads ristretto.node: RISTRETTO_BINARY when it is set, else a local build, else the platform's package.

const fs = require('node:fs');
const { BUILT, PACKAGES, platformName } = require('./platform.js');

/** Places in the order of the search: what to hand to require(), and how to call it in a message. What somebody built goes
 * first; a require() that fails takes long, and so does finding out the platform. */
function* places() {
  const forced = process.env.RISTRETTO_BINARY;
  if (forced) return yield { id: forced, label: `${forced} (RISTRETTO_BINARY)` };

  const local = { id: BUILT, label: `${BUILT} (local build)` };
  const isBuilt = fs.existsSync(BUILT);
  if (isBuilt) yield local;
  const name = PACKAGES[platformName()];
  if (name) yield { id: `${name}/ristretto.node`, label: `${name} (npm package)` };
  if (!isBuilt) yield local;
}

/** Not being there is the normal case for all places but one. */
function reason(error, id) {
  const missing = error.code === 'MODULE_NOT_FOUND' && error.message.includes(id);
  return missing ? 'not there' : error.message.split('\n')[0];
}

function noBinary(tried) {
  const platform = platformName();
  const known = Object.keys(PACKAGES);
  const support = known.includes(platform) ? '' : ` This version supports ${known.join(' and ')}.`;
  const text =
    `ristretto has no binary for ${platform}.${support}\nSearched:\n` +
    tried.map((line) => `  - ${line}\n`).join('') +
    'To compile it here (a C compiler and CMake are enough), run:\n  npx ristretto build';
  return Object.assign(new Error(text), { code: 'ERR_RISTRETTO_NO_BINARY' });
}

/** The addon's exports. Throws ERR_RISTRETTO_NO_BINARY, which says where it looked and what to do. */
function loadAddon() {
  const tried = [];

  for (const { id, label } of places()) {
    try {
      return require(id);
    } catch (error) {
      tried.push(`${label}: ${reason(error, id)}`);
    }
  }
  throw noBinary(tried);
}

module.exports = { loadAddon };

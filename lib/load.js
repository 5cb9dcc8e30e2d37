'use strict';
// Finds and loads ristretto.node: RISTRETTO_BINARY when it is set, else the platform's package, else a local build.

const { BUILT, PACKAGES, platformName } = require('./platform.js');

/** Places in the order of the search: what to hand to require(), and how to call it in a message. */
function places(platform) {
  const forced = process.env.RISTRETTO_BINARY;
  if (forced) return [{ id: forced, label: `${forced} (RISTRETTO_BINARY)` }];

  const name = PACKAGES[platform];
  const local = { id: BUILT, label: `${BUILT} (local build)` };
  return name ? [{ id: `${name}/ristretto.node`, label: `${name} (npm package)` }, local] : [local];
}

/** Not being there is the normal case for all places but one. */
function reason(error, id) {
  const missing = error.code === 'MODULE_NOT_FOUND' && error.message.includes(id);
  return missing ? 'not there' : error.message.split('\n')[0];
}

function noBinary(platform, tried) {
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
  const platform = platformName();
  const tried = [];

  for (const { id, label } of places(platform)) {
    try {
      return require(id);
    } catch (error) {
      tried.push(`${label}: ${reason(error, id)}`);
    }
  }
  throw noBinary(platform, tried);
}

module.exports = { loadAddon };

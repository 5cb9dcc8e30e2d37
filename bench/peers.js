'use strict';

// The implementations that are compared: where each is found, and how it is loaded.

const fs = require('node:fs');
const path = require('node:path');
const built = require('./compile.js');

const root = path.join(__dirname, '..');

const PEERS = {
  ristretto: { ffi: true, find: () => require.resolve(root), version: () => packageVersion(root) },
  koffi: {
    ffi: true,
    find: () => require.resolve('koffi'),
    version: () => require('koffi').version ?? packageVersion(path.dirname(require.resolve('koffi'))),
  },
  addon: { ffi: false, find: () => built.addon, version: () => 'Node-API 8, by hand' },
};

function packageVersion(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

/** Loads peer `name` with the benchmark's library open: { ffi, api, lib, file }. `lib` is null for the addon. */
function load(name) {
  const peer = PEERS[name];
  const file = peer.find();
  const api = require(file);
  return { name, ffi: peer.ffi, api, lib: peer.ffi ? api.load(built.library) : null, file };
}

module.exports = { names: Object.keys(PEERS), load, version: (name) => PEERS[name].version() };

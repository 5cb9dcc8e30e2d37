'use strict';
// The members of the API: what the addon exports, without the doors for its hooks, and the classes of lib/.

const { install } = require('./hooks.js');
const { loadAddon } = require('./load.js');

const binding = loadAddon();
const { Union } = install(binding);
const { setHooks, makeBufferOwner, ...members } = binding;

module.exports = { ...members, Union };

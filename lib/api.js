'use strict';
// The members of the API: what the addon exports, without the doors for its hooks, and the classes of lib/.

const { install } = require('./hooks.js');
const { loadAddon } = require('./load.js');

const binding = loadAddon();
const members = install(binding);
const {
  setHooks,
  makeBufferOwner,
  drainInbox,
  shutInbox,
  settleCallback,
  cancelCall,
  isLane,
  tagHandle,
  handleAddress,
  ...exported
} = binding;

module.exports = { ...exported, ...members };

'use strict';
// Asynchronous calls: what can be said of them before they are available.

const { E } = require('../probe');

module.exports = ({ table, k, fn }) => {
  table('member', [
    ['function', () => typeof fn.add.async, 'function'],
    ['variadic functions have none', () => fn.vsum.async, undefined],
    ['decoded functions have it', () => typeof k.decode(fn.get_fn('add'), 'AddFn').async, 'function'],
    ['call.async does not exist', () => k.call.async, undefined],
    ['stable', () => fn.add.async === fn.add.async, true],
  ]);

  table('not available yet', [
    ['call', () => fn.add.async(1, 2, () => {}), E, 'later'],
    ['call of a void function', () => fn.nothing.async(() => {}), E, 'later'],
    ['wrong argument', () => fn.add.async('x', 2, () => {}), E, 'later'],
    ['decoded function', () => k.decode(fn.get_fn('add'), 'AddFn').async(1, 2, () => {}), E, 'later'],
  ]);
};

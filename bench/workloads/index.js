'use strict';

// What is timed, row by row. A workload has
//   name, title     for the command line, and for the table
//   what            what one call is, for RESULTS.md
//   ffi(api, lib)   what is timed (f below) as a user of ristretto or koffi declares it; the same text serves both
//   node(api, lib)  the same with node:ffi, `lib` being its DynamicLibrary
//   addon(api)      the same by hand
//   rs, bun, deno   the same for these, from others.js
// where a text in place of a function says why a peer has no such thing, and
//   check(f)        throws unless one call gives what C gives
//   loop(f)         (n) => checksum: n calls, each with an argument made from the result of the one before, so that
//                   no call can be dropped, hoisted or overlapped with the next
//   probe           calls whose checksum the parent compares between the peers (default 50)
//   count           calls per slice, where it has to be the same for all peers
//   async           `check` and `loop` give promises: the event loop, and threads, take part
// or, when each timing needs a fresh process,
//   script          a file of this folder's parent that prints nanoseconds; its arguments are the peer's name and file, and
//   argument        one more
//   processes       how many of them a round has, per peer

const calls = require('./calls.js');
const callbacks = require('./callbacks.js');
const asynchronous = require('./async.js');
const first = require('./first.js');
const { others } = require('./others.js');

/** Each group has a geometric mean of its own in the table; the rows of one without a title have none. */
const GROUPS = [
  { title: 'calls', workloads: calls },
  { title: 'callbacks', workloads: callbacks },
  { title: 'async', workloads: asynchronous.calls },
  { title: null, workloads: asynchronous.delays },
  { title: 'first calls', workloads: first },
];

for (const { workloads } of GROUPS) for (const workload of workloads) Object.assign(workload, { ...others(workload.name), ...workload });

module.exports = { groups: GROUPS, workloads: GROUPS.flatMap(({ workloads }) => workloads) };

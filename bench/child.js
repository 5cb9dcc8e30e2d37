'use strict';

// One implementation in a process of its own; the argument is the peer's name. The parent asks for one thing at a
// time, so that only one of the processes is busy.

const { load, version } = require('./peers.js');
const workloads = require('./workloads.js');

const [peerName] = process.argv.slice(2);
const PROBE = 50; // calls whose checksum the parent compares between the peers
const loops = new Map();
let peer;

const requests = {
  /** Loads the peer. Answers with its version, or with the reason why it is not there. */
  load() {
    peer = load(peerName);
    return { version: version(peerName), file: peer.file };
  },

  /** Declares, checks and warms up a workload: { absent } or { checksum, count } for slices of `sliceMs`. */
  prepare({ workload, sliceMs }) {
    const { ffi, addon, check, loop } = workloads.find(({ name }) => name === workload);
    if (!peer.ffi && !addon) return { absent: true };
    const f = peer.ffi ? ffi(peer.api, peer.lib) : addon(peer.api);
    check(f);
    const run = loop(f);
    const checksum = run(PROBE);
    loops.set(workload, run);
    const count = calibrate(run, sliceMs);
    global.gc(); // the last workload's garbage is not this one's; its own is collected when V8 chooses, as in use
    return { checksum, count };
  },

  /** Times one slice: nanoseconds per call. */
  run({ workload, count }) {
    return { ns: time(loops.get(workload), count) / count };
  },
};

process.on('message', ({ op, ...request }) => {
  try {
    process.send(requests[op](request));
  } catch (error) {
    process.send({ error: `${error.message}`, stack: error.stack });
  }
});

/**
 * Nanoseconds of `count` calls: by the clock, or the processor time where that is less. The difference is what other
 * processes took; what V8's own threads (garbage collector, compiler) do at the same time is not added.
 */
function time(run, count) {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  run(count);
  const clock = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(before);
  return Math.min(clock, (user + system) * 1e3);
}

/** Runs until the optimizing compiler is done (many short runs, not one long one) and returns the count of a slice. */
function calibrate(run, sliceMs) {
  const end = performance.now() + sliceMs;
  let count = 1;
  let ns = time(run, count);
  while (performance.now() < end || ns < 2e6) {
    if (ns < 2e6) count *= 2;
    ns = time(run, count);
  }
  return Math.max(1, Math.round((sliceMs * 1e6 * count) / ns));
}

'use strict';

// One implementation in a process of its own; the argument is the peer's name. The parent asks for one thing at a
// time, so that only one of the processes is busy.

const { load, version } = require('./peers.js');
const { workloads } = require('./workloads/index.js');

const [peerName] = process.argv.slice(2);
const PROBE = 50; // calls whose checksum the parent compares between the peers
const collect = () => (globalThis.Bun ? globalThis.Bun.gc(true) : global.gc?.());
const loops = new Map();
let peer;

const requests = {
  /** Loads the peer. Answers with its version, or with the reason why it is not there. */
  load() {
    peer = load(peerName);
    return { version: version(peerName), file: peer.file };
  },

  /** Declares, checks and warms up a workload: { checksum, count } for slices of `sliceMs`. */
  async prepare({ workload, sliceMs }) {
    const { [peer.kind]: make, check, loop, async, probe, ...fixed } = workloads.find(({ name }) => name === workload);
    const f = make(peer.api, peer.lib);
    await check(f);
    const run = loop(f);
    const checksum = await run(probe ?? PROBE);
    const time = async ? timeAsync : timeSync;
    loops.set(workload, { run, time });
    const count = fixed.count ?? (await calibrate(time, run, sliceMs));
    collect(); // the last workload's garbage is not this one's; its own is collected when V8 chooses, as in use
    return { checksum, count };
  },

  /** Times one slice: nanoseconds per call. */
  async run({ workload, count }) {
    const { run, time } = loops.get(workload);
    return { ns: (await time(run, count)) / count };
  },
};

process.on('message', async ({ op, ...request }) => {
  try {
    process.send(await requests[op](request));
  } catch (error) {
    process.send(report(error));
  }
});

// What a callback throws, when nothing up the stack can catch it. The loops are in an unknown state then.
process.on('uncaughtException', (error) => {
  process.send(report(error), () => process.exit(1));
});

function report(error) {
  const [line] = `${error?.message ?? error}`.split('\n');
  return { error: error?.code ? `${error.code}: ${line}` : line };
}

/**
 * Nanoseconds of `count` calls: by the clock, or the processor time where that is less. The difference is what other
 * processes took; what V8's own threads (garbage collector, compiler) do at the same time is not added.
 */
function timeSync(run, count) {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  run(count);
  const clock = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(before);
  return Math.min(clock, (user + system) * 1e3);
}

/** The same by the clock alone: here a thread that waits for another one is part of what a call costs. */
async function timeAsync(run, count) {
  const start = process.hrtime.bigint();
  await run(count);
  return Number(process.hrtime.bigint() - start);
}

/** Runs until the optimizing compiler is done (many short runs, not one long one) and returns the count of a slice. */
async function calibrate(time, run, sliceMs) {
  const end = performance.now() + sliceMs;
  let count = 1;
  let ns = await time(run, count);
  while (performance.now() < end || ns < 2e6) {
    if (ns < 2e6) count *= 2;
    ns = await time(run, count);
  }
  return Math.max(1, Math.round((sliceMs * 1e6 * count) / ns));
}

'use strict';

// Rounds and slices: who works when, and what becomes of a peer that fails.

const { PeerProcess, runScript } = require('./peer_process.js');
const { kind } = require('./peers.js');

/** Every peer in turn, starting with another one each time, so that none is always first. */
function rotated(list, by) {
  return list.map((_, i) => list[(i + by) % list.length]);
}

/** The times of one workload, by peer: one list of slices per round. A peer that fails loses all of them. */
class Samples {
  times = {};
  notes = {}; // peer: why it has no times

  constructor(workload, peers) {
    for (const peer of peers) {
      const reason = workload[kind(peer)];
      if (typeof reason === 'string') this.notes[peer] = reason;
      else this.times[peer] = [];
    }
  }

  has(peer) {
    return Boolean(this.times[peer]);
  }

  fail(peer, reason) {
    this.notes[peer] = reason;
    delete this.times[peer];
  }
}

/** Does `work` for each peer that has not failed; one that fails now is noted, and the others go on. */
async function each(peers, samples, work) {
  for (const peer of peers) {
    const name = peer.peer ?? peer;
    if (!samples.has(name)) continue;
    try {
      await work(name, peer);
    } catch (error) {
      samples.fail(name, error.message);
    }
  }
}

async function timeCalls(workload, children, samples, settings) {
  const counts = {};
  const checksums = {};
  await each(children, samples, async (peer, child) => {
    await child.start();
    const { checksum, count } = await child.ask('prepare', { workload: workload.name, sliceMs: settings.sliceMs });
    samples.times[peer].push([]);
    counts[peer] = count;
    checksums[peer] = checksum;
  });
  if (new Set(Object.values(checksums)).size > 1) {
    throw new Error(`${workload.name}: the results differ: ${JSON.stringify(checksums)}`);
  }
  for (let slice = 0; slice < settings.slices; slice++) {
    await each(rotated(children, slice), samples, async (peer, child) => {
      const { ns } = await child.ask('run', { workload: workload.name, count: counts[peer] });
      samples.times[peer].at(-1).push(ns);
    });
  }
}

async function timeProcesses({ script, argument, processes }, peers, samples) {
  const more = argument === undefined ? [] : [argument];
  const names = Object.keys(peers);
  for (let i = 0; i < processes; i++) {
    await each(rotated(names, i), samples, async (peer) => {
      if (i === 0) samples.times[peer].push([]);
      samples.times[peer].at(-1).push(Number(await runScript(script, peer, peers[peer].file, more)));
    });
  }
}

/** Map from workload name to its Samples. `progress(text)` is told what comes. */
async function measure(peers, settings, progress) {
  const names = Object.keys(peers);
  const all = new Map(settings.chosen.map((workload) => [workload.name, new Samples(workload, names)]));
  for (let round = 0; round < settings.rounds; round++) {
    const children = rotated(names, round).map((peer) => new PeerProcess(peer));
    try {
      for (const workload of settings.chosen) {
        progress(`round ${round + 1} of ${settings.rounds}: ${workload.title}`);
        const samples = all.get(workload.name);
        if (workload.script) await timeProcesses(workload, peers, samples);
        else await timeCalls(workload, children, samples, settings);
      }
    } finally {
      for (const child of children) child.close();
    }
  }
  return all;
}

/** Which peers are there, with version and file; tells `missing(text)` why one is not. */
async function findPeers(names, missing) {
  const found = {};
  for (const peer of names) {
    const child = new PeerProcess(peer);
    try {
      found[peer] = await child.start();
    } catch (error) {
      missing(`without ${peer}: ${error.message}`);
    } finally {
      child.close();
    }
  }
  return found;
}

module.exports = { findPeers, measure };

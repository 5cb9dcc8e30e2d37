'use strict';
// How compiled wrappers enter C: the entries that this runtime allows (addon/v8.h), and call memory.

const { makeMemory } = require('./memory.js');

/** RISTRETTO_ENTRY caps the entries; other runtimes and embedders than Node.js get Node-API alone, whatever numbers they
 * report and symbols they export. */
function most() {
  const { bun, deno, electron, nw } = process.versions;
  if (bun || deno || electron || nw) return 'plain';
  const wanted = process.env.RISTRETTO_ENTRY;
  return wanted === 'plain' || wanted === 'raw' ? wanted : 'fast';
}

/** CPUs of 64 bits and little-endian: JavaScript reads and writes call memory as they lay it out. */
const CPUS = ['x64', 'arm64', 'riscv64', 'loong64', 'ppc64'];

/** RISTRETTO_FILLER=reference does without compiled wrappers; so do other CPUs. */
function isWanted() {
  return CPUS.includes(process.arch) && process.env.RISTRETTO_FILLER !== 'reference';
}

/** Values that V8 lays out in each of the ways that the addon wants to read: see nb_v8_calibrate. */
function samples() {
  const bytes = Buffer.allocUnsafeSlow(4096);
  return [Object.keys({ ristretto: 1 })[0], Buffer.from('espresso').toString('latin1'), bytes, bytes.subarray(3, 4000)];
}

/** { memory, plain, raw, fast... }: what lib/compile.js makes wrappers with. */
function openEntries({ openEntries: open }) {
  const { modules, v8 } = process.versions;
  const entries = open(most(), modules, v8, ...samples());
  return { ...entries, memory: makeMemory(entries.memory, entries.base) };
}

module.exports = { isWanted, openEntries };

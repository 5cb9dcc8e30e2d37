'use strict';

// npm run bench: ristretto, koffi, node:ffi and a hand-written addon on the same C functions. See README.md.

const fs = require('node:fs');
const os = require('node:os');
const { parseArgs } = require('node:util');
const { build } = require('./compile.js');
const limits = require('./limits.js');
const { findPeers, measure } = require('./measure.js');
const { names: peerNames, usual } = require('./peers.js');
const { runAll } = require('./all.js');
const { drawChart } = require('./chart.js');
const { ensurePackages } = require('./packages.js');
const { summarize, table } = require('./report.js');
const { groups, workloads } = require('./workloads/index.js');

const PAIRS = [
  ['ristretto', 'koffi'],
  ['ristretto', 'node:ffi'],
  ['ristretto', 'addon'],
  ['koffi', 'addon'],
];

const width = Math.max(...workloads.map(({ name }) => name.length));
const listed = workloads.map(({ name }) => `  ${name.padEnd(width)}  ${limits.describe(name)}`);
const meanLimits = Object.entries(limits.MEANS).map(([group, limit]) => `${limit.toFixed(2)} over '${group}'`);

const HELP = `Usage: npm run bench -- [options]

Compares ristretto with koffi, with node:ffi where this Node has it, and with a hand-written Node-API addon, in
alternating processes. All of them run on the Node that runs this, unless --all says otherwise. The other peers are
ristretto with one filler and entry: see docs/speed.md.

  --rounds N     rounds, each with fresh processes (default 5)
  --only NAME    only this workload; may be repeated, or a list with commas
  --peers NAME   only this peer; likewise. Peers: ${peerNames.join(', ')}
  --all          all peers on Node 20, 22, 24 and 26, into results.json and RESULTS.md; --rounds and --quick apply, and
                 with --only the other rows stay
  --chart        draw docs/speed.svg from results.json
  --quick        two rounds of few slices: a first impression in about a minute
  --json FILE    also write all figures to FILE
  --check        exit with 1 when ristretto has no time for a workload or is beyond its limit (below), or when the
                 geometric mean of ristretto/koffi is above ${meanLimits.join(', ')}
  --help         this text

Workloads, and their limits with --check:
${listed.join('\n')}
`;

function fail(text) {
  process.stderr.write(`bench: ${text}\n`);
  process.exit(2);
}

/** The names given to an option that takes lists; all of `known` when there are none. */
function chosen(lists, known, what) {
  const names = (lists ?? []).flatMap((list) => list.split(',')).map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) fail(`no ${what} named '${unknown}': --help lists them`);
  return names.length ? known.filter((name) => names.includes(name)) : undefined;
}

function options() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        peers: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        check: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        chart: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    fail(`${error.message}\n\n${HELP}`);
  }
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const rounds = values.rounds === undefined ? (values.quick ? 2 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds expects a whole number from 1, got '${values.rounds}'`);
  const known = workloads.map(({ name }) => name);
  const names = chosen(values.only, known, 'workload') ?? known;
  const peers = chosen(values.peers, peerNames, 'peer') ?? usual;
  try {
    if (values.json) fs.closeSync(fs.openSync(values.json, 'a')); // rather now than after the run
  } catch (error) {
    fail(`--json: ${error.message}`);
  }
  return {
    ...values,
    rounds,
    peers,
    chosen: workloads.filter(({ name }) => names.includes(name)),
    slices: values.quick ? 5 : 15,
    sliceMs: 15,
  };
}

function note(text) {
  process.stderr.write(`bench: ${text}\n`);
}

function progress(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

function machine() {
  const cpus = os.cpus();
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus.length} x ${cpus[0]?.model ?? 'CPU'}`;
}

/** The groups with no more than the chosen workloads, without the empty ones. */
function chosenGroups(list) {
  return groups
    .map(({ title, workloads: all }) => ({ title, workloads: all.filter((workload) => list.includes(workload)) }))
    .filter((group) => group.workloads.length);
}

async function main() {
  const settings = options();
  if (settings.chart) return drawChart(note);
  build();
  if (settings.all || settings.peers.some((name) => !usual.includes(name))) ensurePackages(note);
  if (settings.all) return runAll(settings, note);
  const peers = await findPeers(settings.peers, note);
  const names = Object.keys(peers);
  if (names.length === 0) throw new Error('there is nothing to compare');
  const pairs = PAIRS.filter(([a, b]) => peers[a] && peers[b]);
  if (settings.check && !(peers.ristretto && peers.koffi)) fail('--check needs both ristretto and koffi');
  const samples = await measure(peers, settings, progress);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const result = summarize(chosenGroups(settings.chosen), samples, pairs);
  const versions = names.map((name) => `${name} ${peers[name].version}`).join(', ');

  process.stdout.write(`${machine()}\n${versions}; rounds: ${settings.rounds}\n`);
  process.stdout.write('Times: median ± half the interquartile range. Ratios: median (lowest-highest round).\n\n');
  process.stdout.write(`${table(result, names, pairs)}\n`);
  if (settings.json) {
    const { rounds, slices, sliceMs } = settings;
    const times = Object.fromEntries([...samples].map(([name, sample]) => [name, sample.times]));
    const all = { machine: machine(), peers, rounds, slices, sliceMs, ...result, samples: times };
    fs.writeFileSync(settings.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  if (settings.check) {
    const faults = limits.faults(result);
    faults.forEach(note);
    if (faults.length) process.exitCode = 1;
  }
}

main().catch((error) => {
  process.stderr.write(`bench: ${error.stack}\n`);
  process.exitCode = 1;
});

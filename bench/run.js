'use strict';

// npm run bench: ristretto, koffi and a hand-written addon on the same C functions. See README.md.

const { execFileSync, fork } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { build } = require('./compile.js');
const peerNames = require('./peers.js').names;
const workloads = require('./workloads.js');
const { summarize, table } = require('./report.js');

const LIMIT_MEAN = 1.0; // --check: geometric mean of ristretto/koffi
const LIMIT_ROW = 1.25; // --check: each row of it
const PROCESSES = 4; // processes per round and peer for what needs one each (require)

const HELP = `Usage: npm run bench -- [options]

Compares ristretto with koffi and with a hand-written Node-API addon, in alternating processes.

  --rounds N     rounds, each with fresh processes (default 5)
  --only NAME    only this workload; may be repeated, or a list with commas
  --quick        two rounds of few slices: a first impression in about 20 seconds
  --json FILE    also write all figures to FILE
  --check        exit with 1 when the geometric mean of ristretto/koffi is above ${LIMIT_MEAN.toFixed(1)},
                 or a row of it above ${LIMIT_ROW}
  --help         this text

Workloads:
  ${workloads.map(({ name }) => name).join('\n  ')}
`;

function fail(text) {
  process.stderr.write(`bench: ${text}\n`);
  process.exit(2);
}

function options() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        check: { type: 'boolean', default: false },
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
  const names = (values.only ?? []).flatMap((list) => list.split(',')).map((name) => name.trim());
  const unknown = names.find((name) => !workloads.some((workload) => workload.name === name));
  if (unknown !== undefined) fail(`no workload named '${unknown}': --help lists them`);
  try {
    if (values.json) fs.closeSync(fs.openSync(values.json, 'a')); // rather now than after the run
  } catch (error) {
    fail(`--json: ${error.message}`);
  }
  return {
    ...values,
    rounds,
    chosen: names.length ? workloads.filter(({ name }) => names.includes(name)) : workloads,
    slices: values.quick ? 5 : 15,
    sliceMs: 15,
  };
}

/** A process that holds one peer and answers one request at a time. */
class Child {
  #process;

  constructor(peer) {
    this.peer = peer;
    this.#process = fork(path.join(__dirname, 'child.js'), [peer], {
      execArgv: ['--expose-gc', '--no-warnings'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
  }

  async ask(op, request = {}) {
    const answer = await new Promise((resolve, reject) => {
      const died = (code, signal) => reject(new Error(`${this.peer}: ended with ${signal ?? code} in '${op}'`));
      this.#process.once('exit', died);
      this.#process.once('message', (message) => {
        this.#process.off('exit', died);
        resolve(message);
      });
      this.#process.send({ op, ...request });
    });
    if (answer.error) throw Object.assign(new Error(`${this.peer}: ${answer.error}`), { inner: answer.stack });
    return answer;
  }

  close() {
    this.#process.kill();
  }
}

/** Which peers are there, with version and file; says on stderr why one is not. */
async function findPeers() {
  const found = {};
  for (const peer of peerNames) {
    const child = new Child(peer);
    try {
      found[peer] = await child.ask('load');
    } catch (error) {
      process.stderr.write(`bench: without ${error.message.split('\n')[0]}\n`);
    } finally {
      child.close();
    }
  }
  return found;
}

/** Every peer in turn, starting with another one each time, so that none is always first. */
function rotated(list, by) {
  return list.map((_, i) => list[(i + by) % list.length]);
}

function progress(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

async function timeCalls(workload, children, { slices, sliceMs }) {
  const times = {};
  const counts = {};
  const checksums = {};
  for (const child of children) {
    const { absent, checksum, count } = await child.ask('prepare', { workload: workload.name, sliceMs });
    if (absent) continue;
    times[child.peer] = [];
    counts[child.peer] = count;
    checksums[child.peer] = checksum;
  }
  if (new Set(Object.values(checksums)).size !== 1) {
    throw new Error(`${workload.name}: the results differ: ${JSON.stringify(checksums)}`);
  }
  const runners = children.filter(({ peer }) => times[peer]);
  for (let slice = 0; slice < slices; slice++) {
    for (const child of rotated(runners, slice)) {
      const { ns } = await child.ask('run', { workload: workload.name, count: counts[child.peer] });
      times[child.peer].push(ns);
    }
  }
  return times;
}

function timeProcesses(peers) {
  const times = Object.fromEntries(Object.keys(peers).map((peer) => [peer, []]));
  for (let i = 0; i < PROCESSES; i++) {
    for (const [peer, { file }] of rotated(Object.entries(peers), i)) {
      times[peer].push(Number(execFileSync(process.execPath, [path.join(__dirname, 'require.js'), file])));
    }
  }
  return times;
}

async function measure(peers, settings) {
  const samples = new Map(settings.chosen.map(({ name }) => [name, {}]));
  for (let round = 0; round < settings.rounds; round++) {
    const children = rotated(Object.keys(peers), round).map((peer) => new Child(peer));
    try {
      for (const child of children) await child.ask('load');
      for (const workload of settings.chosen) {
        progress(`round ${round + 1} of ${settings.rounds}: ${workload.title}`);
        const times = workload.process ? timeProcesses(peers) : await timeCalls(workload, children, settings);
        for (const [peer, slices] of Object.entries(times)) (samples.get(workload.name)[peer] ??= []).push(slices);
      }
    } finally {
      for (const child of children) child.close();
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return samples;
}

function machine() {
  const cpus = os.cpus();
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus.length} x ${cpus[0]?.model ?? 'CPU'}`;
}

/** Says what is beyond the limits. Returns true when nothing is. */
function check({ rows, means }) {
  const pair = 'ristretto/koffi';
  const faults = rows
    .filter((row) => row.ratios[pair]?.median > LIMIT_ROW)
    .map((row) => `${row.name} is ${row.ratios[pair].median.toFixed(2)} (limit ${LIMIT_ROW})`);
  if (means[pair] > LIMIT_MEAN) faults.push(`the geometric mean is ${means[pair].toFixed(3)} (limit ${LIMIT_MEAN})`);
  for (const fault of faults) process.stderr.write(`bench: ${pair}: ${fault}\n`);
  return faults.length === 0;
}

async function main() {
  const settings = options();
  build();
  const peers = await findPeers();
  const names = Object.keys(peers);
  if (names.length === 0) throw new Error('there is nothing to compare');
  const pairs = [
    ['ristretto', 'koffi'],
    ['ristretto', 'addon'],
    ['koffi', 'addon'],
  ].filter(([a, b]) => peers[a] && peers[b]);
  if (settings.check && !(peers.ristretto && peers.koffi)) fail('--check needs both ristretto and koffi');
  const samples = await measure(peers, settings);
  const result = summarize(settings.chosen, samples, pairs);
  const versions = names.map((name) => `${name} ${peers[name].version}`).join(', ');

  process.stdout.write(`${machine()}\n${versions}; rounds: ${settings.rounds}\n`);
  process.stdout.write('Times: median ± half the interquartile range. Ratios: median (lowest-highest round).\n\n');
  process.stdout.write(`${table(result, names, pairs)}\n`);
  if (settings.json) {
    const { rounds, slices, sliceMs } = settings;
    const all = { machine: machine(), peers, rounds, slices, sliceMs, ...result, samples: Object.fromEntries(samples) };
    fs.writeFileSync(settings.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  if (settings.check && !check(result)) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`bench: ${error.inner ?? error.stack}\n`);
  process.exitCode = 1;
});

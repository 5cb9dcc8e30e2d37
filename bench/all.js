'use strict';

// npm run bench -- --all: the benchmark on every line of Node.js, into results.json and RESULTS.md.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { nodeProgram } = require('../tools/nodes.js');
const { names } = require('./peers.js');
const { markdown, mergeResults } = require('./results.js');
const { workloads } = require('./workloads/index.js');

const ROOT = path.join(__dirname, '..');
const MAJORS = ['20', '22', '24', '26'];
const JSON_FILE = path.join(__dirname, 'results.json');
const MARKDOWN_FILE = path.join(__dirname, 'RESULTS.md');

/** Fast calls are the default on Node 26 and a user's choice before. */
function peersOn(major) {
  return names.filter((name) => name !== (major === '26' ? 'ristretto fast' : 'ristretto raw'));
}

function runNode(major, { chosen, rounds, quick }) {
  const file = path.join(os.tmpdir(), `ristretto-bench-${process.pid}-${major}.json`);
  const args = ['--rounds', rounds, '--json', file, '--peers', peersOn(major).join(','), '--only', chosen.map(({ name }) => name).join(',')];
  const child = spawn(nodeProgram(major), [path.join(__dirname, 'run.js'), ...args.map(String), ...(quick ? ['--quick'] : [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => {
      if (code !== 0) return reject(new Error(`the benchmark on Node ${major} ended with ${code}`));
      const result = JSON.parse(fs.readFileSync(file, 'utf8'));
      fs.unlinkSync(file);
      return resolve(result);
    });
  });
}

/** What a peer's process said, without paths of this machine. */
function withoutPaths(notes, program) {
  const text = (note) => note.replaceAll(program, 'node').replaceAll(`${ROOT}${path.sep}`, '');
  return Object.fromEntries(Object.entries(notes).map(([peer, note]) => [peer, text(note)]));
}

/** Medians and quartiles; without every slice, and without paths of this machine. */
function reduced(major, { machine, peers, rows }) {
  const version = /Node v(\S+),/.exec(machine)[1];
  const versions = Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, { version: peer.version }]));
  const program = nodeProgram(major);
  const cleaned = rows.map((row) => (row.notes ? { ...row, notes: withoutPaths(row.notes, program) } : row));
  return { major, version, peers: versions, rows: cleaned };
}

/** A line per row. */
function compact(results) {
  return `${JSON.stringify(results)}\n`.replaceAll('{"name":', '\n{"name":');
}

async function runAll(settings, note) {
  const nodes = [];
  const start = Date.now();
  for (const [index, major] of MAJORS.entries()) {
    const left = index ? `, some ${Math.ceil((((Date.now() - start) / index) * (MAJORS.length - index)) / 60e3)} minutes left` : '';
    note(`Node ${major} (${index + 1} of ${MAJORS.length}${left})`);
    nodes.push(reduced(major, await runNode(major, settings)));
  }
  const [cpu] = os.cpus();
  const isWhole = settings.chosen.length === workloads.length;
  const names = settings.chosen.map(({ name }) => name).join(',');
  const measured = {
    command: `npm run bench -- --all${settings.quick ? ' --quick' : ''} --rounds ${settings.rounds}${isWhole ? '' : ` --only ${names}`}`,
    date: new Date().toISOString().slice(0, 10),
    machine: `${process.platform} ${process.arch}, ${os.cpus().length} x ${cpu?.model ?? 'CPU'}`,
    rounds: settings.rounds,
    nodes,
    explanations: workloads.map(({ title, what }) => [title, what]),
  };
  const results = isWhole ? measured : mergeResults(JSON.parse(fs.readFileSync(JSON_FILE, 'utf8')), measured);
  fs.writeFileSync(JSON_FILE, compact(results));
  fs.writeFileSync(MARKDOWN_FILE, markdown(results));
  note(`wrote ${path.relative(process.cwd(), MARKDOWN_FILE)} and ${path.relative(process.cwd(), JSON_FILE)}`);
}

module.exports = { JSON_FILE, runAll };

'use strict';

// RESULTS.md, from results.json: { command, date, machine, nodes: [{ major, version, peers, rows }], explanations }, and
// `later`, the runs that measured some rows again: [{ command, date }].

const { targetOf } = require('./targets.js');

const PAIR = 'ristretto/koffi';

function figure(ns) {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(2)} ms`;
  if (ns >= 1e4) return `${(ns / 1e3).toFixed(1)} µs`;
  return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
}

function markdownTable(lines) {
  const rule = lines[0].map((_, i) => (i ? '---:' : '---'));
  return [lines[0], rule, ...lines.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Median, half the interquartile range, and the multiple of koffi's median. */
function timeCell(value, koffi, isKoffi) {
  if (!value) return '-';
  const percent = Math.round(((value.high - value.low) / value.median) * 50);
  const times = koffi && !isKoffi ? ` (${(value.median / koffi.median).toFixed(2)})` : '';
  return `${figure(value.median)} ±${percent}%${times}`;
}

function nodeTable({ peers, rows }) {
  const names = Object.keys(peers);
  return markdownTable([
    ['', ...names],
    ...rows.map(({ title, ns }) => [title, ...names.map((name) => timeCell(ns[name], ns.koffi, name === 'koffi'))]),
  ]);
}

/** 'met' or by how much not, for one workload on one Node. */
function verdict(row, major) {
  const target = targetOf(row.name, major);
  const ratio = row.ratios[PAIR]?.median;
  if (target === undefined || ratio === undefined) return '-';
  return ratio <= target ? `${ratio.toFixed(2)} ≤ ${target}` : `**${ratio.toFixed(2)}** > ${target} (by ${(ratio - target).toFixed(2)})`;
}

function targetTable(nodes) {
  const rows = nodes[0].rows.filter(({ name }) => targetOf(name, nodes[0].major) !== undefined);
  return markdownTable([
    ['', ...nodes.map(({ major }) => `Node ${major}`)],
    ...rows.map(({ name, title }) => [
      title,
      ...nodes.map(({ major, rows: own }) => verdict(own.find((row) => row.name === name) ?? { ratios: {} }, major)),
    ]),
  ]);
}

/** `results` with the rows that `newer` measured again. */
function mergeResults(results, newer) {
  const nodes = results.nodes.map((node) => {
    const again = newer.nodes.find(({ major }) => major === node.major)?.rows ?? [];
    const kept = node.rows.map((row) => again.find(({ name }) => name === row.name) ?? row);
    return { ...node, rows: [...kept, ...again.filter((row) => !kept.includes(row))] };
  });
  const { command, date } = newer;
  return { ...results, nodes, later: [...(results.later ?? []), { command, date }] };
}

function markdown({ command, date, machine, rounds, nodes, explanations, later = [] }) {
  const parts = [
    '# Results of the benchmark',
    `Written by \`${command}\` on ${date}; ${machine}; ${rounds} rounds of alternating processes.`,
    ...later.map((run) => `Some rows were measured again by \`${run.command}\` on ${run.date}.`),
    'A cell is the median time of one call, half the interquartile range in percent, and in parentheses the multiple of koffi’s median. ' +
      'The columns are explained in [README.md](README.md), the ways of ristretto in [docs/speed.md](../docs/speed.md).',
    '## Targets',
    'ristretto’s time as a multiple of koffi’s, by slices that ran side by side, and what it is to be at most. Bold: missed.',
    targetTable(nodes),
  ];
  for (const node of nodes) {
    const versions = Object.entries(node.peers).map(([name, { version }]) => `${name} ${version}`);
    parts.push(`## Node ${node.version}`, `${[...new Set(versions)].join(', ')}.`, nodeTable(node));
  }
  parts.push('## The workloads', explanations.map(([title, what]) => `- **${title}**: ${what}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

module.exports = { markdown, mergeResults };

'use strict';

// From timed slices to figures, and from figures to a table.

function quantile(sorted, q) {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** { median, low, high }: low and high are the quartiles. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/**
 * The ratio of two peers: `a` and `b` hold one list of slices per round. Each slice is divided by the one that ran
 * next to it, since what disturbs a machine outlasts a slice and then cancels out; the median of these quotients is
 * the ratio. `low` and `high` are the medians of the lowest and the highest round.
 */
function ratio(a, b) {
  const quotients = a.map((slices, round) => slices.map((ns, i) => ns / b[round][i]));
  const rounds = quotients.map((list) => spread(list).median);
  return { median: spread(quotients.flat()).median, low: Math.min(...rounds), high: Math.max(...rounds) };
}

function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * samples: Map from workload name to { peer: [[ns, ...] per round] }.
 * Returns { rows: [{ name, title, ns: { peer: spread }, ratios: { 'a/b': ratio } }], means: { 'a/b': number } }.
 */
function summarize(workloads, samples, pairs) {
  const rows = workloads.map(({ name, title }) => {
    const peers = samples.get(name);
    const row = { name, title, ns: {}, ratios: {} };
    for (const [peer, rounds] of Object.entries(peers)) row.ns[peer] = spread(rounds.flat());
    for (const [a, b] of pairs) {
      if (peers[a] && peers[b]) row.ratios[`${a}/${b}`] = ratio(peers[a], peers[b]);
    }
    return row;
  });
  const means = {};
  for (const pair of pairs.map((names) => names.join('/'))) {
    const values = rows.filter((row) => row.ratios[pair]).map((row) => row.ratios[pair].median);
    if (values.length) means[pair] = geometricMean(values);
  }
  return { rows, means };
}

function figure(ns) {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(2)} ms`;
  if (ns >= 1e4) return `${(ns / 1e3).toFixed(1)} us`;
  return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
}

function timeCell(value) {
  if (!value) return '-';
  const percent = ((value.high - value.low) / value.median) * 50;
  return `${figure(value.median)} ±${percent.toFixed(0).padStart(2)}%`;
}

function ratioCell(value) {
  return value ? `${value.median.toFixed(2)} (${value.low.toFixed(2)}-${value.high.toFixed(2)})` : '-';
}

/** The table as text, in Markdown's form so that it can be pasted. */
function table({ rows, means }, peers, pairs) {
  const names = pairs.map((pair) => pair.join('/'));
  const lines = [
    ['workload', ...peers, ...names],
    ...rows.map((row) => [
      row.title,
      ...peers.map((peer) => timeCell(row.ns[peer])),
      ...names.map((pair) => ratioCell(row.ratios[pair])),
    ]),
    ['geometric mean', ...peers.map(() => ''), ...names.map((pair) => means[pair]?.toFixed(3) ?? '-')],
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (line) =>
    `| ${line.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  return [text(lines[0]), rule, ...lines.slice(1).map(text)].join('\n');
}

module.exports = { summarize, table };

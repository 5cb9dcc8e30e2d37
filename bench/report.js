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
 * groups: [{ title, workloads }], samples: Map from workload name to { times: { peer: [[ns, ...] per round] }, notes }.
 * Returns { rows: [{ name, title, group, ns: { peer: spread }, ratios: { 'a/b': ratio }, notes: { peer: text } }],
 * means: [{ title, ratios: { 'a/b': number } }] }: a mean for each group with a title, over the rows that both have.
 */
function summarize(groups, samples, pairs) {
  const rows = groups.flatMap((group) =>
    group.workloads.map(({ name, title }) => {
      const { times, notes } = samples.get(name);
      const row = { name, title, group: group.title, ns: {}, ratios: {}, notes };
      for (const [peer, rounds] of Object.entries(times)) row.ns[peer] = spread(rounds.flat());
      for (const [a, b] of pairs) {
        if (times[a] && times[b]) row.ratios[`${a}/${b}`] = ratio(times[a], times[b]);
      }
      return row;
    }),
  );
  const titles = groups.map(({ title }) => title).filter(Boolean);
  return { rows, means: titles.map((title) => ({ title, ratios: meanRatios(title, rows, pairs) })) };
}

function meanRatios(group, rows, pairs) {
  const means = {};
  for (const pair of pairs.map((names) => names.join('/'))) {
    const values = rows.filter((row) => row.group === group && row.ratios[pair]).map((row) => row.ratios[pair].median);
    if (values.length) means[pair] = geometricMean(values);
  }
  return means;
}

function figure(ns) {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(2)} ms`;
  if (ns >= 1e4) return `${(ns / 1e3).toFixed(1)} us`;
  return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
}

/** A dash, with the number of its note when there is one, where there is no time. */
function timeCell(value, note) {
  if (!value) return note ? `- [${note}]` : '-';
  const percent = ((value.high - value.low) / value.median) * 50;
  return `${figure(value.median)} ±${percent.toFixed(0).padStart(2)}%`;
}

function ratioCell(value) {
  return value ? `${value.median.toFixed(2)} (${value.low.toFixed(2)}-${value.high.toFixed(2)})` : '-';
}

/** The notes of all rows, each text once: '<peer> <why it has no time>'. */
function notesOf(rows) {
  return [...new Set(rows.flatMap((row) => Object.entries(row.notes).map((note) => note.join(': '))))];
}

/** The table as text, in Markdown's form so that it can be pasted; the notes follow it. */
function table({ rows, means }, peers, pairs) {
  const names = pairs.map((pair) => pair.join('/'));
  const notes = notesOf(rows);
  const number = (row, peer) => notes.indexOf(`${peer}: ${row.notes[peer]}`) + 1;
  const lines = [
    ['workload', ...peers, ...names],
    ...rows.map((row) => [
      row.title,
      ...peers.map((peer) => timeCell(row.ns[peer], number(row, peer))),
      ...names.map((pair) => ratioCell(row.ratios[pair])),
    ]),
    ...means.map(({ title, ratios }) => [
      `geometric mean, ${title}`,
      ...peers.map(() => ''),
      ...names.map((pair) => ratios[pair]?.toFixed(3) ?? '-'),
    ]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (line) =>
    `| ${line.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  const footnotes = notes.map((note, i) => `[${i + 1}] ${note}`);
  return [text(lines[0]), rule, ...lines.slice(1).map(text), ...(notes.length ? ['', ...footnotes] : [])].join('\n');
}

module.exports = { summarize, table };

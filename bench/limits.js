'use strict';

// What --check demands of each workload:
//   ratio  ristretto's time divided by koffi's, at most
//   ms     ristretto's time, at most
// and of the geometric mean of ristretto/koffi over a group.

const PAIR = 'ristretto/koffi';

const MEANS = { calls: 1.0 };

const ROWS = {
  'empty': { ratio: 1.25 },
  'two-ints': { ratio: 1.25 },
  'two-doubles': { ratio: 1.25 },
  'two-int64': { ratio: 1.25 },
  'mixed-8': { ratio: 1.25 },
  'mixed-20': { ratio: 1.25 },
  'short-string-in': { ratio: 1.25 },
  'long-string-in': { ratio: 1.25 },
  'string-out': { ratio: 1.25 },
  'buffer-in': { ratio: 1.25 },
  'pointer-in': { ratio: 1.25 },
  'struct-value': { ratio: 1.25 },
  'struct-inout': { ratio: 1.25 },
  'decode-struct': { ratio: 1.25 },
  'decode-structs': { ratio: 1.25 },
  'ints-in': { ratio: 1.25 },
  'int-out': { ratio: 1.25 },
  'declare': { ratio: 1.25 },
  'require': { ratio: 1.25 },
  'callback-transient': { ratio: 1.0 },
  'callback-registered': { ratio: 1.0 },
  'sort': { ratio: 1.0 },
  'callback-thread': { ratio: 1.0 },
  'async-throughput': { ratio: 0.5 },
  'async-latency': { ratio: 1.25 },
  'file-delay': { ms: 20 },
  'first-1': { ratio: 1.5 },
  'first-100': { ratio: 1.5 },
  'first-10000': { ratio: 1.25 },
};

/** The limit of a workload in a few characters, for --help. */
function describe(name) {
  const { ratio, ms } = ROWS[name];
  return ratio === undefined ? `${ms} ms` : `${ratio.toFixed(2)} x koffi`;
}

/** What is beyond the limits, a sentence each. Where koffi has no time, there is no ratio to hold. */
function faults({ rows, means }) {
  const found = [];
  for (const { name, ns, ratios } of rows) {
    const { ratio, ms } = ROWS[name];
    const median = ratios[PAIR]?.median;
    if (!ns.ristretto) found.push(`${name}: ristretto has no time`);
    else if (median > ratio) found.push(`${name}: ${PAIR} is ${median.toFixed(2)} (limit ${ratio})`);
    else if (ns.ristretto.median > ms * 1e6) {
      found.push(`${name}: ${(ns.ristretto.median / 1e6).toFixed(1)} ms (limit ${ms} ms)`);
    }
  }
  for (const { title, ratios } of means) {
    const limit = MEANS[title];
    if (ratios[PAIR] > limit) {
      found.push(`${title}: the geometric mean of ${PAIR} is ${ratios[PAIR].toFixed(3)} (limit ${limit})`);
    }
  }
  return found;
}

module.exports = { MEANS, describe, faults };

'use strict';
// The benchmark's report: ratios, targets and what is missing, on made-up figures. It times nothing.
const { test } = require('node:test');
const assert = require('node:assert/strict');
const { markdown, mergeResults } = require('../../bench/results.js');
const { targetOf } = require('../../bench/targets.js');

const times = (median) => ({ median, low: median * 0.9, high: median * 1.1 });

function results(rows, major = '26') {
  const peers = { ristretto: { version: '1.0.0' }, koffi: { version: '3.0.0' } };
  const nodes = [{ major, version: `${major}.0.0`, peers, rows }];
  return { command: 'bench', date: '2026-01-01', machine: 'a machine', rounds: 2, nodes, explanations: [['two ints', 'what it is']] };
}

const row = (name, ristretto, koffi) => ({
  name,
  title: 'two ints',
  ns: { ristretto: ristretto && times(ristretto), koffi: times(koffi) },
  ratios: ristretto ? { 'ristretto/koffi': { median: ristretto / koffi } } : {},
});

test('a time comes with its spread and the multiple of koffi', () => {
  assert.match(markdown(results([row('two-ints', 5, 20)])), /\| two ints \| 5\.0 ns ±10% \(0\.25\) \| 20\.0 ns ±10% \|/);
});

test('a missed target says by how much, a met one does not', () => {
  assert.match(markdown(results([row('two-ints', 5, 20)])), /\*\*0\.25\*\* > 0\.16 \(by 0\.09\)/);
  assert.match(markdown(results([row('two-ints', 5, 20)], '24')), /0\.25 ≤ 0\.3/);
});

test('a peer without a time has a dash and no verdict', () => {
  const text = markdown(results([row('two-ints', undefined, 20)]));
  assert.match(text, /\| two ints \| - \| 20\.0 ns ±10% \|/);
  assert.match(text, /\| two ints \| - \|\n/);
});

test('rows that are measured again replace the old ones, and the report says so', () => {
  const old = results([row('two-ints', 5, 20), row('empty', 7, 14)]);
  const added = { ...row('mixed-8', 8, 80), title: 'eight mixed' };
  const again = { ...results([row('two-ints', 3, 20), added]), command: 'bench --only two-ints', date: '2026-02-02' };
  const text = markdown(mergeResults(old, again));
  assert.match(text, /3\.0 ns ±10% \(0\.15\)/);
  assert.match(text, /7\.0 ns ±10% \(0\.50\)/);
  assert.match(text, /eight mixed \| 8\.0 ns ±10% \(0\.10\)/);
  assert.doesNotMatch(text, /5\.0 ns/);
  assert.match(text, /measured again by `bench --only two-ints` on 2026-02-02/);
});

test('targets differ between Node 26 and the versions before', () => {
  assert.equal(targetOf('empty', '26'), 0.25);
  assert.equal(targetOf('empty', '20'), 0.55);
  assert.equal(targetOf('async-latency', '26'), undefined);
});

'use strict';
// Every calling convention has vectors from compilers (test/abi/*.txt), enough of them and for every rule of its document.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { rulesOf } = require('../../tools/abi-oracle/rules.js');

const ROOT = path.join(__dirname, '..', '..');
const ENOUGH = 400;
const read = (...names) => fs.readFileSync(path.join(ROOT, ...names), 'utf8');
const conventions = [...read('engine', 'abi', 'abi_list.def').matchAll(/^RS_ABI\(\w+, "([^"]+)"/gm)].map(([, name]) => name);

/** The rules that the comments before signatures name, and the signatures. */
function vectors(abi) {
  const lines = read('test', 'abi', `${abi}.txt`).split('\n');
  const signatures = lines.filter((line) => /^[^#\s].*\bf\(.*\)$/.test(line));
  const tags = lines.filter((line, i) => line.startsWith('# ') && signatures.includes(lines[i + 1])).map((line) => line.slice(2));
  return { signatures: new Set(signatures), tags };
}

test('there are conventions', () => assert.ok(conventions.length >= 24));

for (const abi of conventions) {
  test(`${abi}: at least ${ENOUGH} signatures`, () => assert.ok(vectors(abi).signatures.size >= ENOUGH));

  test(`${abi}: each rule has a signature`, () => {
    const { tags } = vectors(abi);
    const named = new Set(tags.flatMap((tag) => tag.split('; ')));
    const missing = rulesOf(abi).map(({ rule }) => rule).filter((rule) => !named.has(rule));
    assert.deepEqual(missing, []);
  });
}

'use strict';
// The tables of platforms and of conventions: they are those of the results in the repository, and say what results say.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { conventionTable, conventionsOf, isCurrent, platformTable } = require('../../tools/support-table.js');

test('the tables in the documents are made of test/abi/results.json', () => {
  assert.ok(isCurrent(), 'run: node tools/support-table.js');
});

test('a platform has the conventions of its system and CPU', () => {
  assert.deepEqual(conventionsOf('musl-x64'), ['x64-sysv']);
  assert.deepEqual(conventionsOf('android-arm64'), ['a64']);
  assert.deepEqual(conventionsOf('mac-arm64'), ['a64-apple']);
  assert.equal(conventionsOf('openbsd-ia32').join(), 'x86-bsd-cdecl,x86-bsd-stdcall,x86-bsd-fastcall,x86-bsd-thiscall');
});

const random = (compiler, mismatches) => ({ abi: 'a64-apple', compiler, functions: 1500, closures: 800, mismatches });
const build = { bytes: 300 * 1024 + 1, compiler: 'clang 19.1.7', faults: [] };

test('a row adds up what ran, elsewhere too', () => {
  const tests = { 'linux-arm64': { engine: { passed: 30, failed: 0, random: [random('clang', 0), random('clang', 2)] } } };
  const [, , , mac] = platformTable({ builds: { 'mac-arm64': build }, tests, vectors: { 'a64-apple': 1234 } }).split('\n');
  assert.equal(mac, '| mac-arm64 | a64-apple | 301 KB, clang 19.1.7 | 1,234 | clang 3,000 / 1,600; 2 wrong (on linux-arm64) | - | - |');
});

test('what failed, was skipped or did not happen shows', () => {
  const node = { version: 'v20.1.0', passed: 7, failed: 1, skipped: 2 };
  const tests = { 'mac-arm64': { node } };
  const text = platformTable({ builds: { 'mac-arm64': { ...build, faults: ['it needs libgcc_s.so.1'] } }, tests, vectors: {} });
  assert.equal(text.split('\n')[2], '| mac-arm64 | a64-apple | - | - | - | - | v20.1.0: 7 passed, 1 failed, 2 skipped |');
});

test('a row says when not all files of API tests ran', () => {
  const cell = (files) => platformTable({ builds: {}, tests: { 'mac-arm64': { node: { version: 'v20.1.0', passed: 7, files, of: 3 } } }, vectors: {} }).split('\n')[2];
  assert.match(cell(2), / v20\.1\.0: 7 passed \(2 of 3 files\) \|$/);
  assert.match(cell(3), / v20\.1\.0: 7 passed \|$/);
});

test('what fails with Bun on every platform is counted apart', () => {
  const tests = { 'musl-x64': { node: { version: 'Bun 1.4.5', passed: 7, failed: 0, skipped: 1, known: 2 } } };
  const text = platformTable({ builds: {}, tests, vectors: {} });
  assert.match(text.split('\n')[2], / Bun 1\.4\.5: 7 passed, 1 skipped; 2 fail with Bun everywhere \|$/);
});

test('a convention has a row per compiler, with the platforms that it ran on and all that was wrong', () => {
  const ran = (...rows) => ({ engine: { passed: 1, failed: 0, random: rows } });
  const tests = { one: ran(random('gcc', 0), random('gcc', 0), random('clang', 1)), two: ran(random('gcc', 2), random('gcc', 0)) };
  const lines = conventionTable({ tests, vectors: { 'a64-apple': 1234, 'x64-win': 5 } }).split('\n').slice(2);
  assert.deepEqual(lines, [
    '| a64-apple | 1,234 | gcc | 3,000 | 1,600 | 2 | one, two |',
    '| a64-apple | 1,234 | clang | 1,500 | 800 | 1 | one |',
    '| x64-win | 5 | - | - | - | - | - |',
  ]);
});

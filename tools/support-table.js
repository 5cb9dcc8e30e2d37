#!/usr/bin/env node
'use strict';
// The tables of platforms (README.md) and of conventions (docs/abi/README.md), made of what was built (build/builds.json, by
// `npm run build:all`), what ran (build/abi-results.json, by `npm run test:abi`) and the vectors in test/abi.
//   node tools/support-table.js            takes over new results into test/abi/results.json and writes the tables
//   node tools/support-table.js --check    only says whether the tables are those of test/abi/results.json

const fs = require('node:fs');
const path = require('node:path');
const { rows: rowsOf } = require('./doc-tables.js');
const { apiTests } = require('./api-tests.js');

const ROOT = path.join(__dirname, '..');
const RESULTS = path.join(ROOT, 'test', 'abi', 'results.json');

const read = (...names) => fs.readFileSync(path.join(ROOT, ...names), 'utf8');
const readJson = (file) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {});

/** Systems whose platforms have the data model of another's. */
const MODELS = { musl: 'linux', android: 'linux' };

/** Names of the conventions that C functions of a platform may have: those of its row in engine/core/target.c. */
function conventionsOf(platform) {
  const model = platform.replace(/^\w+/, (system) => MODELS[system] ?? system);
  const [, family] = new RegExp(`\\{"${model}", +"([^"]+)"`).exec(read('engine', 'core', 'target.c'));
  return conventionNames().filter((name) => name.replace(/-(cdecl|stdcall|fastcall|thiscall)$/, '') === family);
}

/** Signatures of a convention whose places a compiler told; 0 without a file. */
function countVectors(convention) {
  const file = path.join(ROOT, 'test', 'abi', `${convention}.txt`);
  return fs.existsSync(file) ? (fs.readFileSync(file, 'utf8').match(/^[^\s#].*/gm) ?? []).length : 0;
}

const conventionNames = () => rowsOf(read('engine', 'abi', 'abi_list.def').replace(/,\n +/g, ', '), 'RS_ABI').map(([, name]) => name);

/** Counts of API tests with the number of files that they are of, and of all there are, instead of each file's counts. */
function summary({ files, ...counts }) {
  const all = apiTests().map((file) => path.basename(file, '.test.js'));
  return { ...counts, files: all.filter((name) => name in files).length, of: all.length };
}

/** What there is in build/, over what was known before: { builds, tests, vectors }. */
function collect() {
  const before = readJson(RESULTS);
  const builds = { ...before.builds, ...readJson(path.join(ROOT, 'build', 'builds.json')) };
  const tests = { ...before.tests };
  for (const [name, { engine, node }] of Object.entries(readJson(path.join(ROOT, 'build', 'abi-results.json')))) {
    tests[name] = { engine: engine ?? tests[name]?.engine, node: node ? summary(node) : tests[name]?.node };
  }
  return { builds, tests, vectors: Object.fromEntries(conventionNames().map((name) => [name, countVectors(name)])) };
}

const number = (n) => n.toLocaleString('en-US');
const NONE = '-';

function buildCell(build) {
  return build && !build.faults.length ? `${Math.ceil(build.bytes / 1024)} KB, ${build.compiler}` : NONE;
}

function vectorCell(conventions, vectors) {
  const total = conventions.reduce((sum, name) => sum + (vectors[name] ?? 0), 0);
  return total ? number(total) : NONE;
}

/** The random signatures of the platform's conventions, of its own runs or, where there are none, of another platform's. */
function randomCell(platform, conventions, tests) {
  const rowsAt = (name) => (tests[name]?.engine?.random ?? []).filter(({ abi }) => conventions.includes(abi));
  const where = [platform, ...Object.keys(tests)].find((name) => rowsAt(name).length);
  if (!where) return NONE;
  const sum = (rows, key) => number(rows.reduce((total, row) => total + row[key], 0));
  const compilers = [...new Set(rowsAt(where).map(({ compiler }) => compiler))].map((compiler) => {
    const rows = rowsAt(where).filter((row) => row.compiler === compiler);
    return `${compiler ? `${compiler} ` : ''}${sum(rows, 'functions')} / ${sum(rows, 'closures')}`;
  });
  return `${compilers.join(', ')}; ${sum(rowsAt(where), 'mismatches')} wrong${where === platform ? '' : ` (on ${where})`}`;
}

function countCell(result) {
  if (!result) return NONE;
  const { version, passed, known, files, of } = result;
  const others = ['failed', 'skipped'].filter((kind) => result[kind]).map((kind) => `, ${number(result[kind])} ${kind}`);
  const part = files < of ? ` (${files} of ${of} files)` : '';
  const bun = known ? `; ${number(known)} fail with Bun everywhere` : '';
  return `${version ? `${version}: ` : ''}${number(passed)} passed${others.join('')}${bun}${part}`;
}

function table(head, lines) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

function platformTable({ builds, tests, vectors }) {
  const head = ['platform', 'convention', 'compiles', 'vectors', 'random signatures', 'engine runs here', 'API runs here'];
  const platforms = [...new Set([...Object.keys(builds), ...Object.keys(tests)])].sort();
  const lines = platforms.map((platform) => {
    const conventions = conventionsOf(platform);
    const { engine, node } = tests[platform] ?? {};
    return [platform, conventions.join(', '), buildCell(builds[platform]), vectorCell(conventions, vectors),
      randomCell(platform, conventions, tests), countCell(engine), countCell(node)];
  });
  return table(head, lines);
}

/** A row per convention and compiler; the same signatures wherever they ran, so the counts are those of one platform. */
function conventionTable({ tests, vectors }) {
  const head = ['convention', 'vectors', 'compiler', 'functions called', 'closures called back', 'wrong', 'ran on'];
  const rows = Object.entries(tests).flatMap(([platform, { engine }]) => (engine?.random ?? []).map((row) => ({ ...row, platform })));
  const sum = (of, key) => of.reduce((total, row) => total + row[key], 0);
  const lines = Object.keys(vectors).flatMap((abi) => {
    const ran = rows.filter((row) => row.abi === abi);
    const start = [abi, vectorCell([abi], vectors)];
    if (!ran.length) return [[...start, NONE, NONE, NONE, NONE, NONE]];
    return [...new Set(ran.map(({ compiler }) => compiler))].map((compiler) => {
      const own = ran.filter((row) => row.compiler === compiler);
      const platforms = [...new Set(own.map(({ platform }) => platform))];
      const one = own.filter(({ platform }) => platform === platforms[0]);
      return [...start, compiler, number(sum(one, 'functions')), number(sum(one, 'closures')), number(sum(own, 'mismatches')),
        platforms.join(', ')];
    });
  });
  return table(head, lines);
}

const TABLES = [
  { name: 'platforms', file: 'README.md', make: platformTable },
  { name: 'conventions', file: path.join('docs', 'abi', 'README.md'), make: conventionTable },
];

/** Each file with its table of `results`: [path, text]. */
function render(results) {
  return TABLES.map(({ name, file, make }) => {
    const place = new RegExp(`(<!-- table: ${name} -->\\n)[^]*?(<!-- end -->)`);
    const text = read(file);
    if (!place.test(text)) throw new Error(`${file} has no place for the table '${name}'`);
    return [path.join(ROOT, file), text.replace(place, (_, before, after) => `${before}${make(results)}\n${after}`)];
  });
}

function isCurrent() {
  return render(readJson(RESULTS)).every(([file, text]) => text === fs.readFileSync(file, 'utf8'));
}

if (require.main === module) {
  if (process.argv.includes('--check')) {
    process.exitCode = isCurrent() ? 0 : 1;
    if (process.exitCode) console.error("the tables of platforms and conventions are not current; run: node tools/support-table.js");
  } else {
    const results = collect();
    fs.writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);
    for (const [file, text] of render(results)) fs.writeFileSync(file, text);
  }
}

module.exports = { conventionTable, conventionsOf, isCurrent, platformTable };

'use strict';
// Compares ristretto with koffi, contract page by contract page.
//
//   node test/compat/run.js [pages...]              compare
//   node test/compat/run.js --only koffi [pages...] check one implementation against the expectations
//   node test/compat/run.js --list [pages...]       print every probe with both outcomes
//   node test/compat/run.js --docs                  write docs/differences.md
//
// Every page runs in child processes, because koffi dies of some probes: the probe is recorded as
// fatal and the rest goes on in a new child.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fixturePath } = require('../fixtures');
const { DIFFERENCES, render } = require('./differences');
const { PAGES, readPage } = require('./probe');
const { show } = require('./show');

const DOCS = path.join(__dirname, '..', '..', 'docs', 'differences.md');
const SILENCE_MS = 20000; // a probe that says nothing for so long hangs
const CHILDREN = 2;
const SCRATCH = fs.mkdtempSync(path.join(os.tmpdir(), 'compat-')); // where core dumps go
const SIGNALS = { SIGSEGV: '✗SEGV', SIGABRT: '✗ABRT', SIGFPE: '✗FPE', SIGTRAP: '✗TRAP', SIGKILL: '✗HANG' };

/** Runs the given probes in one child; resolves to [outcomes by number, number of the fatal probe or -1]. */
function runChild(implementation, page, numbers, outcomes, notes) {
  return new Promise((resolve) => {
    const args = [path.join(__dirname, 'child.js'), implementation, page, numbers.join(',')];
    const child = spawn(process.execPath, args, { cwd: SCRATCH, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    let current = -1;
    let errors = '';
    let rest = '';
    let timer = null;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    };

    watch();
    child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2000)));
    child.stdio[3].on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach((line) => {
        const [, mark, number, text] = /^(.) (\S+) ?(.*)$/s.exec(line);
        if (mark === '!') return notes.add(`${page} under ${implementation}: set-up failed: ${line.slice(2)}`);
        current = mark === '>' ? Number(number) : -1;
        if (mark === '=') outcomes.set(Number(number), text);
      });
      watch();
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (current >= 0) outcomes.set(current, SIGNALS[signal] ?? `✗${signal ?? `EXIT ${code}`}`);
      else if (code !== 0) notes.add(`${page} under ${implementation} ended with ${signal ?? code}:\n${errors}`);
      resolve(current);
    });
  });
}

/** Runs a whole page; returns the outcomes by probe number. */
async function runPage(implementation, page, probes, notes) {
  const outcomes = new Map();
  const isAlone = (n) => probes[n].alone && implementation === 'koffi';
  const all = probes.map((_, n) => n);
  let left = all.filter((n) => !isAlone(n));

  while (left.length > 0) {
    const fatal = await runChild(implementation, page, left, outcomes, notes);
    left = fatal < 0 ? [] : left.slice(left.indexOf(fatal) + 1);
  }
  for (const n of all.filter(isAlone)) await runChild(implementation, page, [n], outcomes, notes);
  return outcomes;
}

/** The complaints about one probe. */
function judge(probe, outcomes) {
  const { koffi, ristretto } = outcomes;
  const wanted = probe.hasExpect ? show(probe.expect) : null;
  const problems = [];

  if (ristretto !== undefined && wanted !== null && ristretto !== wanted) {
    problems.push(`ristretto: ${ristretto}\n     expected: ${wanted}`);
  }
  if (ristretto !== undefined && koffi !== undefined && !probe.differs && wanted === null && ristretto !== koffi) {
    problems.push(`ristretto: ${ristretto}\n        koffi: ${koffi}`);
  }
  if (koffi !== undefined && !probe.differs && wanted !== null && koffi !== wanted) {
    problems.push(`    koffi: ${koffi}\n     expected: ${wanted}`);
  }
  if (koffi !== undefined && probe.differs && !probe.unstable && koffi === wanted) {
    problems.push(`stale tag ${probe.differs}: koffi gives the same, ${koffi}`);
  }
  if (probe.differs && !DIFFERENCES[probe.differs]) problems.push(`tag ${probe.differs} is not in differences.js`);
  return problems;
}

async function compare(pages, implementations, list) {
  const notes = new Set();
  const jobs = pages.flatMap((page) => implementations.map((implementation) => ({ page, implementation })));
  const probes = Object.fromEntries(pages.map((page) => [page, readPage(page, null).probes]));
  const results = {};

  fixturePath(); // made once, before the children look for it
  async function worker() {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { page, implementation } = job;
      results[`${page} ${implementation}`] = await runPage(implementation, page, probes[page], notes);
    }
  }
  await Promise.all(Array.from({ length: CHILDREN }, worker));

  let passed = 0;
  let failed = 0;
  for (const page of pages) {
    let bad = 0;
    probes[page].forEach((probe, n) => {
      const outcomes = {};
      for (const name of implementations) outcomes[name] = results[`${page} ${name}`].get(n) ?? '✗NO RESULT';
      const problems = judge(probe, outcomes);
      if (list) console.log(`${page} #${n} ${probe.name} ${probe.differs ?? ''}`, outcomes);
      problems.forEach((problem) => console.log(`✗ ${page} #${n} ${probe.name}\n    ${problem}`));
      if (problems.length > 0) bad++;
    });
    failed += bad;
    passed += probes[page].length - bad;
    console.log(`${page}: ${probes[page].length - bad} of ${probes[page].length}`);
  }
  notes.forEach((note) => console.log(`! ${note}`));
  return { passed, failed: failed + notes.size };
}

/** docs/differences.md as differences.js and the pages' tags make it. */
function docs() {
  const uses = {};
  for (const page of PAGES) {
    for (const probe of readPage(page, null).probes) {
      if (probe.differs) (uses[probe.differs] ??= []).push({ page, name: probe.name, expect: show(probe.expect) });
    }
  }
  return render(uses);
}

async function main(args) {
  if (args.includes('--docs')) {
    fs.writeFileSync(DOCS, docs());
    return;
  }
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : null;
  const named = args.filter((arg) => PAGES.includes(arg));
  const pages = named.length > 0 ? named : PAGES;
  const { passed, failed } = await compare(pages, only ? [only] : ['koffi', 'ristretto'], args.includes('--list'));
  const current = fs.existsSync(DOCS) && fs.readFileSync(DOCS, 'utf8') === docs();

  if (!current) console.log('✗ docs/differences.md is not current: node test/compat/run.js --docs');
  console.log(`compat: ${passed + (current ? 1 : 0)} passed, ${failed + (current ? 0 : 1)} failed`);
  process.exitCode = failed === 0 && current ? 0 : 1;
}

process.on('exit', () => fs.rmSync(SCRATCH, { recursive: true, force: true }));
main(process.argv.slice(2));

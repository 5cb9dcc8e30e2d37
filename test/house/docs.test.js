'use strict';
// The documentation tells the truth: generated tables are current, links lead somewhere, and every `js runnable`
// snippet runs. A `text` block right after a snippet is what it prints.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { rows, stale } = require('../../tools/doc-tables.js');

const ROOT = path.join(__dirname, '..', '..');

function markdownFiles(folder) {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(name);
    return entry.name.endsWith('.md') ? [name] : [];
  });
}

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'engine/README.md', ...markdownFiles('docs')];

let folder;

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-docs-'));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(ROOT, path.join(folder, 'node_modules', 'ristretto'), 'dir');
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** [{ line, source, output }]: `output` is undefined when the page does not say. */
function snippets(text) {
  const pattern = /^```js runnable\n([^]*?)^```\n(?:\n```text\n([^]*?)^```\n)?/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    source: match[1],
    output: match[2],
  }));
}

for (const page of PAGES) {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');

  for (const { line, source, output } of snippets(text)) {
    test(`${page}:${line} runs as pasted`, () => {
      const file = path.join(folder, /^import /m.test(source) ? 'snippet.mjs' : 'snippet.cjs');
      fs.writeFileSync(file, source);
      const run = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });

      assert.equal(run.status, 0, run.stderr);
      assert.doesNotMatch(run.stderr, /Assertion failed/);
      if (output !== undefined) assert.equal(run.stdout, output);
    });
  }

  test(`${page}: local links lead somewhere`, () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      assert.ok(fs.existsSync(path.join(ROOT, path.dirname(page), target)), `${page} links to ${target}`);
    }
  });
}

test('docs/README.md links to every page', () => {
  const index = fs.readFileSync(path.join(ROOT, 'docs', 'README.md'), 'utf8');
  for (const page of markdownFiles('docs')) {
    const link = path.relative('docs', page);
    if (link !== 'README.md') assert.ok(index.includes(`](${link})`), `${page} is not in the index`);
  }
});

test('the README has a snippet that runs', () => {
  assert.ok(snippets(fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8')).length > 0);
});

test('the tables of errors and types are current', () => {
  assert.deepEqual(stale(), [], 'run: node tools/doc-tables.js');
});

test('error codes are unique and well-formed', () => {
  const text = fs.readFileSync(path.join(ROOT, 'engine', 'core', 'error.def'), 'utf8');
  const codes = rows(text, 'RS_ERROR').map(([, code]) => code);

  assert.ok(codes.length > 20);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^ERR_RISTRETTO_[A-Z_]+$/);
});

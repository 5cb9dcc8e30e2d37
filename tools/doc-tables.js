'use strict';
// Writes the tables of docs/errors.md and docs/types.md from engine/core/error.def and prims.def, those of rules in docs/abi
// from tools/abi-oracle, between the lines `<!-- table: NAME -->` and `<!-- end -->`.
//   node tools/doc-tables.js           write
//   node tools/doc-tables.js --check   only say whether they are current

const fs = require('node:fs');
const path = require('node:path');
const { rulesOf } = require('./abi-oracle/rules.js');

const ROOT = path.join(__dirname, '..');
const read = (...names) => fs.readFileSync(path.join(ROOT, ...names), 'utf8');

/** The rows `NAME(column, ...)` of a .def file as arrays of columns, strings without their quotes. */
function rows(text, name) {
  const pattern = new RegExp(`^${name}\\((.*)\\)$`, 'gm');
  return [...text.matchAll(pattern)].map(([, columns]) =>
    [...columns.matchAll(/"((?:[^"\\]|\\.)*)"|([^,\s][^,]*)/g)].map(([, string, word]) => string ?? word.trim()),
  );
}

function table(head, lines) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

const code = (text) => `\`${text}\``;

function errors() {
  const classes = { TYPE: 'TypeError', ERROR: 'Error', RANGE: 'RangeError' };
  const lines = rows(read('engine', 'core', 'error.def'), 'RS_ERROR').map(([, name, kind, meaning]) => [
    code(name),
    code(classes[kind]),
    meaning,
  ]);
  return table(['`code`', 'class', 'meaning'], lines);
}

const SIZES = {
  't->wchar_size': '4; 2 on Windows',
  't->pointer_size': 'a pointer: 8 or 4',
  't->long_size': '8; 4 on Windows and 32-bit systems',
  't->long_double_size': '16; 8 or 12 on some platforms',
};

/** The JavaScript value that a primitive becomes. */
function jsValue(kind, bytes) {
  if (kind === 'RS_VOID') return '`undefined`';
  if (kind === 'RS_BOOL') return 'boolean';
  if (kind === 'RS_FLOAT') return 'number';
  return Number(bytes) <= 4 || bytes === 't->wchar_size' ? 'number' : 'number; BigInt beyond 2^53 - 1';
}

function notes(flags) {
  if (flags.includes('RS_T_LE')) return 'little-endian in memory';
  if (flags.includes('RS_T_BE')) return 'big-endian in memory';
  return flags.includes('RS_T_CHAR') ? 'a pointer to it is a string' : '';
}

function primitives() {
  const text = read('engine', 'core', 'prims.def');
  const numbers = rows(text, 'RS_PRIM').map(([, kind, bytes, flags, ...names]) => [
    names.map(code).join(', '),
    SIZES[bytes] ?? bytes,
    jsValue(kind, bytes),
    notes(flags),
  ]);
  const strings = rows(text, 'RS_STR').map(([, , name, ...spellings]) => [
    [...spellings, name].map(code).join(', '),
    SIZES['t->pointer_size'],
    'string or `null`',
    'NUL-terminated',
  ]);
  return table(['names', 'bytes', 'JavaScript value', 'notes'], [...numbers, ...strings]);
}

/** The rules of the conventions that share a page, each once. */
function rules(...conventions) {
  const texts = new Map(conventions.flatMap(rulesOf).map(({ rule, text }) => [rule, text]));
  return table(['rule', 'what it says'], [...texts]);
}

const X86 = ['x86', 'x86-bsd', 'x86-win'].flatMap((family) =>
  ['cdecl', 'stdcall', 'fastcall', 'thiscall'].map((keyword) => `${family}-${keyword}`),
);
const PAGES = {
  'abi/a32.md': ['a32-hard', 'a32-soft'],
  'abi/a64.md': ['a64'],
  'abi/a64-apple.md': ['a64-apple'],
  'abi/x64-apple.md': ['x64-apple'],
  'abi/a64-win.md': ['a64-win'],
  'abi/la64-lp64d.md': ['la64-lp64d'],
  'abi/ppc64-elfv2.md': ['ppc64-elfv2'],
  'abi/rv64-lp64d.md': ['rv64-lp64d', 'rv64-lp64'],
  'abi/s390x.md': ['s390x'],
  'abi/x64-sysv.md': ['x64-sysv'],
  'abi/x64-win.md': ['x64-win'],
  'abi/x86.md': X86,
};

const TABLES = {
  'errors.md': { errors },
  'types.md': { primitives },
  ...Object.fromEntries(Object.entries(PAGES).map(([page, conventions]) => [page, { rules: () => rules(...conventions) }])),
};

/** The page's text with its tables made anew. */
function render(page) {
  return Object.entries(TABLES[page]).reduce((text, [name, make]) => {
    const pattern = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(\n<!-- end -->)`);
    if (!pattern.test(text)) throw new Error(`docs/${page} has no place for the table '${name}'`);
    return text.replace(pattern, (_, before, after) => `${before}${make()}${after}`);
  }, read('docs', page));
}

/** Names of the pages whose tables are not current. */
function stale() {
  return Object.keys(TABLES).filter((page) => render(page) !== read('docs', page));
}

if (require.main === module) {
  const old = stale();
  if (!process.argv.includes('--check')) {
    old.forEach((page) => fs.writeFileSync(path.join(ROOT, 'docs', page), render(page)));
  } else if (old.length) {
    console.error(`not current: ${old.join(', ')}; run: node tools/doc-tables.js`);
    process.exitCode = 1;
  }
}

module.exports = { rows, stale };

'use strict';
// lib/index.d.ts: samples compile under --strict in both module systems, and the declarations match what is there.
const { test } = require('node:test');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { assert, ristretto, packagePath } = require('./support');

const declarations = path.join(packagePath, 'lib', 'index.d.ts');
const text = fs.readFileSync(declarations, 'utf8');
const compiler = require.resolve('typescript/bin/tsc');

test('samples compile: CommonJS and ES modules, strict', () => {
  try {
    execFileSync(process.execPath, [compiler, '-p', path.join(__dirname, 'types-check')], { encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout || error.message);
  }
});

// The values that the declarations export, as [name, documentation].
function declared() {
  const ts = require('typescript');
  const program = ts.createProgram([declarations], { noEmit: true, types: [] });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(declarations));

  return checker
    .getExportsOfModule(module)
    .map((symbol) => [symbol, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol])
    .filter(([, target]) => target.flags & ts.SymbolFlags.Value)
    .map(([symbol, target]) => {
      const tags = [symbol, target].flatMap((one) => one.getJsDocTags(checker)).map((tag) => tag.name);
      const parts = [symbol, target].flatMap((one) => one.getDocumentationComment(checker));
      return [symbol.name, ts.displayPartsToString(parts) + tags.join(' ')];
    });
}

test('every export is declared and every declared value is exported', () => {
  const names = declared().map(([name]) => name);
  const missing = Object.keys(ristretto).filter((name) => !names.includes(name));
  const invented = names.filter((name) => !(name in ristretto) && name !== 'internal');

  assert.deepEqual({ missing, invented }, { missing: [], invented: [] });
});

test('every exported value has a comment', () => {
  const bare = declared().filter(([, documentation]) => !documentation.trim());

  assert.deepEqual(bare, []);
});

test('error codes are those of the engine', () => {
  const rows = fs.readFileSync(path.join(packagePath, 'engine', 'core', 'error.def'), 'utf8');
  const engine = [...rows.matchAll(/^RS_ERROR\(\w+, "(\w+)"/gm)].map((match) => match[1]);
  const typed = [...text.matchAll(/^ {2}\| '(ERR_RISTRETTO_\w+)'/gm)].map((match) => match[1]);

  assert.deepEqual(typed.sort(), engine.sort());
});

test('type names and decoders are those of the module', () => {
  const start = text.indexOf('export type PrimitiveName');
  const names = [...text.slice(start, text.indexOf(';', start)).matchAll(/'([^']+)'/g)].map((match) => match[1]);
  const decoders = [...text.matchAll(/^ {2}(\w+): (?:Number|Int64|String)Reader;/gm)].map((match) => match[1]);

  assert.deepEqual(names, Object.keys(ristretto.types));
  assert.deepEqual(decoders.sort(), Object.keys(ristretto.decode).sort());
});

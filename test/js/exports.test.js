'use strict';
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { spawnSync } = require('node:child_process');
const { assert, ristretto, packagePath } = require('./support');
const { name: packageName, exports: entries } = require(`${packagePath}/package.json`);

const FUNCTIONS = [
  'load', 'struct', 'pack', 'union', 'opaque', 'array', 'enumeration', 'pointer', 'as', 'in', 'out', 'inout', 'disposable',
  'alloc', 'free', 'decode', 'encode', 'address', 'view', 'call', 'proto', 'register', 'unregister', 'alias', 'sizeof',
  'alignof', 'offsetof', 'resolve', 'introspect', 'type', 'config', 'stats', 'errno', 'reset', 'handle', 'callback',
  'ref', 'unref', 'CallbackHandle', 'lane', 'Lane',
  'LibraryHandle', 'TypeObject', 'Union',
]; // prettier-ignore
const OTHERS = { types: 'object', os: 'object', node: 'object', extension: 'string', version: 'string' };

function checkMembers(members) {
  for (const name of FUNCTIONS) assert.equal(typeof members[name], 'function', name);
  for (const [name, kind] of Object.entries(OTHERS)) assert.equal(typeof members[name], kind, name);
}

test('require gives every member, ordinary and enumerable', () => {
  checkMembers(ristretto);
  for (const name of [...FUNCTIONS, ...Object.keys(OTHERS)]) {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(ristretto, name);
    assert.deepEqual([writable, enumerable, configurable], [true, true, true], name);
  }
  assert.equal(Object.getPrototypeOf(ristretto), Object.prototype);
});

test('`default` of require is a plain object with the same members', () => {
  checkMembers(ristretto.default);
  assert.notEqual(ristretto.default, ristretto);
  assert.equal(ristretto.default.load, ristretto.load);
  assert.equal('default' in ristretto.default, false);
  for (const key of Object.keys(ristretto)) if (key !== 'default') assert.equal(ristretto.default[key], ristretto[key], key);
});

test('the package can be named by itself in both systems', () => {
  assert.equal(require(packageName).types.int, ristretto.types.int);
  assert.ok(entries['.'] && entries['./indirect']);
});

// Runs an ES module in the package's folder.
function module(source) {
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', source], { cwd: packagePath, encoding: 'utf8' });

  assert.equal(child.status, 0, child.stderr);
  return child.stdout.trim();
}

test('import gives named exports and the default object', () => {
  const out = module(`
    import ffi, { load, struct, types, Union } from '${packageName}';
    import * as all from '${packageName}';
    import { createRequire } from 'node:module';
    const cjs = createRequire(import.meta.url)('${packageName}');
    console.log(JSON.stringify([
      ffi === cjs.default, ffi.load === load, types.int === cjs.types.int, typeof Union, typeof struct,
      Object.keys(all).filter((key) => key !== 'module.exports').sort(),
    ]));`);
  const [identity, sameLoad, sameTypes, union, struct, names] = JSON.parse(out);

  assert.deepEqual([identity, sameLoad, sameTypes, union, struct], [true, true, true, 'function', 'function']);
  for (const name of [...FUNCTIONS, ...Object.keys(OTHERS), 'default']) assert.ok(names.includes(name), name);
});

test('dynamic import works from CommonJS', async () => {
  const entry = entries['.'].import?.default ?? entries['.'].import ?? entries['.'].default;
  const path = typeof entry === 'string' ? entry : entry.default;
  const loaded = await import(pathToFileURL(`${packagePath}/${path}`).href);

  assert.equal(loaded.types.int, ristretto.types.int);
  checkMembers(loaded.default);
});

test('the indirect entry shares its state', () => {
  const indirect = require(`${packageName}/indirect`);

  checkMembers(indirect);
  assert.equal(indirect.types.int, ristretto.types.int);
  indirect.struct('SharedState', { a: 'int' });
  assert.equal(ristretto.sizeof('SharedState'), 4);
  const out = module(`import { types } from '${packageName}/indirect'; import k from '${packageName}'; console.log(types.int === k.types.int);`);
  assert.equal(out, 'true');
});

test('a worker starts with an empty name table', async () => {
  const { Worker } = require('node:worker_threads');

  ristretto.struct('OnlyHere', { a: 'int' });
  const answer = await new Promise((resolve, reject) => {
    const worker = new Worker(
      `const r = require(${JSON.stringify(packagePath)});
       let found = true;
       try { r.type('OnlyHere'); } catch { found = false; }
       const add = r.load(null).func('int abs(int)');
       require('node:worker_threads').parentPort.postMessage([found, add(-3), r.struct('OnlyHere', { a: 'char' }).size]);`,
      { eval: true }
    );
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  assert.deepEqual(answer, [false, 3, 1]);
  assert.equal(ristretto.sizeof('OnlyHere'), 4);
});

'use strict';
// Finding the binary, the command line and the shape of the module.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { version } = require('../../package.json');

const ROOT = path.join(__dirname, '..', '..');

function node(args, env = {}) {
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } });
}

test('RISTRETTO_BINARY is the only place that is searched', () => {
  const script = "try { require('./') } catch (e) { console.log(e.code); console.log(e.message) }";
  const { stdout } = node(['-e', script], { RISTRETTO_BINARY: '/no/such/file.node' });

  assert.match(stdout, /^ERR_RISTRETTO_NO_BINARY\n/);
  assert.match(stdout, /Searched:\n {2}- \/no\/such\/file\.node \(RISTRETTO_BINARY\): not there\nTo compile/);
});

test('a binary that cannot be loaded is named with the reason', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-load-')), 'broken.node');
  const script = "try { require('./') } catch (e) { console.log(e.code); console.log(e.message) }";
  fs.writeFileSync(file, 'this is not a library');
  const { stdout } = node(['-e', script], { RISTRETTO_BINARY: file });
  fs.rmSync(path.dirname(file), { recursive: true });

  assert.match(stdout, /^ERR_RISTRETTO_NO_BINARY\n/);
  assert.match(stdout, /broken\.node \(RISTRETTO_BINARY\): .*file too short|invalid ELF header/);
});

test('the command line answers --version, --help and mistakes', () => {
  const cli = (...args) => node(['bin/ristretto.js', ...args]);

  assert.equal(cli('--version').stdout, `${version}\n`);
  assert.match(cli('--help').stdout, /npx ristretto build/);
  assert.match(cli('build', '--help').stdout, /CMake 3\.18/);
  assert.equal(cli('brew').status, 2);
  assert.match(cli('brew').stderr, /unknown command brew/);
  assert.match(cli('build', '--fast').stderr, /unknown option --fast/);
});

test('require gives the members and a default object without default', () => {
  const ristretto = require('../..');

  assert.equal(ristretto.version, version);
  assert.notEqual(ristretto.default, ristretto);
  assert.equal(ristretto.default.load, ristretto.load);
  assert.equal('default' in ristretto.default, false);
  assert.deepEqual(Object.keys(ristretto).sort(), [...Object.keys(ristretto.default), 'default'].sort());
  assert.equal(Object.getPrototypeOf(ristretto), Object.prototype);
});

test('import gives every member by name, and require’s default', async () => {
  const ristretto = require('../..');
  const module = await import('ristretto');

  assert.equal(module.default, ristretto.default);
  assert.deepEqual(Object.keys(module).sort(), Object.keys(ristretto).sort());
  for (const [name, member] of Object.entries(ristretto.default)) assert.equal(module[name], member, name);
});

test('the indirect entry shares types with the main one', async () => {
  const ristretto = require('../..');

  assert.equal(require('ristretto/indirect').types.int, ristretto.types.int);
  assert.equal((await import('ristretto/indirect')).types.int, ristretto.types.int);
});

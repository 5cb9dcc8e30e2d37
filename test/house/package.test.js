'use strict';
// What a user gets: the packed package, installed into a project without any lifecycle script.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

const ROOT = path.join(__dirname, '..', '..');
const { platformName } = require('../../lib/platform.js');

let project;
let packed;

/** Runs a program in the project; resolves nothing, returns { status, stdout, stderr }. */
function run(program, args, { env = {}, cwd = project } = {}) {
  const clean = { ...process.env, NODE_TEST_CONTEXT: undefined, RISTRETTO_BINARY: undefined };
  return spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...clean, ...env } });
}

function runOk(program, args, options) {
  const result = run(program, args, options);
  assert.equal(result.status, 0, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

const npm = (args, options) => runOk('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], options);

before(() => {
  project = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-package-')));
  [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', project], { cwd: ROOT }));
  fs.writeFileSync(path.join(project, 'package.json'), '{ "private": true }\n');
  npm(['install', '--ignore-scripts', '--prefer-offline', path.join(project, packed.filename)]);
});

after(() => fs.rmSync(project, { recursive: true, force: true }));

test('the package holds sources and no tests, tools or binaries', () => {
  const names = packed.files.map((file) => file.path);
  for (const needed of ['CMakeLists.txt', 'engine/ristretto.h', 'addon/module.c', 'dist/index.cjs', 'lib/index.mjs', 'LICENSE', 'README.md']) {
    assert.ok(names.includes(needed), `${needed} is missing`);
  }
  assert.deepEqual(names.filter((name) => /^(test|tools|build|bench|examples|\.)|\.node$/.test(name)), []);
});

test('without a binary, require says where it looked and what to run', () => {
  const script = "try { require('ristretto') } catch (e) { console.log(e.code); console.log(e.message) }";
  const [code, ...message] = runOk(process.execPath, ['-e', script]).split('\n');
  const text = message.join('\n');

  assert.equal(code, 'ERR_RISTRETTO_NO_BINARY');
  assert.ok(text.includes(`no binary for ${platformName()}`), text);
  assert.ok(text.includes(`@ristretto/${platformName()} (npm package): not there`), text);
  assert.ok(text.includes(path.join(project, 'node_modules', 'ristretto', 'build', 'release', 'ristretto.node')), text);
  assert.ok(text.includes('npx ristretto build'), text);
});

test('build without compiler and CMake names both in one sentence', () => {
  const bin = path.join(project, 'node_modules', 'ristretto', 'bin', 'ristretto.js');
  const { status, stderr } = run(process.execPath, [bin, 'build'], { env: { PATH: project, CC: undefined } });

  assert.equal(status, 1);
  assert.match(stderr, /^ristretto build: a C compiler, CMake 3\.18 or newer and make are missing\b[^\n]*\n$/);
});

test('build with a compiler that does not work names it', () => {
  const { status, stderr } = run('npx', ['--no-install', 'ristretto', 'build'], { env: { CC: 'no-such-compiler' } });

  assert.equal(status, 1);
  assert.match(stderr, /ristretto build: a C compiler \(the variable CC says no-such-compiler, which does not work\)/);
});

test('npx ristretto build makes it work, through CommonJS and ES modules', () => {
  const output = runOk('npx', ['--no-install', 'ristretto', 'build']);
  assert.match(output, /\[1\/4\].*\n\[2\/4\].*\n\[3\/4\][^]*\[4\/4\].*\nristretto is ready: /);

  const strlen = "console.log(load(null).func('size_t strlen(const char *s)')('espresso'))";
  assert.equal(runOk(process.execPath, ['-e', `const { load } = require('ristretto'); ${strlen}`]), '8\n');
  assert.equal(runOk(process.execPath, ['-e', `const { load } = require('ristretto/indirect'); ${strlen}`]), '8\n');
  for (const name of ['ristretto', 'ristretto/indirect']) {
    const source = `import ristretto, { load } from '${name}';\nconsole.log(ristretto.load === load);\n${strlen};\n`;
    fs.writeFileSync(path.join(project, 'main.mjs'), source);
    assert.equal(runOk(process.execPath, ['main.mjs']), 'true\n8\n');
  }
  assert.match(runOk('npx', ['--no-install', 'ristretto', 'info']), /binary +.*build\/release\/ristretto\.node\n/);
});

test('the binary needs the C library alone, is small and has no executable stack', () => {
  const binary = path.join(project, 'node_modules', 'ristretto', 'build', 'release', 'ristretto.node');
  const file = fs.readFileSync(binary);
  const readelf = run('readelf', ['--wide', '--dynamic', '--segments', binary]);

  assert.ok(file.length < 400 * 1024, `${file.length} bytes`);
  if (readelf.error) return; // binutils are not everywhere
  const needed = [...readelf.stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
  assert.deepEqual(needed, ['libc.so.6']);
  assert.match(readelf.stdout, /GNU_STACK .* RW /);
  assert.match(readelf.stdout, /BIND_NOW/);
});

'use strict';
// Compiles the addon with CMake, step by step, and says in one sentence what is missing when it cannot.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { BUILD, BUILT, ROOT } = require('../lib/platform.js');

const CMAKE_MINIMUM = [3, 18];

/** How to install a C compiler, CMake and make: the first program that exists decides. */
const INSTALL = {
  'apt-get': (tools) => `apt-get install -y ${tools.map((t) => (t === 'gcc' ? 'gcc libc6-dev' : t)).join(' ')}`,
  dnf: (tools) => `dnf install -y ${tools.join(' ')}`,
  apk: (tools) => `apk add ${tools.map((t) => (t === 'gcc' ? 'gcc musl-dev' : t)).join(' ')}`,
  pacman: (tools) => `pacman -S --needed ${tools.join(' ')}`,
  zypper: (tools) => `zypper install -y ${tools.join(' ')}`,
  brew: (tools) => `brew install ${tools.join(' ')}`,
};

/** A failure whose message is meant for the user. */
class BuildError extends Error {}

/** First line of what a program prints, or null when it cannot be run. */
function firstLine(program, ...args) {
  const run = spawnSync(program, args, { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.split('\n')[0].trim() : null;
}

function isCompiler(program) {
  const args = ['-x', 'c', '-fsyntax-only', '-'];
  return spawnSync(program, args, { input: '#include <stdlib.h>\n', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** The compiler's command, or null. A compiler without the C library's headers does not count. */
function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];
  return candidates.find(isCompiler) ?? null;
}

/** CMake's version as [major, minor, ...], or null. */
function cmakeVersion() {
  const line = firstLine('cmake', '--version');
  return line && line.replace(/^\D*/, '').split('.').map(Number);
}

function isRecent([major, minor]) {
  return major > CMAKE_MINIMUM[0] || (major === CMAKE_MINIMUM[0] && minor >= CMAKE_MINIMUM[1]);
}

/** What the build needs and this machine lacks: [{ tool: package name, what: words for the user }]. */
function missingTools() {
  const missing = [];
  const cmake = cmakeVersion();
  const wanted = CMAKE_MINIMUM.join('.');

  if (!findCompiler()) {
    const custom = process.env.CC ? ` (the variable CC says ${process.env.CC}, which does not work)` : '';
    missing.push({ tool: 'gcc', what: `a C compiler${custom}` });
  }
  if (!cmake) missing.push({ tool: 'cmake', what: `CMake ${wanted} or newer` });
  else if (!isRecent(cmake)) {
    missing.push({ tool: 'cmake', what: `CMake ${wanted} or newer (this is ${cmake.join('.')})` });
  }
  if (!firstLine('make', '--version') && !firstLine('ninja', '--version')) missing.push({ tool: 'make', what: 'make' });
  return missing;
}

/** The one command that installs the tools here, or null when no package manager is known. */
function installCommand(tools) {
  const manager = Object.keys(INSTALL).find((name) => firstLine(name, '--version') !== null);
  return manager ? INSTALL[manager](tools) : null;
}

function checkTools() {
  const missing = missingTools();
  if (!missing.length) return;

  const words = missing.map((item) => item.what);
  const what = [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' and ');
  const command = installCommand(missing.map((item) => item.tool));
  throw new BuildError(`${what} ${missing.length > 1 ? 'are' : 'is'} missing${command ? `; install with: ${command}` : '.'}`);
}

/** Runs a program, handing its lines of output to `onLine`. Resolves to { code, output }. */
function run(program, args, onLine = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let rest = '';
    const take = (chunk) => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** A build folder that was made elsewhere (a copied checkout) is of no use to CMake. */
function dropForeignBuild() {
  const cache = path.join(BUILD, 'CMakeCache.txt');
  if (!fs.existsSync(cache)) return;
  const home = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(fs.readFileSync(cache, 'utf8'));
  if (!home || path.resolve(home[1]) !== path.resolve(ROOT)) fs.rmSync(BUILD, { recursive: true });
}

function headersFolder() {
  try {
    return require('node-api-headers').include_dir;
  } catch {
    throw new BuildError('the npm package node-api-headers is missing: run `npm install` first.');
  }
}

async function configure(compiler, tests) {
  const args = [
    ...['-S', ROOT, '-B', BUILD],
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCMAKE_C_COMPILER=${compiler}`,
    `-DRISTRETTO_NODE_API_INCLUDE=${headersFolder()}`,
    `-DRISTRETTO_TESTS=${tests ? 'ON' : 'OFF'}`,
    ...(firstLine('make', '--version') ? [] : ['-G', 'Ninja']),
  ];

  dropForeignBuild();
  try {
    fs.mkdirSync(BUILD, { recursive: true });
  } catch (error) {
    throw new BuildError(`${BUILD} cannot be written (${error.code}): run the command as the owner of that folder.`);
  }
  let result = await run('cmake', args);
  if (result.code !== 0) { // an old cache may name a compiler or generator that is gone
    fs.rmSync(BUILD, { recursive: true });
    result = await run('cmake', args);
  }
  if (result.code !== 0) throw new BuildError(`CMake could not configure the build:\n${result.output}`);
}

/** Prints how far the compilation is: in place on a terminal, else once per quarter. */
function progress() {
  let shown = 0;
  return (line) => {
    const [, done, of] = /^\[ *(\d+)(?:%|\/(\d+))\]/.exec(line) ?? [];
    if (!done) return;
    const percent = of ? Math.floor((100 * done) / of) : Number(done);
    if (process.stdout.isTTY) process.stdout.write(`\r      ${String(percent).padStart(3)} %${percent === 100 ? '\n' : ''}`);
    else if (percent >= shown + 25) console.log(`      ${(shown = percent)} %`);
  };
}

async function compile(tests) {
  const target = tests ? [] : ['--target', 'ristretto_addon'];
  const result = await run('cmake', ['--build', BUILD, '--parallel', ...target], progress());
  if (result.code !== 0) throw new BuildError(`the compilation failed:\n${result.output.split('\n').slice(-40).join('\n')}`);
}

function checkBinary() {
  const script = 'try { require(process.argv[1]) } catch (error) { console.log(error.message); process.exitCode = 1 }';
  const probe = spawnSync(process.execPath, ['-e', script, BUILT], { encoding: 'utf8' });
  if (probe.status === 0) return;
  throw new BuildError(`the binary was built, but does not load: ${probe.signal ?? probe.stdout.split('\n')[0]}`);
}

/** Compiles the addon (with `tests`, the C tests too) into build/release. Throws BuildError. */
async function build({ tests = false } = {}) {
  const step = (number, text) => console.log(`[${number}/4] ${text}`);

  checkTools();
  const compiler = findCompiler();
  step(1, `tools: ${firstLine(compiler, '--version')}; CMake ${cmakeVersion().join('.')}`);
  step(2, 'configuring');
  await configure(compiler, tests);
  step(3, `compiling${tests ? ' with tests' : ''}`);
  await compile(tests);
  step(4, 'loading the result');
  checkBinary();
  console.log(`ristretto is ready: ${BUILT}`);
}

module.exports = { BuildError, build, installCommand, missingTools };

'use strict';
// What `npm start` and `npm test` do first, on a fresh checkout and again later: install what is missing, build.
// Every step prints one line and is quick when there is nothing to do.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { BuildError, build, installCommand, missingTools } = require('../bin/build.js');
const { bundle } = require('./bundle.js');

const ROOT = path.join(__dirname, '..');

/** Debian packages of the demonstration's libraries, with the file that each provides. */
const LIBRARIES = [
  { name: 'libsqlite3-0', file: 'libsqlite3.so.0' },
  { name: 'zlib1g', file: 'libz.so.1' },
];

/** A failure that the user can mend; the message says how. */
class SetupError extends Error {}

function say(text) {
  console.log(`== ${text}`);
}

function can(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function mayInstall() {
  return process.getuid?.() === 0 && can('apt-get', '--version');
}

/** Installs Debian packages; false when that failed. */
function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  return install() || (apt('update') && install()); // the package lists may be missing or old
}

/** Installs Debian packages that are missing; false when they cannot be had, and then the user is told the command. */
function ensurePackages(packages) {
  const missing = packages.filter((name) => {
    const known = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return known.stdout !== 'installed';
  });
  if (!missing.length) return true;
  say(`installing ${missing.join(', ')}`);
  if (mayInstall() && aptInstall(missing)) return true;
  console.log(`   they cannot be installed here; the command is: apt-get install -y ${missing.join(' ')}`);
  return false;
}

/** Compiler, CMake and make: installed when allowed, else the user is told the command. */
function ensureTools() {
  const missing = missingTools();
  if (!missing.length) return say('compiler and CMake: found');

  const what = missing.map((item) => item.what).join(', ');
  const packages = missing.flatMap(({ tool }) => (tool === 'gcc' ? ['gcc', 'libc6-dev'] : [tool]));
  const command = installCommand(missing.map((item) => item.tool));
  if (mayInstall()) {
    say(`installing ${packages.join(', ')} (missing: ${what})`);
    if (aptInstall(packages) && !missingTools().length) return;
  }
  throw new SetupError(`missing: ${what}.${command ? ` Install with:\n  ${command}` : ''}`);
}

/** SQLite and zlib; the demonstration leaves out what cannot be had. */
function ensureLibraries() {
  const known = spawnSync('ldconfig', ['-p'], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/sbin` } });
  if (known.status !== 0) return;
  const missing = LIBRARIES.filter(({ file }) => !known.stdout.includes(file)).map(({ name }) => name);
  if (!missing.length) return say('libraries of the demonstration: found');

  const command = `apt-get install -y ${missing.join(' ')}`;
  say(`libraries of the demonstration: missing ${missing.join(', ')}`);
  if (mayInstall() && aptInstall(missing)) return;
  console.log(`   the demonstration leaves them out; to have them: ${command}`);
}

/** Whether node_modules holds what package-lock.json says; npm leaves the list of what it installed there. */
function hasModules() {
  const readPackages = (...names) => JSON.parse(fs.readFileSync(path.join(ROOT, ...names), 'utf8')).packages;
  try {
    const installed = readPackages('node_modules', '.package-lock.json');
    return Object.entries(readPackages('package-lock.json')).every(
      ([name, { version, optional }]) => name === '' || (installed[name] ? installed[name].version === version : optional),
    );
  } catch {
    return false;
  }
}

function ensureModules() {
  if (hasModules()) return say('npm packages: installed');

  say('npm packages: installing');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (npm.status !== 0) throw new SetupError('npm could not install the packages; its messages are above.');
}

/** RISTRETTO_BUILT says that it is done, and that others may be using the result. */
async function ensureBuilt(options) {
  if (process.env.RISTRETTO_BUILT) return;
  say('building');
  bundle();
  await build(options);
}

/** Runs `main` and turns the expected failures into a sentence and exit code 1. */
function runMain(main) {
  main().catch((error) => {
    if (!(error instanceof SetupError) && !(error instanceof BuildError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  });
}

module.exports = { ROOT, can, ensureBuilt, ensureLibraries, ensureModules, ensurePackages, ensureTools, runMain, say };

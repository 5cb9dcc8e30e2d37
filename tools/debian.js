'use strict';
// Packages of any Debian suite and CPU, unpacked into plain folders in .cache. The system's own packages are never touched:
// apt works with a state of its own, and nothing of a package is run.

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, say } = require('./setup.js');

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64']; // links into /usr

/** The mirror that this system uses, or null: then it is not Debian, or has no apt. */
function mirror() {
  const { status, stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const found = status === 0 && stdout.split('\n').find((line) => line.startsWith('Debian ') && !line.includes('security'));
  return found ? found.split(' ')[1] : null;
}

/** Runs apt-get for another suite and CPU, with its state in `state`. */
function apt(state, suite, arch, uri) {
  const folder = (...names) => path.join(state, ...names);
  for (const name of ['etc/apt.conf.d', 'etc/preferences.d', 'lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(folder(name), { recursive: true });
  }
  fs.writeFileSync(folder('status'), '');
  fs.writeFileSync(folder('sources.list'), `deb [signed-by=${KEYRING}] ${uri} ${suite} main\n`);
  const options = {
    'Dir::Etc': folder('etc'),
    'Dir::Etc::SourceList': folder('sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': state,
    'Dir::State::Lists': folder('lists'),
    'Dir::State::status': folder('status'),
    'Dir::Cache': folder('cache'),
    'APT::Architecture': arch,
    'APT::Architectures::': arch,
    'pkgCacheGen::Essential': 'none',
    'Acquire::Languages': 'none',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': 'true',
  };
  const args = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (...rest) => execFileSync('apt-get', ['-qq', '-y', ...args, ...rest], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Absolute links lead into the folder, not into the system that it lies in. */
function relink(folder) {
  const links = execFileSync('find', [folder, '-type', 'l', '-lname', '/*', '-print'], { encoding: 'utf8' }).split('\n');
  for (const link of links.filter(Boolean)) {
    const target = path.join(folder, fs.readlinkSync(link));
    fs.unlinkSync(link);
    fs.symlinkSync(path.relative(path.dirname(link), target), link);
  }
}

/**
 * The folder .cache/debian/`suite`-`arch`-`name`, with the packages and what they depend on unpacked on first use; null
 * where that cannot be done, and then the user is told why.
 */
function debianFolder(name, suite, arch, packages) {
  const folder = path.join(ROOT, '.cache', 'debian', `${suite}-${arch}-${name}`);
  const done = path.join(folder, 'packages.txt');
  const wanted = packages.join(' ');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === wanted) return folder;

  const uri = mirror();
  if (!uri || !fs.existsSync(KEYRING)) {
    console.log(`   ${wanted} of Debian ${suite} (${arch}) cannot be fetched: that takes apt-get and ${KEYRING}`);
    return null;
  }
  say(`fetching ${wanted} of Debian ${suite} (${arch})`);
  const state = path.join(folder, 'apt');
  const archives = path.join(state, 'cache', 'archives');
  try {
    const run = apt(state, suite, arch, uri);
    run('update');
    run('--download-only', 'install', ...packages);
  } catch {
    console.log('   that failed; its messages are above');
    return null;
  }
  for (const link of MERGED) {
    fs.mkdirSync(path.join(folder, 'usr', link), { recursive: true });
    if (!fs.existsSync(path.join(folder, link))) fs.symlinkSync(path.join('usr', link), path.join(folder, link));
  }
  for (const file of fs.readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
    const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink';
    execFileSync('sh', ['-c', unpack, 'sh', path.join(archives, file), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  relink(folder);
  fs.mkdirSync(path.join(folder, 'etc'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'etc', 'ld.so.cache'), ''); // else an emulated loader reads the system's
  fs.rmSync(state, { recursive: true, force: true });
  fs.writeFileSync(done, wanted);
  return folder;
}

module.exports = { debianFolder };

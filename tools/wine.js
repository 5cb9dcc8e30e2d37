'use strict';
// Wine, for programs of Windows: Debian's, of a newer suite, unpacked into .cache (debian.js). Each platform has a
// WINEPREFIX of its own there.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { writeCommand } = require('./command.js');
const { debianFolder } = require('./debian.js');
const { ROOT, can, say } = require('./setup.js');

const SUITE = 'trixie';
const SERVER = 'usr/lib/wine/wineserver64';
const START_MS = 180000; // how long Wine may take to make its folder; seconds, on a quiet machine
const BUILTIN = { at: 64, text: 'Wine builtin DLL\0' }; // where Wine looks whether a DLL is one of its own

/** A command of an amd64 tree, which runs in a namespace with the libraries of its own suite. */
const inside = (folder, program) => `bwrap --dev-bind / / --ro-bind '${folder}/usr' /usr --chdir "$PWD" '/${program}'`;

/** What Debian's installation scripts would do: Wine's own DLLs need zlib, which counts as one of them. */
function installZlib(folder) {
  for (const [cpu, short] of [['i686', 'i386'], ['x86_64', 'x86_64']]) {
    const from = path.join(folder, 'usr', `${cpu}-w64-mingw32`, 'lib', 'zlib1.dll');
    const wine = path.join(folder, 'usr', 'lib', `${short}-linux-gnu`, 'wine', `${short}-windows`);
    const to = path.join(wine, 'zlib1.dll');
    if (!fs.existsSync(from) || !fs.existsSync(wine) || fs.existsSync(to)) continue;
    const bytes = fs.readFileSync(from);
    bytes.write(BUILTIN.text, BUILTIN.at, 'latin1');
    fs.writeFileSync(to, bytes);
  }
}

/** Wine of this machine's CPU, unpacked, or null. */
function nativeFolder() {
  const folder = debianFolder('wine', SUITE, 'amd64', ['wine64', 'libc-bin']);
  if (!folder) return null;
  const server = path.join(folder, 'usr', 'lib', 'wine', 'wineserver');
  installZlib(folder);
  if (!fs.lstatSync(server).isSymbolicLink()) { // a shell script, where there is no shell
    fs.rmSync(server);
    fs.symlinkSync('wineserver64', server);
  }
  return folder;
}

function copyLoader(folder, loader, bin) {
  const copy = path.join(bin, path.basename(loader));
  if (!fs.existsSync(copy)) fs.copyFileSync(path.join(folder, loader), copy);
  return copy;
}

/**
 * The command lines { run, server } of Wine of another CPU (or of this one's 32-bit mode, which not every machine has), or
 * null: the emulator takes the place of Wine's preloader, so that Wine itself starts programs through it. The server is
 * native, where that serves programs of the CPU.
 */
function emulatedWine({ debian, packages, program, cpu, server: own, loader }, emulator, native) {
  const folder = emulator && debianFolder('wine', SUITE, debian, packages);
  if (!folder) return null;
  const bin = path.join(folder, 'usr', 'lib', 'wine');
  installZlib(folder);
  const emulate = `${cpu ? `export QEMU_CPU='${cpu}'\n` : ''}exec '${emulator}'`;
  const prefix = `export QEMU_LD_PREFIX='${folder}'\n`;
  const server = writeCommand(path.join(bin, 'wineserver'), own ? `${prefix}${emulate} '${path.join(bin, own)}' "$@"\n` : `exec ${native} "$@"\n`);
  // With the prefix some calls of the system take it for /, and then Wine thinks that no drive has the files outside. The
  // loader lies beside Wine, which looks for its files from where the program is that runs.
  const start = loader ? `${emulate} '${copyLoader(folder, loader, bin)}' --library-path '${path.join(folder, path.dirname(loader))}'` : `${prefix}${emulate}`;
  const preloader = writeCommand(path.join(bin, `${program}-preloader`), `export WINELOADERNOEXEC=1\n${start} "$@"\n`);
  return { run: `'${preloader}' '${path.join(bin, program)}'`, server: `'${server}'` };
}

/**
 * Commands for platform `name`, or null when they cannot be had: { run, server }, the first runs programs of Windows. wine:
 * { debian, arch, packages, program } of another CPU's Wine, which needs `emulator`; `cpu` is what that poses as, `server` its
 * own server, where the native one does not do, `loader` that of its C library, where the emulator's way to it does not do.
 */
function wineCommands(name, wine, emulator) {
  if (!can('bwrap', '--dev-bind', '/', '/', 'true')) return null; // containers may forbid namespaces
  const native = nativeFolder();
  const server = native && inside(native, SERVER);
  const lines = native && (wine ? emulatedWine(wine, emulator, server) : { run: inside(native, 'usr/lib/wine/wine64'), server });
  if (!lines) return null;

  const folder = path.join(ROOT, '.cache', 'platforms', name);
  const prefix = path.join(folder, 'prefix');
  // Names of files are UTF-8 where the locale is, which libc-bin brings. No windows are drawn.
  const write = (file, line) => writeCommand(
    path.join(folder, file),
    `export LOCPATH='${native}/usr/lib/locale' LC_ALL=C.UTF-8 WINEPREFIX='${prefix}' WINEARCH=${wine?.arch ?? 'win64'} WINEDEBUG="\${WINEDEBUG:--all}" WINEDLLOVERRIDES='mscoree,mshtml,winex11.drv,winewayland.drv='
unset DISPLAY WAYLAND_DISPLAY
exec ${line} "$@"
`,
  );
  const commands = { run: write('wine', lines.run), server: write('wineserver', lines.server) };
  const done = path.join(prefix, 'system.reg');
  if (!fs.existsSync(done)) {
    say(`${name}: Wine makes its folder`);
    fs.mkdirSync(prefix, { recursive: true });
    const made = spawnSync(commands.run, ['wineboot', '-i'], { stdio: 'ignore', timeout: START_MS });
    spawnSync(commands.server, ['-k'], { stdio: 'ignore' }); // it writes its registry then
    if (made.status !== 0 || !fs.existsSync(done)) {
      say(`${name}: Wine does not start here`);
      return null;
    }
  }
  return commands;
}

/**
 * Has Wine's own programs run until the function that this returns is called, or this program ends. Else each program starts
 * them anew, and they hold its pipes for seconds after it has ended.
 */
function startWine({ run, server }) {
  const keeper = spawn(run, ['cmd'], { stdio: ['pipe', 'ignore', 'ignore'] }); // reads commands, of which there are none
  spawnSync(run, ['cmd', '/c', 'exit'], { stdio: 'ignore' }); // now it runs
  return () => {
    keeper.stdin.end();
    spawnSync(server, ['-k'], { stdio: 'ignore' });
  };
}

/** A command that runs node.exe: which cannot write to pipes of POSIX, so its output goes through files. */
function wineNode(command, wine, program) {
  return writeCommand(
    command,
    `folder=$(mktemp -d)
: >"$folder/out"
: >"$folder/err"
'${wine}' '${program}' "$@" >"$folder/out" 2>"$folder/err" &
pid=$!
tail --pid=$pid -s 0.1 -n +1 -f "$folder/out" &
tail --pid=$pid -s 0.1 -n +1 -f "$folder/err" >&2 &
wait $pid
status=$?
wait
rm -r "$folder"
exit $status
`,
  );
}

module.exports = { startWine, wineCommands, wineNode };

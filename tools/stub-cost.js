'use strict';
// npm run cost: how many instructions a call takes, per calling convention, into the table of docs/abi/README.md. Counted by
// Valgrind on this CPU and by QEMU for others, so the numbers are the same on every machine with the same compilers.
//   npm run cost                    every platform whose tools are here
//   npm run cost -- linux-arm64     one of them; the rows of the others stay

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { PLATFORMS, toolchainArguments } = require('./platforms.js');
const { ROOT, can, runMain, say } = require('./setup.js');

const PAGE = path.join(ROOT, 'docs', 'abi', 'README.md');
const TABLE = /(<!-- table: cost -->\n)[^]*?(\n<!-- end -->)/;
const HEAD = ['convention', 'CPU', 'call stub', 'frame and stub'];
const PRESETS = {
  gcc: ['x64-sysv', 'x64-win'],
  'linux-arm64': ['a64', 'a64-apple', 'a64-win'],
  'linux-armhf': ['a32-hard', 'a32-soft'],
  'linux-riscv64': ['rv64-lp64d', 'rv64-lp64'],
  'linux-loong64': ['la64-lp64d'],
  'linux-ppc64le': ['ppc64-elfv2'],
  'linux-s390x': ['s390x'],
  'linux-ia32': ['x86-cdecl', 'x86-stdcall', 'x86-fastcall', 'x86-thiscall'],
};
const FEW = 20;
const MANY = 120;

/** What runs a program of the preset here: [] for this CPU. */
function emulator(preset) {
  if (preset === 'gcc') return [];
  const cache = fs.readFileSync(path.join(ROOT, 'build', preset, 'CMakeCache.txt'), 'utf8');
  const toolchain = spawnSync('cmake', ['-LA', '-N', path.join(ROOT, 'build', preset)], { encoding: 'utf8' }).stdout;
  const found = /^CMAKE_CROSSCOMPILING_EMULATOR:\w+=(.+)$/m.exec(cache + toolchain);
  if (!found) throw new Error(`build/${preset} has no emulator`);
  return found[1].split(';');
}

function countHere(command) {
  const valgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null', ...command];
  const { stderr } = spawnSync('valgrind', valgrind, { encoding: 'utf8' });
  const found = /Collected : (\d+)/.exec(stderr);
  if (!found) throw new Error(`valgrind ${command.join(' ')}: ${stderr}`);
  return Number(found[1]);
}

/** QEMU logs each block that it runs, here of one instruction each. */
function countEmulated([qemu, ...options], command) {
  const log = path.join(os.tmpdir(), `stub-cost-${process.pid}.log`);
  const one = spawnSync(qemu, ['--help'], { encoding: 'utf8' }).stdout.includes('one-insn-per-tb') ? '-one-insn-per-tb' : '-singlestep';
  try {
    execFileSync(qemu, [...options, one, '-d', 'exec,nochain', '-D', log, ...command]);
    return Number(execFileSync('grep', ['-c', '^Trace', log], { encoding: 'utf8' }));
  } finally {
    fs.rmSync(log, { force: true });
  }
}

/** Instructions per call of `how`, beyond those of a direct call. */
function cost(run, program, args, how) {
  const count = (what, times) => run([program, ...args, what, String(times)]);
  const each = (what) => (count(what, MANY) - count(what, FEW)) / (MANY - FEW);
  return Math.round(each(how) - each('direct'));
}

function build(preset, target) {
  const more = PLATFORMS[preset] ? toolchainArguments(preset) : [];
  if (!more) throw new Error('its compiler cannot be had');
  for (const args of [['--preset', preset, ...more], ['--build', '--preset', preset, '--target', target]]) {
    execFileSync('cmake', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return path.join(ROOT, 'build', preset, 'test', 'abi', target);
}

function hasLibffi() {
  return spawnSync('cc', ['-E', '-x', 'c', '-'], { input: '#include <ffi.h>' }).status === 0;
}

function measure(preset) {
  const program = build(preset, 'abi_cost');
  const qemu = emulator(preset);
  const run = qemu.length ? (command) => countEmulated(qemu, command) : countHere;
  const cpu = preset === 'gcc' ? 'x64' : preset.replace('linux-', '');
  const rows = PRESETS[preset].map((abi) => {
    const cells = ['stub', 'frame'].map((how) => cost(run, program, [abi], how));
    say(`${abi}: ${cells.join(', ')} instructions`);
    return [`\`${abi}\``, cpu, ...cells];
  });
  if (preset !== 'gcc' || !hasLibffi()) return rows;
  const whole = cost(countHere, build(preset, 'abi_cost_libffi'), [], 'call');
  say(`libffi: ${whole} instructions`);
  return [...rows, ["libffi's `ffi_call`", cpu, '', whole]];
}

/** The table's rows by their first cell. */
function readRows(text) {
  const lines = TABLE.exec(text)[0].split('\n').filter((line) => line.startsWith('| '));
  const rows = lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
  return new Map(rows.filter(([name]) => !name.startsWith('---')).map((row) => [row[0], row]));
}

function write(rows) {
  const text = fs.readFileSync(PAGE, 'utf8');
  const all = readRows(text);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  for (const row of rows) all.set(row[0], row);
  const table = [line(HEAD), line(['---', '---', '---:', '---:']), ...[...all.values()].map(line)].join('\n');
  fs.writeFileSync(PAGE, text.replace(TABLE, (_, before, after) => before + table + after));
}

runMain(async () => {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PRESETS);
  const unknown = wanted.find((name) => !PRESETS[name]);
  if (unknown) throw new Error(`no platform named ${unknown}; there are ${Object.keys(PRESETS).join(', ')}`);
  if (!can('valgrind', '--version')) throw new Error('valgrind is not installed');

  for (const preset of wanted) {
    try {
      write(measure(preset));
    } catch (error) {
      say(`${preset}: left out: ${error.message.split('\n')[0]}`);
    }
  }
});

#!/usr/bin/env node
'use strict';
// npm run build:all: the addon for every platform that can be built here, and what was built: see HELP.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { readBinary, readObject, touchesX18 } = require('./binary.js');
const { readFailures, runCounted } = require('./counts.js');
const mingw = require('./mingw.js');
const { PLATFORMS, toolchainArguments } = require('./platforms.js');
const { ROOT, can, ensureModules, ensurePackages, ensureTools, runMain, say } = require('./setup.js');
const { fetchZig } = require('./zig.js');

const MOST_BYTES = 400 * 1024;
const PAGES = 64 * 1024; // where systems' pages may be that large, segments start at multiples of it
const START_FILES = ['_init', '_fini']; // exported by musl's
const EXPORTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
/** Libraries that every system of the kind has: its C library, and on Windows what the program itself exports. */
const SYSTEM_LIBRARIES = /^(libc\.so(\.\d+)*|libc\.musl-.*|ld-(linux|musl)-?.*|ld64\.so\.\d|libdl\.so(\.2)?|libm\.so(\.6)?|\/usr\/lib\/libSystem\.B\.dylib|(kernel32|msvcrt|ntdll|node|api-ms-win-crt-.*)(\.dll|\.exe))$/i;

const CLANG = ['clang-19', 'lld-19'];
const MINGW = { 'win-x64': ['gcc-mingw-w64-x86-64'], 'win-ia32': ['gcc-mingw-w64-i686'], 'win-arm64': mingw.PACKAGES };

/** What a platform's toolchain needs: Debian's packages, and something to fetch. Those of other CPUs' Linux are PLATFORMS. */
function needs(name) {
  if (name.startsWith('win-')) return { packages: MINGW[name] };
  if (name.startsWith('mac-')) return { packages: CLANG, fetch: fetchZig };
  if (/^(freebsd|openbsd|android)-/.test(name)) return { packages: name.endsWith('-arm64') ? [...CLANG, 'gcc-aarch64-linux-gnu'] : CLANG };
  return { packages: PLATFORMS[name]?.packages ?? [] };
}

const { configurePresets } = JSON.parse(fs.readFileSync(path.join(ROOT, 'CMakePresets.json'), 'utf8'));
const presets = configurePresets.filter(({ name }) => /^(linux|musl|mac|win|freebsd|openbsd|android)-/.test(name));
const platforms = presets.map(({ name }) => name);

/** Whether the toolchain is here, after installing and fetching what may be. */
function ensureToolchain(name) {
  const { packages, fetch } = needs(name);
  const compiler = presets.find((preset) => preset.name === name).cacheVariables?.CMAKE_C_COMPILER;
  if (!ensurePackages(packages)) return false;
  fetch?.();
  if (!compiler || PLATFORMS[name]?.toolchain || can(compiler, '--version')) return true;
  say(`${name}: there is no ${compiler}`);
  return false;
}

/** The compiler that a configured build folder uses: 'gcc 12.2.0'. */
function compilerOf(folder) {
  const [name] = fs.readdirSync(path.join(folder, 'CMakeFiles')).filter((entry) => /^\d+\./.test(entry));
  const text = fs.readFileSync(path.join(folder, 'CMakeFiles', name, 'CMakeCCompiler.cmake'), 'utf8');
  const get = (key) => new RegExp(`set\\(CMAKE_C_COMPILER_${key} "(.*)"\\)`).exec(text)[1];
  return `${{ GNU: 'gcc', Clang: 'clang' }[get('ID')] ?? get('ID')} ${get('VERSION')}`;
}

/** Our own assembly, compiled. */
function objects(folder) {
  const inside = path.join(folder, 'engine', 'CMakeFiles', 'ristretto_engine.dir');
  return fs.readdirSync(inside, { recursive: true }).filter((name) => /\.S\.(o|obj)$/.test(name)).map((name) => path.join(inside, name));
}

/** What is wrong with a binary, as sentences. */
function faults(binary, assembly) {
  const found = [];
  const foreign = binary.needed.filter((name) => !SYSTEM_LIBRARIES.test(name));
  const surplus = binary.exports.filter((name) => !EXPORTS.includes(name) && !START_FILES.includes(name));
  const most = MOST_BYTES + (binary.largePages ? PAGES : 0);
  if (binary.bytes > most) found.push(`it has ${binary.bytes} bytes, more than ${most}`);
  if (foreign.length) found.push(`it needs ${foreign.join(', ')}`);
  if (surplus.length) found.push(`it exports ${surplus.join(', ')}`);
  if (!binary.exports.includes(EXPORTS[0])) found.push(`it lacks ${EXPORTS[0]}`);
  if (binary.executableStack) found.push('its stack is executable');
  if (binary.format === 'elf' && assembly.some(({ stackNote }) => !stackNote)) found.push('an object has no note of its stack');
  return found;
}

/** Landing pads that all of our assembly says it has: of one object, because all are compiled alike. */
function landingPads(name, assembly) {
  const wanted = /-(x64|ia32)$/.test(name) ? 'IBT, SHSTK' : 'BTI, PAC';
  const said = new Set(assembly.map((object) => object.landingPads));
  return said.size === 1 && said.has(wanted) ? wanted : null;
}

/** { compiler, bytes, needed, exports, landingPads, faults }, or { failed: the step } with the compiler's messages shown. */
async function buildOne(name) {
  const folder = path.join(ROOT, 'build', name);
  const more = PLATFORMS[name] ? toolchainArguments(name) : [];
  if (!more) return { failed: 'fetching the compiler' };
  for (const args of [['--preset', name, ...more], ['--build', '--preset', name, '--target', 'ristretto_addon', '-j2']]) {
    const { failed, output } = await runCounted('cmake', args, { cwd: ROOT });
    if (failed) {
      console.log(readFailures(output));
      return { failed: `cmake ${args.join(' ')}` };
    }
  }
  const binary = readBinary(path.join(folder, 'ristretto.node'));
  const assembly = binary.format === 'elf' ? objects(folder).map((file) => readObject(file)) : [];
  const pads = binary.format === 'elf' && /-(x64|ia32|arm64)$/.test(name) ? landingPads(name, assembly) : undefined;
  const wrong = faults(binary, assembly);
  if (/^(mac|win)-arm64$/.test(name) && touchesX18(path.join(folder, 'ristretto.node'))) wrong.push('it touches x18');
  if (pads === null) wrong.push('its assembly does not say that it has landing pads');
  const { bytes, needed, exports } = binary;
  return { compiler: compilerOf(folder), bytes, needed, exports, landingPads: pads, faults: wrong };
}

const HELP = `npm run build:all -- [options] [platforms...]

Compiles the addon, with warnings as errors, for every platform that has a preset and whose toolchain can be had here, and
checks each binary: its size, the libraries it needs, what it exports, its stack, the landing pads of its assembly, and that
systems' own registers are left alone.
Results go to build/builds.json; platforms that were not asked for keep theirs.

  --help    this text

Platforms: ${platforms.join(', ')}.
\`node tools/support-table.js\` makes the README's table of them.`;

runMain(async () => {
  const { values, positionals } = parseArgs({ options: { help: { type: 'boolean' } }, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const wanted = positionals.length ? positionals : platforms;
  const file = path.join(ROOT, 'build', 'builds.json');
  const results = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  let built = 0;
  let failed = 0;

  for (const name of wanted) if (!platforms.includes(name)) throw new Error(`no such platform: ${name}; there are ${platforms.join(', ')}`);
  ensureTools();
  ensureModules();
  if (!ensurePackages(['llvm-19'])) throw new Error('llvm-19 is needed to look at the binaries');
  for (const [i, name] of wanted.entries()) {
    delete results[name];
    say(`[${i + 1}/${wanted.length}] ${name} ...`);
    if (!ensureToolchain(name)) {
      say(`${name}: left out`);
      continue;
    }
    const result = await buildOne(name);
    const wrong = result.failed ? [`${result.failed} failed`] : result.faults;
    if (wrong.length) failed++;
    else built++;
    if (!result.failed) results[name] = result;
    for (const fault of wrong) say(`${name}: ${fault}`);
    if (!result.failed) say(`${name}: ${Math.ceil(result.bytes / 1024)} KB, ${result.compiler}, needs ${result.needed.join(', ') || 'no library'}`);
    fs.writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  }
  console.log(`\n${built} passed, ${failed} failed`);
  process.exitCode = failed || !built ? 1 : 0;
});

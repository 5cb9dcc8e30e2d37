// Vectors of x64-sysv and x64-win: where clang puts every scalar of every argument and result.
//
// For each signature clang compiles a caller, `dst = f(src_0, src_1, ...)`, for the convention's own target.
// emulate.js follows the bytes of the variables to the call and those of the result from it; clang's own note on the
// call instruction says which registers carry arguments, so that left-overs in others are not taken for one. Offsets
// of members are constants in the same assembly: nothing here computes a layout or knows a rule of the conventions.
'use strict';

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { HEADER, declare, scalars, signatureText, sizeOf } = require('./signature.js');
const { emulate, GP } = require('./emulate.js');
const { choose } = require('./choose.js');

const TARGETS = [
  {
    abi: 'x64-sysv',
    target: 'x86_64-linux-gnu',
    integer: ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9'],
    vector: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `xmm${n}`),
    stack: 0,
    variadicVectors: 'al',
    emulator: { sret: 'rdi', memcpy: ['rdi', 'rsi', 'rdx'], clobbered: ['rsi', 'rdi', 'rcx'] },
  },
  {
    abi: 'x64-win',
    target: 'x86_64-windows-gnu',
    integer: ['rcx', 'rdx', 'r8', 'r9'],
    vector: ['xmm0', 'xmm1', 'xmm2', 'xmm3'],
    stack: 32,
    slots: true, // each argument has one slot: copies further up are not the arguments themselves
    emulator: { sret: 'rcx', memcpy: ['rcx', 'rdx', 'r8'], clobbered: ['rcx'] },
  },
];
const COUNT = 520;
const SEED = 20240917;

function source(signatures) {
  const parts = [HEADER];
  signatures.forEach(({ result, params, fixed }, n) => {
    const types = params.map((p, i) => `typedef ${declare(p.type, `T${n}_${i}`)};\nT${n}_${i} src_${n}_${i};`);
    const list = params.map((_, i) => `T${n}_${i}`);
    const offsets = [...params.map((p, i) => [p.type, `T${n}_${i}`]), ...(result ? [[result, `R${n}`]] : [])]
      .flatMap(([type, name]) => scalars(type).map((s) =>
        (s.path ? `1 + __builtin_offsetof(${name}, ${s.path.slice(1)})` : '1')));
    if (fixed !== undefined) list.splice(fixed, list.length - fixed, '...');
    parts.push(
      ...types,
      result ? `typedef ${declare(result, `R${n}`)};\nR${n} dst_${n};` : `typedef void R${n};`,
      `R${n} f_${n}(${list.join(', ') || 'void'});`,
      `const unsigned long long offsets_${n}[] = {${[...offsets, 0].join(', ')}};`,
      `void caller_${n}(void) { ${result ? `dst_${n} = ` : ''}f_${n}(${params.map((_, i) => `src_${n}_${i}`)}); }`,
    );
  });
  return `${parts.join('\n')}\n`;
}

// { assembly, used: Map from function to the registers that its call of f_... carries arguments in }
function compile(text, target) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'abi-oracle-'));
  try {
    const file = path.join(folder, 'probe.c');
    fs.writeFileSync(file, text);
    const run = spawnSync('clang', [`--target=${target}`, '-std=gnu11', '-O1', '-fno-pic', '-ffreestanding', '-S',
      '-fno-optimize-sibling-calls', '-fomit-frame-pointer', '-fno-asynchronous-unwind-tables',
      '-fno-stack-protector', '-mllvm', '-print-after=finalize-isel', '-o', '-', file],
    { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (run.status !== 0) throw new Error(run.stderr);
    return { assembly: run.stdout, used: argumentRegisters(run.stderr) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function argumentRegisters(machineCode) {
  const used = new Map();
  let name;
  for (const line of machineCode.split('\n')) {
    name = /^# Machine code for function (\w+)/.exec(line)?.[1] ?? name;
    if (/CALL64pcrel32 .*@f_/.test(line)) {
      const registers = [...line.matchAll(/implicit (?:killed )?\$(\w+)/g)].map((m) => GP[m[1]]?.whole ?? m[1]);
      used.set(name, new Set(registers));
    }
  }
  return used;
}

// Assembly -> Map from label to its lines, without directives that hold no data.
function sections(assembly) {
  const map = new Map();
  let lines = [];
  for (const raw of assembly.split('\n')) {
    const line = raw.replace(/\s*#.*$/, '').trim();
    const label = /^([\w.]+):$/.exec(line);
    if (label) map.set(label[1], (lines = []));
    else if (line && !/^\.(?!quad|zero)/.test(line)) lines.push(line.replace(/\s+/, ' '));
  }
  return map;
}

const quads = (lines) => lines.filter((l) => l.startsWith('.quad')).map((l) => Number(l.slice(6)));

function registerName(name, offset, size) {
  const short = offset === 0 && Object.keys(GP).find((r) => GP[r].whole === name && GP[r].bytes === size);
  return (short || name) + (offset ? `+${offset}` : '');
}

// Whether `size` bytes from `cells[start]` on are the bytes of `from` from `at` on.
const holds = (cells, start, from, at, size) =>
  Array.from({ length: size }, (_, i) => cells(start + i)).every((c, i) => c?.from === from && c.at === at + i);

// Every place at the call where a scalar is: registers, then the stack, then through addresses.
function findArgument(spec, state, used, from, at, size, slots) {
  const stackByte = (i) => state.memory.get(`stack:${state.rsp + spec.stack + i}`);
  const words = slots === undefined ? 4096 : 8 * Math.max(0, slots - spec.integer.length);
  const direct = [];
  for (const name of [...spec.vector, ...spec.integer].filter((r) => used.has(r))) {
    const cells = state.registers[name] ?? [];
    for (let i = 0; i + size <= cells.length; i++) {
      if (holds((k) => cells[k], i, from, at, size)) {
        direct.push(name[0] === 'x' ? name + (i ? `+${i}` : '') : registerName(name, i, size));
      }
    }
  }
  if (direct.length) return direct.join('=');
  const pointers = [
    ...spec.integer.map((name) => [name, (state.registers[name] ?? [])[0]]),
    ...Array.from({ length: slots === undefined ? 0 : words / 8 }, (_, i) => [`stack+${8 * i}`, stackByte(8 * i)]),
  ];
  for (let i = 0; i < words; i++) if (holds(stackByte, i, from, at, size)) return `stack+${i}`;
  for (const [name, cell] of pointers) {
    if (cell?.pointer === undefined) continue;
    const pointed = (i) => state.memory.get(`${cell.pointer}:${cell.at + i}`);
    if (holds(pointed, at, from, at, size)) return `*${name}${at ? `+${at}` : ''}`;
  }
  throw new Error(`${from}+${at} is nowhere`);
}

function findResult(machine, spec, name, at, size) {
  const cell = machine.memory.get(`${name}:${at}`);
  if (cell?.result) {
    const { result, at: offset } = cell;
    if (result[0] === '*') return result + (offset ? `+${offset}` : '');
    return result[0] === 'r' ? registerName(result, offset, size) : result + (offset ? `+${offset}` : '');
  }
  const { sret } = machine.called;
  if (sret?.base === name) return `*${spec.emulator.sret}${at ? `+${at}` : ''}`;
  throw new Error(`${name}+${at} does not come from the call`);
}

function describe(signature, n, labels, used, spec) {
  const { result, params, fixed } = signature;
  const offsets = quads(labels.get(`offsets_${n}`)).map((q) => q - 1);
  const machine = emulate(labels.get(`caller_${n}`), spec.emulator);
  const state = machine.called;
  // The first half is enough of a long double; in a union the halves may be in two registers.
  const bytes = (type) => (type === 'long double' ? 8 : type === 'long' || type === 'unsigned long'
    ? (spec.slots ? 4 : 8) : sizeOf(type));
  const words = [];
  let resultText = [];
  if (result) {
    const start = params.reduce((sum, p) => sum + scalars(p.type).length, 0);
    resultText = scalars(result).map((s, i) =>
      `return${s.path}=${findResult(machine, spec, `dst_${n}`, offsets[start + i], bytes(s.type))}`);
  }
  // An unused result slot of an empty record shows in the others' places only.
  const slots = spec.slots ? params.length + (state.sret && /\*/.test(resultText[0] ?? '*') && result ? 1 : 0) : undefined;
  let next = 0;
  params.forEach((p, i) => {
    for (const s of scalars(p.type)) {
      words.push(`${p.name}${s.path}=`
        + findArgument(spec, state, used, `src_${n}_${i}`, offsets[next++], bytes(s.type), slots));
    }
  });
  words.push(...resultText);
  if (fixed !== undefined && spec.variadicVectors) words.push(`al=${state.registers.rax[0]}`);
  return words.join(' ');
}

// Writes the file of one convention, 'x64-sysv' or 'x64-win'.
function write(abi) {
  const version = /clang version (\S+?)(?:-|\s)/.exec(execFileSync('clang', ['--version'], { encoding: 'utf8' }))[1];
  const signatures = choose(COUNT, SEED);
  const spec = TARGETS.find((t) => t.abi === abi);
  const { assembly, used } = compile(source(signatures), spec.target);
  const labels = sections(assembly);
  const lines = new Map();
  let skipped = 0;
  signatures.forEach((signature, n) => {
    try {
      lines.set(signatureText(signature), describe(signature, n, labels, used.get(`caller_${n}`), spec));
    } catch (error) {
      skipped++;
      console.error(`${spec.abi}: skipped, ${error.message}: ${signatureText(signature)}`);
    }
  });
  const head = `# test/abi/${spec.abi}.txt   by tools/abi-oracle, clang ${version} --target=${spec.target}\n`
    + '# A signature (the language of declare.h), then the place of each scalar. `*rcx+8`: 8 bytes into the memory\n'
    + '# that rcx points to; `rdi+4`: bytes 4 and on of the register; stack: from where rsp points at the call'
    + `${spec.stack ? `, after the\n# ${spec.stack} bytes of shadow space` : ''}.\n`;
  const file = path.join(__dirname, '..', '..', 'test', 'abi', `${spec.abi}.txt`);
  fs.writeFileSync(file, `${head}${[...lines].map(([text, places]) => `${text}\n    ${places}\n`).join('')}`);
  console.log(`${spec.abi}: ${lines.size} signatures, ${skipped} skipped`);
}

module.exports = { TARGETS, write };

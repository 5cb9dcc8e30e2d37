// Compiles callers and callees with every compiler of a convention, with and without optimization, runs them against the
// probe (probe/runner.c) and finds the places that all agree on.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { scalars } = require('./signature.js');
const { source } = require('./source.js');

const PROBE = path.join(__dirname, 'probe');
const LEVELS = ['-O0', '-O2'];
// As in probe/probe.h.
const FLOATS = 128;
const SINGLES = 384;
const STATE_END = 512;
const STACK_BYTES = 1024;
const POINTED = STATE_END + STACK_BYTES;

const words = (line) => (line ?? '').split(' ').filter(Boolean);
const run = (command, args, options) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });

// Place number -> [base, offset]; `stack` always shows its offset.
function placeOf(cpu, text) {
  const [number, from] = text.split('+').map((part) => parseInt(part, 10));
  if (number >= POINTED) {
    const slot = number - POINTED;
    const integers = FLOATS / cpu.word;
    if (slot >= integers) return [`*stack+${(slot - integers) * cpu.word}`, from];
    return cpu.integers[slot] && [`*${cpu.integers[slot]}`, from];
  }
  if (number >= STATE_END) return ['stack', number - STATE_END];
  const [names, at, stride, suffix] = number >= SINGLES ? [cpu.singles ? cpu.floats : [], number - SINGLES, 8, ':single']
    : number >= FLOATS ? [cpu.floats, number - FLOATS, cpu.stride, '']
      : [cpu.integers, number, cpu.word, ''];
  const name = names[Math.floor(at / stride)];
  return name && [name + suffix, at % stride];
}

const textOf = ([base, offset]) => (offset || base === 'stack' ? `${base}+${offset}` : base);

// Registers that are one piece of memory to some instructions go on in the next one: s0, s1.
function goesOn(cpu, [base, offset], [next, nextOffset]) {
  if (cpu.isOneFile && cpu.floats.includes(base)) return cpu.floats.indexOf(next) === cpu.floats.indexOf(base) + 1;
  return base === next && nextOffset > offset;
}

// A word of the runner's line -> for each piece of a scalar, the places that it can be in: Map from text to [base, offset,
// extension], the last undefined when this side is not who extends.
function parseScalar(cpu, text, extends_) {
  const extension = { z: 'zero', s: 'sign' };
  return text.split('/').map((piece) => {
    const places = piece === '-' ? [] : piece.split('|').map((t) => [t, placeOf(cpu, t)]).filter(([, place]) => place);
    return new Map(places.map(([t, place]) => [textOf(place), [...place, extends_ ? extension[t.at(-1)] ?? 'none' : undefined]]));
  });
}

function intersect(a, b) {
  const both = [...a].filter(([text]) => b.has(text));
  return new Map(both.map(([text, [base, offset, one]]) => {
    const other = b.get(text)[2];
    return [text, [base, offset, one === undefined || one === other ? other : other === undefined ? one : 'none']];
  }));
}

// The memory that a callee got the address of has nothing in it but a result; registers may have what was copied there.
function resultPlaces(cpu, piece) {
  const pointed = new Map([...piece].filter(([text]) => text.startsWith('*')));
  return pointed.size ? pointed : new Map([...piece].filter(([, [base]]) => base !== cpu.onlyAddresses));
}

function joinPieces(cpu, pieces) {
  const shown = [];
  pieces.forEach((place, i) => {
    if (i === 0 || !goesOn(cpu, pieces[i - 1], place)) shown.push(textOf(place));
  });
  return shown.join('/');
}

// One program: Map from signature's number to { sizes, caller, callee, removed, echo }.
function experiment(spec, cpu, compiler, level, signatures) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'abi-oracle-'));
  const result = new Map();
  try {
    const object = compileTo(folder, spec, cpu, compiler, level, signatures);
    const program = path.join(folder, 'probe');
    const [linker, ...flags] = words(cpu.linker);
    run(linker, [...flags, '-O1', '-static', `-I${PROBE}`, path.join(PROBE, 'runner.c'), path.join(PROBE, `${cpu.file}.S`),
      object, '-o', program]);
    const [first, ...rest] = [...words(cpu.runner), program];
    for (const line of run(first, rest).split('\n').filter(Boolean)) {
      const [number, what, ...fields] = line.split(' ');
      const entry = result.get(Number(number)) ?? {};
      result.set(Number(number), entry);
      if (what === 'caller') entry.registers = fields.pop().split(',').map(Number);
      if (what === 'callee') [entry.removed, entry.echo] = fields.splice(-2).map(Number);
      entry[what] = fields;
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return result;
}

function compileTo(folder, spec, cpu, compiler, level, signatures) {
  const file = path.join(folder, 'code.c');
  const object = path.join(folder, 'code.o');
  const [command, ...flags] = words(compiler.command);
  fs.writeFileSync(file, source(signatures, spec.attribute ?? ''));
  const options = [...flags, '-std=gnu11', level, '-w', '-ffreestanding', '-fno-stack-protector', `-I${PROBE}`];
  if (compiler.compile) compiler.compile(run, command, options, file, object);
  else run(command, [...options, '-fno-pic', '-c', file, '-o', object]);
  return object;
}

// Where callers of a variadic function put a float into a vector register and into an integer one, of which callees look at one.
function bothRegisters(cpu, views, i, text) {
  const pair = Object.entries(cpu.pairs).find((names) => names.includes(text));
  const given = views.filter((v) => v.side === 'caller').map((v) => v.scalars[i][0]).reduce(intersect);
  return pair?.every((name) => given.has(name)) ? pair.join('=') : text;
}

// What all programs say of one signature, or only one compiler or side: { places, extensions: by scalar, sizes, removed, echo }, or
// { trouble }.
function agree(cpu, signature, results, only) {
  const count = signature.params.reduce((n, p) => n + scalars(p.type).length, 0);
  const all = count + (signature.result ? scalars(signature.result).length : 0);
  const views = results.flatMap(({ name, entry }) => ['caller', 'callee'].filter((side) => entry[side])
    .filter((side) => !only || [...name.split(' '), side].includes(only))
    .map((side) => ({ name: `${name} ${side}`, side, entry,
      scalars: entry[side].map((text, i) => parseScalar(cpu, text, (side === 'caller') === (i < count))) })));
  const isFloat = signature.params.flatMap(({ type }) => scalars(type).map(() => /^(float|double)$/.test(type.name)));
  const places = [];
  const extensions = [];
  for (let i = 0; i < all; i++) {
    const seen = views.filter((v) => v.scalars.length > i);
    if (!seen.length) return { trouble: 'no compiler takes it' };
    const pieces = seen.map((v) => v.scalars[i]).reduce((a, b) => a.map((piece, k) => intersect(piece, b[k])))
      .map((piece) => (i < count ? piece : resultPlaces(cpu, piece)));
    if (pieces.some((piece) => piece.size !== 1)) {
      const texts = (piece) => [...piece.keys()].slice(0, 4).join('|') || '-';
      return { trouble: `scalar ${i}: ${seen.map((v) => `${v.name} ${v.scalars[i].map(texts).join('/')}`).join('; ')}` };
    }
    const found = pieces.map((piece) => [...piece.values()][0]);
    const text = joinPieces(cpu, found);
    places.push(cpu.pairs && signature.fixed !== undefined && isFloat[i] ? bothRegisters(cpu, views, i, text) : text);
    extensions.push(found[0][2]);
  }
  const callees = views.filter((v) => v.side === 'callee').map((v) => v.entry);
  const removed = new Set(callees.map((entry) => entry.removed));
  if (removed.size > 1) return { trouble: `removed from the stack: ${[...removed]}` };
  const echo = callees.reduce((mask, entry) => mask & entry.echo, -1);
  const vectors = views.filter((v) => v.side === 'caller').map((v) => v.entry.registers[cpu.integers.indexOf(cpu.vectorCount)]);
  return { places, extensions, sizes: results[0].entry.sizes, removed: [...removed][0], echo, vectors: Math.max(...vectors) };
}

// { dispute } also says what the others than the authority do.
function decide(spec, cpu, signature, results) {
  const answer = agree(cpu, signature, results);
  if (!answer.trouble || !spec.authority) return answer;
  return { ...agree(cpu, signature, results, spec.authority), dispute: answer.trouble };
}

// Calls `found(signature, answer)` for each signature, in order.
function examine(spec, cpu, signatures, found) {
  const programs = spec.compilers.flatMap((compiler) => LEVELS.map((level) => {
    const mine = signatures.filter((s) => !compiler.cannotCompile?.(s));
    const result = experiment(spec, cpu, compiler, level, mine);
    return { name: `${compiler.name} ${level}`, bySignature: new Map(mine.map((s, n) => [s, result.get(n)])) };
  }));
  for (const signature of signatures) {
    const results = programs.filter((p) => p.bySignature.get(signature))
      .map((p) => ({ name: p.name, entry: p.bySignature.get(signature) }));
    found(signature, results.length ? decide(spec, cpu, signature, results) : { trouble: 'no compiler takes it' });
  }
}

module.exports = { examine };

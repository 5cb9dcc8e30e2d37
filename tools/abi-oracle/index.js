#!/usr/bin/env node
// Writes test/abi/<convention>.txt: where compilers put every scalar of every argument and result.
//   node tools/abi-oracle                  every convention
//   node tools/abi-oracle a64 s390x        these
// Only for developers: the files are committed. Needs gcc for the CPU, clang and an emulator (conventions.js). What compilers do
// not agree on is left out and printed.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { CPUS, CONVENTIONS } = require('./conventions.js');
const { examine } = require('./experiment.js');
const { signaturesOf } = require('./rules.js');
const { scalars, signatureText } = require('./signature.js');

// `p0{16,8}`: size and alignment of a record, before its scalars.
function placesText({ result, params, fixed }, { places, extensions, sizes, removed, echo, vectors }, cpu) {
  const out = [];
  let next = 0;
  [...params, ...(result ? [{ name: 'return', type: result }] : [])].forEach(({ name, type }, i) => {
    if (type.kind !== 'scalar') out.push(`${name}{${sizes[i]}}`);
    const isInteger = type.kind === 'scalar' && !/float|double/.test(type.name);
    const isExtended = cpu.extends && isInteger && parseInt(sizes[i], 10) < cpu.word;
    scalars(type).forEach(({ path: at }) => {
      out.push(`${name}${at}=${places[next]}${isExtended ? `:${extensions[next]}` : ''}`);
      next++;
    });
  });
  if (cpu.stackIsRemoved) {
    const isInMemory = result && scalars(result).length > 0 && places.at(-1).startsWith('*');
    if (isInMemory) out.push(`echo=${cpu.integers.filter((_, r) => echo & (1 << r)).includes('eax') ? 'eax' : 'none'}`);
    out.push(`removed=${removed}`);
  }
  if (cpu.vectorCount && fixed !== undefined) out.push(`al=${vectors}`);
  return out.join(' ');
}

function write(abi) {
  const spec = CONVENTIONS[abi];
  const cpu = { file: spec.cpu, ...CPUS[spec.cpu] };
  const tagged = signaturesOf(abi, spec);
  const lines = new Map();
  const rules = new Map();
  let skipped = 0;
  let disputed = 0;
  examine(spec, cpu, tagged.map((t) => t.signature), (signature, answer) => {
    const text = signatureText(signature);
    if (answer.trouble) {
      skipped++;
      console.error(`${abi}: left out: ${text}\n  ${answer.trouble}`);
    } else {
      if (answer.dispute) {
        disputed++;
        console.error(`${abi}: disputed: ${text}\n  ${answer.dispute}`);
      }
      lines.set(text, placesText(signature, answer, cpu));
    }
  });
  for (const { signature, rule } of tagged) {
    const text = signatureText(signature);
    if (rule && lines.has(text)) rules.set(text, [...new Set([...(rules.get(text) ?? []), rule])]);
  }
  const head = [
    `test/abi/${abi}.txt   by tools/abi-oracle: ${spec.compilers.map((c) => c.title).join(', ')}; -O0, -O2`,
    'After the rules that it is for, a signature (the language of declare.h), then the place of each scalar. `*x8+4`: 4 bytes into',
    'the memory that x8 points to; `x0+4`: bytes 4 and on of the register; `a/b`: a part in a, the next in b; `stack`: where the',
    'first argument there is; `p0{16,8}`: size and alignment of a record.',
    ...(cpu.extends ? ['`:sign`, `:zero`: how an integer fills its word.'] : []),
    ...(cpu.vectorCount ? ['`al`: what a variadic call has there.'] : []),
    ...(cpu.pairs ? ['`a=b`: in both. The callee owns 32 bytes below where the stack begins here.'] : []),
    ...(cpu.stackIsRemoved ? ["`removed`: bytes that the callee takes off the stack; `echo`: what holds the result's address."] : []),
  ].map((line) => `# ${line}\n`).join('');
  const tag = (text) => (rules.has(text) ? `# ${rules.get(text).join('; ')}\n` : '');
  const body = [...lines].map(([text, places]) => `${tag(text)}${text}\n    ${places}\n`);
  fs.writeFileSync(path.join(__dirname, '..', '..', 'test', 'abi', `${abi}.txt`), head + body.join(''));
  console.log(`${abi}: ${lines.size} signatures, ${skipped} left out, ${disputed} as ${spec.authority ?? 'none'} has it`);
}

const known = Object.keys(CONVENTIONS);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
for (const abi of wanted) {
  if (!CONVENTIONS[abi]) throw new Error(`no such convention: ${abi}; there are ${known.join(', ')}`);
  write(abi);
}

'use strict';
// What the engine's assembly says of itself, by compiler: that it needs no executable stack, and that every indirect jump
// into it lands on a landing pad. Linkers keep such a note of a binary only when all of its objects have it.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');
const { readObject } = require('../../tools/binary.js');

const ENGINE = path.join(__dirname, '..', '..', 'engine');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ristretto-objects-'));
const sources = ['abi', 'emit'].flatMap((part) => fs.readdirSync(path.join(ENGINE, part)).filter((name) => name.endsWith('.S'))
  .map((name) => path.join(part, name)));

after(() => fs.rmSync(folder, { recursive: true, force: true }));

const COMPILERS = [
  ['gcc', ['-fcf-protection=full'], 'IBT, SHSTK', 'x64'],
  ['clang', ['-fcf-protection=full'], 'IBT, SHSTK', 'x64'],
  ['aarch64-linux-gnu-gcc', ['-mbranch-protection=standard'], 'BTI, PAC'],
  ['clang', ['--target=aarch64-linux-gnu', '-ffreestanding', '-mbranch-protection=standard'], 'BTI, PAC'],
  ['i686-linux-gnu-gcc', ['-fcf-protection=full'], 'IBT, SHSTK'],
  ['riscv64-linux-gnu-gcc', []],
  ['powerpc64le-linux-gnu-gcc', []],
  ['s390x-linux-gnu-gcc', []],
  ['arm-linux-gnueabihf-gcc', []],
];

/** The reason why a compiler is not asked. */
function missing(compiler, cpu) {
  if (process.platform !== 'linux' || (cpu && cpu !== process.arch)) return 'for another system';
  return [compiler, 'readelf'].some((program) => spawnSync(program, ['--version']).status !== 0) && `${compiler} is not here`;
}

for (const [compiler, flags, landingPads, cpu] of COMPILERS) {
  test(`${[compiler, ...flags].join(' ')}: each object has its notes`, { skip: missing(compiler, cpu) }, () => {
    for (const source of sources) {
      const object = path.join(folder, 'object.o');
      const { status, stderr } = spawnSync(compiler, [...flags, `-I${ENGINE}`, '-c', path.join(ENGINE, source), '-o', object], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.deepEqual({ source, ...readObject(object, 'readelf') }, { source, stackNote: true, landingPads });
    }
  });
}

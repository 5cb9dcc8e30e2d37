'use strict';
// What a built addon is made of, as LLVM's tools tell: for ELF (Linux, Android, the BSDs), Mach-O (macOS) and PE (Windows).

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] });
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

/** 'elf', 'mach-o' or 'pe', by the first bytes. */
function formatOf(file) {
  const head = fs.readFileSync(file).subarray(0, 4).toString('latin1');
  if (head === '\x7fELF') return 'elf';
  return head.startsWith('MZ') ? 'pe' : 'mach-o';
}

const DEFINED = /^ *\d+: \S+ +\d+ +\S+ +(?:GLOBAL|WEAK) +DEFAULT +(?:\[.*\] +)?(?!UND|\[)\S+ +([\w.]+)/gm; // Power: [other]

function readElf(file) {
  const text = run('llvm-readelf-19', '--wide', '--dynamic', '--segments', '--dyn-symbols', '--notes', file);
  return {
    needed: all(text, /\(NEEDED\) .*\[(.*)\]/g),
    exports: all(text, DEFINED),
    executableStack: !/GNU_STACK .* RW +0/.test(text),
    largePages: /^ +LOAD .* 0x10000$/m.test(text),
    landingPads: /Properties: .*feature: (.*)/.exec(text)?.[1],
  };
}

function readMachO(file) {
  return {
    needed: all(run('llvm-objdump-19', '--macho', '--dylibs-used', file), /^\s+(\S+) \(compat/gm),
    exports: all(run('llvm-nm-19', '--extern-only', '--defined-only', file), / [A-Z] _(\S+)$/gm),
  };
}

function readPe(file) {
  const text = run('llvm-readobj-19', '--coff-imports', '--coff-exports', file);
  return {
    needed: [...new Set(all(text, /^(?:Delay)?Import \{\n +Name: (.*)$/gm))],
    exports: all(text, /^Export \{\n.*\n +Name: (.*)$/gm),
  };
}

const READERS = { elf: readElf, 'mach-o': readMachO, pe: readPe };

/** { format, bytes, needed: libraries, exports: symbols, executableStack, largePages, landingPads }; the last three of ELF files. */
function readBinary(file) {
  const format = formatOf(file);
  return { format, bytes: fs.statSync(file).size, ...READERS[format](file) };
}

/** Whether an ELF object says that it needs no executable stack, and which landing pads it says it has. `readelf` is GNU's or
 * LLVM's program. */
function readObject(file, readelf = 'llvm-readelf-19') {
  const text = run(readelf, '--wide', '--sections', '--notes', file);
  return {
    stackNote: /\.note\.GNU-stack +PROGBITS +0+ \S+ 0+ 00 +0 +0/.test(text),
    landingPads: /Properties: .*feature: (.*)/.exec(text)?.[1],
  };
}

/** Whether code for 64-bit Arm touches x18, which belongs to the system on macOS and Windows. */
function touchesX18(file) {
  return /\b[xw]18\b/.test(run('llvm-objdump-19', '--disassemble', '--no-show-raw-insn', file));
}

module.exports = { readBinary, readObject, touchesX18 };

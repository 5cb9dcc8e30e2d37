'use strict';
// Assembly that a compiler wrote for a system whose files are not ELF, said to an assembler for ELF. So code for another
// system's calling convention runs in a process of this one.

// 32-bit Windows: other sections, no underscores before names.
function fromWindows(source) {
  return source.replace(/^\s*\.def\b[^]*?\.endef/gm, '').replace(/^.*(@feat\.00|__fltused|\.ident|\.addrsig|\.globl\s+__(real|xmm)@).*$/gm, '')
    .replace(/^\s*\.section\s+\.rdata.*$/gm, '.section .rodata').replace(/^\s*\.section\s+\.(text|bss|data).*$/gm, '.$1')
    .replace(/\b__(real|xmm)@/g, '.L$1_').replace(/(^|[\s,(*$+-])_(?=[A-Za-z])/gm, '$1');
}

const RELOCATIONS = { PAGE: '', PAGEOFF: ':lo12:', GOTPAGE: ':got:', GOTPAGEOFF: ':got_lo12:' };

// macOS: other sections and comments, no hints for the linker; on ARM64, relocations behind names instead of before them.
function fromApple(source) {
  return source.replace(/(^|\s);.*$|##.*$/gm, '').replace(/^\s*\.(build_version|subsections_via_symbols|loh|data_region|end_data_region)\b.*$/gm, '')
    .replace(/^\s*\.section\s+__TEXT,__text.*$/gm, '.text').replace(/^\s*\.section\s+__TEXT,.*$/gm, '.section .rodata').replace(/^\s*\.section\s+__DATA,.*$/gm, '.data')
    .replace(/\b[lL](?=[A-Za-z_.]*\d|_)/g, '.L').replace(/(^|[\s,[(])_(?=[A-Za-z])/gm, '$1')
    .replace(/([\w.]+)@(\w+)/g, (whole, name, relocation) => (relocation in RELOCATIONS ? `${RELOCATIONS[relocation]}${name}` : whole));
}

const NOTE = '\n\t.section .note.GNU-stack, "", %progbits\n'; // no executable stack

/** What makes ELF assembly of the output of `compiler` (a command); null when its output is that already. */
function translator(compiler) {
  const translate = /windows|mingw/.test(compiler) ? fromWindows : fromApple;
  return /windows|mingw|apple/.test(compiler) ? (source) => `${translate(source)}${NOTE}` : null;
}

module.exports = { translator };

// How the oracle compiles and runs code of each convention, and what registers of the CPU are called.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { hasOddPiece, hasUnion, isForeign, scalar, scalars } = require('./signature.js');

const range = (prefix, from, to, step = 1) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => `${prefix}${from + i * step}`);

const X64 = ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9', 'rax'];

// In the order of probe/<cpu>.S. word: bytes of an integer register; floats are `stride` bytes each. linker: compiles the
// runner and links. runner: runs programs of the CPU. onlyAddresses: a register that carries nothing but the address of a result.
// extends: narrow integers fill their word; some compilers for RISC-V store no more than the integer on the stack.
// vectorCount: the register that counts the vector registers of a variadic call. pairs: registers of
// which such a call has a float in both.
const CPUS = {
  a64: { word: 8, integers: range('x', 0, 8), floats: range('v', 0, 7), stride: 16, onlyAddresses: 'x8',
    linker: 'aarch64-linux-gnu-gcc', runner: 'qemu-aarch64' },
  a32: { word: 4, integers: range('r', 0, 3), floats: range('s', 0, 15), stride: 4, isOneFile: true,
    linker: 'arm-linux-gnueabihf-gcc', runner: 'qemu-arm' },
  rv64: { extends: 'in registers', word: 8, integers: range('a', 0, 7), floats: range('fa', 0, 7), stride: 8,
    linker: 'riscv64-linux-gnu-gcc', runner: 'qemu-riscv64' },
  la64: { extends: true, word: 8, integers: range('a', 0, 7), floats: range('fa', 0, 7), stride: 8,
    linker: 'loongarch64-linux-gnu-gcc', runner: 'qemu-loongarch64' },
  ppc64: { word: 8, integers: range('r', 3, 10), floats: range('f', 1, 13), stride: 8, singles: true,
    linker: 'powerpc64le-linux-gnu-gcc', runner: 'qemu-ppc64le' },
  s390x: { extends: true, word: 8, integers: range('r', 2, 6), floats: range('f', 0, 6, 2), stride: 8,
    linker: 's390x-linux-gnu-gcc', runner: 'qemu-s390x' },
  x64: { word: 8, integers: X64, floats: [...range('xmm', 0, 7), 'st0'], stride: 16,
    linker: 'gcc -no-pie', runner: '', vectorCount: 'rax' },
  'x64-win': { file: 'x64', word: 8, integers: X64, floats: range('xmm', 0, 7), stride: 16,
    linker: 'gcc -no-pie -DSHADOW=32', runner: '', 
    pairs: { xmm0: 'rcx', xmm1: 'rdx', xmm2: 'r8', xmm3: 'r9' } },
  x86: { word: 4, integers: ['ecx', 'edx', 'eax'], floats: ['st0', 'st0', 'st0'], stride: 16, stackIsRemoved: true,
    linker: 'i686-linux-gnu-gcc', runner: 'qemu-i386' },
};

function versionOf(command) {
  const text = execFileSync(command.split(' ')[0], ['--version'], { encoding: 'utf8' });
  return /(?:gcc|clang version|\)) (\d+(?:\.\d+)+)/.exec(text)[1];
}

const GCC = (command) => ({ name: 'gcc', command });
const CLANG = (flags, command = 'clang') => ({ name: 'clang', command: `${command} ${flags}` });

// e_flags of a little-endian ELF file of 64 bits: linkers refuse to mix the two conventions of RISC-V, so code of the one
// claims to be of the other: EF_RISCV_RVC, FLOAT_ABI_DOUBLE.
function compileSoft(run, command, options, file, object) {
  run(command, [...options, '-fno-pic', '-c', file, '-o', object]);
  const opened = fs.openSync(object, 'r+');
  fs.writeSync(opened, Uint8Array.of(5, 0, 0, 0), 0, 4, 48);
  fs.closeSync(opened);
}

// clang has no ELF for this target, its code generator has: between them only the names of the formats change.
function compileWindowsArm(run, command, options, file, object) {
  const code = run(command, [...options, '-S', '-emit-llvm', '-o', '-', file])
    .replace(/^(target datalayout = ").*$/m, '$1e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32"');
  const level = options.find((option) => /^-O/.test(option));
  run('llc-19', ['-mtriple=aarch64-pc-windows-msvc-elf', level, '-filetype=obj', '-o', object], { input: code });
}

// The same for macOS, whose names begin with an underscore.
function compileAppleX64(run, command, options, file, object) {
  const code = run(command, [...options, '-S', '-emit-llvm', '-o', '-', file]);
  const level = options.find((option) => /^-O/.test(option));
  run('llc-19', ['-mtriple=x86_64-apple-macos11-elf', '-relocation-model=static', level, '-filetype=obj', '-o', object], { input: code });
  run('objcopy', ['--remove-leading-char', object]);
}

// What the compiler calls to copy memory is called as on Windows, too.
function compileWindowsX64(run, command, options, file, object) {
  run(command, [...options, '-fno-pic', '-c', file, '-o', object]);
  run('objcopy', ['--redefine-sym', 'memcpy=probe_memcpy', object]);
}

const hasDots = (signature) => signature.fixed !== undefined;
const isRecord = (type) => type && type.kind !== 'scalar';
// For Microsoft's compiler, records that are empty in GNU C have a size, and alignments count in packed records, too.
const isGnu = ({ result, params }) => ![...(result ? [result] : []), ...params.map((p) => p.type)].some((type) => isForeign(type));

// Results of which gcc and clang say different things: for fastcall and thiscall of the BSDs the arguments are as gcc has them,
// the results as clang.
const isDisputedByGcc = ({ result }) => isRecord(result) && scalars(result).length < 2
  && (hasUnion(result) || scalars(result).every((s) => s.type === 'long double'));

// A small record that Microsoft's __thiscall returns, always from a member function of C++, is in memory (docs/abi/x86.md).
const isSmallRecord = (type) => isRecord(type)
  && (hasUnion(type) || scalars(type).length <= 8);

// The first argument of a __thiscall function is `this`.
function asMethod(signature) {
  const [first] = signature.params;
  if (first && first.type.kind === 'scalar' && !/float|double|64|long long/.test(first.type.name)) return signature;
  const params = [{ type: scalar('void *') }, ...signature.params].map(({ type }, i) => ({ name: `p${i}`, type }));
  return { ...signature, params, fixed: signature.fixed === undefined ? undefined : signature.fixed + 1 };
}

// The twelve of 32-bit x86. The BSDs' compiler is clang; gcc has their results by an option. gcc's attributes are what Linux
// does; clang does otherwise in places (docs/abi/x86.md).
function x86Conventions() {
  const conventions = {};
  for (const keyword of ['cdecl', 'stdcall', 'fastcall', 'thiscall']) {
    const isMethod = keyword === 'thiscall';
    const common = { cpu: 'x86', attribute: `__attribute__((${keyword}))`, ...(isMethod ? { adapt: asMethod } : {}) };
    const clangCannot = isMethod ? { cannotCompile: hasDots } : {};
    const gcc = 'i686-linux-gnu-gcc';
    conventions[`x86-${keyword}`] = { ...common, authority: 'gcc',
      compilers: [GCC(gcc), { ...CLANG('--target=i686-linux-gnu'), ...clangCannot }] };
    const hasRegisters = /fast|this/.test(keyword);
    conventions[`x86-bsd-${keyword}`] = { ...common, authority: hasRegisters ? 'gcc' : 'clang',
      takes: (s) => !(hasRegisters && isDisputedByGcc(s)),
      compilers: [GCC(`${gcc} -freg-struct-return`), { ...CLANG('--target=i386-unknown-freebsd14.0'), ...clangCannot }] };
    conventions[`x86-win-${keyword}`] = { ...common,
      takes: (s) => isGnu(s) && !(isMethod && (hasDots(s) || isSmallRecord(s.result)))
        && !(isRecord(s.result) && hasOddPiece(s.result)),
      compilers: [CLANG('--target=i686-pc-windows-msvc-elf -mno-stack-arg-probe', 'clang-19')] };
  }
  return conventions;
}

// compilers: those that know the convention; the vectors are what they agree on, or what `authority` does, a compiler or a side.
// title: their version, for the file's head. compile: how, if not just so. cannotCompile: what one cannot. attribute: of functions
// of the convention. adapt: makes a signature one of the convention. takes: whether it can be asked for.
const CONVENTIONS = {
  'x64-sysv': { cpu: 'x64', compilers: [GCC('gcc'), CLANG('--target=x86_64-linux-gnu')] },
  'x64-apple': { cpu: 'x64',
    compilers: [{ ...CLANG('--target=x86_64-apple-macos11', 'clang-19'), compile: compileAppleX64 }] },
  'x64-win': { cpu: 'x64-win',
    compilers: ['clang', 'clang-19'].map((command) => (
      { ...CLANG('--target=x86_64-pc-windows-gnu-elf -mno-stack-arg-probe', command), compile: compileWindowsX64 })) },
  a64: { cpu: 'a64', compilers: [GCC('aarch64-linux-gnu-gcc'), CLANG('--target=aarch64-linux-gnu')] },
  ...x86Conventions(),
  'a32-hard': { cpu: 'a32', compilers: [GCC('arm-linux-gnueabihf-gcc'), CLANG('--target=arm-linux-gnueabihf')] },
  'rv64-lp64d': { cpu: 'rv64', authority: 'clang',
    compilers: [GCC('riscv64-linux-gnu-gcc -mno-strict-align -mtune=size'), CLANG('--target=riscv64-linux-gnu')] },
  'ppc64-elfv2': { cpu: 'ppc64', compilers: [GCC('powerpc64le-linux-gnu-gcc'), CLANG('--target=powerpc64le-linux-gnu')] },
  s390x: { cpu: 's390x', compilers: [GCC('s390x-linux-gnu-gcc'), CLANG('--target=s390x-linux-gnu')] },
  // Its callers do not split what lies across the end of the registers, its callees read it as the document has it.
  'a64-win': { cpu: 'a64', takes: isGnu, authority: 'callee',
    compilers: [{ ...CLANG('--target=aarch64-pc-windows-msvc -mno-stack-arg-probe', 'clang-19'), compile: compileWindowsArm }] },
  'a64-apple': { cpu: 'a64', compilers: [CLANG('--target=arm64-apple-macos11-elf', 'clang-19')] },
  'a32-soft': { cpu: 'a32', attribute: '__attribute__((pcs("aapcs")))',
    compilers: [GCC('arm-linux-gnueabihf-gcc'), CLANG('--target=arm-linux-gnueabihf')] },
  'rv64-lp64': { cpu: 'rv64',
    compilers: [{ ...GCC('riscv64-linux-gnu-gcc -mno-strict-align -mtune=size -march=rv64gc -mabi=lp64'), compile: compileSoft },
      { ...CLANG('--target=riscv64-linux-gnu -march=rv64gc -mabi=lp64'), compile: compileSoft }] },
  'la64-lp64d': { cpu: 'la64', compilers: [GCC('loongarch64-linux-gnu-gcc'), CLANG('--target=loongarch64-linux-gnu', 'clang-19')] },
};

for (const { compilers } of Object.values(CONVENTIONS)) {
  for (const compiler of compilers) {
    Object.defineProperty(compiler, 'title', { get: () => `${compiler.name} ${versionOf(compiler.command)}` });
  }
}

module.exports = { CPUS, CONVENTIONS };

// 32-bit x86: System V ABI, Intel386 Supplement 1.1, section 2.2, and Microsoft's pages on __cdecl, __stdcall, __fastcall and
// __thiscall ("Argument Passing and Naming Conventions"). Rules of one family or keyword have its name before a colon.
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const small = [chars(1), struct(['int16_t']), struct(['int']), struct(['int16_t', 'int16_t']),
  struct(['int', 'int']), struct(['int64_t']), union(['int', 'char'])];
const large = [chars(3), chars(5), struct(['int', 'int', 'int']), struct(['double', 'int']), chars(40),
  struct(times(9, 'int'))];

const ALL = [
  { rule: '2.2.3 words', text: 'an argument takes whole words of 4 bytes, the first at the lowest address',
    signatures: [call(null, ['int', 'char', 'int16_t', 'bool', 'void *']),
      call(null, ['void *', 'int8_t', 'uint8_t', 'uint16_t', 'int']), call(null, [chars(1), chars(5), 'int', chars(3)])] },
  { rule: '2.2.2 alignment', text: 'no argument is aligned to more than a word',
    signatures: [call(null, ['int', 'double', 'int64_t', 'int']), call(null, ['char', 'long double', 'char', 'long double']),
      call(null, ['int', struct(['double', 'char']), 'double'])] },
  { rule: '2.2.3 integers', text: '64-bit integers take two words',
    signatures: [call(null, ['int64_t', 'int', 'uint64_t']), call(null, ['int', 'long long', 'char'])] },
  { rule: '2.2.3 floats', text: 'float, double, long double take one, two, three words of the stack (on Windows two)',
    signatures: [call(null, ['float', 'double', 'long double', 'float']),
      call(null, ['int', 'float', 'int', 'double', 'int'])] },
  { rule: '2.2.3 records', text: 'structs and unions lie on the stack as in memory',
    signatures: [call(null, [struct(['char', 'int', 'char']), 'int']),
      call(null, ['int', struct(['double', 'int']), union(['char', 'int64_t'])]), call(null, [chars(40), 'int'])] },
  { rule: '2.2.4 integers', text: 'results: integers and addresses in eax, of 64 bits in edx:eax',
    signatures: ['bool', 'int8_t', 'uint16_t', 'int', 'long', 'void *', 'int64_t',
      'uint64_t'].map((t) => call(t, ['int', 'int'])) },
  { rule: '2.2.4 floats', text: 'floats in st(0)',
    signatures: ['float', 'double', 'long double'].map((t) => call(t, ['int', 'double'])) },
  { rule: '2.2.4 memory', text: 'a large record is written to memory whose address is the first argument; eax brings it back',
    signatures: large.flatMap((type) => [call(type, []), call(type, ['int', 'int']), call(type, ['double', 'int'])]) },
  { rule: 'variadic', text: 'functions with `...` are cdecl, whatever the keyword; all their arguments are on the stack',
    signatures: [call('int', ['int', 'int', 'double', 'int64_t'], 1),
      call(null, ['void *', 'int', struct(['int', 'int']), 'long double'], 2),
      call(struct(['int', 'int', 'int']), ['int', 'int', 'int'], 1)] },
];

const FAMILIES = {
  x86: [
    { rule: 'x86: small records', text: 'also results of 1, 2, 4, 8 bytes are in memory',
      signatures: small.map((type) => call(type, ['int', 'int'])) },
    { rule: 'x86: empty', text: 'an empty record is not passed, and its address is taken as that of a result in memory',
      signatures: [call(null, ['int', struct([]), 'int']), call(struct([]), ['int', 'int'])] },
    { rule: 'x86: over-aligned', text: 'over-aligned records are aligned to a word',
      signatures: [call(null, ['int', 'int', 'int', aligned('int', 16), 'int'])] },
  ],
  'x86-bsd': [
    { rule: 'x86-bsd: small records', text: 'results of 1, 2, 4, 8 bytes are in eax, edx:eax',
      signatures: small.map((type) => call(type, ['int', 'int'])) },
    { rule: 'x86-bsd: lone float', text: 'a record of one float or double comes in st(0)',
      signatures: [call(struct(['float']), ['int']), call(struct(['double']), ['int']),
        call(struct([struct(['double'])]), [])] },
    { rule: 'x86-bsd: odd pieces', text: 'but in memory if it holds an array or record of another size',
      signatures: [call(struct([array(scalar('char'), 3), scalar('char')]), ['int']),
        call(struct([chars(5), chars(3)]), ['int'])] },
  ],
  'x86-win': [
    { rule: 'x86-win: small records', text: 'results of 1, 2, 4, 8 bytes are in eax, edx:eax',
      signatures: [...small, struct(['float']), struct(['double'])].map((type) => call(type, ['int', 'int'])) },
    { rule: 'x86-win: over-aligned', text: 'a copy of an over-aligned record is passed by its address',
      signatures: [call(null, ['int', 'int', 'int', aligned('int', 16), 'int']),
        call(null, ['int', aligned('char', 64), 'int']),
        call(null, ['int', struct([aligned('double', 8)])])] },
  ],
};

const KEYWORDS = {
  cdecl: [
    { rule: 'cdecl: caller', text: 'the caller removes the arguments',
      signatures: [call(null, ['int', 'int', 'double']), call('int', [chars(12), 'int'])] },
  ],
  stdcall: [
    { rule: 'stdcall: callee', text: 'the callee removes the arguments',
      signatures: [call(null, ['int', 'int', 'double']), call('int', [chars(12), 'int']),
        call(struct(['int', 'int', 'int']), ['int', 'int64_t']), call(null, [])] },
  ],
  fastcall: [
    { rule: 'fastcall: registers', text: 'the first two integers or addresses of up to 4 bytes are in ecx and edx',
      signatures: [call(null, ['int', 'char', 'int16_t', 'int']), call(null, ['void *', 'void *', 'void *']),
        call(null, ['float', 'int', 'double', 'int', 'int'])] },
    { rule: 'fastcall: skipped', text: 'gcc: 64-bit integers and records use registers up that they are not in; Microsoft: not',
      signatures: [call(null, ['int64_t', 'int', 'int']), call(null, ['int', 'int64_t', 'int']),
        call(null, [struct(['int']), 'int', 'int']), call(null, [struct(['float']), 'int', 'int'])] },
    { rule: 'fastcall: callee', text: 'the callee removes the arguments',
      signatures: [call(null, ['int', 'int', 'int', 'double']), call(struct(['int', 'int', 'int']), ['int', 'int', 'int'])] },
  ],
  thiscall: [
    { rule: 'thiscall: this', text: 'the first argument, `this`, is in ecx',
      signatures: [call(null, ['void *', 'int', 'int']), call('int', ['int', 'double']),
        call(null, ['void *', 'int64_t', 'char'])] },
    { rule: 'thiscall: callee', text: 'the callee removes the arguments',
      signatures: [call(null, ['void *', 'int', 'double']), call('double', ['void *', chars(9)])] }],
};

// What no compiler of C can tell: a function of Microsoft's __thiscall is a member function of C++.
const UNKNOWN = { 'x86-win-thiscall': ['x86-win: small records', 'variadic'] };

module.exports = (abi) => {
  const [, family, keyword] = /^(.*)-(\w+)$/.exec(abi);
  return [...ALL, ...FAMILIES[family], ...KEYWORDS[keyword]].filter(({ rule }) => !UNKNOWN[abi]?.includes(rule));
};

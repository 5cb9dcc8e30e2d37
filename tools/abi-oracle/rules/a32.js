// AAPCS32, 2023Q3: 6.5 (rules A to C), 6.4 (results), 7.1 (the variant with VFP registers).
'use strict';

const { array, call, record, scalar, struct, times, union } = require('../choose.js');

const aligned = (type, align) => record('struct', [{ name: 'a', type: scalar(type), align }]);
const chars = (n) => struct([array(scalar('char'), n)]);
const ints = (n) => struct(times(n, 'int'));
const floats = (n) => struct(times(n, 'float'));
const doubles = (n) => struct(times(n, 'double'));

const BASE = [
  { rule: 'A.4', text: 'the address of a result in memory is in r0, before the first argument',
    signatures: [call(ints(2), ['int', 'int']), call(ints(5), ['int', 'int64_t', 'int']), call(chars(5), times(5, 'int')),
      call(struct(['int64_t']), [])] },
  { rule: 'B.2', text: 'an integer smaller than a word takes a word',
    signatures: [call(null, ['bool', 'int8_t', 'uint16_t', 'char']),
      call(null, [...times(4, 'int'), 'char', 'int16_t', 'bool', 'int8_t'])] },
  { rule: 'B.4', text: 'the size of a record is rounded up to a multiple of 4',
    signatures: [call(null, [chars(1), chars(5), 'int']), call(null, [...times(4, 'int'), chars(3), chars(6), 'char'])] },
  { rule: 'B.5', text: 'alignments above 8 count as 8, those below 4 as 4',
    signatures: [call(null, ['int', aligned('int', 16), 'int']), call(null, [...times(5, 'int'), aligned('char', 32), 'int']),
      call(null, ['int', aligned('double', 64)])] },
  { rule: 'C.3', text: 'what is aligned to 8 starts at an even register',
    signatures: [call(null, ['int', 'int64_t', 'int']), call(null, ['int', struct(['int64_t', 'int'])]),
      call(null, ['char', 'uint64_t', 'char']), call(null, ['int', union(['int64_t', 'char']), 'int'])] },
  { rule: 'C.4', text: 'what fits is in consecutive registers',
    signatures: [call(null, times(4, 'int')), call(null, [ints(4)]), call(null, [ints(2), chars(7)]),
      call(null, ['int64_t', 'int64_t']), call(null, ['void *', ints(3), 'int'])] },
  { rule: 'C.5', text: 'what does not is split while nothing is on the stack',
    signatures: [call(null, [ints(5)]), call(null, ['int', 'int', ints(4), 'int']),
      call(null, ['int', 'int', struct(['int64_t', 'int64_t']), 'int']), call(null, ['int', 'int', 'int', chars(9)])] },
  { rule: 'C.6', text: 'after something is on the stack no register is used',
    signatures: [call(null, ['int', 'int', 'int', 'int64_t', 'int']), call(null, [...times(3, 'int'), 'int64_t', ints(2)])] },
  { rule: 'C.7', text: 'on the stack, what is aligned to 8 starts at a multiple of 8',
    signatures: [call(null, [...times(5, 'int'), 'int64_t', 'int', 'int64_t']),
      call(null, [...times(5, 'int'), struct(['char', 'int64_t'])])] },
  { rule: 'C.8', text: 'the rest follows on the stack',
    signatures: [call(null, times(9, 'int')), call(null, [...times(4, 'int'), ints(3), 'char', chars(2)])] },
  { rule: '6.4', text: 'results: up to 4 bytes in r0, 8-byte integers in r0 and r1',
    signatures: [...['bool', 'int8_t', 'uint16_t', 'int', 'long', 'void *', 'int64_t', 'uint64_t'].map((t) => call(t, ['int'])),
      call(chars(1), []), call(chars(3), ['int']), call(struct(['int16_t', 'int16_t']), []),
        call(union(['int', 'char']), ['int'])] },
  { rule: 'empty', text: 'GNU C: an empty record is not passed',
    signatures: [call(null, ['int', struct([]), 'int']), call(struct([]), ['int'])] },
];

const HARD = [
  { rule: '7.1.2.1', text: 'candidates for VFP registers: floats, doubles and homogeneous aggregates of one to four of them',
    signatures: [call(null, ['float', 'double', 'long double']), call(null, [floats(4), doubles(4)]),
      call(null, [struct([array(scalar('double'), 3)]), 'float']), call(null, [union(['float', floats(3)]), 'double']),
      call(null, [floats(5), 'float']), call(null, [doubles(5)]), call(null, [struct(['float', 'double'])]),
        call(null, [struct(['float', 'int']), 'float']), call(null, [struct([floats(2), 'float'])])] },
  { rule: 'C.1.cp', text: 'a candidate takes the lowest registers that are free and neighbours, also between others',
    signatures: [call(null, ['float', 'double', 'float']), call(null, ['float', doubles(2), 'float', 'float']),
      call(null, ['float', 'double', floats(2), 'float']),
      call(null, ['float', 'double', 'float', 'float', 'double', floats(3), 'float']),
      call(null, [floats(3), 'double', 'float', 'double'])] },
  { rule: 'C.2.cp', text: 'the first that does not fit closes them and goes to the stack',
    signatures: [call(null, [...times(7, 'double'), doubles(2), 'double', 'float']),
      call(null, [...times(15, 'float'), 'double', 'float']), call(null, [...times(8, 'double'), 'double', 'float', 'int']),
      call(null, [doubles(4), doubles(3), doubles(2), 'float'])] },
  { rule: '7.1.2.2', text: 'results of that kind are in s0 or d0 and after it',
    signatures: [...['float', 'double', 'long double'].map((t) => call(t, ['int'])), call(floats(1), []), call(floats(4), []),
      call(doubles(4), ['double']), call(union(['float', floats(2)]), []), call(doubles(5), ['double'])] },
  { rule: '7.1 variadic', text: 'functions with `...` use the base standard',
    signatures: [call('double', ['int', 'double', 'int'], 1), call('float', ['float', 'double', 'int'], 1),
      call(null, ['void *', doubles(2), 'double'], 1), call(floats(2), ['double', 'double'], 1)] },
];

const SOFT = [
  { rule: '6.5 floats', text: 'a float travels like a 4-byte integer, a double like an 8-byte one',
    signatures: [call(null, ['float', 'double', 'float']), call(null, ['int', 'float', 'double', 'double']),
      call(null, [floats(4), 'float']), call(null, [doubles(2), doubles(1)])] },
  { rule: '6.4 floats', text: 'results: a float in r0, a double in r0 and r1, homogeneous aggregates as other records',
    signatures: [...['float', 'double', 'long double'].map((t) => call(t, ['double'])), call(floats(1), []),
      call(floats(2), ['int']), call(doubles(1), [])] },
  { rule: '6.5 variadic', text: 'arguments after `...` travel like the others',
    signatures: [call('double', ['int', 'double', 'int'], 1), call(null, ['void *', doubles(2), 'int64_t'], 1)] },
];

module.exports = (abi) => [...BASE, ...(abi === 'a32-hard' ? HARD : SOFT)];

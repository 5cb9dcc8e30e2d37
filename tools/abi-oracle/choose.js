// The signatures of the vectors: chosen to hit each rule of the conventions, then random ones.
'use strict';

const { SCALARS, scalar, array, record, scalars, randomSource, randomRecord } = require('./signature.js');

const struct = (types, packed) => record('struct', types.map(named), packed);
const union = (types) => record('union', types.map(named));
const named = (type, i) => ({ name: 'abcdefghijklmnopq'[i], type: typeof type === 'string' ? scalar(type) : type });
const call = (result, types, fixed) => ({
  result: typeof result === 'string' ? scalar(result) : result,
  params: types.map((type, i) => ({ name: `p${i}`, type: typeof type === 'string' ? scalar(type) : type })),
  fixed,
});
const times = (n, type) => Array(n).fill(type);

function chosen() {
  const list = [];
  const both = (type, ...before) => list.push(call(type, [...before, type, 'int', 'double']));

  for (const type of SCALARS) {
    both(type);
    list.push(call(null, [...times(6, 'int'), ...times(8, 'double'), type, type]));
  }
  // Every pair of classes in one record and in one union: 6 shapes of eightbytes, merging.
  const classes = ['char', 'int16_t', 'int', 'float', 'long', 'double', 'void *', 'long double'];
  for (const a of classes) {
    for (const b of classes) {
      both(struct([a, b]));
      if (a <= b) both(union([a, b]), 'double');
    }
  }
  for (let n = 1; n <= 17; n++) both(struct([array(scalar('char'), n)]));
  for (let n = 1; n <= 9; n++) both(struct([array(scalar('int16_t'), n)]));
  for (let n = 1; n <= 5; n++) both(struct([array(scalar('float'), n)]), 'float');
  for (let n = 1; n <= 3; n++) both(struct([array(scalar('double'), n)]));
  // The last register is free for half of the record only: all of it goes to the stack, later ones use the register.
  for (const free of [0, 1, 2]) {
    list.push(call(null, [...times(6 - free, 'long'), struct(['long', 'long']), 'int', 'int']));
    list.push(call(null, [...times(8 - free, 'double'), struct(['double', 'double']), 'float', 'float']));
    list.push(call(null, [...times(6 - free, 'long'), ...times(8 - free, 'float'), struct(['double', 'long']),
      struct(['float']), struct(['char'])]));
  }
  // Misaligned members; members that packing leaves aligned.
  for (const members of [['char', 'int'], ['int', 'char'], ['char', 'double'], ['double', 'char'], ['float', 'double'],
    ['char', 'char', 'int16_t'], ['int16_t', 'float'], ['long double'], ['char', 'void *'], ['int', 'long', 'int']]) {
    both(struct(members, true));
    both(struct(['char', struct(members, true)]));
  }
  both(struct([struct(['char', 'double'], true), 'char']));
  both(struct([struct(['double'], true), 'float']));
  both(struct(['float', struct(['double'], true)], true));
  // Over-aligned members and records.
  for (const align of [2, 4, 8, 16, 32, 64]) {
    for (const type of ['char', 'double', 'int']) {
      if (align < (type === 'char' ? 1 : type === 'int' ? 4 : 8)) continue;
      const aligned = record('struct', [{ name: 'a', type: scalar(type), align }]);
      both(aligned);
      list.push(call(null, [...times(7, 'long'), aligned, 'char', aligned]));
      both(record('struct', [{ name: 'a', type: scalar('char') }, { name: 'b', type: scalar(type), align }]));
    }
  }
  both(record('struct', [{ name: 'a', type: scalar('char') }, { name: 'b', type: scalar('double'), align: 2 }], true));
  both(record('struct', [{ name: 'a', type: scalar('int') }, { name: 'b', type: scalar('long'), align: 4 }], true));
  // Records that hold nothing.
  const empty = struct([]);
  both(empty);
  list.push(call(null, [empty, 'int', empty, 'double']));
  list.push(call(empty, ['int', ...times(5, 'int'), empty, 'int']));
  both(struct([empty, 'float']));
  both(struct(['int', empty]));
  both(struct([array(empty, 3), 'double']));
  both(union([empty, 'double']));
  // Nesting.
  both(struct([struct(['float', 'float']), struct(['float', 'float'])]));
  both(struct([struct(['char', 'float']), 'double']));
  both(struct([array(struct(['int16_t', 'char']), 2), 'float']));
  both(struct([union(['float', 'int']), union(['float', struct(['float', 'double'])])]));
  both(union([struct(['float', 'float', 'int']), array(scalar('double'), 2)]));
  both(union([array(scalar('char'), 3), scalar('int16_t')]));
  both(union(['long double', array(scalar('char'), 16)]));
  both(union(['long double', array(scalar('double'), 2)]));
  both(union(['long double', struct(['long', 'long'])]));
  both(union([struct(['long double']), empty]));
  // Large and many.
  both(struct([array(scalar('long'), 9)]));
  list.push(call('int', [...times(20, 'int')]), call('double', times(20, 'double')), call('float', times(12, 'float')));
  list.push(call('long', SCALARS), call('void *', [...SCALARS].reverse()));
  list.push(call(struct(['long', 'long', 'long']), times(8, 'long')), call('long double', times(3, 'long double')));
  list.push(call(null, []), call('int', []), call('int', ['int', ...times(3, 'long double'), 'int']));
  // Variadic.
  const arguments_ = ['int', 'double', 'long', 'void *', 'long double', struct(['double', 'double']),
    struct(['long', 'double']), struct(['char']), struct([array(scalar('char'), 24)]), struct(['float', 'float'])];
  for (const type of arguments_) {
    list.push(call('int', ['void *', type], 1), call('int', ['void *', type, type, type, type, 'double'], 1));
    list.push(call('double', ['double', 'int', type], 2), call('void *', [type, type], 1));
  }
  list.push(call('int', ['int', ...times(10, 'double')], 1), call('int', ['float', 'int', ...times(10, 'int')], 1));
  list.push(call('int', ['int', 'float', 'double'], 2), call('int', ['int', 'double'], 2));
  return list;
}

function randomSignature(random) {
  const type = () => (random.chance(45) ? scalar(random.pick(SCALARS)) : randomRecord(random, SCALARS, 6));
  const params = Array.from({ length: random.below(12) }, type);
  return call(random.chance(20) ? null : type(), params);
}

// `count` signatures, each once.
function choose(count, seed) {
  const random = randomSource(seed);
  const list = chosen();
  while (list.length < count) list.push(randomSignature(random));
  return list.filter((s) => s.params.reduce((n, p) => n + scalars(p.type).length, 0) < 200);
}

module.exports = { choose, call, struct, union, times, array, record, scalar };

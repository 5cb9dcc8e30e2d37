'use strict';
// Wrappers of C functions, made from their descriptions (addon/describe.h). A wrapper checks its arguments and reads them
// into locals, which may run user code; writes the frame, during which none can run; enters C once; reads the result.
// Whatever it does not handle goes, arguments untouched, to the reference in C, which alone decides.

const { isProxy } = require('node:util').types;
const vm = require('node:vm');
const codec = require('./codec.js');
const { FRAME, INDEX, LARGEST, MASK, MAX, STATUS, TOP, isArray } = require('./memory.js');

const { Unfit, inParts } = codec;
const { defineProperty, isExtensible } = Object;
const { isView } = ArrayBuffer;
const { apply } = Reflect;
const { parse, stringify } = JSON;

const IN = 1; // rs_direction
const OUT = 2;
const TAKES_TEXT = 1;
const TAKES_BYTES = 2;
const TAKES_FUNCTION = 4;
const LEAST_ROOM = 16; // bytes behind an array's pointer: as encode_pointer.c
const MOST_SHAPES = 1024; // wrappers' factories that are kept
const SHORT = 8; // arguments of functions whose wrappers are short enough for V8 to inline whatever they check
const FAIL = 'break refer;'; // leaves the wrapper's block, behind which the reference is called

function makeCompile(binding, entries, { isExotic, checkWritable, on }) {
  const { asyncCompiled, refer, referShort } = binding;
  const { memory } = entries;
  const state = { left: false }; // no fast calls any more where they must not be re-entered
  const factories = new Map();
  const codecs = new Map();

  /** Objects that a struct may be read from: neither arrays, buffers nor built-in kinds. */
  function isPlain(value) {
    return !isArray(value) && !isView(value) && !isExotic(value);
  }

  /** Arrays as Node-API knows them. */
  function isList(value) {
    return isArray(value) && !isProxy(value);
  }

  /** What went wrong when outputs were stored: the program's own exception, unless the object refuses. */
  function storeError(error, target, names) {
    checkWritable(target, names);
    return error;
  }

  function isRecord(value) {
    return typeof value === 'object' && value !== null && (value.constructor === Object || isPlain(value));
  }

  const common = { ...memory, MAX, state, apply, isArray, isExtensible, isList, isProxy, isRecord, isView, storeError };
  delete common.memory;
  const names = Object.keys(common);
  const values = Object.values(common);

  /** Runs `source` as the body of a function that knows the names above and `more`. */
  function run(source, file, more = {}) {
    const make = vm.compileFunction(source, [...names, ...Object.keys(more)], { filename: file });
    return make(...values, ...Object.values(more));
  }

  /** What is done with values of a type in memory, at an offset that is aligned for it. */
  function codecOf(type) {
    const text = stringify(type);
    let made = codecs.get(text);
    if (made === undefined) {
      if (codecs.size >= MOST_SHAPES) codecs.clear();
      codecs.set(text, (made = makeCodec(type)));
    }
    return made;
  }

  function makeCodec(type) {
    const more = {};
    const place = codec.inMemory('b', (inner) => {
      const name = `codec${Object.keys(more).length}`;
      more[name] = codecOf(inner);
      return name;
    });
    const size = codec.sizeOf(type);
    const { reads, stores } = codec.write(type, 'o', place, 'return false;');
    const clear = codec.hasPadding(type) ? `zero(b, ${size});` : '';
    const members = type.record ? type.record[2].map(([name]) => name) : [];
    const source = `
      'use strict';
      function write(o, b) {
        ${clear}
        ${reads.join('\n')}
        ${stores.join('\n')}
        return true;
      }
      function read(b) { return ${codec.read(type, place)}; }
      function fill(list, n, b) {
        for (let i = 0; i < n; i++) if (!write(list[i], b + i * ${size})) return false;
        return true;
      }
      function drain(list, n, b) { for (let i = 0; i < n; i++) list[i] = read(b + i * ${size}); }
      function list(n, b) {
        const all = [];
        for (let i = 0; i < n; i++) all.push(read(b + i * ${size}));
        return all;
      }
      ${type.record ? `function assign(o, b) { ${codec.assign(type, 'o', place).join('\n')} }` : 'const assign = undefined;'}
      return { size: ${size}, names: ${stringify(members)}, write, read, fill, drain, list, assign };`;
    return run(source, 'ristretto:codec', more);
  }

  /** The codec of a type, undefined when there is none. */
  function tryCodec(type) {
    try {
      return codecOf(type);
    } catch (error) {
      if (error instanceof Unfit) return undefined;
      throw error;
    }
  }

  /** The function of a description; see NB_HOOK_COMPILE. */
  function compile(description, index, name, entry, info) {
    const shape = `${entry} ${description}`;
    let factory = factories.get(shape);
    if (factory === undefined) {
      if (factories.size >= MOST_SHAPES) factories.clear();
      factories.set(shape, (factory = makeFactory(parse(description), entry)));
    }
    if (factory === null) return undefined;
    const wrapper = factory(index);
    if (wrapper.length) defineProperty(wrapper, 'length', { value: 0, configurable: true });
    defineProperty(wrapper, 'name', { value: name, configurable: true });
    wrapper.info = info;
    wrapper.async = function async(...args) {
      return apply(asyncCompiled, this, [index, wrapper, ...args]); // the wrapper keeps what the index stands for alive
    };
    return defineProperty(wrapper, 'on', { value: on, writable: true, configurable: true });
  }

  /** null when there are no wrappers for the shape. */
  function makeFactory(shape, entry) {
    try {
      const more = { refer: shape.arguments.length <= SHORT ? referShort : refer };
      const source = new Wrapper(shape, entry, entries, more, tryCodec).source();
      return run(source, 'ristretto:call', more);
    } catch (error) {
      if (error instanceof Unfit) return null;
      throw error;
    }
  }

  /** The maker of shims for callbacks of a description; see NB_HOOK_SHIM. */
  function shim(description) {
    try {
      return run(shimSource(parse(description)), 'ristretto:callback');
    } catch (error) {
      if (error instanceof Unfit) return undefined;
      throw error;
    }
  }

  return { compile, shim, leaveFast: () => void (state.left = true), tryCodec };
}

/** The source of one shape's factory, collected argument by argument. */
class Wrapper {
  reads = []; // statements that take arguments apart, which may run user code
  checks = []; // conditions of the others
  stores = []; // statements that write the frame, which run none
  after = []; // statements after the call: outputs
  puts = []; // what the entry gets besides the index
  bits = 0; // of the mask, unless a store changes them
  usesArena = false;

  constructor({ wide, result, arguments: args }, entry, entries, more, tryCodec) {
    const isShort = args.length <= SHORT;
    Object.assign(this, { wide, entry, entries, more, tryCodec, count: args.length, isShort });
    args.forEach((argument, i) => this.add(argument, `a${i}`));
    this.takeResult(result);
  }

  source() {
    const { reads, checks, stores, after, puts, wide, bits, result, usesArena, count, isShort } = this;
    // With a default value in front `length` is 0 as that of the reference; see compile() for the others.
    const parameters = Array.from({ length: count }, (_, i) => (isShort && i === 0 ? 'a0 = undefined' : `a${i}`)).join(', ');
    const body = [
      isShort ? '' : 'const doubles = F64;', // less code than a context slot
      usesArena ? `const top = U32[${TOP}];\ntry {` : '',
      ...reads,
      checks.length ? `if (!(${checks.join(' && ')})) ${FAIL}` : '',
      wide ? `let mask = ${bits >>> 0};` : '',
      ...stores,
      wide ? `U32[${MASK}] = mask;` : '',
      result(this.enter(), after),
      usesArena ? `} finally { U32[${TOP}] = top; }` : '',
    ].filter(Boolean);
    if (body.some((line) => line.includes(FAIL))) {
      body.unshift('refer: {');
      body.push('}', isShort || puts.length ? refer(count) : REFER_ALL);
    }
    return `return (index) => function wrapper(${parameters}) {\n${body.join('\n')}\n};`;
  }

  /** The expression that enters C: without values for the entry when all addresses are in the frame already. */
  enter() {
    const { puts, isText } = this;
    if (puts.length === 0 || isText) return this.enterWith(puts);
    return `(${puts.map((put) => `typeof ${put} === 'number'`).join(' && ')} ? ${this.enterWith([])} : ${this.enterWith(puts)})`;
  }

  enterWith(puts) {
    const { entry, entries, more, isText } = this;
    const suffix = isText ? 'Text' : puts.length ? 'With' : '';
    const list = puts.length ? `, ${puts.join(', ')}` : '';
    const use = (name) => {
      more[name] = entries[name];
      return name;
    };
    if (entry === 'plain') return `(U32[${INDEX}] = index, ${use(`plain${suffix}`)}(${puts.join(', ')}))`;
    if (entry === 'raw') return `${use(`raw${suffix}`)}(index${list})`;
    const fast = `${use(`fast${puts.length || ''}`)}(index${list})`;
    return entry === 'pure' ? `(state.left ? ${use(`raw${suffix}`)}(index${list}) : ${fast})` : fast;
  }

  add(argument, value) {
    if (argument[0] === 'address') this.addAddress(argument, value);
    else if (argument[0] === 'parts') this.addParts(argument, value);
    else if (argument[0] === 'copy') this.addCopy(argument, value);
    else this.addScalar(argument, value);
  }

  setBit(bit) {
    if (bit >= 0) this.bits |= 1 << bit;
  }

  addScalar([kind, offset, bit], value) {
    const double = `${this.isShort ? 'F64' : 'doubles'}[${(FRAME + offset) >> 3}]`;
    const isWide = this.wide && bit >= 0;
    const isNumber = `typeof ${value} === 'number'`;

    this.setBit(this.wide ? bit : -1);
    if (kind === 'i64' || kind === 'u64') {
      this.stores.push(
        `if (${isNumber} && ${value} >= -MAX && ${value} <= MAX) ${double} = ${value};`,
        `else if (typeof ${value} === 'bigint') { B64[${(FRAME + offset) >> 3}] = ${value}; mask ^= ${1 << bit}; }`,
        `else ${FAIL}`,
      );
      return;
    }
    // What C converts for a wide slot may be any number below 2 ** 63, for which truncated bits are right.
    const check = isWide && (kind === 'i32' || kind === 'u32') ? `${isNumber} && ${value} < 2 ** 63` : codec.check(kind, value, this.isShort);
    const target =
      kind === 'f64' || isWide ? double : `${kind === 'f32' ? 'F32' : 'I32'}[${(FRAME + offset) >> 2}]`;
    this.checks.push(check);
    this.stores.push(`${target} = ${narrow(kind, value)};`);
  }

  /** A struct in registers or stack words. */
  addParts([, type, parts], value) {
    const { reads, stores } = codec.write(type, value, inParts(parts), FAIL);
    this.reads.push(...reads);
    this.stores.push(...stores);
  }

  /** A struct of which C gets the address of a copy, in memory of the call. */
  addCopy([, type, offset, bit], value) {
    const made = this.tryCodec(type);

    if (!made || made.size > LARGEST) throw new Unfit();
    this.more[`codec_${value}`] = made;
    this.usesArena = true;
    this.setBit(bit);
    this.reads.push(
      `const at_${value} = reserve(${made.size});`,
      `if (at_${value} === 0 || !codec_${value}.write(${value}, at_${value})) ${FAIL}`,
    );
    this.stores.push(`F64[${(FRAME + offset) >> 3}] = base + at_${value};`);
  }

  /**
   * BigInt and null are written here, strings and buffers by the entry, and what an Array or object holds goes to memory of
   * the call.
   */
  addAddress([, offset, bit, takes, type, direction], value) {
    const cell = (FRAME + offset) >> 3;
    const block = type && this.makeBlock(type, direction, value);
    const cases = [
      [`typeof ${value} === 'bigint'`, `B64[${cell}] = ${value};`],
      [`${value} === null`, `F64[${cell}] = 0;`],
    ];

    if (takes & TAKES_TEXT) cases.unshift([`typeof ${value} === 'string'`, `put_${value} = ${value};`]);
    if (takes & TAKES_FUNCTION) cases.unshift([`typeof ${value} === 'function'`, `put_${value} = ${value};`]);
    if (block) cases.push([`at_${value} !== 0`, `{ F64[${cell}] = base + at_${value}; mask |= ${1 << bit}; }`]);
    if (takes & TAKES_BYTES) cases.push([`isView(${value})`, `put_${value} = ${value};`]);
    if (block) {
      this.reads.push(...block.reads);
      this.after.push(...block.after);
    }
    if (takes) {
      this.puts.push(`put_${value}`);
      this.stores.push(`let put_${value} = 0;`);
    }
    this.stores.push(...cases.map(([condition, store]) => `if (${condition}) ${store} else`), FAIL);
  }

  /** Arrays of scalars and structs, and a struct: `at_` is where they are written, 0 for all else. */
  makeBlock(type, direction, value) {
    const made = this.tryCodec(type);
    const isRecord = Boolean(type.record);

    if (!made || (isRecord && direction & OUT && codec.holdsPointers(type))) return undefined;
    const { size } = made;
    const name = `codec_${value}`;
    const list = `if (isArray(${value})) {
      n_${value} = ${value}.length;
      if (!(n_${value} >>> 0 === n_${value} && n_${value} <= ${Math.floor(LARGEST / size)})) ${FAIL}
      at_${value} = n_${value} * ${size} < ${LEAST_ROOM} ? reserveZeroed(${LEAST_ROOM}) : reserve(n_${value} * ${size});
      ${fillList(name, size, direction, value)}
    }`;
    const single = `else if (isRecord(${value})) {
      at_${value} = reserve(${size});
      ${fillRecord(name, size, direction, value)}
    }`;
    this.more[name] = made;
    this.usesArena = true;
    return {
      reads: [
        `let at_${value} = 0, n_${value} = -1;`,
        `if (typeof ${value} === 'object' && ${value} !== null && !isView(${value})) {`,
        `if (isProxy(${value})) ${FAIL}`, // its traps may refuse, or be gone
        list,
        isRecord ? single : '',
        '}',
      ],
      after: direction & OUT ? [drain(name, value, isRecord)] : [],
    };
  }

  takeResult(result) {
    const [kind, offset] = result;
    const address = FRAME + offset;

    this.isText = kind === 'text';
    switch (kind) {
      case 'void':
        this.result = (enter, after) => this.join(`${enter};`, after, 'return;');
        return;
      case 'text':
        this.result = (enter, after) => this.join(`const r = ${enter};`, after, 'return r;');
        return;
      case 'parts':
        this.result = this.resultOf(codec.read(result[1], inParts(result[2])));
        return;
      case 'memory':
        this.takeMemory(result);
        return;
      default:
        this.result = this.resultOf(takeResult(kind, address, FRAME + result[2]));
    }
  }

  /** A struct that C writes to memory of the call. */
  takeMemory([, type, offset, bit]) {
    const size = codec.sizeOf(type);
    const made = this.tryCodec(type);

    if (!made || size > LARGEST) throw new Unfit();
    this.more.codec_r = made;
    this.usesArena = true;
    this.setBit(bit);
    this.reads.push(`const at_r = reserve(${size});`, `if (at_r === 0) ${FAIL}`);
    this.stores.push(`F64[${(FRAME + offset) >> 3}] = base + at_r;`);
    this.result = this.resultOf('codec_r.read(at_r)');
  }

  resultOf(expression) {
    return (enter, after) =>
      after.length || this.puts.length
        ? this.join(`${enter};`, [`const r = ${expression};`, ...after], 'return r;')
        : `${enter};\nreturn ${expression};`;
  }

  join(enter, after, end) {
    const check = this.puts.length ? `if (U32[${STATUS}] !== 0) { U32[${STATUS}] = 0; ${FAIL} }` : '';
    return [enter, check, ...after, end].filter(Boolean).join('\n');
  }
}

/**
 * The statement that calls the reference. A function in which `arguments` is named pays for an object per call until V8
 * optimizes it, several times what all else in it costs; so wrappers are not strict code, whose `wrapper.arguments` makes
 * that object later. That takes microseconds, and only arguments that may be missing need it: more than there are
 * parameters are ignored. Many numbers, which seldom get here, leave it at that: V8 inlines up to 460 bytes of its code.
 */
const REFER_ALL = 'return refer(index, ...wrapper.arguments);';

function refer(count) {
  const values = Array.from({ length: count }, (_, i) => `a${i}`);
  return `if (${values.at(-1)} === undefined) ${REFER_ALL}\nreturn refer(index, ${values.join(', ')});`;
}

/** The source of the factory of shims: they read arguments from the frame and write the result to it. */
function shimSource({ result, arguments: args }) {
  const values = args.map(([kind, ...where]) => (kind === 'parts' ? codec.read(where[0], inParts(where[1])) : takeScalar(kind, FRAME + where[0])));
  const call = `user(${values.join(', ')})`;
  if (result[0] === 'void') return `'use strict';\nreturn (user) => () => { ${call}; };`;
  const place = inParts(result[0] === 'parts' ? result[2] : [[0, result[1], 8]]);
  const type = result[0] === 'parts' ? result[1] : result[0];
  const fail = `{ U32[${STATUS}] = 1; return r; }`;
  const { reads, stores } = codec.write(type, 'r', place, fail);
  if (['bool', 'i8', 'u8', 'i16', 'u16'].includes(type)) stores[0] = `I32[${place.at(0, 2)}] = ${narrow(type, 'r')};`; // extended
  return `'use strict';\nreturn (user) => () => { const r = ${call};\n${[...reads, ...stores].join('\n')}\n};`;
}

/** Text: the integer that the low 32 bits of a slot hold. */
function narrow(kind, value) {
  switch (kind) {
    case 'bool':
      return `${value} ? 1 : 0`;
    case 'i8':
      return `(${value} << 24) >> 24`;
    case 'u8':
      return `${value} & 255`;
    case 'i16':
      return `(${value} << 16) >> 16`;
    case 'u16':
      return `${value} & 65535`;
    default:
      return value;
  }
}

/** Text: a scalar in the slot at `address`; small integers come with whatever above. */
function takeScalar(kind, address) {
  const low = `I32[${address >> 2}]`;
  switch (kind) {
    case 'i8':
    case 'i16':
    case 'u8':
    case 'u16':
      return narrow(kind, low);
    case 'bool':
      return `(${low} & 255) !== 0`;
    default:
      return codec.read(kind, inParts([[0, address - FRAME, 8]]));
  }
}

/** Text: the same for a result, which is there as a double too if it is a large integer. */
function takeResult(kind, address, number) {
  const double = `F64[${number >> 3}]`;
  if (kind === 'i64') return `${double} < MAX && ${double} > -MAX ? ${double} : takeI64(${address >> 2})`;
  if (kind === 'u64') return `${double} < MAX && ${double} >= 0 ? ${double} : takeU64(${address >> 2})`;
  return takeScalar(kind, address);
}

function fillList(name, size, direction, value) {
  const lines = [`if (at_${value} === 0) ${FAIL}`];
  if (direction & OUT) lines.push(`if (!isExtensible(${value})) ${FAIL}`);
  if (direction & IN) lines.push(`if (!${name}.fill(${value}, n_${value}, at_${value})) ${FAIL}`);
  else lines.push(`if (n_${value} === 1 && typeof ${value}[0] === 'string') ${FAIL}`, `zero(at_${value}, n_${value} * ${size});`);
  return lines.join('\n');
}

function fillRecord(name, size, direction, value) {
  const lines = [`if (at_${value} === 0) ${FAIL}`];
  if (direction & OUT) lines.push(`if (!isExtensible(${value})) ${FAIL}`);
  const write = `if (!${name}.write(${value}, at_${value})) ${FAIL}`;
  // The reference looks for properties that cannot be assigned before a getter may throw.
  if (direction & IN) lines.push(direction & OUT ? `try { ${write} } catch { ${FAIL} }` : write);
  else lines.push(`zero(at_${value}, ${size});`);
  return lines.join('\n');
}

/** Outputs: elements of an Array, members of a struct. */
function drain(name, value, isRecord) {
  const list = `if (n_${value} >= 0) ${name}.drain(${value}, n_${value}, at_${value});`;
  const record = isRecord ? `else if (at_${value} !== 0) ${name}.assign(${value}, at_${value});` : '';
  const names = isRecord ? `n_${value} >= 0 ? undefined : ${name}.names` : 'undefined';
  return `try { ${list} ${record} } catch (error) { throw storeError(error, ${value}, ${names}); }`;
}

module.exports = { makeCompile };

'use strict';

// The same calls as users of ffi-rs, bun:ffi and Deno's FFI write them: by name of the workload, a function of (api, lib)
// per kind of peer that gives what is timed (see index.js), or the reason why the peer has no such thing. `lib` declares
// one function: lib(name, result, ...parameters).

const STRUCTS = 'has no structs by value';
const DECODE = 'decodes no structs';
const ASYNC = 'has no such asynchronous calls';
const BUILT_IN = 'is built in';
const DECLARE = 'declares the functions of a library at once';
const THREAD = 'runs callbacks from other threads without their result';

/** C text of a string: what these two ask of their users. */
const cText = (text) => Buffer.from(`${text}\0`);

/** A callback that is made for each call, and one that is made once. */
function transient(repeat, make, release) {
  return (f, value, times) => {
    const callback = make(f);
    try {
      return repeat(callback, value, times);
    } finally {
      release(callback);
    }
  };
}

const bun = {
  'empty': (api, lib) => Object.assign(lib('bench_nop', 'void'), { count: lib('bench_nop_count', 'u32') }),
  'two-ints': (api, lib) => lib('bench_two_ints', 'int', 'int', 'int'),
  'two-doubles': (api, lib) => lib('bench_two_doubles', 'double', 'double', 'double'),
  'two-int64': (api, lib) => lib('bench_two_int64', 'i64_fast', 'i64', 'i64'),
  'mixed-8': (api, lib) => lib('bench_mixed8', 'double', ...mixed('int', 'double', 8)),
  'mixed-20': (api, lib) => lib('bench_mixed20', 'double', ...mixed('int', 'double', 20)),
  'short-string-in': bunText,
  'long-string-in': bunText,
  'string-out'(api, lib) {
    const f = lib('bench_text_out', 'cstring', 'int');
    return (index) => f(index).toString();
  },
  'buffer-in': (api, lib) => lib('bench_bytes', 'int', 'ptr', 'int'),
  'pointer-in'(api, lib) {
    const f = lib('bench_is_odd', 'bool', 'ptr');
    return (address) => f(Number(address)); // its pointers are Numbers
  },
  'struct-value': STRUCTS,
  'struct-inout': STRUCTS,
  'decode-struct': DECODE,
  'decode-structs': DECODE,
  'ints-in'(api, lib) {
    const f = lib('bench_sum', 'int', 'ptr', 'int');
    return (list) => f(Int32Array.from(list), list.length);
  },
  'int-out'(api, lib) {
    const f = lib('bench_out', 'int', 'int', 'ptr');
    return (key) => {
      const value = new Int32Array(1);
      if (f(key, value) !== 0) throw new Error('bench_out() failed');
      return value[0];
    };
  },
  'declare': DECLARE,
  'require': BUILT_IN,
  'callback-transient'({ JSCallback }, lib) {
    const repeat = lib('bench_repeat', 'int', 'callback', 'int', 'int');
    return transient(repeat, (f) => new JSCallback(f, { args: ['int'], returns: 'int' }), (callback) => callback.close());
  },
  'callback-registered'({ JSCallback }, lib) {
    const repeat = lib('bench_repeat', 'int', 'callback', 'int', 'int');
    return (f) => {
      const callback = new JSCallback(f, { args: ['int'], returns: 'int' });
      return (value, times) => repeat(callback, value, times);
    };
  },
  'sort'({ JSCallback, read }, lib) {
    const f = lib('bench_sort', 'void', 'ptr', 'int', 'callback');
    const compare = new JSCallback((a, b) => read.i32(a, 0) - read.i32(b, 0), { args: ['ptr', 'ptr'], returns: 'int' });
    return (values) => f(values, values.length, compare);
  },
  'callback-thread': THREAD,
  'async-throughput': ASYNC,
  'async-latency': ASYNC,
  'file-delay': ASYNC,
};

function bunText(api, lib) {
  const f = lib('bench_text_in', 'int', 'ptr');
  return (text) => f(cText(text));
}

const deno = {
  'empty': (api, lib) => Object.assign(lib('bench_nop', 'void'), { count: lib('bench_nop_count', 'u32') }),
  'two-ints': (api, lib) => lib('bench_two_ints', 'i32', 'i32', 'i32'),
  'two-doubles': (api, lib) => lib('bench_two_doubles', 'f64', 'f64', 'f64'),
  'two-int64'(api, lib) {
    const f = lib('bench_two_int64', 'i64', 'i64', 'i64');
    return (a, b) => Number(f(BigInt(a), BigInt(b)));
  },
  'mixed-8': (api, lib) => lib('bench_mixed8', 'f64', ...mixed('i32', 'f64', 8)),
  'mixed-20': (api, lib) => lib('bench_mixed20', 'f64', ...mixed('i32', 'f64', 20)),
  'short-string-in': denoText,
  'long-string-in': denoText,
  'string-out'({ UnsafePointerView }, lib) {
    const f = lib('bench_text_out', 'pointer', 'i32');
    return (index) => UnsafePointerView.getCString(f(index));
  },
  'buffer-in': (api, lib) => lib('bench_bytes', 'i32', 'buffer', 'i32'),
  'pointer-in'({ UnsafePointer }, lib) {
    const f = lib('bench_is_odd', 'bool', 'pointer');
    return (address) => f(UnsafePointer.create(address)); // its pointers are objects
  },
  'struct-value'(api, lib) {
    const pair = { struct: ['f64', 'f64'] };
    const f = lib('bench_pair_turn', pair, pair);
    return ({ x, y }) => {
      const bytes = f(new Uint8Array(new Float64Array([x, y]).buffer)); // its structs are bytes
      const values = new Float64Array(bytes.buffer, bytes.byteOffset, 2);
      return { x: values[0], y: values[1] };
    };
  },
  'struct-inout': STRUCTS,
  'decode-struct': DECODE,
  'decode-structs': DECODE,
  'ints-in'(api, lib) {
    const f = lib('bench_sum', 'i32', 'buffer', 'i32');
    return (list) => f(Int32Array.from(list), list.length);
  },
  'int-out'(api, lib) {
    const f = lib('bench_out', 'i32', 'i32', 'buffer');
    return (key) => {
      const value = new Int32Array(1);
      if (f(key, value) !== 0) throw new Error('bench_out() failed');
      return value[0];
    };
  },
  'declare': DECLARE,
  'require': BUILT_IN,
  'callback-transient'({ UnsafeCallback }, lib) {
    const repeat = lib('bench_repeat', 'i32', 'function', 'i32', 'i32');
    const call = (callback, value, times) => repeat(callback.pointer, value, times);
    return transient(call, (f) => new UnsafeCallback({ parameters: ['i32'], result: 'i32' }, f), (callback) => callback.close());
  },
  'callback-registered'({ UnsafeCallback }, lib) {
    const repeat = lib('bench_repeat', 'i32', 'function', 'i32', 'i32');
    return (f) => {
      const callback = new UnsafeCallback({ parameters: ['i32'], result: 'i32' }, f);
      return (value, times) => repeat(callback.pointer, value, times);
    };
  },
  'sort'({ UnsafeCallback, UnsafePointerView }, lib) {
    const f = lib('bench_sort', 'void', 'buffer', 'i32', 'function');
    const int = (pointer) => new UnsafePointerView(pointer).getInt32();
    const compare = new UnsafeCallback({ parameters: ['pointer', 'pointer'], result: 'i32' }, (a, b) => int(a) - int(b));
    return (values) => f(values, values.length, compare.pointer);
  },
  'callback-thread': THREAD,
  'async-throughput': ASYNC,
  'async-latency': ASYNC,
  'file-delay': ASYNC,
};

function denoText(api, lib) {
  const f = lib('bench_text_in', 'i32', 'buffer');
  return (text) => f(cText(text));
}

const NO_CALLBACKS = 'keeps a callback for one call of its own, on its event loop';

const rs = {
  'empty': ({ DataType }, lib) => Object.assign(lib('bench_nop', DataType.Void), { count: lib('bench_nop_count', DataType.I32) }),
  'two-ints': ({ DataType: { I32 } }, lib) => lib('bench_two_ints', I32, I32, I32),
  'two-doubles': ({ DataType: { Double } }, lib) => lib('bench_two_doubles', Double, Double, Double),
  'two-int64': ({ DataType: { I64 } }, lib) => lib('bench_two_int64', I64, I64, I64),
  'mixed-8': ({ DataType: { I32, Double } }, lib) => lib('bench_mixed8', Double, ...mixed(I32, Double, 8)),
  'mixed-20': ({ DataType: { I32, Double } }, lib) => lib('bench_mixed20', Double, ...mixed(I32, Double, 20)),
  'short-string-in': ({ DataType: { I32, String } }, lib) => lib('bench_text_in', I32, String),
  'long-string-in': ({ DataType: { I32, String } }, lib) => lib('bench_text_in', I32, String),
  'string-out': ({ DataType: { I32, String } }, lib) => lib('bench_text_out', String, I32),
  'buffer-in': ({ DataType: { I32, U8Array } }, lib) => {
    const f = lib('bench_bytes', I32, U8Array, I32);
    return (bytes, n) => f(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), n); // it takes Buffers alone
  },
  'pointer-in': 'has pointers of its own kind alone',
  'struct-value': STRUCTS,
  'struct-inout': STRUCTS,
  'decode-struct': DECODE,
  'decode-structs': DECODE,
  'ints-in': ({ DataType: { I32, I32Array } }, lib) => {
    const f = lib('bench_sum', I32, I32Array, I32);
    return (list) => f(list, list.length);
  },
  'int-out': 'has no out-parameters',
  'declare': DECLARE,
  'require': 'opens its library by itself',
  'callback-transient': NO_CALLBACKS,
  'callback-registered': NO_CALLBACKS,
  'sort': NO_CALLBACKS,
  'callback-thread': NO_CALLBACKS,
  'async-throughput': ASYNC,
  'async-latency': ASYNC,
  'file-delay': ASYNC,
};

/** `count` types, two in turn. */
function mixed(first, second, count) {
  return Array.from({ length: count }, (_, i) => (i % 2 ? second : first));
}

/** The members of a workload for these peers. */
function others(name) {
  return name in bun ? { rs: rs[name], bun: bun[name], deno: deno[name] } : {};
}

module.exports = { others };

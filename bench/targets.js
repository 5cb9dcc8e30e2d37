'use strict';

// What the times of ristretto are to be, as multiples of koffi's: on Node 26, and on Node 20 to 24.

const TARGETS = {
  'empty': [0.25, 0.55],
  'two-ints': [0.16, 0.3],
  'two-doubles': [0.2, 0.27],
  'pointer-in': [0.2, 0.35],
  'mixed-8': [0.1, 0.13],
  'mixed-20': [0.1, 0.13],
  'two-int64': [0.2, 0.3],
  'short-string-in': [0.4, 0.6],
  'long-string-in': [0.85, 0.9],
  'string-out': [0.65, 0.7],
  'buffer-in': [0.25, 0.5],
  'struct-value': [0.09, 0.09],
  'struct-inout': [0.12, 0.12],
  'decode-struct': [0.12, 0.12],
  'decode-structs': [0.12, 0.12],
  'ints-in': [0.25, 0.3],
  'int-out': [0.25, 0.3],
  'callback-transient': [0.45, 0.45],
  'callback-registered': [0.45, 0.45],
  'sort': [0.45, 0.45],
  'declare': [1, 1],
  'require': [0.4, 0.4],
  'first-1': [1, 1],
  'first-100': [1, 1],
  'first-10000': [1, 1],
};

/** The target of a workload on a major version of Node; undefined when it has none. */
function targetOf(workload, major) {
  return TARGETS[workload]?.[Number(major) >= 26 ? 0 : 1];
}

module.exports = { targetOf };

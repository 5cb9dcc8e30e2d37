'use strict';
// For a debugger: C (qsort) calls JavaScript, which calls C (labs). See docs/debugging.md.
const { load, decode } = require('..');

const c = load(null);
const labs = c.func('long labs(long n)');
const qsort = c.func('void qsort(_Inout_ int *numbers, size_t count, size_t size, int (*compare)(const int *a, const int *b))');

const numbers = Int32Array.of(-3, 1, -2);
qsort(numbers, numbers.length, 4, (a, b) => labs(decode.int(a)) - labs(decode.int(b)));
console.log(numbers);

'use strict';
// For hardened.test.js, without V8's compiler: has the kernel refuse executable memory, then makes callbacks until no more
// can be made, calls them all, and prints what it saw.
const { load, call, decode, pointer, proto, register, struct, unregister, os } = require('../..');

// What a filter for system calls may look at is numbers of this CPU: [mprotect, mmap]; both have the protection third.
const CALLS = { x64: [10, 9], arm64: [226, 222], riscv64: [226, 222], loong64: [226, 222], ia32: [125, 192], arm: [125, 192] };
const PR_SET_SECCOMP = 22;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2;
const READ_WRITE_EXECUTE = 7;
const MAP_PRIVATE_ANONYMOUS = 0x22;

const c = load(null);
struct('sock_fprog', { len: 'unsigned short', filter: 'const void *' });
const prctl = c.func('int prctl(int option, unsigned long a, const void *b, unsigned long c, unsigned long d)');
const mmap = c.func('intptr_t mmap(void *at, size_t size, int protection, int flags, int file, intptr_t offset)');
const qsort = c.func('void qsort(_Inout_ int *numbers, size_t count, size_t size, int (*compare)(const int *a, const int *b))');
const Add = proto('int Add(int a, int b)');

/** The system calls' number; PROT_EXEC in their third argument: EPERM. */
function makeFilter([mprotect, mmap]) {
  const LOAD = 0x20;
  const IS = 0x15;
  const HAS = 0x45;
  const RETURN = 0x06;
  const program = [
    [LOAD, 0, 0, 0],
    [IS, 1, 0, mprotect],
    [IS, 0, 3, mmap],
    [LOAD, 0, 0, 16 + 2 * 8],
    [HAS, 0, 1, 4],
    [RETURN, 0, 0, 0x00050000 | os.errno.EPERM],
    [RETURN, 0, 0, 0x7fff0000],
  ];
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, yes, no, value], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(yes, 8 * i + 2);
    bytes.writeUInt8(no, 8 * i + 3);
    bytes.writeUInt32LE(value, 8 * i + 4);
  });
  return { len: program.length, filter: bytes };
}

function refuse() {
  const filter = c.func('int prctl(int option, unsigned long a, const sock_fprog *b, unsigned long c, unsigned long d)');
  return CALLS[process.arch] && prctl(PR_SET_NO_NEW_PRIVS, 1, null, 0, 0) === 0
    && filter(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, makeFilter(CALLS[process.arch]), 0, 0) === 0;
}

function sort(numbers) {
  qsort(numbers, numbers.length, 4, (a, b) => decode.int(a) - decode.int(b));
  return numbers;
}

function makeAll() {
  const made = [];
  try {
    for (;;) {
      const n = made.length;
      made.push(register((a, b) => a + b + n, pointer(Add)));
    }
  } catch ({ code, message }) {
    return { made, code, message };
  }
}

if (refuse()) {
  const mapped = Number(mmap(null, 4096, READ_WRITE_EXECUTE, MAP_PRIVATE_ANONYMOUS, -1, 0));
  const sorted = sort(Int32Array.of(3, 1, 2));
  const { made, code, message } = makeAll();
  const right = made.filter((pointer, n) => call(pointer, Add, 20, 22) === 42 + n).length;
  made.forEach((pointer) => unregister(pointer));
  const again = sort(Int32Array.of(6, 4, 5));
  console.log(JSON.stringify({ mapped, sorted: [...sorted], made: made.length, code, message, right, again: [...again] }));
} else {
  console.log(JSON.stringify({ skipped: `no filter for system calls on ${process.platform} ${process.arch}` }));
}

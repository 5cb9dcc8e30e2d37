'use strict';
// Every deliberate difference from koffi 3.3.4. A probe of pages/ that carries one of these keys states what
// ristretto gives; koffi must give something else. docs/differences.md is made from this list.
// key: [title, what koffi does, what ristretto does and why]

const DIFFERENCES = {
  // -- no crash ----------------------------------------------------------------------------------------------
  'Q-01': [
    'Errors inside a struct',
    'The process ends when a member that is not the last one has a wrong kind, or when a getter or Proxy throws.',
    'The exception is thrown and C is not called. Bad input never ends the process.',
  ],
  'Q-02': [
    'Declarations that end the process',
    'A lone or trailing `const`, a misplaced direction and `int!` in prototypes abort; arrays of `void` or of opaque types divide by zero.',
    '`T *const` is accepted, as in C; the others throw.',
  ],
  'Q-03': [
    'Many variadic arguments',
    'Only 64 JavaScript arguments are read: with more, values are wrong or the process ends.',
    'Every argument is read.',
  ],
  'Q-04': [
    'Packed structs by value',
    'Structs with misaligned members travel in registers and crash.',
    'They travel in memory, as the ABI says.',
  ],
  'Q-05': ['Huge by-value arguments', 'The process ends when an argument is larger than the native stack area.', 'Throws.'],
  'Q-06': [
    'Use after `unload()`',
    'Calling a function of the library ends the process, as does a call that is still running; `func` and `symbol` search the whole program instead.',
    'Throws: whatever was found would not belong to the library that was asked for. Running calls keep it loaded.',
  ],
  'Q-07': [
    'Cyclic objects and wild counts',
    'A cyclic object graph overflows the native stack; counted pointers that are NULL or have a negative count are followed.',
    'The cycle throws, NULL is `null`, and an invalid count is never followed.',
  ],
  'Q-19': [
    'Transient callbacks when every slot is taken',
    'The process ends when 8192 callbacks are registered and a function is passed.',
    'Works, or throws when memory is short.',
  ],
  'Q-21': [
    'NULL and buffers that are too small',
    'Fast decoders, `view` and `call` follow NULL; fast decoders read beyond small buffers.',
    'Throws; a length of `undefined` counts as absent, as in `decode`.',
  ],
  'Q-27': [
    'Buffers for `free`, `call` and decoded functions',
    '`free(buffer)` hands memory of JavaScript to C; `call(buffer, ...)` and functions decoded from a buffer jump into it.',
    'TypeError: neither can be meant.',
  ],
  'Q-68': [
    'Calls inside getters',
    'A call made while arguments are read overwrites temporaries of the outer call.',
    'Calls nest: each keeps its own temporaries.',
  ],
  'Q-29': [
    'Functions returned by callbacks',
    'C calls another function, which may recurse without end.',
    'The returned function is callable until the outermost call ends.',
  ],
  'Q-30': [
    'Callbacks from other threads when the program ends',
    'The process ends in spite of a waiting call, crashes, or hangs in `process.exit()`.',
    'A waiting call keeps the process alive; calls that are still waiting at exit get 0.',
  ],
  'Q-32': [
    'Symbols of collected libraries',
    'An address does not keep its library loaded: it dangles once the handle has been collected.',
    'A library that gave a symbol stays loaded until `unload()`.',
  ],
  'Q-33': [
    'Callbacks and calls that live on after `reset()`',
    'Calling a registered callback crashes or gives garbage; the completion of a call that is still running crashes.',
    'Both work: only names are forgotten.',
  ],
  'Q-62': [
    'Callbacks called too late',
    'C may run an unrelated, newer callback that took the place of the old one, or crash.',
    'Error, always.',
  ],
  'Q-66': [
    'Callbacks of a worker that has ended',
    'Calling one ends the process.',
    'C receives 0 and the call throws.',
  ],
  'Q-67': [
    'Buffers detached while arguments are read',
    'C receives the former address.',
    'The buffer is looked at again after user code has run: C receives NULL, or the call throws.',
  ],

  // -- no silent wrong result --------------------------------------------------------------------------------
  'Q-09': ['`float` in variadic calls', 'Passed as four bytes: C reads garbage.', 'Promoted to `double`, as C does.'],
  'Q-08': ['Misuse of `node.poll`', 'Ends the process.', 'Throws an Error.'],
  'Q-10': ['`uint64_t` callback arguments from 2^63', 'Negative.', 'Positive.'],
  'Q-11': [
    'Arrays of numbers for strings',
    'Every element is written to the first place; an empty array gives uninitialised bytes; unsuitable elements are let through in outputs.',
    'An array of numbers is an array of code units in both directions, an empty one an empty string; anything else throws.',
  ],
  'Q-12': [
    'Large integers',
    'Numbers from 2^63 to 2^64 saturate in unsigned types; BigInts outside int64 become negative or zero in `float` and `double`.',
    'Representable values are exact; others are rounded to the nearest `double`.',
  ],
  'Q-13': [
    'Lone surrogates in UTF-32',
    'A lone high surrogate swallows the character after it.',
    'Only the surrogate is replaced by U+FFFD.',
  ],
  'Q-14': [
    'Arrays of arrays and of number pointers',
    'Read as one flat typed array of the first dimension, pointers as truncated numbers.',
    'Nested arrays; pointers are BigInt or `null`, like everywhere else. The only hint of such arrays is `Array`.',
  ],
  'Q-15': [
    'Byte buffers for byte-ordered integers',
    'Bytes of `Buffer`, `Uint8Array`, `DataView` and `ArrayBuffer` are swapped.',
    'Bytes are bytes; only typed arrays of the same element size are numbers.',
  ],
  'Q-16': [
    'Text in 16 and 32-bit character arrays',
    '32-bit arrays refuse strings; cutting a 16-bit text may split a surrogate pair.',
    'Every character array takes a string; a character is never split.',
  ],
  'Q-17': ['Empty UTF-32 strings', 'Decoded as `null`.', "Decoded as `''`; only NULL is `null`."],
  'Q-18': [
    'What C receives when a callback fails',
    'Whatever the registers or the stack held, even as a pointer.',
    '0, NULL or an all-zero struct.',
  ],
  'Q-20': [
    '`decode` of a string type with a length',
    'Gives an array of strings.',
    'Gives a text of exactly that many units, as the documentation says. `array(type, n)` gives the strings.',
  ],
  'Q-22': [
    'Any object as a struct',
    'Buffers, Maps, Dates, functions, handles and the like become all-zero structs, or receive the members of an output.',
    'A buffer of the struct\'s size is copied; built-in objects that hold no members throw.',
  ],
  'Q-39': ['`bool` results', 'Only the lowest bit counts: 2 is `false`.', 'Any value but 0 is `true`, as in memory.'],
  'Q-44': [
    'Counted arrays and pointers',
    'A count beyond the maximum is passed on; strings and addresses are refused; a missing count is an error; negative counts give every element; texts ignore their count.',
    'The count is derived when it is missing, checked when it is given, and always honoured.',
  ],
  'Q-54': ['Impossible lengths, offsets and codes', 'Cut to 32 bits; NaN is 0.', 'NaN is a TypeError; a length that cannot be is an Error.'],
  'Q-55': ['Lengths of a wrong kind', 'Ignored by `decode`.', 'TypeError.'],
  'Q-56': ['`encode` of `void` or a prototype', 'Does nothing.', 'TypeError.'],
  'Q-61': [
    'Pointer members of in-out structs',
    'An array given for a pointer member is replaced by the address of a temporary that is gone.',
    'The member stays as it was when C left the pointer unchanged.',
  ],
  'Q-65': ['Zero-terminated `decode` without terminator', 'Fails with an impossible size.', 'Stops at the end of the buffer.'],

  // -- less dangerous ----------------------------------------------------------------------------------------
  'Q-23': ['Odd Numbers as addresses', 'NaN and infinities are NULL, fractions are cut.', 'TypeError: no address is meant.'],
  'Q-24': ['Small buffers for structs', 'C reads or writes beyond the end.', 'Throws when the buffer is smaller than one struct, union or array.'],
  'Q-26': ['Outputs into frozen objects', 'Dropped silently.', 'TypeError.'],

  'Q-36': [
    'Depth of nested callbacks',
    'About 200.',
    'About 430 on Node.js 18 and 20, over 500 on later versions; then RangeError.',
  ],

  // -- API ---------------------------------------------------------------------------------------------------
  'Q-40': [
    'Enumerations',
    '`values` is empty when a storage type is given, and mutable; `null` names are refused; fractions and values outside the storage are accepted.',
    '`values` is always filled and frozen; `null` makes an anonymous type; only integers that fit are accepted.',
  ],
  'Q-41': [
    'Completing an opaque type',
    'Makes a second object; the first and pointers to it stay incomplete.',
    'Completes the very object.',
  ],
  'Q-42': ['`Union`', '`instanceof Union` is false; a union of another type is accepted as an output.', '`instanceof` works; another type throws.'],
  'Q-43': ['Counted types outside a struct', 'Silently ordinary arrays and pointers.', 'TypeError: there is no counter.'],
  'Q-47': ['Empty and NUL-cut paths', "`load('')` is the program itself; a path is cut at a NUL.", 'Both throw.'],
  'Q-48': ['`lib.cdecl(prototype)` and its siblings', 'Declared for TypeScript, but always throw.', 'Work.'],
  'Q-49': [
    'C spellings',
    '`signed int`, `long int`, `int const`, `struct S`, `volatile`, `restrict`, array and function pointer parameters and comments are errors.',
    'Accepted with their C meaning; programs that work with koffi cannot notice.',
  ],
  'Q-50': ['Arrays of length 0', '`T[0]` means `T *`.', 'TypeError.'],
  'Q-51': ['Names of prototypes and disposable types', 'Not checked.', 'Checked like every other type name.'],
  'Q-52': ['Alignment overrides', '1, 2, 4 and 8.', 'Also 16, 32 and 64.'],
  'Q-59': ['Warning of `register` with a receiver', 'On every call.', 'Once.'],
  'Q-60': ['`decode.int8le` and siblings', 'Declared for TypeScript, but missing.', 'Present.'],

  // -- between koffi 2 and 3 -----------------------------------------------------------------------------------
  'C-14': ['Arrays for structs and unions by value', 'Zeros, or an Error.', 'TypeError, as in koffi 2.'],
  'C-23': ['`decode` of a prototype with a length', 'An array of holes.', 'TypeError.'],
  'C-24': ['`decode(ref, string type, -1)`', 'TypeError.', 'The NUL-terminated text, as in koffi 2.'],
  'C-29': ['`encode` of a negative length after an offset', 'The offset is forgotten: Error.', 'As many elements as fit after the offset.'],
  'C-37': [
    'Identifiers',
    'ASCII only; C keywords are accepted as type names.',
    'Unicode identifiers and `$`, as koffi 2 had them; words of the grammar are refused as type names.',
  ],
  'C-41': ['Ranges of settings', 'Stacks have at least 64 KiB; `async_heap_size: 0` ends the process at the first call.', 'Also the smaller sizes of koffi 2; they are reported as given.'],
  'C-44': ['`__fastcall` and `__thiscall` prototypes', 'Refused.', 'Accepted, for forward calls, as in koffi 2.'],
  'C-47': ['`handle` and `callback`', 'Removed.', 'Kept from koffi 2 as deprecated names of `opaque` and `proto`.'],
  'C-73': ['`encode(ref, string type, text, n)`', 'TypeError.', 'Encodes the one pointer, as koffi 2; an array encodes several.'],

  // -- ristretto's own -------------------------------------------------------------------------------------------
  'D-01': [
    'Enumerations as characters',
    'Arrays of an enum take the hint `String`, and pointers to it a string, when the storage is a signed 32-bit integer.',
    'Refused: enum values are no characters.',
  ],
  'D-02': ['Counted arrays and `T[n]`', "After `array('int', 'n', 4)` the name `int[4]` means the counted array.", 'They are different types.'],
  'D-03': ['Number of parameters', 'At most 64.', 'At most 127, which C requires of every compiler (C17 5.2.4.1).'],
  'D-04': ['Error codes', 'Errors have no `code`.', 'Every error has a stable `code`.'],
  'D-05': ['`errno()` after other work', "Whatever the C library's `errno` is by then.", 'The value that the last C call left.'],
  'D-06': ['Arrays of prototypes', 'Accepted.', 'TypeError: C has arrays of function pointers only.'],
  'D-07': ['Bare `SharedArrayBuffer`', 'Refused up to Node 20, an address from Node 22 on.', 'TypeError on every Node; pass a typed array on it.'],
  'D-08': ['`bool` bytes other than 0 and 1', 'Any object of the runtime, or a crash, on recent Nodes.', '`true` on every Node.'],
  'D-09': [
    '`async` without a callback',
    'TypeError.',
    'A Promise, when there are exactly as many arguments as parameters; anything else that is no function throws as before.',
  ],
  'D-10': ['`async` of variadic functions', 'Missing.', 'Present.'],
  'D-11': [
    'Number of asynchronous calls',
    'At most 256 are running or waiting; the next one throws.',
    'No limit, unless `config({ max_async_calls })` sets one.',
  ],
  'D-12': [
    'Threads of asynchronous calls',
    "Node's thread pool, four threads by default: blocking calls hold up file access and one another.",
    'Threads of their own.',
  ],
  'D-13': ['Number of callbacks', 'At most 8192 at once.', 'As many as memory allows.'],
  'D-14': [
    'What callbacks make',
    'Strings and functions given to C inside a callback end with the inner call; functions registered inside end with the outer one.',
    'The former live until the outermost call ends, the latter until they are unregistered.',
  ],
  'D-15': ['Settings after `register`', '`register` locks `config()`, as `load` does.', 'Only `load` does.'],
  'D-16': [
    'Long strings from callbacks of asynchronous calls',
    'The process ends when a result is larger than the heap of the call.',
    'Any length.',
  ],
  'D-17': ['`stats().callbacks` and workers', 'Counts those of every thread, even of workers that have ended.', 'Counts those of its own thread.'],
  'D-18': [
    'Errors of asynchronous calls',
    'Errors of arguments reach the callback inside the call, after outputs were written; exceptions of getters are thrown; those of setters and disposers are uncaught and the callback is never called.',
    'All of them reach the callback, later, and outputs are left alone.',
  ],
  'D-19': ['Exceptions of callbacks that the event loop calls', 'Lost.', 'Uncaught exceptions.'],
};

const HEAD = `# Differences from koffi

Made by \`node test/compat/run.js --docs\` from \`test/compat/differences.js\`; \`node test/compat/run.js\` proves every
line against koffi 3.3.4. Where nothing is listed here, ristretto gives what koffi 3.3.4 gives.
`;

/** `uses`: key to [{ page, name, expect }], the probes that show the difference. */
function render(uses) {
  const sections = Object.entries(DIFFERENCES).map(([key, [title, koffi, ristretto]]) => {
    const probes = (uses[key] ?? []).map(({ page, name, expect }) => `| ${page} | ${escape(name)} | ${escape(expect)} |`);
    const table = ['| Page | Probe | ristretto gives |', '| --- | --- | --- |', ...probes].join('\n');
    return `## ${title} (${key})\n\n**koffi:** ${koffi}\n\n**ristretto:** ${ristretto}\n\n${table}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

const escape = (text) => text.replace(/[\\|<>*_`]/g, '\\$&').replace(/\n/g, ' ').slice(0, 160);

module.exports = { DIFFERENCES, render };

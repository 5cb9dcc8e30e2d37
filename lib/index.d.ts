/// <reference lib="es2020" />
/// <reference lib="esnext.disposable" />

// TypeScript declarations of ristretto.
//
// Every exception that ristretto raises itself carries a stable `code` (see ErrorCode); exceptions of user code
// (getters, disposers) pass through unchanged. Sizes, alignments, offsets and lengths of memory are bytes unless a
// comment says elements or code units.

// ---------------------------------------------------------------------------------------------- errors

/** The stable `code` of an exception; docs/errors.md explains each. */
export type ErrorCode =
  | 'ERR_RISTRETTO_SYNTAX'
  | 'ERR_RISTRETTO_UNKNOWN_TYPE'
  | 'ERR_RISTRETTO_BAD_TYPE'
  | 'ERR_RISTRETTO_INCOMPLETE'
  | 'ERR_RISTRETTO_BAD_NAME'
  | 'ERR_RISTRETTO_DUPLICATE'
  | 'ERR_RISTRETTO_BAD_MEMBER'
  | 'ERR_RISTRETTO_TOO_LARGE'
  | 'ERR_RISTRETTO_TOO_DEEP'
  | 'ERR_RISTRETTO_BAD_LENGTH'
  | 'ERR_RISTRETTO_ARGUMENT'
  | 'ERR_RISTRETTO_ARGUMENT_COUNT'
  | 'ERR_RISTRETTO_VALUE'
  | 'ERR_RISTRETTO_UNION'
  | 'ERR_RISTRETTO_COUNT'
  | 'ERR_RISTRETTO_RANGE'
  | 'ERR_RISTRETTO_BUFFER_SIZE'
  | 'ERR_RISTRETTO_NULL_REFERENCE'
  | 'ERR_RISTRETTO_LOAD'
  | 'ERR_RISTRETTO_SYMBOL'
  | 'ERR_RISTRETTO_UNLOADED'
  | 'ERR_RISTRETTO_CONFIG'
  | 'ERR_RISTRETTO_CALLBACK'
  | 'ERR_RISTRETTO_CLOSED'
  | 'ERR_RISTRETTO_FALSY_REASON'
  | 'ERR_RISTRETTO_SYSTEM'
  | 'ERR_RISTRETTO_LIMIT'
  | 'ERR_RISTRETTO_STACK'
  | 'ERR_RISTRETTO_RECEIVER'
  | 'ERR_RISTRETTO_CONSTRUCT'
  | 'ERR_RISTRETTO_UNSUPPORTED'
  | 'ERR_RISTRETTO_MEMORY'
  | 'ERR_RISTRETTO_INTERNAL';

/** An exception of ristretto: a TypeError, a RangeError or an Error, with its code. */
export interface RistrettoError extends Error {
  code: ErrorCode;
}

// ---------------------------------------------------------------------------------------------- types

/** What a type is in memory. `S` marks integers whose byte order is not the machine's own. */
export type PrimitiveKind =
  | 'Void'
  | 'Bool'
  | 'Int8'
  | 'UInt8'
  | 'Int16'
  | 'Int16S'
  | 'UInt16'
  | 'UInt16S'
  | 'Int32'
  | 'Int32S'
  | 'UInt32'
  | 'UInt32S'
  | 'Int64'
  | 'Int64S'
  | 'UInt64'
  | 'UInt64S'
  | 'String'
  | 'String16'
  | 'String32'
  | 'Pointer'
  | 'Record'
  | 'Union'
  | 'Array'
  | 'Float32'
  | 'Float64'
  | 'Prototype'
  | 'Callback';

/** How an array comes back to JavaScript: a list of values, a typed array, a string, or a Buffer of raw bytes. */
export type ArrayHint = 'Array' | 'Typed' | 'String' | 'Buffer';

/** A spelling of ArrayHint that array() accepts. */
export type ArrayHintSpec = ArrayHint | 'array' | 'typed' | 'string' | 'buffer';

/** Which way a parameter's data travels. */
export type Direction = 'Input' | 'Output' | 'Input/Output';

/** A member of a struct or union. */
export interface TypeMember {
  readonly name: string;
  readonly type: TypeObject;
  /** Bytes from the start of the struct; 0 in a union. */
  readonly offset: number;
}

/** A parameter of a function or prototype. */
export interface FunctionArgument {
  readonly type: TypeObject;
  readonly direction: Direction;
}

/** A function's name, parameters (those before `...`) and result. */
export interface FunctionInfo {
  readonly name: string;
  readonly arguments: FunctionArgument[];
  readonly result: TypeObject;
  /** Which way calls take, and why not a faster one. Not enumerable, so that printing `info` does not show it. */
  readonly path?: {
    readonly filler: 'compiled' | 'reference';
    readonly entry: 'fast' | 'raw' | 'plain';
    readonly why?: string;
  };
}

/**
 * A C type. Frozen, made by the functions of this module; lives as long as something refers to it. Only real
 * instances are types: copies and look-alikes are refused.
 */
export class TypeObject {
  private constructor();
  /** Given name, derived name (`int *[4]`), or `<anonymous_N>`. */
  readonly name: string;
  readonly primitive: PrimitiveKind;
  /** Bytes; 0 for void and opaque types. */
  readonly size: number;
  /** Bytes; 0 for void and opaque types. */
  readonly alignment: number;
  /** True when values that come from C are disposed of after conversion. */
  readonly disposable: boolean;
  /** Arrays: number of elements (the maximum for counted arrays). */
  readonly length?: number;
  /** Arrays: how values come back to JavaScript. */
  readonly hint?: ArrayHint;
  /** Arrays: the element; pointers: what they point to. */
  readonly ref?: TypeObject;
  /** Structs and unions: members by name, in order, without padding members. */
  readonly members?: Readonly<Record<string, TypeMember>>;
  /** Prototypes and callback pointers: the signature. */
  readonly proto?: Readonly<FunctionInfo>;
  /** Enumerations: the values as they were given. */
  readonly values?: Readonly<Record<string, number | bigint>>;
}

declare const brand: unique symbol;

/** A type with a direction, made by in(), out() or inout(); opaque. */
export interface DirectedType {
  readonly [brand]: 'direction';
}

/** A value with a C type, made by as(); opaque, reusable. */
export interface PointerCast {
  readonly [brand]: 'cast';
}

/** A C type: its name or declaration (`'int'`, `'const char *'`, `'S[4]'`), or a type object. */
export type TypeSpec = string | TypeObject | DirectedType;

/** Members of a struct or union: type by name, in order. `[align, type]` overrides the alignment (1 to 64 bytes). */
export type MemberSpecs = Record<string, TypeSpec | [align: number, type: TypeSpec]>;

/** A calling convention as text. Only 32-bit x86 knows the difference. */
export type CallConvention = '__cdecl' | '__stdcall' | '__fastcall' | '__thiscall';

/** The memory of a buffer; used in place, without a copy. */
export type RawBuffer = ArrayBufferView | ArrayBuffer;

/** An address as C gives it: unsigned, `null` for NULL. */
export type Pointer = bigint | null;

/** Memory for decode(), encode(), address() and view(): an address or the memory of a buffer. */
export type Reference = bigint | number | RawBuffer | null | undefined;

// ---------------------------------------------------------------------------------------------- functions

/** A C function as a JavaScript function. Keeps its library loaded. */
export type KoffiFunc<T extends (...args: any[]) => any = (...args: any[]) => any> = T & {
  /** Name, parameters and result; frozen. */
  info: Readonly<FunctionInfo>;
  /**
   * The call on another thread; `callback(error, result)` runs later on the event loop. Without a callback the result
   * comes by a promise. Arguments are converted at once; buffers are used in place until the call has ended.
   */
  async: AsyncFunction<T>;
  /** The function whose calls run on the lane's thread, one after the other, and return promises. */
  on(lane: Lane): (...args: [...parameters: Parameters<T>, options?: { signal?: Signal }]) => Promise<ReturnType<T>>;
};

/** AbortSignal, where the program's type libraries have it. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : { readonly aborted: boolean };

/** Options of an asynchronous call, given after the arguments. */
export interface AsyncOptions {
  /** Aborting it removes a call that still waits for a thread; one that C is in goes on. */
  signal?: Signal;
  /** The thread that the call runs on. */
  lane?: Lane;
}

interface AsyncFunction<T extends (...args: any[]) => any> {
  (...args: [...parameters: Parameters<T>, callback: (error: any, result: ReturnType<T>) => void]): void;
  (
    ...args: [...parameters: Parameters<T>, options: AsyncOptions, callback: (error: any, result: ReturnType<T>) => void]
  ): void;
  (...args: [...parameters: Parameters<T>, options?: AsyncOptions]): Promise<ReturnType<T>>;
}

/** One native thread on which asynchronous calls run in the order in which they were made. */
export class Lane {
  constructor();
  /** No more calls; those that were made still run, then the thread ends. */
  close(): void;
  [Symbol.dispose](): void;
}

/** A new lane. */
export function lane(): Lane;

/** KoffiFunc without the name of another package. */
export type NativeFunction<T extends (...args: any[]) => any = (...args: any[]) => any> = KoffiFunc<T>;

type AnyFunction = (...args: any[]) => any;

/** The forms in which a function is declared. */
interface DeclareFunction {
  /** A C declaration: `'int add(int a, int b)'`. Throws Error for malformed text, unknown types, missing symbols. */
  <T extends AnyFunction = AnyFunction>(prototype: string): KoffiFunc<T>;
  /** Name (or, on Windows, export ordinal), result, parameters; a final `'...'` makes it variadic. */
  <T extends AnyFunction = AnyFunction>(
    name: string | number,
    result: TypeSpec,
    parameters: readonly TypeSpec[]
  ): KoffiFunc<T>;
}

/** A loaded library. Functions made from it keep it loaded; unload() does not wait for them. */
export class LibraryHandle {
  private constructor();

  /** Declares a function of the library by its C prototype. Throws Error, naming the column, for bad text. */
  func<T extends AnyFunction = AnyFunction>(prototype: string): KoffiFunc<T>;
  /** Declares a function by name, result and parameters; bad types are TypeErrors. */
  func<T extends AnyFunction = AnyFunction>(
    name: string | number,
    result: TypeSpec,
    parameters: readonly TypeSpec[]
  ): KoffiFunc<T>;
  /** Declares a function with a calling convention. */
  func<T extends AnyFunction = AnyFunction>(
    convention: CallConvention,
    name: string | number,
    result: TypeSpec,
    parameters: readonly TypeSpec[]
  ): KoffiFunc<T>;

  /** Address of an exported variable or function. Keeps the library loaded from now on. Throws Error if missing. */
  symbol(name: string, type?: TypeSpec): bigint;

  /** Unloads now; functions of the library throw from then on. May be repeated. */
  unload(): void;
  /** As unload(), for `using`. */
  [Symbol.dispose](): void;

  /** @deprecated Use func(). Warns RISTRETTO003. */
  cdecl: DeclareFunction;
  /** @deprecated Use func('__stdcall', ...). Warns RISTRETTO004. */
  stdcall: DeclareFunction;
  /** @deprecated Use func('__fastcall', ...). Warns RISTRETTO005. */
  fastcall: DeclareFunction;
  /** @deprecated Use func('__thiscall', ...). Warns RISTRETTO006. */
  thiscall: DeclareFunction;
}

/** Options of load(); the first three matter on POSIX systems only. */
export interface LoadOptions {
  /** Resolve functions when they are first called instead of at once. */
  lazy?: boolean;
  /** Make the symbols visible to libraries loaded later and to load(null). */
  global?: boolean;
  /** Prefer the library's own symbols, where the system can. */
  deep?: boolean;
  /**
   * A promise that no function of the library runs JavaScript by itself, not even through other code: on Node.js 20 to
   * 24, whose V8 cannot bear that, calls then take the fastest entry until the program makes its first callback. A
   * callback during such a call ends the process. Default: false.
   */
  fast?: boolean;
  /**
   * Refuse, in calls of this library, integers that are out of range, fractions and NaN (RangeError), surplus
   * arguments and strings with embedded NULs (TypeError). Default: the setting of config().
   */
  strict?: boolean;
}

/**
 * Loads a shared library; `null` stands for the running program. A path with a slash is a file, one without is
 * searched by the system. Throws Error with the file and the loader's reason.
 */
export function load(path: string | null | undefined, options?: LoadOptions): LibraryHandle;

// ---------------------------------------------------------------------------------------------- defining types

/** A struct with the layout of C. Throws Error for bad names and empty structs, TypeError for unusable members. */
export function struct(name: string | null | undefined, members: MemberSpecs): TypeObject;
export function struct(members: MemberSpecs): TypeObject;
/** Completes an opaque type in place; returns it. */
export function struct(opaque: TypeObject, members: MemberSpecs): TypeObject;

/** A struct without padding. */
export function pack(name: string | null | undefined, members: MemberSpecs): TypeObject;
export function pack(members: MemberSpecs): TypeObject;
export function pack(opaque: TypeObject, members: MemberSpecs): TypeObject;

/** A union. Values are `{ member: value }` literals or Union objects. */
export function union(name: string | null | undefined, members: MemberSpecs): TypeObject;
export function union(members: MemberSpecs): TypeObject;
export function union(opaque: TypeObject, members: MemberSpecs): TypeObject;

/**
 * A value of a union type: assigning a member makes it the active one; reading another throws Error. Unions that
 * come from C allow every member to be read and hold a snapshot of the bytes.
 */
export class Union {
  constructor(type: TypeSpec);
  [member: string]: any;
}

/** A type whose content is unknown; usable through pointers, and completed later by struct(), pack() or union(). */
export function opaque(name?: string | null): TypeObject;

/** An array of `length` elements; TypeError for bad lengths. Only for members, pointees, decode() and encode(). */
export function array(ref: TypeSpec, length: number, hint?: ArrayHintSpec | null): TypeObject;
/** The last member of a struct: as many elements as the member `countedBy` says, at most `maxLength`. */
export function array(ref: TypeSpec, countedBy: string, maxLength: number, hint?: ArrayHintSpec | null): TypeObject;

/** An enumeration: an integer type with named values. The storage is chosen by the values unless given. */
export function enumeration(
  name: string | null | undefined,
  values: Record<string, number | bigint>,
  storage?: TypeSpec | null
): TypeObject;
export function enumeration(values: Record<string, number | bigint>, storage?: TypeSpec | null): TypeObject;

/** `ref *`, with `count` (1 to 4) stars. */
export function pointer(ref: TypeSpec, count?: number): TypeObject;
/** A pointer type with a name of its own. */
export function pointer(name: string | null | undefined, ref: TypeSpec, count?: number): TypeObject;
/** A struct member that points to as many elements as the member `countedBy` says. */
export function pointer(name: string | null | undefined, ref: TypeSpec, countedBy: string): TypeObject;

/** Marks a pointer or string parameter as input (the default). */
declare function in_(type: TypeSpec): DirectedType;
export { in_ as in };
/** Marks a pointer or string parameter as output: C fills it, JavaScript reads it back. */
export function out(type: TypeSpec): DirectedType;
/** Marks a pointer or string parameter as input and output. */
export function inout(type: TypeSpec): DirectedType;

/**
 * A pointer or string type whose values, when they come from C, are handed to `dispose` (default: C's free) after
 * conversion. `dispose` receives the original pointer, null included; its exceptions reach the caller.
 */
export function disposable(type: TypeSpec, dispose?: ((pointer: Pointer) => void) | null): TypeObject;
export function disposable(
  name: string | null | undefined,
  type: TypeSpec,
  dispose?: ((pointer: Pointer) => void) | null
): TypeObject;

/** A function type; its pointers are callbacks. Takes the forms of LibraryHandle.func, the name being optional. */
export function proto(prototype: string): TypeObject;
export function proto(result: TypeSpec, parameters: readonly TypeSpec[]): TypeObject;
export function proto(
  name: string | null | undefined,
  result: TypeSpec,
  parameters: readonly TypeSpec[]
): TypeObject;
export function proto(
  convention: CallConvention,
  name: string | null | undefined,
  result: TypeSpec,
  parameters: readonly TypeSpec[]
): TypeObject;

/** Another name for a type; returns the type. Throws Error for bad and taken names. */
export function alias(name: string, type: TypeSpec): TypeObject;

// ---------------------------------------------------------------------------------------------- asking about types

/** The type object of a type string; the identity for type objects. TypeError: unknown name; Error: malformed. */
export function type(spec: TypeSpec): TypeObject;
/** Bytes; 0 for void and opaque types. */
export function sizeof(type: TypeSpec): number;
/** Bytes; 0 for void and opaque types. */
export function alignof(type: TypeSpec): number;
/** Bytes from the start of the struct to the member. TypeError for unknown members. */
export function offsetof(type: TypeSpec, member: string): number;

/** The built-in types by every spelling. */
export const types: Record<PrimitiveName, TypeObject> & Record<string, TypeObject>;

/** The keys of `types`. */
export type PrimitiveName =
  | 'void'
  | 'bool'
  | 'int8_t'
  | 'int8'
  | 'uint8_t'
  | 'uint8'
  | 'char'
  | 'unsigned char'
  | 'uchar'
  | 'char16_t'
  | 'char16'
  | 'char32_t'
  | 'char32'
  | 'wchar_t'
  | 'wchar'
  | 'int16_t'
  | 'int16'
  | 'int16_le_t'
  | 'int16_le'
  | 'int16_be_t'
  | 'int16_be'
  | 'uint16_t'
  | 'uint16'
  | 'uint16_le_t'
  | 'uint16_le'
  | 'uint16_be_t'
  | 'uint16_be'
  | 'short'
  | 'unsigned short'
  | 'ushort'
  | 'int32_t'
  | 'int32'
  | 'int32_le_t'
  | 'int32_le'
  | 'int32_be_t'
  | 'int32_be'
  | 'uint32_t'
  | 'uint32'
  | 'uint32_le_t'
  | 'uint32_le'
  | 'uint32_be_t'
  | 'uint32_be'
  | 'int'
  | 'unsigned int'
  | 'uint'
  | 'int64_t'
  | 'int64'
  | 'int64_le_t'
  | 'int64_le'
  | 'int64_be_t'
  | 'int64_be'
  | 'uint64_t'
  | 'uint64'
  | 'uint64_le_t'
  | 'uint64_le'
  | 'uint64_be_t'
  | 'uint64_be'
  | 'intptr_t'
  | 'intptr'
  | 'uintptr_t'
  | 'uintptr'
  | 'size_t'
  | 'long'
  | 'unsigned long'
  | 'ulong'
  | 'long long'
  | 'longlong'
  | 'unsigned long long'
  | 'ulonglong'
  | 'float'
  | 'float32'
  | 'double'
  | 'float64'
  | 'str'
  | 'string'
  | 'str16'
  | 'string16'
  | 'str32'
  | 'string32'
  | 'wstring';

// ---------------------------------------------------------------------------------------------- memory

/** Reads 8 to 32 bits, or a floating point number. Error for NULL and for buffers that are too small. */
type NumberReader = (ref: Reference) => number;
/** Reads 64 bits: a Number up to 2^53, else a BigInt. */
type Int64Reader = (ref: Reference) => number | bigint;
/** Reads a string: up to the NUL, or exactly `length` code units. NULL gives null. */
type StringReader = (ref: Reference, length?: number | bigint) => string | null;

/** decode(), and readers of one type each. */
export interface Decode {
  /**
   * Reads a value of `type` at `ref`. `length` makes it an array of so many elements (a string for character types;
   * code units of the pointed-to text for string types); a negative length reads up to the terminator.
   */
  (ref: Reference, type: TypeSpec, length?: number | bigint | null): any;
  /** As above, `offset` bytes further. Negative offsets are for addresses only. */
  (ref: Reference, offset: number | bigint, type: TypeSpec, length?: number | bigint | null): any;

  char: NumberReader;
  uchar: NumberReader;
  short: NumberReader;
  ushort: NumberReader;
  int: NumberReader;
  uint: NumberReader;
  long: Int64Reader;
  ulong: Int64Reader;
  longlong: Int64Reader;
  ulonglong: Int64Reader;
  int8: NumberReader;
  int8le: NumberReader;
  int8be: NumberReader;
  uint8: NumberReader;
  uint8le: NumberReader;
  uint8be: NumberReader;
  int16: NumberReader;
  int16le: NumberReader;
  int16be: NumberReader;
  uint16: NumberReader;
  uint16le: NumberReader;
  uint16be: NumberReader;
  int32: NumberReader;
  int32le: NumberReader;
  int32be: NumberReader;
  uint32: NumberReader;
  uint32le: NumberReader;
  uint32be: NumberReader;
  int64: Int64Reader;
  int64le: Int64Reader;
  int64be: Int64Reader;
  uint64: Int64Reader;
  uint64le: Int64Reader;
  uint64be: Int64Reader;
  float: NumberReader;
  double: NumberReader;
  string: StringReader;
  string16: StringReader;
  string32: StringReader;
  wstring: StringReader;
}

/** Reads C memory. Error for NULL and for accesses beyond a buffer, TypeError for types without values. */
export const decode: Decode;

/**
 * Writes a value of `type` to `ref`; with `length`, an array of so many elements. Strings and objects behind
 * pointers are copied to memory that lives until the place is written again (and at most as long as a buffer).
 */
export function encode(ref: Reference, type: TypeSpec, value: any, length?: number | bigint | null): void;
/** As above, `offset` bytes further. */
export function encode(
  ref: Reference,
  offset: number | bigint,
  type: TypeSpec,
  value: any,
  length?: number | bigint | null
): void;

/** Zeroed memory for `length` elements from C's heap; the caller frees it with free(). */
export function alloc(type: TypeSpec, length: number | bigint): bigint;
/** C's free() for an address; nothing for NULL. TypeError for memory of JavaScript. */
export function free(ref: bigint | number | null | undefined): void;

/** The address of a buffer's memory, or an address as unsigned BigInt; 0n for null. */
export function address(ref: Reference): bigint;
/**
 * `length` bytes of foreign memory as an ArrayBuffer, without a copy. The memory must outlive every use of it:
 * nothing keeps it alive.
 */
export function view(ref: Reference, length: number | bigint): ArrayBuffer;

/** Gives `value` the pointer type `type` for a `void *` (or any other pointer); read at each call. */
export function as(value: any, type: TypeSpec): PointerCast;

/** Calls the C function at an address. Error for NULL. */
export function call(ref: bigint | number, type: TypeSpec, ...args: any[]): any;

// ---------------------------------------------------------------------------------------------- callbacks

/**
 * A C function pointer that calls `fn`, of a callback pointer type (`'Proto *'`); valid until unregister(). C may call it
 * from any thread: calls from other threads run on the event loop while their thread waits, and `fn` may then return a
 * promise. Does not keep the event loop alive by itself; see ref().
 */
export function register(fn: AnyFunction, type: TypeSpec): bigint;
/** The same as an object, for ref(), unref() and `using`; it may be given wherever its address may. */
export function register(fn: AnyFunction, type: TypeSpec, options: { handle: true }): CallbackHandle;
/** @deprecated Bind the receiver instead. Warns RISTRETTO009. */
export function register(receiver: any, fn: AnyFunction, type: TypeSpec): bigint;
/** Releases a callback of register(). Error for anything else. C that calls it later gets zero. */
export function unregister(callback: bigint | number | CallbackHandle): void;
/** Has a registered callback keep the event loop alive. */
export function ref(callback: bigint | number | CallbackHandle): void;
/** Undoes ref(). */
export function unref(callback: bigint | number | CallbackHandle): void;

/** A registered callback; made by register() with `{ handle: true }`. */
export class CallbackHandle {
  private constructor();
  /** The C function pointer; null once unregistered. */
  readonly address: bigint | null;
  ref(): this;
  unref(): this;
  unregister(): void;
  /** As unregister(); has no effect the second time. */
  [Symbol.dispose](): void;
}

// ---------------------------------------------------------------------------------------------- services

/** Settings; changed before the first load() only. */
export interface Settings {
  /** Bytes for building synchronous calls: 1024 to 16777216, default 2097152. */
  sync_stack_size: number;
  /** Bytes for temporary strings and objects of synchronous calls: 0 to 16777216, default 1048576. */
  sync_heap_size: number;
  /** As sync_stack_size, per asynchronous call: 1024 to 16777216, default 131072. */
  async_stack_size: number;
  /** As sync_heap_size, per asynchronous call: 0 to 16777216, default 131072. */
  async_heap_size: number;
  /** Memory areas kept for asynchronous calls: 0 to 32, default 8. */
  resident_async_pools: number;
  /**
   * Asynchronous calls running and waiting: at least resident_async_pools, at most 4096. Reported as 256, but without
   * effect until it is set.
   */
  max_async_calls: number;
  /** Largest type in bytes: 32 to 536870912, default 67108864. */
  max_type_size: number;
  /** Threads for asynchronous calls: 1 to 1024, default UV_THREADPOOL_SIZE or 4. */
  async_threads: number;
  /**
   * Milliseconds that another thread waits for a callback while JavaScript is inside one and the same C function, until a
   * deadlock is reported: 0 (never) to 86400000, default 10000.
   */
  deadlock_warning: number;
  /** Strict mode for libraries loaded later; see LoadOptions.strict. Default false. */
  strict: boolean;
}

/** The settings, in a fresh object. */
export function config(): Settings;
/** Changes settings; Error once a library was loaded, for unknown names and values out of range. */
export function config(settings: Partial<Settings>): Settings;

/** Counters since the start, in a fresh object. */
export function stats(): {
  /** Disposals of values of disposable types, those of NULL included. */
  disposed: number;
  /** Callbacks in use now, registered and passed. */
  callbacks: number;
};

/** The C errno that the last call left; stable whatever Node does meanwhile. */
export function errno(): number;
/** Sets errno for the next call; returns it. */
export function errno(value: number | bigint): number;

/** Numbers of the system. */
export const os: {
  /** Error numbers by name, e.g. ENOENT. */
  errno: Record<string, number>;
};

/** Forgets every user-defined type name. Functions and type objects made before go on working. */
export function reset(): void;

/** Extension of shared libraries: `.so`, `.dll` or `.dylib`. */
export const extension: string;
/** Version of this package. */
export const version: string;
/** Declared by other packages with this interface; not set here. */
export const internal: boolean | undefined;

/** Doors to Node itself. */
export namespace node {
  /** The raw Node-API environment of this thread, for C functions that take a `napi_env`. */
  const env: bigint;

  /** What poll() watches for; nothing by default when the object is given. */
  interface PollOptions {
    readable?: boolean;
    writable?: boolean;
    disconnect?: boolean;
  }

  /** The conditions that hold, out of those that were asked for. */
  interface PollEvents {
    readable: boolean;
    writable: boolean;
    disconnect: boolean;
  }

  /** `status` is 0, or a negative libuv error. */
  type PollCallback = (status: number, events: PollEvents) => void;

  /** A watched file descriptor; keeps the process alive until it is closed or unref'd. */
  class PollHandle {
    private constructor();
    start(callback: PollCallback): void;
    start(options: PollOptions, callback: PollCallback): void;
    stop(): void;
    /** Ends the watching for good; may be repeated. */
    close(): void;
    ref(): void;
    unref(): void;
    [Symbol.dispose](): void;
  }

  /** Watches a file descriptor: `{ readable: true }` unless `options` say otherwise. */
  function poll(fd: number, callback: PollCallback): PollHandle;
  function poll(fd: number, options: PollOptions, callback: PollCallback): PollHandle;
}

// ---------------------------------------------------------------------------------------------- former names

/** @deprecated Use opaque(). Warns RISTRETTO001. */
export function handle(name?: string | null): TypeObject;
/** @deprecated Use proto(). Warns RISTRETTO002. */
export const callback: typeof proto;
/** @deprecated Use type(). Warns RISTRETTO007. */
export function resolve(spec: TypeSpec): TypeObject;
/** @deprecated Use type(). Warns RISTRETTO008. */
export function introspect(spec: TypeSpec): TypeObject;

/** @deprecated Use LibraryHandle. */
export type IKoffiLib = LibraryHandle;
/** @deprecated Use TypeObject. */
export type IKoffiCType = TypeObject;
/** @deprecated Use PointerCast. */
export type IKoffiPointerCast = PointerCast;
/** @deprecated Callbacks are addresses. */
export type IKoffiRegisteredCallback = bigint;

declare const ristretto: Omit<typeof import('./index.js'), 'default'>;
/** The same members in a plain object: what `import ristretto from 'ristretto'` gives. */
export default ristretto;

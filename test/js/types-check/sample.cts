// CommonJS use of the declarations; compiled by ../types-check.test.js, never run.
import ristretto = require('ristretto');
import { load, struct, type KoffiFunc, type ErrorCode, type RistrettoError } from 'ristretto';
import type { IKoffiCType, IKoffiLib, IKoffiPointerCast, IKoffiRegisteredCallback } from 'ristretto';

const lib: ristretto.LibraryHandle = load('libc.so.6', { lazy: true, strict: true });
const program = ristretto.load(null);

const abs = lib.func<(value: number) => number>('int abs(int value)');
const result: number = abs(-3);
abs.async(-3, (error, value) => {
  const n: number = value;
  void [error, n];
});
const info: ristretto.FunctionInfo = abs.info;
const direction: 'Input' | 'Output' | 'Input/Output' = info.arguments[0].direction;
const argumentType: ristretto.TypeObject = info.arguments[0].type;
const loose = lib.func('strlen', 'size_t', ['str']);
const anything: any = loose('abc', 1, {});
const convention = lib.func('__stdcall', 'abs', 'int', ['int']);
const deprecated: KoffiFunc<() => void> = lib.cdecl('void nothing()');
const ordinal = lib.func(1, ristretto.types.int, [ristretto.out('int *'), ristretto.in('str'), ristretto.inout('void *')]);
const symbol: bigint = lib.symbol('environ');
lib.symbol('environ', 'char **');
lib.unload();
lib[Symbol.dispose]();

const S = struct('S', { a: 'int', b: [8, 'double'], c: ristretto.array('char', 8), d: ristretto.pointer('int') });
struct({ a: 'int' });
struct(null, { a: S });
ristretto.pack(ristretto.opaque(), { a: 'char' });
ristretto.union('U', { i: 'int', d: 'double' });
const u = new ristretto.Union('U');
u.i = 5;
const offset: number = S.members!.a.offset;
const primitive: ristretto.PrimitiveKind = ristretto.types.str32.primitive;
const wide: 'String32' extends ristretto.PrimitiveKind ? true : false = true;
ristretto.array('int', 'n', 8, 'Typed');
ristretto.array('int', 8, 'buffer');
ristretto.enumeration('E', { A: 1, B: 2n }, 'uint8_t');
ristretto.enumeration({ A: 1 });
ristretto.pointer('P', 'int', 2);
ristretto.pointer(null, 'int', 'n');
ristretto.disposable('str');
ristretto.disposable('Name', 'str', (pointer) => {
  const address: bigint | null = pointer;
  void address;
});
ristretto.proto('int Cb(int)');
ristretto.proto('int', ['int']);
ristretto.proto('__stdcall', 'Cb2', 'int', ['int', '...']);
ristretto.alias('A', ristretto.type('int'));

const size: number = ristretto.sizeof('int') + ristretto.alignof(S) + ristretto.offsetof(S, 'a');
const block: bigint = ristretto.alloc('int', 4);
ristretto.encode(block, 'int', 5);
ristretto.encode(block, 4, 'int', [1, 2], 2);
ristretto.decode(block, 'int');
ristretto.decode(block, 4n, 'int', -1);
ristretto.decode(new Uint8Array(8), 'int');
const n: number = ristretto.decode.int(block) + ristretto.decode.int8be(block);
const big: number | bigint = ristretto.decode.uint64be(block);
const text: string | null = ristretto.decode.string(block, 4);
const bytes: ArrayBuffer = ristretto.view(block, 16);
const where: bigint = ristretto.address(bytes);
ristretto.call(where, 'Cb', ristretto.as([1], 'int *'));
ristretto.free(block);

const registered: IKoffiRegisteredCallback = ristretto.register((v: number) => v, 'Cb *');
ristretto.register({}, () => 0, 'Cb *');
ristretto.unregister(registered);

const settings: ristretto.Settings = ristretto.config({ max_type_size: 1 << 20, strict: true });
const strict: boolean = settings.strict;
const { disposed, callbacks } = ristretto.stats();
const last: number = ristretto.errno() + ristretto.errno(5n) + ristretto.os.errno.ENOENT;
ristretto.reset();
const env: bigint = ristretto.node.env;
const poll: ristretto.node.PollHandle = ristretto.node.poll(0, { readable: true }, (status, events) => {
  const ok: boolean = status === 0 && events.readable;
  void ok;
});
poll.start((status) => void status);
poll.close();
const extension: string = ristretto.extension + ristretto.version;
const former: [IKoffiLib, IKoffiCType, IKoffiPointerCast] = [lib, ristretto.handle('H'), ristretto.as(null, 'int *')];
ristretto.callback('int Old(int)');
ristretto.resolve('int');
ristretto.introspect('int');

try {
  ristretto.type('zork');
} catch (error) {
  const code: ErrorCode = (error as RistrettoError).code;
  void code;
}

// @ts-expect-error a path is needed
load();
// @ts-expect-error options are an object
load('x', 5);
// @ts-expect-error nobody constructs handles
new ristretto.LibraryHandle();
// @ts-expect-error nobody constructs types
new ristretto.TypeObject();
// @ts-expect-error types are read-only
S.size = 5;
// @ts-expect-error unknown setting
ristretto.config({ nonsense: 1 });
// @ts-expect-error memory of JavaScript is not freed
ristretto.free(new Uint8Array(4));
// @ts-expect-error a number is no type
ristretto.sizeof(5);
// @ts-expect-error wrong argument
abs('x');
// @ts-expect-error no such decoder
ristretto.decode.nothing(block);

void [program, result, direction, argumentType, anything, convention, deprecated, ordinal, symbol, offset, primitive, wide];
void [size, n, big, text, strict, disposed, callbacks, last, env, extension, former];

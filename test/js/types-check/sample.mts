// ES module use of the declarations; compiled by ../types-check.test.js, never run.
import ristretto, { load, struct, types, decode, node, Union, in as input, LibraryHandle, TypeObject } from 'ristretto';
import * as all from 'ristretto';
import indirect, { load as load2 } from 'ristretto/indirect';
import type { KoffiFunc, Reference, TypeSpec } from 'ristretto';

const lib: LibraryHandle = load('libm.so.6');
const cos = lib.func<(x: number) => number>('double cos(double x)');
const one: number = cos(0);
const same: LibraryHandle = ristretto.load(null);
const S: TypeObject = struct('S', { a: types.int, b: input('str') });
const u: Union = new Union('U');
const value: number = decode.int(new Uint8Array(4));
const env: bigint = node.env;
const f: KoffiFunc<(...args: number[]) => number> = all.load(null).func('int printf(str, ...)');
const ref: Reference = 5n;
const spec: TypeSpec = ristretto.pointer(S);
const other: LibraryHandle = load2(null);
const version: string = indirect.version + all.default.version;
ristretto.in('str');

// @ts-expect-error the default object has no default of its own
ristretto.default;
// @ts-expect-error no such member
ristretto.nothing();

void [one, same, u, value, env, f, ref, spec, other, version];

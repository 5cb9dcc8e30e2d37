'use strict';

// The implementations that are compared: where each is found, and how it is loaded.

const fs = require('node:fs');
const path = require('node:path');
const built = require('./compile.js');

const root = path.join(__dirname, '..');

const FFI = {
  kind: 'ffi',
  open(api) {
    api.config({ max_async_calls: 4096 }); // by default 256, fewer than the benchmark has in flight
    return api.load(built.library);
  },
};

const RISTRETTO = { ...FFI, find: () => require.resolve(root), version: () => packageVersion(root) };

/** ristretto with one filler and entry (docs/speed.md) instead of what it chooses. */
const variant = (env, open = FFI.open) => ({ ...RISTRETTO, env, open });

function openFast(api) {
  api.config({ max_async_calls: 4096 });
  return api.load(built.library, { fast: true });
}

// `kind` is the member of a workload that serves the peer; `open` gives what that gets as `lib`.
const PEERS = {
  ristretto: RISTRETTO,
  'ristretto fast': variant({ RISTRETTO_ENTRY: 'fast' }, openFast),
  'ristretto raw': variant({ RISTRETTO_ENTRY: 'raw' }),
  'ristretto plain': variant({ RISTRETTO_ENTRY: 'plain' }),
  'ristretto reference': variant({ RISTRETTO_FILLER: 'reference' }),
  koffi: {
    ...FFI,
    find: () => require.resolve('koffi'),
    version: () => require('koffi').version ?? packageVersion(path.dirname(require.resolve('koffi'))),
  },
  'node:ffi': {
    kind: 'node',
    open: (api) => new api.DynamicLibrary(built.library),
    find: () => 'node:ffi',
    version: () => 'experimental',
    flags: ['--experimental-ffi'], // its first versions are not there without
  },
  'ffi-rs': {
    kind: 'rs',
    find: () => require.resolve('ffi-rs'),
    version: () => packageVersion(path.join(__dirname, 'node_modules', 'ffi-rs')),
    open(api) {
      api.open({ library: 'bench', path: built.library });
      return (name, retType, ...paramsType) => {
        const f = api.define({ [name]: { library: 'bench', retType, paramsType } })[name];
        return (...values) => f(values);
      };
    },
  },
  bun: {
    kind: 'bun',
    runtime: 'bun',
    find: () => 'bun:ffi',
    version: () => process.versions.bun,
    open: ({ dlopen }) => (name, returns, ...args) => dlopen(built.library, { [name]: { args, returns } }).symbols[name],
  },
  deno: {
    kind: 'deno',
    runtime: 'deno',
    runtimeFlags: ['run', '--allow-all', '--v8-flags=--expose-gc'],
    find: () => 'Deno',
    version: () => process.versions.deno,
    open: ({ dlopen }) => (name, result, ...parameters) => dlopen(built.library, { [name]: { parameters, result } }).symbols[name],
  },
  addon: { kind: 'addon', open: () => null, find: () => built.addon, version: () => 'Node-API 8, by hand' },
};

function packageVersion(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

/** Loads peer `name` with the benchmark's library open: { kind, api, lib, file }. `lib` is null for the addon. */
function load(name) {
  const { kind, open, find } = PEERS[name];
  const file = find();
  const api = kind === 'deno' ? globalThis.Deno : require(file);
  return { kind, api, lib: open(api), file };
}

/** The program of peer `name`: this Node, or another runtime from this folder's packages. */
function program(name) {
  const { runtime } = PEERS[name];
  return runtime ? path.join(__dirname, 'node_modules', '.bin', runtime) : process.execPath;
}

/** Options for the processes of peer `name`, as far as this Node knows them. */
function flags(name) {
  if (PEERS[name].runtime) return PEERS[name].runtimeFlags ?? [];
  return (PEERS[name].flags ?? []).filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));
}

/** The environment of the processes of peer `name`. */
function environment(name) {
  return { ...process.env, ...PEERS[name].env };
}

module.exports = {
  names: Object.keys(PEERS),
  usual: ['ristretto', 'koffi', 'node:ffi', 'addon'],
  isForeign: (name) => Boolean(PEERS[name].runtime),
  program,
  environment,
  kind: (name) => PEERS[name].kind,
  version: (name) => PEERS[name].version(),
  flags,
  load,
};

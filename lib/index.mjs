// import ... from 'ristretto': every member by name; the default export is require('ristretto').default.

import module from '../dist/index.cjs';

const api = module.default;
const { in: in_ } = api; // a reserved word cannot name a binding

export default api;
export { in_ as in };
export const {
  CallbackHandle,
  Lane,
  LibraryHandle,
  TypeObject,
  Union,
  address,
  alias,
  alignof,
  alloc,
  array,
  as,
  call,
  callback,
  config,
  decode,
  disposable,
  encode,
  enumeration,
  errno,
  extension,
  free,
  handle,
  inout,
  introspect,
  lane,
  load,
  node,
  offsetof,
  opaque,
  os,
  out,
  pack,
  pointer,
  proto,
  ref,
  register,
  reset,
  resolve,
  sizeof,
  stats,
  struct,
  type,
  types,
  union,
  unref,
  unregister,
  version,
  view,
} = api;

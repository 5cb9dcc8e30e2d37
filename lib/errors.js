'use strict';
// The exceptions that are raised in JavaScript look like those of the addon: see engine/core/error.def.

/** An error of class `Class` whose code is ERR_RISTRETTO_<code>. */
function makeError(Class, code, text) {
  const error = new Class(text);
  Object.defineProperty(error, 'code', {
    value: `ERR_RISTRETTO_${code}`,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return error;
}

module.exports = { makeError };

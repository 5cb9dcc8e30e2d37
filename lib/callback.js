'use strict';
// CallbackHandle: a registered callback as an object, for ref(), unref() and `using`.

const { makeError } = require('./errors.js');

function makeCallbacks({ register: registerAddress, unregister, ref, unref, tagHandle, handleAddress }) {
  const MAKE = Symbol('make');

  class CallbackHandle {
    /** @param {symbol} key only register() has it */
    constructor(key, address) {
      if (key !== MAKE) throw makeError(Error, 'CONSTRUCT', 'CallbackHandle cannot be constructed: use register()');
      tagHandle(this, address);
    }

    get address() {
      return handleAddress(this);
    }

    ref() {
      ref(this);
      return this;
    }

    unref() {
      unref(this);
      return this;
    }

    unregister() {
      unregister(this);
    }
  }

  if (Symbol.dispose) {
    Object.defineProperty(CallbackHandle.prototype, Symbol.dispose, {
      value: function dispose() {
        if (handleAddress(this) !== null) unregister(this);
      },
      writable: true,
      configurable: true,
    });
  }

  /** register(function, type) -> address; with { handle: true } -> CallbackHandle. */
  function register(...args) {
    const options = typeof args[1] === 'function' ? args[3] : args[2];
    const wantsHandle = options?.handle === true;
    const address = registerAddress(...args);
    return wantsHandle ? new CallbackHandle(MAKE, address) : address;
  }

  return { CallbackHandle, register };
}

module.exports = { makeCallbacks };

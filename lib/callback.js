'use strict';
// CallbackHandle: a registered callback as an object, for ref(), unref() and `using`.

function makeCallbacks({ register: registerAddress, unregister: unregisterAddress, ref, unref, tagHandle }) {
  const MAKE = Symbol('make');

  class CallbackHandle {
    /** @param {symbol} key only register() has it */
    constructor(key, address) {
      if (key !== MAKE) {
        throw Object.assign(new Error('CallbackHandle cannot be constructed: use register()'), {
          code: 'ERR_RISTRETTO_CONSTRUCT',
        });
      }
      Object.defineProperty(this, 'address', { value: address, enumerable: true, configurable: true });
      tagHandle(this);
    }

    ref() {
      ref(this.address);
      return this;
    }

    unref() {
      unref(this.address);
      return this;
    }

    unregister() {
      unregisterAddress(this.address);
      Object.defineProperty(this, 'address', { value: null, enumerable: true });
    }
  }

  if (Symbol.dispose) {
    Object.defineProperty(CallbackHandle.prototype, Symbol.dispose, {
      value: function dispose() {
        if (this.address !== null) this.unregister();
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

  function unregister(callback, ...rest) {
    if (callback instanceof CallbackHandle && callback.address !== null) return callback.unregister();
    return arguments.length === 0 ? unregisterAddress() : unregisterAddress(callback, ...rest);
  }

  return { CallbackHandle, register, unregister };
}

module.exports = { makeCallbacks };

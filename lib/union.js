'use strict';
// Union: the values of C unions. An object is empty, holds the value of one member as it was assigned, or holds the
// bytes that C left, from which every member can be read.

const { makeError } = require('./errors.js');

const EMPTY = -1; // index of the active member when there is none

/** The state of a union object, and the root of the classes made per type. Its prototype is also Union.prototype. */
class Holder {
  #type; // TypeObject
  #active = EMPTY;
  #value; // of the active member
  #bytes; // ArrayBuffer from C; undefined when there is none
  #decoded; // members read from #bytes so far

  constructor(type) {
    this.#type = type;
  }

  /** The TypeObject of a union object, undefined for anything else. */
  static typeOf(value) {
    return Holder.#is(value) ? value.#type : undefined;
  }

  static setBytes(union, bytes) {
    union.#active = EMPTY;
    union.#value = undefined;
    union.#bytes = bytes;
    union.#decoded = undefined;
  }

  /** [type, index of the active member, its value], or [type, -1, bytes or undefined]. */
  static state(union) {
    return [union.#type, union.#active, union.#active === EMPTY ? union.#bytes : union.#value];
  }

  static read(union, type, index, name, decode) {
    Holder.#check(union, type, name);
    if (union.#active === index) return union.#value;
    if (union.#bytes === undefined) throw Holder.#inactive(union, name);
    const decoded = (union.#decoded ??= new Map());
    if (!decoded.has(index)) decoded.set(index, decode(union.#bytes, type.members[name].type));
    return decoded.get(index);
  }

  static write(union, type, index, name, value) {
    Holder.#check(union, type, name);
    Holder.setBytes(union, undefined);
    union.#active = index;
    union.#value = value;
  }

  static #is(value) {
    return typeof value === 'object' && value !== null && #type in value;
  }

  static #check(union, type, name) {
    if (!Holder.#is(union) || union.#type !== type) {
      throw makeError(TypeError, 'RECEIVER', `'${name}' belongs to objects of union '${type.name}'`);
    }
  }

  static #inactive(union, name) {
    const { name: typeName, members } = union.#type;
    const why =
      union.#active === EMPTY ? 'it is empty' : `'${Object.keys(members)[union.#active]}' is its active member`;
    return makeError(Error, 'UNION', `member '${name}' of union '${typeName}' cannot be read: ${why}`);
  }
}

/** Makes Union and the hooks that know it. `binding` is the addon: type() and decode() are used. */
function makeUnion({ type: resolve, decode }) {
  /** TypeObject -> its class; a class is forgotten together with the type. */
  const classes = new WeakMap();

  function makeClass(type) {
    const made = {
      [type.name]: class extends Holder {
        constructor() {
          super(type);
        }
      },
    }[type.name];

    Object.keys(type.members).forEach((name, index) => {
      Object.defineProperty(made.prototype, name, {
        get() {
          return Holder.read(this, type, index, name, decode);
        },
        set(value) {
          Holder.write(this, type, index, name, value);
        },
        enumerable: true,
        configurable: false,
      });
    });
    return made;
  }

  function make(type) {
    let Class = classes.get(type);
    if (!Class) classes.set(type, (Class = makeClass(type)));
    return new Class();
  }

  function unionType(spec) {
    let type;
    try {
      type = resolve(spec);
    } catch (error) {
      error.message = error.message.replace(/^type\(\)/, 'Union()');
      throw error;
    }
    if (type.primitive === 'Union') return type;
    throw makeError(TypeError, 'BAD_TYPE', `Union(): argument 1 expects a union type, not '${type.name}'`);
  }

  /** new Union(type): an empty union object. */
  function Union(...args) {
    if (!new.target) throw makeError(TypeError, 'CONSTRUCT', 'Union() must be called with new');
    if (args.length === 0) {
      throw makeError(TypeError, 'ARGUMENT_COUNT', 'Union(): expects at least 1 argument, got 0');
    }
    return make(unionType(args[0]));
  }

  Object.defineProperty(Holder.prototype, 'constructor', { value: Union });
  Object.defineProperty(Union, 'prototype', { value: Holder.prototype, writable: false });

  return {
    Union,
    typeOf: Holder.typeOf,
    read: (value) => (Holder.typeOf(value) === undefined ? undefined : Holder.state(value)),
    make(type, bytes) {
      const union = make(type);
      Holder.setBytes(union, bytes);
      return union;
    },
    fill(union, bytes) {
      Holder.setBytes(union, bytes);
    },
  };
}

module.exports = { makeUnion };

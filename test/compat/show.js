'use strict';
// show(value) -> text. Two values have the same text exactly when a program could not tell them
// apart in a way that the contract promises: kind, class, sign of zero, NaN, holes, bytes.

const { types } = require('node:util');

const text = (value) => JSON.stringify(value.replace(/<anonymous_\d+>/g, '<anonymous>'));
const key = (name) => (/^[\w$]+$/.test(name) ? name : text(name));
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(' ');

function show(value, above = []) {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'string':
      return text(value);
    case 'symbol':
      return String(value);
    case 'function':
      return '[Function]';
    case 'object':
      return value === null ? 'null' : showObject(value, above);
    default:
      return String(value);
  }
}

function showObject(value, above) {
  if (value instanceof Throws) return `throws ${value.name}`;
  if (types.isExternal(value)) return '[External]';
  if (above.includes(value)) return '<cycle>';
  const inner = [...above, value];
  const name = className(value);

  if (value instanceof Error) return `[${name}]`;
  if (Buffer.isBuffer(value)) return `Buffer <${hex(value)}>`;
  if (types.isAnyArrayBuffer(value)) return `${name} <${hex(new Uint8Array(value))}>`;
  if (types.isDataView(value)) return `DataView <${hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}>`;
  if (ArrayBuffer.isView(value)) return `${name} [${Array.from(value, (v) => show(v)).join(', ')}]`;
  if (Array.isArray(value)) {
    const items = Array.from(value, (v, i) => (i in value ? show(v, inner) : '<hole>'));
    return `${name === 'Array' ? '' : `${name} `}[${items.join(', ')}]`;
  }
  const members = Object.keys(value).map((k) => `${key(k)}: ${show(value[k], inner)}`);
  return `${name === 'Object' ? '' : `${name} `}{${members.join(', ')}}`;
}

function className(value) {
  if (Object.getPrototypeOf(value) === null) return '[null]';
  return text(String(value.constructor?.name)).slice(1, -1);
}

/** Expected outcome "throws this class". */
class Throws {
  constructor(name) {
    this.name = name;
  }
}

/** The text of a thrown value: only the class of an Error is compared, never its message. */
function showThrown(value) {
  return value instanceof Error ? `throws ${value.constructor.name}` : `throws ${show(value)}`;
}

module.exports = { show, showThrown, Throws };

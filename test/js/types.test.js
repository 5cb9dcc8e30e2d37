'use strict';
const { test } = require('node:test');
const { WORD, ALIGN64, assert, ristretto } = require('./support');
const { types, type, sizeof, alignof, TypeObject } = ristretto;

const NAMES = [
  'void', 'bool', 'int8_t', 'int8', 'uint8_t', 'uint8', 'char', 'unsigned char', 'uchar', 'char16_t', 'char16', 'char32_t',
  'char32', 'wchar_t', 'wchar', 'int16_t', 'int16', 'int16_le_t', 'int16_le', 'int16_be_t', 'int16_be', 'uint16_t', 'uint16',
  'uint16_le_t', 'uint16_le', 'uint16_be_t', 'uint16_be', 'short', 'unsigned short', 'ushort', 'int32_t', 'int32',
  'int32_le_t', 'int32_le', 'int32_be_t', 'int32_be', 'uint32_t', 'uint32', 'uint32_le_t', 'uint32_le', 'uint32_be_t',
  'uint32_be', 'int', 'unsigned int', 'uint', 'int64_t', 'int64', 'int64_le_t', 'int64_le', 'int64_be_t', 'int64_be',
  'uint64_t', 'uint64', 'uint64_le_t', 'uint64_le', 'uint64_be_t', 'uint64_be', 'intptr_t', 'intptr', 'uintptr_t', 'uintptr',
  'size_t', 'long', 'unsigned long', 'ulong', 'long long', 'longlong', 'unsigned long long', 'ulonglong', 'float', 'float32',
  'double', 'float64', 'str', 'string', 'str16', 'string16', 'str32', 'string32', 'wstring',
]; // prettier-ignore

test('lists the 80 built-in names in order', () => {
  assert.deepEqual(Object.keys(types), NAMES);
  assert.equal(NAMES.length, 80);
});

test('each name is the type of that spelling', () => {
  for (const name of NAMES) {
    assert.ok(types[name] instanceof TypeObject, name);
    assert.equal(types[name], type(name), name);
  }
});

test('aliases share one object', () => {
  for (const [a, b] of [
    ['int8', 'int8_t'],
    ['uchar', 'unsigned char'],
    ['uint32_be', 'uint32_be_t'],
    ['ulonglong', 'unsigned long long'],
    ['float32', 'float'],
    ['float64', 'double'],
    ['string', 'str'],
    ['wchar', 'wchar_t'],
  ]) {
    assert.equal(types[a], types[b]);
  }
  assert.notEqual(types.int, types.int32_t);
  assert.notEqual(types.char, types.int8_t);
  assert.notEqual(types.long, types.int64_t);
});

test('describes each type', () => {
  const cases = {
    void: ['void', 'Void', 0], bool: ['bool', 'Bool', 1], int8: ['int8_t', 'Int8', 1], char: ['char', 'Int8', 1],
    uchar: ['unsigned char', 'UInt8', 1], char16: ['char16_t', 'Int16', 2], char32: ['char32_t', 'Int32', 4],
    int16: ['int16_t', 'Int16', 2], ushort: ['unsigned short', 'UInt16', 2], int: ['int', 'Int32', 4],
    uint: ['unsigned int', 'UInt32', 4], int64: ['int64_t', 'Int64', 8], uint64: ['uint64_t', 'UInt64', 8],
    longlong: ['long long', 'Int64', 8], ulonglong: ['unsigned long long', 'UInt64', 8], float: ['float', 'Float32', 4],
    double: ['double', 'Float64', 8], str: ['char *', 'String', WORD], str16: ['char16_t *', 'String16', WORD],
    str32: ['char32_t *', 'String32', WORD],
  }; // prettier-ignore

  for (const [key, [name, primitive, size]] of Object.entries(cases)) {
    const T = types[key];
    const align = size === 8 ? ALIGN64 : size;
    assert.deepEqual({ ...T }, { name, primitive, size, alignment: align, disposable: false }, key);
    assert.deepEqual([sizeof(key), alignof(key)], [size, align]);
  }
});

test('byte-swapped types say so', () => {
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

  for (const bits of [16, 32, 64]) {
    assert.equal(types[`int${bits}_be`].primitive, `Int${bits}${little ? 'S' : ''}`);
    assert.equal(types[`uint${bits}_le`].primitive, `UInt${bits}${little ? '' : 'S'}`);
    assert.equal(types[`uint${bits}_be`].name, `uint${bits}_be_t`);
  }
});

test('is a plain, extensible object without user types', () => {
  assert.equal(Object.getPrototypeOf(types), Object.prototype);
  assert.ok(Object.isExtensible(types));
  ristretto.struct('NotThere', { a: 'int' });
  assert.equal('NotThere' in types, false);
});

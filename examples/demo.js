'use strict';
// Calls real C libraries, prints each call with its result and checks it. Run by `npm start`, or alone:
//   node examples/demo.js
// Exits with 1 when a result is wrong.

const assert = require('node:assert/strict');
const ristretto = require('..');

const { disposable, errno, load, opaque, os, struct } = ristretto;

let checked = 0;
let wrong = 0;

function show(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (Buffer.isBuffer(value)) return `<${value.length} bytes>`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'function') return value.name;
  if (value && typeof value === 'object') {
    return `{ ${Object.entries(value).map(([key, member]) => `${key}: ${show(member)}`).join(', ')} }`;
  }
  return String(value);
}

/** Prints `what` and the value, and checks it: `expected` is a value or a predicate. */
function check(what, value, expected) {
  let ok = true;
  if (typeof expected === 'function') ok = expected(value);
  else {
    try {
      assert.deepEqual(value, expected);
    } catch {
      ok = false;
    }
  }
  checked++;
  if (!ok) wrong++;
  const hint = ok || typeof expected === 'function' ? '' : `, expected ${show(expected)}`;
  console.log(`  ${ok ? 'ok   ' : 'WRONG'} ${what} -> ${show(value)}${hint}`);
  return value;
}

/** Calls a C function, prints and checks the call, and returns its result. */
function call(fn, args, expected) {
  return check(`${fn.info?.name ?? fn.name}(${args.map(show).join(', ')})`, fn(...args), expected);
}

/** The first library that loads, or null. */
function find(...names) {
  for (const name of names) {
    try {
      return load(name);
    } catch (error) {
      if (names.at(-1) === name) console.log(`  not found here: ${error.message.split('\n')[0]}`);
    }
  }
  return null;
}

function section(title, run) {
  console.log(`\n${title}`);
  run();
}

function cLibrary() {
  const c = load(null); // the running program, which has the C library in it

  call(c.func('size_t strlen(const char *s)'), ['ristretto'], 9);
  call(c.func('int strcmp(const char *a, const char *b)'), ['same', 'same'], 0);
  call(c.func('int atoi(const char *s)'), ['1900'], 1900);
  call(c.func('int abs(int n)'), [-7], 7);
  call(c.func('const char *getenv(const char *name)'), ['RISTRETTO_IS_NOT_SET'], null);

  // A string that the C function allocated: it is copied, then freed.
  const ownString = disposable('OwnString', 'str', c.func('void free(void *p)'));
  call(c.func('strdup', ownString, ['str']), ['naïve ☕'], 'naïve ☕');

  // Structs by value.
  struct('div_t', { quot: 'int', rem: 'int' });
  struct('ldiv_t', { quot: 'long', rem: 'long' });
  call(c.func('div_t div(int numerator, int denominator)'), [17, 5], { quot: 3, rem: 2 });
  call(c.func('ldiv_t ldiv(long numerator, long denominator)'), [-17, 5], { quot: -3, rem: -2 });

  // A variadic function: the types of the arguments after `...` stand before them.
  const text = Buffer.alloc(64);
  const snprintf = c.func('int snprintf(_Out_ char *buffer, size_t size, const char *format, ...)');
  call(snprintf, [text, 64, '%s has %d beans, %.2f g each', 'str', 'cup', 'int', 18, 'double', 0.5], 29);
  check('  the buffer', text.toString('utf8', 0, 29), 'cup has 18 beans, 0.50 g each');

  // Out-structs: C fills an object.
  struct('tm', {
    ...{ tm_sec: 'int', tm_min: 'int', tm_hour: 'int', tm_mday: 'int', tm_mon: 'int', tm_year: 'int' },
    ...{ tm_wday: 'int', tm_yday: 'int', tm_isdst: 'int', tm_gmtoff: 'long', tm_zone: 'const char *' },
  });
  const time = {};
  call(c.func('void *gmtime_r(const int64_t *clock, _Out_ tm *result)'), [[1e9], time], (value) => value !== null);
  check('  the struct', [time.tm_year + 1900, time.tm_mon + 1, time.tm_mday, time.tm_hour], [2001, 9, 9, 1]);

  const date = Buffer.alloc(32);
  const strftime = c.func('size_t strftime(_Out_ char *buffer, size_t size, const char *format, const tm *time)');
  call(strftime, [date, 32, '%Y-%m-%d %H:%M:%S', time], 19);
  check('  the buffer', date.toString('utf8', 0, 19), '2001-09-09 01:46:40');

  // errno of the last C call, whatever Node.js did since.
  call(c.func('int chdir(const char *path)'), ['/no/such/folder'], -1);
  check('errno()', errno(), os.errno.ENOENT);
}

function mathLibrary() {
  const m = find('libm.so.6', 'libm.so');
  if (!m) return;

  call(m.func('double sqrt(double x)'), [2], Math.SQRT2);
  call(m.func('double hypot(double x, double y)'), [3, 4], 5);
  call(m.func('float fmaf(float x, float y, float z)'), [2, 3, 0.5], 6.5);
  const exponent = [null];
  call(m.func('double frexp(double x, _Out_ int *exponent)'), [80, exponent], 0.625);
  check('  the exponent', exponent, [7]);
}

function zlib() {
  const z = find('libz.so.1', 'libz.so');
  if (!z) return;

  call(z.func('const char *zlibVersion()'), [], (version) => /^1\./.test(version));
  call(z.func('unsigned long crc32(unsigned long start, const void *data, unsigned int size)'), [0, Buffer.from('123456789'), 9], 0xcbf43926);

  const source = Buffer.from('coffee '.repeat(1000));
  const packed = Buffer.alloc(1000);
  const packedSize = [packed.length];
  const compress = z.func('int compress(void *to, _Inout_ unsigned long *toSize, const void *from, unsigned long size)');
  call(compress, [packed, packedSize, source, source.length], 0);
  check('  compressed size', packedSize[0], (size) => size > 20 && size < 200);

  const back = Buffer.alloc(source.length);
  const backSize = [back.length];
  const uncompress = z.func('int uncompress(void *to, _Inout_ unsigned long *toSize, const void *from, unsigned long size)');
  call(uncompress, [back, backSize, packed, packedSize[0]], 0);
  check('  the same bytes came back', back.equals(source) && backSize[0] === source.length, true);
}

const SQLITE = { OK: 0, ROW: 100, DONE: 101, INTEGER: 1, FLOAT: 2, TEXT: 3, NULL: 5 };

function sqlite() {
  const lib = find('libsqlite3.so.0', 'libsqlite3.so');
  if (!lib) return;

  opaque('sqlite3');
  opaque('sqlite3_stmt');
  const fn = (prototype) => lib.func(prototype);
  const open = fn('int sqlite3_open(const char *file, _Out_ sqlite3 **db)');
  const close = fn('int sqlite3_close(sqlite3 *db)');
  const exec = fn('int sqlite3_exec(sqlite3 *db, const char *sql, void *callback, void *data, void **message)');
  const prepare = fn('int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size, _Out_ sqlite3_stmt **stmt, void **tail)');
  const bindInt = fn('int sqlite3_bind_int64(sqlite3_stmt *stmt, int index, int64_t value)');
  const bindDouble = fn('int sqlite3_bind_double(sqlite3_stmt *stmt, int index, double value)');
  const bindText = fn('int sqlite3_bind_text(sqlite3_stmt *stmt, int index, const char *text, int size, intptr_t destructor)');
  const bindNull = fn('int sqlite3_bind_null(sqlite3_stmt *stmt, int index)');
  const step = fn('int sqlite3_step(sqlite3_stmt *stmt)');
  const rewind = fn('int sqlite3_reset(sqlite3_stmt *stmt)');
  const finalize = fn('int sqlite3_finalize(sqlite3_stmt *stmt)');
  const columnCount = fn('int sqlite3_column_count(sqlite3_stmt *stmt)');
  const columnName = fn('const char *sqlite3_column_name(sqlite3_stmt *stmt, int column)');
  const columnType = fn('int sqlite3_column_type(sqlite3_stmt *stmt, int column)');
  const columnInt = fn('int64_t sqlite3_column_int64(sqlite3_stmt *stmt, int column)');
  const columnDouble = fn('double sqlite3_column_double(sqlite3_stmt *stmt, int column)');
  const columnText = fn('const char *sqlite3_column_text(sqlite3_stmt *stmt, int column)');
  const changes = fn('int sqlite3_changes(sqlite3 *db)');
  const message = fn('const char *sqlite3_errmsg(sqlite3 *db)');
  const TRANSIENT = -1; // SQLite copies the text before the call returns

  const prepared = (sql) => {
    const statement = [null];
    call(prepare, [db, sql, -1, statement, null], SQLITE.OK);
    return statement[0];
  };
  const columns = {
    [SQLITE.INTEGER]: columnInt,
    [SQLITE.FLOAT]: columnDouble,
    [SQLITE.TEXT]: columnText,
    [SQLITE.NULL]: () => null,
  };
  const row = (statement) =>
    Object.fromEntries(
      Array.from({ length: columnCount(statement) }, (_, i) => [
        columnName(statement, i),
        columns[columnType(statement, i)](statement, i),
      ]),
    );

  const holder = [null];
  call(fn('const char *sqlite3_libversion()'), [], (version) => /^3\./.test(version));
  call(open, [':memory:', holder], SQLITE.OK);
  const db = holder[0];

  call(exec, [db, 'CREATE TABLE drinks (name TEXT, ml INTEGER, price REAL, note TEXT)', null, null, null], SQLITE.OK);
  const insert = prepared('INSERT INTO drinks VALUES (?, ?, ?, ?)');
  const drinks = [
    { name: 'ristretto', ml: 20, price: 2.25, note: null },
    { name: 'espresso', ml: 30, price: 2.5, note: 'doppio +1.00' },
    { name: 'café crème', ml: 120, price: 3.75, note: '☕' },
  ];
  for (const drink of drinks) {
    call(bindText, [insert, 1, drink.name, -1, TRANSIENT], SQLITE.OK);
    call(bindInt, [insert, 2, drink.ml], SQLITE.OK);
    call(bindDouble, [insert, 3, drink.price], SQLITE.OK);
    if (drink.note === null) call(bindNull, [insert, 4], SQLITE.OK);
    else call(bindText, [insert, 4, drink.note, -1, TRANSIENT], SQLITE.OK);
    call(step, [insert], SQLITE.DONE);
    call(changes, [db], 1);
    call(rewind, [insert], SQLITE.OK);
  }
  call(finalize, [insert], SQLITE.OK);

  const select = prepared('SELECT name, ml, price, note FROM drinks WHERE ml >= ? ORDER BY ml');
  call(bindInt, [select, 1, 30], SQLITE.OK);
  for (const drink of drinks.slice(1)) {
    call(step, [select], SQLITE.ROW);
    check('  row', row(select), drink);
  }
  call(step, [select], SQLITE.DONE);
  call(finalize, [select], SQLITE.OK);

  call(exec, [db, 'SELECT * FROM beans', null, null, null], 1);
  call(message, [db], 'no such table: beans');
  call(close, [db], SQLITE.OK);
}

console.log(`ristretto ${ristretto.version} on Node.js ${process.version}, ${process.platform} ${process.arch}`);
section('C library', cLibrary);
section('Mathematics (libm)', mathLibrary);
section('Compression (zlib)', zlib);
section('Database (SQLite)', sqlite);
console.log(`\n${checked} results checked, ${wrong} wrong`);
process.exitCode = wrong ? 1 : 0;

'use strict';
// node.poll() and PollHandle: file descriptors of C watched by the event loop.
const { test: allTests } = require('node:test');
const fs = require('node:fs');
const { Worker } = require('node:worker_threads');
const { assert, ristretto, throws, run, runOk, packagePath } = require('./support');

const { load, node } = ristretto;

// C's descriptors of pipes and sockets are those of POSIX.
const test = process.platform === 'win32' ? (what) => allTests(what, { skip: 'no descriptors of POSIX' }, () => {}) : allTests;
const c = load(null);
const declare = (text) => process.platform !== 'win32' && c.func(text);
const pipe = declare('int pipe(_Out_ int *fds)');
const socketpair = declare('int socketpair(int domain, int type, int protocol, _Out_ int *fds)');
const write = declare('long write(int fd, str text, size_t size)');
const read = declare('long read(int fd, void *buffer, size_t size)');
const close = declare('int close(int fd)');

function makePipe() {
  const fds = [0, 0];
  assert.equal(pipe(fds), 0);
  return fds;
}

function makeSockets() {
  const fds = [0, 0];
  assert.equal(socketpair(1, 1, 0, fds), 0); // AF_UNIX, SOCK_STREAM
  return fds;
}

const closeAll = (...fds) => fds.forEach((fd) => close(fd));
const drain = (fd) => read(fd, Buffer.alloc(64), 64);

/** The first event of a handle: [status, events, handle]. */
function firstEvent(fd, ...options) {
  return new Promise((resolve) => {
    const handle = node.poll(fd, ...options, function callback(...args) {
      handle.stop();
      resolve([this, args, handle]);
    });
  });
}

test('calls back with (status, events), `this` undefined, while the condition holds', async () => {
  const [out, into] = makePipe();
  const events = [];

  write(into, 'x', 1);
  await new Promise((resolve) => {
    const handle = node.poll(out, function callback(...args) {
      events.push([this, ...args]);
      if (events.length < 3) return; // nothing was read: it fires again
      handle.close();
      resolve();
    });
    assert.ok(handle instanceof node.PollHandle);
  });
  for (const event of events) {
    assert.deepEqual(event, [undefined, 0, { readable: true, writable: false, disconnect: false }]);
  }
  closeAll(out, into);
});

test('watches what the options ask for, and says no more than that', async () => {
  const [a, b] = makeSockets();
  const [, [status, events], handle] = await firstEvent(a, { writable: 1, readable: 0, other: true });

  assert.deepEqual([status, events], [0, { readable: false, writable: true, disconnect: false }]);
  handle.close();
  close(b);
  const [, [, both], second] = await firstEvent(a, { readable: true, disconnect: true });
  assert.deepEqual(both, { readable: true, writable: false, disconnect: true });
  second.close();
  const [, [, one], third] = await firstEvent(a, { readable: true });
  assert.deepEqual(one, { readable: true, writable: false, disconnect: false });
  third.close();
  close(a);
});

test('an empty options object watches nothing', async () => {
  const [out, into] = makePipe();
  const handle = node.poll(out, {}, () => assert.fail('called'));

  write(into, 'x', 1);
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  handle.close();
  closeAll(out, into);
});

test('stop() and start(), also with other options and from inside the callback', async () => {
  const [a, b] = makeSockets();
  const seen = [];

  write(b, 'x', 1);
  await new Promise((resolve) => {
    const handle = node.poll(a, (status, events) => {
      seen.push(events);
      handle.stop();
      drain(a);
      handle.start({ writable: true }, (_, later) => {
        seen.push(later);
        handle.close();
        resolve();
      });
    });
    assert.equal(handle.stop(), undefined);
    assert.equal(handle.start((...args) => assert.fail(`called: ${args}`)), undefined);
    handle.stop();
    handle.start({ readable: true }, (status, events) => {
      seen.push(events);
      handle.stop();
      drain(a);
      handle.start({ writable: true }, (_, later) => {
        seen.push(later);
        handle.close();
        resolve();
      });
    });
  });
  assert.deepEqual(seen.map((events) => Object.keys(events).filter((key) => events[key]).join()), ['readable', 'writable']);
  closeAll(a, b);
});

test('what cannot be watched is an Error with the error of the system', () => {
  const [out, into] = makePipe();
  const file = fs.openSync(__filename);
  const handle = node.poll(out, {}, () => {});

  throws(() => node.poll(-1, () => {}), Error, 'SYSTEM', /poll\(\).*-1.*EBADF/);
  throws(() => node.poll(1_000_000, () => {}), Error, 'SYSTEM', /EBADF/);
  throws(() => node.poll(file, () => {}), Error, 'SYSTEM', /EPERM/);
  handle.start(() => {});
  throws(() => node.poll(out, () => {}), Error, 'SYSTEM', /EEXIST/);
  handle.close();
  fs.closeSync(file);
  closeAll(out, into);
});

test('arguments of the wrong kind are TypeErrors', () => {
  const [out, into] = makePipe();
  const handle = node.poll(out, {}, () => {});

  throws(() => node.poll(), TypeError, 'ARGUMENT_COUNT');
  throws(() => node.poll(out), TypeError, 'ARGUMENT_COUNT');
  for (const fd of ['0', null, undefined, {}, 5n, true]) throws(() => node.poll(fd, () => {}), TypeError, 'ARGUMENT');
  for (const callback of [null, {}, 'x', 5]) throws(() => node.poll(out, {}, callback), TypeError, 'ARGUMENT');
  for (const options of [null, 'x', 5, []]) throws(() => node.poll(out, options, () => {}), TypeError, 'ARGUMENT');
  throws(() => handle.start(), TypeError, 'ARGUMENT_COUNT');
  throws(() => handle.start(5), TypeError, 'ARGUMENT');
  throws(() => handle.start(null, () => {}), TypeError, 'ARGUMENT');
  for (const name of ['start', 'stop', 'close', 'ref', 'unref']) {
    throws(() => handle[name].call({}, () => {}), TypeError, 'RECEIVER');
  }
  throws(() => new node.PollHandle(), Error, 'CONSTRUCT');
  handle.close();
  closeAll(out, into);
});

test('close() may be repeated, everything else throws afterwards', () => {
  const [out, into] = makePipe();
  const handle = node.poll(out, () => {});

  assert.equal(handle.close(), undefined);
  assert.equal(handle.close(), undefined);
  for (const name of ['stop', 'ref', 'unref']) throws(() => handle[name](), Error, 'CLOSED');
  throws(() => handle.start(() => {}), Error, 'CLOSED');
  closeAll(out, into);
});

test('Symbol.dispose closes', { skip: !Symbol.dispose }, () => {
  const [out, into] = makePipe();
  const handle = node.poll(out, () => {});

  handle[Symbol.dispose]();
  throws(() => handle.stop(), Error, 'CLOSED');
  closeAll(out, into);
});

const PRELUDE = `
  const { load, node } = require(${JSON.stringify(packagePath)});
  const c = load(null), fds = [0, 0];
  c.func('int pipe(_Out_ int *fds)')(fds);
  const send = () => c.func('long write(int fd, str text, size_t size)')(fds[1], 'x', 1);`;

test('an exception of the callback is an uncaught one, and the handle goes on', () => {
  const { status, stdout } = run(`${PRELUDE}
    let calls = 0;
    process.on('uncaughtException', (error) => console.log('caught', error));
    const handle = node.poll(fds[0], () => {
      if (++calls === 2) handle.close();
      throw calls;
    });
    send();`);

  assert.equal(stdout, 'caught 1\ncaught 2\n');
  assert.equal(status, 0);
});

test('an exception that nobody handles ends the program', () => {
  const { status, signal, stderr } = run(`${PRELUDE} node.poll(fds[0], () => { throw new Error('on purpose'); }); send();`);

  assert.deepEqual([status, signal], [1, null]);
  assert.match(stderr, /on purpose/);
});

test('a watching handle keeps the program alive, even uncollected; unref() lets it end', () => {
  const output = runOk(`${PRELUDE}
    node.poll(fds[0], () => { console.log('called'); process.exit(0); });
    setTimeout(() => { gc(); send(); }, 30).unref();`, { flags: ['--expose-gc'] });
  assert.equal(output, 'called\n');
  runOk(`${PRELUDE} node.poll(fds[0], () => {}).unref();`);
  runOk(`${PRELUDE} node.poll(fds[0], () => {}).stop();`);
});

test('a worker with open handles ends, by itself and by terminate()', async () => {
  const source = `${PRELUDE}
    for (let i = 0; i < 10; i++) {
      const more = [0, 0];
      c.func('int pipe(_Out_ int *fds)')(more);
      node.poll(more[0], () => {}).MODE();
    }
    require('node:worker_threads').parentPort.postMessage('ready');`;

  for (const [mode, terminate] of [['ref', true], ['unref', false]]) {
    const worker = new Worker(source.replace('MODE', mode), { eval: true });
    const code = await new Promise((resolve) => {
      worker.on('message', () => terminate && worker.terminate());
      worker.on('exit', resolve);
    });
    assert.equal(code, terminate ? 1 : 0);
  }
});

test('many handles one after the other leave nothing behind', async () => {
  const [out, into] = makePipe();

  write(into, 'x', 1);
  for (let i = 0; i < 200; i++) {
    const [, , handle] = await firstEvent(out, { readable: true });
    handle.close();
    await new Promise(setImmediate); // the loop lets go of it
  }
  closeAll(out, into);
});

// What may go wrong here ends the process.
const DESCRIPTORS = `
  const { node, load } = ristretto;
  const fs = require('node:fs');
  const pipe = load(null).func('int pipe(_Out_ int *fds)');
  const makePipe = () => { const fds = [0, 0]; pipe(fds); return fds; };
  const [out, into] = makePipe();
  const idle = () => {};
`;
const lines = (source) => runOk(DESCRIPTORS + source).split('\n').filter(Boolean);
const { EBADF, EPERM } = ristretto.os.errno;

test('a descriptor that is closed right after poll() is reported as status', () => {
  const source = `
    const handle = node.poll(out, (status, events) => {
      console.log(status, Object.values(events).includes(true));
      try { handle.start(idle); } catch (error) { console.log(error.code, /EBADF/.test(error.message)); }
    });
    fs.closeSync(out);`;

  assert.deepEqual(lines(source), [`${-EBADF} false`, 'ERR_RISTRETTO_SYSTEM true']);
});

test('a descriptor that becomes a file right after poll() is reported as status', () => {
  const source = `
    node.poll(out, (status) => console.log(status));
    fs.closeSync(out);
    assert.equal(fs.openSync(process.execPath), out);`;

  assert.deepEqual(lines(source), [String(-EPERM)]);
});

test('callbacks of closed descriptors may close others and restart their handles', () => {
  const source = `
    const [other] = makePipe();
    const second = node.poll(other, (status) => console.log('second', status));
    const first = node.poll(out, (status) => {
      console.log('first', status);
      fs.closeSync(other);
      second.start((status) => console.log('never'));
    });
    process.on('uncaughtException', (error) => console.log(error.code));
    fs.closeSync(out);`;

  // The failed start() leaves the second handle as it was.
  assert.deepEqual(lines(source), [`first ${-EBADF}`, 'ERR_RISTRETTO_SYSTEM', `second ${-EBADF}`]);
});

test('start() on a descriptor that was closed, or became a file, is an Error', () => {
  const source = `
    const [other] = makePipe();
    const running = node.poll(out, idle);
    const stopped = node.poll(other, idle);
    stopped.stop();
    setTimeout(() => {
      fs.closeSync(out);
      fs.closeSync(other);
      throws(() => running.start(idle), Error, 'SYSTEM', /^start.*EBADF/);
      throws(() => stopped.start({ writable: true }, idle), Error, 'SYSTEM', /EBADF/);
      assert.equal(fs.openSync(process.execPath), Math.min(out, other));
      throws(() => (out < other ? running : stopped).start(idle), Error, 'SYSTEM', /EPERM/);
      running.close();
      console.log('alive');
    }, 10);`;

  assert.deepEqual(lines(source), ['alive']);
});

test('handles closed by a callback get none of the events of that turn', () => {
  const source = `
    const pipes = Array.from({ length: 20 }, makePipe);
    const handles = pipes.map(([out]) => node.poll(out, () => {
      console.log('event');
      handles.forEach((handle) => handle.close());
    }));
    pipes.forEach(([, into]) => fs.writeSync(into, 'x'));`;

  assert.deepEqual(lines(source), ['event']);
});

test('a worker ends with a handle just started on a closed descriptor', () => {
  const source = `
    const { Worker } = require('node:worker_threads');
    const body = \`
      const { node } = require(\${JSON.stringify(${JSON.stringify(packagePath)})});
      const { workerData, parentPort } = require('node:worker_threads');
      node.poll(workerData, () => { for (;;) parentPort.postMessage('in'); });
      require('node:fs').closeSync(workerData);
    \`;
    const worker = new Worker(body, { eval: true, workerData: out });
    worker.once('message', () => worker.terminate());
    worker.on('exit', (code) => console.log(code));`;

  assert.deepEqual(lines(source), ['1']);
});

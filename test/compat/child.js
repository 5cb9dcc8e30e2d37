'use strict';
// child.js <koffi|ristretto> <page> <probe numbers, comma separated>
// Runs probes of one page and reports on descriptor 3: "> n" before each probe, "= n text" after it.
// A probe that kills this process is the one that was announced last.

const fs = require('node:fs');
const { show, showThrown } = require('./show');
const { readPage } = require('./probe');
const { makeWorld } = require('./world');

const [, , implementation, page, numbers] = process.argv;
const tell = (line) => fs.writeSync(3, `${line}\n`);

/** Set-ups that fail are reported once; the probes that need them fail by themselves. */
function attempt(run) {
  try {
    run();
  } catch (error) {
    tell(`! ${String(error?.message).split('\n')[0]}`);
  }
}

const LIMIT_MS = 12000; // above that of a script
const LOST = Symbol('lost');

/** A promise that is never settled, say of a lost completion, is an outcome too. */
async function outcome(run) {
  let timer;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT_MS, LOST)));
  try {
    const value = await Promise.race([run(), limit]);
    return value === LOST ? '✗LOST' : show(value);
  } catch (error) {
    return showThrown(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise of a probe that fails before it is awaited: its outcome will tell. */
process.on('unhandledRejection', () => {});

async function main() {
  const name = implementation === 'koffi' ? 'koffi' : 'ristretto';
  const world = makeWorld(name);
  const { probes, setups } = readPage(page, world);

  attempt(world.defineTypes);
  setups.forEach(attempt);
  for (const n of numbers.split(',').map(Number)) {
    tell(`> ${n}`);
    world.current = n;
    tell(`= ${n} ${await outcome(probes[n].run)}`);
  }
  process.exit(0); // a pending handle of a probe must not keep the child alive
}

main();

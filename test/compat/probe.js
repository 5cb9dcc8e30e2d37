'use strict';
// The language of the page scripts.
//
//   module.exports = ({ probe, setup, k, fn, f, lib, fresh }) => { ... }
//
//   probe(name, run, expect, tag)   run() gives the outcome, or a promise of it;
//                                   expect is the value or TE, E, RE, throws(class).
//                                   Without a tag koffi and ristretto must both give `expect`
//                                   (or, when it is left out, the same outcome).
//                                   A tag is a key of differences.js: ristretto must give `expect`
//                                   and koffi must not.
//   crash(tag)                      as tag, for outcomes that end koffi's process: runs in a child of its own
//   unstable(tag)                   as tag, where koffi may agree: its outcome depends on stale memory or on Node
//   setup(run)                      definitions shared by the probes of a page
//
//   k        the module under test         f(prototype)   a fixture function declared that way
//   lib()    the fixture library           fn.name        a fixture function declared as in world.js
//   fresh(n) a type name that no other probe uses
//   script(run)   runs a function in a process of its own: see script.js; more helpers are in world.js
//
// Names are only touched inside probes and set-ups: `run.js --docs` reads the pages without any module.

const { Throws } = require('./show');

const TE = new Throws('TypeError');
const E = new Throws('Error');
const RE = new Throws('RangeError');
const throws = (name) => new Throws(name);

const PAGES = [
  'module',
  'loading',
  'functions',
  'primitives',
  'strings',
  'composites',
  'arrays',
  'pointers',
  'output',
  'memory',
  'types',
  'errors',
  'callbacks',
  'threads',
  'async',
];

const crash = (tag) => ({ differs: tag, alone: true });
const unstable = (tag) => ({ differs: tag, unstable: true });

/** Reads a page. `world` gives k, lib, fn, f and helpers; null when only the list is wanted. */
function readPage(page, world) {
  const probes = [];
  const setups = [];
  let section = '';

  function probe(name, run, ...rest) {
    const [expect, tag] = rest;
    const options = typeof tag === 'string' ? { differs: tag } : tag ?? {};
    const full = section ? `${section}: ${name}` : name;
    if (options.differs && rest.length === 0) throw new Error(`${page}: '${full}' needs an expectation`);
    probes.push({ name: full, run, expect, hasExpect: rest.length > 0, ...options });
  }

  /** Names that are given inside get the title in front. */
  function group(title, body) {
    section = title;
    body();
    section = '';
  }

  /** rows: [name, run, expect, tag] */
  function table(title, rows) {
    group(title, () => rows.forEach((row) => probe(...row)));
  }

  require(`./pages/${page}.js`)({
    ...world,
    probe,
    group,
    table,
    setup: (run) => setups.push(run),
    fresh: (name) => `${name}_${world.current}`,
  });
  const names = probes.map((p) => p.name);
  const twice = names.filter((name, n) => names.indexOf(name) < n);
  if (twice.length > 0) throw new Error(`${page}: used twice as the name of a probe: ${twice.join(', ')}`);
  return { probes, setups };
}

module.exports = { PAGES, TE, E, RE, throws, crash, unstable, readPage };

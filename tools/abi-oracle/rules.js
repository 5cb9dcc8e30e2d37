// The rules of each convention's document, each with signatures that are there for it (rules/<name>.js), and the
// signatures of the vectors: those, then what choose.js has for all, then random ones.
'use strict';

const { choose } = require('./choose.js');
const { scalars, signatureText } = require('./signature.js');

const COUNT = 470;
const SEED = 20250607;
const FAMILIES = [[/^x86/, 'x86'], [/^a32/, 'a32'], [/^(rv|la)64/, 'rv64']]; // those with a file of rules

// [{ rule, text, signatures }]: `rule` as its document has it, `text` what it says.
function rulesOf(abi) {
  return require(`./rules/${FAMILIES.find(([pattern]) => pattern.test(abi))?.[1] ?? abi}.js`)(abi);
}

// [{ signature, rule }], those without a rule last. Records of more than the probe's stack hold no argument here.
function signaturesOf(abi, { takes = () => true, adapt = (signature) => signature }) {
  const own = rulesOf(abi).flatMap(({ rule, signatures }) => signatures.map((s) => ({ signature: adapt(s), rule })))
    .filter((t) => takes(t.signature));
  const texts = new Set(own.map((t) => signatureText(t.signature)));
  const isSmall = (s) => s.params.reduce((n, p) => n + scalars(p.type).length, 0) < 60;
  const more = choose(4 * COUNT, SEED).map(adapt).filter((s) => takes(s) && isSmall(s) && !texts.has(signatureText(s)));
  return [...own, ...more.slice(0, Math.max(0, COUNT - texts.size)).map((signature) => ({ signature }))];
}

module.exports = { rulesOf, signaturesOf };

'use strict';

// Prints the nanoseconds that require(<file>) takes in a fresh process (arguments: the peer's name, <file>); loads
// nothing else before. As in child.js, it is the time by the clock, or the processor time where that is less.

const file = process.argv[3];
const before = process.cpuUsage();
const start = process.hrtime.bigint();
require(file);
const clock = Number(process.hrtime.bigint() - start);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${Math.min(clock, (user + system) * 1e3)}`);

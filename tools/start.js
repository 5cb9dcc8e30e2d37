'use strict';
// npm start: installs what is missing, builds and runs the demonstration.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { ROOT, ensureBuilt, ensureLibraries, ensureModules, ensureTools, runMain, say } = require('./setup.js');

runMain(async () => {
  ensureTools();
  ensureLibraries();
  ensureModules();
  await ensureBuilt();
  say('demonstration (examples/demo.js)');
  const demo = spawnSync(process.execPath, [path.join(ROOT, 'examples', 'demo.js')], { stdio: 'inherit' });
  if (demo.signal) console.error(`the demonstration was ended by ${demo.signal}`);
  process.exitCode = demo.status ?? 1;
});

'use strict';
// Loaded first by every emulated Node.js: its children are to be emulated, too (platforms.js).
process.execPath = process.env.RISTRETTO_EXEC_PATH;

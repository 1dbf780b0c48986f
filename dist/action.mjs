#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error cn2-fleet needs Node 24 or newer, this is ' + process.version);
  process.exit(1);
}
process.argv.splice(2, Infinity, 'node-action');
import('./main.mjs');

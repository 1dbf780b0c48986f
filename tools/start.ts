/** Plain enough for any Node that has modules, so that an old one is told what is needed instead of a syntax error. */
export const START = `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error cn2-fleet needs Node 24 or newer, this is ' + process.version);
  process.exit(1);
}
`;

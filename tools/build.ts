/** Bundles src/main.ts into dist/cn2-fleet.mjs: one file, the same bytes for the same sources and lock file. */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** What an older Node is told. */
const NODE_CHECK = `if (Number(process.versions.node.split('.')[0]) < 24) { console.error('error cn2-fleet needs Node 24 or newer, this is ' + process.version); process.exit(1); }`;

const bundle = await rolldown({
  input: join(root, 'src/main.ts'),
  platform: 'node',
  cwd: root,
  resolve: { conditionNames: ['node', 'import', 'default'] },
  // The lab is loaded from a checkout at run time and is never part of the bundle.
  external: [/^node:/],
  // Old enough to be parsed by an older Node, so that the banner can say what is needed instead of a syntax error.
  transform: { target: 'es2022' },
  onwarn: (warning, report) => {
    // client-node's generated models import each other in circles; nothing runs at import.
    if (warning.code !== 'CIRCULAR_DEPENDENCY') report(warning);
  },
});
await rm(dist, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  minify: true,
  entryFileNames: 'cn2-fleet.mjs',
  codeSplitting: false,
  banner: `#!/usr/bin/env node
${NODE_CHECK}`,
});
await chmod(join(dist, 'cn2-fleet.mjs'), 0o755);

const packages = new Set<string>();
for (const chunk of output) {
  if (chunk.type !== 'chunk') continue;
  for (const id of chunk.moduleIds) {
    const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id);
    if (match) packages.add(match[0]);
  }
}
const notices: string[] = [];
for (const folder of [...packages].sort()) {
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    name?: string;
    version?: string;
    license?: string;
  };
  if (about.name === undefined || about.version === undefined) continue;
  const licence = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = licence === undefined ? '' : (await readFile(join(folder, licence), 'utf8')).trim();
  notices.push(`${about.name} ${about.version} (${about.license ?? 'see its repository'})\n\n${text}\n`);
}
await writeFile(join(dist, 'licenses.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));

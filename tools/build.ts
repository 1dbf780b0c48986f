/**
 * Bundles src/main.ts into dist/: starts that check Node, the program, and a chunk for each part that is loaded when it is needed.
 * The same bytes for the same sources and lock file.
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** Files that start the program, by the word that they put before it; node/action.yml can name a file alone. */
const STARTS = { 'cn2-fleet.mjs': '', 'action.mjs': 'node-action', 'action-clean-up.mjs': 'node-action-clean-up' };

/** Plain enough for any Node that has modules, so that an old one is told what is needed instead of a syntax error. */
const start = (word: string) => `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error cn2-fleet needs Node 24 or newer, this is ' + process.version);
  process.exit(1);
}
${word === '' ? '' : `process.argv.splice(2, Infinity, '${word}');\n`}import('./main.mjs');
`;

/**
 * Packages whose modules only define things (looked at): what is not used of them is left out. The HTTP client of @actions/core is such.
 */
const ONLY_DEFINITIONS = /node_modules\/@actions\/(core|exec|io|http-client)\//;

/**
 * Importing node:http as a module reads all that it exports, and with that Node loads its own fetch (node:http exports the WebSocket of
 * it): 10 ms and more. Asked for this way it does not. Names that the bundle uses of it; the build fails for one that is missing here.
 */
const HTTP = ['Agent', 'STATUS_CODES', 'globalAgent', 'request'];
const httpWithoutFetch: Plugin = {
  name: 'http-without-fetch',
  resolveId: (source, _importer, { kind }) =>
    kind === 'import-statement' && /^(node:)?http$/.test(source) ? '\0http-without-fetch' : null,
  load: (id) =>
    id === '\0http-without-fetch'
      ? `const http = process.getBuiltinModule('node:http'); export default http; export const { ${HTTP.join(', ')} } = http;`
      : null,
};

/** `@actions/exec` of a module in it is actions-exec: its files are called like many others. */
function packageName(moduleId: string | null | undefined): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId ?? '')?.[1];
  return name?.replace('@', '').replace('/', '-');
}

const bundle = await rolldown({
  input: join(root, 'src/main.ts'),
  platform: 'node',
  cwd: root,
  resolve: {
    conditionNames: ['node', 'import', 'default'],
    // The package itself, not files in it.
    alias: { undici$: join(import.meta.dirname, 'undici-parts.mjs') },
  },
  // The lab is loaded from a checkout at run time and is never part of the bundle.
  external: [/^node:(?!http$)/],
  plugins: [httpWithoutFetch],
  transform: { target: 'es2024' },
  treeshake: { moduleSideEffects: [{ test: ONLY_DEFINITIONS, sideEffects: false }] },
  onwarn: (warning, report) => {
    if (warning.code === 'IMPORT_IS_UNDEFINED') throw new Error(warning.message);
    // Modules that import each other in circles; nothing runs at import.
    if (warning.code !== 'CIRCULAR_DEPENDENCY') report(warning);
  },
});
const { output } = await bundle.generate({
  format: 'esm',
  minify: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  entryFileNames: 'main.mjs',
  // Named after what they start with, without a hash: a change of one shows as a change of that file.
  chunkFileNames: ({ facadeModuleId }) => `${packageName(facadeModuleId) ?? '[name]'}.mjs`,
});
// Only now: a build that fails leaves what was there.
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
for (const file of output) await writeFile(join(dist, file.fileName), file.type === 'chunk' ? file.code : file.source);
for (const [name, word] of Object.entries(STARTS)) {
  await writeFile(join(dist, name), start(word));
  await chmod(join(dist, name), 0o755);
}

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

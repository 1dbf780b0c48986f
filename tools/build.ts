/**
 * Bundles src/main.ts into dist/: starts that check Node, the program, and a chunk for each part that is loaded when it is needed.
 * The same bytes for the same sources and lock file.
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

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
 * Importing a module of Node as such reads all that it exports, and what is behind that is loaded: with node:http Node's own fetch, with
 * node:util a text decoder and a diff, with node:crypto the Web's. It takes 10 ms and more; asked for this way it does not. Names that
 * the bundle uses of them; the build fails for one that is missing here.
 */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  crypto: ['X509Certificate', 'createHash', 'randomUUID'],
  http: ['Agent', 'STATUS_CODES', 'globalAgent', 'request'],
  util: ['isDeepStrictEqual', 'parseArgs', 'styleText'],
};
const PART = new RegExp(`^(?:node:)?(${Object.keys(PARTS).join('|')})$`);
const PREFIX = '\0parts-of-';
const partsOfNode: Plugin = {
  name: 'parts-of-node',
  resolveId(source, importer, { kind }) {
    const name = kind === 'import-statement' ? PART.exec(source)?.[1] : undefined;
    if (name === undefined) return null;
    // octokit takes the Web's from node:crypto: its chunk is loaded where GitHub is asked.
    if (name === 'crypto' && importer?.includes('node_modules')) return { id: 'node:crypto', external: true };
    return PREFIX + name;
  },
  load(id) {
    if (!id.startsWith(PREFIX)) return null;
    const name = id.slice(PREFIX.length);
    const members = `export const { ${PARTS[name]!.join(', ')} } = module;`;
    return `const module = process.getBuiltinModule('node:${name}'); export default module; ${members}`;
  },
};

/** `@actions/exec` of a module in it is actions-exec: its files are called like many others. */
function packageName(moduleId: string | null | undefined): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId ?? '')?.[1];
  return name?.replace('@', '').replace('/', '-');
}

/** `plan` of the part of that verb which runs: every verb calls it so. */
function verbName(moduleId: string | null | undefined): string | undefined {
  return /src\/verbs\/(\w+)\/run\.ts$/.exec(moduleId ?? '')?.[1];
}

const bundle = await rolldown({
  input: join(root, 'src/main.ts'),
  // It exports nothing.
  preserveEntrySignatures: false,
  platform: 'node',
  cwd: root,
  resolve: {
    conditionNames: ['node', 'import', 'default'],
    // The package itself, not files in it.
    alias: { undici$: join(import.meta.dirname, 'undici-parts.mjs') },
  },
  // The lab is loaded from a checkout at run time and is never part of the bundle.
  external: [new RegExp(`^node:(?!(?:${Object.keys(PARTS).join('|')})$)`)],
  plugins: [partsOfNode],
  transform: { target: 'es2024' },
  treeshake: { moduleSideEffects: [{ test: ONLY_DEFINITIONS, sideEffects: false }] },
  onwarn: (warning, report) => {
    if (warning.code === 'IMPORT_IS_UNDEFINED') throw new Error(warning.message);
    // Modules that import each other in circles; nothing runs at import.
    if (warning.code !== 'CIRCULAR_DEPENDENCY') report(warning);
  },
});

/** Modules that a chunk cannot do without: its own, and those of what it imports before it runs. */
function modulesFrom(chunks: ReadonlyMap<string, OutputChunk>, fileName: string, seen = new Set<string>()): string[] {
  const chunk = chunks.get(fileName);
  if (chunk === undefined || seen.has(fileName)) return [];
  seen.add(fileName);
  return [...chunk.moduleIds, ...chunk.imports.flatMap((name) => modulesFrom(chunks, name, seen))];
}

/**
 * Two chunks hold what runs: the one the program starts with, which knows the facts of its commands, and the one that runs them. Left to
 * itself each verb would have a chunk, and one for every set of verbs that share something: a command would load thirty files. Which
 * module belongs to which says a first pass.
 */
async function chunksOfProgram(): Promise<{ start: ReadonlySet<string>; commands: ReadonlySet<string> }> {
  const { output } = await bundle.generate({ format: 'esm' });
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  const files = [...chunks.values()];
  const reached = (wanted: (chunk: OutputChunk) => boolean) =>
    files.filter(wanted).flatMap(({ fileName }) => modulesFrom(chunks, fileName));
  const start = new Set(reached(({ isEntry }) => isEntry));
  const runs = reached(
    ({ facadeModuleId }) => /src\/cli\/perform\.ts$/.test(facadeModuleId ?? '') || verbName(facadeModuleId) !== undefined,
  );
  return { start, commands: new Set(runs.filter((id) => !start.has(id))) };
}

const program = await chunksOfProgram();
const { output } = await bundle.generate({
  format: 'esm',
  minify: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      { name: 'start', test: (id) => program.start.has(id) && !id.endsWith('src/main.ts') },
      { name: 'commands', test: (id) => program.commands.has(id) },
    ],
  },
  entryFileNames: 'main.mjs',
  // Named after what they start with, without a hash: a change of one shows as a change of that file.
  chunkFileNames: ({ facadeModuleId }) => `${packageName(facadeModuleId) ?? verbName(facadeModuleId) ?? '[name]'}.mjs`,
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

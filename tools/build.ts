/**
 * Bundles src/main.ts into dist/: starts that check Node, the program, a chunk for each part that is loaded when it is needed, and the
 * shell of HTML pages, whose script is bundled apart.
 * The same bytes for the same sources and lock file.
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { INPUT } from './bundle-input.ts';
import { pageShell } from './page-shell.ts';
import { START } from './start.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** Files that start the program, by the word that they put before it; node/action.yml can name a file alone. */
const STARTS = { 'cn2-fleet.mjs': '', 'action.mjs': 'node-action', 'action-clean-up.mjs': 'node-action-clean-up' };

const start = (word: string) =>
  `${START}${word === '' ? '' : `process.argv.splice(2, Infinity, '${word}');\n`}import('./main.mjs');\n`;

/** `@actions/exec` of a module in it is actions-exec: its files are called like many others. */
function packageName(moduleId: string | null | undefined): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId ?? '')?.[1];
  return name?.replace('@', '').replace('/', '-');
}

/** `plan` of the part of that verb which runs: every verb calls it so. */
function verbName(moduleId: string | null | undefined): string | undefined {
  return /src\/verbs\/(\w+)\/run\.ts$/.exec(moduleId ?? '')?.[1];
}

const bundle = await rolldown(INPUT);

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
const page = await pageShell();
// Only now: a build that fails leaves what was there.
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
for (const file of output) await writeFile(join(dist, file.fileName), file.type === 'chunk' ? file.code : file.source);
for (const [name, word] of Object.entries(STARTS)) {
  await writeFile(join(dist, name), start(word));
  await chmod(join(dist, name), 0o755);
}

await writeFile(join(dist, 'page.html'), page.shell);

const packages = new Set<string>();
for (const id of [...output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : [])), ...page.modules]) {
  const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id);
  if (match) packages.add(match[0]);
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

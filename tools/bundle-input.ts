import { dirname, join } from 'node:path';
import type { InputOptions, Plugin } from 'rolldown';

const root = dirname(import.meta.dirname);

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

/** What is bundled, and how its modules are read: the same for the chunks in dist/ and for the program as one file. */
export const INPUT: InputOptions = {
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
};

/**
 * Looks for the words of tools/dictionary.json in everything that people read: sources with their messages and comments, documents,
 * workflows. Prints file:line:column, the word and what to say instead; exit 1 when there is one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Entry, wordFaults } from './words.ts';

const ROOT = dirname(import.meta.dirname);
const READ = [
  'src',
  'lab',
  'tools',
  'bench',
  'docs',
  'images',
  'workflows',
  'examples',
  'schema',
  'action.yml',
  'node/action.yml',
  'README.md',
  'CONTRIBUTING.md',
];
const TEXTS = /\.(ts|mjs|md|yml|yaml|sh|json)$/;
/** The dictionary itself, and the vendor's and Kubernetes' own texts. */
const OTHERS = /^(tools\/dictionary\.json|examples\/.*\/cn2\/|lab\/github\/openapi|lab\/cn2\/crds\/.*\.(json|yaml)$)/;

const entries: Entry[] = JSON.parse(readFileSync(join(import.meta.dirname, 'dictionary.json'), 'utf8'));
const paths = execFileSync('git', ['ls-files', '-z', '--', ...READ], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => TEXTS.test(path) && !OTHERS.test(path) && existsSync(join(ROOT, path)));

for (const path of paths)
  for (const { line, column, word, say } of wordFaults(path, readFileSync(join(ROOT, path), 'utf8'), entries)) {
    process.stdout.write(`${path}:${line}:${column} "${word}": say ${say}\n`);
    process.exitCode = 1;
  }

/** Runs every generator and says which checked-in file is not what it makes. Exit 1 when there is one; the files are then current. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const generators = readdirSync(import.meta.dirname).filter((name) => name.startsWith('generate-'));
/** What is generated beside the schemas, wholly or in parts. */
const PAGES = ['action.yml', 'node/action.yml', 'docs/action.md', 'docs/rules.md', 'docs/reference.md'];
const generated = () =>
  new Map([...readdirSync(join(root, 'schema')).map((name) => join('schema', name)), ...PAGES].map((path) => [path, text(path)]));

function text(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}

const before = generated();
for (const generator of generators)
  execFileSync(process.execPath, [join(import.meta.dirname, generator)], { stdio: ['ignore', 'ignore', 'inherit'] });
const stale = [...generated()].filter(([path, now]) => before.get(path) !== now).map(([path]) => path);
if (stale.length > 0) {
  process.stderr.write(`not what the sources generate: ${stale.join(', ')}. They have been written again: commit them.\n`);
  process.exitCode = 1;
}

import type { Git } from '../git/run.ts';
import { patternSource } from '../workflow-run-triggers.ts';

interface Rule {
  expression: RegExp;
  owners: string[];
}

/** Where GitHub looks for the file, in this order. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/**
 * Who owns each of the paths, by CODEOWNERS of a commit: `ada`, or `acme/team` for a team. The last line that fits decides; one that
 * names nobody leaves its paths without an owner. Paths without owners are left out.
 */
export async function ownersOf(git: Git, commit: string, paths: readonly string[]): Promise<string[][]> {
  for (const place of PLACES) {
    const { exitCode, stdout } = await git.attempt(['show', `${commit}:${place}`]);
    if (exitCode !== 0) continue;
    const rules = rulesIn(stdout.toString('utf8'));
    return paths
      .map((path) => rules.findLast(({ expression }) => expression.test(path))?.owners ?? [])
      .filter(({ length }) => length > 0);
  }
  return [];
}

/** Exported for its test. */
export function rulesIn(text: string): Rule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [pattern, ...owners] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern === undefined || pattern === '') return [];
    return [{ expression: expressionOf(pattern), owners: owners.map((owner) => owner.replace(/^@/, '')) }];
  });
}

/** As in .gitignore: a pattern without a slash in front or in the middle fits at any depth, a folder stands for all below it. `a/*` stands for the files of a folder alone. */
function expressionOf(pattern: string): RegExp {
  const anchored = pattern.slice(0, -1).includes('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  const below = bare.endsWith('/*') ? '' : pattern.endsWith('/') ? '/.*' : '(?:/.*)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${patternSource(bare)}${below}$`);
}

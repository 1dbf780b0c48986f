import type { Git } from './run.ts';

export interface Change {
  path: string;
  /** Where it was, for a rename. */
  from?: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Blob after the change; before it for a removed file. */
  sha: string;
  additions: number;
  deletions: number;
  /** Unified diff from the first hunk on; absent for binary files. */
  patch?: string;
}

const STATUS: Record<string, Change['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Files that differ from one tree-ish to another; `from` undefined: from nothing. */
export async function changesBetween(git: Git, from: string | undefined, to: string): Promise<Change[]> {
  const range = [from ?? EMPTY_TREE, to];
  const [facts, text] = await Promise.all([
    git.run(['diff-tree', '-r', '-M', '--raw', '--numstat', '-z', '--abbrev=40', ...range]),
    git.run(['diff-tree', '-r', '-M', '-p', '--no-color', ...range]),
  ]);
  const patches = text.split(/^(?=diff --git )/m).filter((part) => part !== '');
  return parseChanges(facts.split('\0')).map((change, index) => {
    const patch = hunks(patches[index] ?? '');
    return patch === undefined ? change : { ...change, patch };
  });
}

/** git prints the raw lines of all files first, then the counts in the same order. */
function parseChanges(fields: string[]): Change[] {
  const changes: Change[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':')) {
    const [, , before = '', after = '', letter = ''] = fields[at++]!.split(' ');
    const moved = /^[RC]/.test(letter);
    const first = fields[at++] ?? '';
    const path = moved ? (fields[at++] ?? '') : first;
    const status = STATUS[letter[0] ?? ''] ?? 'changed';
    changes.push({
      path,
      status,
      sha: status === 'removed' ? before : after,
      additions: 0,
      deletions: 0,
      ...(moved ? { from: first } : {}),
    });
  }
  for (const change of changes) {
    const [additions = '', deletions = '', path] = (fields[at++] ?? '').split('\t');
    if (path === '') at += 2; // a rename: both names follow
    change.additions = Number(additions) || 0;
    change.deletions = Number(deletions) || 0;
  }
  return changes;
}

function hunks(patch: string): string | undefined {
  const start = patch.search(/^@@ /m);
  return start < 0 ? undefined : patch.slice(start).replace(/\n$/, '');
}

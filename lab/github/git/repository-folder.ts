import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Protection } from '../state/model.ts';
import { type Git, gitIn } from './run.ts';

/**
 * git runs this for each ref of a push. A protected branch is refused in GitHub's words: GH006 is branch protection,
 * GH013 a ruleset. The list has a line `KIND BRANCH` for each.
 */
const UPDATE_HOOK = `#!/bin/sh
branch=\${1#refs/heads/}
[ -f "$GIT_DIR/protected" ] || exit 0
while read -r kind name; do
  [ "$name" = "$branch" ] || continue
  if [ "$kind" = ruleset ]; then
    echo "error: GH013: Repository rule violations found for $1." >&2
    echo >&2
    echo "- Changes must be made through a pull request." >&2
  else
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
  fi
  exit 1
done < "$GIT_DIR/protected"
`;

const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[gc]
	auto = 0
`;

/** The bare repository of owner/name below the twin's folder, which `git http-backend` serves. */
export function repositoryFolder(root: string, fullName: string): string {
  return join(root, 'git', `${fullName}.git`);
}

/** Makes an empty bare repository by hand, which is all that `git init` would do here. */
export async function createRepositoryFolder(folder: string, defaultBranch: string): Promise<Git> {
  await Promise.all(
    ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'hooks'].map((path) =>
      mkdir(join(folder, path), { recursive: true }),
    ),
  );
  await Promise.all([
    writeFile(join(folder, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`),
    writeFile(join(folder, 'config'), CONFIG),
    writeFile(join(folder, 'hooks/update'), UPDATE_HOOK).then(() => chmod(join(folder, 'hooks/update'), 0o755)),
  ]);
  return gitIn(folder);
}

/** Tells the hook which branches are protected. */
export async function writeProtected(folder: string, branches: Readonly<Record<string, Protection>>): Promise<void> {
  const lines = Object.entries(branches).map(([branch, kind]) => `${kind} ${branch}\n`);
  await writeFile(join(folder, 'protected'), lines.join(''));
}

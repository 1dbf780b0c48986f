import type { Signature } from './commits.ts';
import type { Git } from './run.ts';

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Signature;
  committer: Signature;
  /** Armored signature to carry. */
  signature?: string;
}

/** Stands where GitHub's own signature is on commits that it makes: it says that GitHub would have signed, and no more. */
export const TWIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n\ngithub-twin\n-----END PGP SIGNATURE-----';

/** Writes a commit as it is, without touching any ref, and gives its sha. */
export function writeCommit(git: Git, commit: NewCommit): Promise<string> {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${identity(commit.author)}`,
    `committer ${identity(commit.committer)}`,
  ];
  if (commit.signature !== undefined) headers.push(`gpgsig ${commit.signature.trimEnd().split('\n').join('\n ')}`);
  return git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: `${headers.join('\n')}\n\n${commit.message}` });
}

function identity({ name, email, date }: Signature): string {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

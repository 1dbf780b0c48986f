import { createHmac } from 'node:crypto';
import type { Signature } from './commits.ts';
import type { Git } from './run.ts';

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Signature;
  committer: Signature;
  /** Armored signature to carry; 'github': the one that GitHub puts on commits that it makes itself. */
  signature?: string;
}

/** Stands where GitHub's own signature is on commits that it makes. Bound to what it signs: copied onto another commit it is none. */
export function twinSignature(payload: string): string {
  const code = createHmac('sha256', 'github-twin').update(payload).digest('base64');
  return `-----BEGIN PGP SIGNATURE-----\n\ngithub-twin ${code}\n-----END PGP SIGNATURE-----`;
}

/** Writes a commit as it is, without touching any ref, and gives its sha. */
export function writeCommit(git: Git, commit: NewCommit): Promise<string> {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${identity(commit.author)}`,
    `committer ${identity(commit.committer)}`,
  ];
  const { signature: wanted, message } = commit;
  const signature = wanted === 'github' ? twinSignature(`${headers.join('\n')}\n\n${message}`) : wanted;
  if (signature !== undefined) headers.push(`gpgsig ${signature.trimEnd().split('\n').join('\n ')}`);
  return git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: `${headers.join('\n')}\n\n${message}` });
}

function identity({ name, email, date }: Signature): string {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

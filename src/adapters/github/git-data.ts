import type { Access } from './access.ts';
import { isStatus } from './refusal.ts';

/** Tree and parents of a commit; undefined where there is no such commit. */
export async function commitAt({ client, at }: Access, sha: string): Promise<{ tree: string; parents: string[] } | undefined> {
  try {
    const { data } = await (await client()).rest.git.getCommit({ ...at, commit_sha: sha });
    return { tree: data.tree.sha, parents: data.parents.map((parent) => parent.sha) };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Text of a blob; GitHub gives blobs of at most 100 MB, in base64. */
export async function textAt({ client, at }: Access, blob: string): Promise<string> {
  const { data } = await (await client()).rest.git.getBlob({ ...at, file_sha: blob });
  return Buffer.from(data.content, 'base64').toString('utf8');
}

import type { CommitState } from '../../model/forge.ts';
import { present } from '../../model/present.ts';
import type { Operation, StatusInput } from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';

/** The state of a context on a commit; undefined where it has none. */
export async function statusOf(access: Access, sha: string, context: string): Promise<CommitState | undefined> {
  return (await latest(access, sha, context))?.state as CommitState | undefined;
}

/** Sets the state of a context where it is not so already. GitHub keeps a list of states; the latest counts. */
export async function ensureStatus(access: Access, { sha, context, state, description, url }: StatusInput): Promise<Operation> {
  const isSame = (last: { state: string; description: string | null } | undefined) =>
    last?.state === state && last.description === description;
  const before = await latest(access, sha, context);
  if (isSame(before)) return 'unchanged';
  const octokit = await access.client();
  const link = present({ target_url: url });
  await makeOnce<unknown>(
    access,
    () => octokit.rest.repos.createCommitStatus({ ...access.at, sha, context, state, description, ...link }),
    async () => {
      const last = await latest(access, sha, context);
      return isSame(last) ? last : undefined;
    },
  );
  return before === undefined ? 'created' : 'updated';
}

async function latest({ client, at }: Access, sha: string, context: string) {
  const octokit = await client();
  for await (const { data } of octokit.paginate.iterator(octokit.rest.repos.listCommitStatusesForRef, {
    ...at,
    ...PAGE,
    ref: sha,
  })) {
    const found = data.find((status) => status.context === context);
    if (found !== undefined) return found;
  }
  return undefined;
}

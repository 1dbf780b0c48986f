import { ForgeError } from '../../ports/forge.ts';
import { type Access, makeOnce } from './access.ts';
import { containsCommit } from './history.ts';
import { isStatus, refusalOf } from './refusal.ts';

/** Name of the default branch. */
export async function defaultBranch({ client, at }: Access): Promise<string> {
  const { data } = await (await client()).rest.repos.get(at);
  return data.default_branch;
}

/** The commit at the head of a branch; undefined where there is none (an empty repository has no branch at all: 409). */
export async function branchHead({ client, at }: Access, branch: string): Promise<string | undefined> {
  try {
    const { data } = await (await client()).rest.git.getRef({ ...at, ref: `heads/${branch}` });
    return data.object.sha;
  } catch (error) {
    if (isStatus(error, 404, 409)) return undefined;
    throw error;
  }
}

/** Creates a branch or moves it forward, never back or aside, and where `from` is given only from there (null: from nothing). */
export async function advanceBranch(access: Access, branch: string, to: string, from?: string | null): Promise<void> {
  const head = await branchHead(access, branch);
  if (head === to) return;
  if (from !== undefined && (head ?? null) !== from) throw movedMeanwhile(branch, head);
  const there = head === undefined ? await createdBranch(access, branch, to) : head;
  if (there === to) return;
  if (from === null) throw movedMeanwhile(branch, there);
  try {
    await (await access.client()).rest.git.updateRef({ ...access.at, ref: `heads/${branch}`, sha: to, force: false });
  } catch (error) {
    // The answer to an earlier sending was lost and somebody has built on it since: that is not a loss.
    if (isNoFastForward(error) && (await containsCommit(access, branch, to))) return;
    if (isStatus(error, 422) && (await branchHead(access, branch)) === undefined) throw movedMeanwhile(branch, undefined);
    throw error;
  }
}

/** Somebody was faster. `head`: the present head of the branch; undefined if it is gone. */
export function movedMeanwhile(branch: string, head: string | undefined): ForgeError {
  const gone = head === undefined;
  return new ForgeError(`the branch ${branch} ${gone ? 'was deleted' : 'has moved'} in the meantime`, {
    reason: 'moved',
    hint: gone ? 'nothing was changed: run it again, and it is created again' : 'somebody else was faster: run it again',
  });
}

/** Removes a branch; one that is already gone is fine too. */
export async function removeBranch(access: Access, branch: string): Promise<void> {
  try {
    await (await access.client()).rest.git.deleteRef({ ...access.at, ref: `heads/${branch}` });
  } catch (error) {
    if (isStatus(error, 404, 422) && (await branchHead(access, branch)) === undefined) return;
    throw error;
  }
}

/** Gives the commit at the head of the branch: another one where somebody made the same branch in the meantime. */
async function createdBranch(access: Access, branch: string, to: string): Promise<string> {
  const octokit = await access.client();
  try {
    return await makeOnce(
      access,
      async () => (await octokit.rest.git.createRef({ ...access.at, ref: `refs/heads/${branch}`, sha: to })).data.object.sha,
      () => branchHead(access, branch),
    );
  } catch (error) {
    if (!isStatus(error, 422) || !/already exists/i.test(refusalOf(error)?.said ?? '')) throw error;
    const head = await branchHead(access, branch);
    if (head !== undefined) return head;
    throw new ForgeError(`the branch ${branch} cannot be created and does not exist`, {
      reason: 'rejected',
      hint: `another branch may use this name as a folder, or the other way round: git cannot keep both “a” and “a/b”`,
    });
  }
}

function isNoFastForward(error: unknown): boolean {
  return isStatus(error, 422) && /not a fast.?forward/i.test(refusalOf(error)?.said ?? '');
}

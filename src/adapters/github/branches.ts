import { type BranchCommit, type Comparison, ForgeError } from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';
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

/** How one commit or branch stands to another, with all commits between. */
export async function compare({ client, at }: Access, base: string, head: string): Promise<Comparison> {
  const octokit = await client();
  const commits: BranchCommit[] = [];
  // octokit cannot page here: what it calls the list is not the list of commits.
  for (let page = 1; ; page += 1) {
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...at, ...PAGE, page, basehead: `${base}...${head}` });
    for (const { sha, html_url, commit, parents, author } of data.commits) {
      commits.push({
        sha,
        url: html_url,
        message: commit.message,
        parents: parents.map((parent) => parent.sha),
        author: author?.login ?? commit.author?.name ?? 'unknown',
      });
    }
    if (data.commits.length < PAGE.per_page || commits.length >= data.total_commits) return { status: data.status, commits };
  }
}

/** Creates a branch or moves it forward, never back or aside. */
export async function advanceBranch(access: Access, branch: string, to: string): Promise<void> {
  const head = await branchHead(access, branch);
  if (head === to) return;
  if (head === undefined && (await createdBranch(access, branch, to)) === to) return;
  try {
    await (await access.client()).rest.git.updateRef({ ...access.at, ref: `heads/${branch}`, sha: to, force: false });
  } catch (error) {
    // The answer to an earlier sending was lost and somebody has built on it since: that is no loss.
    if (isNoFastForward(error) && (await contains(access, branch, to))) return;
    throw error;
  }
}

/** Removes a branch; where it is gone already, that is as good. */
export async function removeBranch(access: Access, branch: string): Promise<void> {
  try {
    await (await access.client()).rest.git.deleteRef({ ...access.at, ref: `heads/${branch}` });
  } catch (error) {
    if (isStatus(error, 404, 422) && (await branchHead(access, branch)) === undefined) return;
    throw error;
  }
}

/** Gives the commit at the head of the branch: another one where somebody made the same branch meanwhile. */
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
    throw new ForgeError(`the branch ${branch} cannot be made and is not there`, {
      reason: 'rejected',
      hint: `another branch may be a folder of its name, or the other way round: git keeps “a” and “a/b” not beside each other`,
    });
  }
}

async function contains(access: Access, branch: string, commit: string): Promise<boolean> {
  const { status } = await compare(access, commit, branch);
  return status === 'ahead' || status === 'identical';
}

function isNoFastForward(error: unknown): boolean {
  return isStatus(error, 422) && /not a fast.?forward/i.test(refusalOf(error)?.said ?? '');
}

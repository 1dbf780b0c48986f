import type { Access } from './access.ts';
import { branchHead, movedMeanwhile, removeBranch } from './branches.ts';
import { REPEATABLE } from './client.ts';
import { isStatus } from './refusal.ts';

/**
 * The one way GitHub has to change a branch only while it has a certain head
 * (https://docs.github.com/graphql/reference/mutations#updaterefs); its REST API knows none.
 */
const MUTATION = `mutation ($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
  updateRefs(input: {repositoryId: $repositoryId, refUpdates: $refUpdates}) { clientMutationId }
}`;

/** `afterOid` of a ref that is to be removed. */
const NOTHING = '0'.repeat(40);

/** Moves a branch from one commit to any other. False, with nothing changed, where GitHub does not let it be done in one step. */
export async function replaceBranch(
  access: Access,
  graphqlUrl: string,
  branch: string,
  from: string,
  to: string,
): Promise<boolean> {
  return change(access, graphqlUrl, { branch, from, to });
}

/**
 * Removes a branch while it has this head. Where GitHub cannot do that in one step it is looked at right before: what is pushed in
 * between stays in GitHub's record of the repository's activity, but on no branch.
 */
export async function removeBranchAt(access: Access, graphqlUrl: string, branch: string, from: string): Promise<void> {
  if ((await branchHead(access, branch)) === undefined) return;
  if (await change(access, graphqlUrl, { branch, from, to: undefined })) return;
  await removeBranch(access, branch);
}

async function change(
  access: Access,
  graphqlUrl: string,
  { branch, from, to }: { branch: string; from: string; to: string | undefined },
): Promise<boolean> {
  const octokit = await access.client();
  try {
    const { data: repository } = await octokit.rest.repos.get(access.at);
    const refUpdates = [{ name: `refs/heads/${branch}`, beforeOid: from, afterOid: to ?? NOTHING, force: true }];
    const variables = { repositoryId: repository.node_id, refUpdates };
    // With the head that it starts from in it, it may be sent twice: the second time finds another one.
    const { data } = await octokit.request({ method: 'POST', url: graphqlUrl, query: MUTATION, variables, request: REPEATABLE });
    if (data?.errors === undefined && data?.data?.updateRefs != null) return true;
  } catch (error) {
    if (!isStatus(error, 400, 403, 404, 422)) throw error;
  }
  // Whatever the answer says, the branch shows what happened.
  const head = await branchHead(access, branch);
  if (head === to) return true;
  if (head === from) return false;
  throw movedMeanwhile(branch, head);
}

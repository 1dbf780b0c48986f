import { type Answer, ok } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { pullCounts } from '../pulls/counts.ts';
import { isOpenPull } from '../pulls/follow-refs.ts';
import { nodeId } from '../shapes/schema.ts';
import type { MergeMethod } from '../state/model.ts';
import { levelOf, sees } from '../state/tokens.ts';
import { writerOf } from './writer.ts';

/** Whether a query is the mutation `enablePullRequestAutoMerge`. */
export function isEnableAutoMerge(query: string): boolean {
  return /^\s*mutation\b.*\benablePullRequestAutoMerge\s*\(\s*input:/s.test(query);
}

/**
 * GraphQL's `enablePullRequestAutoMerge`: GitHub merges the pull request as soon as nothing is in the way, in the name of whoever asks
 * now. Where nothing is in the way already it refuses.
 */
export async function enableAutoMerge(call: Call): Promise<Answer> {
  const { hub, token, body } = call;
  const { pullRequestId, mergeMethod = 'MERGE' } = (body['variables'] ?? {}) as { pullRequestId?: string; mergeMethod?: string };
  for (const repository of hub.state.repositories.filter((each) => sees(token, each))) {
    const issue = repository.issues.filter(isOpenPull).find(({ id }) => nodeId('PR', id) === pullRequestId);
    if (issue === undefined) continue;
    if (levelOf(token, repository, 'pull-requests') !== 'write' || levelOf(token, repository, 'contents') !== 'write')
      return failed(
        'FORBIDDEN',
        `Resource not accessible by ${token?.kind === 'installation' ? 'integration' : 'personal access token'}`,
      );
    return hub.exclusive(repository, async () => {
      if (repository.allowAutoMerge !== true)
        return failed('UNPROCESSABLE', 'Pull request Auto merge is not allowed for this repository');
      const { standing } = await pullCounts(hub, repository, issue);
      if (standing !== 'blocked') return failed('UNPROCESSABLE', `Pull request Pull request is in ${standing} status`);
      const { account, app } = writerOf(call);
      const method = mergeMethod.toLowerCase() as MergeMethod;
      issue.pull.autoMerge = { by: account.login, method, ...(app === undefined ? {} : { app }) };
      return ok({ data: { enablePullRequestAutoMerge: { clientMutationId: null } } });
    });
  }
  return failed('NOT_FOUND', `Could not resolve to a node with the global id of '${pullRequestId}'`);
}

function failed(type: string, message: string): Answer {
  return ok({ data: { enablePullRequestAutoMerge: null }, errors: [{ type, path: ['enablePullRequestAutoMerge'], message }] });
}

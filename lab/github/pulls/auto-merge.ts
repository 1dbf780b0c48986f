import type { Hub } from '../hub.ts';
import { ACTIONS_APP, accountOf } from '../state/accounts.ts';
import type { Repository } from '../state/model.ts';
import { followRefs, isOpenPull } from './follow-refs.ts';
import { mergeNow } from './merge.ts';
import { obstacles } from './rules.ts';

/**
 * Merges what somebody has asked GitHub to merge and nothing is in the way of any more: as whoever asked, so that a merge that the
 * token of a workflow has asked for starts no workflow. Within the repository's lane.
 */
export async function mergeWhatIsReady(hub: Hub, repository: Repository): Promise<void> {
  for (const issue of repository.issues.filter(isOpenPull)) {
    const { autoMerge, draft, trialSha } = issue.pull;
    if (autoMerge === undefined || draft || trialSha === undefined) continue;
    if ((await obstacles(hub, repository, issue)).length > 0) continue;
    await mergeNow(hub, repository, issue, { method: autoMerge.method, by: accountOf(hub.state, autoMerge.by) });
    await followRefs(hub, repository, { login: autoMerge.by, workflowToken: autoMerge.app?.id === ACTIONS_APP.id });
  }
}

import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalText } from '../http/fields.ts';
import { listed } from '../http/pagination.ts';
import { invalid } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { pullCounts } from '../pulls/counts.ts';
import { pullCommits, pullFiles } from '../pulls/facts.ts';
import { fetchFromFork, headOf, writePullRefs } from '../pulls/follow-refs.ts';
import { duplicateMessage, findDuplicate, sourceOf } from '../pulls/head.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { fullPullShape, type PullIssue, pullShape } from '../shapes/pull.ts';
import { applyCommon } from './issue-fields.ts';
import { pullIn } from './lookup.ts';
import { callOut } from './writer.ts';

export const PULL_ROUTES: readonly Route[] = [
  route('GET', '/pulls', { needs: 'pull_requests=read', docs: 'pulls/pulls#list-pull-requests' }, (call) =>
    listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/pulls`, filtered(call), (issue) =>
      pullShape(call.hub, call.repository, issue),
    ),
  ),
  route('GET', '/pulls/{pull_number}', { needs: 'pull_requests=read', docs: 'pulls/pulls#get-a-pull-request' }, async (call) =>
    ok(await shape(call, pullIn(call))),
  ),
  route('PATCH', '/pulls/{pull_number}', { needs: 'pull_requests=write', docs: 'pulls/pulls#update-a-pull-request' }, updatePull),
  route(
    'GET',
    '/pulls/{pull_number}/files',
    { needs: 'pull_requests=read', docs: 'pulls/pulls#list-pull-requests-files' },
    async (call) => {
      const issue = pullIn(call);
      return listed(call, pathOf(call, issue, 'files'), await pullFiles(call.git, issue), (file) =>
        fileShape(call.hub, call.repository, issue.pull.headSha, file),
      );
    },
  ),
  route(
    'GET',
    '/pulls/{pull_number}/commits',
    { needs: 'pull_requests=read', docs: 'pulls/pulls#list-commits-on-a-pull-request' },
    async (call) => {
      const issue = pullIn(call);
      return listed(call, pathOf(call, issue, 'commits'), await pullCommits(call.git, issue), (commit) =>
        commitShape(call.hub, call.repository, commit),
      );
    },
  ),
];

/** Newest first unless said otherwise. */
function filtered({ repository, query }: RepositoryCall): PullIssue[] {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const found = repository.issues.filter(
    ({ pull, state: now }) =>
      pull !== undefined &&
      (state === 'all' || now === state) &&
      (base === null || pull.baseBranch === base) &&
      // GitHub ignores a head that does not name its owner.
      (head === null || !head.includes(':') || `${pull.headRepository.split('/')[0]}:${pull.headBranch}` === head),
  ) as PullIssue[];
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  found.sort((left, right) => right[key].localeCompare(left[key]) || right.number - left.number);
  const ascending =
    query.get('direction') === 'asc' ||
    (query.get('direction') === null && query.get('sort') !== null && query.get('sort') !== 'created');
  return ascending ? found.reverse() : found;
}

async function updatePull(call: RepositoryCall) {
  const issue = pullIn(call);
  const { hub, repository, body } = call;
  const before = issue.state;
  const reopening = body['state'] === 'open' && before === 'closed';
  if (reopening) checkReopen(call, issue);
  const base = optionalText(body, 'base');
  if (base !== undefined && repository.branches[base] === undefined)
    throw invalid({ resource: 'PullRequest', code: 'invalid', field: 'base' });
  applyCommon(call, issue, 'PullRequest');
  if (base !== undefined) issue.pull.baseBranch = base;
  if (issue.state === 'open' && (reopening || base !== undefined)) {
    issue.pull.headSha = headOf(hub, repository, issue)!;
    issue.pull.baseSha = repository.branches[issue.pull.baseBranch]!;
    await fetchFromFork(hub, repository, sourceOf(hub, issue.pull.headRepository) ?? repository, issue.pull.headSha);
    await writePullRefs(hub, repository, issue);
  }
  if (issue.state === 'closed') delete issue.pull.trialSha;
  const action = reopening ? 'reopened' : issue.state !== before ? 'closed' : 'edited';
  // A run of a closed one would have no merge to look at.
  if (action !== 'closed') callOut(call, { name: 'pull_request', number: issue.number, action });
  return ok(await shape(call, issue));
}

/** A merged pull request stays closed, and so does one whose branch is gone or whose branch has another one by now. */
function checkReopen(call: RepositoryCall, issue: PullIssue): void {
  const stateProblem = (message: string) => invalid({ resource: 'PullRequest', code: 'invalid', field: 'state', message });
  if (issue.pull.merged !== undefined) throw stateProblem('state cannot be changed. The pull request cannot be reopened.');
  if (headOf(call.hub, call.repository, issue) === undefined)
    throw stateProblem(`state cannot be changed. The ${issue.pull.headBranch} branch has been deleted.`);
  const duplicate = findDuplicate(call.repository, issue.pull.headRepository, issue.pull.headBranch, issue.pull.baseBranch);
  if (duplicate !== undefined) throw stateProblem(duplicateMessage(issue.pull.headRepository, issue.pull.headBranch));
}

async function shape(call: RepositoryCall, issue: PullIssue) {
  return fullPullShape(call.hub, call.repository, issue, await pullCounts(call.hub, call.repository, issue));
}

function pathOf({ params }: RepositoryCall, { number }: PullIssue, what: string): string {
  return `/repos/${params['owner']}/${params['repo']}/pulls/${number}/${what}`;
}

import { isAncestor, mergeBase } from '../git/refs.ts';
import { created } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalFlag, optionalText, text, withinLimit } from '../http/fields.ts';
import { invalid, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { fullName } from '../hub.ts';
import { pullCounts } from '../pulls/counts.ts';
import { fetchFromFork, writePullRefs } from '../pulls/follow-refs.ts';
import { duplicateMessage, findDuplicate, parseHead } from '../pulls/head.ts';
import { fullPullShape, type PullIssue } from '../shapes/pull.ts';
import { checkTitle } from './issue-fields.ts';
import { callOut, writerOf, written } from './writer.ts';

export const CREATE_PULL_ROUTES: readonly Route[] = [
  route('POST', '/pulls', { needs: 'pull_requests=write', docs: 'pulls/pulls#create-a-pull-request' }, createPull),
];

async function createPull(call: RepositoryCall) {
  const { hub, repository, git, body } = call;
  if (writerOf(call).app?.slug === 'github-actions' && !repository.actionsMayOpenPullRequests)
    throw new Problem(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  const title = optionalText(body, 'title');
  const baseBranch = text(body, 'base');
  const head = parseHead(hub, repository, text(body, 'head'));
  const description = optionalText(body, 'body');
  checkTitle('PullRequest', title);
  withinLimit('PullRequest', 'body', description);
  const baseSha = repository.branches[baseBranch];
  const headSha = head?.repository.branches[head.branch];
  if (baseSha === undefined) throw invalid({ resource: 'PullRequest', code: 'invalid', field: 'base' });
  if (head === undefined || headSha === undefined) throw invalid({ resource: 'PullRequest', code: 'invalid', field: 'head' });
  const custom = (message: string) => invalid({ resource: 'PullRequest', code: 'custom', message });
  const source = fullName(head.repository);
  if (findDuplicate(repository, source, head.branch, baseBranch)) throw custom(duplicateMessage(source, head.branch));
  await fetchFromFork(hub, repository, head.repository, headSha);
  if (await isAncestor(git, headSha, baseSha)) throw custom(`No commits between ${baseBranch} and ${head.branch}`);
  if ((await mergeBase(git, baseSha, headSha)) === undefined)
    throw custom(`The ${head.branch} branch has no history in common with ${baseBranch}`);
  const issue: PullIssue = {
    ...written(call),
    number: repository.nextNumber++,
    title: title!,
    body: description ?? null,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    closedAt: null,
    pull: {
      headRepository: source,
      headBranch: head.branch,
      headSha,
      baseBranch,
      baseSha,
      draft: optionalFlag(body, 'draft') ?? false,
    },
  };
  await writePullRefs(hub, repository, issue);
  repository.issues.push(issue);
  callOut(call, { name: 'pull_request', number: issue.number, action: 'opened' });
  return created(fullPullShape(hub, repository, issue, await pullCounts(hub, repository, issue)));
}

import type { Forge } from '../../ports/forge.ts';
import { advanceBranch, branchHead, defaultBranch, removeBranch } from './branches.ts';
import { ensureCheck } from './checks.ts';
import { editComment, ensureComment } from './comments.ts';
import { makeCommit } from './commits.ts';
import { ensureDeployment } from './deployments.ts';
import { removeBranchAt, replaceBranch } from './exact-refs.ts';
import { commitAt, textAt } from './git-data.ts';
import { containsCommit, history } from './history.ts';
import { ensureIssue, ensureIssueClosed, issueNotes } from './issues.ts';
import { closePullRequest, ensurePullRequest, mergedPullRequests, openPullRequest, pullRequestChange } from './pull-requests.ts';
import { lastGoodRun } from './runs.ts';
import { ensureStatus, statusOf } from './statuses.ts';
import { type ForgeOptions, type Talk, talkOf } from './talk.ts';
import { treeAt, treeOf } from './trees.ts';
import { treeWith, treeWithout } from './would-be-trees.ts';

export type { ForgeOptions } from './talk.ts';

/** The forge on GitHub's REST API. Nothing is loaded or requested before the first method is called. */
export function githubForge(options: ForgeOptions): Forge {
  const talk = talkOf(options);
  return { ...reading(talk), ...writing(talk), ...pullRequests(talk), ...marks(talk) };
}

function reading({ access, to }: Talk) {
  const historyOf = (base: string, head: string) =>
    to(`compare ${base} with ${head}`, 'contents: read', () => history(access, base, head));
  return {
    whoami: () => to('ask who the token belongs to', 'contents: read', access.whoami),
    defaultBranch: () => to('read the repository', 'contents: read', () => defaultBranch(access)),
    branchHead: (branch) => to(`read the branch ${branch}`, 'contents: read', () => branchHead(access, branch)),
    compare: async (base, head) => {
      const { status, commits } = await historyOf(base, head);
      return { status, commits };
    },
    history: historyOf,
    contains: (commit, earlier) =>
      to(`compare ${earlier} with ${commit}`, 'contents: read', () => containsCommit(access, commit, earlier)),
    treeOf: (commit, folder) => to(`read the files of ${commit}`, 'contents: read', () => treeOf(access, commit, folder)),
    treeWith: (commit, changes) => to(`read the files of ${commit}`, 'contents: read', () => treeWith(access, commit, changes)),
    treeWithout: (commit, folder) =>
      to(`read the files of ${commit}`, 'contents: read', () => treeWithout(access, commit, folder)),
    commitAt: (sha) => to(`read the commit ${sha}`, 'contents: read', () => commitAt(access, sha)),
    treeAt: (tree, recursive = false) => to(`read the files of ${tree}`, 'contents: read', () => treeAt(access, tree, recursive)),
    textAt: (blob) => to(`read the file ${blob}`, 'contents: read', () => textAt(access, blob)),
  } satisfies Partial<Forge>;
}

function writing({ access, graphqlUrl, to }: Talk) {
  return {
    commit: (commit) => to('make a commit', 'contents: write', () => makeCommit(access, commit)),
    advanceBranch: (branch, sha, from) =>
      to(`write the branch ${branch}`, 'contents: write', () => advanceBranch(access, branch, sha, from), branch),
    replaceBranch: (branch, from, sha) =>
      to(`write the branch ${branch}`, 'contents: write', () => replaceBranch(access, graphqlUrl, branch, from, sha), branch),
    removeBranch: (branch, from) =>
      to(
        `remove the branch ${branch}`,
        'contents: write',
        () => (from === undefined ? removeBranch(access, branch) : removeBranchAt(access, graphqlUrl, branch, from)),
        branch,
      ),
  } satisfies Partial<Forge>;
}

function pullRequests({ access, graphqlUrl, to }: Talk) {
  return {
    openPullRequest: (branch, base) =>
      to(`look for a pull request of ${branch}`, 'pull-requests: read', () => openPullRequest(access, branch, base)),
    mergedPullRequests: (sha) =>
      to(`look for the pull request of ${sha}`, 'pull-requests: read', () => mergedPullRequests(access, sha)),
    ensurePullRequest: (input) =>
      to(
        `open a pull request from ${input.branch}`,
        'pull-requests: write',
        () => ensurePullRequest(access, input),
        input.branch,
      ),
    pullRequestChange: (input) =>
      to(`look for a pull request of ${input.branch}`, 'pull-requests: read', () => pullRequestChange(access, input)),
    closePullRequest: (number, comment) =>
      to(`close pull request ${number}`, 'pull-requests: write', () => closePullRequest(access, graphqlUrl, number, comment)),

    ensureComment: (input) =>
      to(`comment on pull request ${input.pullRequest}`, 'pull-requests: write', () =>
        ensureComment(access, graphqlUrl, { ...input, issue: input.pullRequest }),
      ),
    editComment: (input) =>
      to(`comment on pull request ${input.pullRequest}`, 'pull-requests: write', () =>
        editComment(access, graphqlUrl, { ...input, issue: input.pullRequest }),
      ),
  } satisfies Partial<Forge>;
}

/** What is seen beside commits and pull requests: checks, statuses, deployments, issues. */
function marks({ access, graphqlUrl, to }: Talk) {
  return {
    ensureCheck: (input) => to(`write the check “${input.name}”`, 'checks: write', () => ensureCheck(access, input)),
    statusOf: (sha, context) => to(`read the status of ${sha}`, 'statuses: read', () => statusOf(access, sha, context)),
    ensureStatus: (input) => to(`set the status of ${input.sha}`, 'statuses: write', () => ensureStatus(access, input)),
    ensureDeployment: (input) =>
      to(`write a deployment to ${input.environment}`, 'deployments: write', () => ensureDeployment(access, input)),

    ensureIssue: (input) => to('open an issue', 'issues: write', () => ensureIssue(access, input)),
    issueNotes: (marker) => to('read issues', 'issues: write', () => issueNotes(access, marker)),
    lastGoodRun: (run) => to('read the runs of this workflow', 'actions: read', () => lastGoodRun(access, run)),
    ensureIssueClosed: (marker, comment) =>
      to('close an issue', 'issues: write', () => ensureIssueClosed(access, graphqlUrl, marker, comment)),
  } satisfies Partial<Forge>;
}

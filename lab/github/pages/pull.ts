import type { Reply } from '../http/reply.ts';
import { fullName, type Hub } from '../hub.ts';
import { pullCommits, pullFiles } from '../pulls/facts.ts';
import { obstacles } from '../pulls/rules.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Repository } from '../state/model.ts';
import { checksOf } from './checks.ts';
import { changedFiles } from './diff.ts';
import { type Html, html } from './html.ts';
import { repositoryPage } from './layout.ts';
import { commitRows, entry, labels, stateBadge, time } from './parts.ts';

/** A pull request: what it is, what was said, what was checked, what it changes. */
export async function pullPage(hub: Hub, repository: Repository, issue: PullIssue): Promise<Reply> {
  const git = hub.git(repository);
  const base = `/${fullName(repository)}`;
  const [commits, files, missing] = await Promise.all([
    pullCommits(git, issue),
    pullFiles(git, issue),
    obstacles(hub, repository, issue),
  ]);
  const { pull } = issue;
  const fork = pull.headRepository === fullName(repository) ? '' : `${pull.headRepository.split('/')[0]}:`;
  const verb = pull.merged === undefined ? 'wants to merge' : 'merged';
  const comments = repository.comments.filter(({ number }) => number === issue.number);
  return repositoryPage(
    repository,
    'pulls',
    `${issue.title} #${issue.number}`,
    html`<h1>${issue.title} <span class="number">#${issue.number}</span></h1>
<p>${stateBadge(issue)} <b>${pull.merged?.by ?? issue.author}</b> <span class="soft">${verb} ${commits.length} ${
      commits.length === 1 ? 'commit' : 'commits'
    } into</span> <span class="mono branch">${pull.baseBranch}</span> <span class="soft">from</span> <span class="mono branch">${fork}${pull.headBranch}</span>${labels(issue)}
<span class="small">&ensp;<a href="#checks">Checks</a> · <a href="#commits">Commits</a> · <a href="#files">Files</a></span></p>
${entry(issue.author, issue.app !== undefined, 'opened', issue.createdAt, issue.body)}
${comments.map((comment) => entry(comment.author, comment.app !== undefined, 'commented', comment.createdAt, comment.body, `issuecomment-${comment.id}`))}
${reviewsOf(repository, issue)}${mergeState(issue, base, missing)}${checksOf(repository, pull.headSha)}
<h2 id="commits">Commits <span class="count">${commits.length}</span></h2>${commitRows(base, commits)}${changedFiles(files)}`,
  );
}

function reviewsOf({ reviews }: Repository, { number }: PullIssue): Html[] {
  return reviews
    .filter((review) => review.number === number)
    .map(({ author, app, state, createdAt, body }) => entry(author, app !== undefined, VERBS[state], createdAt, body));
}

const VERBS = {
  APPROVED: 'approved these changes',
  CHANGES_REQUESTED: 'requested changes',
  COMMENTED: 'reviewed',
  DISMISSED: 'had approved or refused: dismissed',
};

function mergeState(issue: PullIssue, base: string, missing: readonly string[]): Html {
  const { merged, trialSha, baseBranch } = issue.pull;
  const box = (kind: string, icon: string, text: Html) =>
    html`<div class="box"><div class="merge ${kind}"><span class="icon">${icon}</span><span class="text">${text}</span></div></div>`;
  if (merged !== undefined)
    return box(
      'merged',
      '⇥',
      html`Merged by <b>${merged.by}</b> as <a class="mono" href="${base}/commit/${merged.sha}">${merged.sha.slice(0, 7)}</a> ${time(merged.at)}`,
    );
  if (issue.state === 'closed') return box('', '◦', html`Closed without a merge ${time(issue.closedAt ?? issue.updatedAt)}`);
  if (trialSha === undefined)
    return box('bad', '✗', html`This branch has conflicts with <span class="mono">${baseBranch}</span>`);
  if (missing.length > 0) return box('bad', '✗', html`Merging is blocked: ${missing.join(' ')}`);
  return box('good', '✓', html`No conflicts with <span class="mono">${baseBranch}</span>: it can be merged`);
}

import type { Hub } from '../hub.ts';
import type { Annotation, CheckRun, Issue, Repository } from '../state/model.ts';
import { appShape } from './account.ts';
import { apiOf, pageOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

export function checkRunShape(hub: Hub, repository: Repository, run: CheckRun): Schema<'check-run'> {
  const url = `${apiOf(hub, repository)}/check-runs/${run.id}`;
  const page = `${pageOf(hub, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app: appShape(hub, run.app),
    pull_requests: repository.issues.filter(isOpenAt(repository, run.sha)).map((issue) => minimalPull(hub, repository, issue)),
  };
}

export function annotationShape(
  hub: Hub,
  repository: Repository,
  run: CheckRun,
  annotation: Annotation,
): Schema<'check-annotation'> {
  return { ...annotation, blob_href: `${pageOf(hub, repository)}/blob/${run.sha}/${annotation.path}` };
}

/** Pull requests of forks are not among those of a check run. */
function isOpenAt(repository: Repository, sha: string) {
  const own = `${repository.owner}/${repository.name}`;
  return ({ state, pull }: Issue) => state === 'open' && pull?.headSha === sha && pull.headRepository === own;
}

function minimalPull(hub: Hub, repository: Repository, issue: Issue): Schema<'pull-request-minimal'> {
  const { headBranch, headSha, baseBranch, baseSha } = issue.pull!;
  const repo = { id: repository.id, url: apiOf(hub, repository), name: repository.name };
  return {
    id: issue.id,
    number: issue.number,
    url: `${apiOf(hub, repository)}/pulls/${issue.number}`,
    head: { ref: headBranch, sha: headSha, repo },
    base: { ref: baseBranch, sha: baseSha, repo },
  };
}

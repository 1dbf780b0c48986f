import type { Incoming, Reply } from '../http/reply.ts';
import { findRepository, type Hub } from '../hub.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Repository } from '../state/model.ts';
import { commitPage, filePage } from './commit.ts';
import { deploymentsPage } from './deployments.ts';
import { issuePage, issuesPage } from './issue.ts';
import { notFoundPage } from './layout.ts';
import { colourOf } from './parts.ts';
import { pullPage } from './pull.ts';
import { homePage, repositoryHome } from './repository.ts';
import { runPage, runsPage } from './runs.ts';

/** The pages for people. They need no token: whoever reaches this loopback address may look. */
export async function servePage(hub: Hub, { method, path }: Incoming): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') return notFoundPage();
  if (path === '/') return homePage(hub);
  const avatar = /^\/avatars\/u\/(\d+)$/.exec(path)?.[1];
  if (avatar !== undefined) return picture(hub, Number(avatar));
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = findRepository(hub.state, `${owner}/${name}`);
  if (repository === undefined) return notFoundPage();
  const found = await repositoryPages(hub, repository, rest.replace(/\/$/, '')).catch((error: unknown) => {
    if (error instanceof URIError) return undefined; // an address that is not well encoded
    throw error;
  });
  return found ?? notFoundPage();
}

async function repositoryPages(hub: Hub, repository: Repository, path: string): Promise<Reply | undefined> {
  if (path === '') return repositoryHome(hub, repository);
  if (path === '/issues' || path === '/pulls') return issuesPage(repository, path === '/pulls');
  if (path === '/deployments' || path === '/deployments/activity_log') return deploymentsPage(repository);
  if (path === '/actions') return runsPage(repository);
  const started = /^\/actions\/runs\/(\d+)(?:\/job\/\d+)?$/.exec(path)?.[1];
  if (started !== undefined) {
    const one = repository.runs.find(({ id }) => String(id) === started);
    return one === undefined ? undefined : runPage(repository, one);
  }
  const number = /^\/(?:pull|issues)\/(\d+)(?:\/|$)/.exec(path)?.[1];
  if (number !== undefined) {
    const issue = repository.issues.find((one) => one.number === Number(number));
    if (issue === undefined) return undefined;
    return issue.pull === undefined ? issuePage(repository, issue) : pullPage(hub, repository, issue as PullIssue);
  }
  const run = /^\/runs\/(\d+)$/.exec(path)?.[1];
  const check = repository.checkRuns.find(({ id }) => String(id) === run);
  if (check !== undefined) return commitPage(hub, repository, check.sha);
  const commit = /^\/commit\/([^/]+)$/.exec(path)?.[1];
  if (commit !== undefined) return commitPage(hub, repository, decodeURIComponent(commit));
  const [, ref, file] = /^\/blob\/([^/]+)\/(.+)$/.exec(path) ?? [];
  return ref === undefined || file === undefined
    ? undefined
    : filePage(hub, repository, decodeURIComponent(ref), decodeURIComponent(file));
}

function picture(hub: Hub, id: number): Reply {
  const login = hub.state.accounts.find((account) => account.id === id)?.login ?? '?';
  const colour = colourOf(login);
  const letter = /^[a-z0-9]/i.test(login) ? login[0]!.toUpperCase() : '?';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${colour}"/><text x="20" y="27" font-size="20" text-anchor="middle" fill="#fff" font-family="sans-serif">${letter}</text></svg>`;
  return { status: 200, headers: { 'content-type': 'image/svg+xml' }, body: svg };
}

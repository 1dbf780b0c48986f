import { notAsCommitted } from '../checkout/as-committed.ts';
import { hasErrors } from '../checkout/load.ts';
import { renderAgain } from '../checkout/rendered-again.ts';
import { readApproved } from '../plan/approved.ts';
import type { Forge } from '../ports/forge.ts';
import type { Progress } from '../ports/reporter.ts';
import { type Repository, RepositoryError } from '../ports/repository.ts';
import { redact } from '../report/redact.ts';
import { type ApplyResult, stopped } from '../rollout/ending.ts';
import { judgeAndRun, type Run } from '../rollout/run.ts';
import { findingConditions } from '../rules/conditions.ts';
import { gather } from '../survey/gather.ts';
import type { Options, Ports } from './context.ts';
import type { LockOptions } from './smoke.ts';

export type { ApplyResult } from '../rollout/ending.ts';

/** The job of a workflow: what is applied there is a commit, and the newest one. */
export interface ApplyJob {
  forge: Pick<Forge, 'branchHead' | 'defaultBranch' | 'treeOf'>;
  /** The branch whose head counts; absent: the default branch. */
  base?: string;
  /** The page with the history of a folder on a branch. */
  page(branch: string, folder: string): string;
}

export interface ApplyOptions extends Options, LockOptions {
  /** The approved plan, relative to the declaration's folder. */
  plan: string;
  /** Seconds a gate may take. */
  gateTimeout: number;
  /** The repository around the declaration: tells the commit. */
  repository?: Repository;
  /** Absent outside a workflow. */
  job?: ApplyJob;
  /** Called under the lock when it is sure that the run goes on, before the first write; what it throws stops the run. */
  begin?: (fleet: string) => Promise<void>;
}

/**
 * `apply`: what the declaration and the vendor's files render to, where that is what is committed and a plan of exactly that was
 * approved. Plans again under the lock, goes on while that is a subset of what was approved, carries it out stage by stage, then
 * runs the smoke test. Whatever is wrong before the first write leaves every cluster as it was.
 */
export async function applyCommand(ports: Ports, options: ApplyOptions): Promise<ApplyResult> {
  const again = await renderAgain(ports, options);
  const { tree, vendorFiles, source, findings } = again;
  if (tree === undefined) return stopped('', findings, options, findingConditions(findings), again.reason);
  const { fleet } = tree;
  const name = fleet.metadata.name;
  const planText = await ports.files.read(options.plan);
  if (options.job !== undefined) {
    const changed = await notAsCommitted(ports.files, requireRepository(options), options, again);
    findings.push(...changed);
    if (changed.length > 0)
      return stopped(name, findings, options, findingConditions(findings), `not of this commit: ${changed[0]?.message}`);
  }
  const approval = readApproved(planText, tree.indexDigest, `${options.shownFolder}${options.plan}`);
  if (approval.status === 'refused') return stopped(name, findings, options, [approval.condition], approval.reason);
  await using gathered = await gather(ports, options, { fleet, manifests: tree.manifests, vendorFiles, source });
  const { session, desired, secrets } = gathered;
  findings.push(...gathered.findings);
  if (desired === undefined || hasErrors(findings)) {
    return stopped(name, findings, options, findingConditions(findings), 'credentials are missing or cannot be used');
  }
  const reporter = { progress: (event: Progress) => ports.reporter.progress(redact(event, secrets)) };
  const commit = await commitOf(options.repository);
  const run: Run = {
    ports: { ...ports, reporter },
    options,
    fleet,
    source,
    index: tree.indexDigest,
    approved: approval.plan,
    desired,
    session,
    findings,
    ...(commit === undefined ? {} : { commit }),
  };
  return redact(await judgeAndRun(run), secrets);
}

function requireRepository({ repository }: ApplyOptions): Repository {
  if (repository !== undefined) return repository;
  throw new RepositoryError('an apply in a job needs the repository', 'run it in a checkout');
}

/** Outside a repository manifests have no commit; that stops nobody. */
async function commitOf(repository: Repository | undefined): Promise<string | undefined> {
  try {
    return await repository?.head();
  } catch (error) {
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}

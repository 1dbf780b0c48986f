import { notAsCommitted } from '../checkout/as-committed.ts';
import { type Checkout, checkoutOf } from '../checkout/checkout.ts';
import { renderAgain } from '../checkout/rendered-again.ts';
import { rootsOf } from '../declare/roots.ts';
import type { Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import { readApproved } from '../plan/approved.ts';
import type { Progress } from '../ports/reporter.ts';
import { type Repository, RepositoryError } from '../ports/repository.ts';
import { redact } from '../report/redact.ts';
import { type ApplyEnding, stopped } from '../rollout/ending.ts';
import type { LockOptions } from '../rollout/fleet-lock.ts';
import { type ApplyJob, newerOnBranch } from '../rollout/newest.ts';
import { judgeAndRun, type Run } from '../rollout/run.ts';
import { findingConditions, hasErrors } from '../rules/conditions.ts';
import { gather } from '../survey/gather.ts';
import type { Options, Ports } from './context.ts';

export type { ApplyEnding as ApplyResult } from '../rollout/ending.ts';
export type { ApplyJob } from '../rollout/newest.ts';

export interface ApplyOptions extends Options, LockOptions {
  /** The approved plan, relative to the declaration's folder. */
  plan: string;
  /** Seconds a gate may take. */
  gateTimeout: number;
  /** The smoke test fails for every path that is broken. Absent: not for one that was so before. */
  strict?: boolean;
  /** The repository around the declaration: tells the commit. */
  repository?: Repository;
  /** Absent outside a workflow. */
  job?: ApplyJob;
  /** Called under the lock when it is sure that the run goes on, before the first write; what it throws stops the run. */
  begin?: (fleet: string) => Promise<void>;
}

/** `details`: the fleet that was applied, for its drawing; absent: nothing was begun. */
export type ApplyOutcome = ApplyEnding & { details?: { fleet: Fleet } };

/**
 * `apply`: what the declaration and the vendor's files render to, where that is what is committed and a plan of exactly that was
 * approved. Plans again under the lock, goes on while that is a subset of what was approved, carries it out stage by stage, then
 * runs the smoke test. Whatever is wrong before the first write leaves every cluster as it was.
 */
export async function applyCommand(ports: Ports, options: ApplyOptions): Promise<ApplyOutcome> {
  const checkout = checkoutOf(ports.files, options);
  const ending = await applied(ports, checkout, options);
  const findings = rootsOf(options).findingsForUser(ending.document.findings);
  return { ...ending, document: { ...ending.document, findings } };
}

async function applied(ports: Ports, checkout: Checkout, options: ApplyOptions): Promise<ApplyOutcome> {
  const { plan } = options;
  const { rendered, committed, vendorFiles, extraFiles, source, findings, reason } = await renderAgain(checkout, options.version);
  if (rendered === undefined) return stopped('', findings, findingConditions(findings), reason);
  const { tree, scope } = rendered;
  const { fleet } = tree;
  const name = fleet.metadata.name;
  const planText = await ports.files.read(plan);
  const job = jobOf(options);
  if (job !== undefined) {
    const changed = await notAsCommitted(checkout, job.repository, { plan, committed, vendorFiles, extraFiles, tree });
    findings.push(...changed);
    if (changed.length > 0)
      return stopped(name, findings, findingConditions(findings), `not of this commit: ${changed[0]?.message}`);
  }
  const approval = readApproved(planText, tree.indexDigest, rootsOf(options).forUser(plan));
  if (approval.status === 'refused') return stopped(name, findings, [approval.condition], approval.reason);
  await using gathered = await gather(ports, { fleet, scope, manifests: tree.manifests, vendorFiles, source });
  const { session, desired, secrets } = gathered;
  findings.push(...gathered.findings);
  if (desired === undefined || hasErrors(findings))
    return stopped(name, findings, findingConditions(findings), 'credentials are missing or cannot be used');
  const reporter = { progress: (event: Progress) => ports.reporter.progress(redact(event, secrets)) };
  const run: Run = {
    ports: { ...ports, reporter },
    fleet,
    source,
    vendorFiles,
    scope,
    index: tree.indexDigest,
    approved: approval.plan,
    desired,
    session,
    findings,
  };
  const commit = await commitOf(options.repository);
  const newer = job && (() => newerOnBranch(job, job.repository, checkout, plan));
  return { ...redact(await judgeAndRun(run, { ...options, ...present({ commit, newer }) }), secrets), details: { fleet } };
}

/** The job with the repository whose commit it is. */
function jobOf({ job, repository }: ApplyOptions): (ApplyJob & { repository: Repository }) | undefined {
  if (job === undefined) return undefined;
  if (repository !== undefined) return { ...job, repository };
  throw new RepositoryError('an apply in a job needs the repository', 'run it in a checkout');
}

/** Outside a repository manifests have no commit, which is allowed. */
async function commitOf(repository: Repository | undefined): Promise<string | undefined> {
  try {
    return await repository?.head();
  } catch (error) {
    if (error instanceof RepositoryError) return undefined;
    throw error;
  }
}

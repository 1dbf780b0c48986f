import { notAsCommitted } from '../checkout/as-committed.ts';
import { type Checkout, checkoutOf } from '../checkout/checkout.ts';
import { requireOwn } from '../checkout/work-tree.ts';
import { rootsOf } from '../declare/roots.ts';
import { baseRendered } from '../merging/base-rendered.ts';
import { judgeMerge } from '../merging/judge.ts';
import type { MergeCommit } from '../merging/merge-commit.ts';
import { touchedBy } from '../merging/touched.ts';
import { untouchedPlan } from '../merging/untouched.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import { approve } from '../plan/approval.ts';
import type { Forge } from '../ports/forge.ts';
import type { Repository } from '../ports/repository.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { documentJson } from '../report/json/document.ts';
import { hasErrors } from '../rules/conditions.ts';
import { type OfflineOptions, type Planned, planLive, planOffline } from '../survey/live-plan.ts';
import type { Options, Ports } from './context.ts';

export type PlanDocument = Plan & { findings: Finding[] };

export interface PlanOptions extends Options {
  offline: boolean;
  /** Plan offline where not a single kubeconfig is given. */
  elseOffline?: boolean;
  /** File for the approved part, relative to the declaration's folder. */
  out?: string;
  /** The merge that the plan is of; `prefix`: the declaration's folder, from the top of the repository. */
  merge?: MergeCommit & { forge: Forge; repository: Repository; prefix: string; untrusted: boolean };
}

export type PlanOutcome = Outcome<PlanDocument> & { planned: Planned };

/**
 * `plan`: renders in memory, compares with every live cluster (or, offline, with the committed files); writes to no cluster. Of a merge
 * that touches no file of the fleet no cluster is asked; of one that touches the rendered folder, that folder is judged too.
 */
export async function planCommand(ports: Ports, options: PlanOptions): Promise<PlanOutcome> {
  const { merge } = options;
  if (options.out !== undefined) await requireOwn(ports.files, options.out, `--out ${options.out}`);
  const checkout = checkoutOf(ports.files, options);
  const roots = rootsOf(options, merge?.prefix);
  const touched = merge === undefined ? undefined : await touchedBy(merge.forge, merge, options, roots);
  if (touched?.touches === 'nothing') {
    const planned = await untouchedPlan(checkout);
    return { document: { ...planned.plan, findings: [] }, conditions: [], planned };
  }
  const before: OfflineOptions =
    merge === undefined || touched?.touches !== 'rendered'
      ? {}
      : { approvedBefore: (fresh) => baseRendered(merge.forge, touched, fresh) };
  const { concurrency, elseOffline } = options;
  const planned = options.offline
    ? await planOffline(checkout, before)
    : await planLive(ports, checkout, { ...before, ...present({ concurrency, elseOffline }) });
  if (merge !== undefined && touched !== undefined) {
    const judged = await judgeMerge({
      forge: merge.forge,
      rendered: options.rendered,
      touched,
      planned,
      strict: !options.offline || merge.untrusted,
    });
    const { merging } = judged;
    const findings = [...judged.findings, ...(await otherThanRead(checkout, merge.repository, planned))];
    planned.plan = { ...judged.plan, merging };
    // What of the folder is not a plain file the look at the checkout has said.
    const isBelow = ({ file }: Finding) => file?.startsWith(`${options.rendered}/`) === true;
    const said = new Set(planned.findings.filter(({ rule }) => rule === 'rendered').map(({ file }) => file));
    planned.findings.push(...findings.filter((finding) => !isBelow(finding) || !said.has(finding.file)));
    // A rule of a plan like any other: nothing is refused that was approved, as apply and drift do with their 4.
    if (hasErrors(findings) || merging.approves === 'wrong') planned.conditions.push('rule-broken');
  }
  const { plan, findings, conditions } = planned;
  if (options.out !== undefined && !planned.offline) await writeApproved(ports, options, options.out, { plan, conditions });
  return { document: { ...plan, findings: roots.findingsForUser(findings) }, conditions, planned };
}

/** What was planned from is what people read in the merge: an apply of it refuses a file that a filter or an encoding of git changes. */
async function otherThanRead(checkout: Checkout, repository: Repository, { prepared, findings }: Planned): Promise<Finding[]> {
  // Where something is not a plain file, or nothing could be rendered, not all of it was read.
  const unread = findings.some(({ rule, severity }) => rule === 'rendered' && severity === 'error');
  if (unread || prepared.tree === undefined) return [];
  return notAsCommitted(checkout, repository, { ...prepared, plan: `${checkout.rendered}/${PLAN_FILE}` });
}

/** A plan that cannot be approved is not written: an existing file stays. */
async function writeApproved(
  ports: Ports,
  { version }: Options,
  out: string,
  { plan, conditions }: { plan: Plan; conditions: readonly Condition[] },
): Promise<void> {
  if (conditions.some((condition) => condition !== 'changes')) {
    ports.reporter.progress({
      type: 'warning',
      text: `${out} was not written: a plan with errors or unknown clusters cannot be approved`,
    });
    return;
  }
  const text = documentJson(approve(plan, version));
  if ((await ports.files.read(out)) !== text) await ports.files.change({ [out]: text }, []);
}

/** Where `--out` leads, relative to the declaration's folder; a folder above it is the user's error. */
export function outPath(path: string): string {
  if (path.startsWith('..'))
    throw new UserError(`--out ${path} is outside the folder of the declaration`, 'write it to rendered/plan.json');
  return path;
}

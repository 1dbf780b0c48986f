import type { Finding } from '../model/finding.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { approve } from '../plan/approval.ts';
import { documentJson } from '../report/json/document.ts';
import { type Options, type Ports, UserError } from './context.ts';
import { type Planned, planLive, planOffline } from './live-plan.ts';
import { shown } from './load.ts';
import { requireOwn } from './work-tree.ts';

export type PlanDocument = Plan & { findings: Finding[] };

export interface PlanOptions extends Options {
  offline: boolean;
  /** Plan offline where not a single kubeconfig is given. */
  elseOffline?: boolean;
  /** File for the approved part, relative to the declaration's folder. */
  out?: string;
}

/** `plan`: renders in memory, compares with every live cluster (or, offline, with the committed files); writes to no cluster. */
export async function planCommand(ports: Ports, options: PlanOptions): Promise<Outcome<PlanDocument> & { planned: Planned }> {
  if (options.out !== undefined) await requireOwn(ports, options.out, `--out ${options.out}`);
  const planned = await (options.offline ? planOffline : planLive)(ports, options);
  const { plan, findings, conditions } = planned;
  if (options.out !== undefined && !planned.offline) await writeApproved(ports, options, options.out, { plan, conditions });
  return { document: { ...plan, findings: shown(findings, options) }, conditions, planned };
}

/** A plan that may not be approved is not written: what stands there stays. */
async function writeApproved(
  ports: Ports,
  { version }: Options,
  out: string,
  { plan, conditions }: { plan: Plan; conditions: readonly Condition[] },
): Promise<void> {
  if (conditions.some((condition) => condition !== 'changes')) {
    ports.reporter.progress({
      type: 'warning',
      text: `${out} is not written: a plan with errors or unknown clusters cannot be approved`,
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

import type { Checkout } from '../checkout/checkout.ts';
import { type Prepared, prepare } from '../checkout/prepare.ts';
import type { AppliedRecord } from '../model/applied.ts';
import { reachedClusters } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { Condition } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { planDigest } from '../plan/digest.ts';
import { offlinePlan } from '../plan/offline.ts';
import { planConditions } from '../plan/outcome.ts';
import { readCommitted } from '../render/committed.ts';
import { vendorState } from '../render/vendor-state.ts';
import { findingConditions, hasErrors, isOfflineGuess } from '../rules/conditions.ts';
import { policyFindings } from '../rules/policy.ts';
import { gather } from './gather.ts';
import { look } from './look.ts';
import { kindsOf, lastApply, placeInOrder } from './place-in-order.ts';
import type { SurveyPorts } from './survey-ports.ts';

/** A plan of the declaration with everything that it was made from. Secret values are out of plan and findings. */
export interface Planned {
  prepared: Prepared;
  plan: Plan;
  /** Files as the declaration's folder knows them. */
  findings: Finding[];
  conditions: Condition[];
  /** No cluster was looked at. */
  offline: boolean;
  /** The last apply, as the central cluster records it. */
  record?: AppliedRecord;
  /** Digest of the plan that was begun and is not proven yet; absent: nothing is left to prove. */
  unproven?: string;
  /** What an offline plan was compared with, path below the rendered folder → text. */
  before?: Record<string, string>;
}

export interface OfflineOptions {
  /**
   * Gives what was approved before, where that is not what is checked out: the files of rendered/ on the branch that a pull request
   * is to be merged into. `fresh`: what the declaration renders.
   */
  approvedBefore?(fresh: Readonly<Record<string, string>>): Promise<Record<string, string>>;
}

export interface LiveOptions extends OfflineOptions {
  /** Clusters that are read at the same time. */
  concurrency: number;
  /** Where not a single kubeconfig is given, as for the pull request of a stranger, the committed manifests are compared with. */
  elseOffline?: boolean;
}

/** Renders the declaration in memory and compares it with every live cluster in scope; writes nothing. */
export async function planLive(ports: SurveyPorts, checkout: Checkout, options: LiveOptions): Promise<Planned> {
  const prepared = await prepare(checkout);
  const { declaration, scope, tree, vendorFiles, findings } = prepared;
  const { fleet, source } = declaration;
  const alone = options.elseOffline === true && fleet !== undefined && (await noKubeconfig(ports, fleet));
  if (fleet === undefined || scope === undefined || tree === undefined || hasErrors(findings)) return broken(prepared, alone);
  if (alone) {
    ports.reporter.progress({ type: 'warning', text: 'no kubeconfig is given: compared with the committed manifests only' });
    return offline(prepared, fleet, tree, options);
  }
  await using gathered = await gather(ports, {
    fleet,
    scope,
    manifests: tree.manifests,
    vendorFiles,
    source,
    onMissing: 'not-compared',
  });
  const { session, desired } = gathered;
  findings.push(...gathered.findings);
  if (desired === undefined) {
    const plan = withViews(withoutLook(fleet, tree, 'credentials are missing'), prepared);
    return { prepared, plan, findings, conditions: [...findingConditions(findings), 'unknown-cluster'], offline: false };
  }
  const reading = lastApply(session, fleet);
  const [seen, last] = await Promise.all([
    look(
      {
        ...{ fleet, source, vendorFiles, index: tree.indexDigest, desired, session, scope },
        now: ports.clock.now(),
        inUse: reading.then(kindsOf),
      },
      options.concurrency,
    ),
    reading,
  ]);
  const placed = placeInOrder(seen.plan, last, { committed: prepared.committed, fleet, source });
  // Whether nodes carry the labels that selectors want is known now: the offline guess has been judged live.
  const plan = withViews(placed.plan, prepared);
  const judged = [
    // So is what is left of a detached cluster.
    ...findings.filter((finding) => !isOfflineGuess(finding) && !(finding.rule === 'detach' && finding.severity === 'info')),
    ...seen.findings,
    ...placed.findings,
    ...policyFindings(fleet, source, plan),
  ];
  return {
    prepared,
    plan,
    findings: judged,
    conditions: [...findingConditions(judged), ...planConditions(plan)],
    offline: false,
    ...('problem' in last ? {} : present({ record: last.record, unproven: last.unproven })),
  };
}

/** Compares the rendered declaration with the committed manifests, without any cluster. */
export async function planOffline(checkout: Checkout, options: OfflineOptions): Promise<Planned> {
  const prepared = await prepare(checkout);
  const { declaration, tree, findings } = prepared;
  if (declaration.fleet === undefined || tree === undefined || hasErrors(findings)) return broken(prepared, true);
  return offline(prepared, declaration.fleet, tree, options);
}

async function offline(
  prepared: Prepared,
  fleet: Fleet,
  tree: RenderedTree,
  { approvedBefore }: OfflineOptions,
): Promise<Planned> {
  const { findings } = prepared;
  const committed = approvedBefore === undefined ? prepared.committed : await approvedBefore(tree.files);
  const before = readCommitted(committed).tree;
  const plan = withViews(
    offlinePlan({ fleet, index: tree.indexDigest, manifests: tree.manifests, committed: before?.manifests ?? [] }),
    prepared,
  );
  findings.push(...policyFindings(fleet, prepared.declaration.source, plan));
  return {
    prepared,
    plan,
    findings,
    conditions: findingConditions(findings),
    offline: true,
    before: committed,
  };
}

function broken(prepared: Prepared, isOffline: boolean): Planned {
  const { declaration, tree, findings } = prepared;
  const plan = withViews(withoutLook(declaration.fleet, tree, 'the declaration has errors'), prepared);
  return { prepared, plan, findings, conditions: findingConditions(findings), offline: isOffline };
}

/** Says how the files that were rendered stand to the published ones, where something was rendered; and of disruptive changes, what of them may be. */
function withViews(plan: Plan, { declaration, tree, vendorFiles }: Prepared): Plan {
  const disrupts = plan.clusters.some(({ changes }) => changes.some(({ disrupts: what }) => what !== undefined));
  return {
    ...plan,
    ...(tree === undefined ? {} : { vendor: vendorState(tree, vendorFiles) }),
    ...(disrupts ? { policy: declaration.fleet?.policy ?? { disruptive: 'allow' } } : {}),
  };
}

async function noKubeconfig({ credentials }: SurveyPorts, fleet: Fleet): Promise<boolean> {
  const values = await Promise.all(
    [fleet.central, ...reachedClusters(fleet)].map(({ kubeconfig }) => credentials.resolve(kubeconfig)),
  );
  return values.every(({ status }) => status === 'missing');
}

/** The document of a plan for which no cluster was looked at: every cluster unknown, with the reason. */
export function withoutLook(fleet: Fleet | undefined, tree: RenderedTree | undefined, reason: string): Plan {
  if (fleet === undefined) {
    const meaning = { fleet: '', index: '', complete: false, clusters: [] };
    return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
  }
  const clusters = [
    { name: fleet.central.name, role: 'central' as const },
    ...reachedClusters(fleet).map(({ name }) => ({ name, role: 'distributed' as const })),
  ].map((cluster) => ({ ...cluster, status: 'unknown' as const, reason, requests: 0, changes: [] }));
  const meaning = { fleet: fleet.metadata.name, index: tree?.indexDigest ?? '', complete: false, clusters };
  return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
}

import { interruptionsOf, withDisruptions } from '../cn2/interruptions.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject, type ManagedFieldsEntry } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState, Problem } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, refOf } from '../model/object-ref.ts';
import type { Change, Plan, PlanCluster, PlanUpgrade, Precondition } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import { centralFinding } from './central.ts';
import { compareObject, inScope } from './comparison.ts';
import { deletionsOn } from './deletes.ts';
import { detachOn, type Leaving, unreadSecrets } from './detach.ts';
import { detachViews } from './detach-views.ts';
import { planDigest } from './digest.ts';
import { withHolders } from './held-by.ts';
import { outcomeOf } from './objects.ts';
import { inOrder } from './order.ts';
import { sharedFindings } from './other-tools.ts';
import type { PreviewResult } from './preview.ts';
import { restartOn } from './restarts.ts';
import { tooLarge } from './too-large.ts';
import { upgradeOf } from './upgrades.ts';

export interface PlanInput {
  fleet: Fleet;
  /** Digest of the index the desired objects come from. */
  index: string;
  /** As `toServed` gives them. */
  desired: readonly Desired[];
  live: LiveState;
  /** One for each question of `openQuestions`, with the same `scope` and `full`. */
  previews: readonly PreviewResult[];
  scope?: Scope;
  full?: boolean;
}

/** A plan, and the live objects it is bound to. */
export interface BoundPlan {
  plan: Plan;
  /** What the writes of the plan's updates, adoptions and deletes are bound to. */
  preconditions: Precondition[];
  /** Objects of detaches that are being deleted already. */
  leaving: Leaving[];
  findings: Finding[];
}

interface ClusterPlan {
  cluster: PlanCluster;
  leaving: Leaving[];
  preconditions: Precondition[];
  findings: Finding[];
}

/** What would be done to reach the desired state. Pure: the same input gives the same plan, and nothing is written. */
export function makePlan(input: PlanInput): BoundPlan {
  const previews = new Map(input.previews.map((preview) => [previewKey(preview.question.desired), preview]));
  const parts = input.live.clusters.map((cluster) => planCluster(input, cluster, previews));
  const clusters = parts.map(({ cluster }) => cluster);
  const meaning = {
    fleet: input.fleet.metadata.name,
    index: input.index,
    complete: clusters.every(({ status }) => status === 'known'),
    clusters,
  };
  const emulated = input.live.clusters.some(({ role, emulated: mark }) => role === 'central' && mark);
  const detaches = detachViews(input.fleet, input.live, { clusters });
  const unhealthy = centralFinding(input.fleet, input.live);
  return {
    plan: {
      schemaVersion: 1,
      fleet: meaning.fleet,
      digest: planDigest(meaning),
      index: meaning.index,
      complete: meaning.complete,
      ...(input.scope === undefined || input.scope.isWhole ? {} : { only: [...input.scope.only] }),
      ...(emulated ? { emulated } : {}),
      ...(detaches.length === 0 ? {} : { detaches }),
      clusters,
    },
    leaving: parts.flatMap(({ leaving }) => leaving),
    preconditions: parts.flatMap(({ preconditions }) => preconditions),
    findings: [...(unhealthy === undefined ? [] : [unhealthy]), ...parts.flatMap(({ findings }) => findings)],
  };
}

function planCluster(input: PlanInput, cluster: LiveCluster, previews: ReadonlyMap<string, PreviewResult>): ClusterPlan {
  const { fleet, live, full = false } = input;
  const all = input.desired;
  const own = inScope(all, input.scope).filter(({ manifest }) => manifest.cluster === cluster.name);
  const changes: Change[] = [];
  const preconditions: Precondition[] = [];
  const findings: Finding[] = [];
  const notCompared: NonNullable<PlanCluster['notCompared']> = [];
  let problem: Problem | undefined = cluster.status === 'unknown' ? cluster.problem : undefined;
  for (const entry of own) {
    const outcome = outcomeOf(fleet, entry, compareObject(fleet, entry, all, live, full), previews.get(previewKey(entry)));
    if (outcome.type === 'problem') problem ??= outcome.problem;
    if (outcome.type === 'finding') findings.push(outcome.finding);
    if (outcome.type === 'not-compared') notCompared.push(nameOf(entry.object));
    if (outcome.type !== 'change') continue;
    const large = tooLarge(entry, cluster, outcome.live);
    if (large !== undefined) {
      findings.push(large);
      continue;
    }
    if (outcome.finding !== undefined) findings.push(outcome.finding);
    changes.push(outcome.change);
    if (outcome.live !== undefined) preconditions.push(preconditionOf(cluster.name, outcome.live, outcome.owners));
  }
  const requests = cluster.requests + requestsOf(input.previews, cluster.name);
  const identity = { name: cluster.name, ...present({ uid: cluster.uid }), role: cluster.role };
  if (problem !== undefined || cluster.status === 'unknown') {
    // Half a cluster's plan would look like a whole one.
    const reason = problem?.message ?? `${cluster.name} could not be read`;
    return {
      cluster: { ...identity, status: 'unknown', reason, requests, changes: [] },
      leaving: [],
      preconditions: [],
      findings,
    };
  }
  const removal = deletionsOn(fleet, cluster, all, input.scope);
  notCompared.push(...unreadSecrets(fleet, cluster, input.scope));
  const detach = detachOn(fleet, cluster, input.scope);
  for (const { change, live: object } of [...removal.deletions, ...detach.deletions]) {
    changes.push(change);
    preconditions.push(preconditionOf(cluster.name, object));
  }
  const restart =
    cluster.role === 'distributed' && detachedCluster(fleet, cluster.name) === undefined ? restartOn(cluster, own) : undefined;
  if (restart !== undefined && (input.scope?.has(cluster.name) ?? true)) changes.push(restart);
  const ordered = inOrder(
    fleet,
    changes.map((change) => ({ cluster: cluster.name, change })),
    own,
  );
  return {
    cluster: {
      ...identity,
      status: 'known',
      requests,
      ...present({ upgrade: upgradeOn(input, cluster, ordered) }),
      changes: ordered.map(({ change }) => withHolders(withDisruptions(change, cluster.name))),
      ...(notCompared.length === 0 ? {} : { notCompared }),
      ...present({ limited: cluster.limited }),
    },
    leaving: detach.leaving,
    preconditions,
    findings: [...findings, ...removal.findings, ...detach.findings, ...sharedFindings(cluster, own)],
  };
}

/** Another release that comes to a distributed cluster in scope. */
function upgradeOn(
  { fleet, live, scope }: PlanInput,
  { name, facts }: LiveCluster,
  changes: readonly { change: Change }[],
): PlanUpgrade | undefined {
  const declared = fleet.distributed.find((cluster) => cluster.name === name);
  const upgrade = declared === undefined || scope?.has(name) === false ? undefined : upgradeOf(fleet, live, declared);
  if (upgrade === undefined) return undefined;
  const { from, to } = upgrade;
  const restarts = changes.some(({ change }) => interruptionsOf(change).includes('vrouter'));
  return { from, to, ...(restarts ? { nodes: facts?.nodes.length ?? 0 } : {}) };
}

function nameOf({ metadata: { namespace = '', name } }: KubernetesObject): { namespace: string; name: string } {
  return { namespace, name };
}

function previewKey({ manifest, object }: Desired): string {
  return objectKey(refOf(object, manifest.cluster));
}

function requestsOf(previews: readonly PreviewResult[], cluster: string): number {
  return previews
    .filter(({ question }) => question.desired.manifest.cluster === cluster)
    .reduce((sum, { requests }) => sum + requests, 0);
}

function preconditionOf(cluster: string, object: KubernetesObject, owners?: ManagedFieldsEntry[]): Precondition {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    cluster,
    group: groupOf(object.apiVersion),
    kind: object.kind,
    ...present({ namespace }),
    name,
    uid: uid ?? '',
    resourceVersion: resourceVersion ?? '',
    ...present({ owners }),
  };
}

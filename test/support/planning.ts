import type { HeldLock } from '../../src/apply/held-lock.ts';
import { createOnly, updateExactly } from '../../src/apply/write.ts';
import type { WriteContext } from '../../src/apply/write-context.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { groupOf, versionOf } from '../../src/model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../../src/model/live.ts';
import type { Desired } from '../../src/model/manifest.ts';
import type { Change } from '../../src/model/plan.ts';
import { scopeOf } from '../../src/model/scope.ts';
import { type ClusterOrProblem, observe } from '../../src/observe/observe.ts';
import { preview } from '../../src/observe/preview.ts';
import { openQuestions } from '../../src/plan/comparison.ts';
import { type BoundPlan, makePlan } from '../../src/plan/plan.ts';
import type { PreviewResult } from '../../src/plan/preview.ts';
import { toServed } from '../../src/plan/served.ts';
import { clustersBehind } from '../../src/plan/upgrades.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { toDesired } from '../../src/render/desired.ts';
import { render } from '../../src/render/render.ts';
import { FakeClock } from './fake-clock.ts';
import { guideDeclaration } from './guide-fleet.ts';
import { servedHere } from './served-here.ts';
import { smallRelease } from './small-release.ts';

/** The multi-cluster guide's fleet, rendered from small vendor files, with made-up secret values. */
export function guideDesired(text?: string): { fleet: Fleet; desired: Desired[] } {
  const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: smallRelease() });
  if (tree === undefined) throw new Error(`the guide does not render: ${JSON.stringify(findings)}`);
  return { fleet: tree.fleet, desired: toDesired(tree.manifests, () => '{"made":"up"}') };
}

export interface Looked extends BoundPlan {
  live: LiveState;
  desired: Desired[];
  previews: PreviewResult[];
}

/** The sequence of the plan command over whatever connections a test has. */
export async function look(
  fleet: Fleet,
  wanted: readonly Desired[],
  clusters: ReadonlyMap<string, ClusterOrProblem>,
  { only, full }: { only?: string[]; full?: boolean } = {},
): Promise<Looked> {
  const options = { scope: scopeOf(fleet, only), ...(full === undefined ? {} : { full }) };
  const manifests = wanted.map(({ manifest }) => manifest);
  const live = await observe({ fleet: servedHere(fleet, clusters), clusters, manifests, scope: options.scope });
  const { desired, findings } = toServed(wanted, live, clustersBehind(fleet, live));
  const previews = await preview(clusters, openQuestions(fleet, desired, live, options));
  const planned = makePlan({ fleet, index: 'sha256:index', desired, live, previews, ...options });
  return { ...planned, findings: [...findings, ...planned.findings], live, desired, previews };
}

export function changesOn(looked: Looked, cluster: string): Change[] {
  return looked.plan.clusters.find(({ name }) => name === cluster)?.changes ?? [];
}

/** 'create Kubemanager contrail/kubemanager-cluster2', with '?' where it is predicted. */
export function spell(change: Change): string {
  const name = change.namespace === undefined ? change.name : `${change.namespace}/${change.name}`;
  return `${change.action} ${change.kind} ${name}${change.predicted ? '?' : ''}`;
}

function isThere(state: LiveCluster, namespace: string): boolean {
  const listing = state.listings.find(({ kind }) => kind === 'Namespace');
  return listing?.status === 'listed' && listing.items.some(({ metadata }) => metadata.name === namespace);
}

/** Writes without the lock of a run. */
export function unlocked(cluster: Cluster): WriteContext {
  const lease = { assertHeld: () => undefined } as unknown as HeldLock;
  return { cluster, lease, clock: new FakeClock(), signal: new AbortController().signal, wrote: () => undefined };
}

/** Does what a plan says and can be done now, with its preconditions; no gates, no lock. */
export async function carryOut(looked: Looked, clusters: ReadonlyMap<string, Cluster>): Promise<void> {
  for (const { name, changes } of looked.plan.clusters) {
    const cluster = clusters.get(name)!;
    const state = looked.live.clusters.find((candidate) => candidate.name === name)!;
    const resourceFor = (change: Change) =>
      state.resources.find(
        ({ group, kind, version }) =>
          group === groupOf(change.apiVersion) && kind === change.kind && version === versionOf(change.apiVersion),
      );
    // A Secret is predicted whatever is there, and so is what an API cannot try: it can be made where its kind and namespace are.
    const ready = (change: Change) =>
      !change.predicted ||
      (resourceFor(change) !== undefined && (change.namespace === undefined || isThere(state, change.namespace)));
    for (const change of changes.filter((each) => ready(each) && each.action !== 'restart')) {
      const resource = resourceFor(change)!;
      const same = (other: { cluster: string; kind: string; namespace?: string; name: string }) =>
        other.cluster === name &&
        other.kind === change.kind &&
        other.namespace === change.namespace &&
        other.name === change.name;
      const precondition = looked.preconditions.find(same);
      if (change.action === 'delete') {
        const { uid, resourceVersion } = precondition!;
        const place = change.namespace === undefined ? {} : { namespace: change.namespace };
        await cluster.delete({ resource, name: change.name, ...place }, { uid, resourceVersion });
        continue;
      }
      const { object } = looked.desired.find(({ manifest, object: { kind, metadata } }) =>
        same({ cluster: manifest.cluster, kind, ...metadata }),
      )!;
      const context = unlocked(cluster);
      if (precondition === undefined) await createOnly(context, resource, object);
      else {
        const force = change.fields.some(({ conflictsWith }) => conflictsWith !== undefined);
        await updateExactly(context, resource, object, precondition, { force });
      }
    }
  }
}

import { CONFIGPLANE } from '../cn2/names.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Plan } from '../model/plan.ts';
import { ownersInOrder } from './order.ts';

/** Distributed clusters whose stages are carried out side by side, before those of the next wave. */
export interface Wave {
  /** settled: CN2 runs there in the declared release. upgrade: in an older one. attach: not yet. */
  type: 'settled' | 'upgrade' | 'attach';
  clusters: string[];
}

/**
 * The order in which the stages of the distributed clusters are carried out. Without an upgrade: one after another by index. With one:
 * first those that need none, then those that are upgraded, as many at once and in the order that the declaration says, at last those
 * that are attached, which begin in the new release.
 */
export function wavesOf(fleet: Fleet, plan: Pick<Plan, 'clusters'>): Wave[] {
  const owners = ownersInOrder(fleet).filter((name) => detachedCluster(fleet, name) === undefined);
  const upgrading = new Set(plan.clusters.filter(({ upgrade }) => upgrade !== undefined).map(({ name }) => name));
  if (upgrading.size === 0) return owners.map((name) => ({ type: 'settled', clusters: [name] }));
  const attaching = attachedBy(plan);
  const { order = [], maxUnavailable = 1 } = fleet.upgrade ?? {};
  const named = order.filter((name) => upgrading.has(name));
  const upgraded = [...named, ...owners.filter((name) => upgrading.has(name) && !named.includes(name))];
  const others = owners.filter((name) => !upgrading.has(name));
  return [
    ...others.filter((name) => !attaching.has(name)).map((name): Wave => ({ type: 'settled', clusters: [name] })),
    ...chunks(upgraded, maxUnavailable).map((clusters): Wave => ({ type: 'upgrade', clusters })),
    ...others.filter((name) => attaching.has(name)).map((name): Wave => ({ type: 'attach', clusters: [name] })),
  ];
}

/** The clusters that a plan attaches: what makes one part of the fleet is its Kubemanager. */
function attachedBy(plan: Pick<Plan, 'clusters'>): ReadonlySet<string> {
  const created = plan.clusters.flatMap(({ changes }) =>
    changes.filter(
      ({ action, kind, apiVersion }) => action === 'create' && kind === 'Kubemanager' && groupOf(apiVersion) === CONFIGPLANE,
    ),
  );
  return new Set(created.map((change) => change.for));
}

function chunks(names: readonly string[], size: number): string[][] {
  const count = Math.ceil(names.length / size);
  return Array.from({ length: count }, (_, position) => names.slice(position * size, (position + 1) * size));
}

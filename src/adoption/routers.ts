import { isOwnKey } from '../cn2/names.ts';
import { pointer } from '../declare/pointer.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type PlannedRouter, plannedRouters } from '../render/planned-routers.ts';
import { type Answer, DERIVED, fieldByField, memberAt, NO_KEY, OWN_MARK, type Subject } from './answer.ts';
import { asLive } from './field-path.ts';

/** The router of the declaration that an object is. */
export function routerOf(fleet: Fleet, { metadata }: KubernetesObject): PlannedRouter | undefined {
  return plannedRouters(fleet).find(({ name, central }) => name === metadata.name && central === metadata.namespace);
}

/** A drifted router: its labels, at every connection that names it; all else follows from networks and namespaces. */
export function ofRouter({ change, manifest: { object }, fleet }: Subject): Answer {
  const live = asLive(object, change.fields);
  const labels = (memberAt(live, ['metadata', 'labels']) ?? {}) as Record<string, string>;
  const own = Object.fromEntries(Object.entries(labels).filter(([key]) => !isOwnKey(key)));
  const router = routerOf(fleet, object);
  return fieldByField(change.fields, (_field, [first, map, key]) => {
    if (first === 'spec') return DERIVED;
    if (first !== 'metadata' || map !== 'labels' || key === undefined || router === undefined) return NO_KEY;
    if (isOwnKey(key)) return OWN_MARK;
    return router.places.map(({ connection, id }) => ({
      edit: 'set' as const,
      path: pointer('connections', connection, 'routers', id),
      value: { name: router.name, labels: own },
    }));
  });
}

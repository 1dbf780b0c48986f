import type { KubeClient } from './client.ts';
import type { Informer } from './informer.ts';
import { apiVersion, type Cn2Kinds } from './kinds.ts';
import { ownedBy } from './workload-parts.ts';

/** CN2's own route targets count up from here (observed: target-64512-8000000 and so on). */
const FIRST_TARGET = 8_000_000;
const SYSTEM_LABEL = { 'core.juniper.net/systemrt': 'true' };

/** Gives each VirtualNetworkRouter a RoutingInstance of its name and a RouteTarget, and removes targets that nobody refers to. */
export function routeTargets(client: KubeClient, kinds: Cn2Kinds) {
  let highest = FIRST_TARGET - 1;
  return async (routers: Informer, instances: Informer, targets: Informer): Promise<void> => {
    highest = Math.max(highest, ...targets.items().map(({ metadata }) => Number(metadata.name.split('-').at(-1)) || 0));
    for (const router of routers.items()) {
      const { namespace, name, deletionTimestamp } = router.metadata;
      if (deletionTimestamp !== undefined || instances.get(namespace, name)) continue;
      const target = `target-64512-${++highest}`;
      const made = await client.create(kinds.routingInstance, {
        apiVersion: apiVersion(kinds.routingInstance),
        kind: kinds.routingInstance.kind,
        metadata: { name, ...(namespace === undefined ? {} : { namespace }), ownerReferences: [ownedBy(router)] },
        spec: {
          parent: { apiVersion: apiVersion(kinds.router), kind: kinds.router.kind, name, namespace },
          routeTargetReferences: [{ apiVersion: apiVersion(kinds.routeTarget), kind: kinds.routeTarget.kind, name: target }],
        },
      });
      // Made a moment ago, and the watch has not shown it yet.
      if (!made) continue;
      await client.mergeStatus(kinds.routingInstance, namespace, name, { state: 'Success', observation: '' });
      await client.create(kinds.routeTarget, {
        apiVersion: apiVersion(kinds.routeTarget),
        kind: kinds.routeTarget.kind,
        metadata: { name: target, labels: SYSTEM_LABEL },
        spec: {},
      });
      await client.mergeStatus(kinds.routeTarget, undefined, target, { state: 'Success', observation: '' });
    }
    for (const instance of instances.items()) {
      const router = routers.get(instance.metadata.namespace, instance.metadata.name);
      if (router || instance.metadata.deletionTimestamp !== undefined) continue;
      await client.delete(kinds.routingInstance, instance.metadata.namespace, instance.metadata.name);
      const references = (instance.spec as { routeTargetReferences?: { name: string }[] }).routeTargetReferences ?? [];
      for (const { name } of references) await client.delete(kinds.routeTarget, undefined, name);
    }
  };
}

import type { Fleet } from '../model/fleet.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Gate, seenAs } from './gate.ts';
import { all, coreStateSuccess, daemonSetReady, hasCondition, judgeNamed, waiting } from './health.ts';
import { CONTRAIL_NAMESPACE, CORE } from './names.ts';

/**
 * Stage 50: the vRouters run on every node, and the central cluster knows each node as a VirtualRouter (named after it).
 * `manifests`: those of the stage and cluster; each Vrouter becomes a DaemonSet of its name.
 */
export function vrouterGate(fleet: Fleet, cluster: string, manifests: readonly Manifest[]): Gate {
  const daemonSets = manifests
    .filter((manifest) => manifest.object.kind === 'Vrouter')
    .map(({ object }) => ({ namespace: object.metadata.namespace ?? CONTRAIL_NAMESPACE, name: object.metadata.name }));
  return {
    stage: '50-vrouter',
    cluster,
    watch: {
      daemonSets: { cluster, group: 'apps', kind: 'DaemonSet', namespace: CONTRAIL_NAMESPACE },
      nodes: { cluster, group: '', kind: 'Node' },
      routers: { cluster: fleet.central.name, group: CORE, kind: 'VirtualRouter' },
    },
    judge: (seen) => {
      const nodes = seenAs(seen, 'nodes');
      const routers = new Map(seenAs(seen, 'routers').map((router) => [router.metadata.name, router]));
      return all([
        ...daemonSets.map((wanted) => judgeNamed(seenAs(seen, 'daemonSets'), { kind: 'DaemonSet', ...wanted }, daemonSetReady)),
        ...nodes.map((node) => hasCondition(node, 'Ready')),
        ...nodes.map((node) => {
          const router = routers.get(node.metadata.name);
          return router === undefined
            ? waiting(`node ${node.metadata.name} has no VirtualRouter on ${fleet.central.name} yet`)
            : coreStateSuccess(router);
        }),
      ]);
    },
  };
}

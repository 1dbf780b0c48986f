import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Gate, type Seen, seenAs } from './gate.ts';
import { all, coreStateSuccess, daemonSetReady, hasCondition, type Judgement, judgeNamed, PASSED, waiting } from './health.ts';
import { fieldsOf } from './json-nodes.ts';
import {
  CLUSTER_NAME_LABEL,
  CLUSTER_NAME_PLACEHOLDERS,
  CONTRAIL_NAMESPACE,
  CORE,
  centralPrefix,
  clusterPrefix,
  DEPLOY_NAMESPACE,
} from './names.ts';
import { rolledOut } from './rolled-out.ts';

/**
 * Stage 50: the vRouters run on every node, and the central cluster knows each node as a VirtualRouter (named after it) of this
 * cluster. `manifests`: those of the stage and cluster; each Vrouter becomes a DaemonSet of its name.
 */
export function vrouterGate(fleet: Fleet, cluster: string, manifests: readonly Manifest[]): Gate {
  const vrouters = manifests.filter((manifest) => manifest.object.kind === 'Vrouter');
  const daemonSets = vrouters.map(({ object }) => ({
    object,
    named: { kind: 'DaemonSet', namespace: object.metadata.namespace ?? CONTRAIL_NAMESPACE, name: object.metadata.name },
  }));
  const names = clusterNames(
    fleet,
    cluster,
    vrouters.map(({ object }) => fieldsOf(object['spec'])['clusterName']),
  );
  return {
    stage: '50-vrouter',
    cluster,
    watch: {
      daemonSets: { cluster, group: 'apps', kind: 'DaemonSet', namespace: CONTRAIL_NAMESPACE },
      nodes: { cluster, group: '', kind: 'Node' },
      routers: { cluster: fleet.central.name, group: CORE, kind: 'VirtualRouter' },
    },
    pods: { cluster, namespaces: [CONTRAIL_NAMESPACE, DEPLOY_NAMESPACE] },
    judge: (seen) =>
      all([
        ...daemonSets.map(({ object, named }) =>
          judgeNamed(seenAs(seen, 'daemonSets'), named, (daemonSet) =>
            all([rolledOut(daemonSet, object), daemonSetReady(daemonSet)]),
          ),
        ),
        ...seenAs(seen, 'nodes').map((node) => hasCondition(node, 'Ready')),
        ...routersOfNodes(seen).map(({ node, router }) =>
          router === undefined
            ? waiting(`node ${node} has no VirtualRouter on ${fleet.central.name} yet`)
            : all([coreStateSuccess(router), belongs(router, names)]),
        ),
      ]),
    warnings: (seen) => routersOfNodes(seen).flatMap(({ router }) => oddName(router, names)),
  };
}

function routersOfNodes(seen: Seen): { node: string; router: KubernetesObject | undefined }[] {
  const routers = new Map(seenAs(seen, 'routers').map((router) => [router.metadata.name, router]));
  return seenAs(seen, 'nodes').map(({ metadata: { name } }) => ({ node: name, router: routers.get(name) }));
}

/** What the clusterName of a VirtualRouter may say: its own cluster, or another declared one (name → what that is). */
interface ClusterNames {
  own: readonly string[];
  others: ReadonlyMap<string, string>;
}

/** `declared`: what the Vrouters say, which a patch may have made other than the cluster's name, but never that of another cluster. */
function clusterNames(fleet: Fleet, cluster: string, declared: readonly unknown[]): ClusterNames {
  const { central } = fleet;
  const distributed = fleet.distributed.map(({ name, kubemanager }) => ({
    name,
    names: [name, clusterPrefix(kubemanager, name)],
  }));
  const centrals = [central.name, centralPrefix(central.kubernetesClusterName ?? central.name)];
  const own = distributed.find(({ name }) => name === cluster)?.names ?? [cluster];
  const others = [{ name: central.name, names: centrals }, ...distributed.filter(({ name }) => name !== cluster)];
  const foreign = new Map(others.flatMap(({ name, names }) => names.map((text) => [text, `cluster ${name}`] as const)));
  const patched = declared.filter((name) => typeof name === 'string' && !foreign.has(name)) as string[];
  return { own: [...own, ...patched], others: foreign };
}

/**
 * The clusterName that a VirtualRouter carries comes from the Vrouter object: one that certainly belongs elsewhere is waited out, for
 * the deployer may be about to correct it. Without the label nothing is known.
 */
function belongs(router: KubernetesObject, { own, others }: ClusterNames): Judgement {
  const name = router.metadata.labels?.[CLUSTER_NAME_LABEL];
  if (name === undefined || own.includes(name)) return PASSED;
  const whose = CLUSTER_NAME_PLACEHOLDERS.includes(name) ? "the vendor's placeholder" : others.get(name);
  return whose === undefined
    ? PASSED
    : waiting(`VirtualRouter ${router.metadata.name} has the clusterName ${name}, that of ${whose}, not ${own[0]}`);
}

/** A clusterName that nobody declares: one published object is all that is known of it, so it is said and not judged. */
function oddName(router: KubernetesObject | undefined, { own }: ClusterNames): string[] {
  const name = router?.metadata.labels?.[CLUSTER_NAME_LABEL];
  if (router === undefined || name === undefined || own.includes(name)) return [];
  return [`VirtualRouter ${router.metadata.name} has the clusterName "${name}", where ${own[0]} was expected`];
}

import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { type Gate, seenAs } from './gate.ts';
import { holdersText } from './gate-gone.ts';
import { all, type Judgement, waiting } from './health.ts';
import { fieldsOf } from './json-nodes.ts';
import { isMirrorOf, isRouterOf } from './left-behind.ts';
import { CONFIGPLANE, CONTRAIL_NAMESPACE, CORE, DATAPLANE } from './names.ts';

/** What the vendor's Vrouter objects are called, and the DaemonSets that they become. */
const VROUTER_NAME = /^contrail-vrouter(-|$)/;

/** The vRouters are gone, their pods' DaemonSets too: before that nobody else may go who takes them down. */
export function vroutersGoneGate({ name }: DistributedCluster): Gate {
  return {
    stage: '50-vrouter',
    cluster: name,
    watch: {
      vrouters: { cluster: name, group: DATAPLANE, kind: 'Vrouter' },
      daemonSets: { cluster: name, group: 'apps', kind: 'DaemonSet', namespace: CONTRAIL_NAMESPACE },
    },
    judge: (seen) =>
      all([
        ...seenAs(seen, 'vrouters').map(there),
        ...seenAs(seen, 'daemonSets')
          .filter(({ metadata }) => VROUTER_NAME.test(metadata.name))
          .map(there),
      ]),
    pods: { cluster: name, namespaces: [CONTRAIL_NAMESPACE] },
  };
}

/** No VirtualRouter is left of the cluster's nodes: whoever made them may take them away while its deployer is there. */
export function virtualRoutersGoneGate(fleet: Fleet, cluster: DistributedCluster): Gate {
  return {
    stage: '50-vrouter',
    cluster: cluster.name,
    watch: { routers: { cluster: fleet.central.name, group: CORE, kind: 'VirtualRouter' } },
    judge: (seen) =>
      all(
        seenAs(seen, 'routers')
          .filter((router) => isRouterOf(cluster, router))
          .map(there),
      ),
  };
}

/** Nobody drives the cluster from the central one any more. */
export function kubemanagerGoneGate(fleet: Fleet, { name, kubemanager }: DistributedCluster): Gate {
  const central = fleet.central.name;
  return {
    stage: '40-kubemanager',
    cluster: name,
    watch: {
      kubemanagers: { cluster: central, group: CONFIGPLANE, kind: 'Kubemanager' },
      deployments: { cluster: central, group: 'apps', kind: 'Deployment', namespace: CONTRAIL_NAMESPACE, name: kubemanager },
    },
    judge: (seen) =>
      all([
        ...seenAs(seen, 'kubemanagers')
          .filter((object) => fieldsOf(object['spec'])['clusterName'] === name)
          .map(there),
        ...seenAs(seen, 'deployments').map(there),
      ]),
  };
}

/** The namespaces in which the central cluster had the cluster's are gone. */
export function mirrorsGoneGate(fleet: Fleet, cluster: DistributedCluster): Gate {
  return {
    stage: '40-kubemanager',
    cluster: cluster.name,
    watch: { namespaces: { cluster: fleet.central.name, group: '', kind: 'Namespace' } },
    judge: (seen) =>
      all(
        seenAs(seen, 'namespaces')
          .filter((namespace) => isMirrorOf(cluster, namespace.metadata.name))
          .map(there),
      ),
  };
}

function there(object: KubernetesObject): Judgement {
  return waiting(`${objectTitle(refOf(object))} still exists${holdersText(object)}`);
}

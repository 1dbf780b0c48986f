import { sameCidr } from '../declare/cidr.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { type Gate, seenAs } from './gate.ts';
import { all, coreStateSuccess, deploymentAvailable, failed, type Judgement, judgeNamed, namespaceActive } from './health.ts';
import {
  CONTRAIL_NAMESPACE,
  CORE,
  DEFAULT_POD_NETWORK,
  DEFAULT_SERVICE_NETWORK,
  DEFAULT_SUBNETS,
  mirroredNamespace,
} from './names.ts';
import { rolledOut } from './rolled-out.ts';

function isV6(cidr: string): boolean {
  return cidr.includes(':');
}

/** The default Subnets that CN2 makes from a Kubemanager, with the declared CIDR of each: two per declared family. */
function defaultSubnets(cluster: DistributedCluster): { name: string; cidr: string }[] {
  return [
    ...cluster.podSubnets.map((cidr) => ({ name: isV6(cidr) ? DEFAULT_SUBNETS.podV6 : DEFAULT_SUBNETS.podV4, cidr })),
    ...cluster.serviceSubnets.map((cidr) => ({ name: isV6(cidr) ? DEFAULT_SUBNETS.serviceV6 : DEFAULT_SUBNETS.serviceV4, cidr })),
  ];
}

/** State and address range: CN2 prints CIDRs in another spelling than the guide writes them, so they are compared parsed. */
function subnetAsDeclared(subnet: KubernetesObject, cidr: string): Judgement {
  const live = (subnet['spec'] as { cidr?: string } | undefined)?.cidr;
  if (live === undefined || !sameCidr(live, cidr)) {
    return failed(`${objectTitle(refOf(subnet))} has ${live ?? 'no CIDR'}, but ${cidr} is declared`);
  }
  return coreStateSuccess(subnet);
}

/**
 * Stage 40: the kubemanager runs, with the images that its object has, and has reached the distributed cluster's API: its default
 * networks came from there. `manifests`: those of the stage and cluster.
 */
export function kubemanagerGate(fleet: Fleet, cluster: DistributedCluster, manifests: readonly Manifest[] = []): Gate {
  const rendered = manifests.find(({ object }) => object.kind === 'Kubemanager')?.object;
  const central = fleet.central.name;
  const home = mirroredNamespace(cluster.kubemanager, cluster.name, 'contrail');
  const other = mirroredNamespace(cluster.kubemanager, cluster.name, 'default');
  return {
    stage: '40-kubemanager',
    cluster: cluster.name,
    watch: {
      deployments: {
        cluster: central,
        group: 'apps',
        kind: 'Deployment',
        namespace: CONTRAIL_NAMESPACE,
        name: cluster.kubemanager,
      },
      home: { cluster: central, group: '', kind: 'Namespace', name: home },
      other: { cluster: central, group: '', kind: 'Namespace', name: other },
      networks: { cluster: central, group: CORE, kind: 'VirtualNetwork', namespace: home },
      subnets: { cluster: central, group: CORE, kind: 'Subnet', namespace: home },
    },
    pods: { cluster: central, namespaces: [CONTRAIL_NAMESPACE] },
    judge: (seen) =>
      all([
        judgeNamed(
          seenAs(seen, 'deployments'),
          { kind: 'Deployment', namespace: CONTRAIL_NAMESPACE, name: cluster.kubemanager },
          (deployment) => all([rolledOut(deployment, rendered), deploymentAvailable(deployment)]),
        ),
        judgeNamed(seenAs(seen, 'home'), { kind: 'Namespace', name: home }, (namespace) => namespaceActive(namespace)),
        judgeNamed(seenAs(seen, 'other'), { kind: 'Namespace', name: other }, (namespace) => namespaceActive(namespace)),
        ...[DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK].map((name) =>
          judgeNamed(seenAs(seen, 'networks'), { kind: 'VirtualNetwork', namespace: home, name }, coreStateSuccess),
        ),
        ...defaultSubnets(cluster).map(({ name, cidr }) =>
          judgeNamed(seenAs(seen, 'subnets'), { kind: 'Subnet', namespace: home, name }, (subnet) =>
            subnetAsDeclared(subnet, cidr),
          ),
        ),
      ]),
  };
}

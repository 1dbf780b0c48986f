import { createHash } from 'node:crypto';
import { CLUSTER_NAME_LABEL, NETWORKS_ANNOTATION } from '../../../src/cn2/names.ts';
import { parseCidr } from '../../../src/declare/cidr.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { gatewayOf } from './addresses.ts';
import { type ClusterView, centralNamespace, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import {
  type InstanceIpSpec,
  IP_ANNOTATIONS,
  nameOf,
  type SubnetSpec,
  specOf,
  stateOf,
  type VirtualNetworkSpec,
} from './core-objects.ts';
import { inform } from './informer.ts';
import { apiVersion, POD } from './kinds.ts';
import { startLoop } from './loop.ts';
import { type WantedInterface, wantedInterfaces } from './pod-networks.ts';

/** Read by the node agent: the further interfaces of a pod and their addresses. */
const INTERFACES_ANNOTATION = 'emulated.cn2/interfaces';
const PROCESSED_ANNOTATION = 'kube-manager.juniper.net/vm-uuid';

/**
 * Gives the cluster's pods their addresses in VirtualNetworks: an InstanceIP per network and family on the central cluster, which
 * the controller fills, then an annotation on the pod. Addresses are freed when the pod is gone or has finished.
 */
export function podInterfaces(view: ClusterView): Promise<void> {
  const loop = startLoop('interfaces', () => reconcile(), view.signal, view.log);
  const trigger = () => loop.trigger();
  const pods = inform(view.own, POD, undefined, trigger, view.signal);
  const networks = inform(view.central, view.kinds.virtualNetwork, undefined, trigger, view.signal);
  const subnets = inform(view.central, view.kinds.subnet, undefined, trigger, view.signal);
  const addresses = inform(view.central, view.kinds.instanceIp, undefined, trigger, view.signal);

  const reconcile = async () => {
    await Promise.all([pods.synced, networks.synced, subnets.synced, addresses.synced]);
    const living = pods.items().filter((pod) => annotationOf(pod) !== undefined && isScheduled(pod) && !hasFinished(pod));
    const uids = new Set(living.map((pod) => pod.metadata.uid));
    for (const { metadata } of addresses.items()) {
      const ours = metadata.labels?.[CLUSTER_NAME_LABEL] === view.prefix;
      if (!ours || uids.has(metadata.annotations?.[IP_ANNOTATIONS.podUid]) || metadata.deletionTimestamp !== undefined) continue;
      await view.central.delete(view.kinds.instanceIp, undefined, metadata.name);
    }
    for (const pod of living) await attach(pod);
  };

  const attach = async (pod: KubernetesObject) => {
    let wanted: WantedInterface[];
    try {
      wanted = wantedInterfaces(annotationOf(pod) ?? '', centralNamespace(view, pod.metadata.namespace ?? ''));
    } catch {
      view.log(`pod ${nameOf(pod)}: annotation ${NETWORKS_ANNOTATION} cannot be read`);
      return;
    }
    const interfaces = [];
    for (const entry of wanted) {
      const families = familiesOf(entry);
      const given = [];
      for (const { family, subnet } of families) given.push(await addressOf(pod, entry, family, subnet));
      // Without a network that works, or an address of each family, the pod waits.
      if (families.length === 0 || given.some((address) => address === undefined)) return;
      interfaces.push({
        network: `${entry.namespace}/${entry.network}`,
        interface: entry.interface,
        addresses: given,
        gateways: families.map(({ subnet }) => gatewayOf(subnet)),
        mac: `02:${(hash(`${pod.metadata.uid} ${entry.interface}`).slice(0, 10).match(/../g) ?? []).join(':')}`,
      });
    }
    const text = JSON.stringify(interfaces);
    if (pod.metadata.annotations?.[INTERFACES_ANNOTATION] === text) return;
    const annotations = { [INTERFACES_ANNOTATION]: text, [PROCESSED_ANNOTATION]: pod.metadata.uid };
    await view.own.merge(POD, pod.metadata.namespace, pod.metadata.name, { metadata: { annotations } }).catch((error) => {
      if ((error as { status?: number }).status !== 404) throw error;
    });
  };

  const familiesOf = ({ namespace, network }: WantedInterface): { family: 'v4' | 'v6'; subnet: SubnetSpec }[] => {
    const found = networks.get(namespace, network);
    if (!found || stateOf(found) !== 'Success') return [];
    const spec = specOf<VirtualNetworkSpec>(found);
    return (
      [
        ['v4', spec.v4SubnetReference],
        ['v6', spec.v6SubnetReference],
      ] as const
    ).flatMap(([family, reference]) => {
      const subnet = reference && subnets.get(reference.namespace ?? namespace, reference.name ?? '');
      return subnet ? [{ family, subnet: specOf<SubnetSpec>(subnet) }] : [];
    });
  };

  /** address/prefix; undefined while the controller has not given one. */
  const addressOf = async (pod: KubernetesObject, wanted: WantedInterface, family: 'v4' | 'v6', subnet: SubnetSpec) => {
    const name = `${view.prefix}-pod-${hash(`${pod.metadata.uid} ${wanted.interface} ${family}`).slice(0, 8)}`;
    const found = addresses.get(undefined, name);
    if (found) {
      const address = specOf<InstanceIpSpec>(found).instanceIPAddress;
      return address ? `${address}/${parseCidr(subnet.cidr ?? '')?.prefix}` : undefined;
    }
    await view.central.write(
      view.kinds.instanceIp,
      {
        apiVersion: apiVersion(view.kinds.instanceIp),
        kind: view.kinds.instanceIp.kind,
        metadata: {
          name,
          labels: { [CLUSTER_NAME_LABEL]: view.prefix },
          annotations: {
            [IP_ANNOTATIONS.cluster]: view.cluster,
            [IP_ANNOTATIONS.node]: nodeOf(pod) ?? '',
            [IP_ANNOTATIONS.pod]: nameOf(pod),
            [IP_ANNOTATIONS.podUid]: pod.metadata.uid ?? '',
          },
        },
        spec: {
          fqName: [name],
          instanceIPFamily: family,
          virtualNetworkReference: {
            apiVersion: apiVersion(view.kinds.virtualNetwork),
            kind: view.kinds.virtualNetwork.kind,
            namespace: wanted.namespace,
            name: wanted.network,
          },
        },
      },
      KUBEMANAGER_MANAGER,
    );
    return undefined;
  };
  return loop.ended;
}

function annotationOf(pod: KubernetesObject): string | undefined {
  return pod.metadata.annotations?.[NETWORKS_ANNOTATION];
}

function nodeOf(pod: KubernetesObject): string | undefined {
  return (pod.spec as { nodeName?: string } | undefined)?.nodeName;
}

/** Where an address lives is known only then. */
function isScheduled(pod: KubernetesObject): boolean {
  return nodeOf(pod) !== undefined;
}

function hasFinished(pod: KubernetesObject): boolean {
  const phase = (pod.status as { phase?: string } | undefined)?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

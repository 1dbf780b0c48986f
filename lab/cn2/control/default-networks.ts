import {
  CLUSTER_NAME_LABEL,
  CONTRAIL_NAMESPACE,
  DEFAULT_POD_NETWORK,
  DEFAULT_SERVICE_NETWORK,
  DEFAULT_SUBNETS,
  FORWARDING_ANNOTATION,
  ISOLATED_LABEL,
} from '../../../src/cn2/names.ts';
import { formatCidr, parseCidr } from '../../../src/declare/cidr.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type ClusterView, centralNamespace, isGoing, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import { type Reference, specOf } from './core-objects.ts';
import { inform } from './informer.ts';
import { apiVersion, type Kind, NAMESPACE } from './kinds.ts';
import { startLoop } from './loop.ts';

/** The cluster's pod and service CIDRs by the name of the Subnet that holds each; families that it lacks are absent. */
export type DefaultCidrs = Partial<Record<keyof typeof DEFAULT_SUBNETS, string>>;

/**
 * Keeps the default VirtualNetworks: both with their Subnets in `<K>-contrail`, both without Subnets of their own in each isolated
 * namespace (addresses still come from the cluster's), and on the central cluster the two without a family in contrail.
 */
export function defaultNetworks(view: ClusterView, cidrs: () => DefaultCidrs): { trigger(): void; ended: Promise<void> } {
  const home = `${view.prefix}-${CONTRAIL_NAMESPACE}`;
  const loop = startLoop('default networks', () => reconcile(), view.signal, view.log);
  const trigger = () => loop.trigger();
  const own = inform(view.own, NAMESPACE, undefined, trigger, view.signal);
  const central = inform(view.central, NAMESPACE, undefined, trigger, view.signal);
  const subnets = inform(view.central, view.kinds.subnet, home, trigger, view.signal);
  const networks = inform(view.central, view.kinds.virtualNetwork, undefined, trigger, view.signal);

  const ensureSubnet = async (name: string, cidr: string) => {
    const found = subnets.get(home, name);
    const parsed = parseCidr(cidr);
    const canonical = parsed ? formatCidr(parsed) : cidr;
    if ((found?.spec as { cidr?: string } | undefined)?.cidr === canonical) return;
    await view.central.write(
      view.kinds.subnet,
      made(view.kinds.subnet, home, name, {}, { cidr: canonical }),
      KUBEMANAGER_MANAGER,
    );
  };

  const ensureNetwork = async (namespace: string, name: string, spec: Record<string, unknown>) => {
    const found = networks.get(namespace, name);
    const current = (found?.spec ?? {}) as Record<string, unknown>;
    if (found && JSON.stringify(picked(current, spec)) === JSON.stringify(spec)) return;
    const object = made(view.kinds.virtualNetwork, namespace, name, { 'core.juniper.net/virtualnetwork': name }, spec);
    await view.central.write(view.kinds.virtualNetwork, withIdentities(object), KUBEMANAGER_MANAGER);
  };

  /** A kubemanager also says which Subnet of that name it has seen. */
  const withIdentities = (network: KubernetesObject): KubernetesObject => {
    const spec = Object.entries(specOf<Record<string, unknown>>(network)).map(([key, value]) => {
      const { namespace, name = '' } = (key.endsWith('SubnetReference') ? value : {}) as Reference;
      const { uid, resourceVersion } = subnets.get(namespace, name)?.metadata ?? {};
      return [key, uid === undefined ? value : { ...(value as object), uid, resourceVersion }];
    });
    return { ...network, spec: Object.fromEntries(spec) };
  };

  const ensurePair = async (namespace: string, known: DefaultCidrs, snat: boolean) => {
    const references = (v4: keyof DefaultCidrs, v6: keyof DefaultCidrs) => ({
      ...(known[v4] === undefined ? {} : { v4SubnetReference: subnetReference(DEFAULT_SUBNETS[v4]) }),
      ...(known[v6] === undefined ? {} : { v6SubnetReference: subnetReference(DEFAULT_SUBNETS[v6]) }),
    });
    await ensureNetwork(namespace, DEFAULT_POD_NETWORK, {
      ...references('podV4', 'podV6'),
      ...(snat ? { fabricSNAT: true } : {}),
    });
    await ensureNetwork(namespace, DEFAULT_SERVICE_NETWORK, references('serviceV4', 'serviceV6'));
  };

  const subnetReference = (name: string) => ({
    apiVersion: apiVersion(view.kinds.subnet),
    kind: view.kinds.subnet.kind,
    namespace: home,
    name,
  });

  const reconcile = async () => {
    await Promise.all([own.synced, central.synced, subnets.synced, networks.synced]);
    const usable = (name: string) => {
      const found = central.get(undefined, name);
      return found !== undefined && !isGoing(found);
    };
    if (!usable(home)) return;
    const known = cidrs();
    for (const [key, cidr] of Object.entries(known)) await ensureSubnet(DEFAULT_SUBNETS[key as keyof DefaultCidrs], cidr);
    await ensurePair(home, known, false);
    if (view.isCentral) {
      for (const name of ['ip-fabric', 'link-local']) await ensureNetwork(CONTRAIL_NAMESPACE, name, {});
    }
    for (const namespace of own.items().filter((item) => isIsolated(item, view))) {
      const name = centralNamespace(view, namespace.metadata.name);
      if (usable(name)) await ensurePair(name, known, namespace.metadata.annotations?.[FORWARDING_ANNOTATION] === 'fabric-snat');
    }
  };
  return { trigger, ended: loop.ended };
}

/** An isolated namespace of the cluster's own: the central cluster also holds those of others, under their label. */
function isIsolated(namespace: KubernetesObject, view: ClusterView): boolean {
  const labels = namespace.metadata.labels ?? {};
  const foreign = (labels[CLUSTER_NAME_LABEL] ?? view.prefix) !== view.prefix;
  return !isGoing(namespace) && !foreign && labels[ISOLATED_LABEL] === 'true';
}

function made(kind: Kind, namespace: string, name: string, labels: Record<string, string>, spec: object): KubernetesObject {
  return { apiVersion: apiVersion(kind), kind: kind.kind, metadata: { namespace, name, labels }, spec };
}

/** The fields of `current` that `wanted` names, in its order, so that both can be compared as text. */
function picked(current: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const now = current[key];
      const nested = typeof value === 'object' && value !== null && typeof now === 'object' && now !== null;
      return [key, nested ? picked(now as Record<string, unknown>, value as Record<string, unknown>) : now];
    }),
  );
}

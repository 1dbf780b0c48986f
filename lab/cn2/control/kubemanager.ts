import { CENTRAL_KUBEMANAGER, CLUSTER_NAME_LABEL, CONTRAIL_NAMESPACE, clusterPrefix } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { type Behavior, behaviorOf } from './behavior.ts';
import { KubeClient } from './client.ts';
import { type ClusterView, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import { type Connection, connectionOf } from './connection.ts';
import { defaultNetworks } from './default-networks.ts';
import { inform } from './informer.ts';
import { podInterfaces } from './interfaces.ts';
import { NAMESPACE } from './kinds.ts';
import { kubeadmCluster, kubemanagerCidrs } from './kubeadm-config.ts';
import { mirrorNamespaces } from './mirror.ts';
import { publishDataplane } from './publish-dataplane.ts';
import { servedKinds } from './served-versions.ts';
import { clusterNameOf, virtualRouters } from './virtual-routers.ts';
import { kubemanagerSpec } from './workloads.ts';

export interface KubemanagerOptions {
  central: KubeClient;
  /** Name of its Kubemanager object in namespace contrail. */
  name: string;
  /** The kubeconfig of the cluster that it drives; not asked for on the central cluster. */
  remoteKubeconfig: () => Promise<string>;
  /** Replaces the address that a kubeconfig names, where the emulation stands somewhere else than CN2 would. */
  dial?: (connection: Connection) => Connection;
  /** What the central cluster asks for unless told. */
  behavior?: Behavior;
  /** Called once when both APIs have answered. */
  ready: () => void;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * The emulated contrail-k8s-kubemanager: drives one cluster from the central one until the signal aborts. Throws when its object
 * or kubeconfig is unusable or a cluster does not answer; whoever runs it starts it again.
 */
export async function runKubemanager(options: KubemanagerOptions): Promise<void> {
  const { central, name, log } = options;
  // Whatever ends it, no part of it continues beside its successor.
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const kinds = await servedKinds(central, signal, { core: true });
  const found = await central.get(kinds.kubemanager, CONTRAIL_NAMESPACE, name);
  if (!found) throw new Error(`Kubemanager ${CONTRAIL_NAMESPACE}/${name} does not exist`);
  const { clusterName } = kubemanagerSpec(found);
  const isCentral = !clusterName;
  if (isCentral && name !== CENTRAL_KUBEMANAGER) throw new Error(`Kubemanager ${name} has no clusterName`);
  const own = isCentral ? central : await remoteClient(options);
  try {
    const behavior = options.behavior ?? (await behaviorOf(central));
    const kubeadm = isCentral ? await kubeadmCluster(central) : undefined;
    const cluster = clusterName || (kubeadm?.name ?? '').replaceAll('.', '-');
    const view: ClusterView = {
      central,
      own,
      kinds,
      prefix: clusterPrefix(name, cluster),
      cluster,
      isCentral,
      behavior,
      signal,
      log,
    };
    let kubemanager: KubernetesObject = found;
    const objects = inform(central, kinds.kubemanager, CONTRAIL_NAMESPACE, () => changed(), signal);
    const networks = defaultNetworks(view, () => kubeadm?.cidrs ?? kubemanagerCidrs(kubemanagerSpec(kubemanager)));
    const changed = () => {
      kubemanager = objects.get(CONTRAIL_NAMESPACE, name) ?? kubemanager;
      networks.trigger();
    };
    options.ready();
    log(`drives ${cluster} as ${view.prefix}`);
    await Promise.all([
      mirrorNamespaces(view),
      networks.ended,
      ...(behavior.virtualRouters === 'kubemanager'
        ? [reportingRouters(view, clusterName ?? '').catch(unlessAborted(signal))]
        : []),
      podInterfaces(view),
      publishDataplane(view),
    ]);
  } finally {
    ending.abort();
    if (own !== central) own[Symbol.dispose]();
  }
}

/** The older model: a Vrouter object with another clusterName reports to nobody. */
async function reportingRouters(view: ClusterView, clusterName: string): Promise<void> {
  const { vrouter } = await servedKinds(view.own, view.signal, { core: false });
  await virtualRouters({
    own: view.own,
    central: view.central,
    kinds: { vrouter, virtualRouter: view.kinds.virtualRouter },
    manager: KUBEMANAGER_MANAGER,
    id: view.prefix,
    labels: (object) => (clusterNameOf(object) === clusterName ? { [CLUSTER_NAME_LABEL]: view.prefix } : undefined),
    cluster: () => view.cluster,
    signal: view.signal,
    log: view.log,
  });
}

/** A client of the distributed cluster that has answered once. */
async function remoteClient({ remoteKubeconfig, dial }: KubemanagerOptions): Promise<KubeClient> {
  const connection = connectionOf(await remoteKubeconfig());
  const client = new KubeClient(dial ? dial(connection) : connection);
  try {
    await client.list(NAMESPACE);
    return client;
  } catch (error) {
    client[Symbol.dispose]();
    throw error;
  }
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

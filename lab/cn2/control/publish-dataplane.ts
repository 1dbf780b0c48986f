import { STATE_CONFIG_MAP, STATE_KEY, STATE_NAMESPACE } from '../dataplane/state.ts';
import { type ClusterView, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import { dataplaneState } from './dataplane-state.ts';
import { inform } from './informer.ts';
import { CONFIG_MAP, type Kind, NAMESPACE, NODE } from './kinds.ts';
import { startLoop } from './loop.ts';

/** Keeps ConfigMap contrail/emulated-dataplane on the cluster current: what real control nodes tell the vRouters over XMPP. */
export function publishDataplane(view: ClusterView): Promise<void> {
  const loop = startLoop('data plane', () => reconcile(), view.signal, view.log);
  const own = (kind: Kind, namespace?: string) => inform(view.own, kind, namespace, () => loop.trigger(), view.signal);
  const central = (kind: Kind) => inform(view.central, kind, undefined, () => loop.trigger(), view.signal);
  const watched = {
    nodes: own(NODE),
    namespaces: own(NAMESPACE),
    centralNamespaces: central(NAMESPACE),
    networks: central(view.kinds.virtualNetwork),
    subnets: central(view.kinds.subnet),
    routers: central(view.kinds.router),
    virtualRouters: central(view.kinds.virtualRouter),
    addresses: central(view.kinds.instanceIp),
  };
  const stored = own(CONFIG_MAP, STATE_NAMESPACE);
  const items = (name: keyof typeof watched) => watched[name].items();

  const reconcile = async () => {
    await Promise.all([...Object.values(watched), stored].map(({ synced }) => synced));
    const state = dataplaneState({
      cluster: view.cluster,
      prefix: view.prefix,
      isCentral: view.isCentral,
      nodes: items('nodes'),
      namespaces: items('namespaces'),
      centralNamespaces: items('centralNamespaces'),
      networks: items('networks'),
      subnets: items('subnets'),
      routers: items('routers'),
      virtualRouters: items('virtualRouters'),
      addresses: items('addresses'),
    });
    const text = JSON.stringify(state);
    const found = stored.get(STATE_NAMESPACE, STATE_CONFIG_MAP);
    if ((found?.data as Record<string, string> | undefined)?.[STATE_KEY] === text) return;
    await view.own.apply(
      CONFIG_MAP,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: STATE_NAMESPACE, name: STATE_CONFIG_MAP },
        data: { [STATE_KEY]: text },
      },
      KUBEMANAGER_MANAGER,
    );
  };
  return loop.ended;
}

import { CLUSTER_NAME_LABEL, CONTRAIL_NAMESPACE, METADATA_NAME_LABEL } from '../../../src/cn2/names.ts';
import { type ClusterView, isGoing, KUBEMANAGER_MANAGER } from './cluster-view.ts';
import { inform } from './informer.ts';
import { NAMESPACE } from './kinds.ts';
import { startLoop } from './loop.ts';

/**
 * Keeps `<K>-<namespace>` on the central cluster for every namespace of a distributed one, with its labels and the label that
 * names the cluster; `<K>-contrail` first. The central cluster itself has only that one; its other namespaces get the label.
 */
export function mirrorNamespaces(view: ClusterView): Promise<void> {
  const loop = startLoop('namespaces', () => reconcile(), view.signal, view.log);
  const own = inform(view.own, NAMESPACE, undefined, () => loop.trigger(), view.signal);
  const central = inform(view.central, NAMESPACE, undefined, () => loop.trigger(), view.signal);

  const ensure = async (name: string, labels: Record<string, string>) => {
    const wanted = { ...labels, [CLUSTER_NAME_LABEL]: view.prefix };
    const found = central.get(undefined, name);
    if (found && isGoing(found)) return;
    const now = { ...found?.metadata.labels };
    delete now[METADATA_NAME_LABEL];
    if (found && sameLabels(now, wanted)) return;
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: wanted } };
    await view.central.write(NAMESPACE, object, KUBEMANAGER_MANAGER);
    const gone = Object.keys(now).filter((key) => !(key in wanted));
    if (gone.length === 0) return;
    const labelsGone = Object.fromEntries(gone.map((key) => [key, null]));
    await view.central.merge(NAMESPACE, undefined, name, { metadata: { labels: labelsGone } }, KUBEMANAGER_MANAGER);
  };

  const reconcile = async () => {
    await Promise.all([own.synced, central.synced]);
    const contrail = own.get(undefined, CONTRAIL_NAMESPACE);
    await ensure(`${view.prefix}-${CONTRAIL_NAMESPACE}`, view.isCentral ? {} : copiedLabels(contrail?.metadata.labels));
    if (view.isCentral) return labelOwn();
    const wanted = new Set([`${view.prefix}-${CONTRAIL_NAMESPACE}`]);
    for (const namespace of own.items().filter((item) => !isGoing(item))) {
      const name = `${view.prefix}-${namespace.metadata.name}`;
      wanted.add(name);
      await ensure(name, copiedLabels(namespace.metadata.labels));
    }
    for (const { metadata } of central.items()) {
      const ours = metadata.labels?.[CLUSTER_NAME_LABEL] === view.prefix && metadata.name.startsWith(`${view.prefix}-`);
      if (ours && !wanted.has(metadata.name) && metadata.deletionTimestamp === undefined) {
        await view.central.delete(NAMESPACE, undefined, metadata.name);
      }
    }
  };

  /** The central cluster's own namespaces: those that no kubemanager has named as another cluster's. */
  const labelOwn = async () => {
    const labels = { [CLUSTER_NAME_LABEL]: view.prefix };
    for (const namespace of own.items()) {
      if (isGoing(namespace) || namespace.metadata.labels?.[CLUSTER_NAME_LABEL] !== undefined) continue;
      await view.own.merge(NAMESPACE, undefined, namespace.metadata.name, { metadata: { labels } }, KUBEMANAGER_MANAGER);
    }
  };
  return loop.ended;
}

/** Every label but the one that Kubernetes gives each namespace by its name. */
function copiedLabels(labels: Record<string, string> = {}): Record<string, string> {
  const { [METADATA_NAME_LABEL]: _, ...rest } = labels;
  return rest;
}

function sameLabels(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

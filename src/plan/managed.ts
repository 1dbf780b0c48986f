import { clusterPrefix, FIELD_MANAGER, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { ownEntry } from './ownership.ts';

/**
 * Whether an object is this fleet's: its label and an Apply record of ours. CN2 copies labels to the namespaces `K-…` it makes, but
 * not the record; they are excluded by name all the same.
 */
export function isManaged(fleet: Fleet, cluster: string, object: KubernetesObject): boolean {
  if (object.metadata.labels?.[FLEET_LABEL] !== fleet.metadata.name || ownEntry(object) === undefined) return false;
  return !(
    cluster === fleet.central.name &&
    object.kind === 'Namespace' &&
    mirrorOwner(fleet, object.metadata.name) !== undefined
  );
}

/**
 * Whether an object carries this fleet's marks and no record of ours: it came back from a backup, an admission strips such records, or
 * somebody copied it. Nothing tells that it was ever applied from here.
 */
export function isUnrecorded(fleet: Fleet, { metadata }: KubernetesObject): boolean {
  const { labels } = metadata;
  const marked = labels?.[FLEET_LABEL] === fleet.metadata.name && labels[MANAGED_BY_LABEL] === FIELD_MANAGER;
  return marked && !metadata.managedFields?.some(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');
}

/** The distributed cluster whose central namespace this is (`K-…`); undefined: it is the central cluster's own. */
export function mirrorOwner(fleet: Fleet, namespace: string | undefined): string | undefined {
  return fleet.distributed.find(({ kubemanager, name }) => namespace?.startsWith(`${clusterPrefix(kubemanager, name)}-`) === true)
    ?.name;
}

/** Made by a controller from a template that carries our label: it comes back when deleted. */
export function hasController(object: KubernetesObject): boolean {
  return object.metadata.ownerReferences?.some(({ controller }) => controller === true) === true;
}

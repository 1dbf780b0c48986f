import { fieldsOf } from '../cn2/json-nodes.ts';
import { clusterPrefix, FIELD_MANAGER, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { ownEntry } from './ownership.ts';

/**
 * Whether an object is this fleet's: its label, and an Apply record of ours that holds the label. All fleets write under one name, so a
 * record without it is of another fleet, whose label somebody has replaced. CN2 copies labels to the namespaces `K-…` it makes, but
 * not the record; they are excluded by name all the same.
 */
export function isManaged(fleet: Fleet, cluster: string, object: KubernetesObject): boolean {
  if (object.metadata.labels?.[FLEET_LABEL] !== fleet.metadata.name || !hasAppliedLabel(object)) return false;
  return !(
    cluster === fleet.central.name &&
    object.kind === 'Namespace' &&
    mirrorOwner(fleet, object.metadata.name) !== undefined
  );
}

/**
 * Whether an object carries this fleet's marks and no record that they were applied: it came back from a backup, an admission strips
 * such records, or somebody copied it or set the label. Nothing tells that it was ever applied from here.
 */
export function isUnrecorded(fleet: Fleet, object: KubernetesObject): boolean {
  const { labels } = object.metadata;
  const marked = labels?.[FLEET_LABEL] === fleet.metadata.name && labels[MANAGED_BY_LABEL] === FIELD_MANAGER;
  return marked && !hasAppliedLabel(object);
}

function hasAppliedLabel(object: KubernetesObject): boolean {
  return Object.hasOwn(fieldsOf(ownEntry(object)?.fieldsV1, 'f:metadata', 'f:labels'), `f:${FLEET_LABEL}`);
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

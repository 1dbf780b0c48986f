import { CONFIGPLANE, CORE, DATAPLANE } from '../cn2/names.ts';
import { isKnownObject } from '../cn2/vendor-files.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { StageId } from '../model/manifest.ts';
import type { Change } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { mirrorOwner } from './managed.ts';

/** A change that takes an object away, or would have to, and the object as it was seen. */
export interface Deletion {
  change: Change;
  live: KubernetesObject;
}

export const KUBEMANAGER = `${CONFIGPLANE}/Kubemanager`;

const STAGE_OF: Readonly<Record<string, StageId>> = {
  [`${CORE}/VirtualNetworkRouter`]: '90-routers',
  [`${CORE}/VirtualNetwork`]: '80-networks',
  [`${CORE}/Subnet`]: '80-networks',
  [`${DATAPLANE}/Vrouter`]: '50-vrouter',
  [`${CONFIGPLANE}/ContrailCertificateManager`]: '30-certificates',
  [KUBEMANAGER]: '40-kubemanager',
};

/** Where an object was applied, as far as its kind and name say it: what no vendor's file has was one of the user's own. */
export function stageOf(object: KubernetesObject): StageId {
  const group = groupOf(object.apiVersion);
  const known = STAGE_OF[`${group}/${object.kind}`];
  if (known !== undefined) return known;
  if (group === CORE) return '80-networks';
  return isKnownObject('deployer', object) || isKnownObject('vrouter', object) ? '20-deployer' : '95-extra';
}

/** The cluster that an object on `cluster` exists for. */
export function ownerOf(fleet: Fleet, cluster: string, object: KubernetesObject): string {
  if (cluster !== fleet.central.name) return cluster;
  if (object.kind === 'Kubemanager') {
    const name = (object['spec'] as { clusterName?: unknown } | undefined)?.clusterName;
    return typeof name === 'string' ? name : object.metadata.name;
  }
  return mirrorOwner(fleet, object.metadata.namespace) ?? cluster;
}

/** The change that deletes or replaces an object. */
export function changeOf(action: 'delete' | 'replace', owner: string, object: KubernetesObject, stage: StageId): Change {
  const { namespace, name, uid } = object.metadata;
  return {
    action,
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...present({ namespace }),
    name,
    ...present({ uid }),
    for: owner,
    stage,
    predicted: false,
    fields: [],
  };
}
